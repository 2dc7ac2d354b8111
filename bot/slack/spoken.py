"""What a message says: who wrote it, its words as people read them, and whether they were written to Nugget."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.policies import Policy
from bot.domain.text import is_blank, plain
from bot.domain.views import FileLink
from bot.domain.words import Kind
from bot.slack.attached import Clip, clip_of, forwarded, links_of
from db.unit_of_work import UnitOfWork

CHANGED = "message_changed"
# A message that names Nugget is delivered twice, once under each of these.
SPEAKING = ("message", "app_mention")

_FIRST_WORD = re.compile(r"\s{0,200}+/?([^\s:,/]{1,32})[:,]?(?:\s++|$)")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message as far as Nugget reads it; `words_ts` orders versions of the same message."""

    team_id: str
    channel_id: str
    ts: str
    author: str
    words: str
    """Without Nugget's own name, and without the first word where that says the kind."""
    line: str
    """The same with its first word."""
    thread_ts: str | None
    words_ts: str
    is_by_bot: bool
    subtype: str | None
    is_addressed: bool = False
    """Whether it names Nugget, or is written to it directly."""
    is_direct: bool = False
    kind: Kind | None = None
    """What its author says it is, by the first word of what they write to Nugget."""
    files: tuple[FileLink, ...] = ()
    clip: Clip | None = None
    """A recording whose author wrote nothing beside it, so that its transcript are their words."""
    is_retold: bool = False
    """Whether it passes on what somebody else wrote."""

    @property
    def is_reply(self) -> bool:
        """Whether this stands in a thread, and not at its head."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def replied_in(self) -> str | None:
        """The thread in which its author looks for an answer."""
        return self.thread_ts if self.is_reply else None

    @property
    def key(self) -> str:
        """What every way of saving this message calls it, so that it is saved once."""
        return message_key(self.channel_id, self.ts)


def message_key(channel_id: str, ts: str) -> str:
    """Return the name of the act of sharing a message."""
    return f"message:{channel_id}:{ts}"


@dataclass(frozen=True, slots=True)
class Hearing:
    """How words are told to be for Nugget in one conversation, and which first words say a kind."""

    bot_user_id: str | None = None
    is_direct: bool = False
    kinds: Mapping[str, Kind] | None = None


@dataclass(frozen=True, slots=True)
class FindSpoken:
    """A message by where it stands."""

    team_id: str
    channel_id: str
    ts: str


def hearing_in(uow: UnitOfWork, team_id: str, channel_id: str) -> Hearing:
    """Return how this conversation is listened to."""
    us, channel = uow.workspaces.find(team_id), uow.people.find_channel(team_id, channel_id)
    is_direct = channel is not None and channel.is_direct and channel.has_bot
    return Hearing(us.bot_user_id if us else None, is_direct, kind_words(uow.policy(team_id)))


def kind_words(policy: Policy) -> Mapping[str, Kind]:
    """Return the first words that say what a line is: those of the product, and the commands as settings name them."""
    own = {policy.command_intel: Kind.NUGGET, policy.command_ask: Kind.ASK}
    named = {command.lstrip("/").casefold(): kind for command, kind in own.items()}
    return {"intel": Kind.NUGGET, "ask": Kind.ASK, **named}


def read_spoken(
    team_id: str, channel_id: str, message: Mapping[str, Any], event_ts: str, hearing: Hearing | None = None
) -> Spoken:
    """Read a Slack message object; fields that are missing or of another shape read as empty."""
    hearing = hearing or Hearing()
    edited = message.get("edited")
    edited_ts = edited.get("ts") if isinstance(edited, dict) else None
    is_by_bot = bool(message.get("bot_id") or message.get("app_id") or message.get("bot_profile"))
    text = text_of(message.get("text")) or (_attached(message) if is_by_bot else "")
    raw, is_named = without_name(text, hearing.bot_user_id)
    is_addressed = is_named or hearing.is_direct
    passed_on, is_retold = ("", False) if is_by_bot else forwarded(message)
    clip = clip_of(message) if is_blank(raw) and not passed_on else None
    line = "\n\n".join(filter(None, (plain(raw), plain(passed_on)))) if clip is None else clip.words
    kind, words = split_kind(line, hearing.kinds or {}) if is_addressed else (None, line)
    return Spoken(
        team_id=team_id,
        channel_id=channel_id,
        ts=text_of(message.get("ts")) or event_ts,
        author=text_of(message.get("user")),
        words=words,
        line=line,
        thread_ts=text_of(message.get("thread_ts")) or None,
        words_ts=text_of(edited_ts) or text_of(message.get("ts")) or event_ts,
        is_by_bot=is_by_bot,
        subtype=message.get("subtype") if isinstance(message.get("subtype"), str) else None,
        is_addressed=is_addressed,
        is_direct=hearing.is_direct,
        kind=kind,
        files=links_of(message),
        clip=clip,
        is_retold=is_retold,
    )


def text_of(value: object) -> str:
    """Return a text as it is, and nothing for what is none."""
    return value if isinstance(value, str) else ""


def _attached(message: Mapping[str, Any]) -> str:
    """Return what stands in a message's attachments, where many apps put all that they say."""
    attachments = message.get("attachments")
    shown = [part for part in attachments if isinstance(part, dict)] if isinstance(attachments, list) else []
    said = (text_of(part.get("text")) or text_of(part.get("fallback")) for part in shown)
    return "\n".join(words for words in said if words)


def without_name(raw: str, bot_user_id: str | None) -> tuple[str, bool]:
    """Return a message's raw text without Nugget's name, and whether the name stood in it."""
    if bot_user_id is None or f"<@{bot_user_id}" not in raw:
        return raw, False
    parts = re.split(rf"<@{re.escape(bot_user_id)}(?:\|[^<>]{{0,200}}+)?>", raw)
    if len(parts) == 1:
        return raw, False
    before, *after = (part.strip() for part in parts)
    # "@Nugget: they cut prices" is as usual as the same without the colon.
    after[0] = after[0] if before else after[0].lstrip(":,").lstrip()
    return " ".join(part for part in (before, *after) if part), True


def split_kind(words: str, kinds: Mapping[str, Kind]) -> tuple[Kind | None, str]:
    """Return the kind that the first word says, with the words behind it; None with all words where it says none."""
    first = _FIRST_WORD.match(words)
    kind = kinds.get(first[1].casefold()) if first else None
    return (kind, words[first.end() :]) if first and kind else (None, words)


def find_spoken(uow: UnitOfWork, query: FindSpoken, *, now: datetime) -> Spoken | None:  # noqa: ARG001
    """Return a message as its newest delivery shows it, or None where none of it is kept."""
    hearing = hearing_in(uow, query.team_id, query.channel_id)
    versions = [
        read_spoken(query.team_id, query.channel_id, message, query.ts, hearing) for message in _delivered(uow, query)
    ]
    return max((version for version in versions if version.ts == query.ts), key=_age, default=None)


def _age(spoken: Spoken) -> float:
    try:
        return float(spoken.words_ts)
    except ValueError:
        return 0.0


def _delivered(uow: UnitOfWork, query: FindSpoken) -> Iterator[Mapping[str, Any]]:
    for kind in SPEAKING:
        for entry in uow.inbox.list_about(query.team_id, query.channel_id, query.ts, kind):
            try:
                payload = json.loads(entry.body)
            except (ValueError, RecursionError):
                continue
            event = payload.get("event") if isinstance(payload, dict) else None
            message = event.get("message") if isinstance(event, dict) and event.get("subtype") == CHANGED else event
            if isinstance(message, dict):
                yield message
