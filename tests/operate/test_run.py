"""`nugget run` as it is lived with: it starts whatever Slack does, and ends in order when it is told to."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from sqlalchemy import func, select

from bot.domain.facts import FOLLOW_UP
from bot.operate.demo.world import ASKS, FIELD, INTEL, rep_id
from bot.playground.delivery.http import encode, sign
from bot.playground.server import StandIn
from db.engine import is_sqlite
from db.models import InboxEntry, OutboxEntry, Report
from tests import databases
from tests.operate.running import (
    UNHEARD,
    Mode,
    Office,
    office_at,
    office_with_slack,
    post,
    ready,
    until,
    world,
)

ANA, BEN = rep_id(0), rep_id(1)
# What a supervisor waits before it kills (seconds).
LONGEST_END = 10.0
MANY = 12


def event(number: int, team_id: str = "T0NUGGET") -> dict[str, Any]:
    """Return a message in a watched channel as Slack delivers it."""
    ts = f"{1_790_000_000 + number}.000100"
    said = {"type": "message", "channel": FIELD, "user": ANA, "text": f"Acme at Globex {number} #news", "ts": ts}
    return {"type": "event_callback", "team_id": team_id, "event_id": f"Ev{number}", "event": said}


@contextmanager
def nothing_can_be_saved(url: str) -> Iterator[None]:
    """Hold the database, so that whoever saves an item meanwhile has to wait."""
    with databases.engine_of(url) as engine, engine.begin() as connection:
        if not is_sqlite(url):
            connection.exec_driver_sql(f"LOCK TABLE {Report.__tablename__} IN ACCESS EXCLUSIVE MODE")
        yield


def count(url: str, model: type[InboxEntry] | type[OutboxEntry], *states: str) -> int:
    with databases.engine_of(url) as engine, engine.connect() as connection:
        query = select(func.count()).select_from(model).where(model.state.in_(states))
        return int(connection.execute(query).scalar_one())


def kept(url: str) -> list[str]:
    """Return the kinds of what Slack delivered and is on disk, handled or not."""
    with databases.engine_of(url) as engine, engine.connect() as connection:
        query = select(InboxEntry.kind).where(InboxEntry.state.in_(("pending", "handled")))
        return [kind for kind in connection.execute(query).scalars() if kind != FOLLOW_UP]


def cards(standin: StandIn) -> list[str]:
    return [message.text for place in (INTEL, ASKS) for message in standin.messages(ANA, place)]


async def stops_taking_in(office: Office, bot_log: Path) -> None:
    if office.mode == "http":
        await until(lambda: not office.listens(), "the port to close")
    else:
        await until(lambda: "nugget_stopping" in bot_log.read_text(encoding="utf-8"), "the end to begin")


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_what_is_under_way_is_answered_and_what_waits_goes_out_after_the_next_start(
    mode: Mode, database_url: str, tmp_path: Path
) -> None:
    async with office_with_slack(tmp_path, mode, database_url) as (office, standin):
        # At Slack's own pace these cards take longer than everything that follows here.
        office.speed = 1.0
        bot = await office.start()
        await ready(office, standin, bot)
        for number in range(MANY):
            assert (await standin.command(ANA, FIELD, "/intel", f"Acme news {number}")).acknowledged
        with nothing_can_be_saved(database_url):
            typing = asyncio.create_task(standin.command(BEN, UNHEARD, "/ask", "Globex cannot export"))
            await standin.wait_until(lambda: any(entry.name == "conversations.info" and
                entry.given.get("channel") == UNHEARD for entry in standin.record), 5)  # fmt: skip
            ending = asyncio.create_task(bot.stopped())
            await stops_taking_in(office, bot.log)
        outcome = await typing
        assert outcome.acknowledged, f"{outcome.error}\n{bot.said()[-3000:]}"
        assert "Got it: A-1" in (outcome.response or {})["text"]
        code, seconds = await ending
        assert code == 0, bot.said()[-3000:]
        assert seconds < LONGEST_END
        assert count(database_url, OutboxEntry, "pending") > 0, "nothing waited, so nothing was tried here"
        assert "Traceback" not in bot.said()

        office.speed = standin.speed
        again = await office.start()
        await until(lambda: len(cards(standin)) > MANY, "the cards")
        await until(lambda: not count(database_url, OutboxEntry, "pending", "sending", "uncertain"), "the outbox")
        assert (await again.stopped())[0] == 0
        assert len(cards(standin)) == MANY + 1
        assert len(set(cards(standin))) == MANY + 1


async def test_a_request_that_is_half_sent_is_still_taken_and_stored(sqlite_database_url: str, tmp_path: Path) -> None:
    async with office_with_slack(tmp_path, "http", sqlite_database_url) as (office, standin):
        bot = await office.start()
        await ready(office, standin, bot)
        body, kind = encode("event", event(1))
        headers = {"Host": "nugget", "Content-Type": kind, "Content-Length": str(len(body)), "Expect": "100-continue"}
        lines = [f"{name}: {value}" for name, value in (headers | sign(office.spec.signing_secret, body)).items()]
        reader, writer = await asyncio.open_connection("127.0.0.1", office.port)
        writer.write("\r\n".join([f"POST {urlsplit(office.url).path} HTTP/1.1", *lines, "", ""]).encode())
        # This answer says that the front door has begun to read.
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
        ending = asyncio.create_task(bot.stopped())
        await stops_taking_in(office, bot.log)
        writer.write(body)
        assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200 ")
        writer.close()
        assert (await ending)[0] == 0
        assert kept(sqlite_database_url) == ["message"]


async def test_slack_away_at_start_is_no_reason_to_lose_an_event(database_url: str, tmp_path: Path) -> None:
    spec = world()
    async with office_at(tmp_path, "http", database_url, "http://127.0.0.1:9/api/") as office:
        slack = await StandIn.start(spec, mode="http")
        office.base_url = slack.base_url
        port = urlsplit(slack.base_url).port or 0
        await slack.stop()
        bot = await office.start()
        async with aiohttp.ClientSession() as session:
            await until(office.listens, "the port")
            assert await post(office, session, event(1)) == 200
        await bot.logged("slack_not_reached_yet")
        assert count(database_url, InboxEntry, "pending") == 1
        slack = await StandIn.start(spec, mode="http", port=port, request_url=office.url)
        try:
            await until(lambda: len(cards(slack)) == 1, "the card")
            assert (await bot.stopped())[0] == 0
        finally:
            await slack.stop()


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_slack_that_never_answers_delays_neither_start_nor_end(
    mode: Mode, sqlite_database_url: str, tmp_path: Path
) -> None:
    held: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(lambda _, writer: held.append(writer), "127.0.0.1", 0)
    address = silent.sockets[0].getsockname()
    async with silent, office_at(tmp_path, mode, sqlite_database_url, f"http://127.0.0.1:{address[1]}/api/") as office:
        bot = await office.start()
        await bot.logged("nugget_started")
        await until(lambda: bool(held), "the first call")
        if mode == "http":
            async with aiohttp.ClientSession() as session:
                await until(office.listens, "the port")
                assert await post(office, session, event(1)) == 200
        code, seconds = await bot.stopped()
        assert (code, seconds < LONGEST_END) == (0, True), bot.said()[-3000:]
        for writer in held:
            writer.close()


async def test_a_second_process_on_the_same_file_is_refused(sqlite_database_url: str, tmp_path: Path) -> None:
    async with office_with_slack(tmp_path, "socket", sqlite_database_url) as (office, standin):
        first = await office.start()
        await ready(office, standin, first)
        second = await office.start()
        assert await second.ended() == 2
        (sentence,) = second.said().splitlines()
        assert sentence.startswith(f"Another Nugget is using {tmp_path / 'nugget.sqlite3'} already.")
        assert (await standin.command(ANA, FIELD, "/intel", "Acme is still heard of")).acknowledged
        assert (await first.stopped())[0] == 0
        # Its lock ends with it.
        third = await office.start()
        await ready(office, standin, third)
        assert (await third.stopped())[0] == 0


async def test_a_port_that_is_taken_is_said_so(sqlite_database_url: str, tmp_path: Path) -> None:
    async with office_with_slack(tmp_path, "http", sqlite_database_url) as (office, _):
        other = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", office.port)
        async with other:
            bot = await office.start()
            assert await bot.ended() == 2
        assert f"Nugget cannot listen on 127.0.0.1:{office.port}" in bot.said().splitlines()[-1]
        assert "Task exception" not in bot.said()
