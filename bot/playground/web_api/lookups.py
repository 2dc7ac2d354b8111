"""Finding what a call names: channels that the app may use, messages, pages of a list."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

from bot.playground.errors import ApiError
from bot.playground.tokens_and_scopes import need_scope
from bot.playground.web_api.call import Arguments
from bot.playground.workspace import Workspace
from bot.playground.world import ChannelState, Message

Entry = TypeVar("Entry")
LARGEST_PAGE = 1000
DEFAULT_PAGE = 100


def known_channel(workspace: Workspace, channel_id: str) -> ChannelState:
    """Return a conversation that the app may know of; private ones without it do not exist for it."""
    channel = workspace.world.channels.get(channel_id)
    if channel is None or (channel.kind != "channel" and not workspace.world.has_bot(channel)):
        raise ApiError("channel_not_found")
    return channel


def joined_channel(workspace: Workspace, channel_id: str) -> ChannelState:
    """Return a conversation that the app is a member of."""
    channel = known_channel(workspace, channel_id)
    if not workspace.world.has_bot(channel):
        raise ApiError("not_in_channel")
    return channel


def writable_channel(workspace: Workspace, channel_id: str) -> ChannelState:
    """Return a conversation that the app may post in: its own, and with `chat:write.public` any public one."""
    channel = known_channel(workspace, channel_id)
    if channel.is_archived:
        raise ApiError("is_archived")
    if not workspace.world.has_bot(channel) and "chat:write.public" not in workspace.spec.bot_scopes:
        raise ApiError("not_in_channel")
    return channel


def need_scope_for(workspace: Workspace, channel: ChannelState, by_kind: Any) -> None:
    """Refuse if the scope for this kind of conversation is not held."""
    need_scope(workspace.spec.bot_scopes, (by_kind[channel.kind],))


def message_at(channel: ChannelState, ts: str, error: str = "message_not_found") -> Message:
    """Return a message of a channel; what was deleted is not there, even where a tombstone marks its thread."""
    message = channel.messages.get(ts)
    if message is None or message.subtype == "tombstone":
        raise ApiError(error)
    return message


def page(args: Arguments, entries: Sequence[Entry], most: int = LARGEST_PAGE) -> tuple[list[Entry], dict[str, Any]]:
    """Return one page of a list, and the fields of the answer that lead to the next one."""
    limit = args.number("limit", DEFAULT_PAGE, most)
    start = _offset(args.text("cursor"), len(entries))
    end = start + limit
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(entries) else ""
    return list(entries[start:end]), {"response_metadata": {"next_cursor": cursor}}


def _offset(cursor: str, length: int) -> int:
    if not cursor:
        return 0
    try:
        word, _, digits = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise ApiError("invalid_cursor") from None
    if word != "next" or not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(length)) + 1:
        raise ApiError("invalid_cursor")
    return int(digits)
