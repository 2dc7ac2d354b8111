"""The form of *I know something*: one field, whose words become intel and answer the question."""

from bot.blocks import modals
from bot.domain.text import is_blank
from bot.services.confirm import AnswerLater, answer_later, saved_key
from bot.services.fill_want import TellWant, tell_want
from bot.slack.desk import Desk
from bot.slack.modals.base import FieldErrors, SentForm


async def submit(desk: Desk, form: SentForm) -> FieldErrors:
    """Keep the words and answer the question with them; sent twice, both happen once."""
    words, gesture = form.field(modals.FIELD_WORDS), form.gesture
    if is_blank(words):
        return {modals.FIELD_WORDS: "One line is enough, but a line it needs."}
    command = TellWant(
        team_id=gesture.team_id,
        want_id=form.number("want"),
        actor=gesture.slack_user_id,
        words=words,
        gesture_key=f"form:{form.view_id}",
        words_ts=f"{desk.now().timestamp():.6f}",
    )
    told = await desk.transact(tell_want, command)
    answer = AnswerLater(
        gesture.team_id,
        gesture.slack_user_id,
        form.channel_id,
        told.answer,
        saved_key(told.report_id),
        item_id=told.item_id,
    )
    await desk.transact(answer_later, answer)
    return {}
