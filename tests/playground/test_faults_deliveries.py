"""Faults of deliveries: doubled, overtaken, lost on the way back, and tried again on Slack's schedule."""

import asyncio
from collections import Counter
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.playground.delivery.queue import Deliveries
from bot.playground.delivery.transport import Kind, Reply
from bot.playground.faults import Fault, Faults, fault_of
from bot.playground.record import Entry
from bot.playground.server import StandIn
from tests.playground.apps import SILENT, HttpApp, SocketApp
from tests.playground.asking import settled
from tests.playground.faulty import client_of, fast_standin

Json = dict[str, Any]


async def test_an_event_comes_up_to_n_times_with_one_event_id(standin: StandIn, app: SocketApp) -> None:
    await standin.set_fault("duplicate", most=4)
    said = [await standin.say("UANA", "CINTEL", str(number)) for number in range(40)]
    await settled(standin)
    times = Counter(payload["event_id"] for payload in app.payloads("events_api"))
    assert len(times) == len(said)
    assert set(times.values()) == {2, 3, 4}
    assert standin.fault_counts() == {"duplicate": 40}
    for event in standin.history()["events"]:
        copies = [attempt["copy"] for attempt in event["deliveries"]]
        assert sorted(copies) == list(range(times[event["event_id"]]))
        assert event["is_acknowledged"]


async def test_one_copy_that_is_acknowledged_is_enough(http_app: HttpApp) -> None:
    def answer(_: object) -> web.Response:
        return web.Response(status=200 if len(http_app.got) == 1 else 500)

    http_app.answer = answer
    async with fast_standin(mode="http", request_url=http_app.url) as standin:
        await standin.set_fault("duplicate", times=1)
        await standin.say("UANA", "CINTEL", "x")
        await settled(standin)
        assert len(http_app.got) == 2
        [event] = standin.history()["events"]
        assert (event["is_acknowledged"], event["is_over"]) == (True, True)
        assert "lost" not in [entry.kind for entry in standin.record]


async def test_slack_4_events_overtake_each_other_within_a_window(session: aiohttp.ClientSession) -> None:
    async with fast_standin(fault_seed=1) as standin:
        app = SocketApp(client_of(standin, session))
        await app.connect()
        await standin.set_fault("reorder", 0.5, seconds=100)
        said = [await standin.say("UANA", "CINTEL", str(number)) for number in range(30)]
        await settled(standin)
        arrived = [event["ts"] for event in app.events()]
        assert sorted(arrived) == said
        assert arrived != said
        await app.close()


async def test_a_lost_acknowledgement_brings_the_event_again(session: aiohttp.ClientSession) -> None:
    async with fast_standin() as standin:
        app = SocketApp(client_of(standin, session))
        await app.connect()
        await standin.set_fault("ack_lost", times=2)
        await standin.say("UANA", "CINTEL", "x")
        await settled(standin)
        assert [request.retry_attempt for request in app.got] == [0, 1, 2]
        assert [request.retry_reason for request in app.got] == ["", "timeout", "timeout"]
        [event] = standin.history()["events"]
        assert [entry["outcome"] for entry in event["deliveries"]] == ["timeout", "timeout", "ok"]
        assert [entry["fault"] for entry in event["deliveries"]] == ["ack_lost", "ack_lost", ""]
        assert event["is_acknowledged"]
        await app.close()


async def test_slack_4_the_http_retries_say_their_number_and_reason(http_app: HttpApp) -> None:
    http_app.answer = lambda _: web.Response(status=500)
    async with fast_standin(mode="http", request_url=http_app.url) as standin:
        await standin.say("UANA", "CINTEL", "x")
        await settled(standin)
        numbers = [arrival.headers.get("x-slack-retry-num") for arrival in http_app.got]
        reasons = [arrival.headers.get("x-slack-retry-reason") for arrival in http_app.got]
        assert numbers == [None, "1", "2", "3"]
        assert reasons == [None, *["http_error"] * 3]
        assert len({arrival.payload["event_id"] for arrival in http_app.got}) == 1
        [event] = standin.history()["events"]
        assert (event["is_acknowledged"], event["is_over"]) == (False, True)
        assert standin.record[-1].kind == "lost"


async def test_slack_4_an_app_can_ask_for_no_retry(http_app: HttpApp) -> None:
    http_app.answer = lambda _: web.Response(status=500, headers={"X-Slack-No-Retry": "1"})
    async with fast_standin(mode="http", request_url=http_app.url) as standin:
        await standin.say("UANA", "CINTEL", "x")
        await settled(standin)
        assert len(http_app.got) == 1
        assert not standin.history()["events"][0]["is_acknowledged"]


