"""Messages: what is said in watched channels, its edits, its deletion, and replies in the threads of items."""

from datetime import datetime
from typing import Any

from bot.domain.facts import Settled, Waiting
from bot.domain.lines import parse_line
from bot.domain.text import is_blank
from bot.domain.words import CaptureMode
from bot.services.channels import capture_mode
from bot.services.fill_want import ReplyToWant, offer_to_answer
from bot.services.known_names import known_names
from bot.services.revise import EditWords, EraseMessage, NoteReply, edit_words, erase_message, note_reply
from bot.slack.events.clips import ask_for_line
from bot.slack.events.keeping import NOT_A_MEMBER, keep_spoken, why_not_heard
from bot.slack.events.mention import on_addressed
from bot.slack.spoken import CHANGED, Hearing, Spoken, hearing_in, read_spoken, text_of
from db.unit_of_work import UnitOfWork

DELETED = "message_deleted"


def on_message(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
    """Handle a message event of any subtype; what is not wanted is ignored on purpose."""
    event = waiting.payload.get("event")
    if not isinstance(event, dict):
        return Settled("ignored", "no event in the body")
    channel_id, event_ts = text_of(event.get("channel")), text_of(event.get("event_ts")) or text_of(event.get("ts"))
    if not channel_id:
        return Settled("ignored", "no channel")
    subtype = event.get("subtype")
    if subtype == DELETED:
        return _on_deleted(uow, waiting.team_id, channel_id, event, now)
    if subtype == CHANGED or (subtype is None and isinstance(event.get("message"), dict)):
        return _on_changed(uow, waiting.team_id, channel_id, event, event_ts, now)
    hearing = hearing_in(uow, waiting.team_id, channel_id)
    return _on_spoken(uow, read_spoken(waiting.team_id, channel_id, event, event_ts, hearing), now)


def _on_deleted(uow: UnitOfWork, team_id: str, channel_id: str, event: dict[str, Any], now: datetime) -> Settled:
    previous = event.get("previous_message")
    ts = text_of(event.get("deleted_ts")) or text_of(previous.get("ts") if isinstance(previous, dict) else None)
    changed = erase_message(uow, EraseMessage(team_id, channel_id, ts), now=now)
    return Settled("handled" if changed else "ignored", "deleted" if changed else "nothing kept of it", True)


def _on_changed(
    uow: UnitOfWork, team_id: str, channel_id: str, event: dict[str, Any], event_ts: str, now: datetime
) -> Settled:
    message = event.get("message")
    if not isinstance(message, dict):
        return Settled("ignored", "no message in the change")
    if message.get("subtype") == "tombstone":
        changed = erase_message(uow, EraseMessage(team_id, channel_id, text_of(message.get("ts"))), now=now)
        return Settled("handled" if changed else "ignored", "deleted" if changed else "nothing kept of it", True)
    previous = event.get("previous_message")
    if not message.get("ts") and isinstance(previous, dict):
        # The message keeps its timestamp through every change, so the earlier version names it as well.
        message = {**message, "ts": previous.get("ts")}
    spoken = read_spoken(team_id, channel_id, message, event_ts, hearing_in(uow, team_id, channel_id))
    if uow.items.is_erased(team_id, channel_id, spoken.ts):
        return Settled("ignored", "deleted before", True)
    return _on_edited(uow, spoken, _says_the_same(message, previous, spoken), now)


def _on_edited(uow: UnitOfWork, spoken: Spoken, says_the_same: bool, now: datetime) -> Settled:
    if spoken.clip is not None and uow.items.find_report_by_gesture(spoken.team_id, spoken.key) is not None:
        # What was understood of a recording stands, whether Slack or its author has written it down.
        return Settled("ignored", "captured before")
    command = EditWords(spoken.team_id, spoken.channel_id, spoken.ts, spoken.words, spoken.words_ts, spoken.files)
    outcome = edit_words(uow, command, now=now)
    if outcome != "unknown":
        return Settled("handled" if outcome == "changed" else "ignored", outcome)
    if says_the_same:
        return Settled("ignored", "says the same")
    # An edit can arrive before the message itself, or make a message one that is captured.
    return _on_spoken(uow, spoken, now)


def _says_the_same(message: dict[str, Any], previous: object, spoken: Spoken) -> bool:
    """Tell whether Slack has only put something beside a message, such as the preview of a link; nobody edited it."""
    if message.get("edited") or not isinstance(previous, dict):
        return False
    hearing = Hearing(is_direct=spoken.is_direct)
    before, after = (read_spoken("", "", one, spoken.ts, hearing) for one in (previous, message))
    return (before.line, before.files, before.clip) == (after.line, after.files, after.clip)


def _on_spoken(uow: UnitOfWork, spoken: Spoken, now: datetime) -> Settled:
    if spoken.is_addressed:
        return on_addressed(uow, spoken, now)
    why_not = why_not_heard(uow, spoken)
    if why_not in {None, NOT_A_MEMBER} and is_blank(spoken.words) and spoken.clip is None:
        return Settled("ignored", "no words")
    if why_not is not None:
        return why_not
    if spoken.is_reply:
        noted = _note(uow, spoken, now)
        if noted is not None:
            return noted
    return _on_watched(uow, spoken, now)


def _note(uow: UnitOfWork, spoken: Spoken, now: datetime) -> Settled | None:
    """Keep a reply as a note of the item in whose thread it stands.

    None for a reply elsewhere that its author has sent to the channel as well: the channel reads that as a message.
    """
    thread_ts = spoken.thread_ts or ""
    command = NoteReply(spoken.team_id, spoken.channel_id, thread_ts, spoken.ts, spoken.author, spoken.words)
    if is_blank(spoken.words):
        return Settled("ignored", "no words")
    if note_reply(uow, command, now=now):
        return Settled("handled", "noted")
    reply = ReplyToWant(spoken.team_id, spoken.channel_id, thread_ts, spoken.ts, spoken.author)
    if offer_to_answer(uow, reply, now=now):
        return Settled("handled", "a reply to a question")
    is_known = uow.items.find_note(spoken.team_id, spoken.channel_id, spoken.ts) is not None
    is_broadcast = spoken.subtype == "thread_broadcast" and not is_known
    return None if is_broadcast else Settled("ignored", "a reply elsewhere")


def _on_watched(uow: UnitOfWork, spoken: Spoken, now: datetime) -> Settled:
    watched = capture_mode(uow, spoken.team_id, spoken.channel_id)
    if watched is None:
        return Settled("ignored", "channel not watched")
    if is_blank(spoken.words):
        return ask_for_line(uow, spoken, now)
    parsed = parse_line(spoken.words, known_names(uow, spoken.team_id))
    if parsed.is_kept_out:
        return Settled("ignored", "kept out", forget_body=True)
    if watched.capture is CaptureMode.TAGGED and not parsed.names_something(watched.kind):
        return Settled("ignored", "names nothing known")
    return keep_spoken(uow, spoken, watched.kind, now)
