"""reactions.*: adding, removing and reading emoji on messages."""

import re

from bot.playground import posting
from bot.playground.errors import ApiError
from bot.playground.shapes import message_json
from bot.playground.web_api.call import Arguments, Json, Method, invalid
from bot.playground.web_api.lookups import joined_channel, message_at
from bot.playground.workspace import Workspace
from bot.playground.world import ChannelState, Message

EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


def add(workspace: Workspace, args: Arguments) -> Json:
    """React as the app."""
    name = _name(args)
    channel, message = _target(workspace, args)
    if channel.is_archived:
        raise ApiError("is_archived")
    if not posting.react(workspace, channel, message, workspace.spec.bot_user_id, name):
        raise ApiError("already_reacted")
    return {}


def remove(workspace: Workspace, args: Arguments) -> Json:
    """Take a reaction of the app's own away."""
    name = _name(args)
    channel, message = _target(workspace, args)
    if not posting.unreact(workspace, channel, message, workspace.spec.bot_user_id, name):
        raise ApiError("no_reaction")
    return {}


def get(workspace: Workspace, args: Arguments) -> Json:
    """Return a message with its reactions."""
    channel, message = _target(workspace, args)
    described = message_json(workspace.world, channel, message)
    return {"type": "message", "channel": channel.channel_id, "message": described}


def _name(args: Arguments) -> str:
    name = args.text("name").strip(":")
    if not EMOJI.fullmatch(name):
        raise ApiError("invalid_name")
    return name


def _target(workspace: Workspace, args: Arguments) -> tuple[ChannelState, Message]:
    if not args.text("channel") or not args.text("timestamp"):
        raise invalid("[ERROR] missing required field: channel and timestamp")
    channel = joined_channel(workspace, args.text("channel"))
    return channel, message_at(channel, args.text("timestamp"))


TARGET = frozenset({"channel", "timestamp"})
METHODS = {
    "reactions.add": Method(add, 3, ("reactions:write",), TARGET | {"name"}),
    "reactions.remove": Method(remove, 2, ("reactions:write",), frozenset({"name"}), TARGET),
    "reactions.get": Method(get, 3, ("reactions:read",), frozenset(), TARGET | {"full"}),
}
