"""The page itself: its files, its emoji, its live store and its acts, put together."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from bot.playground.page.acts import Acts
from bot.playground.page.board import Board
from bot.playground.page.emojis import short_names
from bot.playground.page.fragments import dumped
from bot.playground.page.live import Live
from bot.playground.page.offer import PageOffer
from bot.playground.workspace import Workspace

STATIC = Path(__file__).parent / "static"
FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}")
MEDIA_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class Site:
    """Serves the page of one stand-in."""

    def __init__(self, acting: Any, workspace: Workspace, offer: PageOffer, is_connected: Callable[[], bool]) -> None:
        board = Board(workspace, offer, is_connected)
        self._live = Live(board)
        self._acts = Acts(acting, board, self._live)

    def routes(self) -> list[BaseRoute]:
        """Return the routes: `/` and all below `/page`."""

        async def live(websocket: WebSocket) -> None:
            await self._live.serve(websocket)

        return [
            Route("/", _index, methods=["GET"]),
            Route("/page/emoji.json", _emoji, methods=["GET"]),
            *self._acts.routes(),
            WebSocketRoute("/page/live", live),
            Route("/page/{file}", _file, methods=["GET"]),
        ]

    async def close(self) -> None:
        """Close all windows."""
        await self._live.close()


def _index(_request: Request) -> Response:
    return _served("index.html")


def _file(request: Request) -> Response:
    return _served(request.path_params["file"])


def _served(name: str) -> Response:
    """Return a file of the page. Files are read anew each time, and from one flat folder."""
    path = STATIC / name
    if not FILE.fullmatch(name) or path.suffix not in MEDIA_TYPES or not path.is_file():
        return PlainTextResponse("There is no such file.", 404)
    return Response(path.read_bytes(), media_type=MEDIA_TYPES[path.suffix])


def _emoji(_request: Request) -> Response:
    return Response(_emoji_json(), media_type="application/json")


@cache
def _emoji_json() -> str:
    return dumped(dict(short_names()))
