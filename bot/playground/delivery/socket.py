"""Delivery over Socket Mode: up to ten connections, each payload to one of them, acknowledged by envelope id."""

import asyncio
import json
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground.delivery.transport import ACK_SECONDS, Kind, Reply
from bot.playground.faults import Faults
from bot.playground.wires import Wires

MOST_CONNECTIONS = 10
APPROXIMATE_CONNECTION_SECONDS = 18_060
FRAME_TYPES = {"event": "events_api", "interactive": "interactive", "command": "slash_commands"}


class Connection:
    """One open socket and the payloads on it that are not acknowledged yet."""

    def __init__(self, websocket: WebSocket, wires: Wires) -> None:
        self._websocket = websocket
        self._wires = wires
        self._waiting: dict[str, asyncio.Future[Reply]] = {}
        self._greeting: dict[str, Any] | None = None
        self.is_draining = False
        self.is_silent = False

    async def greet(self, hello: dict[str, Any]) -> None:
        """Say hello; a silent socket keeps it for later."""
        if self.is_silent:
            self._greeting = hello
        else:
            await self.send(hello)

    def silence(self) -> None:
        """Send nothing more and read nothing more, so that pings get no answer either."""
        self.is_silent = True
        self._wires.deafen(self._websocket.scope)

    async def speak_again(self) -> None:
        """End the silence. What was to be sent meanwhile is lost, but for the hello."""
        self.is_silent = False
        self._wires.hear(self._websocket.scope)
        if self._greeting is not None:
            hello, self._greeting = self._greeting, None
            await self.send(hello)

    async def deliver(self, frame: dict[str, Any], seconds: float) -> Reply:
        """Send a frame and wait for its acknowledgement, at most so many seconds."""
        acked: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[frame["envelope_id"]] = acked
        try:
            async with asyncio.timeout(seconds):
                await self.send(frame)
                return await acked
        except TimeoutError:
            return Reply("timeout")
        finally:
            self._waiting.pop(frame["envelope_id"], None)

    async def send(self, frame: dict[str, Any]) -> None:
        """Send a frame; one that meets a closed or silent socket is lost, and its acknowledgement never comes."""
        if self.is_silent:
            return
        try:
            await self._websocket.send_text(json.dumps(frame))
        except (RuntimeError, WebSocketDisconnect):
            self.fail_all()

    async def listen(self) -> None:
        """Read acknowledgements until the socket is closed."""
        while True:
            try:
                text = await self._websocket.receive_text()
            except (WebSocketDisconnect, RuntimeError):
                return
            if self.is_silent:
                # Reading goes on by itself after each frame, so it is stopped once more.
                self.silence()
            else:
                self._take(text)

    def _take(self, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            return
        acked = self._waiting.get(str(frame.get("envelope_id"))) if isinstance(frame, dict) else None
        if acked is not None and not acked.done():
            acked.set_result(Reply("ok", frame.get("payload")))

    def fail_all(self) -> None:
        """Give up what waits on this socket."""
        for acked in self._waiting.values():
            if not acked.done():
                acked.set_result(Reply("connection_failed"))

    async def close(self) -> None:
        """Close the socket from this side."""
        self.fail_all()
        if self.is_silent:
            await self.speak_again()
        try:
            await self._websocket.close()
        except (RuntimeError, WebSocketDisconnect):
            # It was closed from the other side in the same moment.
            return


class SocketTransport:
    """Hands out one-time socket addresses and delivers over whatever sockets are open."""

    def __init__(
        self,
        app_id: str,
        speed: float,
        changed: Callable[[], None],
        faults: Faults,
        wires: Wires,
        *,
        is_enabled: bool = True,
    ) -> None:
        self._app_id = app_id
        self._faults = faults
        self._wires = wires
        self._is_silence_on = False
        self._silence_tasks: set[asyncio.Task[None]] = set()
        faults.on_change.append(self._follow_silence)
        self._seconds = ACK_SECONDS / speed
        self._changed = changed
        self._is_enabled = is_enabled
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []
        self._is_open = asyncio.Event()

    @property
    def connections(self) -> int:
        """Return how many sockets take payloads now."""
        return sum(not connection.is_draining for connection in self._connections)

    def ticket(self) -> str:
        """Return the secret part of a socket address that can be used once."""
        ticket = secrets.token_urlsafe(18)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, websocket: WebSocket) -> None:
        """Take a socket in for as long as it lives; without a good ticket it is not accepted."""
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await websocket.close(1008)
            return
        self._tickets.discard(ticket)
        await websocket.accept()
        connection = Connection(websocket, self._wires)
        if refusal := self._refusal():
            await connection.send(_disconnect_frame(refusal))
            await connection.close()
            return
        await self._live(connection)

    def _refusal(self) -> str | None:
        if not self._is_enabled:
            return "link_disabled"
        return "too_many_websockets" if len(self._connections) >= MOST_CONNECTIONS else None

    async def _live(self, connection: Connection) -> None:
        self._connections.append(connection)
        if self._faults.occurs("socket_silent"):
            connection.silence()
        await connection.greet(self._hello())
        self._settle()
        try:
            await connection.listen()
        finally:
            connection.fail_all()
            self._connections.remove(connection)
            self._settle()

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "standin", "approximate_connection_time": APPROXIMATE_CONNECTION_SECONDS},
        }

    def _settle(self) -> None:
        if self.connections:
            self._is_open.set()
        else:
            self._is_open.clear()
        self._changed()

    async def send(self, kind: Kind, payload: dict[str, Any], attempt: int = 0, reason: str = "") -> Reply:
        """Deliver over one of the sockets; an event waits a while for one to open."""
        if kind == "event" and not self.connections:
            await self._wait_for_socket()
        open_ones = [connection for connection in self._connections if not connection.is_draining]
        if not open_ones:
            return Reply("connection_failed")
        frame: dict[str, Any] = {
            "envelope_id": secrets.token_hex(16),
            "type": FRAME_TYPES[kind],
            "payload": payload,
            "accepts_response_payload": kind != "event",
        }
        if kind == "event":
            frame |= {"retry_attempt": attempt, "retry_reason": reason}
        chosen = self._faults.random.choice(open_ones) if len(open_ones) > 1 else open_ones[0]
        return await self._over(chosen, frame)

    async def _over(self, connection: Connection, frame: dict[str, Any]) -> Reply:
        if self._faults.occurs("socket_warning"):
            await connection.send(_disconnect_frame("warning"))
        if self._faults.occurs("socket_closed"):
            return await self._closed_around(connection, frame)
        delivered = connection.deliver(frame, self._seconds)
        if not self._faults.occurs("socket_refresh"):
            return await delivered
        reply, _ = await asyncio.gather(delivered, self._retire(connection, "refresh_requested"))
        return replace(reply, fault="socket_refresh")

    async def _closed_around(self, connection: Connection, frame: dict[str, Any]) -> Reply:
        """Close the socket before or after the payload; after it, the app may have heard what nobody acknowledges."""
        if self._faults.random.random() < 0.5:  # noqa: PLR2004 - either way is as likely.
            await connection.send(frame)
        await connection.close()
        return Reply("connection_failed", fault="socket_closed")

    async def _retire(self, connection: Connection, reason: str) -> None:
        """Ask the app to leave a socket; one that was only warned goes on taking payloads."""
        await connection.send(_disconnect_frame(reason))
        connection.is_draining = connection.is_draining or reason != "warning"
        self._settle()

    def _follow_silence(self) -> None:
        """Silence sockets, or end their silence, as the switch says."""
        is_on = self._faults.is_on("socket_silent")
        if is_on == self._is_silence_on:
            return
        self._is_silence_on = is_on
        for connection in self._connections:
            if is_on and self._faults.occurs("socket_silent"):
                connection.silence()
            elif connection.is_silent:
                self._soon(connection.speak_again())

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._silence_tasks.add(task)
        task.add_done_callback(self._silence_tasks.discard)

    async def _wait_for_socket(self) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await self._is_open.wait()
        except TimeoutError:
            return

    async def disconnect(self, reason: str) -> None:
        """Send every socket a disconnect frame; one that was only warned goes on taking payloads."""
        for connection in list(self._connections):
            await self._retire(connection, reason)

    async def close(self) -> None:
        """Close all sockets."""
        for connection in list(self._connections):
            await connection.close()


def _disconnect_frame(reason: str) -> dict[str, Any]:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "standin"}}
