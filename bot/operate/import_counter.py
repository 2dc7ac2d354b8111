"""Where an import is handed in: to the running Nugget, to the database itself, or to a copy of it for a dry run.

On SQLite one process writes. Where `nugget run` has the file, it takes the rows through its socket and works them off
in its own time, after all that Slack delivers; otherwise, and on Postgres, the command does so itself.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from bot.bootstrap import open_database, read_database, real_now, rehearse_database
from bot.domain.facts import Waiting
from bot.inbox.worker import HandleBatch, Postpone, decode, handle_batch, postpone
from bot.operate.control import WRITES, hand_over, is_running
from bot.operate.recap import only_team
from bot.services.import_rows import FindRows, RowOutcome, count_waiting, find_rows
from bot.services.people import list_ourselves
from bot.settings import Settings
from bot.slack.events import HANDLERS
from db.transact import Transact, UseCase
from db.unit_of_work import UnitOfWork

C = TypeVar("C")
R = TypeVar("R")

BATCH = 64
# How often to look how far the running Nugget has come, and for how long it may come no farther (seconds).
LOOK_SECONDS, PATIENCE_SECONDS = 0.2, 60.0

Progress = Callable[[int], None]
"""Is told how many rows still wait."""


@dataclass
class Counter:
    """Takes what an import brings. `hands_over` tells whether another process does the work."""

    settings: Settings
    now: Callable[[], datetime]
    transact: Transact
    hands_over: bool = False

    async def team(self, named: str | None) -> str:
        """Return the workspace that is meant; raises `PermanentError` where there is none, or a choice."""
        return named or only_team([known.team_id for known in await self.read(list_ourselves, None)])

    async def read(self, query: UseCase[C, R], command: C) -> R:
        return await self.transact.read(query, command)

    async def write(self, name: str, command: Any) -> list[dict[str, Any]]:
        """Run one of the control's writes, wherever it has to be; return its lines as plain data."""
        if self.hands_over:
            return await hand_over(self.settings, self.now, name, command)
        return [asdict(line) for line in await self.transact(WRITES[name].use_case, command)]

    async def settle(self, progress: Progress) -> None:
        """Return once nothing waits any more that can be worked off now."""
        if self.hands_over:
            await self._watch(progress)
            return
        least = await self.read(count_waiting, None)
        while waiting := await self.read(_list_waiting, None):
            batch = HandleBatch(waiting, HANDLERS, frozenset(), real_now())
            failed = await self.transact(handle_batch, batch, urgent=False)
            for inbox_id, error in failed.items():
                await self.transact(postpone, Postpone(inbox_id, error, real_now(), counts=True), urgent=False)
            left = await self.read(count_waiting, None)
            progress(left)
            if left >= least:
                # Another process holds them at this moment.
                await asyncio.sleep(LOOK_SECONDS)
            least = min(least, left)

    async def _watch(self, progress: Progress) -> None:
        """Wait for the running Nugget; one that was stopped meanwhile goes on when it is started again."""
        least, idle = await self.read(count_waiting, None), 0.0
        while least and idle < PATIENCE_SECONDS:
            await asyncio.sleep(LOOK_SECONDS)
            waiting = await self.read(count_waiting, None)
            idle = 0.0 if waiting < least else idle + LOOK_SECONDS
            least = min(least, waiting)
            progress(waiting)

    async def outcomes(self, team_id: str, keys: Sequence[str]) -> dict[str, RowOutcome]:
        """Return how these rows stand now, by their keys."""
        return {row.key: row for row in await self.read(find_rows, FindRows(team_id, keys))}


def _list_waiting(uow: UnitOfWork, query: None, *, now: datetime) -> Sequence[Waiting]:  # noqa: ARG001
    return [decode(entry) for entry in uow.inbox.list_imports(BATCH, now=real_now())]


@asynccontextmanager
async def open_counter(
    settings: Settings, now: Callable[[], datetime], *, is_rehearsal: bool
) -> AsyncIterator[Counter]:
    """Give the counter; a rehearsal works on a copy that is gone afterwards, and writes nothing anywhere else."""
    async with AsyncExitStack() as stack:
        if is_rehearsal:
            folder = stack.enter_context(TemporaryDirectory(prefix="nugget-dry-run-"))
            counter = Counter(settings, now, await asyncio.to_thread(rehearse_database, settings, now, Path(folder)))
        elif await is_running(settings):
            counter = Counter(settings, now, read_database(settings, now), hands_over=True)
        else:
            counter = Counter(settings, now, open_database(settings, now, stack))
        try:
            yield counter
        finally:
            await counter.transact.close()
