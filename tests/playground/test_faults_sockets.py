"""Faults of sockets: closed, silent, and asked to reconnect."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.playground.server import StandIn
from tests.playground.apps import socket_address
from tests.playground.asking import settled
from tests.playground.faulty import client_of, fast_standin

Json = dict[str, Any]


@pytest.fixture
async def fast() -> AsyncIterator[StandIn]:
    async with fast_standin(deadline_speed=100.0) as standin:
        yield standin


async def opened(standin: StandIn, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    """Open a bare socket, on which every frame can be seen."""
    return await session.ws_connect(await socket_address(client_of(standin, session)), autoping=False)


async def ack(socket: aiohttp.ClientWebSocketResponse) -> Json:
    """Receive the next payload and acknowledge it."""
    frame: Json = await socket.receive_json()
    await socket.send_json({"envelope_id": frame["envelope_id"]})
    return frame


async def test_a_silent_socket_is_taken_in_but_says_nothing_and_answers_no_ping(
    fast: StandIn, session: aiohttp.ClientSession
) -> None:
    await fast.set_fault("socket_silent")
    socket = await opened(fast, session)
    await fast.wait_until(lambda: fast.socket_connections() == 1)
    await socket.ping(b"are you there")
    await fast.say("UANA", "CINTEL", "unheard")
    await settled(fast)
    [event] = fast.history()["events"]
    assert [attempt["outcome"] for attempt in event["deliveries"]] == ["timeout"] * 4
    hearing = asyncio.create_task(socket.receive())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(hearing), 0.05)
    await fast.clear_faults()
    heard = [await hearing, await socket.receive()]
    assert {message.type for message in heard} == {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.PONG}
    [hello] = [message.json() for message in heard if message.type is aiohttp.WSMsgType.TEXT]
    assert hello["type"] == "hello"
    assert fast.fault_counts() == {"socket_silent": 1}
    await socket.close()


async def test_an_open_socket_falls_silent_and_comes_back(fast: StandIn, session: aiohttp.ClientSession) -> None:
    socket = await opened(fast, session)
    assert (await socket.receive_json())["type"] == "hello"
    await fast.set_fault("socket_silent")
    await fast.say("UANA", "CINTEL", "unheard")
    await settled(fast)
    await fast.clear_faults("socket_silent")
    await fast.say("UANA", "CINTEL", "heard")
    frame = await ack(socket)
    assert frame["payload"]["event"]["text"] == "heard"
    await settled(fast)
    assert [event["is_acknowledged"] for event in fast.history()["events"]] == [False, True]
    await socket.close()


async def test_an_acknowledgement_in_the_silence_is_not_heard(fast: StandIn, session: aiohttp.ClientSession) -> None:
    socket = await opened(fast, session)
    await socket.receive_json()
    await fast.say("UANA", "CINTEL", "x")
    frame = await socket.receive_json()
    await fast.set_fault("socket_silent")
    await socket.send_json({"envelope_id": frame["envelope_id"]})
    await settled(fast)
    assert not fast.history()["events"][0]["is_acknowledged"]
    # A silent socket does not answer its closing either, and who closes would wait for that.
    await fast.clear_faults()
    await socket.close()


async def test_a_stand_in_with_silent_sockets_stops(session: aiohttp.ClientSession) -> None:
    async with fast_standin() as standin:
        socket = await opened(standin, session)
        await standin.set_fault("socket_silent")
    while (await socket.receive()).type is not aiohttp.WSMsgType.CLOSED:
        pass
    assert socket.closed


async def frames_until_closed(socket: aiohttp.ClientWebSocketResponse) -> int:
    """Acknowledge what comes until the socket is closed, and return how many payloads came."""
    payloads = 0
    async for message in socket:
        frame = message.json()
        if "envelope_id" in frame:
            payloads += 1
            await socket.send_json({"envelope_id": frame["envelope_id"]})
    return payloads


async def test_a_socket_is_closed_before_or_after_a_payload(fast: StandIn, session: aiohttp.ClientSession) -> None:
    await fast.set_fault("socket_closed", times=20)
    payloads = []
    for number in range(20):
        reading = asyncio.create_task(frames_until_closed(await opened(fast, session)))
        await fast.wait_until(lambda: fast.socket_connections() == 1)
        await fast.deliver_raw({"event_id": f"Ev{number}"}, kind="command")
        payloads.append(await reading)
    assert set(payloads) == {0, 1}
    assert fast.fault_counts() == {"socket_closed": 20}
    assert {asked["outcome"] for asked in fast.history()["asked"]} == {"connection_failed"}


async def test_an_event_comes_again_on_the_next_socket(fast: StandIn, session: aiohttp.ClientSession) -> None:
    await fast.set_fault("socket_closed", times=2)
    reading = [asyncio.create_task(frames_until_closed(await opened(fast, session))) for _ in range(3)]
    await fast.wait_until(lambda: fast.socket_connections() == 3)
    await fast.say("UANA", "CINTEL", "x")
    await settled(fast)
    [event] = fast.history()["events"]
    assert [attempt["fault"] for attempt in event["deliveries"]] == ["socket_closed", "socket_closed", ""]
    assert event["is_acknowledged"]
    await fast.stop()
    assert 1 <= sum([await task for task in reading]) <= 3


@pytest.mark.parametrize(
    ("name", "reason", "left"), [("socket_warning", "warning", 1), ("socket_refresh", "refresh_requested", 0)]
)
async def test_slack_5_disconnect_frames_come_between_payloads(
    fast: StandIn, session: aiohttp.ClientSession, name: str, reason: str, left: int
) -> None:
    socket = await opened(fast, session)
    await socket.receive_json()
    await fast.set_fault(name, times=1)
    await fast.say("UANA", "CINTEL", "x")
    frames = [await socket.receive_json(), await socket.receive_json()]
    [disconnect] = [frame for frame in frames if frame["type"] == "disconnect"]
    [payload] = [frame for frame in frames if frame["type"] == "events_api"]
    assert disconnect["reason"] == reason
    await socket.send_json({"envelope_id": payload["envelope_id"]})
    await settled(fast)
    assert fast.history()["events"][0]["is_acknowledged"]
    assert fast.socket_connections() == left
    await socket.close()
