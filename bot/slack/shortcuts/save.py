"""*Save as intel* and *Save as ask*: keep any message, also where Nugget is not, in threads and direct messages."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.blocks import answers
from bot.connectors.slack.lookup import fetch_permalink
from bot.domain.errors import TemporaryError
from bot.domain.words import Kind
from bot.services.confirm import AnswerLater, answer_later
from bot.services.save_message import Saved, SaveMessage, save_message
from bot.slack.desk import Desk, Gesture
from bot.slack.events.keeping import message_words
from bot.slack.facts import Needs
from bot.slack.spoken import hearing_in, message_key, read_spoken
from db.unit_of_work import UnitOfWork

SAVE_INTEL, SAVE_ASK = "save_intel", "save_ask"
KINDS: Mapping[str, Kind] = {SAVE_INTEL: Kind.NUGGET, SAVE_ASK: Kind.ASK}

# Slack waits three seconds. All that comes before the answer gets about half of them, the answer the rest; the link of
# the message is worth less of a wait than saving it (seconds).
SAVE_SECONDS, LINK_SECONDS = 1.4, 0.5


@dataclass(frozen=True, slots=True)
class Picked:
    """An entry of a message's menu that somebody picked, with the message as Slack showed it."""

    team_id: str
    kind: Kind
    channel_id: str
    message: Mapping[str, Any]
    saver: str
    permalink: str | None

    @property
    def ts(self) -> str:
        return str(self.message["ts"])


@dataclass(frozen=True, slots=True)
class SavedThere:
    """What became of it, and the thread in which to say so, where that can be done."""

    saved: Saved
    thread_ts: str | None


async def save_from_menu(desk: Desk, gesture: Gesture) -> None:
    """Save the message under the menu and tell whoever picked it, where they are looking."""
    message = gesture.body.get("message")
    if not isinstance(message, dict) or not isinstance(message.get("ts"), str) or gesture.channel_id is None:
        await desk.reply(gesture, answers.not_saved_because("unreadable", ""))
        return
    try:
        async with asyncio.timeout(SAVE_SECONDS):
            if not await desk.is_member(gesture):
                await desk.reply(gesture, answers.say(answers.MEMBERS_ONLY))
                return
            there = await _save(desk, gesture, gesture.channel_id, message)
    except (TemporaryError, TimeoutError):
        # If it came to be saved all the same, saving it again saves it once.
        await desk.reply(gesture, answers.say(answers.MENU_NOT_SAVED))
        return
    await _tell(desk, gesture, there)


async def _save(desk: Desk, gesture: Gesture, channel_id: str, message: Mapping[str, Any]) -> SavedThere:
    author = message.get("user")
    client = desk.client_of(gesture.team_id)
    people = Needs(frozenset({author} if isinstance(author, str) and author else ()))
    _, permalink = await asyncio.gather(
        desk.facts.ensure(gesture.team_id, people),
        fetch_permalink(client, channel_id, message["ts"], LINK_SECONDS),
    )
    kind = KINDS[str(gesture.body.get("callback_id"))]
    picked = Picked(gesture.team_id, kind, channel_id, message, gesture.slack_user_id, permalink)
    return await desk.transact(save_picked, picked)


def save_picked(uow: UnitOfWork, picked: Picked, *, now: datetime) -> SavedThere:
    """Read the message as it would have been heard, and save it."""
    hearing = hearing_in(uow, picked.team_id, picked.channel_id)
    spoken = read_spoken(picked.team_id, picked.channel_id, picked.message, picked.ts, hearing)
    command = SaveMessage(
        team_id=picked.team_id,
        kind=picked.kind,
        channel_id=picked.channel_id,
        message_ts=picked.ts,
        key=message_key(picked.channel_id, picked.ts),
        saver=picked.saver,
        said=message_words(spoken),
        permalink=picked.permalink,
    )
    saved = save_message(uow, command, now=now)
    channel = uow.people.find_channel(picked.team_id, picked.channel_id)
    can_whisper = channel is not None and channel.has_bot and not channel.is_direct
    return SavedThere(saved, spoken.replied_in if can_whisper else None)


async def _tell(desk: Desk, gesture: Gesture, there: SavedThere) -> None:
    """Answer at once; the response address of a shortcut knows no threads, so a thread is answered by the outbox."""
    if there.thread_ts is None:
        await desk.reply(gesture, there.saved.answer)
        return
    answer = AnswerLater(
        team_id=gesture.team_id,
        slack_user_id=gesture.slack_user_id,
        channel_id=gesture.channel_id,
        message=there.saved.answer,
        key=f"menu:{gesture.trigger_id}",
        thread_ts=there.thread_ts,
        item_id=there.saved.item_id,
    )
    await desk.transact(answer_later, answer)


HANDLERS = dict.fromkeys(KINDS, save_from_menu)
