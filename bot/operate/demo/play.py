"""Living the month: people share, product answers, time passes, and the recap appears because it fell due."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from bot.blocks import answers, card, modals
from bot.domain.errors import PermanentError
from bot.domain.text import clean
from bot.operate.demo.company import Company
from bot.operate.demo.notes import Note
from bot.operate.demo.script import DECLINE_INSTEAD, Done, Said, by_day
from bot.operate.demo.world import ASKS, FIELD, GUEST, INTEL, RECAP, VOICE, rep_id
from bot.playground.gestures import GestureOutcome
from bot.playground.views_of_people import SeenMessage
from bot.services.totals import list_reports

# The first instant of the month, and when its recap falls due: the second business day of November, 10:00 in Paris.
BEGIN = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)
RECAP_DUE = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
COMMANDS = {"intel": "/intel", "ask": "/ask"}
CHANNELS = {"field": FIELD, "voice": VOICE}
EMOJI = {"seen": "eyes", "accept": "white_check_mark", "verify": "white_check_mark", "take back seen": "eyes"}
BUTTONS = {"plan": card.ACTION_PLAN, "ship": card.ACTION_SHIP}
MOST_TYPED = 20
AT_ONCE = 8

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What the demo ends with, for scripts."""

    texts: int
    items: int
    answers: int
    posts: int


