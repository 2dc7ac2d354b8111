"""The form that takes the answer to the coaching question."""

from bot.blocks import modals
from bot.domain.text import is_blank
from bot.services.coach import AnswerCoaching, answer_coaching
from bot.services.confirm import AnswerLater, answer_later
from bot.slack.desk import Desk
from bot.slack.modals.base import FieldErrors, SentForm


async def submit(desk: Desk, form: SentForm) -> FieldErrors:
    """Add the answer to its author's report; sent twice, it is added once."""
    words, gesture = form.field(modals.FIELD_WORDS), form.gesture
    if is_blank(words):
        return {modals.FIELD_WORDS: "One sentence is enough. To leave it, close this and press Skip."}
    report_id, now = form.number("report"), desk.now()
    command = AnswerCoaching(gesture.team_id, report_id, gesture.slack_user_id, words, f"{now.timestamp():.6f}")
    message = await desk.transact(answer_coaching, command)
    offer = form.about.get("offer")
    if isinstance(offer, str):
        # The question has done its work, so what came of it takes its place.
        desk.replace_afterwards(offer, message)
        return {}
    key = f"coached:{report_id}:{form.view_id}"
    await desk.transact(
        answer_later, AnswerLater(gesture.team_id, gesture.slack_user_id, form.channel_id, message, key)
    )
    return {}
