"""What whoever starts the stand-in offers on its page: what falls due, a tour, filling and starting over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.playground.page.offer import Act, Busy, Due, PageOffer
from bot.playground.server import StandIn
from tests.playground.conftest import SPEC
from tests.playground.visiting import Visitor, posted, visit

LOG = "bot.playground.page"


class Guide:
    """A tour of two steps: say something, and let a message by Bo appear."""

    def __init__(self) -> None:
        self.acts: list[Act] = []
        self.looks = 0
        self.is_hidden = False
        self.done = [False, False]
        self.fails = False

    def steps(self) -> list[dict[str, Any]]:
        return [{"id": f"step{number}", "is_done": is_done} for number, is_done in enumerate(self.done)]

    def noticed(self, act: Act) -> None:
        if self.fails:
            raise RuntimeError("the guide is ill")
        self.acts.append(act)
        self.done[0] = True

    def look(self) -> None:
        self.looks += 1

    def hide(self, is_hidden: bool) -> None:
        self.is_hidden = is_hidden

    def restart(self) -> None:
        self.done = [False, False]


@asynccontextmanager
async def offering(**offered: Any) -> AsyncIterator[tuple[StandIn, Visitor]]:
    """Give a stand-in whose page offers this, and a window on it."""
    standin = await StandIn.start(SPEC, page=PageOffer(**offered))
    try:
        async with visit(standin) as visitor:
            yield standin, visitor
    finally:
        await standin.stop()


class Calendar:
    """Knows what falls due, and counts how often it is asked."""

    def __init__(self, *due: Due) -> None:
        self.due = list(due)
        self.asked = 0
        self.now: StandIn | None = None

    async def __call__(self) -> Due | None:
        self.asked += 1
        now = self.now.clock.now() if self.now else datetime.now(UTC)
        return next((due for due in self.due if due.at > now), None)


async def test_nothing_is_offered_where_nothing_is_given(session: aiohttp.ClientSession, standin: StandIn) -> None:
    for name, given in (("reset", {}), ("fill", {}), ("tour", {"hidden": True}), ("move_clock", {"next": True})):
        status, sentence = await posted(session, standin, f"do/{name}", given)
        assert status == 409
        assert sentence.endswith(".")


async def test_the_clock_moves_by_seconds_to_an_instant_and_no_further_than_a_year(
    session: aiohttp.ClientSession, standin: StandIn
) -> None:
    target = datetime.now(UTC) + timedelta(days=30)
    status, answer = await posted(session, standin, "do/move_clock", {"to": target.isoformat()})
    assert status == 200
    assert timedelta() <= datetime.fromisoformat(answer["now"]) - target < timedelta(seconds=10)
    naive = (target + timedelta(days=1)).replace(tzinfo=None).isoformat()
    assert (await posted(session, standin, "do/move_clock", {"to": naive}))[0] == 200
    before = standin.clock.now()
    for given, status in (
        ({"seconds": -1}, 409),
        ({"seconds": 400 * 86_400}, 409),
        ({"to": "2020-01-01T00:00:00Z"}, 409),
        ({"seconds": 1e300}, 400),
        ({"seconds": float("nan")}, 400),
        ({"seconds": "soon"}, 400),
        ({"to": 7}, 400),
        ({"to": "soon"}, 400),
        ({}, 400),
    ):
        assert (await posted(session, standin, "do/move_clock", given))[0] == status, given
    assert standin.clock.now() - before < timedelta(seconds=10)
    assert (await posted(session, standin, "do/nothing", {}))[0] == 400


async def test_what_falls_due_next_is_shown_and_reached() -> None:
    start = datetime.now(UTC)
    first, second = Due(start + timedelta(hours=1), "the reminder"), Due(start + timedelta(days=2), "the recap")
    calendar = Calendar(first, second)
    async with offering(next_due=calendar) as (standin, visitor):
        calendar.now = standin
        assert visitor.store["world"]["offers"] == ["next"]
        await visitor.until(lambda store: store["clock"]["next"])
        assert visitor.store["clock"]["next"] == {"at": first.at.isoformat(), "what": "the reminder"}
        status, _ = await visitor.post("do/move_clock", {"next": True})
        assert status == 200
        assert timedelta(seconds=1) <= standin.clock.now() - first.at < timedelta(seconds=20)
        await visitor.until(lambda store: store["clock"]["next"]["what"] == "the recap")
        await visitor.post("do/move_clock", {"next": True})
        await visitor.until(lambda store: store["clock"]["next"] is None)
        assert await visitor.post("do/move_clock", {"next": True}) == (
            409,
            "Nothing is due. Move the clock by some time instead.",
        )


async def test_what_falls_due_is_not_asked_for_with_each_change_nor_waited_for() -> None:
    calendar = Calendar()
    gate = asyncio.Event()

    async def slow() -> Due | None:
        found = await calendar()
        await gate.wait()
        return found

    async with offering(next_due=slow) as (standin, visitor):
        for number in range(50):
            await visitor.act("say", "UANA", channel_id="CINTEL", text=f"{number}")
        await visitor.until(lambda store: len(visitor.texts()) == 50)
        assert calendar.asked == 1
        gate.set()
    async with offering(next_due=calendar) as (standin, visitor):
        begun = asyncio.get_running_loop().time()
        for number in range(50):
            await standin.say("UANA", "CINTEL", f"{number}")
        await visitor.until(lambda store: len(visitor.texts()) == 50)
        assert calendar.asked <= 3 + asyncio.get_running_loop().time() - begun


async def test_a_calendar_that_fails_is_logged_and_the_page_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> Due | None:
        raise RuntimeError("no database")

    async with offering(next_due=fail) as (_, visitor):
        await visitor.act("say", "UANA", channel_id="CINTEL", text="still here")
        await visitor.until(lambda store: visitor.texts())
        assert (await visitor.post("do/move_clock", {"next": True}))[0] == 409
    assert "no database" in caplog.text


async def test_a_tour_hears_what_is_done_and_shows_where_it_is() -> None:
    guide = Guide()
    async with offering(tour=guide) as (standin, visitor):
        assert visitor.store["tour"] == {"is_hidden": False, "steps": guide.steps(), "current": 0}
        ts = await visitor.act("say", "UANA", channel_id="CINTEL", text="hello")
        await visitor.until(lambda store: store["tour"]["current"] == 1)
        [act] = guide.acts
        assert (act.as_user, act.name, act.result) == ("UANA", "say", ts)
        assert act.args == {"channel_id": "CINTEL", "text": "hello"}
        assert standin.clock.now() - act.at < timedelta(seconds=20)
        assert (await visitor.post("act/say", {"as": "UANA", "channel_id": "CINTEL", "text": " "}))[0] == 409
        assert len(guide.acts) == 1
        looks = guide.looks
        await standin.say("UBO", "CINTEL", "and I")
        await visitor.until(lambda _: guide.looks > looks)
        await visitor.post("do/tour", {"hidden": True})
        await visitor.until(lambda store: store["tour"]["is_hidden"])
        await visitor.post("do/tour", {"restart": True})
        await visitor.until(lambda store: store["tour"] == {"is_hidden": False, "steps": guide.steps(), "current": 0})
        assert (await visitor.post("do/tour", {}))[0] == 400
        guide.done = [True, True]
        await standin.say("UBO", "CINTEL", "done")
        await visitor.until(lambda store: store["tour"]["current"] is None)


async def test_a_tour_that_fails_is_logged_and_the_page_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    guide = Guide()
    guide.fails = True
    async with offering(tour=guide) as (_, visitor):
        await visitor.act("say", "UANA", channel_id="CINTEL", text="hello")
        await visitor.until(lambda store: visitor.texts() == ["hello"])
    assert "the guide is ill" in caplog.text


async def test_filling_shows_how_far_it_has_come_and_is_done_once_at_a_time() -> None:
    busy, gate = Busy(), asyncio.Event()

    async def fill() -> None:
        busy.set("Filling the playground", 3, 12)
        await gate.wait()
        busy.clear()

    async with offering(fill=fill, busy=busy) as (_, visitor):
        assert visitor.store["world"]["offers"] == ["fill"]
        filling = asyncio.create_task(visitor.post("do/fill", {}))
        await visitor.until(lambda store: "busy" in store)
        assert visitor.store["busy"] == {"what": "Filling the playground", "done": 3, "of": 12}
        status, sentence = await visitor.post("do/fill", {})
        assert (status, sentence) == (409, "Something is under way already. Wait until it is done.")
        gate.set()
        assert await filling == (200, None)
        await visitor.until(lambda store: "busy" not in store)
        assert (await visitor.post("do/fill", {}))[0] == 200


async def test_filling_that_fails_says_why(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise RuntimeError("The bot has ended.")

    async with offering(fill=fail) as (_, visitor):
        for _ in range(2):
            assert await visitor.post("do/fill", {}) == (409, "That could not be done: The bot has ended.")
    assert "fill was not done" in caplog.text


async def test_starting_over_may_stop_the_stand_in_under_its_own_page() -> None:
    over = asyncio.Event()
    standins: list[StandIn] = []

    async def reset() -> None:
        await standins[0].stop()
        standins.append(await StandIn.start(SPEC, port=int(standins[0].page_url.rsplit(":", 1)[1].strip("/"))))
        over.set()

    standins.append(await StandIn.start(SPEC, page=PageOffer(reset=reset)))
    await standins[0].say("UANA", "CINTEL", "gone soon")
    async with visit(standins[0]) as visitor:
        asking = asyncio.create_task(visitor.post("do/reset", {}))
        while (await visitor.socket.receive()).type is not aiohttp.WSMsgType.CLOSE:
            pass
        await over.wait()
        await asyncio.gather(asking, return_exceptions=True)
    assert standins[1].page_url == standins[0].page_url
    async with visit(standins[1]) as visitor:
        assert visitor.texts() == []
    await standins[1].stop()
