"""A TCP proxy that makes trouble: between the bot and Slack's stand-in, or between the bot and Postgres.

It is switched while connections are open. What happens to a connection is drawn from one seeded generator when the
trouble is switched on and when a connection opens, in the order in which they opened, so that a run can be replayed.
"""

import asyncio
import random
import socket
import struct
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

Mode = Literal["delay", "cut", "reset", "black_hole"]
Way = Literal["to_server", "to_client", "both"]

CHUNK = 65_536
BACKLOG = 128
# Closing with this option on and no time to linger makes the kernel send a reset instead of a farewell.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong with a connection, one way or both.

    `delay` lets each piece wait `seconds`. `cut` and `reset` let `after_bytes` pass and then end the connection, with a
    farewell or with a reset. `black_hole` keeps what comes, and lets it go on once the trouble is over, as packets do
    that are sent again. `rate` is the share of connections that it meets. If `once_seen` is given, it begins only when
    these bytes have come from the client in one piece; `to_client` they then still reach the server, `to_server` not.
    """

    mode: Mode
    way: Way = "both"
    after_bytes: int = 0
    seconds: float = 0.0
    rate: float = 1.0
    once_seen: bytes = b""

    def meets(self, way: Way) -> bool:
        """Tell whether bytes that go this way have the trouble."""
        return self.way in ("both", way)


@dataclass(eq=False)
class _Link:
    """One connection of a client, with the server's end once there is one."""

    client: socket.socket
    trouble: Trouble | None = None
    is_begun: bool = False
    server: socket.socket | None = None
    passed: Counter[str] = field(default_factory=Counter)
    """Bytes that went each way since the trouble was switched on."""
    task: asyncio.Task[None] | None = None

    def meet(self, trouble: Trouble | None) -> None:
        self.trouble, self.is_begun = trouble, trouble is not None and not trouble.once_seen
        self.passed.clear()

    def close(self, *, with_reset: bool) -> None:
        for end in (self.client, self.server):
            if end is None:
                continue
            if with_reset:
                with suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            end.close()


class _EndLinkError(Exception):
    """The connection is to end here, with a farewell or a reset."""

    def __init__(self, mode: str) -> None:
        super().__init__(mode)
        self.mode = mode


