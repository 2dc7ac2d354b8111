"""An event loop whose time is a number and whose network is in this process: real protocols over wires of our own.

Nothing here sleeps, opens a socket or starts a thread. Whatever runs, runs in an order that follows from one seed.
"""

import asyncio
import contextvars
import socket
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, NoReturn
from unittest import mock

import aiohappyeyeballs

# Timers that lie this near (seconds) belong to something that is under way, and nobody may sleep past them.
NEAR = 0.25

# A run that takes longer than this (seconds) waits for something that never comes.
LONGEST_RUN = 30 * 86_400.0

OWNER: contextvars.ContextVar[object] = contextvars.ContextVar("owner", default=None)
"""On whose behalf something runs: a life of the bot, or nobody in particular."""

Step = tuple[Literal["made", "data", "end", "reset"], bytes]


class VirtualLoop(asyncio.BaseEventLoop):
    """An event loop that jumps to its next timer instead of waiting for it.

    `oversleep` is asked, when nothing is due for a while, how many seconds too late the loop may wake up: idle polls
    then cost little, as on a machine that was suspended.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.oversleep: Callable[[], float] = lambda: 0.0
        self.network: Network | None = None
        self.tasks: dict[asyncio.Task[Any], object] = {}
        self._selector = self
        self._clock_resolution = 1e-6

    def time(self) -> float:
        return self.now

    def select(self, timeout: float | None) -> list[Any]:
        """Take the place of a selector: let the time pass for which it would have waited."""
        if timeout is None:
            raise RuntimeError("Everything waits, and nothing will ever happen.")
        if self.now > LONGEST_RUN:
            raise RuntimeError("Weeks have passed, and it does not come to an end.")
        if timeout > 0:
            late = self.oversleep() if timeout > NEAR else 0.0
            self.now += timeout + late
        return []

    def _process_events(self, event_list: Any) -> None:
        """There are no descriptors to watch."""

    def _write_to_self(self) -> None:
        """Nobody sleeps who would have to be woken."""

    def create_task(self, coro: Any, *, name: object = None, context: Any = None) -> Any:
        owner = (context or contextvars.copy_context()).get(OWNER)
        task = super().create_task(coro, name="-" if name is None else str(name), context=context)
        self.tasks[task] = owner
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: Any) -> None:
        self.tasks.pop(task, None)

    def tasks_of(self, owner: object) -> list[asyncio.Task[Any]]:
        """Return what still runs on behalf of somebody, oldest first."""
        return [task for task, whose in self.tasks.items() if whose is owner]

    def let_go(self) -> None:
        """End whatever still runs, at the end of a run."""
        for task in list(self.tasks):
            task.cancel()
        self.run_until_complete(asyncio.sleep(1))

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> NoReturn:  # type: ignore[override]
        raise RuntimeError(f"A thread would make the run another one each time: {func}")

    async def create_connection(self, protocol_factory: Any, host: Any = None, port: Any = None, **options: Any) -> Any:
        assert self.network is not None
        if options.get("sock") is not None:
            _, port = options["sock"].address
        return await self.network.connect(protocol_factory, int(port))


class NoSocket:
    """What stands for the socket of a wire: it has addresses, and takes options without meaning."""

    family, type, proto = socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP

    def __init__(self, own: tuple[str, int], peer: tuple[str, int]) -> None:
        self.own, self.address = own, peer

    def getsockname(self) -> tuple[str, int]:
        return self.own

    def getpeername(self) -> tuple[str, int]:
        return self.address

    def setsockopt(self, *_: object) -> None:
        """A wire has no options."""

    def fileno(self) -> int:
        return -1

    def close(self) -> None:
        """There is nothing to let go of."""


class Wire(asyncio.Transport):
    """One end of a connection. What is written arrives at the other end a moment later, in its order."""

    def __init__(self, network: "Network", own: tuple[str, int], peer: tuple[str, int]) -> None:
        super().__init__({"sockname": own, "peername": peer, "socket": NoSocket(own, peer)})
        self._network = network
        self._protocol: Any = None
        self._arrived: deque[Step] = deque()
        self._is_paused = False
        self._is_closing = False
        self.context = contextvars.copy_context()
        self.owner = OWNER.get()
        self.other: Wire
        self.latest = 0.0
        self.is_cut = False
        """Whoever owned it is dead: nothing goes out, and nothing is heard any more."""

    def write(self, data: Any) -> None:
        if not (self._is_closing or self.is_cut) and len(data):
            self._network.carry(self.other, ("data", bytes(data)))

    def writelines(self, list_of_data: Any) -> None:
        self.write(b"".join(bytes(data) for data in list_of_data))

    def close(self) -> None:
        self._end(("end", b""))

    def abort(self) -> None:
        self._end(("reset", b""))

    def _end(self, how: Step) -> None:
        if self._is_closing and not self.is_cut:
            return
        if not self.is_cut:
            self._network.carry(self.other, how)
        self._is_closing = True
        self._network.loop.call_soon(self._lose, None, context=self.context)

    def cut(self, how: Step) -> None:
        """End it from outside, as the death of its owner does: only the other end hears of it by itself."""
        if not self._is_closing:
            self._network.carry(self.other, how)
        self.is_cut = self._is_closing = True
        self._network.forget(self)

    def _lose(self, error: Exception | None) -> None:
        self._network.forget(self)
        protocol, self._protocol = self._protocol, None
        if protocol is not None:
            protocol.connection_lost(error)

    def arrive(self, step: Step) -> None:
        """Hand over what came from the other end, or keep it while reading is paused."""
        if self.is_cut or self._is_closing:
            return
        if self._is_paused:
            self._arrived.append(step)
            return
        kind, data = step
        if kind == "made":
            self._protocol.connection_made(self)
        elif kind == "data":
            self._protocol.data_received(data)
        else:
            self._is_closing = True
            if kind == "end":
                self._protocol.eof_received()
            self._lose(None if kind == "end" else ConnectionResetError("reset by the other end"))

    def pause_reading(self) -> None:
        self._is_paused = True

    def resume_reading(self) -> None:
        if self._is_paused:
            self._is_paused = False
            self._network.loop.call_soon(self._go_on, context=self.context)

    def _go_on(self) -> None:
        while self._arrived and not self._is_paused:
            self.arrive(self._arrived.popleft())

    def is_reading(self) -> bool:
        return not (self._is_paused or self._is_closing)

    def is_closing(self) -> bool:
        return self._is_closing

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol = protocol

    def get_protocol(self) -> Any:
        return self._protocol

    def can_write_eof(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return 0

    def get_write_buffer_limits(self) -> tuple[int, int]:
        return 0, 65_536

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing is ever held back."""


