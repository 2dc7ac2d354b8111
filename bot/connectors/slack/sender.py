"""Sending outbox entries to Slack: one call each, and a plain word on what became of it."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.connectors.base import Dispatch
from bot.connectors.slack.client import MALFORMED, error_code
from bot.domain.retry import NotSent, Outcome, Sent, Uncertain, classify_slack_error

METADATA_EVENT = "nugget_outbox"

ClientOf = Callable[[str], AsyncWebClient]
Call = Callable[[AsyncWebClient, Dispatch], Awaitable[Sent]]


class SlackSender:
    """Sends entries of every kind that Slack takes; `client_of` gives the client of a workspace."""

    def __init__(self, client_of: ClientOf, timeout_seconds: float) -> None:
        self._client_of = client_of
        self._timeout = timeout_seconds

    async def __call__(self, dispatch: Dispatch) -> Outcome:
        """Make the call and name its outcome; only what certainly did not reach Slack counts as not sent."""
        call = CALLS[dispatch.kind]
        try:
            async with asyncio.timeout(self._timeout):
                return await call(self._client_of(dispatch.team_id), dispatch)
        except SlackApiError as error:
            return from_slack_error(error)
        except aiohttp.ClientConnectorError as error:
            return NotSent(f"no connection: {type(error).__name__}")
        except (TimeoutError, aiohttp.ClientError, OSError, *MALFORMED) as error:
            return Uncertain(f"no clear answer: {type(error).__name__}")


def from_slack_error(error: SlackApiError) -> Outcome:
    """Name the outcome of a call that Slack answered with an error."""
    response: Any = error.response
    status = int(getattr(response, "status_code", 0) or 0)
    headers = {str(key).lower(): value for key, value in (getattr(response, "headers", None) or {}).items()}
    return classify_slack_error(error_code(error), status, retry_after=_seconds(headers.get("retry-after")))


def _seconds(value: object) -> float | None:
    try:
        seconds = float(str(value))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None


def _text(found: object) -> str:
    """Return an id of Slack's answer; one that is missing must not be stored as if the message could be found by it."""
    if not isinstance(found, str):
        raise ValueError("Slack's answer lacks an id")
    return found


def _metadata(dispatch: Dispatch) -> dict[str, Any]:
    # Whoever sees the message can read its metadata, so it holds a random id and nothing else.
    return {"event_type": METADATA_EVENT, "event_payload": {"outbox_id": dispatch.outbox_id}}


async def _post(client: AsyncWebClient, dispatch: Dispatch) -> Sent:
    channel = dispatch.channel_id
    if channel[:1] in "UW":
        channel = dispatch.direct_channel_id or await _open_direct(client, channel)
    answer = await client.chat_postMessage(
        channel=channel,
        text=dispatch.payload["text"],
        blocks=dispatch.payload["blocks"] or None,
        thread_ts=dispatch.thread_ts,
        metadata=_metadata(dispatch),
        unfurl_links=False,
        unfurl_media=False,
    )
    return Sent(ts=_text(answer["ts"]), channel=_text(answer["channel"]))


async def _open_direct(client: AsyncWebClient, slack_user_id: str) -> str:
    opened = await client.conversations_open(users=slack_user_id)
    return _text(opened["channel"]["id"])


async def _target_channel(client: AsyncWebClient, dispatch: Dispatch) -> str:
    """Return where the message stands that is to change; one that a look-up found may be known by its person alone."""
    channel = dispatch.target_channel_id or dispatch.channel_id
    return await _open_direct(client, channel) if channel[:1] in "UW" else channel


async def _update(client: AsyncWebClient, dispatch: Dispatch) -> Sent:
    answer = await client.chat_update(
        channel=await _target_channel(client, dispatch),
        ts=dispatch.target_ts or "",
        text=dispatch.payload["text"],
        blocks=dispatch.payload["blocks"] or None,
    )
    return Sent(ts=_text(answer["ts"]), channel=_text(answer["channel"]))


async def _delete(client: AsyncWebClient, dispatch: Dispatch) -> Sent:
    answer = await client.chat_delete(channel=await _target_channel(client, dispatch), ts=dispatch.target_ts or "")
    return Sent(ts=_text(answer["ts"]), channel=_text(answer["channel"]))


async def _ephemeral(client: AsyncWebClient, dispatch: Dispatch) -> Sent:
    answer = await client.chat_postEphemeral(
        channel=dispatch.channel_id,
        user=dispatch.recipient or "",
        text=dispatch.payload["text"],
        blocks=dispatch.payload["blocks"] or None,
        thread_ts=dispatch.thread_ts,
    )
    return Sent(ts=str(answer["message_ts"]), channel=dispatch.channel_id)


async def _react(client: AsyncWebClient, dispatch: Dispatch) -> Sent:
    await client.reactions_add(
        channel=dispatch.channel_id, timestamp=dispatch.payload["timestamp"], name=dispatch.payload["name"]
    )
    return Sent(ts=str(dispatch.payload["timestamp"]), channel=dispatch.channel_id)


CALLS: Mapping[str, Call] = {
    "post": _post,
    "update": _update,
    "delete": _delete,
    "ephemeral": _ephemeral,
    "react": _react,
}
