"""chat.*: posting, changing and deleting messages."""

from bot.playground import posting
from bot.playground.errors import ApiError
from bot.playground.shapes import message_json
from bot.playground.web_api.call import Arguments, Json, Method
from bot.playground.web_api.content import LONGEST_UPDATE, Content, read_content
from bot.playground.web_api.lookups import joined_channel, message_at, writable_channel
from bot.playground.workspace import Workspace
from bot.playground.world import ChannelState, Message

WRITE = ("chat:write",)
CONTENT = frozenset({"text", "blocks", "metadata", "parse", "link_names", "as_user", "mrkdwn"})
POST = CONTENT | {"thread_ts", "reply_broadcast", "unfurl_links", "unfurl_media", "client_msg_id"}


def post_message(workspace: Workspace, args: Arguments) -> Json:
    """Post in a channel, in a thread, or in the conversation with a person."""
    channel = writable_channel(workspace, _place(workspace, args.text("channel")))
    content = read_content(args)
    thread_ts = _thread(channel, args.text("thread_ts"))
    message = Message(
        workspace.world.next_ts(channel),
        workspace.spec.bot_user_id,
        content.text,
        content.blocks or [],
        thread_ts=thread_ts,
        subtype="thread_broadcast" if thread_ts and args.flag("reply_broadcast") else None,
        is_from_app=True,
        metadata=content.metadata,
        pings=content.pings,
    )
    posting.post(workspace, channel, message)
    return _answer(workspace, channel, message)


def _place(workspace: Workspace, channel_id: str) -> str:
    if channel_id[:1] not in ("U", "W"):
        return channel_id
    person = workspace.world.people.get(channel_id)
    if person is None or person.is_deleted or person.is_bot:
        raise ApiError("channel_not_found")
    return workspace.world.direct(channel_id).channel_id


def _thread(channel: ChannelState, thread_ts: str) -> str | None:
    if not thread_ts:
        return None
    parent = channel.messages.get(thread_ts)
    if parent is None or parent.is_reply:
        raise ApiError("cannot_reply_to_message")
    return thread_ts


def _answer(workspace: Workspace, channel: ChannelState, message: Message) -> Json:
    described = message_json(workspace.world, channel, message, with_metadata=True)
    return {"channel": channel.channel_id, "ts": message.ts, "message": described}


def update(workspace: Workspace, args: Arguments) -> Json:
    """Change a message of the app's own; blocks and metadata that are not given stay."""
    channel = writable_channel(workspace, args.text("channel"))
    message = message_at(channel, args.text("ts"))
    if not message.is_from_app:
        raise ApiError("cant_update_message")
    content = read_content(args, LONGEST_UPDATE)
    _apply(message, content)
    blocks = message.blocks if content.blocks is None else content.blocks
    text = content.text or message.text
    posting.edit(workspace, channel, message, by=workspace.spec.bot_user_id, text=text, blocks=blocks)
    return {**_answer(workspace, channel, message), "text": message.text}


def _apply(message: Message, content: Content) -> None:
    message.pings = content.pings
    if content.metadata is not None:
        message.metadata = content.metadata


def delete(workspace: Workspace, args: Arguments) -> Json:
    """Delete a message of the app's own."""
    channel = writable_channel(workspace, args.text("channel"))
    message = message_at(channel, args.text("ts"))
    if not message.is_from_app:
        raise ApiError("cant_delete_message")
    posting.delete(workspace, channel, message)
    return {"channel": channel.channel_id, "ts": args.text("ts")}


def post_ephemeral(workspace: Workspace, args: Arguments) -> Json:
    """Show something to one person who is in the channel."""
    channel = writable_channel(workspace, args.text("channel"))
    person = workspace.world.people.get(args.text("user"))
    if person is None or person.is_deleted or person.user_id not in channel.members:
        raise ApiError("user_not_in_channel")
    content = read_content(args)
    ts = posting.whisper(
        workspace,
        channel,
        person.user_id,
        content.text,
        content.blocks or [],
        thread_ts=args.text("thread_ts") or None,
        pings=content.pings,
    )
    return {"message_ts": ts}


def get_permalink(workspace: Workspace, args: Arguments) -> Json:
    """Return the address of a message that the app can see."""
    channel = joined_channel(workspace, args.text("channel"))
    message = message_at(channel, args.text("message_ts"))
    link = f"{workspace.origin}/archives/{channel.channel_id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.channel_id}"
    return {"channel": channel.channel_id, "permalink": link}


METHODS = {
    "chat.postMessage": Method(post_message, "special", WRITE, frozenset({"channel"}), POST, is_paced_by_channel=True),
    "chat.update": Method(update, 3, WRITE, frozenset({"channel", "ts"}), CONTENT | {"reply_broadcast"}),
    "chat.delete": Method(delete, 3, WRITE, frozenset({"channel", "ts"}), frozenset({"as_user"})),
    "chat.postEphemeral": Method(post_ephemeral, 4, WRITE, frozenset({"channel", "user"}), CONTENT | {"thread_ts"}),
    "chat.getPermalink": Method(get_permalink, "special", (), frozenset({"channel", "message_ts"})),
}
