"""The outbox at work on a real database, with clocks that tests move.

Nothing here waits for time to pass: `quiet` returns once the worker has looked again and found nothing to do.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.blocks.message import Message
from bot.connectors.base import Lookup, Sender
from bot.domain.errors import TemporaryError
from bot.domain.policies import DeliveryPolicy
from bot.outbox.reconcile import Reconciler
from bot.outbox.worker import OutboxWorker
from bot.services.announce import Address, change_message, post, react_to, tell_privately
from db.models import OutboxEntry, Person
from db.transact import Transact, UseCase
from db.unit_of_work import UnitOfWork
from tests.db.transactors import transactor

BEGIN = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
TEAM = "T1"
KINDS = ("post", "update", "delete", "ephemeral", "react")
POLICY = DeliveryPolicy()
Queue = Callable[[UnitOfWork, datetime], OutboxEntry]


@dataclass
class Clocks:
    """Real and business time, and a monotonic clock, which tests move together or each alone."""

    real: float = 0.0
    business: float = 0.0
    monotonic: float = 500.0

    def real_now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.real)

    def business_now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.business)

    def advance(self, seconds: float) -> None:
        self.real += seconds
        self.business += seconds
        self.monotonic += seconds


@dataclass
class WorkersDatabase:
    """The database as the worker sees it: with troubles that tests plan, and a gate where the worker comes to rest.

    The worker reads when to look again once it has looked for work and found none. There it is let through only while
    a test waits for it, so that several things may be queued before any of them is seen.
    """

    transact: Transact
    clocks: Clocks
    fails: int = 0
    """So many uses of the database fail."""
    freezes: float = 0.0
    """For so long the process is frozen as its next transaction ends."""
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _open: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, use_case: UseCase[Any, Any], command: Any, *, urgent: bool = True) -> Any:
        if self.fails:
            self.fails -= 1
            raise TemporaryError("the database is away")
        result = await self.transact(use_case, command, urgent=urgent)
        seconds, self.freezes = self.freezes, 0.0
        self.clocks.advance(seconds)
        return result

    async def read(self, query: UseCase[Any, Any], command: Any) -> Any:
        self._open.clear()
        self._arrived.set()
        await self._open.wait()
        return await self.transact.read(query, command)

    def on_commit(self, topic: str, wake: Callable[[], None]) -> None:
        self.transact.on_commit(topic, wake)

    async def close(self) -> None:
        await self.transact.close()

    async def pass_once(self) -> None:
        """Let the worker through, and return when it is here again."""
        self._arrived.clear()
        self._open.set()
        async with asyncio.timeout(20):
            await self._arrived.wait()


def queue(uow: UnitOfWork, command: Queue, *, now: datetime) -> str:
    """Put something into the outbox, and return its id."""
    return command(uow, now).id


def find(uow: UnitOfWork, outbox_id: str, *, now: datetime) -> OutboxEntry | None:
    return uow.outbox.find(outbox_id)


def count_states(uow: UnitOfWork, query: None, *, now: datetime) -> dict[str, int]:
    return uow.outbox.count_by_state()


def add_person(uow: UnitOfWork, slack_user_id: str, *, now: datetime) -> None:
    uow.people.put(Person(team_id=TEAM, slack_user_id=slack_user_id, name="Ana", refreshed_at=now))


def find_direct_channel(uow: UnitOfWork, slack_user_id: str, *, now: datetime) -> str | None:
    person = uow.people.find(TEAM, slack_user_id)
    return person.direct_channel_id if person else None


def words(text: str) -> Message:
    return Message(text, [])


@dataclass
class Office:
    """One process of Nugget as far as sending goes: a worker and a reconciler on a database."""

    transact: Transact
    clocks: Clocks
    sender: Sender
    lookup: Lookup
    policy: DeliveryPolicy = POLICY
    worker: OutboxWorker = field(init=False)
    reconciler: Reconciler = field(init=False)
    worker_database: WorkersDatabase = field(init=False)
    _working: asyncio.Task[None] | None = None
    _sight: frozenset[str] = frozenset()
    """What was on its way when the worker last began to look for work."""
    _keys: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        real_now, monotonic = self.clocks.real_now, lambda: self.clocks.monotonic
        senders = dict.fromkeys(KINDS, self.sender)
        self.worker_database = WorkersDatabase(self.transact, self.clocks)
        self.worker = OutboxWorker(self.worker_database, senders, self.policy, self._teams, real_now, monotonic)
        flying = self.worker.in_flight
        self.reconciler = Reconciler(self.transact, self.lookup, self.policy, flying, real_now, monotonic)

    def _teams(self) -> list[str]:
        self._sight = frozenset(self.worker.in_flight())
        return [TEAM]

    async def quiet(self, held: int = 0) -> None:
        """Return once the worker has looked for work from now on and found none; so many attempts stay on their way."""
        self._working = self._working or asyncio.create_task(self.worker.run())
        self.worker.wake()
        await self.worker_database.pass_once()
        while len(self._sight) != held or self._sight != frozenset(self.worker.in_flight()):
            await self.worker_database.pass_once()

    async def close(self) -> None:
        """Let what is on its way come to its end, and stop."""
        await self.worker.finish(5)
        if self._working is not None:
            self._working.cancel()
            await asyncio.wait([self._working])

    async def wait(self, seconds: float, held: int = 0) -> None:
        """Let time pass on every clock, and the worker do what has become possible."""
        self.clocks.advance(seconds)
        await self.quiet(held)

    async def rest(self, seconds: float) -> None:
        """Let time pass, with a look at what is unclear at its beginning and its end."""
        await self.reconciler.look_once()
        self.clocks.advance(seconds)
        await self.reconciler.look_once()

    async def add(self, command: Queue) -> str:
        """Put something into the outbox, and return its id."""
        return await self.transact(queue, command)

    async def post(self, channel_id: str = "C1", thread_ts: str | None = None, rest_seconds: int = 0) -> str:
        """Queue a message."""
        to, key = Address(TEAM, channel_id, thread_ts), f"post:{next(self._keys)}"
        return await self.add(
            lambda uow, now: post(uow, to, words(key), purpose="card", key=key, now=now, rest_seconds=rest_seconds)
        )

    async def change(self, outbox_id: str, text: str) -> None:
        """Make a message read differently, as a card does whose item has changed."""

        def change(uow: UnitOfWork, now: datetime) -> OutboxEntry:
            posted = uow.outbox.lock(outbox_id)
            assert posted is not None
            change_message(uow, posted, words(text), now=now)
            return posted

        await self.add(change)

    async def tell(self, slack_user_id: str = "U1") -> str:
        """Queue an answer that only one person sees."""
        to, key = Address(TEAM, "C1"), f"tell:{next(self._keys)}"
        return await self.add(lambda uow, now: tell_privately(uow, to, slack_user_id, words(key), key=key, now=now))

    async def react(self, message_ts: str = "5.000000") -> str:
        """Queue a reaction."""
        return await self.add(lambda uow, now: react_to(uow, Address(TEAM, "C1"), message_ts, "eyes", now=now))

    async def any_of(self, kind: str) -> str:
        """Queue something of this kind."""
        return await (self.post() if kind == "post" else self.tell() if kind == "ephemeral" else self.react())

    async def entry(self, outbox_id: str) -> OutboxEntry:
        """Return an entry as it is on disk."""
        found = await self.transact.read(find, outbox_id)
        assert found is not None
        return found

    async def state(self, outbox_id: str) -> str:
        return (await self.entry(outbox_id)).state

    async def states(self) -> dict[str, int]:
        """Return how many entries are in each state."""
        return await self.transact.read(count_states, None)

    def colleague(self, sender: Sender, clocks: Clocks | None = None) -> "Office":
        """Return another process on the same database, with clocks of its own."""
        own = clocks or replace(self.clocks, monotonic=9000.0)
        return Office(self.transact, own, sender, self.lookup, self.policy)


@asynccontextmanager
async def open_office(
    url: str, sender: Sender, lookup: Lookup, policy: DeliveryPolicy = POLICY
) -> AsyncIterator[Office]:
    """Give a process of Nugget on this database; its workers end with it."""
    clocks = Clocks()
    async with transactor(url, now=clocks.business_now) as transact:
        office = Office(transact, clocks, sender, lookup, policy)
        try:
            yield office
        finally:
            await office.close()