class FaultProxy:
    """Listens on a port of this machine and passes on to a server. Use it as an async context manager."""

    def __init__(self, host: str, port: int, *, seed: int = 0) -> None:
        self.counts: Counter[str] = Counter()
        """How often each trouble has happened to a connection, and `opened` and `closed` connections."""
        self._server = (host, port)
        self._chance = random.Random(seed)
        self._troubles: tuple[Trouble, ...] = ()
        self._links: list[_Link] = []
        self._listening: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._watchers: list[asyncio.Future[None]] = []
        self.port = 0

    async def __aenter__(self) -> Self:
        self._listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop_listening()
        tasks = [link.task for link in self._links if link.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def open_links(self) -> int:
        """Return how many connections are open."""
        return len(self._links)

    def switch_on(self, *troubles: Trouble) -> None:
        """Make trouble, for open connections and for those to come; the first that is drawn for one is the one it has.

        What was switched on before is replaced.
        """
        self._troubles = troubles
        for link in self._links:
            link.meet(self._draw())
        self._changed.set()
        self._changed = asyncio.Event()

    def switch_off(self) -> None:
        """Pass everything on again, also what was kept back."""
        self.switch_on()

    async def refuse(self) -> None:
        """Refuse new connections, as a machine does on which nobody listens; open ones go on."""
        await self._stop_listening()
        # Somebody else could be given the port meanwhile; a socket that is bound and does not listen keeps it.
        self._listening = self._bind()

    async def accept(self) -> None:
        """Take new connections again."""
        await self._stop_listening()
        self._listen()

    async def until(self, predicate: Callable[[Counter[str]], bool], patience: float = 10.0) -> None:
        """Return once the predicate holds for the counts; raises TimeoutError after so many seconds."""
        async with asyncio.timeout(patience):
            while not predicate(self.counts):
                watcher: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._watchers.append(watcher)
                await watcher

    def _draw(self) -> Trouble | None:
        # Each is drawn for, so that the rate of one does not depend on what stands before it.
        hit = [trouble for trouble in self._troubles if self._chance.random() < trouble.rate]
        return hit[0] if hit else None

    def _note(self, what: str) -> None:
        self.counts[what] += 1
        for watcher in self._watchers:
            if not watcher.done():
                watcher.set_result(None)
        self._watchers.clear()

    def _bind(self) -> socket.socket:
        bound = socket.socket()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setblocking(False)
        bound.bind(("127.0.0.1", self.port))
        self.port = bound.getsockname()[1]
        return bound

    def _listen(self) -> None:
        self._listening = self._bind()
        self._listening.listen(BACKLOG)
        self._accepting = asyncio.create_task(self._accept_all(self._listening))

    async def _stop_listening(self) -> None:
        if self._accepting is not None:
            self._accepting.cancel()
            await asyncio.gather(self._accepting, return_exceptions=True)
            self._accepting = None
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    async def _accept_all(self, listening: socket.socket) -> None:
        while True:
            client, _ = await asyncio.get_running_loop().sock_accept(listening)
            link = _Link(client)
            link.meet(self._draw())
            self._links.append(link)
            link.task = asyncio.create_task(self._serve(link))
            self._note("opened")

    async def _serve(self, link: _Link) -> None:
        is_abrupt = False
        try:
            link.server = await self._connect(link)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(link, link.client, link.server, "to_server"))
                both.create_task(self._pump(link, link.server, link.client, "to_client"))
        except* _EndLinkError as ends:
            mode = _first(ends).mode
            is_abrupt = mode == "reset"
            self._note(mode)
        except* OSError:
            # One end has gone without a farewell; the other is told in the same way.
            is_abrupt = True
        finally:
            self._links.remove(link)
            link.close(with_reset=is_abrupt)
            self._note("closed")

    async def _connect(self, link: _Link) -> socket.socket:
        await self._out_of_black_hole(link, "to_server")
        server = socket.socket()
        server.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(server, self._server)
        except BaseException:
            server.close()
            raise
        return server

    async def _pump(self, link: _Link, source: socket.socket, target: socket.socket, way: Way) -> None:
        loop = asyncio.get_running_loop()
        while piece := await loop.sock_recv(source, CHUNK):
            await self._pass_on(link, piece, target, way)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    async def _pass_on(self, link: _Link, piece: bytes, target: socket.socket, way: Way) -> None:
        self._begin(link, piece, way)
        await self._out_of_black_hole(link, way)
        trouble = link.trouble if link.is_begun else None
        if trouble is not None and trouble.meets(way):
            if trouble.mode == "delay":
                self._note("delay")
                await asyncio.sleep(trouble.seconds)
            elif trouble.mode in ("cut", "reset"):
                await self._pass_the_last(link, piece, target, way, trouble)
                return
        await asyncio.get_running_loop().sock_sendall(target, piece)
        link.passed[way] += len(piece)

    @staticmethod
    def _begin(link: _Link, piece: bytes, way: Way) -> None:
        if link.trouble is not None and not link.is_begun:
            link.is_begun = way == "to_server" and link.trouble.once_seen in piece

    async def _pass_the_last(
        self, link: _Link, piece: bytes, target: socket.socket, way: Way, trouble: Trouble
    ) -> None:
        """Send what may still pass, and end the connection at its end."""
        left = trouble.after_bytes - link.passed[way]
        await asyncio.get_running_loop().sock_sendall(target, piece[: max(0, left)])
        link.passed[way] += min(len(piece), max(0, left))
        if len(piece) >= left:
            raise _EndLinkError(trouble.mode)

    async def _out_of_black_hole(self, link: _Link, way: Way) -> None:
        is_noted = False
        while (
            link.trouble is not None and link.is_begun and link.trouble.mode == "black_hole" and link.trouble.meets(way)
        ):
            changed = self._changed
            if not is_noted:
                self._note("black_hole")
                is_noted = True
            await changed.wait()


def _first(group: BaseExceptionGroup[_EndLinkError]) -> _EndLinkError:
    inner: Sequence[BaseException] = group.exceptions
    found = inner[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found  # type: ignore[return-value]
