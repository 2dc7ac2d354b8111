"""The people of the simulation: what they type, change, delete, react to and press, and what they were told."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.blocks import answers, card, modals
from bot.domain.text import clean
from bot.domain.words import NoiseReason
from bot.operate.demo.world import ASKS, FIELD, INTEL, LEAD, PMS, VOICE, rep_id
from bot.playground.errors import RefusedGestureError
from bot.playground.views_of_people import SeenMessage
from tests.faults.facts import Row
from tests.faults.sim_world import REPS, Slack, World

SUBJECTS = (
    "Acme offers SSO for {number} seats at Globex for $12k", "Globex needs an export of {number} rows",
    "Initech cut its price by {number} dollars #pricing", "Stark Logistics wants offline maps, case {number}",
    "Umbrella Cloud lost deal {number} at Wayne Foods", "Acme hired {number} people in Lyon #people",
)  # fmt: skip
EMOJI = ("eyes", "white_check_mark", "key", "bar_chart", "iphone", "speech_balloon", "heavy_plus_sign")
# Someone who sees an error types the line again, after so long (seconds) and so often at most.
AGAIN_AFTER, MOST_TYPED = (1.0, 25.0), 6
ANSWERERS = (*PMS, LEAD)
OWN_REPORT = (answers.ACTION_EDIT, answers.ACTION_TAKE_BACK)


@dataclass
class Text:
    """Something that a person shared: its versions in order, and whether they were told that it is kept."""

    user: str
    versions: list[str]
    channel: str = FIELD
    ts: str | None = None
    is_told: bool = False
    may_be_gone: bool = False
    is_deleted: bool = False
    is_edited_in_form: bool = False


@dataclass
class People:
    """Everyone who works there. Each does one thing at a time, and does not give up at once."""

    world: World
    slack: Slack
    words_of: Callable[[int], str | None]
    """What the database holds of a report, by its id: a private answer names only that."""
    texts: list[Text] = field(default_factory=list)
    _busy: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    _reactions: list[tuple[str, str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = self.world.chance["people"]

    async def act(self) -> None:
        """Let somebody do something; what Slack's client would not offer them is nothing."""
        deeds: Mapping[Callable[[], Awaitable[None]], float] = {
            self.type_line: 5, self.say: 5, self.fill_form: 1, self.reply: 1, self.edit: 2, self.delete: 1,
            self.react: 5, self.take_reaction_away: 2, self.press_card: 3, self.press_answer: 2,
        }  # fmt: skip
        deed = self.chance.choices(list(deeds), list(deeds.values()))[0]
        name = getattr(deed, "__name__", "")
        self.world.counts[f"gesture {name}"] += 1
        try:
            await deed()
        except RefusedGestureError as error:
            self.world.note(f"not offered: {name} {str(error)[:60]}")

    def _rep(self) -> str:
        return rep_id(self.chance.randrange(REPS))

    def _words(self) -> str:
        return self.chance.choice(SUBJECTS).format(number=1000 + len(self.texts))

    def _share(self, text: Text) -> Text:
        self.texts.append(text)
        return text

    async def type_line(self) -> None:
        """Type a command until it is answered with *Got it*, or give up."""
        text, command = self._share(Text(self._rep(), [self._words()])), self.chance.choice(("/intel", "/ask"))
        async with self._busy[text.user]:
            for _ in range(MOST_TYPED):
                outcome = await self.slack.command(text.user, FIELD, command, text.versions[0])
                said = str((outcome.response or {}).get("text", ""))
                self.world.note(f"{text.user} typed {text.versions[0]!r}: {outcome.error or said[:30]!r}")
                if outcome.acknowledged and said.startswith("Got it"):
                    text.is_told = True
                    return
                await asyncio.sleep(self.chance.uniform(*AGAIN_AFTER))

    async def fill_form(self) -> None:
        """Open the form of a command, and send it until it is taken."""
        text, command = self._share(Text(self._rep(), [self._words()])), self.chance.choice(("/intel", "/ask"))
        async with self._busy[text.user]:
            await self.slack.command(text.user, FIELD, command, "")
            text.is_told = await self._send({modals.FIELD_WORDS: text.versions[0]}, text.user)

    async def _send(self, words: Mapping[str, str], user: str) -> bool:
        """Fill in the form in front of somebody and send it, again after an error; True once it was taken."""
        for _ in range(3):
            view = self.slack.open_view(user)
            if view is None:
                return False
            fields = {name: {modals.ACTION_FIELD: value} for name, value in words.items()}
            sent = await self.slack.submit(user, view["id"], fields)
            self.world.note(f"{user} sent {view['callback_id']}: {sent.error or sent.errors or 'taken'}")
            if sent.acknowledged and not sent.errors and sent.error is None:
                return True
            await asyncio.sleep(self.chance.uniform(*AGAIN_AFTER))
        view = self.slack.open_view(user)
        if view is not None:
            await self.slack.close_view(user, view["id"])
        return False

    async def say(self) -> None:
        """Write into a watched channel; where only tagged messages count, the words name a competitor."""
        channel, words = self.chance.choice((VOICE, FIELD)), self._words()
        words = words if channel == VOICE else f"{words} #heard"
        text = self._share(Text(self._rep(), [words], channel))
        text.ts = await self.slack.say(text.user, channel, words)

    def _standing(self) -> Text:
        """Choose a message that somebody wrote and that still stands; raises `RefusedGestureError` for none."""
        found = [text for text in self.texts if text.ts is not None and not text.is_deleted]
        if not found:
            raise RefusedGestureError("Nothing was written yet.")
        return self.chance.choice(found)

    async def reply(self) -> None:
        text = self._standing()
        await self.slack.say(self._rep(), text.channel, f"More on that #{len(self.texts)}", thread_ts=text.ts)

    async def edit(self) -> None:
        text = self._standing()
        words = f"{text.versions[0]}, corrected {len(text.versions)}"
        text.versions.append(words)
        await self.slack.edit(text.user, text.channel, text.ts or "", words)

    async def delete(self) -> None:
        text = self._standing()
        text.is_deleted = True
        await self.slack.delete(text.user, text.channel, text.ts or "")

    def _cards(self) -> list[tuple[str, SeenMessage]]:
        return [
            (channel, message) for channel in (INTEL, ASKS) for message in self.slack.messages(LEAD, channel)
            if message.is_from_app and not message.is_ephemeral
        ]  # fmt: skip

    def _card(self) -> tuple[str, SeenMessage]:
        found = self._cards()
        if not found:
            raise RefusedGestureError("There is no card yet.")
        return self.chance.choice(found)

    async def react(self) -> None:
        """Put an emoji with a meaning on a card or a message, as somebody who may, or may not."""
        user = self.chance.choice((*ANSWERERS, self._rep()))
        if self.chance.random() < 0.3:
            text = self._standing()
            channel, ts = text.channel, text.ts or ""
        else:
            channel, message = self._card()
            ts = message.ts
        emoji = self.chance.choice(EMOJI)
        await self.slack.react(user, channel, ts, emoji)
        self._reactions.append((user, channel, ts, emoji))

    async def take_reaction_away(self) -> None:
        if self._reactions:
            await self.slack.unreact(*self._reactions.pop(self.chance.randrange(len(self._reactions))))

    async def press_card(self) -> None:
        """Press a button of a card, and fill in the form if one opens."""
        user = self.chance.choice(ANSWERERS)
        channel, message = self._card()
        await self._press(user, channel, message, lambda action: action.startswith("card_"))

    async def press_answer(self) -> None:
        """Press a button of something that only this person sees."""
        users = (*ANSWERERS, *(rep_id(number) for number in range(REPS)))
        seen = [
            (user, channel, message) for user in users for channel in (FIELD, VOICE, INTEL, ASKS)
            for message in self.slack.messages(user, channel) if message.is_ephemeral and list(_buttons(message))
        ]  # fmt: skip
        if seen:
            await self._press(*self.chance.choice(seen), lambda _: True)

    async def _press(self, user: str, channel: str, message: SeenMessage, wanted: Callable[[str], bool]) -> None:
        buttons = [button for button in _buttons(message) if wanted(button["action_id"])]
        if not buttons:
            return
        button = self.chance.choice(buttons)
        action = button["action_id"]
        async with self._busy[user]:
            text = self._text_of(button)
            if action == answers.ACTION_TAKE_BACK and text is not None:
                text.may_be_gone = True
            outcome = await self.slack.click(user, channel, message.ts, action, value=button.get("value"))
            self.world.note(f"{user} pressed {action}: {outcome.error or 'taken'}")
            if self.slack.open_view(user) is not None:
                await self._send(self._words_for(user, action, text), user)

    def _text_of(self, button: Mapping[str, Any]) -> Text | None:
        """Find the text that a button of a private answer is about."""
        words = self.words_of(int(button["value"])) if button["action_id"] in OWN_REPORT else None
        return next((text for text in self.texts if words in text.versions), None)

    def _words_for(self, user: str, action: str, text: Text | None) -> dict[str, str]:
        if action == answers.ACTION_EDIT:
            words = f"{self._words()}, by form"
            if text is not None:
                text.versions.append(words)
                text.is_edited_in_form = True
            return {modals.FIELD_WORDS: words}
        if action == card.ACTION_NOISE:
            return {modals.FIELD_NOISE_REASON: NoiseReason.TEST.value}
        given = {modals.FIELD_REASON: "We build for teams under 50 this year."}
        if action == answers.ACTION_NOT_NOW:
            look_again = (self.world.true_now() + timedelta(days=60)).date()
            given[modals.FIELD_LOOK_AGAIN] = look_again.isoformat()
        return given

    # What has to be kept in the end.

    def expected(self, kept: list[str], events: list[Row]) -> list[str]:
        """Return the words that have to be kept, given what is: where several ends are right, the one that came."""
        left, wanted = list(kept), []
        for text in self.texts:
            allowed = [clean(words) if words is not None else None for words in self._ends(text, events)]
            found = next((words for words in allowed if words in left), None)
            if found is not None:
                left.remove(found)
                wanted.append(found)
            elif None not in allowed:
                wanted.append(str(allowed[0]))
        return wanted

    def _ends(self, text: Text, events: list[Row]) -> list[str | None]:
        """Return what may be kept of a text in the end; None is nothing."""
        if text.ts is None:
            words: list[str | None] = [*reversed(text.versions)]
            return words if text.is_told and not text.may_be_gone else [*words, None]
        acknowledged = [e["event"] for e in events if e["is_acknowledged"] and _names(e["event"], text)]
        if any(event.get("subtype") == "message_deleted" for event in acknowledged):
            return [None]
        heard = [str((event.get("message") or event).get("text")) for event in acknowledged]
        latest = max((number for number, words in enumerate(text.versions) if words in heard), default=0)
        first = 0 if text.is_edited_in_form else latest
        ends: list[str | None] = [*reversed(text.versions[first:])]
        return [*ends, None] if text.may_be_gone or text.is_deleted else ends


def _buttons(message: SeenMessage) -> Iterator[dict[str, Any]]:
    for block in message.blocks:
        for element in (*block.get("elements", ()), block.get("accessory") or {}):
            if element.get("type") == "button" and "action_id" in element and "url" not in element:
                yield element


def _names(event: Any, text: Text) -> bool:
    if not isinstance(event, dict) or event.get("type") != "message" or event.get("channel") != text.channel:
        return False
    inner = event.get("message") or event.get("previous_message") or event
    return text.ts in (inner.get("ts"), event.get("deleted_ts"))
