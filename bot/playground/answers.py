"""Answers through response URLs, and those that come with a command's acknowledgement."""

from bot.playground import posting
from bot.playground.elements import Json
from bot.playground.errors import ApiError
from bot.playground.handles import ResponseHandle
from bot.playground.web_api.call import Arguments
from bot.playground.web_api.content import Content, read_content
from bot.playground.workspace import Workspace
from bot.playground.world import ChannelState, Message


def show_answer(workspace: Workspace, key: str, answer: Json) -> None:
    """Do what an answer asks for: show, replace or delete. Refuses late and surplus uses and wrong content.

    By default it is shown to the acting person alone; `response_type: in_channel` shows it to everybody.
    """
    handle = workspace.handles.use_response(key)
    channel = workspace.world.channels[handle.channel_id]
    args = Arguments(answer)
    if args.flag("delete_original"):
        _delete_original(workspace, channel, handle)
        return
    content = read_content(args)
    if args.flag("replace_original"):
        _replace_original(workspace, channel, handle, content)
    elif args.text("response_type") == "in_channel":
        _post(workspace, channel, content, args.text("thread_ts") or None)
    else:
        posting.whisper(
            workspace,
            channel,
            handle.user_id,
            content.text,
            content.blocks or [],
            thread_ts=args.text("thread_ts") or handle.thread_ts,
            pings=content.pings,
        )


def _post(workspace: Workspace, channel: ChannelState, content: Content, thread_ts: str | None) -> None:
    message = Message(
        workspace.world.next_ts(channel),
        workspace.spec.bot_user_id,
        content.text,
        content.blocks or [],
        thread_ts=thread_ts,
        subtype="bot_message",
        is_from_app=True,
        metadata=content.metadata,
        pings=content.pings,
    )
    channel.add(message)
    workspace.ledger.posted(channel, message)
    workspace.events.response_posted(channel, message)
    workspace.changes.tell()


def _original(channel: ChannelState, handle: ResponseHandle) -> Message:
    message = channel.messages.get(handle.origin_ts or "")
    if message is None or not message.is_from_app:
        raise ApiError("message_not_found", status=404)
    return message


def _delete_original(workspace: Workspace, channel: ChannelState, handle: ResponseHandle) -> None:
    if handle.is_ephemeral:
        if ephemeral := channel.ephemerals.pop(handle.origin_ts or "", None):
            workspace.ledger.whisper_deleted(channel, ephemeral)
        workspace.changes.tell()
    else:
        posting.delete(workspace, channel, _original(channel, handle))


def _replace_original(workspace: Workspace, channel: ChannelState, handle: ResponseHandle, content: Content) -> None:
    if not handle.is_ephemeral:
        message, bot = _original(channel, handle), workspace.spec.bot_user_id
        message.pings = content.pings
        posting.edit(workspace, channel, message, by=bot, text=content.text, blocks=content.blocks or [])
        return
    ephemeral = channel.ephemerals.get(handle.origin_ts or "")
    if ephemeral is None:
        raise ApiError("message_not_found", status=404)
    ephemeral.text, ephemeral.blocks, ephemeral.pings = content.text, content.blocks or [], content.pings
    workspace.ledger.whisper_replaced(channel, ephemeral)
    workspace.changes.tell()
