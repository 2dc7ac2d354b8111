"""Plain web calls end in time, go where they were sent and nowhere else, and tell what is known of them."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.connectors.web import UnclearError, Web
from bot.domain.errors import TemporaryError
from tests.connectors.scripted_slack import serve

ENDLESS = b"x" * 65_536


class Peer:
    """Somebody on the web who does at each path one thing that peers may do, and counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.asked.append(path)
        if path.isdigit():
            return web.Response(status=int(path))
        if path == "elsewhere":
            return web.Response(status=307, headers={"Location": "/200"})
        if path == "break" and request.transport is not None:
            request.transport.abort()
        if path == "endless":
            return await self._endless(request)
        if path == "silent":
            await asyncio.Event().wait()
        return web.Response()

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(ENDLESS)


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """Give somebody on the web."""
    found = Peer()
    async with serve("/{path}", found.handle) as found.url:
        yield found


@pytest.mark.parametrize("status", [200, 204, 404, 500])
async def test_the_status_is_returned_as_it_came(peer: Peer, status: int) -> None:
    async with Web(5.0) as asking:
        assert await asking.post_json(f"{peer.url}/{status}", {"text": "hello"}) == status
    assert peer.asked == [str(status)]


async def test_a_redirect_is_not_followed(peer: Peer) -> None:
    async with Web(5.0) as asking:
        assert await asking.post_json(f"{peer.url}/elsewhere", {}) == 307
    assert peer.asked == ["elsewhere"], "an address that was checked may not lead to one that was not"


async def test_a_proxy_in_the_environment_is_not_used(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with Web(5.0) as asking:
        assert await asking.post_json(f"{peer.url}/200", {}) == 200


async def test_an_answer_without_end_is_not_read(peer: Peer) -> None:
    async with Web(5.0) as asking:
        assert await asking.post_json(f"{peer.url}/endless", {}) == 200


async def test_a_connection_that_breaks_leaves_it_unclear_and_is_not_tried_again(peer: Peer) -> None:
    async with Web(5.0) as asking:
        with pytest.raises(UnclearError):
            await asking.post_json(f"{peer.url}/break", {})
    assert peer.asked == ["break"]


async def test_silence_ends_at_the_deadline(peer: Peer) -> None:
    async with Web(0.2) as asking:
        with pytest.raises(UnclearError):
            await asking.post_json(f"{peer.url}/silent", {})


async def test_a_peer_that_sends_a_byte_now_and_then_is_left_at_the_same_deadline() -> None:
    left = asyncio.Event()

    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not writer.is_closing():
            writer.write(b"x")
            await asyncio.sleep(0.05)
        left.set()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    began = time.monotonic()
    async with server, Web(0.3) as asking:
        with pytest.raises(UnclearError):
            async with asyncio.timeout(5):
                await asking.post_json(f"http://127.0.0.1:{port}/", {})
        await asyncio.wait_for(left.wait(), 5)
    assert time.monotonic() - began < 3


async def test_a_refused_connection_certainly_did_not_arrive() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        async with Web(5.0) as asking:
            with pytest.raises(TemporaryError) as caught:
                await asking.post_json(f"http://127.0.0.1:{held.getsockname()[1]}/", {})
    assert not isinstance(caught.value, UnclearError)
