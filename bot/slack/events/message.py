"""Messages: what is said in watched channels, its edits, its deletion, and replies in the threads of items."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.facts import Settled, Waiting
from bot.domain.lines import parse_line
from bot.domain.policies import WatchedChannel
from bot.domain.text import is_blank, plain
from bot.domain.words import CaptureMode
from bot.services.capture import CaptureWords, capture_words
from bot.services.confirm import ConfirmCapture, confirm_capture
from bot.services.known_names import known_names
from bot.services.people import is_full_member
from bot.services.revise import EditWords, EraseMessage, NoteReply, edit_words, erase_message, note_reply
from db.unit_of_work import UnitOfWork

# Subtypes that carry a person's own words; every other one is Slack telling what happened in the channel.
SPOKEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})
CHANGED = "message_changed"
DELETED = "message_deleted"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message as far as Nugget reads it; `words_ts` orders versions of the same message."""

    team_id: str
    channel_id: str
    ts: str
    author: str
    words: str
    thread_ts: str | None
    words_ts: str
    is_by_bot: bool
    subtype: str | None

    @property
    def is_reply(self) -> bool:
        """Whether this stands in a thread, and not at its head."""
        return self.thread_ts is not None and self.thread_ts != self.ts


def read_spoken(team_id: str, channel_id: str, message: dict[str, Any], event_ts: str) -> Spoken:
    """Read a Slack message object; fields that are missing or of another shape read as empty."""
    edited = message.get("edited")
    edited_ts = edited.get("ts") if isinstance(edited, dict) else None
    return Spoken(
        team_id=team_id,
        channel_id=channel_id,
        ts=_text(message.get("ts")) or event_ts,
        author=_text(message.get("user")),
        words=plain(_text(message.get("text"))),
        thread_ts=_text(message.get("thread_ts")) or None,
        words_ts=_text(edited_ts) or _text(message.get("ts")) or event_ts,
        is_by_bot=bool(message.get("bot_id") or message.get("app_id") or message.get("bot_profile")),
        subtype=message.get("subtype") if isinstance(message.get("subtype"), str) else None,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def on_message(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
    """Handle a message event of any subtype; what is not wanted is ignored on purpose."""
    event = waiting.payload.get("event")
    if not isinstance(event, dict):
        return Settled("ignored", "no event in the body")
    channel_id, event_ts = _text(event.get("channel")), _text(event.get("event_ts")) or _text(event.get("ts"))
    if not channel_id:
        return Settled("ignored", "no channel")
    subtype = event.get("subtype")
    if subtype == DELETED:
        return _on_deleted(uow, waiting.team_id, channel_id, event, now)
    if subtype == CHANGED or (subtype is None and isinstance(event.get("message"), dict)):
        return _on_changed(uow, waiting.team_id, channel_id, event, event_ts, now)
    return _on_spoken(uow, read_spoken(waiting.team_id, channel_id, event, event_ts), now)


def _on_deleted(uow: UnitOfWork, team_id: str, channel_id: str, event: dict[str, Any], now: datetime) -> Settled:
    previous = event.get("previous_message")
    ts = _text(event.get("deleted_ts")) or _text(previous.get("ts") if isinstance(previous, dict) else None)
    changed = erase_message(uow, EraseMessage(team_id, channel_id, ts), now=now)
    return Settled("handled" if changed else "ignored", "deleted" if changed else "nothing kept of it", True)


def _on_changed(
    uow: UnitOfWork, team_id: str, channel_id: str, event: dict[str, Any], event_ts: str, now: datetime
) -> Settled:
    message = event.get("message")
    if not isinstance(message, dict):
        return Settled("ignored", "no message in the change")
    if message.get("subtype") == "tombstone":
        changed = erase_message(uow, EraseMessage(team_id, channel_id, _text(message.get("ts"))), now=now)
        return Settled("handled" if changed else "ignored", "deleted" if changed else "nothing kept of it", True)
    previous = event.get("previous_message")
    if not message.get("ts") and isinstance(previous, dict):
        # The message keeps its timestamp through every change, so the earlier version names it as well.
        message = {**message, "ts": previous.get("ts")}
    spoken = read_spoken(team_id, channel_id, message, event_ts)
    if uow.items.is_erased(team_id, channel_id, spoken.ts):
        return Settled("ignored", "deleted before", True)
    command = EditWords(team_id, channel_id, spoken.ts, spoken.words, spoken.words_ts)
    outcome = edit_words(uow, command, now=now)
    if outcome == "unknown":
        # An edit can arrive before the message itself, or make a message one that is captured.
        return _on_spoken(uow, spoken, now)
    return Settled("handled" if outcome == "changed" else "ignored", outcome)


def _on_spoken(uow: UnitOfWork, spoken: Spoken, now: datetime) -> Settled:
    why_not = _why_not_heard(uow, spoken)
    if why_not is not None:
        return why_not
    if spoken.is_reply:
        command = NoteReply(
            spoken.team_id, spoken.channel_id, spoken.thread_ts or "", spoken.ts, spoken.author, spoken.words
        )
        noted = note_reply(uow, command, now=now)
        return Settled("handled", "noted") if noted else Settled("ignored", "a reply elsewhere")
    watched = uow.policy(spoken.team_id).channels.watched.get(spoken.channel_id)
    if watched is None or watched.capture is CaptureMode.OFF:
        return Settled("ignored", "channel not watched")
    return _capture(uow, spoken, watched, now)


def _why_not_heard(uow: UnitOfWork, spoken: Spoken) -> Settled | None:
    if spoken.subtype not in SPOKEN:
        return Settled("ignored", f"subtype {spoken.subtype}"[:64])
    if spoken.is_by_bot or not spoken.author:
        return Settled("ignored", "not a person")
    if uow.items.is_erased(spoken.team_id, spoken.channel_id, spoken.ts):
        return Settled("ignored", "deleted before", forget_body=True)
    if is_blank(spoken.words):
        return Settled("ignored", "no words")
    if not is_full_member(uow, spoken.team_id, spoken.author):
        return Settled("refused", "not a full member")
    return None


def _capture(uow: UnitOfWork, spoken: Spoken, watched: WatchedChannel, now: datetime) -> Settled:
    parsed = parse_line(spoken.words, known_names(uow, spoken.team_id))
    if parsed.is_kept_out:
        return Settled("ignored", "kept out", forget_body=True)
    if watched.capture is CaptureMode.TAGGED and not parsed.names_something:
        return Settled("ignored", "names nothing known")
    captured = capture_words(
        uow,
        CaptureWords(
            team_id=spoken.team_id,
            kind=watched.kind,
            words=spoken.words,
            reporter=spoken.author,
            gesture_key=f"message:{spoken.channel_id}:{spoken.ts}",
            words_ts=spoken.words_ts,
            channel_id=spoken.channel_id,
            message_ts=spoken.ts,
        ),
        now=now,
    )
    if not captured.is_new:
        return Settled("ignored", "captured before")
    confirm_capture(uow, ConfirmCapture(captured.item_id, captured.report_id, captured.is_first), now=now)
    return Settled("handled", "captured")
