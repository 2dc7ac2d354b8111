"""Use cases run in transactions: whole or not at all, together where they wait together, and awake afterwards."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.domain.errors import MendableError, PermanentError, TemporaryError
from bot.domain.facts import Delivery
from bot.domain.words import Kind
from bot.services.receive import receive_deliveries
from db.models import Workspace
from db.unit_of_work import UnitOfWork
from tests.db.transactors import transactor

NOW = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)


def add_workspace(uow: UnitOfWork, team_id: str, *, now: datetime) -> str:
    uow.workspaces.get_or_add(team_id, now=now)
    return team_id


def add_and_fail(uow: UnitOfWork, team_id: str, *, now: datetime) -> None:
    uow.workspaces.get_or_add(team_id, now=now)
    uow.flush()
    raise MendableError("not today")


def list_workspaces(uow: UnitOfWork, query: None, *, now: datetime) -> list[str]:
    return uow.workspaces.list_ids()


def take_number(uow: UnitOfWork, team_id: str, *, now: datetime) -> int:
    return uow.items.next_number(team_id, Kind.ASK)


def write_while_reading(uow: UnitOfWork, team_id: str, *, now: datetime) -> None:
    uow.workspaces.get_or_add(team_id, now=now)
    uow.flush()


def insert_twice(uow: UnitOfWork, team_id: str, *, now: datetime) -> None:
    uow.sql.add_all([Workspace(team_id=team_id, first_seen_at=now), Workspace(team_id=team_id, first_seen_at=now)])
    uow.flush()


async def test_what_a_use_case_did_is_there_for_the_next_reader(database_url: str) -> None:
    async with transactor(database_url) as transact:
        assert await transact(add_workspace, "T1") == "T1"
        assert await transact.read(list_workspaces, None) == ["T1"]


async def test_a_failing_use_case_leaves_nothing_and_harms_no_neighbour(database_url: str) -> None:
    async with transactor(database_url) as transact:
        results = await asyncio.gather(
            transact(add_workspace, "T1"),
            transact(add_and_fail, "T2"),
            transact(add_workspace, "T3"),
            return_exceptions=True,
        )
        assert [type(result) for result in results] == [str, MendableError, str]
        assert await transact.read(list_workspaces, None) == ["T1", "T3"]


async def test_numbers_taken_at_once_are_all_different(database_url: str) -> None:
    async with transactor(database_url) as transact:
        taken = await asyncio.gather(*(transact(take_number, "T1") for _ in range(40)))
    assert sorted(taken) == list(range(1, 41))


async def test_a_broken_constraint_is_a_permanent_error(database_url: str) -> None:
    async with transactor(database_url) as transact:
        with pytest.raises(PermanentError, match="constraint"):
            await transact(insert_twice, "T1")
        assert await transact.read(list_workspaces, None) == []


async def test_readers_cannot_write_on_sqlite(sqlite_database_url: str) -> None:
    async with transactor(sqlite_database_url) as transact:
        with pytest.raises(TemporaryError):
            await transact.read(write_while_reading, "T1")
        assert await transact.read(list_workspaces, None) == []


async def test_a_commit_wakes_those_who_have_something_to_do(database_url: str) -> None:
    woken = asyncio.Event()
    delivery = Delivery("T1", "Ev1", "message", b"{}")
    async with transactor(database_url) as transact:
        transact.on_commit("inbox", woken.set)
        await transact(add_workspace, "T1")
        assert not woken.is_set()
        assert await transact(receive_deliveries, [delivery]) == 1
        await asyncio.wait_for(woken.wait(), 5)


async def test_the_same_delivery_is_stored_once_however_often_it_comes(database_url: str) -> None:
    once, again = (Delivery("T1", "Ev1", "message", body) for body in (b"{}", b'{"a": 1}'))
    async with transactor(database_url) as transact:
        stored = await asyncio.gather(*(transact(receive_deliveries, [once, again, once]) for _ in range(8)))
    assert sum(stored) == 1


async def test_nothing_is_accepted_while_shutting_down(sqlite_database_url: str) -> None:
    async with transactor(sqlite_database_url) as transact:
        await transact.close()
        with pytest.raises(TemporaryError):
            await transact(add_workspace, "T1")
