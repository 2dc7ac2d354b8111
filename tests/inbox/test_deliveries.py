"""Each delivery is handled in its order and once; what fails is tried again alone, and then waits for a person."""

import asyncio
from datetime import datetime

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.errors import PermanentError, TemporaryError
from bot.domain.facts import Settled, Waiting
from bot.inbox.worker import BATCH, MOST_TRIES
from db.models import Workspace
from db.unit_of_work import UnitOfWork
from tests.inbox.desk import Desk, open_desk

HOUR = 3600


async def test_deliveries_are_handled_in_the_order_in_which_they_came(desk: Desk) -> None:
    names = [f"N{number:03}" for number in range(2 * BATCH + 3)]
    await desk.receive(*names)
    await desk.drain()
    assert desk.order == names
    assert await desk.kept() == names
    entry = (await desk.entries())[0]
    assert (entry.state, entry.outcome, entry.settled_at) == ("handled", "kept", desk.now())


async def test_nothing_waits_and_nothing_is_done(desk: Desk) -> None:
    assert not await desk.worker.drain_once()


async def test_a_failing_delivery_is_undone_alone(desk: Desk) -> None:
    desk.failing["B"] = RuntimeError("out of luck")
    await desk.receive("A", "B", "C")
    await desk.drain()
    assert await desk.kept() == ["A", "C"], "what it had written is gone, and its neighbours' is there"
    assert await desk.states() == ["handled", "pending", "handled"]
    failed = (await desk.entries())[1]
    assert (failed.tries, failed.error) == (1, "RuntimeError: out of luck")


@pytest.mark.parametrize("error", [IntegrityError("insert", {}, ValueError()), PermanentError("no"), KeyError("x")])
async def test_any_error_of_a_handler_harms_its_own_delivery_only(desk: Desk, error: Exception) -> None:
    desk.failing["B"] = error
    await desk.receive("A", "B", "C")
    await desk.drain()
    assert await desk.kept() == ["A", "C"]


async def test_a_broken_constraint_harms_its_own_delivery_only(desk: Desk) -> None:
    def add_twice(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
        uow.sql.add_all([Workspace(team_id="TWICE", first_seen_at=now), Workspace(team_id="TWICE", first_seen_at=now)])
        return Settled("handled", "never")

    desk.worker.handlers = {**desk.worker.handlers, "twice": add_twice}
    await desk.receive("A")
    await desk.receive_bodies(b"{}", kind="twice")
    await desk.receive("B")
    await desk.drain()
    assert await desk.kept() == ["A", "B"], "it spoke at the end of the handler, and was caught there"


async def test_what_failed_is_tried_again_after_growing_pauses(desk: Desk) -> None:
    desk.failing["A"] = RuntimeError("not yet")
    await desk.receive("A")
    await desk.drain()
    for tries, pause in ((1, 2), (2, 4), (3, 8)):
        await desk.wait(pause - 0.5)
        assert len(desk.order) == tries, "it was tried before its time"
        await desk.wait(0.5)
        assert len(desk.order) == tries + 1
    desk.failing.clear()
    await desk.wait(60)
    assert (await desk.states(), await desk.kept()) == (["handled"], ["A"])


async def test_what_fails_too_often_is_parked_and_stays_visible(desk: Desk) -> None:
    desk.failing["A"] = RuntimeError("never")
    await desk.receive("A", "B")
    await desk.drain()
    for _ in range(MOST_TRIES + 3):
        await desk.wait(HOUR)
    assert desk.order.count("A") == MOST_TRIES
    parked = (await desk.entries())[0]
    assert (parked.state, parked.tries, parked.error) == ("parked", MOST_TRIES, "RuntimeError: never")
    assert parked.settled_at is not None
    assert parked.body == b'{"name": "A"}', "whoever looks into it needs to see what came"


async def test_what_slack_cannot_be_asked_about_waits_without_counting(desk: Desk) -> None:
    desk.postponed.add("A")
    await desk.receive("A", "B")
    await desk.drain()
    for _ in range(3 * MOST_TRIES):
        await desk.wait(HOUR)
    assert (await desk.states(), desk.order) == (["pending", "handled"], ["B"])
    assert (await desk.entries())[0].tries == 0
    desk.postponed.clear()
    await desk.wait(60)
    assert (await desk.states(), desk.order) == (["handled", "handled"], ["B", "A"])


async def test_a_delivery_that_breaks_the_asking_harms_nobody_else(desk: Desk) -> None:
    desk.unprepared["B"] = TypeError("a shape that nobody expected")
    desk.postponed.add("C")
    await desk.receive("A", "B", "C", "D")
    await desk.drain()
    assert desk.order == ["A", "D"]
    for _ in range(MOST_TRIES):
        await desk.wait(HOUR)
    assert await desk.states() == ["handled", "parked", "pending", "handled"]


async def test_an_outage_while_asking_is_for_the_next_round(desk: Desk) -> None:
    desk.unprepared["A"] = TemporaryError("the database is away")
    await desk.receive("A")
    with pytest.raises(TemporaryError):
        await desk.worker.drain_once()
    assert ((await desk.entries())[0].tries, desk.order) == (0, [])


async def test_unknown_kinds_are_settled_as_ignored(desk: Desk) -> None:
    desk.worker.handlers = {}
    await desk.receive("A")
    await desk.drain()
    entry = (await desk.entries())[0]
    assert (entry.state, entry.outcome, desk.order) == ("ignored", "not wanted", [])


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[1, 2]", b'"text"', b"null", b"\xff\xfe\x00", b'{"name": ', b"[" * 200_000]
)
async def test_a_body_that_is_no_json_object_reads_as_an_empty_one(desk: Desk, body: bytes) -> None:
    await desk.receive_bodies(body, b'{"name": "B"}')
    await desk.drain()
    assert (await desk.states(), await desk.kept()) == (["handled", "handled"], ["B", "NAMELESS"])


async def test_a_body_is_forgotten_where_the_handler_says_so(desk: Desk) -> None:
    await desk.receive("SECRET", "B")
    await desk.drain()
    assert [entry.body for entry in await desk.entries()] == [b"", b'{"name": "B"}']


async def test_what_another_worker_holds_is_skipped_and_not_waited_for(postgres_database_url: str) -> None:
    async with open_desk(postgres_database_url) as desk, open_desk(postgres_database_url) as other:
        await desk.receive("A", "B")
        looked = await other.worker.transact.read(lambda uow, query, *, now: uow.inbox.list_ready(9, now=now), None)
        first = looked[0].id

        async def meanwhile() -> None:
            await desk.worker.drain_once()

        loop = asyncio.get_running_loop()

        def hold(uow: UnitOfWork, inbox_id: int, *, now: datetime) -> None:
            uow.inbox.claim([inbox_id], now=now)
            asyncio.run_coroutine_threadsafe(meanwhile(), loop).result(10)

        await other.transact(hold, first)
        assert desk.order == ["B"]
        await desk.drain()
        assert desk.order == ["B", "A"], "what its holder let go of is handled by whoever comes next"
