"""Asking Slack who people are, what a channel is, and who is in a group."""

from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.connectors.slack.client import error_code
from bot.domain.facts import ChannelFacts, PersonFacts
from bot.domain.text import clean

PAGE = 200
# Slack's own helper account carries no bot flag, and is one all the same.
SLACKBOT = "USLACKBOT"


async def fetch_person(client: AsyncWebClient, team_id: str, slack_user_id: str) -> PersonFacts:
    """Describe one person. Someone whom Slack will not describe counts as an outsider (fail closed)."""
    try:
        answer = await client.users_info(user=slack_user_id)
    except SlackApiError as error:
        if error_code(error) in {"user_not_found", "user_not_visible", "users_not_found"}:
            return PersonFacts(slack_user_id, None, "", is_outsider=True)
        raise
    return person_facts(team_id, answer["user"])


async def fetch_people(client: AsyncWebClient, team_id: str) -> list[PersonFacts]:
    """Describe everyone in the workspace, page by page."""
    found: list[PersonFacts] = []
    cursor = ""
    while True:
        answer = await client.users_list(limit=PAGE, cursor=cursor or None)
        found += [person_facts(team_id, user) for user in answer["members"]]
        cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
        if not cursor:
            return found


def person_facts(team_id: str, user: dict[str, Any]) -> PersonFacts:
    """Read a Slack user object; fields that it lacks count as their careful reading."""
    profile, enterprise = user.get("profile") or {}, user.get("enterprise_user") or {}
    home = user.get("team_id") or enterprise.get("enterprise_id")
    # Installed for a whole organisation, Nugget is at home wherever a person of it is.
    homes = {home or team_id, enterprise.get("enterprise_id"), *(enterprise.get("teams") or ())}
    in_team = team_id in homes
    name = profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name") or ""
    return PersonFacts(
        slack_user_id=user["id"],
        home_team_id=home,
        name=clean(str(name)),
        zone=user.get("tz"),
        is_bot=bool(user.get("is_bot")) or user["id"] == SLACKBOT,
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_outsider=bool(user.get("is_stranger")) or not in_team,
        is_deactivated=bool(user.get("deleted")),
    )


async def fetch_channel(client: AsyncWebClient, channel_id: str) -> ChannelFacts:
    """Describe a channel, with its members where it is private; one that we may not read is private and unnamed."""
    try:
        answer = await client.conversations_info(channel=channel_id)
    except SlackApiError as error:
        if error_code(error) in {"channel_not_found", "missing_scope", "not_in_channel"}:
            return ChannelFacts(channel_id)
        raise
    channel = answer["channel"]
    is_direct = bool(channel.get("is_im"))
    is_private = bool(channel.get("is_private") or is_direct or channel.get("is_mpim"))
    # A direct channel that we can read is by its nature one with us.
    has_bot = bool(channel.get("is_member")) or is_direct
    return ChannelFacts(
        channel_id=channel_id,
        name=clean(str(channel.get("name") or "")),
        is_private=is_private,
        is_direct=is_direct,
        is_externally_shared=bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")),
        is_archived=bool(channel.get("is_archived")),
        has_bot=has_bot,
        member_ids=await _members(client, channel_id) if is_private and has_bot else None,
    )


async def _members(client: AsyncWebClient, channel_id: str) -> frozenset[str]:
    members: set[str] = set()
    cursor = ""
    while True:
        answer = await client.conversations_members(channel=channel_id, limit=PAGE, cursor=cursor or None)
        members.update(answer["members"])
        cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
        if not cursor:
            return frozenset(members)


async def fetch_group(client: AsyncWebClient, usergroup_id: str) -> list[str]:
    """Return who is in a user group; a group that does not exist, or is disabled, is empty."""
    try:
        answer = await client.usergroups_users_list(usergroup=usergroup_id)
    except SlackApiError as error:
        if error_code(error) in {"no_such_subteam", "subteam_not_found", "plan_upgrade_required"}:
            return []
        raise
    return [str(user) for user in answer["users"]]


async def find_by_address(client: AsyncWebClient, address: str) -> str | None:
    """Return the id of whoever has this e-mail address; None where nobody has, or Slack does not tell this app."""
    try:
        answer = await client.users_lookupByEmail(email=address)
    except SlackApiError as error:
        if error_code(error) in {
            "users_not_found",
            "user_not_found",
            "missing_scope",
            "invalid_email",
            "invalid_arguments",
        }:
            return None
        raise
    return str(answer["user"]["id"])
