"""Answers through response URLs: to one person or to all, five times in half an hour (slack 2)."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from tests.playground.apps import SocketApp
from tests.playground.asking import settled

Json = dict[str, Any]
GO = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
BLOCKS = [{"type": "actions", "elements": [GO]}]


@pytest.fixture
async def url(standin: StandIn, app: SocketApp) -> str:
    """Give the response URL of a command that Ana has run."""
    await standin.command("UANA", "CINTEL", "/intel", "x")
    return str(app.payloads("slash_commands")[0]["response_url"])


async def sent(session: aiohttp.ClientSession, url: str, answer: Json) -> tuple[int, str]:
    async with session.post(url, json=answer) as response:
        is_json = response.content_type == "application/json"
        return response.status, (await response.json())["error"] if is_json else await response.text()


async def press(standin: StandIn, app: SocketApp, user: str, ts: str) -> str:
    """Press the button of a message and return the response URL that the app got."""
    await standin.click(user, "CINTEL", ts, "go")
    return str(app.payloads("interactive")[-1]["response_url"])


async def test_slack_2_a_response_url_takes_five_answers_and_no_sixth(
    standin: StandIn, session: aiohttp.ClientSession, url: str
) -> None:
    for number in range(5):
        assert await sent(session, url, {"text": str(number)}) == (200, "ok")
    assert await sent(session, url, {"text": "5"}) == (404, "used_url")
    assert [seen.text for seen in standin.messages("UANA", "CINTEL")] == list("01234")


async def test_slack_2_a_response_url_is_good_for_half_an_hour(
    standin: StandIn, session: aiohttp.ClientSession, url: str
) -> None:
    standin.clock.advance(timedelta(minutes=29, seconds=58))
    assert await sent(session, url, {"text": "in time"}) == (200, "ok")
    standin.clock.advance(timedelta(seconds=3))
    assert await sent(session, url, {"text": "late"}) == (404, "expired_url")
    assert await sent(session, f"{url}x", {"text": "x"}) == (404, "invalid_url")


async def test_slack_2_an_answer_is_for_one_person_unless_it_says_otherwise(
    standin: StandIn, session: aiohttp.ClientSession, app: SocketApp, url: str
) -> None:
    await sent(session, url, {"text": "to you"})
    await sent(session, url, {"text": "to all", "response_type": "in_channel"})
    assert [(seen.text, seen.is_ephemeral) for seen in standin.messages("UANA", "CINTEL")] == [
        ("to you", True),
        ("to all", False),
    ]
    assert [seen.text for seen in standin.messages("UBO", "CINTEL")] == ["to all"]
    await settled(standin)
    [event] = app.events("message")
    assert (event["subtype"], event["bot_id"], "user" in event) == ("bot_message", "BNUGGET", False)


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"{", "application/json", "invalid_json"),
        (b"[]", "application/json", "json_not_object"),
        (b"x", "text/plain", "invalid_post_type"),
        (b"{}", "application/json", "no_text"),
        (b'{"text": 7}', "application/json", "invalid_arguments"),
        (b'{"text": "x", "blocks": [{"type": "sectoin"}]}', "application/json", "invalid_blocks"),
    ],
)
async def test_slack_2_whatever_is_refused_has_a_status_that_is_not_200(
    standin: StandIn, session: aiohttp.ClientSession, url: str, body: bytes, content_type: str, error: str
) -> None:
    async with session.post(url, data=body, headers={"Content-Type": content_type}) as response:
        assert response.status == 400
        assert (await response.json())["error"] == error
    assert standin.messages("UANA", "CINTEL") == []
    assert standin.record[-1].outcome == error


async def test_slack_2_a_public_original_is_replaced_and_deleted(
    standin: StandIn, session: aiohttp.ClientSession, app: SocketApp, client: AsyncWebClient
) -> None:
    ts = str((await client.chat_postMessage(channel="CINTEL", text="card", blocks=BLOCKS))["ts"])
    url = await press(standin, app, "UBO", ts)
    assert await sent(session, url, {"text": "newer", "replace_original": True}) == (200, "ok")
    assert [(seen.ts, seen.text, seen.blocks) for seen in standin.messages("UANA", "CINTEL")] == [(ts, "newer", [])]
    assert await sent(session, url, {"delete_original": True}) == (200, "ok")
    assert standin.messages("UANA", "CINTEL") == []
    for answer in ({"text": "x", "replace_original": True}, {"delete_original": True}):
        assert await sent(session, url, answer) == (404, "message_not_found")


async def test_slack_2_an_ephemeral_original_is_replaced_for_its_person_and_never_public(
    standin: StandIn, session: aiohttp.ClientSession, app: SocketApp, client: AsyncWebClient
) -> None:
    answer = await client.chat_postEphemeral(channel="CINTEL", user="UANA", text="psst", blocks=BLOCKS)
    url = await press(standin, app, "UANA", answer["message_ts"])
    replaced = {"text": "newer", "replace_original": True, "response_type": "in_channel"}
    assert await sent(session, url, replaced) == (200, "ok")
    assert [(seen.text, seen.is_ephemeral) for seen in standin.messages("UANA", "CINTEL")] == [("newer", True)]
    assert standin.messages("UBO", "CINTEL") == []
    assert await sent(session, url, {"delete_original": True}) == (200, "ok")
    assert standin.messages("UANA", "CINTEL") == []
    assert await sent(session, url, {"text": "x", "replace_original": True}) == (404, "message_not_found")


async def test_slack_2_the_original_of_a_shortcut_is_a_persons_and_cannot_be_changed(
    standin: StandIn, session: aiohttp.ClientSession, app: SocketApp
) -> None:
    ts = await standin.say("UBO", "CINTEL", "mine")
    await standin.message_shortcut("UANA", "capture", "CINTEL", ts)
    url = app.payloads("interactive")[0]["response_url"]
    assert await sent(session, url, {"delete_original": True}) == (404, "message_not_found")
    assert standin.messages("UBO", "CINTEL")[0].text == "mine"
