"""What lasts until it is switched back: a revoked token, a skewed clock; and the history that tells of all faults."""

import time
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from tests.playground.apps import HttpApp, SocketApp
from tests.playground.asking import error_of, settled
from tests.playground.faulty import METADATA, client_of, fast_standin


async def test_slack_7_a_revoked_token_is_refused_everywhere_until_it_is_restored(
    standin: StandIn, client: AsyncWebClient
) -> None:
    await standin.set_fault("token_revoked")
    for call in (client.auth_test(), client.chat_postMessage(channel="CINTEL", text="x")):
        assert await error_of(call) == "token_revoked"
    assert await error_of(client.apps_connections_open(app_token="xapp-standin")) == "token_revoked"
    assert await error_of(client.auth_test(token="xoxb-other")) == "invalid_auth"
    await standin.clear_faults("token_revoked")
    assert (await client.auth_test())["ok"]
    assert standin.fault_counts() == {"token_revoked": 3}
    assert [call["fault"] for call in standin.history()["calls"]] == [*["token_revoked"] * 3, "", ""]
    assert standin.history()["messages"] == []


async def test_a_token_can_be_revoked_for_a_share_of_the_calls(session: aiohttp.ClientSession) -> None:
    async with fast_standin(fault_seed=3) as standin:
        await standin.set_fault("token_revoked", 0.5, method="auth.test")
        headers = {"Authorization": "Bearer xoxb-standin"}
        for _ in range(100):
            await session.post(f"{standin.base_url}auth.test", headers=headers)
        assert standin.fault_counts()["token_revoked"] == pytest.approx(50, abs=20)


def date_of(headers: Mapping[str, str]) -> float:
    return parsedate_to_datetime(headers["Date"]).timestamp()


@pytest.mark.parametrize("skew", [600, -600])
async def test_a_skewed_clock_shows_in_dates_and_timestamps(
    standin: StandIn, client: AsyncWebClient, app: SocketApp, skew: int
) -> None:
    assert abs(date_of((await client.auth_test()).headers) - time.time()) < 5
    await standin.set_fault("clock_skew", seconds=skew)
    before = standin.clock.seconds()
    assert abs(date_of((await client.auth_test()).headers) - time.time() - skew) < 5
    ts = await standin.say("UANA", "CINTEL", "x")
    await standin.react("UBO", "CINTEL", ts, "eyes")
    await settled(standin)
    stamps = [float(ts), *(payload["event_time"] for payload in app.payloads("events_api"))]
    stamps += [float(event["event_ts"]) for event in app.events()]
    assert all(abs(stamp - before - skew) < 5 for stamp in stamps)
    assert standin.clock.seconds() - before < 5
    assert standin.fault_counts() == {"clock_skew": 1}


async def test_timestamps_still_rise_when_the_clock_is_set_right(standin: StandIn) -> None:
    await standin.set_fault("clock_skew", seconds=600)
    first = await standin.say("UANA", "CINTEL", "x")
    await standin.clear_faults()
    assert await standin.say("UANA", "CINTEL", "y") > first


async def test_slack_14_a_skewed_clock_shows_in_the_signed_timestamp(http_app: HttpApp) -> None:
    async with fast_standin(mode="http", request_url=http_app.url) as standin:
        for skew in (0, 400):
            await standin.set_fault("clock_skew", seconds=skew)
            await standin.say("UANA", "CINTEL", "x")
            await settled(standin)
        stamps = sorted(int(arrival.headers["x-slack-request-timestamp"]) for arrival in http_app.got)
        assert [round((stamp - time.time()) / 100) for stamp in stamps] == [0, 4]


async def test_history_keeps_deleted_messages_with_their_metadata(standin: StandIn, client: AsyncWebClient) -> None:
    kept, gone, parent = [
        (await client.chat_postMessage(channel="CINTEL", text=text, metadata=METADATA))["ts"]
        for text in ("kept", "gone", "parent")
    ]
    await client.chat_update(channel="CINTEL", ts=kept, text="kept and edited")
    await standin.say("UANA", "CINTEL", "a reply", thread_ts=parent)
    standin.clock.advance(timedelta(hours=1))
    for ts in (gone, parent):
        await client.chat_delete(channel="CINTEL", ts=ts)
    shown = {entry["ts"]: entry for entry in standin.history()["messages"] if entry["is_from_app"]}
    assert {ts: (entry["exists"], entry["text"]) for ts, entry in shown.items()} == {
        kept: (True, "kept and edited"),
        gone: (False, "gone"),
        parent: (False, "parent"),
    }
    assert all(entry["metadata"] == METADATA for entry in shown.values())
    assert (shown[kept]["edits"], shown[kept]["deleted_at"]) == (1, None)
    assert shown[gone]["deleted_at"] - shown[gone]["at"] >= 3600


