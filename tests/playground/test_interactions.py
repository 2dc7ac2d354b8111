"""Commands, shortcuts and presses: who may, what the app gets, and three seconds for its answer (slack 2, 3, 9, 14)."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from tests.playground.apps import SILENT, SocketApp
from tests.playground.asking import refused
from tests.playground.faulty import client_of, fast_standin
from tests.playground.validation_samples import button, modal, option

Json = dict[str, Any]
OUTSIDER = "UOUT belongs to another company, where this app is not installed."


def go(value: str, **changed: Any) -> Json:
    return button(action_id="go", value=value, **changed)


MENU = {"type": "static_select", "action_id": "pick", "options": [option("a"), option("b")]}
MORE = {"type": "overflow", "action_id": "more", "options": [option("c"), option("d")]}
BOXES = {"type": "checkboxes", "action_id": "boxes", "options": [option("e"), option("f")]}
BLOCKS: list[Json] = [
    {
        "type": "actions",
        "block_id": "first",
        "elements": [go("1"), button(action_id="other"), MENU, MORE],
    },
    {"type": "actions", "block_id": "second", "elements": [go("3"), BOXES]},
]


async def posted(client: AsyncWebClient, channel: str = "CINTEL", **fields: Any) -> str:
    return str((await client.chat_postMessage(channel=channel, text="choose", blocks=BLOCKS, **fields))["ts"])


async def test_slack_9_a_command_comes_with_its_place_and_handles(standin: StandIn, app: SocketApp) -> None:
    outcome = await standin.command("UANA", "CPRIVATE", "/ask", "for what")
    assert (outcome.acknowledged, outcome.error, outcome.response) == (True, None, None)
    [payload] = app.payloads("slash_commands")
    assert {key: payload[key] for key in ("command", "text", "channel_id", "channel_name", "user_id", "user_name")} == {
        "command": "/ask",
        "text": "for what",
        "channel_id": "CPRIVATE",
        "channel_name": "privategroup",
        "user_id": "UANA",
        "user_name": "ana",
    }
    assert payload["is_enterprise_install"] == "false"
    assert payload["trigger_id"] == outcome.trigger_id
    assert payload["response_url"].startswith(standin.workspace.origin)


@pytest.mark.parametrize(
    ("user", "channel", "command", "reason"),
    [
        ("UANA", "CINTEL", "/other", "/other is not a command here."),
        ("UOUT", "CSHARED", "/intel", OUTSIDER),
        ("UGUEST", "CINTEL", "/intel", "UGUEST is not in CINTEL."),
        ("UGONE", "CINTEL", "/intel", "UGONE has no active account."),
    ],
)
async def test_slack_14_commands_are_for_the_workspaces_own_people(
    standin: StandIn, app: SocketApp, user: str, channel: str, command: str, reason: str
) -> None:
    assert await refused(standin.command(user, channel, command, "x")) == reason
    assert app.got == []


async def test_slack_2_a_command_that_is_not_acknowledged_is_shown_as_timed_out(session: aiohttp.ClientSession) -> None:
    async with fast_standin(deadline_speed=60.0) as standin:
        assert (await standin.command("UANA", "CINTEL", "/intel", "x")).error == "dispatch_failed"
        app = SocketApp(client_of(standin, session), lambda _: SILENT)
        await app.connect()
        assert (await standin.command("UANA", "CINTEL", "/intel", "x")).error == "operation_timeout"
        assert len(app.got) == 1
        await app.close()


async def test_slack_2_an_acknowledgement_with_words_is_shown_to_the_person_or_to_all(
    standin: StandIn, app: SocketApp
) -> None:
    app.answer = lambda _: {"text": "between us"}
    await standin.command("UANA", "CINTEL", "/intel", "x")
    app.answer = lambda _: {"text": "for all", "response_type": "in_channel"}
    await standin.command("UANA", "CINTEL", "/intel", "x")
    assert [seen.text for seen in standin.messages("UANA", "CINTEL")] == ["between us", "for all"]
    assert [seen.text for seen in standin.messages("UBO", "CINTEL")] == ["for all"]


async def test_slack_11_an_acknowledgement_with_wrong_blocks_shows_nothing_and_is_recorded(
    standin: StandIn, app: SocketApp
) -> None:
    app.answer = lambda _: {"text": "x", "blocks": [{"type": "sectoin"}]}
    await standin.command("UANA", "CINTEL", "/intel", "x")
    assert standin.messages("UANA", "CINTEL") == []
    assert [(entry.kind, entry.outcome) for entry in standin.record][-1] == ("refusal", "invalid_blocks")


async def test_slack_3_shortcuts(standin: StandIn, app: SocketApp) -> None:
    ts = await standin.say("UBO", "CINTEL", "an insight")
    await standin.message_shortcut("UANA", "capture", "CINTEL", ts)
    await standin.global_shortcut("UANA", "new_item")
    on_message, anywhere = app.payloads("interactive")
    assert (on_message["type"], on_message["callback_id"]) == ("message_action", "capture")
    assert (on_message["message"]["text"], on_message["message_ts"]) == ("an insight", ts)
    assert "response_url" in on_message
    assert (anywhere["type"], anywhere["callback_id"]) == ("shortcut", "new_item")
    assert "response_url" not in anywhere
    assert "channel" not in anywhere


async def test_slack_14_shortcuts_are_for_the_workspaces_own_people(standin: StandIn, client: AsyncWebClient) -> None:
    ts = await standin.say("UANA", "CSHARED", "x")
    assert await refused(standin.message_shortcut("UOUT", "capture", "CSHARED", ts)) == OUTSIDER
    assert await refused(standin.global_shortcut("UOUT", "new_item")) == OUTSIDER
    whispered = await client.chat_postEphemeral(channel="CINTEL", user="UANA", text="psst")
    reason = f"There is no message {whispered['message_ts']} in CINTEL."
    assert await refused(standin.message_shortcut("UANA", "x", "CINTEL", whispered["message_ts"])) == reason


async def test_slack_9_a_press_carries_the_message_and_what_is_chosen(
    standin: StandIn, app: SocketApp, client: AsyncWebClient
) -> None:
    ts = await posted(client)
    await standin.click("UBO", "CINTEL", ts, "go", value="3")
    await standin.click("UBO", "CINTEL", ts, "pick", selected="b")
    await standin.click("UBO", "CINTEL", ts, "more", selected="d")
    await standin.click("UBO", "CINTEL", ts, "boxes", selected=["e", "f"])
    pressed, picked, chosen, ticked = app.payloads("interactive")
    assert pressed["container"] == {"type": "message", "message_ts": ts, "channel_id": "CINTEL", "is_ephemeral": False}
    assert (pressed["message"]["ts"], pressed["user"]["id"]) == (ts, "UBO")
    [action] = pressed["actions"]
    assert (action["type"], action["value"], action["block_id"]) == ("button", "3", "second")
    assert picked["actions"][0]["selected_option"] == option("b")
    assert picked["state"]["values"]["first"]["pick"]["selected_option"] == option("b")
    assert chosen["actions"][0]["selected_option"] == option("d")
    assert ticked["state"]["values"]["second"]["boxes"]["selected_options"] == [option("e"), option("f")]


async def test_slack_9_only_what_is_there_can_be_pressed(standin: StandIn, client: AsyncWebClient) -> None:
    ts = await posted(client)
    nothing = "There is nothing here with the action_id {!r}."
    assert await refused(standin.click("UBO", "CINTEL", ts, "none")) == nothing.format("none")
    assert await refused(standin.click("UBO", "CINTEL", ts, "go", value="9")) == nothing.format("go")
    assert await refused(standin.click("UBO", "CINTEL", ts, "pick", block_id="second")) == nothing.format("pick")
    assert await refused(standin.click("UBO", "CINTEL", ts, "pick", selected="z")) == "'pick' does not offer 'z'."
    assert await refused(standin.click("UGUEST", "CINTEL", ts, "go")) == "UGUEST is not in CINTEL."
    assert await refused(standin.click("UBO", "CINTEL", "1.0", "go")) == "There is no message 1.0 in CINTEL."


async def test_slack_14_outsiders_can_press_in_a_shared_channel(
    standin: StandIn, app: SocketApp, client: AsyncWebClient
) -> None:
    ts = await posted(client, "CSHARED")
    assert (await standin.click("UOUT", "CSHARED", ts, "other")).acknowledged
    [payload] = app.payloads("interactive")
    assert (payload["user"]["team_id"], payload["team"]["id"]) == ("TOTHER", "TOTHER")


async def test_slack_7_an_ephemeral_is_pressed_by_its_own_person_alone(
    standin: StandIn, app: SocketApp, client: AsyncWebClient
) -> None:
    answer = await client.chat_postEphemeral(channel="CINTEL", user="UANA", text="x", blocks=BLOCKS)
    ts = answer["message_ts"]
    assert await refused(standin.click("UBO", "CINTEL", ts, "go")) == f"There is no message {ts} in CINTEL."
    await standin.click("UANA", "CINTEL", ts, "go", value="1")
    [payload] = app.payloads("interactive")
    assert payload["container"]["is_ephemeral"]
    assert "message" not in payload


async def test_slack_9_presses_in_views_and_homes_have_no_response_url(
    standin: StandIn, app: SocketApp, client: AsyncWebClient
) -> None:
    assert await refused(standin.click_in_home("UANA", "go")) == "No Home was published for UANA."
    await client.views_publish(user_id="UANA", view={"type": "home", "blocks": BLOCKS})
    await standin.click_in_home("UANA", "pick", selected="a")
    trigger_id = app.payloads("interactive")[0]["trigger_id"]
    opened = await client.views_open(trigger_id=trigger_id, view=modal(*BLOCKS))
    view_id = opened["view"]["id"]
    reason = f"UBO does not have the view {view_id} in front of them."
    assert await refused(standin.click_in_view("UBO", view_id, "go")) == reason
    await standin.click_in_view("UANA", view_id, "boxes", selected=["f"])
    at_home, in_view = app.payloads("interactive")
    for payload in (at_home, in_view):
        assert payload["container"]["type"] == "view"
        assert not {"response_url", "channel", "message"} & payload.keys()
    assert in_view["view"]["state"]["values"]["second"]["boxes"]["selected_options"] == [option("f")]


async def test_slack_9_a_workflow_button_starts_no_interaction(standin: StandIn, client: AsyncWebClient) -> None:
    button_to_flow = {
        "type": "workflow_button",
        "action_id": "flow",
        "text": {"type": "plain_text", "text": "Go"},
        "workflow": {"trigger": {"url": "https://x.example/t"}},
    }
    blocks = [{"type": "actions", "elements": [button_to_flow]}]
    ts = str((await client.chat_postMessage(channel="CINTEL", text="x", blocks=blocks))["ts"])
    assert await refused(standin.click("UBO", "CINTEL", ts, "flow")) == "A workflow_button cannot be pressed here."
