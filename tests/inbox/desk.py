"""An inbox on a real database, with handlers that fail when told, a clock that tests move, and a Slack to be asked."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.domain.facts import Delivery, Settled, Waiting
from bot.inbox.worker import InboxWorker
from bot.services.handling import Handler
from bot.services.receive import receive_deliveries
from db.models import InboxEntry
from db.transact import Transact
from db.unit_of_work import UnitOfWork
from tests.db.transactors import transactor

BEGIN = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
TEAM = "T1"


def add_workspace(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
    """Leave something in the database that can be counted: a workspace with the name that the delivery gives."""
    uow.workspaces.get_or_add(str(waiting.payload.get("name", "NAMELESS")), now=now)
    uow.flush()
    return Settled("handled", "kept")


def list_workspaces(uow: UnitOfWork, query: None, *, now: datetime) -> list[str]:
    return uow.workspaces.list_ids()


def list_entries(uow: UnitOfWork, query: None, *, now: datetime) -> list[InboxEntry]:
    """Return every delivery, in the order in which they came."""
    return sorted(uow.inbox.list_about(TEAM, "C1", "1.000000", "note"), key=lambda entry: entry.id)


@dataclass
class Desk:
    """One process of Nugget as far as handling goes."""

    transact: Transact
    seconds: float = 0.0
    order: list[str] = field(default_factory=list)
    """The names in the deliveries, as they were handled."""
    failing: dict[str, Exception] = field(default_factory=dict)
    """What handling a delivery of this name raises, after it has written."""
    unprepared: dict[str, Exception] = field(default_factory=dict)
    """What asking Slack about a delivery of this name raises."""
    postponed: set[str] = field(default_factory=set)
    """Names about which Slack cannot be asked."""
    worker: InboxWorker = field(init=False)

    def __post_init__(self) -> None:
        handlers: dict[str, Handler] = {"note": self._handle}
        self.worker = InboxWorker(self.transact, handlers, self._prepare, self.now)

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.seconds)

    def _handle(self, uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
        name = str(waiting.payload.get("name"))
        self.order.append(name)
        settled = add_workspace(uow, waiting, now=now)
        if name in self.failing:
            raise self.failing[name]
        return replace(settled, forget_body=name == "SECRET")

    async def _prepare(self, waiting: Sequence[Waiting]) -> frozenset[int]:
        names = {delivery.inbox_id: str(delivery.payload.get("name")) for delivery in waiting}
        for name in names.values():
            if name in self.unprepared:
                raise self.unprepared[name]
        return frozenset(inbox_id for inbox_id, name in names.items() if name in self.postponed)

    async def receive(self, *names: str) -> None:
        """Take in deliveries with these names."""
        await self.receive_bodies(*(f'{{"name": "{name}"}}'.encode() for name in names))

    async def receive_bodies(self, *bodies: bytes, kind: str = "note") -> None:
        stored = len(await self.entries())
        deliveries = [
            Delivery(TEAM, f"{kind}:{stored + number}", kind, body, "C1", "1.000000")
            for number, body in enumerate(bodies)
        ]
        await self.transact(receive_deliveries, deliveries)

    async def drain(self) -> None:
        """Handle whatever may be handled now."""
        while await self.worker.drain_once():
            pass

    async def wait(self, seconds: float) -> None:
        self.seconds += seconds
        await self.drain()

    async def entries(self) -> list[InboxEntry]:
        return await self.transact.read(list_entries, None)

    async def states(self) -> list[str]:
        return [entry.state for entry in await self.entries()]

    async def kept(self) -> list[str]:
        """Return the names that handled deliveries have left in the database."""
        return await self.transact.read(list_workspaces, None)


@asynccontextmanager
async def open_desk(url: str) -> AsyncIterator[Desk]:
    """Give a process of Nugget on this database."""
    async with transactor(url) as transact:
        yield Desk(transact)
