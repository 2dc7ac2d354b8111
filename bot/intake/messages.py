"""Messages of Slack's history on their way into the inbox, cut down to what is read of them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.facts import IMPORTED_MESSAGE
from bot.domain.words import Kind
from bot.services.import_rows import ImportRow

Shown = Mapping[str, Any]

_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,6}")
_READ = ("type", "subtype", "user", "text", "ts", "thread_ts", "edited", "bot_id", "app_id", "bot_profile")
# Not what opens a file: exports carry addresses with tokens in them.
_READ_OF_FILE = ("id", "name", "title", "mode", "permalink", "subtype", "transcription")
_READ_OF_SHARED = ("is_share", "text", "author_id")
# Slack's own limit of a text is far below; what is larger is no message of a person.
LARGEST_BODY = 400_000


@dataclass(frozen=True, slots=True)
class Wish:
    """As what messages are imported, which of them, and from when on."""

    kind: Kind
    takes_all: bool = False
    since: date | None = None
    zone: ZoneInfo | None = None

    def begins_at(self) -> float:
        """Return Slack's number for the first moment that is wanted."""
        if self.since is None:
            return 0.0
        return datetime.combine(self.since, time(), self.zone or UTC).timestamp()


def row_key(channel_id: str, ts: str) -> str:
    """Return the name under which a message is imported once."""
    return f"import:{channel_id}:{ts}"


def is_message(message: object) -> bool:
    """Tell whether this is a message that can be told from others."""
    return isinstance(message, dict) and isinstance(ts := message.get("ts"), str) and _TS.fullmatch(ts) is not None


def message_row(channel_id: str, message: Shown, wish: Wish) -> ImportRow | None:
    """Return a message as it goes into the inbox; None where it is too large to be a person's."""
    body = json.dumps(
        {"channel": channel_id, "kind": wish.kind.value, "takes_all": wish.takes_all, "message": _cut(message)}
    )
    if len(body) > LARGEST_BODY:
        return None
    ts = str(message["ts"])
    return ImportRow(row_key(channel_id, ts), IMPORTED_MESSAGE, body, channel_id, ts)


def _cut(message: Shown) -> dict[str, Any]:
    kept = {key: message[key] for key in _READ if message.get(key)}
    # Until 2018 a message had one file at the most, under a name of its own.
    files = message.get("files") or [message.get("file")]
    shown = [_part(file, _READ_OF_FILE) for file in files if isinstance(file, dict)] if isinstance(files, list) else []
    attachments = message.get("attachments")
    shared = attachments if isinstance(attachments, list) else []
    passed_on = [_part(one, _READ_OF_SHARED) for one in shared if isinstance(one, dict) and one.get("is_share")]
    return kept | ({"files": shown} if shown else {}) | ({"attachments": passed_on} if passed_on else {})


def _part(whole: Shown, keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: whole[key] for key in keys if whole.get(key) is not None}


def place_of(channel_name: str, ts: str, zone: ZoneInfo) -> str:
    """Return where and when a message stands, for an operator who does not read what it says."""
    return f"#{channel_name} {datetime.fromtimestamp(float(ts), zone):%Y-%m-%d %H:%M}"
