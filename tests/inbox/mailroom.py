"""The inbox at work on a real database, with a clock that tests move and handlers that fail when told."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import select

from bot.domain.facts import Delivery, Settled, Waiting
from bot.inbox.worker import InboxWorker
from bot.services.receive import receive_deliveries
from db.models import InboxEntry, Person
from db.transact import Transact
from db.unit_of_work import UnitOfWork
from tests.db.transactors import transactor

BEGIN = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
TEAM = "T1"


def list_entries(uow: UnitOfWork, query: None, *, now: datetime) -> dict[str, InboxEntry]:
    """Return what is stored of each delivery, by the name that the test gave it, oldest first."""
    return {entry.dedupe_key: entry for entry in uow.sql.scalars(select(InboxEntry).order_by(InboxEntry.id))}


def list_people(uow: UnitOfWork, query: None, *, now: datetime) -> set[str]:
    """Return for which deliveries the handler's own row is on disk."""
    return set(uow.sql.scalars(select(Person.slack_user_id)))


@dataclass
class Mailroom:
    """One process of Nugget as far as handling goes. The handler writes a row for each delivery before it may fail."""

    transact: Transact
    fails: dict[str, Exception] = field(default_factory=dict)
    """What the handler raises for these deliveries, once it has written its row."""
    unasked: set[str] = field(default_factory=set)
    """Deliveries for which Slack cannot be asked just now."""
    breaks: dict[str, Exception] = field(default_factory=dict)
    """What asking Slack raises for these deliveries."""
    settled: Settled = field(default_factory=lambda: Settled("handled", "done"))
    handled: list[str] = field(default_factory=list)
    """The deliveries that the handler was given, in its order."""
    payloads: list[Mapping[str, object]] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)
    after: float = 0.0
    worker: InboxWorker = field(init=False)
    _names: "count[int]" = field(default_factory=lambda: count(1))
    _by_id: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.worker = InboxWorker(self.transact, {"message": self._handle}, self._prepare, self.real_now)

    def real_now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.after)

    def _handle(self, uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
        name = self._by_id[waiting.inbox_id]
        self.handled.append(name)
        self.payloads.append(waiting.payload)
        uow.people.put(Person(team_id=TEAM, slack_user_id=name, name=name, refreshed_at=now))
        uow.flush()
        if name in self.fails:
            raise self.fails[name]
        return self.settled

    async def _prepare(self, waiting: Sequence[Waiting]) -> frozenset[int]:
        await self._learn_names()
        self.asked.append([self._by_id[delivery.inbox_id] for delivery in waiting])
        for delivery in waiting:
            if (error := self.breaks.get(self._by_id[delivery.inbox_id])) is not None:
                raise error
        return frozenset(one.inbox_id for one in waiting if self._by_id[one.inbox_id] in self.unasked)

    async def _learn_names(self) -> None:
        self._by_id = {entry.id: name for name, entry in (await self.entries()).items()}

    async def deliver(self, number: int = 1, *, body: bytes = b"{}") -> list[str]:
        """Take in so many deliveries, and return their names."""
        names = [f"U{next(self._names):03}" for _ in range(number)]
        await self.transact(receive_deliveries, [Delivery(TEAM, name, "message", body) for name in names])
        return names

    async def drain(self) -> None:
        """Handle batches until nothing waits that may be handled now."""
        while await self.worker.drain_once():
            pass

    async def wait(self, seconds: float) -> None:
        """Let time pass, and the worker do what has become possible."""
        self.after += seconds
        await self.drain()

    async def entries(self) -> dict[str, InboxEntry]:
        found: dict[str, InboxEntry] = await self.transact.read(list_entries, None)
        return found

    async def entry(self, name: str) -> InboxEntry:
        return (await self.entries())[name]

    async def states(self) -> list[str]:
        """Return the states of all deliveries, oldest first."""
        return [entry.state for entry in (await self.entries()).values()]

    async def written(self) -> set[str]:
        """Return the deliveries whose handling left its row on disk."""
        found: set[str] = await self.transact.read(list_people, None)
        return found

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Let the worker run as it does in production."""
        task = asyncio.create_task(self.worker.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def open_mailroom(url: str) -> AsyncIterator[Mailroom]:
    """Give a process of Nugget on this database."""
    async with transactor(url) as transact:
        yield Mailroom(transact)
