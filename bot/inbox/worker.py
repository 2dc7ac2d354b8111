"""The inbox worker: takes deliveries in order, learns what Slack has to say about them, and settles each once."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import NuggetError, TemporaryError
from bot.domain.facts import Settled, Waiting
from bot.domain.text import clean
from bot.failpoints import failpoint
from bot.services.handling import Handlers
from db.models import InboxEntry
from db.transact import Transact
from db.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

BATCH = 32
# A delivery that failed this often for a reason of its own waits for a person instead of being tried for ever.
MOST_TRIES = 5
# Postponed deliveries are looked for at least this often (seconds), in case a wake-up was lost with its process.
LONGEST_SLEEP = 5.0


Prepare = Callable[[Sequence[Waiting]], Awaitable[frozenset[int]]]
"""Learns what Slack has to say about these deliveries; returns the ids of those that must wait for Slack."""


@dataclass(frozen=True, slots=True)
class HandleBatch:
    """Handle these deliveries, in their order, and let those in `postponed` wait."""

    waiting: Sequence[Waiting]
    handlers: Handlers
    postponed: frozenset[int]
    real_now: datetime


@dataclass(frozen=True, slots=True)
class Postpone:
    """Try one delivery again later, or park it for a person."""

    inbox_id: int
    error: str
    real_now: datetime
    counts: bool


def decode(entry: InboxEntry) -> Waiting:
    """Turn a stored delivery into what handlers read; a body that is no JSON object reads as an empty one."""
    try:
        payload = json.loads(entry.body)
    except (ValueError, RecursionError):
        payload = {}
    return Waiting(
        inbox_id=entry.id,
        team_id=entry.team_id,
        kind=entry.kind,
        payload=payload if isinstance(payload, dict) else {},
        received_at=entry.received_at,
        tries=entry.tries,
    )


def list_waiting(uow: UnitOfWork, real_now: datetime, *, now: datetime) -> Sequence[Waiting]:  # noqa: ARG001
    """Return the next deliveries to handle, oldest first."""
    return [decode(entry) for entry in uow.inbox.list_ready(BATCH, now=real_now)]


def handle_batch(uow: UnitOfWork, command: HandleBatch, *, now: datetime) -> dict[int, str]:
    """Handle and settle deliveries in one transaction; return the ids that failed, with what went wrong.

    Each runs in a savepoint of its own, so that a failing one undoes nothing of its neighbours.
    """
    failed: dict[int, str] = {}
    by_id = {waiting.inbox_id: waiting for waiting in command.waiting}
    ready = [inbox_id for inbox_id in by_id if inbox_id not in command.postponed]
    for entry in uow.inbox.claim(ready, now=command.real_now):
        try:
            failpoint("handle")
            with uow.attempt():
                settled = _handle(uow, by_id[entry.id], command.handlers, now)
        except Exception as error:  # noqa: BLE001 - one delivery's fault must not stop the others; it is kept and shown.
            failed[entry.id] = f"{type(error).__name__}: {error}"
            log.warning("delivery_failed", inbox_id=entry.id, kind=entry.kind, error=type(error).__name__)
            continue
        entry.state, entry.outcome, entry.settled_at = settled.state, settled.outcome[:64], command.real_now
        if settled.forget_body:
            entry.body = b""
    return failed


def _handle(uow: UnitOfWork, waiting: Waiting, handlers: Handlers, now: datetime) -> Settled:
    handler = handlers.get(waiting.kind)
    if handler is None:
        return Settled("ignored", "not wanted")
    return handler(uow, waiting, now=now)


def postpone(uow: UnitOfWork, command: Postpone, *, now: datetime) -> bool:  # noqa: ARG001
    """Let a delivery rest before it is tried again; True when it was parked for a person instead."""
    for entry in uow.inbox.claim([command.inbox_id], now=command.real_now):
        # The words of an error may repeat what people sent, and a database would not store some of it.
        entry.error = clean(command.error[:1000])
        entry.tries += 1 if command.counts else 0
        if entry.tries >= MOST_TRIES:
            entry.state, entry.settled_at = "parked", command.real_now
            return True
        entry.retry_at = command.real_now + timedelta(seconds=min(60, 2 ** max(entry.tries, 1)))
    return False


@dataclass
class InboxWorker:
    """Drains the inbox; several may run on one Postgres, each skipping what another holds."""

    transact: Transact
    handlers: Handlers
    prepare: Prepare
    real_now: Callable[[], datetime]
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Say that something came in."""
        self._wake.set()

    async def run(self) -> None:
        """Handle deliveries until cancelled. A database that is away is waited for."""
        while True:
            self._wake.clear()
            try:
                busy = await self.drain_once()
            except TemporaryError as error:
                log.warning("inbox_waits_for_database", error=str(error))
                await asyncio.sleep(1)
                continue
            if not busy:
                await self._rest()

    async def drain_once(self) -> bool:
        """Handle one batch; False when nothing was waiting."""
        waiting = await self.transact.read(list_waiting, self.real_now())
        if not waiting:
            return False
        postponed, broken = await self._prepare(waiting)
        ready = [delivery for delivery in waiting if delivery.inbox_id not in broken]
        batch = HandleBatch(ready, self.handlers, postponed, self.real_now())
        failed = broken | await self.transact(handle_batch, batch, urgent=False)
        failpoint("handled")
        for inbox_id in postponed:
            await self._postpone(inbox_id, "Slack could not be asked about a person or a channel", counts=False)
        for inbox_id, error in failed.items():
            await self._postpone(inbox_id, error, counts=True)
        return True

    async def _prepare(self, waiting: Sequence[Waiting]) -> tuple[frozenset[int], dict[int, str]]:
        """Learn what Slack has to say; where that fails for a reason of its own, find out for which delivery it does.

        Returns the ids that must wait, and those that failed with what went wrong.
        """
        try:
            return await self.prepare(waiting), {}
        except NuggetError:
            raise
        except Exception:  # noqa: BLE001 - one delivery's fault must not stop the others; it is found, kept and shown.
            return await self._prepare_each(waiting)

    async def _prepare_each(self, waiting: Sequence[Waiting]) -> tuple[frozenset[int], dict[int, str]]:
        postponed: frozenset[int] = frozenset()
        broken: dict[int, str] = {}
        for delivery in waiting:
            try:
                postponed |= await self.prepare([delivery])
            except NuggetError:
                raise
            except Exception as error:  # noqa: BLE001 - as above.
                broken[delivery.inbox_id] = f"{type(error).__name__}: {error}"
                log.warning("delivery_failed", inbox_id=delivery.inbox_id, error=type(error).__name__)
        return postponed, broken

    async def _postpone(self, inbox_id: int, error: str, *, counts: bool) -> None:
        command = Postpone(inbox_id, error, self.real_now(), counts=counts)
        if await self.transact(postpone, command, urgent=False):
            log.error("delivery_parked", inbox_id=inbox_id)

    async def _rest(self) -> None:
        # Not `wait_for`: before Python 3.12 it may swallow a cancellation, and this worker would never end.
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_SLEEP):
                await self._wake.wait()
