"""What changes about people, groups and channels, so that rights follow at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.connectors.slack.directory import person_facts
from bot.domain.facts import Settled, Waiting
from bot.services.people import RememberPeople, remember_people
from db.unit_of_work import UnitOfWork


def _event(waiting: Waiting) -> dict[str, Any]:
    event = waiting.payload.get("event")
    return event if isinstance(event, dict) else {}


def on_user(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
    """`team_join` and `user_change`: keep what Slack now says of a person."""
    user = _event(waiting).get("user")
    if not isinstance(user, dict) or not isinstance(user.get("id"), str) or not user["id"]:
        return Settled("ignored", "no person in it")
    people = [person_facts(waiting.team_id, user)]
    command = RememberPeople(waiting.team_id, people, have_just_joined=waiting.kind == "team_join")
    remember_people(uow, command, now=now)
    return Settled("handled", "person refreshed")


def on_joined(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:  # noqa: ARG001
    """Someone came into a channel: from now on they may read what came from there."""
    user, channel_id = _names(_event(waiting))
    if not user or not channel_id or uow.people.find_channel(waiting.team_id, channel_id) is None:
        return Settled("ignored", "not a known channel")
    uow.people.add_member(waiting.team_id, channel_id, user)
    return Settled("handled", "joined")


def on_left(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:  # noqa: ARG001
    """Someone left a channel: from now on they may not read what came from there."""
    user, channel_id = _names(_event(waiting))
    if not user or not channel_id:
        return Settled("ignored", "not a known channel")
    uow.people.remove_member(waiting.team_id, channel_id, user)
    return Settled("handled", "left")


def _names(event: Mapping[str, Any]) -> tuple[str, str]:
    user, channel = event.get("user"), event.get("channel")
    return (user if isinstance(user, str) else "", channel if isinstance(channel, str) else "")


def on_group_members(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:  # noqa: ARG001
    """`subteam_members_changed`: apply who came and who went."""
    event = _event(waiting)
    group = event.get("subteam_id")
    if not isinstance(group, str) or not group:
        return Settled("ignored", "no group in it")
    added, removed = (set(map(str, event.get(key) or ())) for key in ("added_users", "removed_users"))
    members = (set(uow.people.list_group(waiting.team_id, group)) | added) - removed
    uow.people.replace_group(waiting.team_id, group, members)
    return Settled("handled", "group refreshed")


def on_group(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:  # noqa: ARG001
    """`subteam_updated`: its list of people is whole only below 500, so a longer one is left as it was."""
    group = _event(waiting).get("subteam")
    if not isinstance(group, dict) or not isinstance(group.get("id"), str) or not isinstance(group.get("users"), list):
        return Settled("ignored", "no group in it")
    if len(group["users"]) >= 500:  # noqa: PLR2004
        return Settled("ignored", "list cut by Slack")
    users = [] if group.get("date_delete") else [str(user) for user in group["users"]]
    uow.people.replace_group(waiting.team_id, group["id"], users)
    return Settled("handled", "group refreshed")


def on_channel_renamed(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
    """`channel_rename` and `group_rename`: keep the new name."""
    named = _event(waiting).get("channel")
    channel: dict[str, Any] = named if isinstance(named, dict) else {}
    known = uow.people.find_channel(waiting.team_id, str(channel.get("id")))
    if known is None:
        return Settled("ignored", "not a known channel")
    known.name, known.refreshed_at = str(channel.get("name") or "")[:255], now
    return Settled("handled", "channel refreshed")


def on_channel_archived(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
    """`channel_archive` and its opposite: remember whether it can be posted to."""
    event = _event(waiting)
    _, channel_id = _names(event)
    known = uow.people.find_channel(waiting.team_id, channel_id) if channel_id else None
    if known is None:
        return Settled("ignored", "not a known channel")
    known.is_archived, known.refreshed_at = not str(event.get("type")).endswith("unarchive"), now
    return Settled("handled", "channel refreshed")


def on_channel_shared(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
    """`channel_shared`: from now on no content is posted there, since people of another company read it."""
    _, channel_id = _names(_event(waiting))
    known = uow.people.find_channel(waiting.team_id, channel_id) if channel_id else None
    if known is None:
        return Settled("ignored", "not a known channel")
    known.is_externally_shared, known.refreshed_at = True, now
    return Settled("handled", "channel refreshed")
