"""Small apps of the tests' own: one on a socket, one behind an address; both write down what reaches them."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]
SILENT = object()
"""What `answer` returns for no acknowledgement at all."""


@dataclass
class SocketApp:
    """An app over Socket Mode; `answer` gives what goes back with each acknowledgement."""

    web_client: AsyncWebClient
    answer: Callable[[SocketModeRequest], Any] = lambda _request: None
    got: list[SocketModeRequest] = field(default_factory=list)

    async def connect(self) -> None:
        self.client = SocketModeClient("xapp-standin", web_client=self.web_client, auto_reconnect_enabled=False)
        self.client.socket_mode_request_listeners.append(self._on_request)
        await self.client.connect()  # type: ignore[no-untyped-call]

    async def _on_request(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.got.append(request)
        answer = self.answer(request)
        if answer is not SILENT:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))

    async def close(self) -> None:
        await self.client.close()  # type: ignore[no-untyped-call]

    def events(self, kind: str | None = None) -> list[Json]:
        """Return the inner events that arrived, all or those of one type."""
        found = [request.payload["event"] for request in self.got if request.type == "events_api"]
        return [event for event in found if kind in (None, event["type"])]

    def payloads(self, kind: str) -> list[Json]:
        return [request.payload for request in self.got if request.type == kind]


@dataclass
class Arrival:
    headers: dict[str, str]
    body: bytes

    @property
    def payload(self) -> Json:
        """Return what arrived, from JSON, from a form, or from the JSON in a form."""
        if self.headers["content-type"].startswith("application/json"):
            found: Json = json.loads(self.body)
            return found
        form = dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        return json.loads(form["payload"]) if "payload" in form else form


@dataclass
class HttpApp:
    """An app behind an address; `answer` gives the whole response."""

    answer: Callable[[Arrival], web.Response] = lambda _arrival: web.Response()
    got: list[Arrival] = field(default_factory=list)
    url: str = ""

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/slack", self._take)
        app.router.add_post("/moved/{steps}", self._move)
        app.router.add_post("/after/{seconds}", self._take_slowly)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.url = f"{self.base}/slack"

    async def _take(self, request: web.Request) -> web.Response:
        headers = {key.lower(): value for key, value in request.headers.items()}
        arrival = Arrival(headers, await request.read())
        self.got.append(arrival)
        return self.answer(arrival)

    async def _take_slowly(self, request: web.Request) -> web.Response:
        await asyncio.sleep(float(request.match_info["seconds"]))
        return await self._take(request)

    async def _move(self, request: web.Request) -> web.Response:
        steps = int(request.match_info["steps"])
        target = f"/moved/{steps - 1}" if steps > 1 else "/slack"
        return web.Response(status=307, headers={"Location": target})

    async def close(self) -> None:
        await self._runner.cleanup()


async def socket_address(client: AsyncWebClient) -> str:
    """Return the address of a new socket."""
    return str((await client.apps_connections_open(app_token="xapp-standin"))["url"])