async def test_history_tells_who_was_shown_what_in_private(standin: StandIn, client: AsyncWebClient) -> None:
    parent = await standin.say("UANA", "CINTEL", "a parent")
    for thread_ts in (None, parent):
        await client.chat_postEphemeral(channel="CINTEL", user="UBO", text="psst", thread_ts=thread_ts)
    assert [
        (entry["recipient"], entry["text"], entry["thread_ts"], entry["is_seen"])
        for entry in standin.history()["ephemerals"]
    ] == [("UBO", "psst", None, True), ("UBO", "psst", parent, False)]


async def test_history_follows_answers_through_a_response_url(
    standin: StandIn, client: AsyncWebClient, app: SocketApp, session: aiohttp.ClientSession
) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [{"type": "actions", "elements": [button]}]
    whispered = await client.chat_postEphemeral(channel="CINTEL", user="UBO", text="choose", blocks=blocks)
    await standin.click("UBO", "CINTEL", whispered["message_ts"], "go")
    url = app.payloads("interactive")[0]["response_url"]
    for answer in (
        {"text": "in public", "response_type": "in_channel"},
        {"text": "chosen", "replace_original": True},
        {"delete_original": True},
    ):
        async with session.post(url, json=answer) as response:
            assert response.status == 200
    [ephemeral] = standin.history()["ephemerals"]
    assert (ephemeral["text"], ephemeral["exists"], ephemeral["edits"]) == ("chosen", False, 1)
    [message] = standin.history()["messages"]
    assert (message["text"], message["exists"]) == ("in public", True)
    assert [call["outcome"] for call in standin.history()["calls"] if call["method"] == "response_url"] == ["ok"] * 3


class Door:
    """The control API, as another process uses it."""

    def __init__(self, standin: StandIn, session: aiohttp.ClientSession) -> None:
        self._base = f"{standin.workspace.origin}/_standin"
        self._session = session

    async def act(self, gesture: str, /, **given: object) -> tuple[int, object]:
        async with self._session.post(f"{self._base}/act/{gesture}", json=given) as response:
            answer = await response.json()
            return response.status, answer.get("result", answer.get("error"))

    async def see(self, name: str) -> Any:
        async with self._session.get(f"{self._base}/see/{name}") as response:
            return (await response.json())["result"]


async def test_another_process_sets_clears_and_counts_faults(
    standin: StandIn, client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    door = Door(standin, session)
    assert await door.act("seed_faults", seed=4) == (200, None)
    fault: dict[str, Any] = {"name": "fatal_error", "rate": 1, "method": "chat.postMessage", "times": 2}
    assert (await door.act("set_fault", **fault))[0] == 200
    assert await door.see("faults") == [{**fault, "seconds": 0.0, "most": 2}]
    for number in range(3):
        call = client.chat_postMessage(channel="CINTEL", text=str(number), metadata=METADATA)
        assert number == 2 or await error_of(call) == "fatal_error"
        assert number < 2 or (await call)["ok"]
    assert await door.see("fault_counts") == {"fatal_error": 2}
    assert (await door.see("faults"), await door.see("violations")) == ([], [])
    await standin.say("UANA", "CINTEL", "half a character: \ud83d")
    history = await door.see("history")
    assert history == {**standin.history(), "now": history["now"]}
    assert len(history["messages"]) == 4
    record = await door.see("record")
    assert [entry["fault"] for entry in record if entry["kind"] == "api"] == [
        "fatal_error",
        "fatal_error",
        "",
    ]


async def test_another_process_is_told_what_is_no_fault(standin: StandIn, session: aiohttp.ClientSession) -> None:
    door = Door(standin, session)
    wrongs: list[dict[str, Any]] = [
        {"name": "fire"},
        {"name": "drop_after", "rate": 2},
        {"name": "drop_after", "rate": "often"},
        {"name": "drop_after", "speed": 1},
        {},
    ]
    for wrong in wrongs:
        status, sentence = await door.act("set_fault", **wrong)
        assert status == 400
        assert str(sentence).startswith("Wrong arguments: ")
    await door.act("set_fault", name="drop_after", method="auth.test")
    assert await door.act("clear_faults") == (200, None)
    assert await door.see("faults") == []
    assert await door.act("set_delayed_events", is_on=True) == (200, None)
    assert standin.workspace.deliveries.delayed_events


async def test_without_faults_nothing_is_drawn(session: aiohttp.ClientSession) -> None:
    async with fast_standin(fault_seed=9) as standin:
        state = standin.workspace.faults.random.getstate()
        app = SocketApp(client_of(standin, session))
        await app.connect()
        await standin.say("UANA", "CINTEL", "x")
        await settled(standin)
        assert standin.workspace.faults.random.getstate() == state
        assert {entry.fault for entry in standin.record} == {""}
        await app.close()
