"""Living a quarter: the clock goes ahead from moment to moment, and each month's recap is taken when it falls due."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from bot.domain.errors import PermanentError
from bot.operate.demo.play import COMMANDS, Month, Tell
from bot.operate.demo.quarter.acting import Actors
from bot.operate.demo.quarter.arrivals import come, go, move_in
from bot.operate.demo.quarter.people import NEWCOMERS
from bot.operate.demo.quarter.schedule import TOLD, ZONE, Later, Moment, Told, months_from, plan_quarter
from bot.operate.demo.quarter.story import ANSWERS
from bot.services.recap import KIND, SCOPE
from db.unit_of_work import UnitOfWork

# How long Slack's deliveries and a recap that fell due may take, and between two looks (seconds of real time).
PATIENCE, POLL = 60.0, 0.01
# Deliveries mostly take milliseconds: so often they are looked for at this pace, and then as seldom as elsewhere.
LOOKS = 20
# Notices rest two minutes; then those who reported are told.
NOTICES_REST = timedelta(minutes=3)


async def live_quarter(month: Month, begin_on: date, tell: Tell, told: Sequence[Told] = TOLD) -> None:
    """Live three calendar months with forty reps, from the month that begins on `begin_on`, else from the next one.

    Ends when the third recap is posted, on a business day of the month after. The clock only goes ahead: what lies
    before its present time happens at once. Raises `PermanentError` when something does not come about.
    """
    moments = plan_quarter(begin_on, told)
    quarter = _Quarter(month, months_from(begin_on)[0])
    await move_in(month.standin, [newcomer for newcomer in NEWCOMERS if newcomer.comes is None])
    await month.company.settled()
    done, total = 0, sum(moment.gestures for moment in moments)
    for moment, following in zip(moments, [*moments[1:], None], strict=True):
        month.company.clock.move_to(moment.at)
        await quarter.live(moment)
        if following is None or _day(following) != _day(moment):
            await quarter.end_day()
        done += moment.gestures
        tell(done, total)


def _day(moment: Moment) -> date:
    return moment.at.astimezone(ZONE).date()


class _Quarter:
    def __init__(self, month: Month, begins: date) -> None:
        self.company = month.company
        self.standin = month.standin
        self.actors = Actors(month, begins)
        self.is_settled = True
        self.has_answers = False

    async def live(self, moment: Moment) -> None:
        for newcomer in moment.comes:
            await come(self.standin, newcomer)
        for newcomer in moment.goes:
            await go(self.standin, newcomer)
        if moment.comes or moment.goes:
            await self._settle()
        if moment.says:
            await self._say(moment.says)
        if moment.does:
            await self._do(moment.does)
        if moment.recap_of:
            await self._recap(moment.recap_of, moment.at)

    async def _say(self, says: Sequence[Told]) -> None:
        self.is_settled = False
        await asyncio.gather(*(self.actors.say(told) for told in says))
        if any(told.line.way not in COMMANDS for told in says):
            await self._delivered()

    async def _delivered(self) -> None:
        """Wait until Slack has told the bot of everything, so that its hour is right when the clock goes on."""
        for _ in range(LOOKS):
            if self.standin.pending_deliveries() == 0:
                return
            await asyncio.sleep(POLL)
        await self.company.until(lambda: self.standin.pending_deliveries() == 0, PATIENCE, "Slack's deliveries")

    async def _do(self, does: Sequence[Later]) -> None:
        """Let everyone act side by side, each one thing after the other, once the cards that they need are there."""
        if not self.is_settled and any(later.then.after == 0 for later in does):
            await self._settle()
        self.is_settled = False
        self.has_answers |= any(later.then.deed in ANSWERS for later in does)
        by_actor = defaultdict(list)
        for later in does:
            by_actor[later.actor].append(later)
        await asyncio.gather(*map(self._do_in_order, by_actor.values()))
        await self._delivered()

    async def _do_in_order(self, laters: Iterable[Later]) -> None:
        for later in laters:
            await self.actors.do(later)

    async def end_day(self) -> None:
        """Bring the day to rest, and let its answers reach those who reported."""
        if not self.is_settled:
            await self._settle()
        if self.has_answers:
            self.company.clock.advance(NOTICES_REST)
            await self._settle()
        self.has_answers = False

    async def _settle(self) -> None:
        await self.company.settled()
        self.is_settled = True

    async def _recap(self, label: str, due_at: datetime) -> None:
        """Wait until the recap of this month is taken, which the passing of its hour brings about."""
        deadline = time.monotonic() + PATIENCE
        while not await self.company.transact.read(is_decided, (self.company.spec.team_id, label)):
            if time.monotonic() > deadline:
                raise PermanentError(f"The recap of {label} fell due at {due_at:%d %B %H:%M} UTC and was not taken.")
            await asyncio.sleep(POLL)
        await self._settle()


def is_decided(uow: UnitOfWork, period: tuple[str, str], *, now: datetime) -> bool:  # noqa: ARG001
    """Tell whether the recap of a workspace's month was decided; `period` is its team and the month."""
    team_id, label = period
    return uow.runs.find(team_id, KIND, SCOPE, label) is not None
