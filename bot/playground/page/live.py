"""The live store over WebSocket: each window hears of every change, together with those of the next 20 ms."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground.page.board import Board, Window
from bot.playground.page.fragments import dumped

COALESCING_SECONDS = 0.02
ASKING_SECONDS = 1.0
"""How long what falls due next is not asked for again, in real seconds; a moved clock cuts it short."""
LONGEST_MESSAGE = 1_000
SERVICE_RESTART = 1012

log = logging.getLogger(__name__)


class Live:
    """All windows that are open."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._windows: dict[WebSocket, tuple[Window, asyncio.Event]] = {}
        self._changed = asyncio.Event()
        self._asked_for = asyncio.Event()
        self._moved = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_closing = False
        workspace = board.workspace
        workspace.changes.listeners.append(self._hear)
        workspace.clock.on_move.append(self._follow_clock)
        board.offer.busy.on_change.append(self._changed.set)
        if board.offer.tour is not None:
            self._start()

    def _hear(self) -> None:
        self._changed.set()
        self._asked_for.set()

    def _follow_clock(self) -> None:
        self._moved.set()
        self._hear()

    def tell(self) -> None:
        """Say that something of the page itself has changed."""
        self._changed.set()

    def _start(self) -> None:
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._watch())]
            if self._board.offer.next_due is not None:
                self._tasks.append(asyncio.create_task(self._keep_asking()))

    async def close(self) -> None:
        """Close all windows; their pages come back by themselves once there is a stand-in again."""
        if self._is_closing:
            return
        self._is_closing = True
        workspace = self._board.workspace
        workspace.changes.listeners.remove(self._hear)
        workspace.clock.on_move.remove(self._follow_clock)
        self._board.offer.busy.on_change.remove(self._changed.set)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for websocket in list(self._windows):
            await _close(websocket, SERVICE_RESTART)
        self._board.close()

    async def _watch(self) -> None:
        while True:
            await self._changed.wait()
            await asyncio.sleep(COALESCING_SECONDS)
            self._changed.clear()
            if self._board.offer.tour is not None:
                carefully(self._board.offer.tour.look)
            for _, wake in self._windows.values():
                wake.set()

    async def _keep_asking(self) -> None:
        while True:
            await self._asked_for.wait()
            self._asked_for.clear()
            if self._windows:
                await self.ask_next()
            self._moved.clear()
            try:
                async with asyncio.timeout(ASKING_SECONDS):
                    await self._moved.wait()
            except TimeoutError:
                continue

    async def ask_next(self) -> None:
        """Ask what falls due next; if that cannot be told, what was known stays."""
        if self._board.offer.next_due is None:
            return
        try:
            due = await self._board.offer.next_due()
        except Exception:
            # What is asked lies outside of the stand-in and may fail in ways of its own; the page goes on.
            log.exception("What falls due next could not be asked.")
            return
        if due != self._board.next_due:
            self._board.next_due = due
            self._changed.set()

    async def serve(self, websocket: WebSocket) -> None:
        """Keep one window up to date for as long as it is open."""
        if self._is_closing:
            await websocket.close(SERVICE_RESTART)
            return
        await websocket.accept()
        query = websocket.query_params
        user_id = self._board.somebody(query.get("as", ""))
        window = Window(self._board, user_id, is_inspecting=query.get("inspect") == "1")
        wake = asyncio.Event()
        wake.set()
        self._windows[websocket] = (window, wake)
        self._start()
        self._asked_for.set()
        works = [
            asyncio.create_task(_push(websocket, window, wake)),
            asyncio.create_task(self._listen(websocket, window, wake)),
        ]
        try:
            done, _ = await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
            for work in done:
                work.result()
        finally:
            del self._windows[websocket]
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)
            window.close()

    async def _listen(self, websocket: WebSocket, window: Window, wake: asyncio.Event) -> None:
        while True:
            try:
                text = await websocket.receive_text()
            except (WebSocketDisconnect, RuntimeError, KeyError):
                return
            if problem := self._obey(window, _object(text)):
                await websocket.send_text(dumped({"error": problem}))
            wake.set()

    def _obey(self, window: Window, wish: dict[str, Any]) -> str | None:
        """Do what a window asks for; returns a sentence if it cannot be."""
        if isinstance(wish.get("inspect"), bool):
            window.is_inspecting = wish["inspect"]
        if "as" in wish:
            if not self._board.is_somebody(str(wish["as"])):
                return "There is nobody by this name whom you could be."
            window.user_id = str(wish["as"])
        return None


async def _push(websocket: WebSocket, window: Window, wake: asyncio.Event) -> None:
    while True:
        await wake.wait()
        wake.clear()
        if text := window.difference():
            try:
                await websocket.send_text(text)
            except (WebSocketDisconnect, RuntimeError):
                return


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if len(text) <= LONGEST_MESSAGE else None
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


async def _close(websocket: WebSocket, code: int) -> None:
    try:
        await websocket.close(code)
    except (WebSocketDisconnect, RuntimeError):
        # It was closed from the other side in the same moment.
        return


def carefully(call: Callable[[], None]) -> None:
    """Call what whoever started the stand-in has handed over; that it fails is logged, and the page goes on."""
    try:
        call()
    except Exception:
        log.exception("What was offered to the page has failed.")
