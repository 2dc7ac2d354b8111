"""The world of the simulator: its clocks, its chance, its trace, and a Slack in the same process.

Slack is the embedded stand-in itself, with its faults, rate limits, signatures and retry schedule; only its sockets,
its clock and its chance are the simulation's.
"""

import asyncio
import hashlib
import itertools
import json
import logging
import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Literal, NoReturn
from unittest import mock

import slack_sdk.socket_mode.aiohttp as socket_mode
import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from uvicorn.server import ServerState

from bot import bootstrap, failpoints
from bot.operate.demo.world import build_world
from bot.outbox import worker as outbox_worker
from bot.playground import elements, endpoints, gestures, handles
from bot.playground.administration import Administration
from bot.playground.bans import Bans
from bot.playground.calls import Calls
from bot.playground.clock import NeutralClock
from bot.playground.delivery import http as http_delivery
from bot.playground.delivery import socket as socket_delivery
from bot.playground.delivery.queue import Deliveries
from bot.playground.delivery.transport import Kind, Reply, Transport
from bot.playground.envelopes import Events
from bot.playground.faults import Faults
from bot.playground.forms import Forms
from bot.playground.gestures import Gestures
from bot.playground.ledger import Ledger
from bot.playground.rate_limits import RateLimits
from bot.playground.record import Changes, Entry
from bot.playground.surfaces import Surfaces
from bot.playground.troubles import Troubles
from bot.playground.views_of_people import Sight
from bot.playground.wires import Wires
from bot.playground.workspace import Workspace
from bot.playground.world import World as Inhabited
from bot.services import announce
from bot.slack import socket as socket_door
from tests.faults.sim_loop import Network, VirtualLoop, connecting_by_wire

SLACK_PORT, BOT_PORT = 1080, 1081
REPS = 8
# A command waits for 2.6 seconds and Slack for three: commits are quick unless a spell makes them slow (seconds).
QUICK_COMMIT, SLOW_COMMIT, READ = (0.001, 0.02), (1.5, 4.0), (0.0, 0.003)
LATENCY = (0.001, 0.03)
# How much too late an idle process wakes up (sooner where pings have to be answered), and how far it may sleep while
# nothing happens at all (seconds).
DROWSY, LONGEST_NAP = {"socket": (4.0, 8.0), "http": (8.0, 20.0)}, 4 * 3600.0

Mode = Literal["http", "socket"]


