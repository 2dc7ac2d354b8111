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
from bot.playground.record import Entry
from bot.playground.web_api.call import read_arguments
from bot.playground.workspace import Workspace

LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")


def build_app(acting: Any, workspace: Workspace, sockets: SocketTransport, calls: Calls) -> Starlette:
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
    ]
    return Starlette(routes=routes, middleware=[Middleware(Dated, workspace), Middleware(OnlyLocalNames)])


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


class OnlyLocalNames:
    """Refuses requests under a foreign host name, so that no web page can reach in through a name of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = next((value.decode("latin-1") for key, value in scope.get("headers", ()) if key == b"host"), "")
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if scope["type"] == "http" and name not in LOCAL_NAMES:
            await PlainTextResponse("This address is for this machine alone.", 403)(scope, receive, send)
        elif scope["type"] == "websocket" and name not in LOCAL_NAMES:
            await WebSocket(scope, receive, send).close(1008)
        else:
            await self._app(scope, receive, send)


async def take_response(workspace: Workspace, request: Request) -> Response:
    """Take an answer through a response URL. Whatever is refused gets a status that is not 200."""
    try:
        given = read_arguments(request.headers.get("content-type", ""), b"", await request.body())
        show_answer(workspace, request.path_params["key"], given)
    except ApiError as error:
        workspace.note(Entry(workspace.clock.seconds(), "response_url", "response_url", error.code))
        status = error.status if error.status != 200 else 400  # noqa: PLR2004 - the API's own 200 for refusals.
        return Response(json.dumps(refusal_json(error)), status, media_type="application/json")
    workspace.note(Entry(workspace.clock.seconds(), "response_url", "response_url", "ok", given))
    return PlainTextResponse("ok")
