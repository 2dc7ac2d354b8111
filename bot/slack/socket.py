"""Socket Mode: the same front door inside the socket's client, with a watch over connections that fall silent."""

import asyncio
import json
from collections.abc import Callable
from time import time
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import PermanentError, TemporaryError
from bot.slack.facts import SLACK_FAILURES
from bot.slack.frontdoor import LARGEST_BODY, EventIntake

log = structlog.get_logger(__name__)

# The client pings at this interval; a connection on which nothing came back for so long is given up (seconds).
PING_SECONDS, SILENCE_SECONDS = 5.0, 25.0
CONNECT_SECONDS = 10.0
# Requests under way at the end get this long to be answered (seconds), as they do over HTTP.
GRACE_SECONDS = 3.0
# How long to wait before connecting again, at first and at most (seconds).
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0


class SocketDoor:
    """Takes what arrives over Socket Mode: events into the inbox and then acknowledged, everything else to Bolt."""

    def __init__(
        self,
        intake: EventIntake,
        app: AsyncApp,
        app_token: str,
        web_client: AsyncWebClient,
        monotonic: Callable[[], float],
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        self._intake = intake
        self._app = app
        self._monotonic = monotonic
        self._silence_seconds = silence_seconds
        self._client = SocketModeClient(
            app_token=app_token,
            web_client=web_client,
            auto_reconnect_enabled=True,
            ping_interval=min(PING_SECONDS, silence_seconds / 5),
        )
        self._client.socket_mode_request_listeners.append(self._on_request)
        self._client.on_message_listeners.append(self._on_frame)
        self._heard_at = monotonic()
        self._last_pong: float | None = None
        self._under_way: set[asyncio.Task[Any]] = set()
        self._is_closing = False
        self.reconnected: list[Callable[[], None]] = []
        """Called after each new connection: what happened before it may have to be caught up on."""

    async def run(self) -> None:
        """Connect, and again whenever the connection is gone, until closed; Slack being away is waited for.

        A cancellation alone may be lost on the way: before Python 3.12 the library's `wait_for` can swallow it.
        """
        pause = FIRST_PAUSE
        while not self._is_closing:
            try:
                if not await self._client.is_connected() or self._is_silent():
                    await self._connect()
                pause = FIRST_PAUSE
                await asyncio.sleep(1)
            except (*SLACK_FAILURES, SlackClientError) as error:
                log.warning("socket_waits_for_slack", error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)

    async def _connect(self) -> None:
        async with asyncio.timeout(CONNECT_SECONDS):
            await self._client.connect_to_new_endpoint(force=True)
        self._heard_at = self._monotonic()
        log.info("socket_connected")
        for tell in self.reconnected:
            tell()

    def _is_silent(self) -> bool:
        """Tell whether the connection looks open and is not: neither a frame nor the answer to a ping came for long.

        The library watches for this by the wall clock, which can be set; this watch cannot be misled by that.
        """
        if self._client.last_ping_pong_time != self._last_pong:
            self._last_pong, self._heard_at = self._client.last_ping_pong_time, self._monotonic()
        is_silent = self._monotonic() - self._heard_at > self._silence_seconds
        if is_silent:
            log.warning("socket_silent", seconds=round(self._monotonic() - self._heard_at))
        return is_silent

    async def _on_frame(self, _frame: object) -> None:
        self._heard_at = self._monotonic()

    async def is_connected(self) -> bool:
        """Tell whether Slack can reach us now."""
        return bool(await self._client.is_connected())

    async def close(self) -> None:
        """Take nothing more in, let what is under way be answered, and then hang up."""
        self._is_closing = True
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=GRACE_SECONDS)
        await self._client.close()  # type: ignore[no-untyped-call]

    async def _on_request(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        # The library runs each request in a task of its own. What comes after the end has begun is not acknowledged:
        # Slack delivers events again, and tells whoever typed a command that it did not arrive.
        task = asyncio.current_task()
        if task is None or self._is_closing:
            return
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await self._take(client, request)

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if request.type == "events_api":
            await self._take_event(client, request)
            return
        started = time()
        answer = await run_async_bolt_app(self._app, request)
        await send_async_response(client, request, answer, started)

    async def _take_event(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        body = json.dumps(request.payload).encode()
        if len(body) > LARGEST_BODY:
            log.warning("event_too_large", size=len(body))
        else:
            try:
                await self._intake.take(request.payload, body)
            except (TemporaryError, PermanentError) as error:
                # Without an acknowledgement Slack delivers the event again.
                log.warning("event_not_stored", error=type(error).__name__)
                return
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