def short_digest(value: object) -> str:
    """Return a few letters that differ where two values differ."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:10]


@dataclass
class World:
    """What everything else shares. Times are seconds; the loop's began with the simulation, the others in 1970."""

    seed: int
    begin: datetime
    mode: Mode
    loop: VirtualLoop = field(default_factory=VirtualLoop)
    trace: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    flaws: list[str] = field(default_factory=list)
    """What went wrong in a way that leaves no trace in the database or in Slack."""
    active: int = 0
    """Exchanges between people, Slack and the bot that are under way; while there are any, nobody oversleeps."""
    host_skew: float = 0.0
    slow_database: bool = False
    nap_until: float = 0.0
    life: int = 0
    on_kill: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)
        names = ("plan", "people", "wires", "ids", "database", "deaths", "sleep", "faults")
        self.chance = {name: random.Random(chance.getrandbits(64)) for name in names}
        self.network = Network(self.loop, lambda: self.chance["wires"].uniform(*LATENCY))
        self.loop.oversleep = self._oversleep
        self.loop.set_exception_handler(self._on_loose_end)

    # Clocks.

    def true_seconds(self) -> float:
        return self.begin.timestamp() + self.loop.now

    def host_seconds(self) -> float:
        """Return what the clock of the bot's machine says."""
        return self.true_seconds() + self.host_skew

    def host_now(self) -> datetime:
        return datetime.fromtimestamp(self.host_seconds(), UTC)

    def true_now(self) -> datetime:
        return datetime.fromtimestamp(self.true_seconds(), UTC)

    def monotonic(self) -> float:
        """Return a clock that began at another moment in each life of the bot."""
        return self.loop.now + 1e5 * self.life

    def _oversleep(self) -> float:
        if self.active:
            return 0.0
        if self.loop.now < self.nap_until:
            return min(self.nap_until - self.loop.now, LONGEST_NAP)
        return self.chance["sleep"].uniform(*DROWSY[self.mode])

    # Chance.

    def uuid4(self) -> uuid.UUID:
        return uuid.UUID(int=self.chance["ids"].getrandbits(128), version=4)

    def token(self, size: int = 16) -> str:
        return f"{self.chance['ids'].getrandbits(8 * size):0{2 * size}x}"

    def commit_seconds(self) -> float:
        return self.chance["database"].uniform(*(SLOW_COMMIT if self.slow_database else QUICK_COMMIT))

    def read_seconds(self) -> float:
        return self.chance["database"].uniform(*READ)

    # What happened.

    def note(self, what: str) -> None:
        """Write a line into the trace; it must not hold anything that differs between two runs of a seed."""
        self.trace.append(f"{self.loop.now:.3f} {what}")

    def note_entry(self, entry: Entry) -> None:
        """Write what went between Slack, people and the bot into the trace."""
        fault = f" [{entry.fault}]" if entry.fault else ""
        about = entry.event_id or str(entry.given.get("channel") or entry.given.get("channel_id") or "")
        attempt = f" #{entry.attempt}" if entry.attempt else ""
        digest = short_digest([entry.given, entry.answer_json.decode()])
        self.note(f"{entry.kind} {entry.name} {about}{attempt} {entry.outcome}{fault} {digest}")

    def note_log(self, _logger: Any, method: str, event: MutableMapping[str, Any]) -> NoReturn:
        """Write what the bot logs into the trace, without what a path or an address may be part of."""
        told = " ".join(f"{key}={event[key]}" for key in ("error", "worker", "at", "code", "kind") if key in event)
        self.note(f"log {method} {event.get('event')} {told.replace(str(bootstrap.__file__)[:-17], '')}")
        raise structlog.DropEvent

    def _on_loose_end(self, _loop: Any, context: Mapping[str, Any]) -> None:
        error = context.get("exception")
        self.note(f"loose {type(error).__name__ if error else context.get('message')}")

    def digest(self) -> str:
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()

    # Seams.

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Give the core this world's clocks and chance in place of the machine's, for as long as the run takes."""
        clock = SimpleNamespace(time=self.host_seconds, monotonic=self.monotonic)
        slack_clock = SimpleNamespace(time=self.true_seconds, monotonic=lambda: self.loop.now)
        secrets = SimpleNamespace(token_hex=self.token, token_urlsafe=self.token)
        killing = SimpleNamespace(kill=lambda *_: self.on_kill(), getpid=lambda: 0)
        seams: tuple[tuple[Any, str, Any], ...] = (
            (bootstrap, "real_now", self.host_now),
            (bootstrap, "monotonic", self.monotonic),
            (bootstrap, "time", self.host_seconds),
            (bootstrap, "AsyncIOScheduler", Ticker),
            (socket_door, "time", self.host_seconds),
            (socket_mode, "time", clock),
            (announce, "uuid4", self.uuid4),
            (outbox_worker, "uuid4", self.uuid4),
            (gestures, "uuid", SimpleNamespace(uuid4=self.uuid4)),
            (elements, "_ids", itertools.count(1)),
            (handles, "secrets", secrets),
            (socket_delivery, "secrets", secrets),
            (http_delivery, "time", slack_clock),
            (endpoints, "time", slack_clock),
            (failpoints, "os", killing),
        )
        before = structlog.get_config()
        with ExitStack() as stack:
            for module, name, value in seams:
                stack.enter_context(mock.patch.object(module, name, value))
            stack.enter_context(connecting_by_wire())
            stack.callback(failpoints.arm, {})
            stack.callback(logging.disable, logging.root.manager.disable)
            logging.disable(logging.CRITICAL)
            stack.callback(structlog.configure, **before)
            structlog.configure(processors=[self.note_log], cache_logger_on_first_use=False)
            yield


class Ticker:
    """Wakes the tick as the scheduler of the service does, by the loop's time: the library reads the machine's."""

    def __init__(self, timezone: object = None) -> None:
        self._task: Any = None

    def add_job(self, work: Callable[[], Any], trigger: Any, **_: object) -> None:
        self._work, self._seconds = work, trigger.interval.total_seconds()

    def start(self) -> None:
        async def run() -> None:
            while True:
                await asyncio.sleep(self._seconds)
                await self._work()

        self._task = asyncio.ensure_future(bootstrap.keep_running("tick", run))

    def shutdown(self, wait: bool = False) -> None:
        self._task.cancel()


class Counted:
    """A transport that says when something is on its way over it."""

    def __init__(self, world: World, inner: Transport) -> None:
        self._world, self._inner = world, inner

    async def send(self, kind: Kind, payload: dict[str, Any], attempt: int = 0, reason: str = "") -> Reply:
        self._world.active += 1
        try:
            reply = await self._inner.send(kind, payload, attempt, reason)
        finally:
            self._world.active -= 1
        if attempt and kind == "event":
            self._world.counts["redelivered"] += 1
        return reply

    async def close(self) -> None:
        await self._inner.close()


class CountedCalls(Calls):
    """Answers calls, and says when one is under way."""

    def __init__(self, world: World, workspace: Workspace, wires: Wires) -> None:
        super().__init__(workspace, wires)
        self._simulated = world

    async def answer(self, request: Request) -> Response:
        self._simulated.active += 1
        try:
            return await super().answer(request)
        finally:
            self._simulated.active -= 1


class Slack(Gestures, Forms, Sight, Administration, Troubles):
    """The stand-in over wires: the same parts as `bot.playground.server` puts together, with this world's clocks."""

    def __init__(self, world: World) -> None:
        self.simulated = world
        self.spec = build_world(REPS)
        self.switches = Faults(world.chance["faults"].getrandbits(32), 1.0)
        wires, changes = Wires(), Changes()
        self.sockets = socket_delivery.SocketTransport(
            self.spec.app_id, 1.0, changes.tell, self.switches, wires, is_enabled=world.mode == "socket"
        )
        url = f"http://127.0.0.1:{BOT_PORT}/slack/events"
        self.posts = http_delivery.HttpTransport(url, self.spec.signing_secret, 1.0, self.switches.skewed)
        transport = self.sockets if world.mode == "socket" else self.posts
        self.workspace = self._assemble(Counted(world, transport), changes)
        self.calls = CountedCalls(world, self.workspace, wires)
        self.state = ServerState()
        wires.find_in(lambda: self.state.connections)

    def _assemble(self, transport: Transport, changes: Changes) -> Workspace:
        world, spec = self.simulated, self.spec
        clock = NeutralClock(real_seconds=world.true_seconds)
        inhabited = Inhabited(spec, clock, self.switches.skew)
        record = Record(world)
        deliveries = Deliveries(transport, self.switches, record.append, clock.seconds, changes.tell)
        origin = f"http://127.0.0.1:{SLACK_PORT}"
        return Workspace(
            spec=spec,
            clock=clock,
            world=inhabited,
            handles=handles.Handles(clock, 1.0, lambda: world.loop.now),
            limits=RateLimits(1.0, lambda: world.loop.now),
            surfaces=Surfaces(inhabited),
            events=Events(inhabited, deliveries.offer),
            deliveries=deliveries,
            record=record,
            changes=changes,
            faults=self.switches,
            bans=Bans(clock.seconds, lambda: world.loop.now),
            ledger=Ledger(clock.seconds),
            origin=origin,
            open_socket_address=lambda: f"ws://127.0.0.1:{SLACK_PORT}/socket?ticket=" + self.sockets.ticket(),
        )

    def open(self) -> None:
        """Begin to answer calls."""
        routes = [
            Route("/api/{method}", self._call, methods=["GET", "POST"]),
            Route("/response/{key}", self._respond, methods=["POST"]),
            WebSocketRoute("/socket", self.sockets.serve),
        ]
        app = Starlette(routes=routes, middleware=[Middleware(endpoints.Dated, self.workspace)])
        config = uvicorn.Config(
            app, lifespan="off", date_header=False, ws_ping_interval=None, log_config=None, access_log=False,
            ws="websockets-sansio",
        )  # fmt: skip
        self.simulated.network.listen(SLACK_PORT, protocols_of(config, self.state, self.simulated.loop))

    async def _call(self, request: Request) -> Response:
        return await self.calls.answer(request)

    async def _respond(self, request: Request) -> Response:
        self.simulated.active += 1
        try:
            return await endpoints.take_response(self.workspace, request)
        finally:
            self.simulated.active -= 1

    def go_away(self) -> None:
        """Answer nobody any more, and hang up on everyone."""
        self.simulated.network.stop_listening(SLACK_PORT)
        for protocol in sorted(self.state.connections, key=_client_of):
            if protocol.transport is not None:
                protocol.transport.abort()

    async def close(self) -> None:
        await self.calls.close()
        await self.workspace.deliveries.close()
        await self.sockets.close()
        await self.posts.close()


class Record(list[Entry]):
    """The stand-in's record, which writes the trace as it grows."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def append(self, entry: Entry) -> None:
        super().append(entry)
        self._world.note_entry(entry)


def protocols_of(config: uvicorn.Config, state: ServerState, loop: VirtualLoop) -> Callable[[], Any]:
    """Return what makes the server's protocol for each connection."""
    config.load()
    kind: Any = config.http_protocol_class
    return lambda: kind(config=config, server_state=state, app_state={}, _loop=loop)


def _client_of(protocol: Any) -> str:
    return str(protocol.client)
