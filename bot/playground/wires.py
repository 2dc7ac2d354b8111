"""The connections beneath requests and sockets: cutting, resetting and silencing them."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

NO_LINGER = struct.pack("ii", 1, 0)
"""On, for no seconds: closing then sends a reset at once, whatever was still to be sent."""


class Wires:
    """Finds the connection under a request by the client's address."""

    def __init__(self) -> None:
        self._protocols: Callable[[], Iterable[Any]] = tuple

    def find_in(self, protocols: Callable[[], Iterable[Any]]) -> None:
        """Look among what this yields: the protocols that the server has at a time."""
        self._protocols = protocols

    def transport(self, scope: Scope) -> asyncio.Transport:
        """Return the connection of a request or a socket. Raises LookupError if it is gone."""
        client = tuple(scope["client"])
        for protocol in self._protocols():
            if tuple(protocol.client or ()) == client:
                found: asyncio.Transport = protocol.transport
                return found
        raise LookupError(f"There is no connection of {client}.")

    def cut(self, scope: Scope) -> None:
        """Close a connection once all that was written is on its way."""
        with contextlib.suppress(LookupError):
            self.transport(scope).close()

    def reset(self, scope: Scope) -> None:
        """Reset a connection."""
        with contextlib.suppress(LookupError):
            transport = self.transport(scope)
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            transport.abort()

    def deafen(self, scope: Scope) -> None:
        """Read nothing more from a connection, pings included."""
        with contextlib.suppress(LookupError):
            self.transport(scope).pause_reading()

    def hear(self, scope: Scope) -> None:
        """Read from a connection again."""
        with contextlib.suppress(LookupError):
            self.transport(scope).resume_reading()


async def hung_up(request: Request) -> None:
    """Return once the connection of a request, whose body was read, is closed."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


class NoAnswer(Response):
    """What is returned for a request whose connection is gone: nothing is sent."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send nothing."""


class CutAnswer(Response):
    """An answer of which only the first half arrives."""

    def __init__(self, wires: Wires, answer: Response) -> None:
        super().__init__(answer.body, answer.status_code, dict(answer.headers))
        self._wires = wires

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head, which promises all, and half of the body."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = self.body[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": bytes(half), "more_body": True})
        self._wires.cut(scope)
        await hung_up(Request(scope, receive))
