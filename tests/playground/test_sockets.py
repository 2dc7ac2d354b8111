"""Socket Mode: ten sockets, one-time addresses, acknowledgements and disconnects (slack 2, 4, 5)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from tests.playground.apps import SILENT, SocketApp, socket_address
from tests.playground.asking import settled
from tests.playground.faulty import client_of, fast_standin

Socket = aiohttp.ClientWebSocketResponse


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


async def test_slack_5_ten_sockets_and_no_eleventh(session: aiohttp.ClientSession, stack: AsyncExitStack) -> None:
    standin = await stack.enter_async_context(fast_standin())
    client = client_of(standin, session)
    for number in range(1, 11):
        socket = await stack.enter_async_context(session.ws_connect(await socket_address(client)))
        hello = await socket.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", number)
        assert hello["connection_info"] == {"app_id": "ANUGGET"}
        assert hello["debug_info"]["approximate_connection_time"] > 3600
    eleventh = await stack.enter_async_context(session.ws_connect(await socket_address(client)))
    assert (await eleventh.receive_json())["reason"] == "too_many_websockets"
    assert (await eleventh.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    assert standin.socket_connections() == 10


async def test_slack_5_the_address_of_a_socket_is_good_once(
    client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    url = await socket_address(client)
    async with session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        for wrong in (url, f"{url}x", url.split("?")[0]):
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                await session.ws_connect(wrong)
            assert caught.value.status == 403


async def test_slack_5_with_http_switched_on_there_are_no_sockets(session: aiohttp.ClientSession) -> None:
    async with (
        fast_standin(mode="http") as standin,
        session.ws_connect(await socket_address(client_of(standin, session))) as socket,
    ):
        assert (await socket.receive_json())["reason"] == "link_disabled"


async def test_slack_5_each_payload_goes_to_one_socket(
    standin: StandIn, client: AsyncWebClient, stack: AsyncExitStack
) -> None:
    apps = [SocketApp(client) for _ in range(3)]
    for app in apps:
        await app.connect()
        stack.push_async_callback(app.close)
    for number in range(40):
        await standin.say("UANA", "CINTEL", str(number))
    await settled(standin)
    assert sum(len(app.got) for app in apps) == 40
    assert all(app.got for app in apps)


async def test_slack_5_events_take_no_answer_and_the_others_do(standin: StandIn, app: SocketApp) -> None:
    await standin.say("UANA", "CINTEL", "x")
    await standin.command("UANA", "CINTEL", "/intel", "x")
    await settled(standin)
    accepts = {request.type: request.accepts_response_payload for request in app.got}
    assert accepts == {"events_api": False, "slash_commands": True}


async def test_slack_5_a_wrong_acknowledgement_is_none(session: aiohttp.ClientSession, stack: AsyncExitStack) -> None:
    standin = await stack.enter_async_context(fast_standin(deadline_speed=20.0))
    url = await socket_address(client_of(standin, session))
    socket = await stack.enter_async_context(session.ws_connect(url))
    await socket.receive_json()
    await standin.say("UANA", "CINTEL", "x")
    first = await socket.receive_json()
    for text in ("{", "[]", "7", '{"envelope_id": "other"}', '{"envelope_id": 7}'):
        await socket.send_str(text)
    again = await socket.receive_json()
    assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")
    assert again["envelope_id"] != first["envelope_id"]
    assert again["payload"] == first["payload"]
    await socket.send_json({"envelope_id": first["envelope_id"]})
    await socket.send_json({"envelope_id": again["envelope_id"]})
    await settled(standin)
    assert [entry.outcome for entry in standin.record if entry.kind == "event"] == ["timeout", "ok"]


async def acknowledged(standin: StandIn, socket: Socket, after: float) -> str:
    """Acknowledge an event so many seconds after it came, and return what its first delivery came to."""
    await standin.say("UANA", "CINTEL", "x")
    frame = await socket.receive_json()
    await asyncio.sleep(after)
    await socket.send_json({"envelope_id": frame["envelope_id"]})
    await standin.wait_until(lambda: bool(standin.history()["events"][-1]["deliveries"]))
    return str(standin.history()["events"][-1]["deliveries"][0]["outcome"])


async def test_slack_2_three_seconds_for_an_acknowledgement(
    session: aiohttp.ClientSession, stack: AsyncExitStack
) -> None:
    # At a tenth of the time, 2 and 4 of Slack's seconds are far enough from the 3 on a busy machine.
    standin = await stack.enter_async_context(fast_standin(speed=0.001, deadline_speed=10.0))
    url = await socket_address(client_of(standin, session))
    socket = await stack.enter_async_context(session.ws_connect(url))
    await socket.receive_json()
    assert await acknowledged(standin, socket, 0.2) == "ok"
    assert await acknowledged(standin, socket, 0.4) == "timeout"


async def test_slack_5_an_event_waits_for_a_socket_and_a_command_does_not(
    standin: StandIn, client: AsyncWebClient
) -> None:
    assert (await standin.command("UANA", "CINTEL", "/intel", "x")).error == "dispatch_failed"
    await standin.say("UANA", "CINTEL", "x")
    app = SocketApp(client)
    await app.connect()
    await settled(standin)
    assert [request.type for request in app.got] == ["events_api"]
    await app.close()


async def test_slack_5_a_warned_socket_goes_on_and_a_refreshed_one_does_not(
    standin: StandIn, client: AsyncWebClient, session: aiohttp.ClientSession, stack: AsyncExitStack
) -> None:
    socket = await stack.enter_async_context(session.ws_connect(await socket_address(client)))
    await socket.receive_json()
    await standin.disconnect_sockets("warning")
    assert (await socket.receive_json())["reason"] == "warning"
    assert standin.socket_connections() == 1
    await standin.disconnect_sockets()
    assert (await socket.receive_json())["reason"] == "refresh_requested"
    assert standin.socket_connections() == 0
    assert (await standin.command("UANA", "CINTEL", "/intel", "x")).error == "dispatch_failed"


async def test_slack_5_what_waits_on_a_socket_that_closes_comes_again(standin: StandIn, client: AsyncWebClient) -> None:
    silent = SocketApp(client, lambda _: SILENT)
    await silent.connect()
    await standin.say("UANA", "CINTEL", "x")
    await standin.wait_until(lambda: standin.pending_deliveries() == 1)
    while not silent.got:
        await asyncio.sleep(0)
    await silent.close()
    app = SocketApp(client)
    await app.connect()
    await settled(standin)
    assert [(request.retry_attempt, request.retry_reason) for request in app.got] == [(1, "connection_failed")]
    await app.close()
