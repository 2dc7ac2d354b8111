"""The form for a further report on an item: for whom, how it is known, and what else there is to say."""

from bot.blocks.modals import FIELD_ACCOUNT, FIELD_HOW_KNOWN, FIELD_WORDS
from bot.domain.words import HowKnown
from bot.services.confirm import AnswerLater, answer_later
from bot.services.me_too import AddReport, LookUpAdded, add_report, look_up_added
from bot.slack.desk import Desk
from bot.slack.modals.base import FieldErrors, SentForm


async def submit(desk: Desk, form: SentForm) -> FieldErrors:
    """Add the report; sent twice, it is added once."""
    gesture, grade = form.gesture, form.field(FIELD_HOW_KNOWN)
    command = AddReport(
        team_id=gesture.team_id,
        item_id=form.number("item"),
        actor=gesture.slack_user_id,
        gesture_key=f"form:{form.view_id}",
        words_ts=f"{desk.now().timestamp():.6f}",
        account=form.filled.get(FIELD_ACCOUNT, ()),
        words=form.field(FIELD_WORDS),
        how_known=HowKnown(grade) if grade in list(HowKnown) else None,
    )
    added = await desk.transact(add_report, command)
    message = await desk.transact.read(look_up_added, LookUpAdded(gesture.team_id, gesture.slack_user_id, added))
    answer = AnswerLater(
        team_id=gesture.team_id,
        slack_user_id=gesture.slack_user_id,
        channel_id=form.channel_id,
        message=message,
        key=f"added:{added.report_id}",
        item_id=added.item_id,
    )
    await desk.transact(answer_later, answer)
    return {}
