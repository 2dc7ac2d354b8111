"""Tokens: those of real workspaces are not taken, and no token is ever shown."""

import json

import aiohttp
import pytest

from bot.playground.page.secrecy import HIDDEN, REFUSAL, without_tokens
from bot.playground.server import StandIn
from bot.playground.spec import WorldSpec
from tests.playground.conftest import SPEC
from tests.playground.faulty import AUTHORIZATION
from tests.playground.visiting import posted, visit

# Built here, since a file that held them whole would look like a leak itself.
REAL = ["-".join(parts) for parts in (("xoxb", "12", "34", "aB"), ("xoxp", "1", "x"), ("xapp", "1", "A1", "7", "ab"))]


@pytest.mark.parametrize("token", REAL)
async def test_a_real_token_is_refused_and_nothing_that_came_with_it_is_kept(
    session: aiohttp.ClientSession, standin: StandIn, token: str
) -> None:
    url = f"{standin.base_url}chat.postMessage"
    given = {"channel": "CINTEL", "text": "real words of a real company"}
    for headers, body in (({"Authorization": f"Bearer {token}"}, given), ({}, {**given, "token": token})):
        async with session.post(url, json=body, headers=headers) as response:
            assert (await response.json())["error"] == "invalid_auth"
    assert [(entry.outcome, dict(entry.given)) for entry in standin.record] == [("invalid_auth", {})] * 2
    assert token not in repr(standin.record)
    async with session.post(url, json=given, headers={"Authorization": "Bearer wrong"}) as response:
        assert (await response.json())["error"] == "invalid_auth"
    assert standin.record[-1].given == given


@pytest.mark.parametrize("token", REAL)
async def test_a_real_token_in_what_is_typed_is_refused_with_a_sentence(
    session: aiohttp.ClientSession, standin: StandIn, token: str
) -> None:
    for name, args in (
        ("say", {"channel_id": "CINTEL", "text": f"here it is: {token}."}),
        ("command", {"channel_id": "CINTEL", "command": "/ask", "text": token}),
        ("submit", {"view_id": "V1", "values": {"b": {"a": [{"value": f"({token})"}]}}}),
        ("submit", {"view_id": "V1", "values": {token: {}}}),
    ):
        assert await posted(session, standin, f"act/{name}", {"as": "UANA", **args}) == (409, REFUSAL)
    assert standin.record == []


async def test_words_about_tokens_are_taken(session: aiohttp.ClientSession, standin: StandIn) -> None:
    for text in ("Where do I get an xoxb- token?", "xoxb-your-token", "the xapp-token", "xoxb-standin"):
        status, _ = await posted(session, standin, "act/say", {"as": "UANA", "channel_id": "CINTEL", "text": text})
        assert status == 200


async def test_the_inspector_shows_what_went_over_the_wire_and_no_token(
    session: aiohttp.ClientSession, standin: StandIn
) -> None:
    async with session.post(f"{standin.base_url}auth.test", headers=AUTHORIZATION):
        pass
    posting = {"channel": "CINTEL", "text": f"xoxb-standin, standin-secret and {REAL[0]}"}
    async with session.post(f"{standin.base_url}chat.postMessage", json=posting, headers=AUTHORIZATION):
        pass
    async with visit(standin, inspect="1") as visitor:
        wire = [part for key, part in sorted(visitor.store.items()) if key.startswith("wire:")]
        assert [(part["n"], part["kind"], part["name"], part["outcome"]) for part in wire[:2]] == [
            (1, "api", "auth.test", "ok"),
            (2, "api", "chat.postMessage", "ok"),
        ]
        assert wire[1]["given"]["text"] == f"{HIDDEN}, {HIDDEN} and {HIDDEN}"
        assert wire[1]["answer"]["ok"] is True
        assert all(part["ms"] >= 0 for part in wire[:2])
        shown = json.dumps(wire)
        assert not [token for token in (*REAL, SPEC.bot_token, SPEC.signing_secret) if token in shown]


async def test_the_inspector_is_switched_on_and_off_and_keeps_to_the_newest(standin: StandIn) -> None:
    async with visit(standin) as visitor:
        assert not [key for key in visitor.store if key.startswith("wire:")]
        for number in range(310):
            await standin.say("UANA", "CPRIVATE", f"{number}")
        await visitor.socket.send_json({"inspect": True})
        await visitor.until(lambda store: "wire:000310" in store)
        assert min(key for key in visitor.store if key.startswith("wire:")) == "wire:000011"
        await standin.say("UANA", "CPRIVATE", "one more")
        await visitor.until(lambda store: "wire:000311" in store)
        assert len([key for key in visitor.store if key.startswith("wire:")]) == 300
        await visitor.socket.send_json({"inspect": False})
        await visitor.until(lambda store: not any(key.startswith("wire:") for key in store))


async def test_what_is_too_long_is_told_of_and_not_shown(session: aiohttp.ClientSession, standin: StandIn) -> None:
    body = {"channel": "CINTEL", "text": "x" * 35_000}
    async with session.post(f"{standin.base_url}chat.postMessage", json=body, headers=AUTHORIZATION):
        pass
    async with visit(standin, inspect="1") as visitor:
        assert list(visitor.store["wire:000001"]["given"]) == ["too long to show"]


def test_a_long_row_of_beginnings_is_looked_through_in_no_time() -> None:
    assert without_tokens("xoxb-" * 200_000, WorldSpec()) == "xoxb-" * 200_000
