"""The bot in the simulation: what `bot.bootstrap` wires, over a real SQLite file, killed and built anew at will."""

import asyncio
import contextvars
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from uvicorn.server import ServerState

from bot import bootstrap, failpoints
from bot.bootstrap import Nugget
from bot.operate.run import http_server
from bot.outbox.claims import claim_heads
from bot.settings import Settings
from db.engine import reader_engine, writer_engine
from db.transact import Job, SqliteTransactor, _Transactor
from db.unit_of_work import PolicyOf
from tests.databases import sqlite_url
from tests.faults.sim_loop import OWNER
from tests.faults.sim_world import BOT_PORT, World, protocols_of

# As long as SQLite itself waits for a lock, and how often it looks (seconds).
BUSY_SECONDS, BUSY_LOOK = 10.0, 0.25
# How moments are stored, and what the outbox may claim by them; a clock that was ahead at the claim binds nobody.
STORED = "%Y-%m-%d %H:%M:%S.%f"
READY = (
    "SELECT max(NOT is_behind), count(*) FROM (SELECT EXISTS (SELECT 1 FROM outbox AS earlier"
    " WHERE earlier.lane = entry.lane AND earlier.seq < entry.seq AND earlier.state IN ('sending', 'uncertain'))"
    " AS is_behind FROM outbox AS entry WHERE state = 'pending' AND due_at <= :now"
    " AND (retry_at IS NULL OR retry_at <= :now OR claimed_at > :later))"
)
HELD_UP_LOOK = 20.0
# An orderly end is promised to take less than ten seconds; whoever waits longer than this kills it (seconds).
STOP_SECONDS = 30.0
# How many rounds of the loop a dead process may take to unwind.
LAST_ROUNDS = 200


class Death(BaseException):
    """What a process feels when it is killed: nothing that catches exceptions may catch this."""


