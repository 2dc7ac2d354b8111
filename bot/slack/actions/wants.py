"""Presses on questions to the field: answer one, take one's own back, replace it, or go on looking."""

import json
from collections.abc import Mapping

from bot.blocks import answers, wants
from bot.domain.errors import MendableError
from bot.domain.text import is_blank
from bot.services.fill_want import AnswerWant, ReopenWant, TellWant, answer_want, deny_want, reopen_want, tell_want
from bot.services.wants import AskField, CloseWant, ReadWant, ask_field, read_want_for, withdraw_want
from bot.slack.actions.base import Press, PressHandler
from bot.slack.desk import Desk
from bot.slack.spoken import FindSpoken, find_spoken


async def know(desk: Desk, press: Press) -> None:
    """Open the form for what someone knows."""
    gesture = press.gesture
    query = ReadWant(gesture.team_id, gesture.slack_user_id, press.number)
    want = await desk.transact.read(read_want_for, query)
    about = json.dumps({"want": press.number, "channel": gesture.channel_id})
    await desk.open_form(gesture, wants.tell_form(want, private_metadata=about))


async def answer(desk: Desk, press: Press) -> None:
    """Answer a question with what was just shared."""
    await desk.reply(press.gesture, await desk.transact(answer_want, _answer(press)), replace=True)


async def answer_by_reply(desk: Desk, press: Press) -> None:
    """Answer a question with one's own reply in its thread, as it reads now."""
    gesture = press.gesture
    want_id, _, ts = press.value.partition(":")
    found = await desk.transact.read(find_spoken, FindSpoken(gesture.team_id, str(gesture.channel_id), ts))
    is_theirs = found is not None and found.author == gesture.slack_user_id and not is_blank(found.words)
    if found is None or not is_theirs or not (want_id.isascii() and want_id.isdigit()):
        gone = answers.say("Your reply is gone, so nothing was kept. “I know something” takes it anew.")
        await desk.reply(gesture, gone, replace=True)
        return
    command = TellWant(
        team_id=gesture.team_id,
        want_id=int(want_id),
        actor=gesture.slack_user_id,
        words=found.words,
        gesture_key=found.key,
        words_ts=found.words_ts,
        channel_id=found.channel_id,
        message_ts=found.ts,
        files=found.files,
    )
    told = await desk.transact(tell_want, command)
    await desk.reply(gesture, told.answer, replace=True)


async def deny(desk: Desk, press: Press) -> None:
    """Leave the question open."""
    await desk.reply(press.gesture, await desk.transact.read(deny_want, _answer(press)), replace=True)


def _answer(press: Press) -> AnswerWant:
    want_id, _, item_id = press.value.partition(":")
    if not (want_id.isascii() and want_id.isdigit() and item_id.isascii() and item_id.isdigit()):
        raise MendableError("This button is from an older message. Nothing was changed.")
    return AnswerWant(press.gesture.team_id, int(want_id), int(item_id), press.gesture.slack_user_id)


async def withdraw(desk: Desk, press: Press) -> None:
    """Take one's own question back; its words come back to its author alone."""
    command = CloseWant(press.gesture.team_id, press.gesture.slack_user_id, want_id=press.number)
    await desk.reply(press.gesture, await desk.transact(withdraw_want, command), replace=True)


async def replace(desk: Desk, press: Press) -> None:
    """Ask the new question in the place of the one that is open."""
    gesture = press.gesture
    key = f"press:{gesture.trigger_id}:{press.action_id}"
    command = AskField(gesture.team_id, gesture.slack_user_id, press.value, key, replaces=True)
    try:
        message = await desk.transact(ask_field, command)
    except MendableError as error:
        message = answers.refused_with_text(str(error), press.value)
    await desk.reply(gesture, message, replace=True)


async def still_looking(desk: Desk, press: Press) -> None:
    """Open one's own question again."""
    command = ReopenWant(press.gesture.team_id, press.number, press.gesture.slack_user_id)
    await desk.reply(press.gesture, await desk.transact(reopen_want, command))


HANDLERS: Mapping[str, PressHandler] = {
    wants.ACTION_KNOW: know,
    wants.ACTION_ANSWERS: answer,
    wants.ACTION_ANSWERS_NOT: deny,
    wants.ACTION_REPLY_ANSWERS: answer_by_reply,
    wants.ACTION_WITHDRAW: withdraw,
    wants.ACTION_REPLACE: replace,
    wants.ACTION_STILL_LOOKING: still_looking,
}
