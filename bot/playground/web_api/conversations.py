"""conversations.* and users.conversations: what channels there are, who is in them, what was said."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from bot.playground.errors import ApiError
from bot.playground.shapes import channel_json, message_json
from bot.playground.tokens_and_scopes import HISTORY, READ, need_scope
from bot.playground.web_api.call import Arguments, Json, Method
from bot.playground.web_api.lookups import joined_channel, known_channel, need_scope_for, page
from bot.playground.workspace import Workspace
from bot.playground.world import ChannelState, Message, micros_of, ts_of

LARGEST_HISTORY = 999
KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
ANY_HISTORY, ANY_READ = tuple(HISTORY.values()), tuple(READ.values())
PAGED = frozenset({"limit", "cursor"})
WINDOW = PAGED | {"oldest", "latest", "inclusive", "include_all_metadata"}


def history(workspace: Workspace, args: Arguments) -> Json:
    """Return what was said in a channel outside of threads, the newest first."""
    channel = joined_channel(workspace, args.text("channel"))
    need_scope_for(workspace, channel, HISTORY)
    start, end = _window(args, channel.timeline)
    shown = [channel.messages[ts_of(micros)] for micros in reversed(channel.timeline[start:end])]
    return _messages(workspace, args, channel, shown)


def _window(args: Arguments, line: list[int]) -> tuple[int, int]:
    """Return the half-open range of a sorted line of moments that `oldest` and `latest` leave."""
    oldest, latest = _moment(args, "oldest", "invalid_ts_oldest"), _moment(args, "latest", "invalid_ts_latest")
    is_inclusive = args.flag("inclusive")
    start = 0 if oldest is None else (bisect_left if is_inclusive else bisect_right)(line, oldest)
    end = len(line) if latest is None else (bisect_right if is_inclusive else bisect_left)(line, latest)
    return start, max(start, end)


def _moment(args: Arguments, key: str, error: str) -> int | None:
    given = str(args.given.get(key) or "")
    if not given or given == "now":
        return None
    try:
        return micros_of(given)
    except ValueError:
        raise ApiError(error) from None


def _messages(workspace: Workspace, args: Arguments, channel: ChannelState, shown: list[Message]) -> Json:
    entries, following = page(args, shown, LARGEST_HISTORY)
    with_metadata = args.flag("include_all_metadata")
    described = [message_json(workspace.world, channel, entry, with_metadata=with_metadata) for entry in entries]
    has_more = bool(following["response_metadata"]["next_cursor"])
    return {"messages": described, "has_more": has_more, **(following if has_more else {})}


def replies(workspace: Workspace, args: Arguments) -> Json:
    """Return a thread, its parent first and then the oldest reply; the ts of a reply returns that reply alone."""
    channel = joined_channel(workspace, args.text("channel"))
    need_scope_for(workspace, channel, HISTORY)
    message = channel.messages.get(args.text("ts"))
    if message is None:
        raise ApiError("thread_not_found")
    line = channel.threads.get(message.ts, [])
    start, end = _window(args, line)
    thread = [message, *(channel.messages[ts_of(micros)] for micros in line[start:end])]
    return _messages(workspace, args, channel, thread)


def info(workspace: Workspace, args: Arguments) -> Json:
    """Describe a conversation."""
    channel = known_channel(workspace, args.text("channel"))
    need_scope_for(workspace, channel, READ)
    described = channel_json(workspace.world, channel)
    if args.flag("include_num_members"):
        described["num_members"] = len(channel.members)
    return {"channel": described}


def members(workspace: Workspace, args: Arguments) -> Json:
    """Return who is in a conversation."""
    channel = known_channel(workspace, args.text("channel"))
    need_scope_for(workspace, channel, READ)
    found, following = page(args, list(channel.members))
    return {"members": found, **following}


def list_(workspace: Workspace, args: Arguments) -> Json:
    """Return the conversations of some types: all public ones, of the others those with the app."""
    return _listed(
        workspace, args, (known for known in workspace.world.channels.values() if _is_known(workspace, known))
    )


def _is_known(workspace: Workspace, channel: ChannelState) -> bool:
    return channel.kind == "channel" or workspace.world.has_bot(channel)


def users_conversations(workspace: Workspace, args: Arguments) -> Json:
    """Return the conversations that a person (by default the app) is in, as far as the app knows them."""
    user_id = args.text("user") or workspace.spec.bot_user_id
    if user_id not in workspace.world.people:
        raise ApiError("user_not_found")
    shared = (channel for channel in workspace.world.channels.values() if user_id in channel.members)
    return _listed(workspace, args, (channel for channel in shared if _is_known(workspace, channel)))


def _listed(workspace: Workspace, args: Arguments, channels: Iterable[ChannelState]) -> Json:
    types = (args.text("types") or "public_channel").split(",")
    if unknown := [name for name in types if name.strip() not in KINDS]:
        raise ApiError("invalid_types", messages=unknown)
    kinds = {KINDS[name.strip()] for name in types}
    for kind in sorted(kinds):
        need_scope(workspace.spec.bot_scopes, (READ[kind],))
    leaves_out = args.flag("exclude_archived")
    wanted = [entry for entry in channels if entry.kind in kinds and not (leaves_out and entry.is_archived)]
    found, following = page(args, wanted)
    return {"channels": [channel_json(workspace.world, entry) for entry in found], **following}


def open_(workspace: Workspace, args: Arguments) -> Json:
    """Return the direct conversation with one person, or find one again by its id."""
    if args.text("channel"):
        channel = known_channel(workspace, args.text("channel"))
        return {"channel": {"id": channel.channel_id}}
    users = [user for user in args.text("users").split(",") if user]
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > 1:
        # Group conversations are not part of this workspace.
        raise ApiError("too_many_users")
    person = workspace.world.people.get(users[0])
    if person is None:
        raise ApiError("user_not_found")
    if person.is_bot:
        raise ApiError("cannot_dm_bot")
    if person.is_deleted:
        raise ApiError("user_disabled")
    return {"channel": _opened(workspace, person.user_id, whole=args.flag("return_im"))}


def _opened(workspace: Workspace, user_id: str, *, whole: bool) -> Json:
    channel = workspace.world.direct(user_id)
    return channel_json(workspace.world, channel) if whole else {"id": channel.channel_id}


CHANNEL = frozenset({"channel"})
METHODS = {
    "conversations.history": Method(history, 3, ANY_HISTORY, CHANNEL, WINDOW),
    "conversations.replies": Method(replies, 3, ANY_HISTORY, CHANNEL | {"ts"}, WINDOW),
    "conversations.info": Method(info, 3, ANY_READ, CHANNEL, frozenset({"include_locale", "include_num_members"})),
    "conversations.members": Method(members, 4, ANY_READ, CHANNEL, PAGED),
    "conversations.list": Method(list_, 2, ANY_READ, frozenset(), PAGED | {"types", "exclude_archived"}),
    "conversations.open": Method(
        open_,
        3,
        ("im:write", "mpim:write"),
        frozenset(),
        frozenset({"users", "channel", "return_im", "prevent_creation"}),
    ),
    "users.conversations": Method(
        users_conversations, 3, ANY_READ, frozenset(), PAGED | {"types", "exclude_archived", "user"}
    ),
}
