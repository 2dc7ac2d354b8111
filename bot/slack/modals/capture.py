"""The forms that share something, and the one that edits it."""

from bot.blocks import modals
from bot.domain.choices import Filled
from bot.domain.text import is_blank
from bot.domain.words import Kind
from bot.services.capture import Captured, CaptureWords
from bot.services.confirm import AnswerLater, answer_later, saved_key
from bot.services.drafts import SendForm, form_key, send_form
from bot.services.edit_report import EditReport, edit_report
from bot.services.look_up import LookUpSaved, look_up_saved
from bot.slack.desk import Desk
from bot.slack.modals.base import FieldErrors, SentForm


def words_of(form: SentForm) -> str:
    """Return the words of a form, joined again where they were too long for one field."""
    return "".join(form.field(block_id) for block_id in modals.word_field_ids(modals.MOST_WORD_FIELDS))


def beside_words(form: SentForm) -> Filled:
    """Return what stands in the other fields."""
    of_words = frozenset(modals.word_field_ids(modals.MOST_WORD_FIELDS))
    return {field: values for field, values in form.filled.items() if field not in of_words}


async def submit(desk: Desk, form: SentForm) -> FieldErrors:
    """Save what a capture form holds; sent twice, it saves once."""
    words = words_of(form)
    if is_blank(words):
        return {modals.FIELD_WORDS: "One line is enough, but a line it needs."}
    command = CaptureWords(
        team_id=form.gesture.team_id,
        kind=Kind.ASK if form.callback_id == modals.CAPTURE_ASK else Kind.NUGGET,
        words=words,
        reporter=form.gesture.slack_user_id,
        gesture_key=form_key(form.view_id),
        words_ts=f"{desk.now().timestamp():.6f}",
        channel_id=form.channel_id,
        details=beside_words(form),
    )
    captured = await desk.transact(send_form, SendForm(command))
    await _answer(desk, form, captured, saved_key(captured.report_id))
    return {}


async def submit_edit(desk: Desk, form: SentForm) -> FieldErrors:
    """Bring one's own report in line with its form."""
    words = words_of(form)
    if is_blank(words):
        return {modals.FIELD_WORDS: "To remove it, close this and press Take back."}
    words_ts = f"{desk.now().timestamp():.6f}"
    gesture, beside = form.gesture, beside_words(form)
    command = EditReport(gesture.team_id, form.number("report"), gesture.slack_user_id, words, words_ts, beside)
    rewritten = await desk.transact(edit_report, command)
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