class Disk:
    """The database file, which outlives every process; it can be locked by another program, or be away."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_away = False
        self._holder: sqlite3.Connection | None = None

    @property
    def url(self) -> str:
        return sqlite_url(self.path)

    @property
    def is_locked(self) -> bool:
        return self._holder is not None

    def lock(self) -> None:
        """Hold the write lock as another program would."""
        holder = sqlite3.connect(self.path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        self._holder = holder

    def unlock(self) -> None:
        if self._holder is not None:
            self._holder.close()
            self._holder = None

    def count_ready(self, now: datetime) -> Literal["ready", "held up", "nothing"]:
        """Tell whether anything may be sent by this clock; what cannot be told counts as ready."""
        if self.is_away or self.is_locked:
            return "ready"
        moments = {"now": now.strftime(STORED), "later": (now + timedelta(hours=1)).strftime(STORED)}
        free, held_up = self.looking.execute(READY, moments).fetchone()
        return "ready" if free else "held up" if held_up else "nothing"

    @cached_property
    def looking(self) -> sqlite3.Connection:
        """The connection of those who look from outside."""
        return sqlite3.connect(self.path, isolation_level=None)

    def refuse_if_away(self, _connection: Connection) -> None:
        if self.is_away:
            raise OperationalError("BEGIN", {}, sqlite3.OperationalError("unable to open database file"))


class InlineTransactor(SqliteTransactor):
    """The shipped group commit without its threads: what waits together is committed together, at a drawn moment."""

    def __init__(self, world: World, disk: Disk, policy_of: PolicyOf, now: Callable[[], datetime]) -> None:
        writer, reader = self._engines(disk)
        _Transactor.__init__(self, reader, 1, policy_of, now)
        self._world, self._disk = world, disk
        self._writer = writer
        self._urgent, self._patient = deque(), deque()
        # Nobody ever waits for it, since a group is only asked for when there is one.
        self._something = threading.Condition()
        self._closing = False
        self._is_pumping = False
        self._asked_at = 0.0
        self._locked_since: float | None = None
        self.is_sealed = False

    @staticmethod
    def _engines(disk: Disk) -> tuple[Engine, Engine]:
        engines = writer_engine(disk.url), reader_engine(disk.url)
        for engine in engines:
            # The simulation cuts no power, and waits for locks in its own time.
            event.listen(engine, "connect", _in_a_hurry)
            event.listen(engine, "begin", disk.refuse_if_away, insert=True)
        return engines

    async def __call__(self, use_case: Any, command: Any, *, urgent: bool = True) -> Any:
        loop = asyncio.get_running_loop()
        if use_case is claim_heads and self._finds_nothing():
            await asyncio.sleep(self._world.commit_seconds())
            return []
        job = Job(use_case, command, loop.create_future(), loop)
        (self._urgent if urgent else self._patient).append(job)
        self._pump_soon()
        return await job.future

    def _finds_nothing(self) -> bool:
        """Tell whether a claim would come back with empty hands; to find that out takes the shipped query long.

        Where a lane is held up by an earlier entry the shipped query is asked all the same, only not every second.
        """
        ready = self._disk.count_ready(self._now())
        if ready == "held up" and self._world.loop.now >= self._asked_at + HELD_UP_LOOK:
            self._asked_at = self._world.loop.now
            return False
        return ready != "ready"

    def _pump_soon(self) -> None:
        if not self._is_pumping:
            self._is_pumping = True
            self._world.loop.call_later(self._world.commit_seconds(), self._pump)

    def _pump(self) -> None:
        if self.is_sealed:
            return
        if self._must_wait():
            self._world.loop.call_later(BUSY_LOOK, self._pump)
            return
        self._is_pumping, self._locked_since = False, None
        self._commit_together(self._next_group())
        if self._urgent or self._patient:
            self._pump_soon()

    def _must_wait(self) -> bool:
        """Tell whether SQLite would still wait for the lock of another program."""
        now = self._world.loop.now
        if not self._disk.is_locked or self._disk.is_away:
            return False
        self._locked_since = now if self._locked_since is None else self._locked_since
        return now - self._locked_since < BUSY_SECONDS

    async def read(self, query: Any, command: Any) -> Any:
        await asyncio.sleep(self._world.read_seconds())
        if self.is_sealed:
            await asyncio.get_running_loop().create_future()
        return self._read(query, command)

    def _wake(self, topics: set[str]) -> None:
        for topic in sorted(topics):
            super()._wake({topic})

    def seal(self) -> None:
        """Let nothing reach the database any more, as the process is dead."""
        self.is_sealed = True
        self._urgent.clear()
        self._patient.clear()

    async def close(self) -> None:
        self.seal()
        self._readers.shutdown()
        self._writer.dispose()
        self._reader_engine.dispose()


def _in_a_hurry(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in ("synchronous=OFF", "busy_timeout=0"):
        connection.execute(f"PRAGMA {pragma}").close()


class Life:
    """One process of the bot, from its start to its death or its orderly end."""

    def __init__(self, world: World, disk: Disk, settings: Settings, number: int) -> None:
        self.world, self.disk, self.settings, self.number = world, disk, settings, number
        self.is_over = False
        self._context = contextvars.copy_context()
        self._context.run(OWNER.set, self)
        self._stack = AsyncExitStack()
        self.nugget: Nugget | None = None

    async def begin(self) -> None:
        """Build everything anew over the same database, and start it."""
        self.world.life = self.number
        await self.world.loop.create_task(self._begin(), context=self._context)

    async def _begin(self) -> None:
        policy = self.settings.policy()
        self.transact = InlineTransactor(self.world, self.disk, lambda _: policy, self.world.host_now)
        async with self._stack:
            nugget = await bootstrap._wire(self.settings, self.world.host_now, self.transact, self._stack)
            self._stack = self._stack.pop_all()
        self.nugget, nugget.stack = nugget, self._stack
        nugget.start()
        if self.settings.slack.mode == "http":
            config = http_server(nugget).config
            self.world.network.listen(BOT_PORT, protocols_of(config, ServerState(), self.world.loop))

    def die(self) -> None:
        """Be dead from this instant on: nothing more is written, sent or heard."""
        self.is_over = True
        failpoints.arm({})
        self.transact.seal()
        self.world.network.sever(self, self.world.chance["deaths"].choice(("end", "reset")))
        self.world.note(f"bot {self.number} died")

    def give_up(self) -> None:
        """End as a process that could not start."""
        self.is_over = True
        self.transact.seal()
        self.world.network.sever(self, "end")

    async def bury(self) -> None:
        """Unwind what the dead process had begun; nothing of it reaches anybody."""
        for _ in range(LAST_ROUNDS):
            left = self.world.loop.tasks_of(self)
            if not left:
                break
            for task in left:
                task.cancel()
            await asyncio.sleep(0)
        else:
            raise RuntimeError(f"These do not end: {self.world.loop.tasks_of(self)}")
        await self.world.loop.create_task(self._let_go(), context=self._context)

    async def _let_go(self) -> None:
        await self._stack.aclose()
        if self.nugget is not None and self.nugget.socket is not None:
            await self.nugget.socket._client.aiohttp_client_session.close()
        await self.transact.close()

    async def end(self) -> None:
        """Stop as on SIGTERM."""
        self.world.note(f"bot {self.number} stops")
        self.is_over = True
        assert self.nugget is not None
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.world.loop.create_task(self.nugget.stop(), context=self._context)
        except TimeoutError:
            self.world.flaws.append(f"bot {self.number} was told to stop and had not after {STOP_SECONDS:.0f} s")
            self.give_up()
        self.world.network.sever(self, "end")
        await self.bury()
