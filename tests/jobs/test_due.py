"""The recap falls due by the calendar of the zone; every missed month is decided once, and none silently."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from bot.domain.errors import TemporaryError
from bot.domain.policies import RecapPolicy
from bot.domain.words import Kind
from bot.jobs import Job, Scheduler
from bot.services.recap import post_due_recaps
from db.models import Run, Workspace
from db.unit_of_work import UnitOfWork
from tests.db.transactors import transactor
from tests.services.bench import POLICY, Bench

CHANNELS = ("CNEWS", "CSALES")
WITH_RECAP = replace(POLICY, recap=RecapPolicy(channel_ids=CHANNELS))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.fixture
def bench(engine: Engine) -> Bench:
    """A workspace with two channels for the recap, first met in October 2026, in which a nugget was shared."""
    bench = Bench(engine, WITH_RECAP).prepared()
    bench.capture("Acme is cheap", kind=Kind.NUGGET)
    return bench


def decide(bench: Bench, now: datetime) -> list[str]:
    bench.now = now
    return bench.run(post_due_recaps, bench.team_id)


def states(bench: Bench) -> dict[str, str]:
    return {run.period_key: run.state for run in bench.rows(Run) if run.kind == "recap"}


@pytest.mark.parametrize(
    ("zone", "holidays", "first_seen", "due"),
    [
        # 1 November 2026 is a Sunday: the second business day is the Tuesday.
        ("Europe/Paris", None, utc(2026, 10, 14), utc(2026, 11, 3, 9)),
        # In winter the zone is one hour ahead of UTC, in summer two.
        ("Europe/Paris", None, utc(2026, 6, 14), utc(2026, 7, 2, 8)),
        # The clocks went back in New York on 1 November, and ahead on 14 March.
        ("America/New_York", None, utc(2026, 10, 14), utc(2026, 11, 3, 15)),
        ("America/New_York", None, utc(2027, 3, 20), utc(2027, 4, 2, 14)),
        # New Year's Day is a Friday, so the second business day is Tuesday, not Monday.
        ("Europe/Paris", "FR", utc(2026, 12, 14), utc(2027, 1, 5, 9)),
        ("Europe/Paris", None, utc(2026, 12, 14), utc(2027, 1, 4, 9)),
        # Japan's constitution and greenery days come one after the other in May.
        ("Asia/Tokyo", "JP", utc(2027, 4, 14), utc(2027, 5, 7, 1)),
        ("Asia/Kathmandu", None, utc(2026, 10, 14), utc(2026, 11, 3, 4, 15)),
    ],
)
def test_a_month_falls_due_at_its_hour_and_not_a_second_before(
    engine: Engine, zone: str, holidays: str | None, first_seen: datetime, due: datetime
) -> None:
    policy = replace(WITH_RECAP, zone=ZoneInfo(zone), holidays=holidays)
    bench = Bench(engine, policy, now=first_seen).prepared()
    bench.capture("Acme is cheap", kind=Kind.NUGGET)
    assert decide(bench, due - timedelta(seconds=1)) == []
    assert bench.rows(Run) == []
    assert bench.outbox(purpose="recap") == []
    assert len(decide(bench, due)) == 1
    (run,) = bench.rows(Run)
    assert (run.state, run.due_at, run.decided_at) == ("posted", due, due)
    assert [entry.channel_id for entry in bench.outbox(purpose="recap")] == list(CHANNELS)


def test_a_due_time_that_the_clocks_skip_comes_right_after_it(engine: Engine) -> None:
    # São Paulo's clocks went from 23:59:59 to 01:00 as Tuesday, 2 November 2004 began: the second business day.
    recap = RecapPolicy(CHANNELS, at=time(0, 30))
    zone = ZoneInfo("America/Sao_Paulo")
    bench = Bench(engine, replace(WITH_RECAP, zone=zone, recap=recap), now=utc(2004, 10, 14)).prepared()
    assert decide(bench, utc(2004, 11, 2, 2, 59, 59)) == []
    assert decide(bench, utc(2004, 11, 2, 3)) == ["2004-10"]


def test_a_month_is_decided_once_however_often_it_is_asked(bench: Bench) -> None:
    assert decide(bench, utc(2026, 11, 3, 9)) == ["2026-10"]
    for later in (utc(2026, 11, 3, 9), utc(2026, 11, 20), utc(2026, 12, 1)):
        assert decide(bench, later) == []
    assert len(bench.outbox(purpose="recap")) == len(CHANNELS)


def test_a_clock_that_is_set_back_posts_nothing_twice(bench: Bench) -> None:
    decide(bench, utc(2026, 12, 2, 9))
    for earlier in (utc(2026, 10, 20), utc(2026, 11, 3, 9), utc(2026, 12, 2, 9)):
        assert decide(bench, earlier) == []
    assert list(states(bench)) == ["2026-10", "2026-11"]


def test_each_missed_month_is_decided_and_the_late_ones_are_recorded_as_such(bench: Bench) -> None:
    bench.now = utc(2026, 12, 10, 12)
    bench.capture("Acme again", kind=Kind.NUGGET)
    assert decide(bench, utc(2027, 1, 8, 12)) == ["2026-10", "2026-11", "2026-12"]
    assert states(bench) == {"2026-10": "skipped_late", "2026-11": "skipped_late", "2026-12": "posted"}
    texts = [entry.payload["text"] for entry in bench.outbox(purpose="recap")]
    assert len(texts) == len(CHANNELS)
    assert all("December" in text for text in texts)
    # Even what is not posted keeps its figures.
    assert next(run for run in bench.rows(Run) if run.period_key == "2026-10").snapshot["nuggets"] == 1


@pytest.mark.parametrize(
    ("late", "state"), [(timedelta(days=14), "posted"), (timedelta(days=14, seconds=1), "skipped_late")]
)
def test_two_weeks_late_is_the_latest(bench: Bench, late: timedelta, state: str) -> None:
    assert decide(bench, utc(2026, 11, 3, 9) + late) == ["2026-10"]
    assert states(bench) == {"2026-10": state}
    assert bool(bench.outbox(purpose="recap")) is (state == "posted")


def test_a_month_in_which_nothing_happened_is_recorded_and_not_posted(engine: Engine) -> None:
    bench = Bench(engine, WITH_RECAP).prepared()
    assert decide(bench, utc(2026, 11, 3, 9)) == ["2026-10"]
    assert states(bench) == {"2026-10": "nothing_to_say"}
    assert bench.outbox(purpose="recap") == []


def test_an_open_ask_alone_is_worth_a_recap(engine: Engine) -> None:
    bench = Bench(engine, WITH_RECAP, now=utc(2026, 9, 14)).prepared()
    bench.capture("SSO")
    decide(bench, utc(2026, 10, 2, 8))
    decide(bench, utc(2026, 11, 3, 9))
    assert states(bench) == {"2026-09": "posted", "2026-10": "posted"}


def test_without_a_channel_or_a_workspace_nothing_is_decided(bench: Bench) -> None:
    bench.policy = replace(WITH_RECAP, recap=RecapPolicy())
    assert decide(bench, utc(2026, 12, 20)) == []
    bench.policy = WITH_RECAP
    assert bench.run(post_due_recaps, "TNEVERSEEN") == []
    assert bench.rows(Run) == []


def test_months_before_the_workspace_was_met_are_nobody_s(bench: Bench) -> None:
    (workspace,) = bench.rows(Workspace)
    assert workspace.first_seen_at.date() == date(2026, 10, 14)
    assert decide(bench, utc(2026, 10, 20)) == []


async def agrees() -> bool:
    return True


async def disagrees() -> bool:
    return False


async def test_two_ticks_at_once_post_once(database_url: str, bench: Bench) -> None:
    """Two processes on Postgres; on SQLite one process whose tick is asked for twice."""
    bench.now = utc(2026, 11, 3, 9)
    policy, team_id = bench.policy, bench.team_id
    is_sqlite = database_url.startswith("sqlite")
    async with transactor(database_url, policy, lambda: bench.now) as first:
        if is_sqlite:
            schedulers = [Scheduler(first, lambda: [team_id], agrees) for _ in range(2)]
            await asyncio.gather(*(scheduler.tick() for scheduler in schedulers for _ in range(4)))
        else:
            async with transactor(database_url, policy, lambda: bench.now) as second:
                schedulers = [Scheduler(one, lambda: [team_id], agrees) for one in (first, second) for _ in range(3)]
                await asyncio.gather(*(scheduler.tick() for scheduler in schedulers for _ in range(2)))
    runs = {run.kind: run for run in bench.rows(Run)}
    assert len(bench.rows(Run)) == len(runs)
    run = runs["recap"]
    assert run.state == "posted"
    assert [entry.channel_id for entry in bench.outbox(purpose="recap")] == list(CHANNELS)


async def test_months_that_several_missed_are_divided_without_doubles(database_url: str, bench: Bench) -> None:
    bench.now = utc(2027, 1, 8, 12)
    async with transactor(database_url, bench.policy, lambda: bench.now) as transact:
        decided = await asyncio.gather(*(transact(post_due_recaps, bench.team_id) for _ in range(6)))
    assert sorted(label for labels in decided for label in labels) == ["2026-10", "2026-11", "2026-12"]
    assert states(bench) == {"2026-10": "skipped_late", "2026-11": "skipped_late", "2026-12": "nothing_to_say"}


async def test_one_workspace_s_fault_in_the_database_does_not_end_the_tick(database_url: str, bench: Bench) -> None:
    def away(uow: UnitOfWork, team_id: str, *, now: datetime) -> list[str]:
        raise TemporaryError("the database is away")

    bench.now = utc(2026, 11, 3, 9)
    async with transactor(database_url, bench.policy, lambda: bench.now) as transact:
        jobs = (Job("away", away), Job("recap", post_due_recaps))
        await Scheduler(transact, lambda: ["TOTHER", bench.team_id], agrees, jobs).tick()
    assert states(bench) == {"2026-10": "posted"}


async def test_nothing_is_decided_by_a_clock_that_cannot_be_believed(database_url: str, bench: Bench) -> None:
    bench.now = utc(2038, 1, 19)
    async with transactor(database_url, bench.policy, lambda: bench.now) as transact:
        await Scheduler(transact, lambda: [bench.team_id], disagrees).tick()
        assert bench.rows(Run) == []
        bench.now = utc(2026, 11, 3, 9)
        await Scheduler(transact, lambda: [bench.team_id], agrees).tick()
    assert states(bench) == {"2026-10": "posted"}
