"""Presses on the answer to a capture: edit, take back, share or keep, and save a looked-up line after all."""

import json
from collections.abc import Mapping

from bot.blocks import answers
from bot.blocks.modals import edit_form
from bot.domain.words import Kind
from bot.services.capture import CaptureWords, capture_words
from bot.services.edit_report import ReadOwnReport, read_own_report
from bot.services.look_up import LookUpSaved, look_up_saved
from bot.services.revise import ShareItem, TakeBack, share_item
from bot.services.revise import take_back as withdraw
from bot.services.wants import DropTyped, drop_typed
from bot.slack.actions.base import Press, PressHandler
from bot.slack.desk import Desk


async def edit(desk: Desk, press: Press) -> None:
    """Open the person's own report in a form, with everything that stands beside its words."""
    query = ReadOwnReport(press.gesture.team_id, press.gesture.slack_user_id, press.number)
    report = await desk.transact.read(read_own_report, query)
    back = json.dumps({"report": press.number, "channel": press.gesture.channel_id})
    await desk.open_form(press.gesture, edit_form(report.words, report.drawing, private_metadata=back))


async def take_back(desk: Desk, press: Press) -> None:
    """Withdraw the person's own report; its words come back to them alone."""
    command = TakeBack(press.gesture.team_id, press.number, press.gesture.slack_user_id)
    name, words = await desk.transact(withdraw, command)
    await desk.reply(press.gesture, answers.taken_back(name, words), replace=True)
    desk.tell_afterwards(press.gesture, answers.rest_of_words(words))


async def share(desk: Desk, press: Press) -> None:
    """Open to everyone at work what was said in a private place."""
    command = ShareItem(press.gesture.team_id, press.number, press.gesture.slack_user_id)
    name = await desk.transact(share_item, command)
    await desk.reply(press.gesture, answers.shared(name), replace=True)


async def keep(desk: Desk, press: Press) -> None:
    """Leave it where it was said; nothing changes, and the person is told so."""
    await desk.reply(press.gesture, answers.kept_here(), replace=True)


async def save_instead(desk: Desk, press: Press) -> None:
    """Save a line that was taken for a look-up, exactly as it was typed."""
    kind = Kind.ASK if press.action_id == answers.ACTION_SAVE_ASK_INSTEAD else Kind.NUGGET
    captured = await desk.transact(
        capture_words,
        CaptureWords(
            team_id=press.gesture.team_id,
            kind=kind,
            words=press.value,
            reporter=press.gesture.slack_user_id,
            gesture_key=f"instead:{press.gesture.trigger_id}",
            words_ts=f"{desk.now().timestamp():.6f}",
            channel_id=press.gesture.channel_id,
            is_typed=True,
        ),
    )
    message = await desk.transact.read(look_up_saved, LookUpSaved(captured.report_id, captured.is_first))
    # A line that asked the field was meant as intel, so nobody is asked any more.
    await desk.transact(drop_typed, DropTyped(press.gesture.team_id, press.gesture.slack_user_id, press.value))
    await desk.reply(press.gesture, message, replace=True)


HANDLERS: Mapping[str, PressHandler] = {
    answers.ACTION_EDIT: edit,
    answers.ACTION_TAKE_BACK: take_back,
    answers.ACTION_SHARE_TEXT: share,
    answers.ACTION_KEEP_IN_CHANNEL: keep,
    answers.ACTION_SAVE_ASK_INSTEAD: save_instead,
    answers.ACTION_SAVE_INTEL_INSTEAD: save_instead,
}
