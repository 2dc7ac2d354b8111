"""Menus that the app fills: what it is asked, what it may answer, and what the person then chooses (slack 9)."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from bot.playground.suggestions import check_suggestions
from tests.playground.apps import SILENT, SocketApp
from tests.playground.asking import refused
from tests.playground.faulty import client_of, fast_standin
from tests.playground.validation_samples import modal, option, plain

Json = dict[str, Any]
NOTHING_CAME = "No suggestions came. What you typed is still here; type on, or try again in a moment."
ACCOUNT: Json = {"type": "external_select", "action_id": "account", "min_query_length": 1}
ACCOUNTS: Json = {"type": "multi_external_select", "action_id": "accounts"}
STATIC: Json = {"type": "static_select", "action_id": "static", "options": [option("a")]}
FIELDS: list[Json] = [
    {"type": "input", "block_id": "first", "label": plain("Account"), "element": ACCOUNT},
    {"type": "input", "block_id": "second", "label": plain("Accounts"), "element": ACCOUNTS, "optional": True},
]
MENUS: list[Json] = [{"type": "actions", "block_id": "menus", "elements": [ACCOUNT, ACCOUNTS, STATIC]}]
GLOBEX = option("globex")


@pytest.fixture
def asked(app: SocketApp) -> SocketApp:
    """Give an app that answers every suggestion."""
    app.answer = lambda request: {"options": [GLOBEX]} if request.payload.get("type") == "block_suggestion" else None
    return app


async def opened(standin: StandIn, app: SocketApp, client: AsyncWebClient) -> str:
    """Open a form for Ana and return its id."""
    await standin.global_shortcut("UANA", "new")
    trigger_id = app.payloads("interactive")[-1]["trigger_id"]
    answer = await client.views_open(trigger_id=trigger_id, view=modal(*FIELDS, submit=plain("Send")))
    return str(answer["view"]["id"])


async def test_slack_9_the_app_is_asked_in_a_modal_and_the_whole_option_is_sent(
    standin: StandIn, asked: SocketApp, client: AsyncWebClient
) -> None:
    view_id = await opened(standin, asked, client)
    assert await standin.suggest("UANA", "account", "g", view_id=view_id) == {"options": [GLOBEX]}
    payload = asked.payloads("interactive")[-1]
    assert {key: payload[key] for key in ("type", "action_id", "block_id", "value", "api_app_id")} == {
        "type": "block_suggestion",
        "action_id": "account",
        "block_id": "first",
        "value": "g",
        "api_app_id": "ANUGGET",
    }
    assert payload["container"] == {"type": "view", "view_id": view_id}
    assert (payload["view"]["id"], payload["user"]["id"], payload["team"]["id"]) == (view_id, "UANA", "T0NUGGET")
    assert not {"trigger_id", "response_url", "channel", "message", "actions"} & payload.keys()
    await standin.submit("UANA", view_id, {"first": {"account": GLOBEX}, "second": {"accounts": [GLOBEX]}})
    values = asked.payloads("interactive")[-1]["view"]["state"]["values"]
    assert values["first"]["account"]["selected_option"] == GLOBEX
    assert values["second"]["accounts"]["selected_options"] == [GLOBEX]


async def test_slack_9_menus_in_messages_ephemerals_and_homes_ask_with_their_place(
    standin: StandIn, asked: SocketApp, client: AsyncWebClient
) -> None:
    ts = str((await client.chat_postMessage(channel="CINTEL", text="x", blocks=MENUS))["ts"])
    whispered = await client.chat_postEphemeral(channel="CINTEL", user="UANA", text="x", blocks=MENUS)
    await client.views_publish(user_id="UANA", view={"type": "home", "blocks": MENUS})
    await standin.suggest("UBO", "accounts", "glo", channel_id="CINTEL", ts=ts, block_id="menus")
    await standin.suggest("UANA", "account", "glo", channel_id="CINTEL", ts=whispered["message_ts"])
    await standin.suggest("UANA", "account", "glo", home=True)
    in_message, in_ephemeral, at_home = asked.payloads("interactive")
    assert in_message["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": "CINTEL",
        "is_ephemeral": False,
    }
    assert (in_message["message"]["ts"], in_message["channel"]["id"]) == (ts, "CINTEL")
    assert in_ephemeral["container"]["is_ephemeral"]
    assert at_home["container"]["type"] == "view"
    assert at_home["view"]["type"] == "home"
    await standin.click("UBO", "CINTEL", ts, "account", selected=GLOBEX)
    assert asked.payloads("interactive")[-1]["actions"][0]["selected_option"] == GLOBEX
    await standin.click_in_home("UANA", "accounts", selected=[GLOBEX])
    assert asked.payloads("interactive")[-1]["actions"][0]["selected_options"] == [GLOBEX]


async def test_slack_9_groups_of_options_are_taken_too(
    standin: StandIn, app: SocketApp, client: AsyncWebClient
) -> None:
    groups = {"option_groups": [{"label": plain("Known"), "options": [GLOBEX]}]}
    await client.views_publish(user_id="UANA", view={"type": "home", "blocks": MENUS})
    app.answer = lambda _: groups
    assert await standin.suggest("UANA", "account", "x", home=True) == groups


async def test_slack_9_too_short_a_query_asks_nobody(
    standin: StandIn, asked: SocketApp, client: AsyncWebClient
) -> None:
    await client.views_publish(user_id="UANA", view={"type": "home", "blocks": MENUS})
    assert await standin.suggest("UANA", "account", "", home=True) == {"options": []}
    assert await standin.suggest("UANA", "accounts", "gl", home=True) == {"options": []}
    assert asked.got == []
    assert await standin.suggest("UANA", "accounts", "glo", home=True) == {"options": [GLOBEX]}


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        {"options": [GLOBEX], "option_groups": []},
        {"options": [GLOBEX] * 101},
        {"options": [{"text": "Globex", "value": "g"}]},
        {"options": [option("g", text=plain("x" * 76))]},
        {"options": [GLOBEX], "text": "x"},
        {"options": GLOBEX},
        {"option_groups": [{"label": plain("Known"), "options": []}]},
        {"option_groups": [{"label": plain("Known"), "options": [GLOBEX] * 101}]},
    ],
)
async def test_slack_9_a_wrong_answer_is_refused_and_written_down(
    standin: StandIn, app: SocketApp, client: AsyncWebClient, answer: Any
) -> None:
    await client.views_publish(user_id="UANA", view={"type": "home", "blocks": MENUS})
    app.answer = lambda _: answer
    assert await refused(standin.suggest("UANA", "account", "x", home=True)) == NOTHING_CAME
    last = standin.record[-1]
    assert (last.kind, last.name, last.outcome) == ("refusal", "block_suggestion answer", "invalid_options")
    assert last.given["problems"]


async def test_slack_9_a_hundred_options_are_taken(standin: StandIn, app: SocketApp, client: AsyncWebClient) -> None:
    assert check_suggestions({"options": [GLOBEX] * 100}) == []
    assert check_suggestions({"options": []}) == []


async def test_slack_2_a_late_answer_is_none(client: AsyncWebClient, session: Any) -> None:
    async with fast_standin(deadline_speed=60.0) as standin:
        client = client_of(standin, session)
        app = SocketApp(client, lambda _: SILENT)
        await app.connect()
        await client.views_publish(user_id="UANA", view={"type": "home", "blocks": MENUS})
        assert await refused(standin.suggest("UANA", "account", "x", home=True)) == NOTHING_CAME
        await app.close()


async def test_slack_9_only_menus_that_are_there_can_be_typed_into(
    standin: StandIn, asked: SocketApp, client: AsyncWebClient
) -> None:
    elsewhere = "UANA does not have that view in front of them."
    assert await refused(standin.suggest("UANA", "account", "x", home=True)) == elsewhere
    await client.views_publish(user_id="UANA", view={"type": "home", "blocks": MENUS})
    assert await refused(standin.suggest("UANA", "static", "x", home=True)) == (
        "'static' is no menu that the app fills."
    )
    assert "action_id 'none'" in await refused(standin.suggest("UANA", "none", "x", home=True))
    view_id = await opened(standin, asked, client)
    assert await refused(standin.suggest("UBO", "account", "x", view_id=view_id)) == (
        "UBO does not have that view in front of them."
    )
    assert await refused(standin.suggest("UANA", "account", "x", view_id="V1")) == elsewhere
    assert await refused(standin.suggest("UANA", "account", "x")) == elsewhere
    ts = str((await client.chat_postMessage(channel="CPRIVATE", text="x", blocks=MENUS))["ts"])
    assert await refused(standin.suggest("UBO", "account", "x", channel_id="CPRIVATE", ts=ts)) == (
        "UBO is not in CPRIVATE."
    )
    assert [payload for payload in asked.payloads("interactive") if payload["type"] == "block_suggestion"] == []
