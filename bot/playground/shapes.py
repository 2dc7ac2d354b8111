"""How Slack writes messages, people and channels down in answers and events."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.playground.spec import Person, UserGroup
from bot.playground.world import SLACKBOT, ChannelState, Json, Message, World


def message_json(world: World, channel: ChannelState, message: Message, *, with_metadata: bool = False) -> Json:
    """Describe a message as history and events do; thread figures and reactions only if there are any."""
    found: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    if message.subtype:
        found["subtype"] = message.subtype
    if message.subtype == "tombstone":
        found["hidden"] = True
    else:
        found["team"] = world.team_of(message.user)
    if message.is_from_app:
        found |= _app_fields(world)
    for key in ("blocks", "client_msg_id", "thread_ts", "edited", "files"):
        if value := getattr(message, key):
            found[key] = value
    if message.metadata and with_metadata:
        found["metadata"] = message.metadata
    return found | _thread_fields(channel, message) | _reaction_fields(message)


def _app_fields(world: World) -> Json:
    spec = world.spec
    profile = {"id": spec.bot_id, "app_id": spec.app_id, "name": spec.bot_name, "team_id": spec.team_id}
    return {
        "bot_id": spec.bot_id,
        "app_id": spec.app_id,
        "bot_profile": {**profile, "deleted": False, "updated": 0, "icons": {}},
    }


def _thread_fields(channel: ChannelState, message: Message) -> Json:
    if message.is_reply:
        parent = channel.messages.get(message.thread_ts or "")
        return {"parent_user_id": parent.user} if parent else {}
    replies = channel.replies_to(message.ts)
    if not replies:
        return {}
    people = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": people,
        "reply_users_count": len(people),
        "latest_reply": replies[-1].ts,
    }


def _reaction_fields(message: Message) -> Json:
    if not message.reactions:
        return {}
    given = [{"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()]
    return {"reactions": given}


def person_json(world: World, person: Person) -> Json:
    """Describe a person as `users.info` does; mail addresses are left out, as their scope is not held."""
    zone = ZoneInfo(person.tz)
    offset = datetime.fromtimestamp(world.clock.seconds(), zone).utcoffset()
    is_stranger = world.is_outsider(person)
    shown = person.name if person.display_name is None else person.display_name
    found: Json = {
        "id": person.user_id,
        "team_id": person.team_id or world.spec.team_id,
        "name": person.name,
        "deleted": person.is_deleted,
        "real_name": person.real_name,
        "is_bot": person.is_bot and person is not SLACKBOT,
        "is_app_user": False,
        "updated": 0,
        "profile": {"real_name": person.real_name, "display_name": shown, "title": person.title},
    }
    if not person.is_deleted:
        seconds = int(offset.total_seconds()) if offset is not None else 0
        found |= {"tz": person.tz, "tz_label": person.tz, "tz_offset": seconds, "is_admin": False, "is_owner": False}
        found |= {"is_restricted": person.is_guest, "is_ultra_restricted": False}
    if is_stranger:
        found["is_stranger"] = True
    return found


def channel_json(world: World, channel: ChannelState) -> Json:
    """Describe a conversation as `conversations.info` does."""
    if channel.kind == "im":
        other = next(user for user in channel.members if user != world.spec.bot_user_id)
        return {
            "id": channel.channel_id,
            "created": channel.created,
            "is_im": True,
            "user": other,
            "is_archived": False,
        }
    is_private = channel.kind == "group"
    return {
        "id": channel.channel_id,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": channel.created,
        "is_channel": not is_private,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": is_private,
        "is_archived": channel.is_archived,
        "is_general": False,
        "is_member": world.has_bot(channel),
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "context_team_id": world.spec.team_id,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def group_json(world: World, group: UserGroup) -> Json:
    """Describe a user group; Slack cuts `users` at 500."""
    return {
        "id": group.group_id,
        "team_id": world.spec.team_id,
        "is_usergroup": True,
        "name": group.handle,
        "handle": group.handle,
        "users": list(group.members[:500]),
        "user_count": len(group.members),
        "date_delete": 0,
    }
