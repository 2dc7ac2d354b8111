"""The proxy does to connections what it says, and the bot's own edges name each outcome for what it is."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp.test_utils import TestServer
from sqlalchemy import make_url, text

from bot.connectors.base import Dispatch
from bot.connectors.slack.client import open_session, slack_client
from bot.connectors.slack.sender import SlackSender
from bot.domain.errors import TemporaryError
from bot.domain.facts import Delivery
from bot.domain.retry import NotSent, Outcome, Sent, Uncertain
from bot.services.receive import receive_deliveries
from tests.databases import engine_of
from tests.db.transactors import transactor
from tests.faults.proxy import FaultProxy, Trouble
from tests.faults.small_slack import SmallSlack

# Long enough for a slow machine; only where a sender has to give up is it short (seconds).
PATIENT, IMPATIENT = 5.0, 0.3
DELIVERY = Delivery("T1", "Ev1", "message", json.dumps({"type": "event_callback"}).encode(), "C1", "1.0")


@asynccontextmanager
async def echo(*, seed: int = 0) -> AsyncIterator[FaultProxy]:
    """Run a server that says everything back, behind a proxy."""

    async def say_back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while heard := await reader.read(65_536):
                writer.write(heard)
                await writer.drain()
        except OSError:
            pass
        writer.close()

    server = await asyncio.start_server(say_back, "127.0.0.1", 0)
    async with FaultProxy("127.0.0.1", server.sockets[0].getsockname()[1], seed=seed) as proxy:
        yield proxy
        await proxy.until(lambda counts: counts["closed"] == counts["opened"])
    server.close()


class Caller:
    """A client that speaks plain TCP."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end

    async def say(self, words: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.end, words)

    async def hear(self, most: int = 65_536) -> bytes:
        async with asyncio.timeout(5):
            return await asyncio.get_running_loop().sock_recv(self.end, most)


@asynccontextmanager
async def call(proxy: FaultProxy) -> AsyncIterator[Caller]:
    with socket.socket() as end:
        end.setblocking(False)
        await asyncio.get_running_loop().sock_connect(end, ("127.0.0.1", proxy.port))
        yield Caller(end)


async def test_without_trouble_all_bytes_pass_both_ways_in_order() -> None:
    words = bytes(range(256)) * 2000
    async with echo() as proxy, call(proxy) as caller:
        said = asyncio.create_task(caller.say(words))
        heard = b""
        while len(heard) < len(words):
            heard += await caller.hear()
        await said
        assert heard == words


async def test_a_farewell_of_one_side_leaves_the_other_free_to_answer() -> None:
    async with echo() as proxy, call(proxy) as caller:
        await caller.say(b"last words")
        caller.end.shutdown(socket.SHUT_WR)
        assert await caller.hear() == b"last words"
        assert await caller.hear() == b""


async def test_a_cut_lets_just_so_many_bytes_pass_and_then_says_farewell() -> None:
    async with echo() as proxy:
        proxy.switch_on(Trouble("cut", "to_client", after_bytes=4))
        async with call(proxy) as caller:
            await caller.say(b"0123456789")
            heard = b""
            while piece := await caller.hear():
                heard += piece
        assert heard == b"0123"
        assert proxy.counts["cut"] == 1


async def test_a_reset_is_one() -> None:
    async with echo() as proxy:
        proxy.switch_on(Trouble("reset", "to_server"))
        async with call(proxy) as caller:
            await caller.say(b"hello")
            with pytest.raises(ConnectionResetError):
                await caller.hear()


async def test_bytes_are_counted_from_when_the_trouble_was_switched_on() -> None:
    async with echo() as proxy, call(proxy) as caller:
        await caller.say(b"before")
        assert await caller.hear() == b"before"
        proxy.switch_on(Trouble("cut", "to_client", after_bytes=3))
        await caller.say(b"after")
        assert await caller.hear() == b"aft"
        assert await caller.hear() == b""


async def test_a_refusal_is_the_kernels_own_and_open_connections_go_on() -> None:
    async with echo() as proxy, call(proxy) as caller:
        await caller.say(b"1")
        assert await caller.hear() == b"1"
        await proxy.refuse()
        with pytest.raises(ConnectionRefusedError):
            async with call(proxy):
                pass
        await caller.say(b"2")
        assert await caller.hear() == b"2"
        await proxy.accept()
        async with call(proxy) as another:
            await another.say(b"3")
            assert await another.hear() == b"3"


async def test_a_black_hole_one_way_keeps_what_goes_that_way_and_lets_it_go_afterwards() -> None:
    async with echo() as proxy, call(proxy) as caller:
        proxy.switch_on(Trouble("black_hole", "to_client"))
        await caller.say(b"held")
        await proxy.until(lambda counts: counts["black_hole"] == 1)
        hearing = asyncio.create_task(caller.hear())
        await asyncio.sleep(0)
        assert not hearing.done()
        proxy.switch_off()
        assert await hearing == b"held"


async def test_a_connection_that_opens_in_a_black_hole_is_served_when_it_is_over() -> None:
    async with echo() as proxy:
        proxy.switch_on(Trouble("black_hole"))
        async with call(proxy) as caller:
            await caller.say(b"late")
            await proxy.until(lambda counts: counts["black_hole"] >= 1)
            proxy.switch_off()
            assert await caller.hear() == b"late"


async def test_a_delay_holds_each_piece_for_its_time() -> None:
    async with echo() as proxy, call(proxy) as caller:
        proxy.switch_on(Trouble("delay", "to_server", seconds=0.05))
        loop = asyncio.get_running_loop()
        began = loop.time()
        await caller.say(b"slow")
        assert await caller.hear() == b"slow"
        assert loop.time() - began >= 0.05
        assert proxy.counts["delay"] == 1