class Month:
    """One lived month: what was typed is kept here, so that it can be compared with what was stored."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.standin = company.standin
        self.typed: list[str] = []

    async def type_command(self, slack_user_id: str, command: str, text: str) -> None:
        """Type a command until it is acknowledged and kept; a look-up is answered with *Save this text instead*."""
        for _ in range(MOST_TYPED):
            outcome = await self.standin.command(slack_user_id, FIELD, command, text)
            if outcome.acknowledged and not is_given_back(outcome):
                break
        else:
            raise PermanentError(f"{command} was not acknowledged {MOST_TYPED} times in a row.")
        self.typed.append(text)
        if _offers_to_save(outcome):
            await self._save_instead(slack_user_id, text)
        elif not (outcome.response or {}).get("text", "").startswith("Got it"):
            raise PermanentError(f"{command} was answered with: {(outcome.response or {}).get('text', 'nothing')}")

    async def _save_instead(self, slack_user_id: str, text: str) -> None:
        for message in reversed(self.standin.messages(slack_user_id, FIELD)):
            for element in _elements(message):
                if element.get("value") == text and element["action_id"].startswith("look_up_save"):
                    await self.standin.click(slack_user_id, FIELD, message.ts, element["action_id"])
                    return
        raise PermanentError("A look-up offered to save its text, and then the offer was gone.")

    async def say(self, slack_user_id: str, channel_id: str, text: str) -> None:
        """Write a message that is to be captured."""
        await self.standin.say(slack_user_id, channel_id, text)
        self.typed.append(text)

    async def share(self, said: Said) -> None:
        """Share as the script says."""
        if said.way in COMMANDS:
            await self.type_command(rep_id(said.rep), COMMANDS[said.way], said.text)
        else:
            await self.say(rep_id(said.rep), CHANNELS[said.way], said.text)

    async def do(self, done: Done) -> None:
        """Decide as the script says, on the card with these words."""
        channel_id, seen = self._card(done.actor, done.about)
        if done.deed in EMOJI:
            await self.standin.react(done.actor, channel_id, seen.ts, EMOJI[done.deed])
            if done.deed == "take back seen":
                await self.company.settled()
                await self.standin.unreact(done.actor, channel_id, seen.ts, EMOJI[done.deed])
            return
        if done.deed in BUTTONS:
            await self.standin.click(done.actor, channel_id, seen.ts, BUTTONS[done.deed])
            return
        await self._answer_in_words(done, channel_id, seen)

    async def _answer_in_words(self, done: Done, channel_id: str, seen: SeenMessage) -> None:
        await self.standin.react(done.actor, channel_id, seen.ts, "speech_balloon")
        await self.company.settled()
        offer = [message for message in self.standin.messages(done.actor, channel_id) if message.is_ephemeral][-1]
        action = answers.ACTION_NOT_NOW if done.deed == "not now" else answers.ACTION_DECLINE
        await self.standin.click(done.actor, channel_id, offer.ts, action)
        view = self.standin.open_view(done.actor)
        if view is None:
            raise PermanentError(f"No form opened for: {done.about}")
        fields = {modals.FIELD_REASON: {modals.ACTION_FIELD: done.words}}
        if done.deed == "not now":
            look_again = (self.company.clock.now().date() + timedelta(days=120)).isoformat()
            fields[modals.FIELD_LOOK_AGAIN] = {modals.ACTION_FIELD: look_again}
        else:
            fields[modals.FIELD_INSTEAD] = {modals.ACTION_FIELD: DECLINE_INSTEAD}
        sent = await self.standin.submit(done.actor, view["id"], fields)
        if not sent.acknowledged or sent.errors:
            raise PermanentError(f"The form was not taken: {sent.errors}")

    def _card(self, viewer: str, about: str) -> tuple[str, SeenMessage]:
        for channel_id in (ASKS, INTEL):
            for message in self.standin.messages(viewer, channel_id):
                if about in message.text and not message.is_ephemeral:
                    return channel_id, message
        raise PermanentError(f"There is no card about: {about}")


def is_given_back(outcome: GestureOutcome) -> bool:
    """Tell whether the line came back with the request to send it again."""
    return answers.NOT_SAVED in str((outcome.response or {}).get("text", ""))


def _offers_to_save(outcome: GestureOutcome) -> bool:
    blocks = (outcome.response or {}).get("blocks") or []
    return any(block.get("block_id") == answers.BLOCK_LOOK_UP for block in blocks)


def _elements(message: SeenMessage) -> list[dict[str, str]]:
    return [element for block in message.blocks for element in block.get("elements", ()) if "action_id" in element]


async def live_script(month: Month, tell: Tell) -> None:
    """Live the scripted month."""
    days = list(by_day())
    for number, (day, said, done) in enumerate(days):
        await live_day(month, day, said, done)
        if day == 1:
            await month.standin.say(GUEST, FIELD, "Acme sends its best #hello")
        tell(number + 1, len(days))


async def live_day(month: Month, day: int, said: Sequence[Said], done: Sequence[Done]) -> None:
    """Live one day of October: in the morning people share, after lunch product decides, and is heard."""
    month.company.clock.move_to(datetime(2026, 10, day, 8, 0, tzinfo=UTC))
    for entry in said:
        await month.share(entry)
    await month.company.settled()
    month.company.clock.move_to(datetime(2026, 10, day, 13, 0, tzinfo=UTC))
    for deed in done:
        await month.do(deed)
        await month.company.settled()
    # Notices rest two minutes; then those who reported are told.
    month.company.clock.advance(timedelta(minutes=3))
    await month.company.settled()


async def live_notes(month: Month, notes: Sequence[Note], tell: Tell) -> None:
    """Play texts from a file over the month: intel and asks as commands, all else as messages."""
    reps, gate = month.company.options.reps, asyncio.Semaphore(AT_ONCE)
    done = 0

    async def play(number: int, note: Note) -> None:
        nonlocal done
        async with gate:
            rep = rep_id(number % reps)
            if note.kind in COMMANDS:
                await month.type_command(rep, COMMANDS[note.kind], note.text)
            else:
                await month.say(rep, VOICE, note.text)
        done += 1
        tell(done, len(notes))

    a_day = -(-len(notes) // 30)
    for day in range(30):
        month.company.clock.move_to(datetime(2026, 10, 1 + day, 8, 0, tzinfo=UTC))
        batch = list(enumerate(notes))[day * a_day : (day + 1) * a_day]
        await asyncio.gather(*(play(number, note) for number, note in batch))
    await month.company.settled()


async def finish(month: Month) -> tuple[str, Result]:
    """Move to when the recap falls due, wait for it, check what was stored; return the post and the figures."""
    month.company.clock.move_to(RECAP_DUE + timedelta(minutes=1))
    viewer = rep_id(0)
    await month.company.until(lambda: bool(month.standin.messages(viewer, RECAP)), 60, "the recap to be posted")
    totals = await month.company.settled()
    await _compare(month)
    if totals.inbox_parked or totals.outbox_dead:
        raise PermanentError(f"Something was left for a person: {totals}")
    recap = month.standin.messages(viewer, RECAP)[-1].text
    return recap, Result(len(month.typed), totals.items, _shown(month), totals.cards)


async def _compare(month: Month) -> None:
    """Every text stands in the database exactly once, as it was typed."""
    stored = Counter(
        report.words for report in await month.company.transact.read(list_reports, month.company.spec.team_id)
    )
    typed = Counter(clean(text) for text in month.typed)
    missing, extra = typed - stored, stored - typed
    if missing or extra:
        raise PermanentError(
            f"{missing.total()} texts are missing and {extra.total()} are too many: {[*missing, *extra][:3]}"
        )


def _shown(month: Month) -> int:
    """Count the private answers to captures, as their authors see them; commands are typed in the field channel."""
    reps = [rep_id(number) for number in range(month.company.options.reps)]
    seen = [message for rep in reps for place in (VOICE, FIELD) for message in month.standin.messages(rep, place)]
    return sum(1 for message in seen if message.is_ephemeral and message.text.startswith("Got it"))


def as_json(result: Result) -> dict[str, int]:
    """Return the figures as the script-readable last line has them."""
    return asdict(result)
