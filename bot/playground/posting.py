"""Putting messages into the world: what is the same whether an app or a person posts, edits or deletes."""

from bot.playground.elements import Json
from bot.playground.shapes import message_json
from bot.playground.workspace import Workspace
from bot.playground.world import SLACKBOT, ChannelState, Ephemeral, Message


def post(workspace: Workspace, channel: ChannelState, message: Message) -> None:
    """Add a message and tell the app."""
    channel.add(message)
    workspace.ledger.posted(channel, message)
    workspace.events.posted(channel, message)
    workspace.changes.tell()


def edit(
    workspace: Workspace, channel: ChannelState, message: Message, *, by: str, text: str, blocks: list[Json]
) -> None:
    """Change what a message says and tell the app, with what it said before."""
    previous = message_json(workspace.world, channel, message, with_metadata=True)
    message.text, message.blocks = text, blocks
    message.edited = {"user": by, "ts": workspace.world.next_ts(channel)}
    channel.touch(message.ts)
    workspace.ledger.edited(channel, message)
    workspace.events.changed(channel, message, previous)
    workspace.changes.tell()


def delete(workspace: Workspace, channel: ChannelState, message: Message) -> None:
    """Delete a message; a thread's parent stays as a tombstone until its last reply is gone too."""
    previous = message_json(workspace.world, channel, message, with_metadata=True)
    workspace.ledger.deleted(channel, message)
    if channel.replies_to(message.ts):
        _bury(message)
        channel.touch(message.ts)
        workspace.events.changed(channel, message, previous)
    else:
        channel.remove(message)
        workspace.events.deleted(channel, previous)
        _clear_away_tombstone(workspace, channel, message)
    workspace.changes.tell()


def _bury(message: Message) -> None:
    message.subtype, message.user, message.text = "tombstone", SLACKBOT.user_id, "This message was deleted."
    message.thread_ts, message.is_from_app = message.ts, False
    message.blocks, message.reactions, message.pings, message.files = [], {}, (), []
    message.metadata = message.edited = message.client_msg_id = None


def _clear_away_tombstone(workspace: Workspace, channel: ChannelState, reply: Message) -> None:
    parent = channel.messages.get(reply.thread_ts or "")
    if parent is None or parent.subtype != "tombstone" or channel.replies_to(parent.ts):
        return
    previous = message_json(workspace.world, channel, parent)
    channel.remove(parent)
    workspace.events.deleted(channel, previous)


def whisper(
    workspace: Workspace,
    channel: ChannelState,
    user_id: str,
    text: str,
    blocks: list[Json],
    *,
    thread_ts: str | None = None,
    pings: tuple[str, ...] = (),
) -> str:
    """Show something to one person alone and return its timestamp. In a thread it needs replies to be shown."""
    ts = workspace.world.next_ts(channel)
    is_shown = thread_ts is None or bool(channel.replies_to(thread_ts))
    ephemeral = channel.ephemerals[ts] = Ephemeral(ts, user_id, text, blocks, thread_ts, is_shown, pings)
    channel.touch(ts)
    workspace.ledger.whispered(channel, workspace.spec.bot_user_id, ephemeral)
    workspace.changes.tell()
    return ts


def react(workspace: Workspace, channel: ChannelState, message: Message, user_id: str, name: str) -> bool:
    """Add a reaction and tell the app; returns whether it was new."""
    users = message.reactions.setdefault(name, [])
    if user_id in users:
        return False
    users.append(user_id)
    channel.touch(message.ts)
    workspace.events.reaction(name, user_id, channel, message, is_added=True)
    workspace.changes.tell()
    return True


def unreact(workspace: Workspace, channel: ChannelState, message: Message, user_id: str, name: str) -> bool:
    """Take a reaction away and tell the app; returns whether it was there."""
    users = message.reactions.get(name, [])
    if user_id not in users:
        return False
    users.remove(user_id)
    if not users:
        del message.reactions[name]
    channel.touch(message.ts)
    workspace.events.reaction(name, user_id, channel, message, is_added=False)
    workspace.changes.tell()
    return True
