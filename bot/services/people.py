"""Who someone is, what they may do, and what they may see; remembered from what Slack said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts import ChannelFacts, PersonFacts
from bot.domain.policies import RolePolicy
from bot.domain.visibility import Viewer
from bot.domain.words import Role
from db.models import Channel, Person
from db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class RememberPeople:
    """What Slack said of some people of a workspace."""

    team_id: str
    people: Sequence[PersonFacts]
    have_just_joined: bool = False


@dataclass(frozen=True, slots=True)
class RememberChannel:
    """What Slack said of a channel of a workspace."""

    team_id: str
    channel: ChannelFacts


@dataclass(frozen=True, slots=True)
class RememberGroups:
    """Who Slack said is in each of these user groups."""

    team_id: str
    members: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class RememberOurselves:
    """Who Slack said we are in a workspace."""

    team_id: str
    enterprise_id: str | None
    name: str
    bot_user_id: str
    bot_id: str


@dataclass(frozen=True, slots=True)
class Ourselves:
    """Who we are in a workspace, as far as Slack has said."""

    team_id: str
    bot_user_id: str | None
    bot_id: str | None


@dataclass(frozen=True, slots=True)
class Untell:
    """Someone who was a full member has become a guest, or has left."""

    team_id: str
    slack_user_id: str


@dataclass(frozen=True, slots=True)
class FindUnknown:
    """Which of these people and channels were never described by Slack."""

    team_id: str
    slack_user_ids: frozenset[str]
    channel_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Unknown:
    """People and channels that Slack has to be asked about."""

    slack_user_ids: frozenset[str]
    channel_ids: frozenset[str]


def remember_people(uow: UnitOfWork, command: RememberPeople, *, now: datetime) -> None:
    """Store or refresh people; the direct channel and the day they were first seen are kept."""
    known = uow.people.list_known(command.team_id, [facts.slack_user_id for facts in command.people])
    for facts in command.people:
        before = known.get(facts.slack_user_id)
        uow.people.put(
            Person(
                team_id=command.team_id,
                slack_user_id=facts.slack_user_id,
                home_team_id=facts.home_team_id,
                name=facts.name[:255],
                zone=facts.zone,
                is_bot=facts.is_bot,
                is_guest=facts.is_guest,
                is_outsider=facts.is_outsider,
                is_deactivated=facts.is_deactivated,
                direct_channel_id=before.direct_channel_id if before else None,
                joined_at=now if command.have_just_joined else before.joined_at if before else None,
                refreshed_at=now,
            )
        )


def remember_channel(uow: UnitOfWork, command: RememberChannel, *, now: datetime) -> None:
    """Store or refresh a channel, and who is in it where that decides who may read."""
    facts = command.channel
    before = uow.people.find_channel(command.team_id, facts.channel_id)
    uow.people.put_channel(
        Channel(
            team_id=command.team_id,
            channel_id=facts.channel_id,
            name=facts.name[:255],
            is_private=facts.is_private,
            is_direct=facts.is_direct,
            is_externally_shared=facts.is_externally_shared,
            is_archived=facts.is_archived,
            has_bot=facts.has_bot,
            last_message_ts=before.last_message_ts if before else None,
            refreshed_at=now,
        )
    )
    if facts.member_ids is not None:
        uow.people.replace_members(command.team_id, facts.channel_id, facts.member_ids)


def remember_groups(uow: UnitOfWork, command: RememberGroups, *, now: datetime) -> None:  # noqa: ARG001
    """Store who is in each user group that roles or quotas name."""
    for usergroup_id, members in command.members.items():
        uow.people.replace_group(command.team_id, usergroup_id, members)


def remember_ourselves(uow: UnitOfWork, command: RememberOurselves, *, now: datetime) -> None:
    """Store who we are, so that later starts need no answer from Slack."""
    workspace = uow.workspaces.get_or_add(command.team_id, now=now)
    workspace.enterprise_id, workspace.name = command.enterprise_id, command.name[:255]
    workspace.bot_user_id, workspace.bot_id, workspace.checked_at = command.bot_user_id, command.bot_id, now


def list_ourselves(uow: UnitOfWork, query: None, *, now: datetime) -> list[Ourselves]:  # noqa: ARG001
    """Return the workspaces that are known, with who we are in each."""
    found = (uow.workspaces.find(team_id) for team_id in uow.workspaces.list_ids())
    return [Ourselves(row.team_id, row.bot_user_id, row.bot_id) for row in found if row is not None]


def is_ours(uow: UnitOfWork, team_id: str, *, now: datetime) -> bool:  # noqa: ARG001
    """Tell whether Nugget is installed in this workspace; before Slack has said where it is, nobody is turned away."""
    known = {found.team_id: found.bot_user_id for found in map(uow.workspaces.find, uow.workspaces.list_ids()) if found}
    return known.get(team_id) is not None or not any(known.values())


def find_unknown(uow: UnitOfWork, query: FindUnknown, *, now: datetime) -> Unknown:  # noqa: ARG001
    """Return which of these people and channels Slack has yet to describe."""
    known = uow.people.list_known(query.team_id, query.slack_user_ids)
    channels = {c for c in query.channel_ids if uow.people.find_channel(query.team_id, c) is None}
    return Unknown(query.slack_user_ids - known.keys(), frozenset(channels))


def is_full_member(uow: UnitOfWork, team_id: str, slack_user_id: str) -> bool:
    """Tell whether this is a full member of the workspace; someone unknown is not (fail closed)."""
    person = uow.people.find(team_id, slack_user_id)
    return person is not None and not (person.is_bot or person.is_guest or person.is_outsider or person.is_deactivated)


def untell(uow: UnitOfWork, command: Untell, *, now: datetime) -> None:
    """Take back what waits to be told to somebody who is no full member any more; only that it is so may be said."""
    for entry in uow.outbox.list_waiting_for(command.team_id, command.slack_user_id):
        if entry.item_id is not None or entry.decision_id is not None:
            entry.state, entry.settled_at = "cancelled", now


def roles_of(uow: UnitOfWork, team_id: str, slack_user_id: str) -> frozenset[Role]:
    """Return what this person may do now, from listed ids and from the user groups that they are in."""
    if not is_full_member(uow, team_id, slack_user_id):
        return frozenset()
    policy = uow.policy(team_id).roles
    names = {slack_user_id, *uow.people.list_groups_of(team_id, slack_user_id)}
    return frozenset({Role.MEMBER, *(role for role, listed in _listed(policy) if names & listed)})


def _listed(policy: RolePolicy) -> Iterable[tuple[Role, frozenset[str]]]:
    return (
        (Role.PM, policy.pms),
        (Role.COMPETITIVE_LEAD, policy.competitive_leads),
        (Role.LEAD, policy.leads),
        (Role.EXECUTIVE, policy.executives),
    )


def viewer_of(uow: UnitOfWork, team_id: str, slack_user_id: str) -> Viewer:
    """Return what decides which items this person may read, as things stand now."""
    roles = roles_of(uow, team_id, slack_user_id)
    return Viewer(
        slack_user_id=slack_user_id,
        is_full_member=Role.MEMBER in roles,
        roles=roles,
        place_ids=uow.people.list_places_of(team_id, slack_user_id),
    )


def names_of(uow: UnitOfWork, team_id: str, slack_user_ids: Iterable[str | None]) -> dict[str, str]:
    """Return a readable name for each of these people; someone whom Slack never described reads "someone"."""
    ids = {user for user in slack_user_ids if user}
    known = uow.people.list_known(team_id, ids)
    return {user: (known[user].name if user in known and known[user].name else "someone") for user in ids}
