"""Several processes race to decide what fell due, and are killed while they do: each period is decided once.

Each workspace has one month due; six forked processes run the tick over parts of them that overlap, killed at random
before, while and after they decide, until nothing is left to decide. On SQLite, which is one process, one worker
at a time is killed and started again.

    python -m tests.faults.race_ticks --database postgresql://… --periods 2000 --seed 1
"""

import argparse
import asyncio
import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot import failpoints
from bot.domain.policies import Policy, RecapPolicy
from bot.domain.words import Kind
from bot.jobs import Scheduler
from bot.services.capture import CaptureWords, capture_words
from bot.services.seed import welcome_workspace
from db.engine import is_sqlite, postgres_engine, reader_engine, writer_engine
from db.models import OutboxEntry, Run
from db.transact import PostgresTransactor, SqliteTransactor, Transact
from migrations import runner

FIRST_SEEN, DUE = datetime(2026, 10, 2, 9, 0, tzinfo=UTC), datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
POLICY = Policy(zone=ZoneInfo("Europe/Paris"), recap=RecapPolicy(channel_ids=("CRECAP",)))
# A process has a part of the workspaces, and mostly dies before it is through with them.
PART = 12
RULES = ("tick=kill@0.1", "ticked=kill@0.1", "decided=kill@0.25") * 4 + ("",)


def open_transact(url: str, now: Callable[[], datetime]) -> Transact:
    if is_sqlite(url):
        return SqliteTransactor(writer_engine(url), reader_engine(url), lambda _: POLICY, now)
    return PostgresTransactor(postgres_engine(url, pool_size=2), lambda _: POLICY, now, threads=2)


async def prepare(url: str, teams: Sequence[str]) -> None:
    """Make workspaces that were there in October, each with a nugget to report."""
    transact = open_transact(url, lambda: FIRST_SEEN)

    async def one(team: str) -> None:
        await transact(welcome_workspace, team)
        await transact(
            capture_words, CaptureWords(team, Kind.NUGGET, "Acme cut prices", "UANA", f"key:{team}", "1.000100")
        )

    await asyncio.gather(*(one(team) for team in teams))
    await transact.close()


async def tick(url: str, teams: Sequence[str]) -> None:
    """Decide what is due in these workspaces, in their order."""
    transact = open_transact(url, lambda: DUE)
    await Scheduler(transact, lambda: teams, _agrees).tick()
    await transact.close()


async def _agrees() -> bool:
    return True


def fork_tick(url: str, teams: Sequence[str], rules: str, seed: int) -> int:
    """Start a process that ticks; return its id."""
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        failpoints.arm({"NUGGET_FAILPOINTS": rules, "NUGGET_FAILPOINTS_SEED": str(seed)})
        asyncio.run(tick(url, teams))
        code = 0
    finally:
        os._exit(code)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How often processes were killed, and how often each period was decided and posted."""

    kills: int
    decided: Counter[str]
    posted: Counter[str]

    def broken(self, teams: Sequence[str]) -> list[str]:
        """Return, in words, every period that was not decided once and posted once."""
        wrong = [f"{team} was decided {self.decided[team]} times" for team in teams if self.decided[team] != 1]
        return wrong + [f"{team} was posted {self.posted[team]} times" for team in teams if self.posted[team] != 1]


def race(url: str, periods: int, processes: int, seed: int) -> tuple[list[str], Verdict]:
    """Run the race on a database that is made if it is not there; return the workspaces and what became of them."""
    runner.ensure_current(url)
    teams = [f"T{number:05d}" for number in range(periods)]
    asyncio.run(prepare(url, teams))
    chance = random.Random(seed)
    kills = 0
    running: set[int] = set()
    left = teams
    while running or left:
        while left and len(running) < processes:
            part = chance.sample(left, min(PART, len(left)))
            running.add(fork_tick(url, part, chance.choice(RULES), chance.randrange(2**31)))
        ended, status = os.wait()
        running.discard(ended)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            kills += 1
        elif status != 0:
            raise RuntimeError(f"a process ended with status {status}")
        decided, _ = count(url)
        left = [team for team in teams if not decided[team]]
    return teams, Verdict(kills, *count(url))


def count(url: str) -> tuple[Counter[str], Counter[str]]:
    """Count decided periods and posts by workspace."""
    engine: Engine = reader_engine(url) if is_sqlite(url) else postgres_engine(url, pool_size=1)
    with Session(engine) as session:
        decided = Counter(session.scalars(select(Run.team_id).where(Run.kind == "recap")))
        posted = Counter(session.scalars(select(OutboxEntry.team_id).where(OutboxEntry.purpose == "recap")))
    engine.dispose()
    return decided, posted


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--periods", type=int, default=200)
    parser.add_argument("--processes", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()
    teams, verdict = race(asked.database, asked.periods, asked.processes, asked.seed)
    broken = verdict.broken(teams)
    print(json.dumps({  # noqa: T201 - this is a program, and its answer.
        "seed": asked.seed, "seconds": round(time.monotonic() - began, 1), "periods": asked.periods,
        "kills": verdict.kills, "broken": broken[:20],
    }))  # fmt: skip
    raise SystemExit(1 if broken else 0)


if __name__ == "__main__":
    main()
