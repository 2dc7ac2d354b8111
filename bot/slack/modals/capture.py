"""The forms that share something, and the one that edits it."""

from bot.blocks import modals
from bot.domain.text import is_blank
from bot.domain.words import HowKnown, Kind
from bot.services.capture import Captured, CaptureWords, capture_words
from bot.services.confirm import AnswerLater, answer_later, saved_key
from bot.services.look_up import LookUpSaved, look_up_saved
from bot.services.revise import RewriteReport, rewrite_report
from bot.slack.desk import Desk
from bot.slack.modals.base import FieldErrors, SentForm

MOST_WORD_FIELDS = 20


def words_of(form: SentForm) -> str:
    """Return the words of a form, joined again where they were too long for one field."""
    return "".join(form.field(block_id) for block_id in modals.word_field_ids(MOST_WORD_FIELDS))


async def submit(desk: Desk, form: SentForm) -> FieldErrors:
    """Save what a capture form holds; sent twice, it saves once."""
    words = words_of(form)
    if is_blank(words):
        return {modals.FIELD_WORDS: "One line is enough, but a line it needs."}
    grade = form.field(modals.FIELD_HOW_KNOWN)
    command = CaptureWords(
        team_id=form.gesture.team_id,
        kind=Kind.ASK if form.callback_id == modals.CAPTURE_ASK else Kind.NUGGET,
        words=words,
        reporter=form.gesture.slack_user_id,
        gesture_key=f"form:{form.view_id}",
        words_ts=f"{desk.now().timestamp():.6f}",
        channel_id=form.channel_id,
        how_known=HowKnown(grade) if grade in list(HowKnown) else None,
        competitor=form.field(modals.FIELD_COMPETITOR) or None,
        account=form.field(modals.FIELD_ACCOUNT) or None,
        wanted=form.field(modals.FIELD_WANTED) or None,
    )
    captured = await desk.transact(capture_words, command)
    await _answer(desk, form, captured, saved_key(captured.report_id))
    return {}


async def submit_edit(desk: Desk, form: SentForm) -> FieldErrors:
    """Replace the words of one's own report."""
    words = words_of(form)
    if is_blank(words):
        return {modals.FIELD_WORDS: "To remove it, close this and press Take back."}
    command = RewriteReport(
        form.gesture.team_id,
        form.number("report"),
        form.gesture.slack_user_id,
        words,
        f"{desk.now().timestamp():.6f}",
    )
    rewritten = await desk.transact(rewrite_report, command)
    await _answer(desk, form, rewritten, f"edited:{rewritten.report_id}:{form.view_id}")
    return {}


async def _answer(desk: Desk, form: SentForm, captured: Captured, key: str) -> None:
    """Tell the person what was understood; forms have no address to answer to, so this goes through the outbox."""
    message = await desk.transact.read(look_up_saved, LookUpSaved(captured.report_id, captured.is_first))
    gesture = form.gesture
    answer = AnswerLater(
        gesture.team_id, gesture.slack_user_id, form.channel_id, message, key, item_id=captured.item_id
    )
    await desk.transact(answer_later, answer)
