"""The world in which the outbox is modelled: time that only moves when told, a Slack, storage, and processes.

The workers and reconcilers are the shipped ones. Their clocks, their transactor and their network are of this module,
so that hours pass in microseconds and every interleaving can be chosen.
"""

import asyncio
from asyncio import events
from collections import deque
from collections.abc import Callable, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from bot.connectors.base import Conversation, Dispatch
from bot.domain.errors import TemporaryError
from bot.domain.policies import DeliveryPolicy
from bot.domain.retry import NotSent, Outcome, RateLimited, Uncertain
from bot.outbox.claims import claim_heads
from bot.outbox.reconcile import Reconciler
from bot.outbox.worker import OutboxWorker
from tests.faults.virtual_store import TEAM, Store

BEGIN = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
KINDS = ("post", "ephemeral", "react")
# Lanes of the model: a channel, a thread of it, and another channel.
LANES: tuple[tuple[str, str | None], ...] = (("C1", None), ("C1", "100.000000"), ("C2", None))


class Loop:
    """An event loop without time and network: it goes on until nothing can, at a fraction of the cost of a real one.

    It has only what tasks and futures ask of a loop.
    """

    def __init__(self) -> None:
        self._ready: deque[tuple[Context | None, Callable[..., object], tuple[Any, ...]]] = deque()

    def run_ready(self) -> None:
        """Let everything go on that can."""
        events._set_running_loop(cast("asyncio.AbstractEventLoop", self))
        try:
            while self._ready:
                context, callback, arguments = self._ready.popleft()
                if context is None:
                    callback(*arguments)
                else:
                    context.run(callback, *arguments)
        finally:
            events._set_running_loop(None)

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> None:
        self._ready.append((context, callback, args))

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=cast("asyncio.AbstractEventLoop", self))

    def create_task(self, coro: Any, *, name: str | None = None, context: Context | None = None) -> asyncio.Task[Any]:
        return asyncio.Task(coro, loop=cast("asyncio.AbstractEventLoop", self), name=name)

    def get_debug(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        raise RuntimeError(str(context))


@dataclass
class Time:
    """What time it really is, in seconds since the model began; only the model moves it."""

    now: float = 0.0


@dataclass
class Message:
    """A message, reaction or ephemeral that stands in Slack."""

    ts: float
    outbox_id: str
    kind: str
    place: tuple[str, str | None]
    is_deleted: bool = False


@dataclass
class Slack:
    """What stands, what is still on its way, and until when nobody who was told may post."""

    time: Time
    messages: list[Message] = field(default_factory=list)
    landing: list[tuple[float, Dispatch]] = field(default_factory=list)

    def land(self, dispatch: Dispatch) -> Message:
        """Take a request: from now on it stands."""
        # Slack numbers what comes at one instant in its order.
        ts = self.time.now + 1e-6 * (len(self.messages) + 1)
        message = Message(ts, dispatch.outbox_id, dispatch.kind, (dispatch.channel_id, dispatch.thread_ts))
        self.messages.append(message)
        return message

    def land_due(self) -> None:
        """Take what was on its way and arrives by now, in its order."""
        due = sorted((each for each in self.landing if each[0] <= self.time.now), key=lambda each: each[0])
        self.landing = [each for each in self.landing if each[0] > self.time.now]
        for _, dispatch in due:
            self.land(dispatch)

    def standing(self, outbox_id: str) -> list[Message]:
        return [each for each in self.messages if each.outbox_id == outbox_id and not each.is_deleted]


def stamp(ts: float) -> str:
    """Write a moment of the model as Slack writes its timestamps."""
    return f"{BEGIN.timestamp() + ts:.6f}"


@dataclass(eq=False)
class Request:
    """A call that a worker has made and that was not answered yet.

    It is held while its process is frozen before the first byte, and decided once its fate is known.
    """

    dispatch: Dispatch
    sent_at: float
    answer: asyncio.Future[Outcome]
    is_held: bool = False
    is_decided: bool = False


@dataclass(eq=False)
class LookRequest:
    """A look-up that is under way, and what Slack will show."""

    where: Conversation
    asked_at: float
    answer: asyncio.Future[Mapping[str, list[str]]]


@dataclass(eq=False)
class Process:
    """One process of the bot: the shipped worker and reconciler, with clocks of its own.

    Its monotonic clock began at some moment of its own, as on another machine; its wall clock may be wrong.
    """

    number: int
    time: Time
    slack: Slack
    store: Store
    policy: DeliveryPolicy
    loop: Loop
    retries_at_once: bool = False
    leases_by_wall_clock: bool = False
    business_clock_steps: bool = False
    clock_error: float = 0.0
    frozen_until: float | None = None
    requests: list[Request] = field(default_factory=list)
    looks: list[LookRequest] = field(default_factory=list)
    looks_at_once: bool = False
    gate: asyncio.Future[None] | None = None
    freezes_after_claim: bool = False
    banned_until: float = -1.0
    came_too_early: list[str] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    waiting: list[tuple[asyncio.Future[Any], Any]] = field(default_factory=list)
    """What arrived while the process was frozen."""

    def __post_init__(self) -> None:
        monotonic = self.wall_seconds if self.leases_by_wall_clock else self.monotonic
        self.worker = OutboxWorker(
            self, dict.fromkeys(KINDS, self.send), self.policy, lambda: [TEAM], self.wall, self.monotonic
        )  # fmt: skip
        self.worker.token = f"token-{self.number}"
        self.swept_at = self.time.now
        self.reconciler = Reconciler(self, self, self.policy, self.worker.in_flight, self.wall, monotonic)

    @property
    def is_frozen(self) -> bool:
        return self.frozen_until is not None

    def monotonic(self) -> float:
        return self.time.now + 1e5 * (self.number + 1)

    def wall(self) -> datetime:
        return BEGIN + timedelta(seconds=self.time.now + self.clock_error)

    def business(self) -> datetime:
        """Return what the transactor gives use cases as `now`; wrong with the wall clock only if the model says so."""
        return self.wall() if self.business_clock_steps else BEGIN + timedelta(seconds=self.time.now)

    def wall_seconds(self) -> float:
        return self.wall().timestamp()

    # The transactor that worker and reconciler are given.

    async def __call__(self, use_case: Any, command: Any, *, urgent: bool = True) -> Any:
        result = self.store.run(use_case, command, self.business())
        if use_case is claim_heads and result and self.freezes_after_claim:
            self.freezes_after_claim = False
            self.gate = self.loop.create_future()
            await self.gate
        return result

    async def read(self, query: Any, command: Any) -> Any:
        return self.store.run(query, command, self.business())

    def on_commit(self, topic: str, wake: Callable[[], None]) -> None:
        """Nobody waits to be woken."""

    async def close(self) -> None:
        """There is nothing to let go of."""

    # The network that they are given.

    async def send(self, dispatch: Dispatch) -> Outcome:
        if dispatch.kind == "post" and self.time.now < self.banned_until:
            self.came_too_early.append(dispatch.outbox_id)
        request = Request(dispatch, self.time.now, self.loop.create_future())
        self.requests.append(request)
        outcome = await request.answer
        if isinstance(outcome, RateLimited) and dispatch.kind == "post":
            self.banned_until = max(self.banned_until, self.time.now + outcome.after_seconds)
        if self.retries_at_once and isinstance(outcome, Uncertain):
            return NotSent(outcome.error)
        return outcome

    async def find_channel(self, team_id: str, address: str) -> str:
        return address

    async def find_posted(self, where: Conversation) -> Mapping[str, list[str]]:
        if self.looks_at_once:
            return self.show(where)
        look = LookRequest(where, self.time.now, self.loop.create_future())
        self.looks.append(look)
        return await look.answer

    def show(self, where: Conversation) -> Mapping[str, list[str]]:
        """Return what Slack shows of our messages in a conversation now."""
        found: dict[str, list[str]] = {}
        for message in self.slack.messages:
            is_there = message.place == (where.channel_id, where.thread_ts) and message.kind == "post"
            if is_there and not message.is_deleted and float(stamp(message.ts)) >= float(where.oldest_ts):
                found.setdefault(message.outbox_id, []).append(stamp(message.ts))
        return found

    async def delete(self, team_id: str, channel_id: str, ts: str) -> None:
        for message in self.slack.messages:
            if message.place[0] == channel_id and stamp(message.ts) == ts:
                message.is_deleted = True

    # What the model does to it.

    def start(self, work: Any) -> None:
        """Let it begin something, which goes on when what it waits for arrives."""
        task = self.loop.create_task(self._guarded(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _guarded(self, work: Any) -> None:
        try:
            await work
        except TemporaryError:
            return
        except Exception as error:  # noqa: BLE001 - it is raised where the model goes on.
            self.failures.append(error)

    def claim(self) -> None:
        if self.gate is None:
            self.start(self.worker._start_some(TEAM))

    def look(self) -> None:
        if not self.looks:
            self.start(self.reconciler.look_once())

    def arrive(self, future: asyncio.Future[Any], result: Any) -> None:
        """Let an answer arrive, or wait until the process can take it."""
        if self.is_frozen:
            self.waiting.append((future, result))
        elif not future.done():
            _resolve(future, result)

    def freeze(self, seconds: float) -> None:
        self.frozen_until = self.time.now + seconds

    def thaw(self) -> None:
        """Let it run again; it does not know that time has passed."""
        self.frozen_until = None
        for request in [request for request in self.requests if request.is_held]:
            request.is_held, request.sent_at = False, self.time.now
        if self.gate is not None:
            self.gate.set_result(None)
            self.gate = None
        waiting, self.waiting = self.waiting, []
        for future, result in waiting:
            if not future.done():
                _resolve(future, result)

    def kill(self) -> None:
        """End it as a power cut would: nothing that it does not have on disk is left."""
        for task in (*self.tasks, *self.worker._in_flight.values()):
            task.cancel()


def _resolve(future: asyncio.Future[Any], result: Any) -> None:
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
