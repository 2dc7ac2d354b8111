"""The inbox worker as it runs: woken by a commit, patient with its database, and beside others on one Postgres."""

import asyncio
from typing import Any

import pytest

from bot.domain.errors import TemporaryError
from bot.inbox import worker as inbox_worker
from bot.inbox.worker import BATCH
from tests.inbox.mailroom import Mailroom, open_mailroom


async def until_handled(mailroom: Mailroom, number: int) -> None:
    """Return once so many deliveries are settled."""
    async with asyncio.timeout(20):
        while (await mailroom.states()).count("handled") < number:
            await asyncio.sleep(0.005)


async def test_a_commit_wakes_the_worker(mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_worker, "LONGEST_SLEEP", 3600.0)
    mailroom.transact.on_commit("inbox", mailroom.worker.wake)
    async with mailroom.at_work():
        for number in range(1, 4):
            await mailroom.deliver()
            await until_handled(mailroom, number)


async def test_a_worker_without_work_leaves_the_database_alone(
    mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_worker, "LONGEST_SLEEP", 3600.0)
    mailroom.transact.on_commit("inbox", mailroom.worker.wake)
    looks = 0
    read = mailroom.transact.read

    async def count_looks(query: Any, command: Any) -> Any:
        nonlocal looks
        looks += query is inbox_worker.list_waiting
        return await read(query, command)

    monkeypatch.setattr(mailroom.transact, "read", count_looks)
    async with mailroom.at_work():
        await mailroom.deliver()
        await until_handled(mailroom, 1)
        for _ in range(20):
            await mailroom.states()
    assert looks <= 4, "at its start, for the delivery, after it, and for a wake-up that came late"


async def test_what_comes_while_the_worker_looks_is_not_slept_over(
    mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_worker, "LONGEST_SLEEP", 3600.0)
    mailroom.transact.on_commit("inbox", mailroom.worker.wake)
    looked = asyncio.Event()
    read = mailroom.transact.read

    async def deliver_after_reading(query: Any, command: Any) -> Any:
        found = await read(query, command)
        if query is inbox_worker.list_waiting and not looked.is_set():
            looked.set()
            await mailroom.deliver()
        return found

    monkeypatch.setattr(mailroom.transact, "read", deliver_after_reading)
    async with mailroom.at_work():
        await looked.wait()
        await until_handled(mailroom, 1)


async def test_a_lost_wake_up_is_made_good_for(mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_worker, "LONGEST_SLEEP", 0.01)
    async with mailroom.at_work():
        await mailroom.deliver()
        await until_handled(mailroom, 1)


async def test_a_database_that_goes_away_is_waited_for(mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = 0
    read = mailroom.transact.read

    async def fail_at_first(query: Any, command: Any) -> Any:
        nonlocal reads
        if query is inbox_worker.list_waiting and (reads := reads + 1) == 1:
            raise TemporaryError("the database is away")
        return await read(query, command)

    [name] = await mailroom.deliver()
    monkeypatch.setattr(mailroom.transact, "read", fail_at_first)
    async with mailroom.at_work():
        await until_handled(mailroom, 1)
    assert mailroom.handled == [name]


async def test_two_workers_on_one_postgres_handle_each_delivery_once(postgres_database_url: str) -> None:
    async with open_mailroom(postgres_database_url) as one, open_mailroom(postgres_database_url) as other:
        names = await one.deliver(3 * BATCH)
        async with asyncio.timeout(60):
            await asyncio.gather(one.drain(), other.drain())
            while "pending" in await one.states():
                await one.drain()
        assert sorted(one.handled + other.handled) == names
        assert await one.written() == set(names)


async def test_what_another_worker_settled_meanwhile_is_left_as_it_is(postgres_database_url: str) -> None:
    async with open_mailroom(postgres_database_url) as slow, open_mailroom(postgres_database_url) as fast:
        broken, waits, plain = await slow.deliver(3)
        slow.breaks[broken] = ValueError("a fault of ours")
        slow.unasked.add(waits)
        prepare = slow.worker.prepare

        async def prepare_late(waiting: Any) -> frozenset[int]:
            await fast.drain()
            return await prepare(waiting)

        slow.worker.prepare = prepare_late
        await slow.drain()
        assert (slow.handled, fast.handled) == ([], [broken, waits, plain])
        entries = await slow.entries()
        assert [(entry.state, entry.tries, entry.error) for entry in entries.values()] == [("handled", 0, None)] * 3
