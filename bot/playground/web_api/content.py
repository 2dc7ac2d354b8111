"""What a message may hold: texts, blocks and metadata, checked as strictly as Slack does."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.playground.elements import with_ids
from bot.playground.errors import ApiError
from bot.playground.validation import check_blocks
from bot.playground.web_api.call import Arguments, Json

LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000
LONGEST_BLOCKS = 13_200
"""Characters of all texts in the blocks of a message together."""
LARGEST_METADATA = 1_024
"""Bytes as JSON. Slack's own limit is not published; a kilobyte is what is safe to rely on."""

PING = re.compile(r"<!(?:channel|here|everyone|subteam\^)[^>]{0,80}>|<@[UW][A-Z0-9]+(?:\|[^>]{0,80})?>")
BARE_PING = re.compile(r"@(?:channel|here|everyone)\b")
PING_ELEMENTS = {"user": "user_id", "usergroup": "usergroup_id", "broadcast": "range"}


@dataclass(frozen=True)
class Content:
    """The text, blocks (None if not given) and metadata (None if not given) of a message."""

    text: str
    blocks: list[Json] | None
    metadata: Json | None
    pings: tuple[str, ...]


def read_content(args: Arguments, longest_text: int = LONGEST_TEXT) -> Content:
    """Read and check what a call wants to show. Refuses with `no_text` if there is nothing."""
    text = args.text("text")
    blocks = args.json("blocks", "invalid_blocks_format")
    if not text and not blocks:
        raise ApiError("no_text")
    if len(text) > longest_text:
        raise ApiError("msg_too_long")
    checked = _checked_blocks(blocks)
    parses = args.text("parse") == "full" or args.flag("link_names")
    return Content(text, checked, _metadata(args), pings_in(text, checked or [], parses=parses))


def _checked_blocks(blocks: Any) -> list[Json] | None:
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    if not blocks:
        return []
    if problems := check_blocks(blocks, "message"):
        raise ApiError("invalid_blocks", messages=problems)
    if sum(len(text) for text, _ in texts_in(blocks)) > LONGEST_BLOCKS:
        raise ApiError("msg_blocks_too_long")
    return with_ids(blocks)


def _metadata(args: Arguments) -> Json | None:
    metadata = args.json("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise ApiError("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise ApiError("invalid_metadata_schema")
    if len(json.dumps(metadata, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")) > LARGEST_METADATA:
        raise ApiError("metadata_too_large")
    return metadata


def texts_in(part: Any) -> Iterator[tuple[str, bool]]:
    """Yield every text in blocks, and whether Slack would look for `@channel` and the like in it."""
    if isinstance(part, list):
        for entry in part:
            yield from texts_in(entry)
    elif isinstance(part, dict):
        if isinstance(text := part.get("text"), str):
            yield text, part.get("type") == "mrkdwn" and part.get("verbatim") is not True
        for value in part.values():
            if isinstance(value, (list, dict)):
                yield from texts_in(value)


def pings_in(text: str, blocks: list[Json], *, parses: bool = False) -> tuple[str, ...]:
    """Return what in a message would notify people: mentions, groups and @channel words, as they stand in it."""
    found = PING.findall(text) + (BARE_PING.findall(text) if parses else [])
    for shown, is_parsed in texts_in(blocks):
        if is_parsed:
            found += BARE_PING.findall(shown)
    for shown in _mrkdwn_in(blocks):
        found += PING.findall(shown)
    found += _ping_elements(blocks)
    return tuple(found)


def _mrkdwn_in(part: Any) -> Iterator[str]:
    for entry in _objects_in(part):
        if entry.get("type") in ("mrkdwn", "markdown") and isinstance(entry.get("text"), str):
            yield entry["text"]


def _ping_elements(part: Any) -> list[str]:
    found = []
    for entry in _objects_in(part):
        key = PING_ELEMENTS.get(str(entry.get("type")))
        if key and isinstance(entry.get(key), str):
            found.append(f"<!{entry[key]}>" if key == "range" else f"<@{entry[key]}>")
    return found


def _objects_in(part: Any) -> Iterator[Json]:
    if isinstance(part, list):
        for entry in part:
            yield from _objects_in(entry)
    elif isinstance(part, dict):
        yield part
        for value in part.values():
            if isinstance(value, (list, dict)):
                yield from _objects_in(value)
