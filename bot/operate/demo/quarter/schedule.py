"""When everything of a quarter happens: lines by working day become instants of three real months."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.periods import is_business_day, next_label, previous_label, recap_due, wall_to_utc
from bot.domain.policies import RecapPolicy
from bot.operate.demo.quarter.first_month import FIRST_MONTH
from bot.operate.demo.quarter.people import NEWCOMERS, NUMBERS, Newcomer, Turn, usual_hour
from bot.operate.demo.quarter.second_month import SECOND_MONTH
from bot.operate.demo.quarter.story import Line, Then
from bot.operate.demo.quarter.third_month import THIRD_MONTH

ZONE = ZoneInfo("Europe/Paris")
MONTHS = (FIRST_MONTH, SECOND_MONTH, THIRD_MONTH)
SATURDAY = 5
COMING_HOUR, GOING_HOUR = 8, 19
# PMs look through the cards once a day: before lunch on odd days of the month, in the afternoon on even ones.
DECIDING_HOURS = (15, 11)
AHEAD = re.compile(r"\{\+([0-9]{1,3})\}")


@dataclass(frozen=True, slots=True)
class Told:
    """A line of one of the months (from 0)."""

    month: int
    line: Line


TOLD = tuple(Told(month, line) for month, lines in enumerate(MONTHS) for line in lines)


@dataclass(frozen=True, slots=True)
class Later:
    """Something that becomes of a line, with the person who does it as a user's id or first name."""

    told: Told
    then: Then
    actor: str


@dataclass(slots=True)
class Moment:
    """All that happens at one instant: who comes and goes, what is said, what becomes of earlier lines."""

    at: datetime
    recap_of: str | None = None
    """The month of the quarter, as in 2026-10, whose recap falls due at this instant."""
    comes: list[Newcomer] = field(default_factory=list)
    goes: list[Newcomer] = field(default_factory=list)
    says: list[Told] = field(default_factory=list)
    does: list[Later] = field(default_factory=list)

    @property
    def gestures(self) -> int:
        """How many steps of progress this moment is."""
        return len(self.comes) + len(self.goes) + len(self.says) + len(self.does)


def months_from(begin_on: date) -> tuple[date, date, date]:
    """Return the first days of three months: the month of `begin_on` if that is its first day, else the next one."""
    first = begin_on if begin_on.day == 1 else _next_month(begin_on)
    second = _next_month(first)
    return first, second, _next_month(second)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def working_day(first: date, number: int) -> date:
    """Return the working day of this number, from 1, of the month that begins with `first`."""
    days = (first + timedelta(days=ahead) for ahead in range(31))
    return [day for day in days if is_business_day(day)][number - 1]


def told_on(months: Sequence[date], told: Told) -> date:
    """Return the day on which a line is typed."""
    day = working_day(months[told.month], told.line.day)
    return day + timedelta(days=SATURDAY - day.weekday()) if told.line.weekend else day


def done_on(said_on: date, then: Then) -> date:
    """Return the day on which something becomes of a line that was typed on `said_on`."""
    day = said_on
    for _ in range(then.after):
        day += timedelta(days=1)
        while not is_business_day(day):
            day += timedelta(days=1)
    return day


def words_on(begins: date, text: str) -> str:
    """Return a text with `{+80}` as the date so many days after the quarter begins."""
    return AHEAD.sub(lambda found: (begins + timedelta(days=int(found[1]))).isoformat(), text)


def instant(day: date, hour: int) -> datetime:
    """Return when an hour's gestures happen; never on the hour itself, which belongs to the recap."""
    minute = 4 + (day.toordinal() * 37 + hour * 11) % 50
    return wall_to_utc(day, time(hour, minute), ZONE)


def plan_quarter(begin_on: date, told: Sequence[Told] = TOLD) -> list[Moment]:
    """Return the moments of the quarter in their order, the last one being when its third recap falls due."""
    months = months_from(begin_on)
    moments: dict[datetime, Moment] = {}

    def at(when: datetime) -> Moment:
        return moments.setdefault(when, Moment(when))

    for label, due_at in _recaps_due(months):
        # Whether the month before has a recap at all depends on how long the bot has been there.
        at(due_at).recap_of = label if label >= f"{months[0]:%Y-%m}" else None
    for newcomer in NEWCOMERS:
        if newcomer.comes:
            at(_turn(months, newcomer.comes, COMING_HOUR)).comes.append(newcomer)
        if newcomer.goes:
            at(_turn(months, newcomer.goes, GOING_HOUR)).goes.append(newcomer)
    for entry in told:
        said_on = told_on(months, entry)
        at(instant(said_on, entry.line.hour)).says.append(entry)
        for when, later in _laters(said_on, entry):
            at(when).does.append(later)
    return [moments[when] for when in sorted(moments)]


def _turn(months: Sequence[date], turn: Turn, hour: int) -> datetime:
    return instant(working_day(months[turn.month], turn.day), hour)


def _laters(said_on: date, told: Told) -> Iterator[tuple[datetime, Later]]:
    for then in told.line.then:
        day, actor = done_on(said_on, then), then.actor or told.line.author
        if then.after == 0:
            hour = told.line.hour + 1
        elif actor in NUMBERS:
            hour = usual_hour(actor)
        else:
            hour = DECIDING_HOURS[day.day % 2]
        yield instant(day, hour), Later(told, then, actor)


def _recaps_due(months: Sequence[date]) -> Iterator[tuple[str, datetime]]:
    """Yield the month before the quarter and its three, each with when its recap falls due in the demo's settings."""
    label = previous_label(f"{months[0]:%Y-%m}")
    for _ in range(len(months) + 1):
        yield label, recap_due(label, RecapPolicy(), ZONE)
        label = next_label(label)