class Network:
    """All wires of the simulation, and who listens where. `latency` draws the seconds that a piece is on its way."""

    def __init__(self, loop: VirtualLoop, latency: Callable[[], float]) -> None:
        self.loop = loop
        self._latency = latency
        self._listeners: dict[int, tuple[Callable[[], Any], object, contextvars.Context]] = {}
        self._wires: dict[Wire, None] = {}
        self._ports = 40_000
        loop.network = self

    def listen(self, port: int, factory: Callable[[], Any]) -> None:
        """Take connections on a port from now on, on behalf of whoever calls this."""
        self._listeners[port] = (factory, OWNER.get(), contextvars.copy_context())

    def stop_listening(self, port: int) -> None:
        self._listeners.pop(port, None)

    def forget(self, wire: Wire) -> None:
        self._wires.pop(wire, None)

    def carry(self, wire: Wire, step: Step) -> None:
        """Let something arrive at an end of a connection, after all that is on its way there."""
        wire.latest = max(wire.latest + 2e-6, self.loop.now + self._latency())
        self.loop.call_at(wire.latest, wire.arrive, step, context=wire.context)

    async def connect(self, factory: Callable[[], Any], port: int) -> tuple[Wire, Any]:
        """Connect to a port of this simulation; raises `ConnectionRefusedError` where nobody listens."""
        await asyncio.sleep(self._latency())
        listener = self._listeners.get(port)
        if listener is None:
            raise ConnectionRefusedError(111, f"nobody listens on port {port}")
        self._ports += 1
        near, far = ("127.0.0.1", self._ports), ("127.0.0.1", port)
        mine = Wire(self, near, far)
        theirs = listener[2].run(lambda: Wire(self, far, near))
        mine.other, theirs.other = theirs, mine
        self._wires |= {mine: None, theirs: None}
        theirs.set_protocol(listener[2].run(listener[0]))
        self.carry(theirs, ("made", b""))
        protocol = factory()
        mine.set_protocol(protocol)
        protocol.connection_made(mine)
        return mine, protocol

    def sever(self, owner: object, how: Literal["end", "reset"]) -> None:
        """Cut everything that somebody holds, and stop listening for them; what they had sent still arrives."""
        self._listeners = {port: one for port, one in self._listeners.items() if one[1] is not owner}
        for wire in [wire for wire in self._wires if wire.owner is owner]:
            wire.cut((how, b""))


@contextmanager
def connecting_by_wire() -> Iterator[None]:
    """Let the HTTP client hand its connections to the loop instead of opening sockets."""

    async def start_connection(addr_infos: Any, **_: object) -> NoSocket:
        return NoSocket(("127.0.0.1", 0), addr_infos[0][4][:2])

    with mock.patch.object(aiohappyeyeballs, "start_connection", start_connection):
        yield
