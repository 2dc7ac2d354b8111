"""What the page gets of each part of the world: people, conversations, messages and views, as plain JSON."""

from dataclasses import asdict

from bot.playground.spec import Person, WorldSpec
from bot.playground.world import ChannelState, Ephemeral, Json, Message, World


def world_part(spec: WorldSpec, offers: list[str]) -> Json:
    """Describe the workspace and what the app adds to it."""
    notes = spec.command_notes
    return {
        "team_name": spec.team_name,
        "bot_id": spec.bot_user_id,
        "bot_name": spec.bot_name,
        "commands": [
            {
                "name": command,
                "description": notes[command].description if command in notes else "",
                "usage_hint": notes[command].usage_hint if command in notes else "",
            }
            for command in spec.commands
        ],
        "message_shortcuts": [asdict(entry) for entry in spec.message_shortcuts],
        "global_shortcuts": [asdict(entry) for entry in spec.global_shortcuts],
        "offers": offers,
    }


def person_part(world: World, person: Person, order: int) -> Json:
    """Describe a person."""
    return {
        "id": person.user_id,
        "name": person.name,
        "real_name": person.real_name,
        "title": person.title or _title(world, person),
        "tz": person.tz,
        "is_guest": person.is_guest,
        "is_outsider": world.is_outsider(person),
        "is_bot": person.is_bot,
        "is_deleted": person.is_deleted,
        "can_be": can_be(person),
        "order": order,
    }


def can_be(person: Person) -> bool:
    """Tell whether the page lets you act as somebody."""
    return person.can_be and not person.is_bot and not person.is_deleted


def _title(world: World, person: Person) -> str:
    if person.is_bot:
        return "App"
    if world.is_outsider(person):
        return "Another company"
    return "Guest" if person.is_guest else ""


def channel_part(world: World, user_id: str, channel: ChannelState, order: int, unread_count: int) -> Json:
    """Describe a conversation as one person finds it."""
    return {
        "id": channel.channel_id,
        "name": channel.name,
        "kind": channel.kind,
        "is_ext_shared": channel.is_ext_shared,
        "is_archived": channel.is_archived,
        "is_member": user_id in channel.members,
        "has_bot": world.has_bot(channel),
        "members": list(channel.members),
        "unread": unread_count,
        "topic": channel.topic,
        "order": order,
    }


def message_part(world: World, channel: ChannelState, entry: Message | Ephemeral) -> Json:
    """Describe a message, or what one person alone sees."""
    if isinstance(entry, Ephemeral):
        return _ephemeral(world, channel, entry)
    replies = [] if entry.is_reply else channel.replies_to(entry.ts)
    return {
        "channel_id": channel.channel_id,
        "ts": entry.ts,
        "user": entry.user,
        "text": entry.text,
        "blocks": entry.blocks,
        "thread_ts": entry.thread_ts,
        "reply_count": len(replies),
        "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
        "latest_reply": replies[-1].ts if replies else None,
        "reactions": [{"name": name, "users": users} for name, users in entry.reactions.items()],
        "is_ephemeral": False,
        "edited": entry.edited is not None,
        "subtype": entry.subtype,
        "is_from_app": entry.is_from_app,
        "is_in_channel": entry.is_in_channel,
    }


def _ephemeral(world: World, channel: ChannelState, entry: Ephemeral) -> Json:
    return {
        "channel_id": channel.channel_id,
        "ts": entry.ts,
        "user": world.spec.bot_user_id,
        "text": entry.text,
        "blocks": entry.blocks,
        "thread_ts": entry.thread_ts,
        "reply_count": 0,
        "reply_users": [],
        "latest_reply": None,
        "reactions": [],
        "is_ephemeral": True,
        "edited": False,
        "subtype": None,
        "is_from_app": True,
        "is_in_channel": entry.thread_ts is None,
    }
