"""Delivery over HTTP: signed, redirected twice at most, answered in time with a status of success (slack 2, 4, 14)."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.playground.server import StandIn
from tests.playground.apps import HttpApp
from tests.playground.asking import settled
from tests.playground.faulty import fast_standin

Json = dict[str, Any]


@pytest.fixture
async def posting(http_app: HttpApp) -> AsyncIterator[StandIn]:
    """Give a stand-in that posts to the app behind an address."""
    async with fast_standin(mode="http", request_url=http_app.url, deadline_speed=10.0) as standin:
        yield standin


async def test_slack_14_events_commands_and_presses_are_signed_over_raw_bytes(
    posting: StandIn, http_app: HttpApp
) -> None:
    await posting.say("UANA", "CINTEL", "café & crème")
    await posting.command("UANA", "CINTEL", "/intel", "café")
    await posting.global_shortcut("UANA", "new_item")
    await settled(posting)
    assert len(http_app.got) == 3
    for arrival in http_app.got:
        assert SignatureVerifier("standin-secret").is_valid_request(arrival.body, arrival.headers)
        assert not SignatureVerifier("another-secret").is_valid_request(arrival.body, arrival.headers)
        moment = arrival.headers["x-slack-request-timestamp"].encode()
        digest = hmac.new(b"standin-secret", b"v0:" + moment + b":" + arrival.body, hashlib.sha256).hexdigest()
        assert arrival.headers["x-slack-signature"] == f"v0={digest}"
    kinds = sorted(str(arrival.payload.get("type") or arrival.payload.get("command")) for arrival in http_app.got)
    assert kinds == ["/intel", "event_callback", "shortcut"]


@pytest.mark.parametrize(("steps", "outcome"), [(2, "ok"), (3, "too_many_redirects")])
async def test_slack_4_two_redirects_are_followed_and_no_third(
    posting: StandIn, http_app: HttpApp, steps: int, outcome: str
) -> None:
    posting.request_url = f"{http_app.base}/moved/{steps}"
    await posting.say("UANA", "CINTEL", "x")
    await settled(posting)
    assert {entry.outcome for entry in posting.record if entry.kind == "event"} == {outcome}
    assert bool(http_app.got) == (outcome == "ok")


@pytest.mark.parametrize(("status", "outcome"), [(200, "ok"), (299, "ok"), (304, "http_error"), (404, "http_error")])
async def test_slack_4_success_is_a_status_from_200_to_299(
    posting: StandIn, http_app: HttpApp, status: int, outcome: str
) -> None:
    http_app.answer = lambda _: web.Response(status=status)
    await posting.say("UANA", "CINTEL", "x")
    await settled(posting)
    assert posting.history()["events"][0]["deliveries"][0]["outcome"] == outcome


async def test_slack_4_an_app_that_is_not_there_is_a_failed_connection(http_app: HttpApp) -> None:
    await http_app.close()
    async with fast_standin(mode="http", request_url=http_app.url) as standin:
        for url in (http_app.url, None):
            standin.request_url = url
            assert (await standin.command("UANA", "CINTEL", "/intel", "x")).error == "dispatch_failed"
        assert {asked["outcome"] for asked in standin.history()["asked"]} == {"connection_failed"}


async def test_slack_2_three_seconds_for_an_answer(http_app: HttpApp) -> None:
    # At a tenth of the time, 2 and 4 of Slack's seconds are far enough from the 3 on a busy machine.
    async with fast_standin(mode="http", request_url=f"{http_app.base}/after/0.2", deadline_speed=10.0) as standin:
        assert (await standin.command("UANA", "CINTEL", "/intel", "x")).error is None
        standin.request_url = f"{http_app.base}/after/0.4"
        assert (await standin.command("UANA", "CINTEL", "/intel", "x")).error == "operation_timeout"
        assert [asked["outcome"] for asked in standin.history()["asked"]] == ["ok", "http_timeout"]


BODIES: list[tuple[bytes, str, Json | None]] = [
    (b'{"text": "json"}', "application/json", {"text": "json"}),
    (b"bare words", "text/plain", {"text": "bare words"}),
    (b" ", "text/plain", None),
    (b"{", "application/json", None),
]


@pytest.mark.parametrize(("body", "content_type", "response"), BODIES)
async def test_slack_9_what_comes_with_an_answer_is_json_or_words(
    posting: StandIn, http_app: HttpApp, body: bytes, content_type: str, response: Json | None
) -> None:
    http_app.answer = lambda _: web.Response(body=body, content_type=content_type)
    assert (await posting.command("UANA", "CINTEL", "/intel", "x")).response == response


async def test_slack_9_half_a_character_goes_out_as_its_bytes(posting: StandIn, http_app: HttpApp) -> None:
    await posting.command("UANA", "CINTEL", "/intel", "half \ud83d")
    assert b"half+%ED%A0%BD" in http_app.got[0].body
