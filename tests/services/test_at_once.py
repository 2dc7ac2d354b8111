"""What two people do at the same moment: a question is answered once, news is confirmed once, nobody asks twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.domain.words import Kind
from bot.services.confirm_nugget import SayWhetherTrue, confirm_nugget
from bot.services.fill_want import TellWant, tell_want
from bot.services.wants import AskField, ask_field, close_lapsed_wants
from db.models import MonthlyTally, OutboxEntry, Report, Want
from db.transact import Transact
from tests.db.transactors import transactor
from tests.services.bench import ANA, BEN, CLEO, LEAD, PM, Bench

PEOPLE = (BEN, CLEO, LEAD, PM)


@pytest.fixture
def bench(engine: Engine) -> Bench:
    """A workspace with people of every sort; several processes work on it at once where the database allows that."""
    return Bench(engine).prepared()


@asynccontextmanager
async def processes(bench: Bench, url: str) -> AsyncIterator[list[Transact]]:
    async with transactor(url, bench.policy, lambda: bench.now) as first:
        if url.startswith("sqlite"):
            yield [first]
            return
        async with transactor(url, bench.policy, lambda: bench.now) as second:
            yield [first, second]


async def at_once(*acts: Awaitable[Any]) -> None:
    await asyncio.gather(*acts)


async def test_one_of_many_who_know_at_once_answers_and_everyone_s_words_are_kept(
    database_url: str, bench: Bench
) -> None:
    bench.run(ask_field, AskField(bench.team_id, ANA, "What does Acme charge", "ask"))
    (want,) = bench.rows(Want)
    async with processes(bench, database_url) as running:
        await at_once(
            *(
                one(tell_want, TellWant(bench.team_id, want.id, who, f"Acme: {who}", f"form:{who}", bench.ts()))
                for one in running
                for who in PEOPLE
            )
        )
    (want,) = bench.rows(Want)
    assert want.outcome == "filled"
    assert sorted(row.words for row in bench.rows(Report)) == sorted(f"Acme: {who}" for who in PEOPLE)
    credited = {row.slack_user_id: row.filled_wants for row in bench.rows(MonthlyTally)}
    assert {who for who, count in credited.items() if count} == {want.filled_by}
    assert sum(credited.values()) == 1
    assert len(bench.outbox(purpose="filled want")) == 1


async def test_two_questions_of_one_person_at_once_leave_one_open(database_url: str, bench: Bench) -> None:
    async with processes(bench, database_url) as running:
        await at_once(
            *(
                one(ask_field, AskField(bench.team_id, ANA, f"Who runs Acme in {place}", f"ask {place}"))
                for one in running
                for place in ("Lyon", "Oslo", "Rome")
            )
        )
    (want,) = bench.rows(Want)
    assert want.closed_at is None
    assert len([entry for entry in bench.outbox(purpose="want") if entry.kind == "post"]) == 1


async def test_stale_news_that_many_confirm_at_once_counts_for_one(database_url: str, bench: Bench) -> None:
    item_id = bench.capture("Acme cut its price", ANA, Kind.NUGGET).item_id
    bench.wait(days=91)
    async with processes(bench, database_url) as running:
        await at_once(
            *(
                one(confirm_nugget, SayWhetherTrue(bench.team_id, item_id, who, f"press:{who}"))
                for one in running
                for who in PEOPLE
            )
        )
    counted = Counter({row.slack_user_id: row.confirmations for row in bench.rows(MonthlyTally)})
    assert counted.total() == 1


async def test_a_question_that_lapses_while_someone_answers_ends_in_one_way(database_url: str, bench: Bench) -> None:
    bench.run(ask_field, AskField(bench.team_id, ANA, "What does Acme charge", "ask"))
    (want,) = bench.rows(Want)
    bench.wait(days=40)
    async with processes(bench, database_url) as running:
        await at_once(
            running[0](close_lapsed_wants, bench.team_id),
            running[-1](tell_want, TellWant(bench.team_id, want.id, BEN, "36 a seat", "form", bench.ts())),
            running[-1](close_lapsed_wants, bench.team_id),
        )
    (want,) = bench.rows(Want)
    told = bench.outbox(OutboxEntry.channel_id == ANA)
    assert want.outcome in {"filled", "lapsed"}
    assert [entry.purpose for entry in told] == ["filled want" if want.outcome == "filled" else "notice"]
    assert [row.words for row in bench.rows(Report)] == ["36 a seat"]