async def cut_of(seed: int) -> list[bool]:
    cut = []
    async with echo(seed=seed) as proxy:
        proxy.switch_on(Trouble("cut", "to_client", rate=0.5))
        for _ in range(16):
            async with call(proxy) as caller:
                await caller.say(b"?")
                cut.append(await caller.hear() == b"")
    return cut


async def test_a_rate_meets_some_connections_and_a_seed_meets_the_same_ones_again() -> None:
    first, again, other = await cut_of(1), await cut_of(1), await cut_of(2)
    assert first == again != other
    assert 2 <= sum(first) <= 14


async def test_a_server_that_is_away_is_a_reset_for_the_client() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with FaultProxy("127.0.0.1", unused.getsockname()[1]) as proxy, call(proxy) as caller:
            with pytest.raises(ConnectionResetError):
                await caller.hear()


@asynccontextmanager
async def slack_behind(timeout: float = PATIENT) -> AsyncIterator[tuple[FaultProxy, SmallSlack, SlackSender]]:
    """Run a small Slack behind a proxy, and the bot's own sender before it."""
    slack = SmallSlack(1, 0.0, 0.0, timeout)
    server = TestServer(slack.app())
    await server.start_server()
    async with FaultProxy("127.0.0.1", server.port or 0) as proxy, open_session(lambda _: None) as web:
        client = slack_client("xoxb-test", f"http://127.0.0.1:{proxy.port}/api/", timeout, web)
        yield proxy, slack, SlackSender(lambda _: client, timeout)
    await server.close()


def post(outbox_id: str = "id") -> Dispatch:
    return Dispatch(outbox_id, "T1", "T1:C1", "post", "C1", None, None, {"text": "once", "blocks": []}, 1, 0.0)


@pytest.mark.parametrize(
    ("trouble", "outcome", "stands"),
    [
        (Trouble("delay", "to_client", seconds=0.01), Sent, 1),
        (Trouble("cut", "to_client"), Uncertain, 1),
        (Trouble("reset", "to_client"), Uncertain, 1),
        (Trouble("cut", "to_client", after_bytes=40), Uncertain, 1),
        (Trouble("reset", "to_server"), Uncertain, 0),
        (Trouble("cut", "to_server", after_bytes=100), Uncertain, 0),
    ],
)
async def test_the_sender_knows_only_what_it_can_know(trouble: Trouble, outcome: type[Outcome], stands: int) -> None:
    async with slack_behind() as (proxy, slack, sender):
        proxy.switch_on(trouble)
        assert isinstance(await sender(post()), outcome)
        assert len(slack.channels["C1"]) == stands


async def test_a_refused_connection_is_certainly_not_sent() -> None:
    async with slack_behind() as (proxy, slack, sender):
        await proxy.refuse()
        assert isinstance(await sender(post()), NotSent)
        await proxy.accept()
        assert isinstance(await sender(post()), Sent)
        assert len(slack.channels["C1"]) == 1


async def test_a_request_in_a_black_hole_lands_after_its_sender_has_given_up() -> None:
    async with slack_behind(IMPATIENT) as (proxy, slack, sender):
        proxy.switch_on(Trouble("black_hole", "to_server"))
        assert isinstance(await sender(post()), Uncertain)
        assert slack.channels["C1"] == []
        proxy.switch_off()
        await proxy.until(lambda counts: counts["closed"] == 1)
        assert len(slack.channels["C1"]) == 1, "this is what the quarantine waits for"


def through(proxy: FaultProxy, url: str) -> str:
    """Return the URL of the same database behind the proxy; its bytes are left readable."""
    parsed = make_url(url).set(host="127.0.0.1", port=proxy.port)
    return parsed.update_query_dict({"sslmode": "disable"}).render_as_string(hide_password=False)


@pytest.mark.parametrize("mode", ["cut", "reset"])
@pytest.mark.parametrize(("way", "is_kept"), [("to_client", True), ("to_server", False)])
async def test_a_connection_cut_in_its_commit_is_unclear_and_the_repetition_has_one_effect(
    postgres_database_url: str, mode: str, way: str, is_kept: bool
) -> None:
    server = make_url(postgres_database_url)
    trouble = Trouble(mode, way, once_seen=b"COMMIT")  # type: ignore[arg-type]
    async with FaultProxy(server.host or "127.0.0.1", server.port or 5432) as proxy:
        async with transactor(through(proxy, postgres_database_url)) as transact:
            proxy.switch_on(trouble)
            with pytest.raises(TemporaryError):
                await transact(receive_deliveries, [DELIVERY])
            proxy.switch_off()
            assert proxy.counts[mode] == 1
            assert await transact(receive_deliveries, [DELIVERY]) == (0 if is_kept else 1)
        with engine_of(postgres_database_url) as engine, engine.connect() as connection:
            stored = connection.execute(text("SELECT dedupe_key, received_at FROM inbox")).all()
    assert [key for key, _ in stored] == ["Ev1"]
    assert stored[0][1] <= datetime.now(UTC)


async def test_a_database_out_of_reach_is_temporary_and_comes_back(postgres_database_url: str) -> None:
    server = make_url(postgres_database_url)
    async with (
        FaultProxy(server.host or "127.0.0.1", server.port or 5432) as proxy,
        transactor(through(proxy, postgres_database_url)) as transact,
    ):
        assert await transact(receive_deliveries, [DELIVERY]) == 1
        await proxy.refuse()
        proxy.switch_on(Trouble("reset"))
        with pytest.raises(TemporaryError):
            await transact(receive_deliveries, [DELIVERY])
        proxy.switch_off()
        await proxy.accept()
        assert await transact(receive_deliveries, [DELIVERY]) == 0
