"""The addresses of the stand-in: the Web API, sockets, response URLs, and the door for other processes."""

import json
import time
from email.utils import formatdate
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from bot.playground.answers import show_answer
from bot.playground.calls import Calls, refusal_json
from bot.playground.control import Control
from bot.playground.delivery.socket import SocketTransport
from bot.playground.errors import ApiError
from bot.playground.page.guard import Guard
from bot.playground.page.site import Site
from bot.playground.record import Entry
from bot.playground.web_api.call import read_arguments
from bot.playground.workspace import Workspace


def build_app(acting: Any, workspace: Workspace, sockets: SocketTransport, calls: Calls, site: Site) -> Starlette:
    """Build the ASGI app. `acting` is what other processes may act and look through."""

    async def api(request: Request) -> Response:
        return await calls.answer(request)

    async def respond(request: Request) -> Response:
        return await take_response(workspace, request)

    async def serve_socket(websocket: WebSocket) -> None:
        await sockets.serve(websocket)

    routes = [
        Route("/api/{method}", api, methods=["GET", "POST"]),
        Route("/response/{key}", respond, methods=["POST"]),
        WebSocketRoute("/socket", serve_socket),
        *Control(acting, workspace).routes(),
        *site.routes(),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Dated, workspace), Middleware(Guard)])


class Dated:
    """Puts Slack's time into each answer: real time, and what its clock is ahead."""

    def __init__(self, app: ASGIApp, workspace: Workspace) -> None:
        self._app = app
        self._workspace = workspace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(time.time() + self._workspace.faults.skewed(), usegmt=True)
                message = {**message, "headers": [*message["headers"], (b"date", date.encode())]}
            await send(message)

        await self._app(scope, receive, send_dated)


async def take_response(workspace: Workspace, request: Request) -> Response:
    """Take an answer through a response URL. Whatever is refused gets a status that is not 200."""
    begun = time.monotonic()
    try:
        given = read_arguments(request.headers.get("content-type", ""), b"", await request.body())
        show_answer(workspace, request.path_params["key"], given)
    except ApiError as error:
        _note_response(workspace, error.code, {}, begun)
        status = error.status if error.status != 200 else 400  # noqa: PLR2004 - the API's own 200 for refusals.
        return Response(json.dumps(refusal_json(error)), status, media_type="application/json")
    _note_response(workspace, "ok", given, begun)
    return PlainTextResponse("ok")


def _note_response(workspace: Workspace, outcome: str, given: dict[str, Any], begun: float) -> None:
    took_ms = (time.monotonic() - begun) * 1000
    moment = workspace.clock.seconds()
    workspace.note(Entry(moment, "response_url", "response_url", outcome, given, took_ms=took_ms))
