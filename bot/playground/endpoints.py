"""The addresses of the stand-in: the Web API, sockets, response URLs, and the door for other processes."""

import json
from collections.abc import Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from bot.playground.answers import show_answer
from bot.playground.control import Control
from bot.playground.delivery.socket import SocketTransport
from bot.playground.errors import ApiError
from bot.playground.record import Entry
from bot.playground.web_api import METHODS
from bot.playground.web_api.call import Json, authorize, read_arguments, run
from bot.playground.workspace import Workspace

LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")


def build_app(acting: Any, workspace: Workspace, sockets: SocketTransport) -> Starlette:
    """Build the ASGI app. `acting` is what other processes may act and look through."""

    async def api(request: Request) -> Response:
        return await answer_call(workspace, request)

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
    return Starlette(routes=routes, middleware=[Middleware(OnlyLocalNames)])


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


async def answer_call(workspace: Workspace, request: Request) -> Response:
    """Answer one call of the Web API and write it into the record, without its token."""
    name, body = request.path_params["method"], await request.body()
    given: Json = {}
    headers: dict[str, str] = {}
    token_ok, status = False, 200
    try:
        if name not in METHODS:
            raise ApiError("unknown_method", req_method=name)
        method = METHODS[name]
        given = read_arguments(request.headers.get("content-type", ""), request.scope["query_string"], body)
        token = _token(request, given)
        scopes = authorize(workspace, method, token)
        token_ok = True
        headers = {"x-oauth-scopes": _listed(sorted(scopes)), "x-accepted-oauth-scopes": _listed(method.scopes)}
        answer = run(workspace, name, method, given, scopes)
    except ApiError as error:
        answer, status, headers = _refusal(error), error.status, headers | error.headers
    text = json.dumps(answer).encode()
    outcome = "ok" if answer["ok"] else str(answer["error"])
    workspace.note(Entry(workspace.clock.seconds(), "api", name, outcome, given, text, token_ok=token_ok))
    return Response(text, status, headers, "application/json; charset=utf-8")


def _token(request: Request, given: Json) -> str:
    in_body = given.pop("token", "")
    word, _, bearer = request.headers.get("authorization", "").partition(" ")
    return bearer.strip() if word.lower() == "bearer" and bearer.strip() else str(in_body)


def _listed(scopes: Sequence[str]) -> str:
    return ",".join(scopes)


def _refusal(error: ApiError) -> Json:
    answer: Json = {"ok": False, "error": error.code, **error.fields}
    if error.messages:
        answer["response_metadata"] = {"messages": list(error.messages)}
    return answer


async def take_response(workspace: Workspace, request: Request) -> Response:
    """Take an answer through a response URL. Whatever is refused gets a status that is not 200."""
    try:
        given = read_arguments(request.headers.get("content-type", ""), b"", await request.body())
        show_answer(workspace, request.path_params["key"], given)
    except ApiError as error:
        workspace.note(Entry(workspace.clock.seconds(), "response_url", "response_url", error.code))
        status = error.status if error.status != 200 else 400  # noqa: PLR2004 - the API's own 200 for refusals.
        return Response(json.dumps(_refusal(error)), status, media_type="application/json")
    workspace.note(Entry(workspace.clock.seconds(), "response_url", "response_url", "ok", given))
    return PlainTextResponse("ok")