class NobodyHears:
    """A way to an app that is down until `up_at` attempts were made."""

    def __init__(self, up_at: int | None = None) -> None:
        self.sent = 0
        self._up_at = up_at

    async def send(self, kind: Kind, payload: Json, attempt: int = 0, reason: str = "") -> Reply:
        self.sent += 1
        return Reply("ok" if self.sent == self._up_at else "connection_failed")

    async def close(self) -> None:
        """Nothing is open."""


async def schedule(
    transport: NobodyHears, *, delayed_events: bool, speed: float = 1.0, fault: Fault | None = None
) -> list[float]:
    """Return the waits between the deliveries of one event, and check that all come to an end."""
    waits: list[float] = []
    noted: list[Entry] = []
    over = asyncio.Event()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    faults = Faults(0, speed)
    if fault is not None:
        faults.switch_on(fault)
    deliveries = Deliveries(
        transport,
        faults,
        noted.append,
        lambda: 0.0,
        over.set,
        delayed_events=delayed_events,
        sleep=sleep,
    )
    deliveries.offer({"event_id": "Ev1"})
    await over.wait()
    [event] = deliveries.events
    assert event.is_over
    assert event.is_acknowledged == (noted[-1].kind != "lost")
    assert len(event.tries) == transport.sent
    return waits


async def test_slack_4_three_retries_at_once_after_a_minute_and_after_five() -> None:
    assert await schedule(NobodyHears(), delayed_events=False) == [0, 60, 300]
    assert await schedule(NobodyHears(), delayed_events=False, speed=20) == [0, 3, 15]


async def test_slack_4_delayed_events_add_a_day_of_hourly_retries() -> None:
    assert await schedule(NobodyHears(), delayed_events=True) == [0, 60, 300, *[3600] * 24]
    assert await schedule(NobodyHears(up_at=7), delayed_events=True) == [0, 60, 300, *[3600] * 3]


@pytest.mark.parametrize("name", ["duplicate", "reorder"])
async def test_copies_and_late_starts_keep_to_their_window(name: str) -> None:
    fault = fault_of(name, most=30, seconds=100, times=1)
    waits = await schedule(NobodyHears(up_at=1), delayed_events=False, speed=10, fault=fault)
    assert waits
    assert all(0 < wait <= 10 for wait in waits)
    assert name == "reorder" or len(set(waits)) == len(waits) > 1


async def test_slack_4_delayed_events_bring_what_was_missed_in_an_outage(http_app: HttpApp) -> None:
    http_app.answer = lambda _: web.Response(status=500 if len(http_app.got) < 6 else 200)
    async with fast_standin(mode="http", request_url=http_app.url, speed=100_000.0) as standin:
        await standin.set_delayed_events(True)
        await standin.say("UANA", "CINTEL", "x")
        await settled(standin)
        assert len(http_app.got) == 6
        assert standin.history()["events"][0]["is_acknowledged"]


async def test_slack_2_commands_are_tried_once_whatever_happens(http_app: HttpApp) -> None:
    http_app.answer = lambda _: web.Response(status=500)
    async with fast_standin(mode="http", request_url=http_app.url) as standin:
        for name in ("duplicate", "reorder", "ack_lost"):
            await standin.set_fault(name)
        outcome = await standin.command("UANA", "CINTEL", "/intel", "x")
        assert (outcome.acknowledged, outcome.error, len(http_app.got)) == (False, "dispatch_failed", 1)
        [asked] = standin.history()["asked"]
        assert (asked["name"], asked["is_acknowledged"], asked["outcome"]) == ("/intel", False, "http_error")


async def test_slack_4_what_a_silent_app_is_sent_is_not_acknowledged(session: aiohttp.ClientSession) -> None:
    async with fast_standin(deadline_speed=300.0) as standin:
        app = SocketApp(client_of(standin, session), lambda _: SILENT)
        await app.connect()
        await standin.say("UANA", "CINTEL", "x")
        await settled(standin)
        assert [request.retry_attempt for request in app.got] == [0, 1, 2, 3]
        assert not standin.history()["events"][0]["is_acknowledged"]
        await app.close()


async def test_rates_of_deliveries_are_kept_and_replayed() -> None:
    async def drawn(seed: int) -> list[bool]:
        faults = Faults(seed, 1.0)
        faults.switch_on(fault_of("duplicate", 0.2))
        return [faults.occurs("duplicate") is not None for _ in range(1000)]

    first = await drawn(5)
    assert sum(first) == pytest.approx(200, abs=50)
    assert await drawn(5) == first
    assert await drawn(6) != first
