"""Reading a conversation: for our own messages after an outcome that was unclear, and for one message by its place."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.connectors.base import Conversation
from bot.connectors.slack.client import MALFORMED, error_code
from bot.connectors.slack.sender import METADATA_EVENT
from bot.domain.errors import TemporaryError

PAGE = 200
LONGEST_LINK = 500
# What Slack says of a message that is not there, or not for us to read.
NOT_SHOWN = frozenset(
    {"channel_not_found", "not_in_channel", "message_not_found", "thread_not_found", "missing_scope", "is_archived"}
)


class SlackLookup:
    """Finds posted messages by the outbox id in their metadata; replies are looked for in their thread."""

    def __init__(self, client_of: Callable[[str], AsyncWebClient], timeout_seconds: float) -> None:
        self._client_of = client_of
        self._timeout = timeout_seconds

    async def find_channel(self, team_id: str, address: str) -> str:
        """Return the channel at an address: for a person their direct channel. Raises `TemporaryError`."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._channel(self._client_of(team_id), address)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError, *MALFORMED) as error:
            raise TemporaryError(f"the direct channel could not be found: {type(error).__name__}") from error

    async def find_posted(self, where: Conversation) -> Mapping[str, list[str]]:
        """Return each outbox id that stands in the conversation since `oldest_ts`, with its messages, earliest first.

        A message that stands on two pages, since others came while they were read, is one message.
        Raises `TemporaryError` when Slack did not show all of it; nothing may then be concluded.
        """
        client = self._client_of(where.team_id)
        found: dict[str, set[str]] = defaultdict(set)
        cursor: str | None = None
        try:
            channel = await self._channel(client, where.channel_id)
            while True:
                async with asyncio.timeout(self._timeout):
                    answer = await self._page(client, channel, where, cursor)
                for message in answer["messages"]:
                    outbox_id = _outbox_id(message)
                    if outbox_id:
                        found[outbox_id].add(str(message["ts"]))
                cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
                if cursor is None:
                    return {outbox_id: sorted(stamps, key=float) for outbox_id, stamps in found.items()}
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError, *MALFORMED) as error:
            raise TemporaryError(f"the conversation could not be read: {type(error).__name__}") from error

    async def _page(self, client: AsyncWebClient, channel: str, where: Conversation, cursor: str | None) -> dict:  # type: ignore[type-arg]
        if where.thread_ts:
            answer = await client.conversations_replies(
                channel=channel, ts=where.thread_ts, oldest=where.oldest_ts, limit=PAGE, cursor=cursor,
                include_all_metadata=True,
            )  # fmt: skip
        else:
            answer = await client.conversations_history(
                channel=channel, oldest=where.oldest_ts, limit=PAGE, cursor=cursor, include_all_metadata=True
            )
        data = answer.data
        return data if isinstance(data, dict) else {}

    async def _channel(self, client: AsyncWebClient, channel_id: str) -> str:
        if channel_id[:1] not in "UW":
            return channel_id
        opened = await client.conversations_open(users=channel_id)
        return str(opened["channel"]["id"])

    async def delete(self, team_id: str, channel_id: str, ts: str) -> None:
        """Remove a message of ours that stands there twice; one that is gone already is as good."""
        try:
            client = self._client_of(team_id)
            await client.chat_delete(channel=await self._channel(client, channel_id), ts=ts)
        except SlackApiError as error:
            if error_code(error) != "message_not_found":
                raise TemporaryError("the second message could not be removed yet") from error
        except (aiohttp.ClientError, TimeoutError, OSError, *MALFORMED) as error:
            raise TemporaryError("the second message could not be removed yet") from error


async def fetch_message(client: AsyncWebClient, channel_id: str, ts: str) -> dict[str, Any] | None:
    """Return the message at this place as Slack shows it, or None where it shows none.

    A reply is in no channel's history; asked for by its own ts, it comes alone. Raises what the client raises where
    Slack gave no answer to this question.
    """
    for read in (_from_history, _from_thread):
        try:
            answer = await read(client, channel_id, ts)
        except SlackApiError as error:
            if error_code(error) not in NOT_SHOWN:
                raise
            continue
        for message in answer.get("messages") or ():
            if isinstance(message, dict) and message.get("ts") == ts:
                return message
    return None


async def _from_history(client: AsyncWebClient, channel_id: str, ts: str) -> Any:
    return await client.conversations_history(channel=channel_id, oldest=ts, latest=ts, inclusive=True, limit=1)


async def _from_thread(client: AsyncWebClient, channel_id: str, ts: str) -> Any:
    return await client.conversations_replies(
        channel=channel_id, ts=ts, oldest=ts, latest=ts, inclusive=True, limit=PAGE
    )


async def fetch_permalink(client: AsyncWebClient, channel_id: str, ts: str, timeout_seconds: float) -> str | None:
    """Return the link of a message; None where Slack gives none in time, since what is saved is worth more than it."""
    try:
        async with asyncio.timeout(timeout_seconds):
            answer = await client.chat_getPermalink(channel=channel_id, message_ts=ts)
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError, *MALFORMED):
        return None
    link = answer.get("permalink")
    return link if isinstance(link, str) and len(link) <= LONGEST_LINK else None


def _outbox_id(message: Mapping[str, object]) -> str | None:
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != METADATA_EVENT:
        return None
    payload = metadata.get("event_payload")
    found = payload.get("outbox_id") if isinstance(payload, dict) else None
    return found if isinstance(found, str) else None
