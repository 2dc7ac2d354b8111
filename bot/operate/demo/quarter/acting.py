"""The people of the quarter act: they type, decide, answer in words, reply, correct and delete."""

from datetime import date, timedelta

from bot.blocks import answers, modals
from bot.domain.errors import PermanentError
from bot.operate.demo.play import BUTTONS, CHANNELS, EMOJI, Month
from bot.operate.demo.quarter.people import NUMBERS
from bot.operate.demo.quarter.schedule import Later, Told, words_on
from bot.operate.demo.quarter.story import PRIYA, TOM, YUKI
from bot.operate.demo.script import Said
from bot.operate.demo.world import ASKS, FIELD, INTEL, rep_id
from bot.playground.views_of_people import SeenMessage

LOOK_AGAIN_DAYS = 90
REACTIONS = {**EMOJI, "me too": "heavy_plus_sign"}
AREA_EMOJI = {PRIYA: "key", TOM: "bar_chart", YUKI: "iphone"}
IN_WORDS = {"not now": answers.ACTION_NOT_NOW, "decline": answers.ACTION_DECLINE}


class Actors:
    """Everyone who types or decides within one quarter that begins on a day."""

    def __init__(self, month: Month, begins: date) -> None:
        self.month = month
        self.standin = month.standin
        self.begins = begins

    async def say(self, told: Told) -> None:
        """Type a line as it is told."""
        line, words = told.line, words_on(self.begins, told.line.text)
        number = NUMBERS[line.author]
        if line.way == "chat":
            await self.standin.say(rep_id(number), FIELD, words)
        else:
            await self.month.share(Said(line.day, number, line.way, words))

    async def do(self, later: Later) -> None:
        """Do what becomes of a line."""
        line = later.told.line
        actor = rep_id(NUMBERS[later.actor]) if later.actor in NUMBERS else later.actor
        match later.then.deed:
            case "not now" | "decline":
                await self._answer_in_words(actor, later)
            case "edit" | "delete":
                await self._change_message(actor, later)
            case "reply":
                channel_id, card = self._card(actor, line.about)
                await self.standin.say(actor, channel_id, later.then.words, thread_ts=card.ts)
            case "take back seen":
                await self._take_back(actor, line.about)
            case "plan" | "ship" as deed:
                channel_id, card = self._card(actor, line.about)
                await self.standin.click(actor, channel_id, card.ts, BUTTONS[deed])
            case deed:
                channel_id, card = self._card(actor, line.about)
                emoji = AREA_EMOJI[actor] if deed == "route" else REACTIONS[deed]
                await self.standin.react(actor, channel_id, card.ts, emoji)

    async def _take_back(self, actor: str, about: str) -> None:
        channel_id, card = self._card(actor, about)
        await self.standin.react(actor, channel_id, card.ts, REACTIONS["seen"])
        await self.month.company.settled()
        await self.standin.unreact(actor, channel_id, card.ts, REACTIONS["seen"])

    async def _change_message(self, actor: str, later: Later) -> None:
        """Edit or delete one's own message, and note what is now to be found of it."""
        line = later.told.line
        channel_id = CHANNELS[line.way]
        own = [seen for seen in self.standin.messages(actor, channel_id) if seen.user == actor]
        message = next(seen for seen in reversed(own) if line.about in seen.text)
        self.month.typed.remove(words_on(self.begins, line.text))
        if later.then.deed == "delete":
            await self.standin.delete(actor, channel_id, message.ts)
            return
        words = words_on(self.begins, later.then.words)
        await self.standin.edit(actor, channel_id, message.ts, words)
        self.month.typed.append(words)

    async def _answer_in_words(self, actor: str, later: Later) -> None:
        channel_id, card = self._card(actor, later.told.line.about)
        await self.standin.react(actor, channel_id, card.ts, "speech_balloon")
        await self.month.company.settled()
        action = IN_WORDS[later.then.deed]
        await self.standin.click(actor, channel_id, self._offer(actor, channel_id, card, action), action)
        view = self.standin.open_view(actor)
        if view is None:
            raise PermanentError(f"No form opened for: {later.told.line.about}")
        sent = await self.standin.submit(actor, view["id"], self._fields(later))
        if not sent.acknowledged or sent.errors:
            raise PermanentError(f"The form was not taken: {sent.errors}")

    def _offer(self, actor: str, channel_id: str, card: SeenMessage, action: str) -> str:
        """Return the ts of the private menu about the very item of this card."""
        items = {element.get("value") for element in _elements(card)}
        for seen in reversed(self.standin.messages(actor, channel_id)):
            offered = [element for element in _elements(seen) if element["action_id"] == action]
            if seen.is_ephemeral and any(element.get("value") in items for element in offered):
                return seen.ts
        raise PermanentError(f"Nothing was offered to {actor} on: {card.text}")

    def _fields(self, later: Later) -> dict[str, dict[str, object]]:
        fields: dict[str, dict[str, object]] = {modals.FIELD_REASON: {modals.ACTION_FIELD: later.then.words}}
        if later.then.deed == "not now":
            again_on = self.month.company.clock.now().date() + timedelta(days=LOOK_AGAIN_DAYS)
            fields[modals.FIELD_LOOK_AGAIN] = {modals.ACTION_FIELD: again_on.isoformat()}
        else:
            fields[modals.FIELD_INSTEAD] = {modals.ACTION_FIELD: later.then.instead}
        return fields

    def _card(self, viewer: str, about: str) -> tuple[str, SeenMessage]:
        """Return the card of a line and its channel: the newest, as a workspace may live a second quarter."""
        for channel_id in (ASKS, INTEL):
            for message in reversed(self.standin.messages(viewer, channel_id)):
                if message.is_from_app and not message.is_ephemeral and about in message.text:
                    return channel_id, message
        raise PermanentError(f"There is no card about: {about}")


def _elements(message: SeenMessage) -> list[dict[str, str]]:
    return [element for block in message.blocks for element in block.get("elements", ()) if "action_id" in element]
