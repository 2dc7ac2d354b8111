"""The door for other processes: what it takes, what it refuses, and whom it lets in."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.playground.control import ACTS, SIGHTS
from bot.playground.server import StandIn

Json = dict[str, Any]


@pytest.fixture
def door(standin: StandIn) -> str:
    return f"{standin.workspace.origin}/_standin"


async def asked(session: aiohttp.ClientSession, url: str, body: bytes | None = None) -> tuple[int, Json]:
    sending = session.get(url) if body is None else session.post(url, data=body)
    async with sending as response:
        found: Json = await response.json()
        return response.status, found


async def test_all_that_is_named_can_be_done_and_seen(standin: StandIn) -> None:
    assert all(callable(getattr(standin, name)) for name in ACTS | SIGHTS)


async def test_people_act_and_see_through_it(session: aiohttp.ClientSession, door: str, standin: StandIn) -> None:
    body = json.dumps({"user_id": "UANA", "channel_id": "CINTEL", "text": "hello"}).encode()
    status, answer = await asked(session, f"{door}/act/say", body)
    assert status == 200
    _, seen = await asked(session, f"{door}/see/messages?user_id=UBO&channel_id=CINTEL")
    assert [(entry["ts"], entry["text"]) for entry in seen["result"]] == [(answer["result"], "hello")]
    _, record = await asked(session, f"{door}/see/record?since=0")
    assert record["result"][0]["name"] == "say"
    assert (await asked(session, f"{door}/see/record?since={len(standin.record)}"))[1]["result"] == []
    assert (await asked(session, f"{door}/see/direct_channel?user_id=UANA"))[1]["result"] == "DUANA"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("act/stop", b"{}", 404),
        ("act/__init__", b"{}", 404),
        ("see/workspace", None, 404),
        ("act/say", b"[", 400),
        ("act/say", b"[]", 400),
        ("act/say", b"{}", 400),
        ("act/rename_channel", b'{"channel_id": "CNONE", "name": "x"}', 400),
        ("act/say", b'{"user_id": "UGONE", "channel_id": "CINTEL", "text": "x"}', 409),
        ("see/messages", None, 400),
        ("see/messages?user_id=UANA&channel_id=CNONE", None, 409),
        ("clock", b'{"seconds": -1}', 400),
        ("clock", b'{"seconds": "soon"}', 400),
        ("clock", b'{"to": "soon"}', 400),
    ],
)
async def test_it_says_what_it_does_not_do(
    session: aiohttp.ClientSession, door: str, path: str, body: bytes | None, status: int
) -> None:
    found, answer = await asked(session, f"{door}/{path}", body)
    assert (found, answer["ok"]) == (status, False)
    assert answer["error"]


async def test_the_clock_is_read_and_moved(session: aiohttp.ClientSession, door: str, standin: StandIn) -> None:
    _, before = await asked(session, f"{door}/clock")
    _, after = await asked(session, f"{door}/clock", b'{"seconds": 3600}')
    assert after["result"]["seconds"] - before["result"]["seconds"] == pytest.approx(3600, abs=5)
    target = datetime.now(UTC) + timedelta(days=40)
    await asked(session, f"{door}/clock", json.dumps({"to": target.isoformat()}).encode())
    assert standin.clock.now() - target < timedelta(seconds=5)


@pytest.mark.parametrize("path", ["/api/auth.test", "/_standin/see/record", "/_standin/clock"])
async def test_no_page_of_the_web_reaches_in_through_a_name_of_its_own(
    session: aiohttp.ClientSession, standin: StandIn, path: str
) -> None:
    url = f"{standin.workspace.origin}{path}"
    for host, status in (("evil.example", 403), ("evil.example:80", 403), ("localhost:80", 200), ("[::1]", 200)):
        async with session.get(url, headers={"Host": host}) as response:
            assert response.status == status


async def test_no_socket_is_opened_under_a_foreign_name(session: aiohttp.ClientSession, standin: StandIn) -> None:
    url = standin.workspace.open_socket_address()
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await session.ws_connect(url, headers={"Host": "evil.example"})
    assert caught.value.status == 403
    async with session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
