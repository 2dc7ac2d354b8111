"""What changes about people, groups and channels, so that rights follow at once."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.connectors.slack.directory import person_facts
from bot.domain.facts import Settled, Waiting
from bot.services.catch_up import MarkFilled, mark_filled
from bot.services.channels import GreetChannel, greet_channel
from bot.services.people import RememberPeople, Untell, is_full_member, remember_people, untell
from db.unit_of_work import UnitOfWork

_MOMENT = re.compile(r"\d{1,12}\.\d{1,6}")


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
    uow.flush()
    if not is_full_member(uow, waiting.team_id, user["id"]):
        untell(uow, Untell(waiting.team_id, user["id"]), now=now)
    return Settled("handled", "person refreshed")


def on_joined(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
    """Someone came into a channel: from now on they may read what came from there. Nugget itself says hello, once."""
    event = _event(waiting)
    user, channel_id = _names(event)
    known = uow.people.find_channel(waiting.team_id, channel_id) if user and channel_id else None
    if known is None:
        return Settled("ignored", "not a known channel")
    if not _is_us(uow, waiting.team_id, user):
        uow.people.add_member(waiting.team_id, channel_id, user)
        return Settled("handled", "joined")
    if waiting.payload.get("is_ext_shared_channel") is True:
        known.is_externally_shared = True
    joined_ts = event.get("event_ts")
    if isinstance(joined_ts, str) and _MOMENT.fullmatch(joined_ts):
        # What was said before Nugget came, or while it was away, is imported on purpose or not at all.
        mark_filled(uow, MarkFilled(waiting.team_id, channel_id, joined_ts), now=now)
    inviter = event.get("inviter")
    command = GreetChannel(waiting.team_id, channel_id, inviter if isinstance(inviter, str) else None)
    return Settled("handled", "greeted" if greet_channel(uow, command, now=now) else "joined")


def on_left(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
    """Someone left a channel: from now on they may not read what came from there.

    Where Nugget itself left, it no longer learns who comes and goes; so nobody counts as a member until it is back.
    """
    user, channel_id = _names(_event(waiting))
    if not user or not channel_id:
        return Settled("ignored", "not a known channel")
    known = uow.people.find_channel(waiting.team_id, channel_id)
    if known is not None and _is_us(uow, waiting.team_id, user):
        known.has_bot, known.refreshed_at = False, now
        uow.people.replace_members(waiting.team_id, channel_id, ())
    else:
        uow.people.remove_member(waiting.team_id, channel_id, user)
    return Settled("handled", "left")


def _is_us(uow: UnitOfWork, team_id: str, slack_user_id: str) -> bool:
    us = uow.workspaces.find(team_id)
    return us is not None and us.bot_user_id == slack_user_id


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
