"""Faults of Web API calls: what the caller hears, and what really happened."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from tests.playground.asking import refusal
from tests.playground.faulty import AUTHORIZATION, METADATA, SPEED, calls, client_of, fast_standin, texts

POST: dict[str, Any] = {"channel": "CINTEL", "text": "a card", "metadata": METADATA}


@pytest.fixture
async def fast() -> AsyncIterator[StandIn]:
    async with fast_standin() as standin:
        yield standin


@pytest.fixture
def caller(fast: StandIn, session: aiohttp.ClientSession) -> AsyncWebClient:
    return client_of(fast, session)


async def test_an_answer_comes_late_and_the_post_does_not(fast: StandIn, caller: AsyncWebClient) -> None:
    await fast.set_fault("answer_late", seconds=0.2 * SPEED)
    started = time.monotonic()
    sending = asyncio.create_task(caller.chat_postMessage(**POST))
    await fast.wait_until(lambda: bool(texts(fast)))
    assert not sending.done()
    assert (await sending)["ok"]
    assert time.monotonic() - started >= 0.2
    assert calls(fast) == [("ok", "answer_late")]


async def test_a_post_lands_after_its_caller_gave_up(fast: StandIn, session: aiohttp.ClientSession) -> None:
    await fast.set_fault("land_late", seconds=0.3 * SPEED, times=1)
    timeout = aiohttp.ClientTimeout(total=0.1)
    with pytest.raises(TimeoutError):
        await session.post(f"{fast.base_url}chat.postMessage", json=POST, headers=AUTHORIZATION, timeout=timeout)
    hung_up = time.monotonic()
    assert (texts(fast), fast.pending_landings()) == ([], 1)
    await fast.wait_until(lambda: fast.pending_landings() == 0)
    assert time.monotonic() - hung_up < 0.3 + 0.2
    assert texts(fast) == ["a card"]
    assert fast.history()["messages"][0]["metadata"] == METADATA
    assert calls(fast) == [("ok", "land_late")]


async def test_a_caller_who_never_gives_up_is_hung_up_on_before_the_post_lands(
    fast: StandIn, caller: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.playground.calls.PATIENCE_SECONDS", 0.02)
    await fast.set_fault("land_late", seconds=0)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await caller.chat_postMessage(**POST)
    await fast.wait_until(lambda: texts(fast) == ["a card"])


async def test_what_was_to_land_is_lost_when_the_stand_in_stops(session: aiohttp.ClientSession) -> None:
    async with fast_standin() as standin:
        await standin.set_fault("land_late", seconds=3600 * SPEED)
        timeout = aiohttp.ClientTimeout(total=0.05)
        with pytest.raises(TimeoutError):
            await session.post(f"{standin.base_url}chat.postMessage", json=POST, headers=AUTHORIZATION, timeout=timeout)
        assert standin.pending_landings() == 1
    assert (standin.pending_landings(), texts(standin)) == (0, [])


@pytest.mark.parametrize(("name", "posted"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_dropped_connection(fast: StandIn, caller: AsyncWebClient, name: str, posted: int) -> None:
    await fast.set_fault(name)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await caller.chat_postMessage(**POST)
    assert texts(fast) == ["a card"] * posted
    assert calls(fast) == [("ok" if posted else "not_done", name)]


REQUEST = (
    b"POST /api/chat.postMessage HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer xoxb-standin\r\n"
    b"Content-Type: application/json\r\nContent-Length: 33\r\n\r\n" + b'{"channel":"CINTEL","text":"raw"}'
)


async def raw_answer(standin: StandIn) -> bytes:
    port = int(standin.base_url.rsplit(":", 1)[1].split("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(REQUEST)
        return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize(("name", "posted"), [("reset_before", 0), ("reset_after", 1)])
async def test_a_reset_is_told_from_a_close(fast: StandIn, name: str, posted: int) -> None:
    await fast.set_fault(name, times=1)
    with pytest.raises(ConnectionResetError):
        await raw_answer(fast)
    assert texts(fast) == ["raw"] * posted
    await fast.set_fault("drop_after", times=1)
    assert await raw_answer(fast) == b""


async def test_a_body_that_is_cut_promises_more_than_comes(fast: StandIn, caller: AsyncWebClient) -> None:
    await fast.set_fault("cut_body")
    answer = await raw_answer(fast)
    head, _, body = answer.partition(b"\r\n\r\n")
    [promised] = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    assert body.startswith(b'{"ok": true')
    assert 0 < len(body) < int(promised)
    with pytest.raises(aiohttp.ClientPayloadError):
        await caller.chat_postMessage(**POST)
    assert texts(fast) == ["raw", "a card"]


@pytest.mark.parametrize("status", [500, 503])
@pytest.mark.parametrize(("when", "posted"), [("before", 0), ("after", 1)])
async def test_a_server_error_before_and_after_posting(
    fast: StandIn, session: aiohttp.ClientSession, status: int, when: str, posted: int
) -> None:
    await fast.set_fault(f"http_{status}_{when}")
    async with session.post(f"{fast.base_url}chat.postMessage", json=POST, headers=AUTHORIZATION) as response:
        assert response.status == status
        assert response.content_type == "text/plain"
    assert texts(fast) == ["a card"] * posted


async def test_fatal_error_after_posting(fast: StandIn, caller: AsyncWebClient) -> None:
    await fast.set_fault("fatal_error")
    assert (await refusal(caller.chat_postMessage(**POST)))["error"] == "fatal_error"
    assert texts(fast) == ["a card"]
    [call] = fast.history()["calls"]
    assert (call["outcome"], call["is_answered_truly"]) == ("ok", False)


async def test_slack_7_the_sdks_own_retries_post_twice_when_the_answer_is_dropped(
    fast: StandIn, session: aiohttp.ClientSession
) -> None:
    await fast.set_fault("drop_after", times=1)
    assert (await client_of(fast, session, retry_handlers=None).chat_postMessage(**POST))["ok"]
    assert texts(fast) == ["a card", "a card"]


async def test_a_fault_of_one_method_spares_the_others(fast: StandIn, caller: AsyncWebClient) -> None:
    await fast.set_fault("http_500_after", method="chat.postMessage")
    assert (await caller.auth_test())["ok"]
    with pytest.raises(SlackApiError):
        await caller.chat_postMessage(**POST)
    assert fast.fault_counts() == {"http_500_after": 1}


async def test_what_slack_refuses_anyway_meets_no_fault(fast: StandIn, caller: AsyncWebClient) -> None:
    await fast.set_fault("drop_before")
    assert (await refusal(caller.api_call("chat.postMessage", json={})))["error"] == "invalid_arguments"
    assert (await refusal(caller.auth_test(token="xoxb-other")))["error"] == "invalid_auth"
    assert fast.fault_counts() == {}


async def test_slack_6_a_ban_refuses_the_method_everywhere_until_its_retry_after(
    standin: StandIn, client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(standin.workspace.bans, "_monotonic", lambda: now)
    await standin.set_fault("rate_limited", seconds=30, method="chat.postMessage", times=1)
    first = await refusal(client.chat_postMessage(**POST))
    assert (first.status_code, first["error"], first.headers["Retry-After"]) == (429, "ratelimited", "30")
    assert (await client.auth_test())["ok"]
    assert standin.violations() == []
    now += 29.5
    early = await refusal(client.chat_postMessage(channel="CASKS", text="too early"))
    assert (early.status_code, early.headers["Retry-After"]) == (429, "1")
    [violation] = standin.violations()
    assert (violation["method"], violation["seconds_into_ban"]) == ("chat.postMessage", 29.5)
    now += 0.5
    assert (await client.chat_postMessage(channel="CASKS", text="in time"))["ok"]
    assert len(standin.violations()) == 1
    assert texts(standin) == ["in time"]


async def test_slack_6_coming_back_too_early_to_one_channel_is_written_down(
    standin: StandIn, client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    for part in (standin.workspace.bans, standin.workspace.limits):
        monkeypatch.setattr(part, "_monotonic", lambda: now)
    for _ in range(4):
        await client.chat_postMessage(**POST)
    assert (await refusal(client.chat_postMessage(**POST))).headers["Retry-After"] == "1"
    now += 0.9
    assert (await client.chat_postMessage(channel="CASKS", text="elsewhere"))["ok"]
    assert standin.violations() == []
    assert (await refusal(client.chat_postMessage(**POST))).status_code == 429
    [violation] = standin.violations()
    assert (violation["channel_id"], violation["seconds_left"]) == ("CINTEL", pytest.approx(0.1))
    # The second refusal bans until one second from now; who waits for that is in time.
    now += 1
    assert (await client.chat_postMessage(**POST))["ok"]
    assert len(standin.violations()) == 1


async def test_the_seconds_of_a_ban_obey_the_speed(fast: StandIn, caller: AsyncWebClient) -> None:
    await fast.set_fault("rate_limited", seconds=1500.5, times=1)
    assert (await refusal(caller.auth_test())).headers["Retry-After"] == "2"


RATES = {"drop_before": 0.05, "drop_after": 0.1, "http_500_before": 0.05, "fatal_error": 0.2}


async def outcomes(seed: int, session: aiohttp.ClientSession) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """Play 400 calls, one after the other."""
    async with fast_standin(fault_seed=seed) as standin:
        for name, rate in RATES.items():
            await standin.set_fault(name, rate)
        for _ in range(400):
            try:
                await session.post(f"{standin.base_url}auth.test", headers=AUTHORIZATION)
            except aiohttp.ClientError:
                continue
        return calls(standin, "auth.test"), standin.fault_counts()


async def test_each_fault_has_its_own_rate_and_a_seed_replays_all(session: aiohttp.ClientSession) -> None:
    seen, counts = await outcomes(7, session)
    assert len(seen) == 400
    for name, rate in RATES.items():
        assert counts[name] == pytest.approx(400 * rate, abs=4 * (400 * rate * (1 - rate)) ** 0.5)
        assert counts[name] == sum(fault == name for _, fault in seen)
    assert await outcomes(7, session) == (seen, counts)
    assert (await outcomes(8, session))[0] != seen


Wrong = tuple[str, dict[str, Any]]
WRONG: list[Wrong] = [
    ("fire", {}),
    ("drop_after", {"rate": 1.1}),
    ("drop_after", {"rate": -0.1}),
    ("drop_after", {"seconds": -1}),
    ("drop_after", {"times": 0}),
    ("duplicate", {"most": 1}),
    ("duplicate", {"method": "auth.test"}),
    ("clock_skew", {"rate": 0.5}),
    ("socket_silent", {"times": 3}),
]


@pytest.mark.parametrize(("name", "options"), WRONG, ids=str)
async def test_what_is_no_fault_is_refused(standin: StandIn, name: str, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        await standin.set_fault(name, **options)
    assert standin.faults() == []


async def test_the_rates_that_one_call_can_meet_are_at_most_1(standin: StandIn) -> None:
    await standin.set_fault("drop_after", 0.5)
    await standin.set_fault("drop_before", 0.5, method="auth.test")
    await standin.set_fault("drop_before", 0.5, method="chat.postMessage")
    with pytest.raises(ValueError, match="more than 1"):
        await standin.set_fault("fatal_error", 0.1, method="auth.test")
    await standin.set_fault("drop_after", 0.4)
    await standin.set_fault("fatal_error", 0.1, method="auth.test")
    await standin.clear_faults("drop_before")
    assert {fault.name for fault in standin.faults()} == {"drop_after", "fatal_error"}
    await standin.clear_faults()
    assert standin.faults() == []
