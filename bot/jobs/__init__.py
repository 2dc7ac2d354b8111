"""Scheduled work. The trigger only wakes; the database decides which period is due, and that it is decided once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from bot.domain.errors import TemporaryError
from bot.failpoints import failpoint
from bot.services.daily import let_time_pass, post_daily_lists
from bot.services.recap import post_due_recaps
from bot.services.wants import close_lapsed_wants
from db.transact import Transact
from db.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)


class DueWork(Protocol):
    """Decides what fell due in one workspace and was not decided yet; returns the labels that it decided."""

    def __call__(self, uow: UnitOfWork, team_id: str, /, *, now: datetime) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of scheduled work."""

    name: str
    decide: DueWork


JOBS: tuple[Job, ...] = (
    Job("recap", post_due_recaps),
    Job("day", let_time_pass),
    Job("daily list", post_daily_lists),
    Job("wants", close_lapsed_wants),
)


@dataclass
class Scheduler:
    """Runs every job for every workspace; a second tick while one runs is folded into it."""

    transact: Transact
    teams: Callable[[], Sequence[str]]
    clock_agrees: Callable[[], Awaitable[bool]]
    """Says whether our clock can be believed; what is scheduled waits while it cannot."""
    jobs: tuple[Job, ...] = JOBS
    _running: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def tick(self) -> None:
        """Ask each job what is due, while our clock and Slack's agree; a database that is away waits for the next."""
        async with self._running:
            if not await self.clock_agrees():
                return
            for team_id in self.teams():
                for job in self.jobs:
                    await self._run(job, team_id)

    async def _run(self, job: Job, team_id: str) -> None:
        try:
            failpoint("tick")
            decided = await self.transact(job.decide, team_id, urgent=False)
        except TemporaryError as error:
            log.warning("tick_waits_for_database", job=job.name, error=str(error))
            return
        failpoint("ticked")
        for label in decided:
            log.info("period_decided", job=job.name, period=label)
