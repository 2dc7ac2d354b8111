"""Learning from Slack who people are, what channels are, and what a message says, before anything depends on it."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.connectors.slack.client import MALFORMED, error_code
from bot.connectors.slack.directory import fetch_channel, fetch_group, fetch_people, fetch_person
from bot.connectors.slack.lookup import fetch_message, fetch_permalink
from bot.connectors.web import Web
from bot.domain.errors import TemporaryError
from bot.domain.facts import FOLLOW_UP, Waiting
from bot.domain.meaning import Meaning
from bot.domain.policies import Policy
from bot.services.channels import list_set_channels
from bot.services.follow_up import TWINS, FindAsked, find_likely_twins
from bot.services.people import (
    FindUnknown,
    RememberChannel,
    RememberGroups,
    RememberOurselves,
    RememberPeople,
    find_unknown,
    remember_channel,
    remember_groups,
    remember_ourselves,
    remember_people,
)
from bot.services.seed import welcome_workspace
from bot.slack.frontdoor import Ourselves
from bot.slack.home import OPENED, opener_of, publish_home
from bot.slack.reacted import SHOWN, Wanted, find_wanted
from bot.slack.transcripts import Transcripts, find_waited_for, may_hold_clip
from db.transact import Transact

log = structlog.get_logger(__name__)

# Slack answers these within a fraction of a second or not at all; nobody waits longer for a fact (seconds).
PATIENCE = 2.0
# The link of a message is worth less of a wait than its words (seconds).
LINK_PATIENCE = 1.0
ABOUT_PEOPLE = frozenset({"message", "app_mention", "reaction_added", "member_joined_channel", OPENED})
SLACK_FAILURES = (SlackApiError, aiohttp.ClientError, TimeoutError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Needs:
    """Whom and what a delivery is about; `stale_channels` changed in a way that only Slack can tell."""

    slack_user_ids: frozenset[str] = frozenset()
    channel_ids: frozenset[str] = frozenset()
    stale_channels: frozenset[str] = frozenset()


def needs_of(waiting: Waiting, ourselves: Collection[str]) -> Needs:
    """Read off a delivery what has to be known before it is handled."""
    event = waiting.payload.get("event")
    if not isinstance(event, dict) or waiting.kind not in ABOUT_PEOPLE:
        return Needs()
    message, item = event.get("message"), event.get("item")
    # What should be an id may be anything at all, and one bad delivery must not stop those behind it.
    users = [event.get("user"), event.get("item_user"), message.get("user") if isinstance(message, dict) else None]
    channel = item.get("channel") if isinstance(item, dict) else event.get("channel")
    channels = frozenset({channel} if isinstance(channel, str) and channel else ())
    joined = waiting.kind == "member_joined_channel" and str(event.get("user")) in ourselves
    people = frozenset(user for user in users if isinstance(user, str) and user and user not in ourselves)
    return Needs(people, channels, channels if joined else frozenset())


@dataclass
class Facts:
    """Fetches what is unknown and remembers it; one fetch serves everyone who waits for the same fact."""

    transact: Transact
    client_of: Callable[[str], AsyncWebClient]
    ourselves: Ourselves
    teams: set[str] = field(default_factory=set)
    """Workspaces that are known to the database in this process."""
    web: Web | None = None
    """How what is not Slack's Web API is read; without it, a transcript is only as long as Slack shows it there."""
    meaning: Meaning | None = None
    """What compares items by meaning as well; without it words alone are compared."""
    _known: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.transcripts = Transcripts(self.client_of, self.web, (*SLACK_FAILURES, *MALFORMED))

    async def prepare(self, waiting: Sequence[Waiting]) -> frozenset[int]:
        """Learn what these deliveries need; return the ids of those that must wait until Slack answers."""
        postponed: set[int] = set()
        for delivery in waiting:
            await self.welcome(delivery.team_id)
            needs = needs_of(delivery, self.ourselves.user_ids)
            try:
                await self.ensure(delivery.team_id, needs)
                if delivery.kind == "reaction_added":
                    await self._show(delivery)
                if not await self._hear(delivery):
                    postponed.add(delivery.inbox_id)
                await self._show_home(delivery)
                if delivery.kind == FOLLOW_UP:
                    # Reading takes a while, and what writes must not wait for it.
                    asked = FindAsked(delivery, self.meaning)
                    delivery.payload[TWINS] = await self.transact.read(find_likely_twins, asked)
            except TemporaryError:
                postponed.add(delivery.inbox_id)
        return frozenset(postponed)

    async def _hear(self, delivery: Waiting) -> bool:
        """Learn what is said in a recording that came without words; False while Slack has yet to write it down."""
        if delivery.kind == "file_change":
            event = delivery.payload.get("event")
            self.transcripts.hurry(delivery.team_id, str(event.get("file_id")) if isinstance(event, dict) else "")
        if not may_hold_clip(delivery):
            return True
        waited_for = await self.transact.read(find_waited_for, delivery)
        return waited_for is None or await self.transcripts.hear(delivery, waited_for.file_id)

    async def _show_home(self, delivery: Waiting) -> None:
        """Draw the Home that somebody opened before this is settled, so that it is drawn later if Slack is late."""
        opener = opener_of(delivery)
        if opener is None:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await publish_home(self.transact, self.client_of(delivery.team_id), delivery.team_id, opener)
        except SlackApiError as error:
            # What Slack refuses once it refuses again; the next opening draws it anew.
            log.warning("home_not_shown", error=error_code(error))
        except SLACK_FAILURES as error:
            raise TemporaryError(f"Slack could not be asked: {type(error).__name__}") from error

    async def _show(self, delivery: Waiting) -> None:
        """Put what Slack shows of a message beside the emoji that is to save it; most emoji save nothing."""
        wanted = await self.transact.read(find_wanted, delivery)
        if wanted is None:
            return
        client = self.client_of(delivery.team_id)
        message = None if wanted.is_known else await self._read(client, wanted)
        permalink = await fetch_permalink(client, wanted.channel_id, wanted.ts, LINK_PATIENCE)
        author = message.get("user") if message else None
        if isinstance(author, str) and author and author not in self.ourselves.user_ids:
            await self.ensure(delivery.team_id, Needs(frozenset({author})))
        delivery.payload[SHOWN] = {"message": message, "permalink": permalink}

    @staticmethod
    async def _read(client: AsyncWebClient, wanted: Wanted) -> dict[str, Any] | None:
        try:
            async with asyncio.timeout(PATIENCE):
                return await fetch_message(client, wanted.channel_id, wanted.ts)
        except (*SLACK_FAILURES, *MALFORMED) as error:
            raise TemporaryError(f"Slack could not be asked: {type(error).__name__}") from error

    async def welcome(self, team_id: str) -> None:
        """Make sure that a workspace has its row and its catalogue from the settings, before anything refers to it."""
        if team_id not in self.teams:
            await self.transact(welcome_workspace, team_id)
            self.teams.add(team_id)

    async def ensure(self, team_id: str, needs: Needs) -> None:
        """Make sure that these people and channels are known; raises `TemporaryError` when Slack does not answer."""
        users = frozenset(user for user in needs.slack_user_ids if (team_id, user) not in self._known)
        channels = frozenset(channel for channel in needs.channel_ids if (team_id, channel) not in self._known)
        if users or channels:
            unknown = await self.transact.read(find_unknown, FindUnknown(team_id, users, channels))
            users, channels = unknown.slack_user_ids, unknown.channel_ids
        await self._fetch(team_id, users, channels | needs.stale_channels)
        self._known |= {(team_id, known) for known in (*needs.slack_user_ids, *needs.channel_ids)}

    async def _fetch(self, team_id: str, users: frozenset[str], channels: frozenset[str]) -> None:
        client = self.client_of(team_id)
        try:
            async with asyncio.timeout(PATIENCE):
                people = [await fetch_person(client, team_id, user) for user in sorted(users)]
                described = [await fetch_channel(client, channel) for channel in sorted(channels)]
        except SLACK_FAILURES as error:
            raise TemporaryError(f"Slack could not be asked: {type(error).__name__}") from error
        if people:
            await self.transact(remember_people, RememberPeople(team_id, people))
        for channel in described:
            await self.transact(remember_channel, RememberChannel(team_id, channel))

    async def sync(self, team_id: str | None, policy_of: Callable[[str], Policy]) -> str:
        """Ask Slack who we are, who is there, and what the channels and groups of the settings are.

        Returns the workspace's id. Raises `TemporaryError` when Slack does not answer.
        """
        try:
            return await self._sync(self.client_of(team_id or ""), policy_of)
        except SLACK_FAILURES as error:
            raise TemporaryError(f"Slack could not be asked: {_code(error)}") from error

    async def _sync(self, client: AsyncWebClient, policy_of: Callable[[str], Policy]) -> str:
        us = (await client.auth_test()).data
        # An installation for a whole organisation goes by the organisation, as its events do.
        team_id = str((_field(us, "is_enterprise_install") and _field(us, "enterprise_id")) or _field(us, "team_id"))
        await self.transact(
            remember_ourselves,
            RememberOurselves(
                team_id,
                _field(us, "enterprise_id"),
                str(_field(us, "team") or ""),
                str(_field(us, "user_id")),
                str(_field(us, "bot_id")),
            ),
        )
        await self.welcome(team_id)
        self.ourselves.user_ids.add(str(_field(us, "user_id")))
        self.ourselves.bot_ids.add(str(_field(us, "bot_id")))
        people = await fetch_people(client, team_id)
        await self.transact(remember_people, RememberPeople(team_id, people))
        policy = policy_of(team_id)
        set_here = await self.transact.read(list_set_channels, team_id)
        for channel_id in sorted({*channels_of(policy), *set_here}):
            await self.transact(remember_channel, RememberChannel(team_id, await fetch_channel(client, channel_id)))
        members = {group: await fetch_group(client, group) for group in sorted(groups_of(policy))}
        await self.transact(remember_groups, RememberGroups(team_id, members))
        log.info("slack_synced", people=len(people), groups=len(members))
        return team_id


def _field(answer: Any, key: str) -> Any:
    return answer.get(key) if isinstance(answer, dict) else None


def _code(error: Exception) -> str:
    return error_code(error) if isinstance(error, SlackApiError) else type(error).__name__


def channels_of(policy: Policy) -> set[str]:
    """Return every channel that the settings name."""
    named = {policy.channels.intel_home, policy.channels.ask_home, *policy.channels.watched, *policy.recap.channel_ids}
    named |= {area.channel_id for area in policy.areas}
    return {channel for channel in named if channel}


def groups_of(policy: Policy) -> set[str]:
    """Return every user group that the settings name, for roles or for the quota."""
    roles = policy.roles
    listed = roles.pms | roles.competitive_leads | roles.leads | roles.executives
    return {name for name in listed if name.startswith("S")} | {group.usergroup_id for group in policy.quota.groups}
