"""A message of Slack's history: heard as a live one is, kept as said when it was, without a word to anyone."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.domain.facts import Settled, Waiting
from bot.domain.lines import parse_line
from bot.domain.text import is_blank
from bot.domain.words import HowKnown, Kind
from bot.services.capture import CaptureWords, capture_words
from bot.services.import_rows import REPLY_ELSEWHERE
from bot.services.known_names import known_names
from bot.services.revise import EditWords, NoteReply, edit_words, note_reply
from bot.slack.events.keeping import why_not_heard
from bot.slack.spoken import Spoken, hearing_in, read_spoken, text_of
from db.unit_of_work import UnitOfWork


def on_imported_message(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
    """Keep a message that was said before, if a live one like it would be kept; once, however often it is imported."""
    message, channel_id = waiting.payload.get("message"), text_of(waiting.payload.get("channel"))
    if not isinstance(message, dict) or not channel_id:
        return Settled("ignored", "no message in the row")
    hearing = hearing_in(uow, waiting.team_id, channel_id)
    spoken = read_spoken(waiting.team_id, channel_id, message, "", hearing)
    why_not = why_not_heard(uow, spoken)
    if why_not is not None:
        return why_not
    if is_blank(spoken.words):
        return Settled("ignored", "no words")
    return _known(uow, spoken, now) or _keep(uow, spoken, waiting.payload, now)


def _known(uow: UnitOfWork, spoken: Spoken, now: datetime) -> Settled | None:
    """Bring what was kept of this message before up to date; None where nothing was."""
    if spoken.clip is not None and uow.items.find_report_by_gesture(spoken.team_id, spoken.key) is not None:
        # What was understood of a recording stands, as with a live one.
        return Settled("ignored", "captured before")
    command = EditWords(spoken.team_id, spoken.channel_id, spoken.ts, spoken.words, spoken.words_ts, spoken.files)
    outcome = edit_words(uow, command, now=now)
    if outcome == "unknown":
        return None
    return Settled("handled", "changed") if outcome == "changed" else Settled("ignored", "captured before")


def _keep(uow: UnitOfWork, spoken: Spoken, wish: Mapping[str, object], now: datetime) -> Settled:
    said_at = datetime.fromtimestamp(float(spoken.ts), UTC)
    parsed = parse_line(spoken.words, known_names(uow, spoken.team_id))
    if parsed.is_kept_out:
        return Settled("ignored", "kept out", forget_body=True)
    if spoken.is_reply:
        return _note(uow, spoken, said_at, now)
    kind = spoken.kind or Kind(text_of(wish.get("kind")))
    if not wish.get("takes_all") and not parsed.names_something(kind):
        return Settled("ignored", "names nothing known")
    capture_words(
        uow,
        CaptureWords(
            team_id=spoken.team_id,
            kind=kind,
            words=spoken.words,
            reporter=spoken.author,
            gesture_key=spoken.key,
            words_ts=spoken.words_ts,
            channel_id=spoken.channel_id,
            message_ts=spoken.ts,
            permalink=text_of(wish.get("permalink")) or None,
            files=spoken.files,
            assumed=HowKnown.SECOND_HAND if spoken.is_retold else HowKnown.FIRST_HAND,
            said_at=said_at,
            is_quiet=True,
        ),
        now=now,
    )
    return Settled("handled", "captured")


def _note(uow: UnitOfWork, spoken: Spoken, said_at: datetime, now: datetime) -> Settled:
    command = NoteReply(
        team_id=spoken.team_id,
        channel_id=spoken.channel_id,
        thread_ts=spoken.thread_ts or "",
        message_ts=spoken.ts,
        author=spoken.author,
        words=spoken.words,
        said_at=said_at,
    )
    noted = note_reply(uow, command, now=now)
    return Settled("handled", "noted") if noted else Settled("ignored", REPLY_ELSEWHERE)
