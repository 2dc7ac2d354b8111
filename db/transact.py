"""Runs use cases on database threads; the only place that begins, commits and rolls back.

SQLite has one writer thread that commits whatever waits together (group commit), and readers beside it. Postgres has a
pool of threads with a transaction each; a lost race is retried as a whole transaction.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot.domain.errors import NuggetError, PermanentError, TemporaryError
from db.unit_of_work import PolicyOf, UnitOfWork

Command_contra = TypeVar("Command_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)
C = TypeVar("C")
R = TypeVar("R")

# A commit takes this many waiting use cases at the most, so that none of them waits for a very long one.
LARGEST_GROUP = 64
# Retrying a lost race more often than this would hide a fault of ours.
MOST_ATTEMPTS = 5


class UseCase(Protocol[Command_contra, Result_co]):
    """A plain function over a unit of work: no network, no clock of its own, no commit."""

    def __call__(self, uow: UnitOfWork, command: Command_contra, /, *, now: datetime) -> Result_co: ...


class Transact(Protocol):
    """Runs one use case in one transaction; its outcome is on disk when this returns.

    Raises what the use case raised, `TemporaryError` when the database could not be used or the outcome of the commit
    is unknown (so every use case is safe to repeat), `PermanentError` when a constraint was broken for good.
    """

    async def __call__(self, use_case: UseCase[C, R], command: C, *, urgent: bool = True) -> R: ...

    async def read(self, query: UseCase[C, R], command: C) -> R:
        """Run a use case that only reads, beside the writer."""
        ...

    def on_commit(self, topic: str, wake: Callable[[], None]) -> None:
        """Call `wake` in the event loop after each commit that gave this worker something to do."""
        ...

    async def close(self) -> None:
        """Finish what was begun and let go of the database."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """A use case that waits for its transaction, and who waits for it."""

    use_case: UseCase[Any, Any]
    command: object
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop

    def succeed(self, result: object) -> None:
        self.loop.call_soon_threadsafe(self._set, None, result)

    def fail(self, error: BaseException) -> None:
        self.loop.call_soon_threadsafe(self._set, error, None)

    def _set(self, error: BaseException | None, result: object) -> None:
        # Whoever waited may have been cancelled meanwhile; the work is done all the same.
        if self.future.done():
            return
        if error is not None:
            self.future.set_exception(error)
        else:
            self.future.set_result(result)


def in_plain_words(error: Exception) -> Exception:
    """Turn a database error into one of the three kinds that callers tell apart; leave others as they are."""
    if isinstance(error, NuggetError) or not isinstance(error, SQLAlchemyError):
        return error
    if isinstance(error, IntegrityError):
        return PermanentError(f"a constraint was broken: {error.orig}")
    if isinstance(error, DataError):
        return PermanentError(f"the database cannot hold this: {error.orig}")
    if isinstance(error, DBAPIError):
        return TemporaryError(f"the database could not be used: {error.orig}")
    return TemporaryError(f"the database could not be used: {error}")


class _Transactor:
    """What both databases share: the clock, the policies, waking, and reading."""

    def __init__(self, readers: Engine, reader_threads: int, policy_of: PolicyOf, now: Callable[[], datetime]) -> None:
        self._policy_of = policy_of
        self._now = now
        self._reader_engine = readers
        self._readers = ThreadPoolExecutor(reader_threads, thread_name_prefix="nugget-read")
        self._wakers: dict[str, list[Callable[[], None]]] = {}

    def on_commit(self, topic: str, wake: Callable[[], None]) -> None:
        self._wakers.setdefault(topic, []).append(wake)

    async def read(self, query: UseCase[C, R], command: C) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, query, command)

    def _read(self, query: UseCase[Any, R], command: object) -> R:
        try:
            with Session(self._reader_engine, autoflush=False) as session:
                return query(UnitOfWork(session, self._policy_of), command, now=self._now())
        except SQLAlchemyError as error:
            raise in_plain_words(error) from error

    def _wake(self, topics: set[str]) -> None:
        for topic in topics:
            for wake in self._wakers.get(topic, ()):
                wake()

    def _run_in(self, connection: Connection, job: Job) -> tuple[object, set[str]]:
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            uow = UnitOfWork(session, self._policy_of)
            result = job.use_case(uow, job.command, now=self._now())
            session.commit()
            return result, uow.to_wake


class SqliteTransactor(_Transactor):
    """One writer thread with a queue; everything that waits is committed together, each use case in a savepoint."""

    def __init__(
        self, writer: Engine, readers: Engine, policy_of: PolicyOf, now: Callable[[], datetime], reader_threads: int = 4
    ) -> None:
        super().__init__(readers, reader_threads, policy_of, now)
        self._writer = writer
        self._urgent: deque[Job] = deque()
        self._patient: deque[Job] = deque()
        self._something = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="nugget-write", daemon=True)
        self._thread.start()

    async def __call__(self, use_case: UseCase[C, R], command: C, *, urgent: bool = True) -> R:
        loop = asyncio.get_running_loop()
        job = Job(use_case, command, loop.create_future(), loop)
        with self._something:
            if self._closing:
                raise TemporaryError("Nugget is shutting down")
            (self._urgent if urgent else self._patient).append(job)
            self._something.notify()
        result: R = await job.future
        return result

    async def close(self) -> None:
        with self._something:
            self._closing = True
            self._something.notify()
        await asyncio.to_thread(self._thread.join)
        self._readers.shutdown()
        self._writer.dispose()
        self._reader_engine.dispose()

    def _work(self) -> None:
        while group := self._next_group():
            self._commit_together(group)

    def _next_group(self) -> list[Job]:
        with self._something:
            self._something.wait_for(lambda: self._urgent or self._patient or self._closing)
            group = [self._urgent.popleft() for _ in range(min(len(self._urgent), LARGEST_GROUP))]
            # A patient use case may itself be a batch, so only one of them rides along.
            if self._patient:
                group.append(self._patient.popleft())
            return group

    def _commit_together(self, group: Sequence[Job]) -> None:
        done: list[tuple[Job, object]] = []
        topics: set[str] = set()
        try:
            with self._writer.begin() as connection:
                for job in group:
                    self._attempt(connection, job, done, topics)
        except SQLAlchemyError as error:
            for job in group:
                job.fail(in_plain_words(error))
            return
        for job, result in done:
            job.succeed(result)
        if done and topics:
            done[0][0].loop.call_soon_threadsafe(self._wake, topics)

    def _attempt(self, connection: Connection, job: Job, done: list[tuple[Job, object]], topics: set[str]) -> None:
        try:
            result, to_wake = self._run_in(connection, job)
        except Exception as error:  # noqa: BLE001 - whatever a use case raises belongs to the one who waits for it.
            job.fail(in_plain_words(error))
        else:
            done.append((job, result))
            topics |= to_wake


class PostgresTransactor(_Transactor):
    """A transaction a use case, on a pool of threads as large as the pool of connections."""

    def __init__(self, engine: Engine, policy_of: PolicyOf, now: Callable[[], datetime], threads: int = 6) -> None:
        super().__init__(engine, 2, policy_of, now)
        self._engine = engine
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="nugget-write")

    async def __call__(self, use_case: UseCase[C, R], command: C, *, urgent: bool = True) -> R:  # noqa: ARG002
        loop = asyncio.get_running_loop()
        job = Job(use_case, command, loop.create_future(), loop)
        self._pool.submit(self._run, job)
        result: R = await job.future
        return result

    async def close(self) -> None:
        await asyncio.to_thread(self._pool.shutdown)
        self._readers.shutdown()
        self._engine.dispose()

    def _run(self, job: Job) -> None:
        for attempt in range(1, MOST_ATTEMPTS + 1):
            try:
                with self._engine.begin() as connection:
                    result, to_wake = self._run_in(connection, job)
            except Exception as error:  # noqa: BLE001 - whatever a use case raises belongs to the one who waits for it.
                if attempt < MOST_ATTEMPTS and is_lost_race(error):
                    continue
                job.fail(in_plain_words(error))
                return
            job.succeed(result)
            if to_wake:
                job.loop.call_soon_threadsafe(self._wake, to_wake)
            return


def is_lost_race(error: Exception) -> bool:
    """Tell whether another transaction got there first, so that the whole transaction may simply be run again.

    Serialization failures and deadlocks are SQLSTATE 40001 and 40P01; a unique key that another one took first is
    23505, and a second run then finds the other's row.
    """
    if not isinstance(error, IntegrityError | OperationalError | DBAPIError):
        return False
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01", "23505"}
