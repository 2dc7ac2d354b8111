"""Presses on the answers to saving a message: what it is, that it was heard first-hand, and taking it back."""

from collections.abc import Mapping

from bot.blocks import answers
from bot.domain.errors import MendableError
from bot.domain.words import Kind
from bot.services.save_message import SaveMessage, SayFirstHand, Unsave, save_own, say_first_hand, unsave
from bot.slack.actions.base import Press, PressHandler
from bot.slack.desk import Desk
from bot.slack.events.keeping import message_words
from bot.slack.spoken import FindSpoken, find_spoken, message_key

KINDS = {answers.ACTION_SAVE_AS_INTEL: Kind.NUGGET, answers.ACTION_SAVE_AS_ASK: Kind.ASK}


async def save_as(desk: Desk, press: Press) -> None:
    """Save one's own line as what one now says it is."""
    gesture = press.gesture
    channel_id, _, ts = press.value.partition(":")
    spoken = await desk.transact.read(find_spoken, FindSpoken(gesture.team_id, channel_id, ts))
    if spoken is not None and spoken.author != gesture.slack_user_id:
        raise MendableError("This question is for whoever wrote the line. Nothing was saved.")
    command = SaveMessage(
        team_id=gesture.team_id,
        kind=KINDS[press.action_id],
        channel_id=channel_id,
        message_ts=ts,
        key=message_key(channel_id, ts),
        saver=gesture.slack_user_id,
        said=message_words(spoken) if spoken else None,
    )
    saved = await desk.transact(save_own, command)
    await desk.reply(gesture, saved.answer, replace=True)


async def take_back_saved(desk: Desk, press: Press) -> None:
    """Take back what one saved for somebody else, while nobody has built on it."""
    command = Unsave(press.gesture.team_id, press.number, press.gesture.slack_user_id)
    name = await desk.transact(unsave, command)
    if name is None:
        raise MendableError("Someone has worked on it since, so it stays. Its author can still take it back.")
    await desk.reply(press.gesture, answers.unsaved(name), replace=True)


async def first_hand(desk: Desk, press: Press) -> None:
    """Grade one's own report as first-hand."""
    command = SayFirstHand(press.gesture.team_id, press.number, press.gesture.slack_user_id)
    await desk.reply(press.gesture, await desk.transact(say_first_hand, command), replace=True)


HANDLERS: Mapping[str, PressHandler] = {
    **dict.fromkeys(KINDS, save_as),
    answers.ACTION_UNSAVE: take_back_saved,
    answers.ACTION_FIRST_HAND: first_hand,
}
