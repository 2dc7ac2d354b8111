"""Acting through the page: every gesture, who may, and the sentences that people get instead."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.page.acts import OPTIONAL, REQUIRED
from bot.playground.server import StandIn
from tests.playground.apps import SocketApp
from tests.playground.validation_samples import an_input, button, modal, option, plain, typed
from tests.playground.visiting import posted

Json = dict[str, Any]
BLOCKS: list[Json] = [
    {
        "type": "actions",
        "block_id": "b",
        "elements": [
            button(action_id="go", value="1"),
            button(action_id="go2", value="2"),
            {"type": "static_select", "action_id": "pick", "options": [option("a"), option("b")]},
            {"type": "external_select", "action_id": "find", "min_query_length": 0},
        ],
    }
]


def nested(depth: int) -> Any:
    """Return lists in lists, deeper than looking through them goes."""
    found: Any = "x"
    for _ in range(depth):
        found = [found]
    return found


class Page:
    """Acts as Ana."""

    def __init__(self, session: aiohttp.ClientSession, standin: StandIn) -> None:
        self.session, self.standin = session, standin

    async def tried(self, act: str, /, user_id: str = "UANA", **args: Any) -> tuple[int, Any]:
        return await posted(self.session, self.standin, f"act/{act}", {"as": user_id, **args})

    async def done(self, act: str, /, user_id: str = "UANA", **args: Any) -> Any:
        status, result = await self.tried(act, user_id, **args)
        assert status == 200, result
        return result


@pytest.fixture
def page(session: aiohttp.ClientSession, standin: StandIn) -> Page:
    return Page(session, standin)


def test_every_act_is_a_gesture_of_the_stand_in() -> None:
    assert all(callable(getattr(StandIn, name)) for name in REQUIRED)
    assert OPTIONAL.keys() <= REQUIRED.keys()


async def test_messages_are_written_changed_and_taken_back(page: Page) -> None:
    ts = await page.done("say", channel_id="CINTEL", text="hello")
    place = {"channel_id": "CINTEL", "ts": ts}
    await page.done("say", "UBO", channel_id="CINTEL", text="a reply", thread_ts=ts)
    await page.done("edit", **place, text="hullo")
    await page.done("react", "UBO", **place, name="eyes")
    first, reply = page.standin.messages("UBO", "CINTEL")
    assert (first.text, first.reactions, reply.thread_ts) == ("hullo", {"eyes": ["UBO"]}, ts)
    await page.done("unreact", "UBO", **place, name="eyes")
    await page.done("delete", "UBO", channel_id="CINTEL", ts=reply.ts)
    await page.done("delete", **place)
    assert page.standin.messages("UBO", "CINTEL") == []


async def test_commands_shortcuts_and_presses_reach_the_app(page: Page, app: SocketApp, client: AsyncWebClient) -> None:
    app.answer = lambda request: {"options": []} if request.payload.get("type") == "block_suggestion" else None
    ts = str((await client.chat_postMessage(channel="CINTEL", text="x", blocks=BLOCKS))["ts"])
    await client.views_publish(user_id="UANA", view={"type": "home", "blocks": BLOCKS})
    outcome = await page.done("command", channel_id="CINTEL", command="/ask", text="for it")
    assert outcome == {
        "acknowledged": True,
        "error": None,
        "response": None,
        "trigger_id": app.payloads("slash_commands")[0]["trigger_id"],
    }
    await page.done("message_shortcut", callback_id="capture", channel_id="CINTEL", ts=ts)
    await page.done("global_shortcut", callback_id="new")
    await page.done("click", channel_id="CINTEL", ts=ts, action_id="go", value="1", block_id=None)
    await page.done("click", channel_id="CINTEL", ts=ts, action_id="pick", selected="b", block_id="b")
    await page.done("click_in_home", action_id="go2", value="2")
    assert await page.done("suggest", action_id="find", value="", home=True) == {"options": []}
    assert await page.done("suggest", action_id="find", value="", channel_id="CINTEL", ts=ts) == {"options": []}
    kinds = [payload["type"] for payload in app.payloads("interactive")]
    assert kinds == ["message_action", "shortcut", *["block_actions"] * 3, *["block_suggestion"] * 2]
    chosen = app.payloads("interactive")[3]["actions"][0]
    assert chosen["selected_option"] == option("b")


async def test_forms_are_filled_in_sent_and_closed(page: Page, app: SocketApp, client: AsyncWebClient) -> None:
    await page.done("global_shortcut", callback_id="new")
    trigger_id = app.payloads("interactive")[0]["trigger_id"]
    view = modal(an_input(typed(), block_id="f"), *BLOCKS, submit=plain("Send"), notify_on_close=True)
    view_id = (await client.views_open(trigger_id=trigger_id, view=view))["view"]["id"]
    await page.done("click_in_view", view_id=view_id, action_id="pick", selected="a")
    empty = await page.done("submit", view_id=view_id, values={})
    assert empty["errors"] == {"f": "Please complete this required field."}
    assert empty["view"]["id"] == view_id
    app.answer = lambda request: (
        {"response_action": "errors", "errors": {"f": "Say more."}}
        if request.payload["type"] == "view_submission"
        else None
    )
    refused = await page.done("submit", view_id=view_id, values={"f": {"words": "x"}})
    assert (refused["acknowledged"], refused["response_action"]) == (True, "errors")
    assert refused["errors"] == {"f": "Say more."}
    await page.done("close_view", view_id=view_id)
    kinds = [payload["type"] for payload in app.payloads("interactive")]
    assert kinds == ["shortcut", "block_actions", "view_submission", "view_closed"]


async def test_homes_are_opened_and_channels_entered_and_left(page: Page, app: SocketApp) -> None:
    await page.done("open_home", tab="home")
    await page.done("open_home", tab="messages")
    await page.done("join", "UBO", channel_id="CPUBLIC")
    assert "UBO" in page.standin.workspace.world.channels["CPUBLIC"].members
    await page.done("leave", "UBO", channel_id="CPUBLIC")
    assert "UBO" not in page.standin.workspace.world.channels["CPUBLIC"].members
    await page.standin.wait_until(lambda: len(app.events("app_home_opened")) == 2)
    assert {event["tab"] for event in app.events("app_home_opened")} == {"home", "messages"}


@pytest.mark.parametrize(
    ("act", "user_id", "args", "sentence"),
    [
        ("say", "UBO", {"channel_id": "CPUBLIC", "text": "x"}, "Bo Berg is not in #public."),
        ("say", "UANA", {"channel_id": "CSECRET", "text": "x"}, "Ana Alves is not in this conversation."),
        ("say", "UANA", {"channel_id": "CINTEL", "text": " "}, "A message needs some words."),
        ("say", "UGONE", {"channel_id": "CINTEL", "text": "x"}, "Gone Away is nobody whom you can be here."),
        ("say", "UNUGGET", {"channel_id": "CINTEL", "text": "x"}, "Nugget is nobody whom you can be here."),
        ("say", "UNONE", {"channel_id": "CINTEL", "text": "x"}, "UNONE is nobody whom you can be here."),
        ("join", "UANA", {"channel_id": "CSECRET"}, "Ana Alves cannot open this channel."),
        ("join", "UGUEST", {"channel_id": "CPUBLIC"}, "Gil Guest cannot open this channel."),
        ("join", "UOUT", {"channel_id": "CINTEL"}, "Olga Outside cannot open this channel."),
        ("join", "UANA", {"channel_id": "CNONE"}, "Ana Alves cannot open this channel."),
        ("leave", "UANA", {"channel_id": "DUANA"}, "This conversation cannot be left."),
        ("open_home", "UOUT", {"tab": "home"}, "Olga Outside belongs to another company, where this app is not in"),
        ("mark_read", "UANA", {"channel_id": "CSECRET"}, "Ana Alves cannot open this conversation."),
        ("dismiss", "UANA", {"channel_id": "CINTEL", "ts": "1.0"}, "There is no message 1.0 in #intel that only Ana"),
        ("delete", "UANA", {"channel_id": "CINTEL", "ts": "1.0"}, "There is no message 1.0 in #intel."),
    ],
)
async def test_what_slacks_client_would_not_offer_is_refused_in_words(
    page: Page, act: str, user_id: str, args: Json, sentence: str
) -> None:
    status, answer = await page.tried(act, user_id, **args)
    assert status == 409
    assert answer.startswith(sentence)


async def test_an_archived_channel_cannot_be_joined(page: Page) -> None:
    await page.standin.archive_channel("UANA", "CPUBLIC")
    assert await page.tried("join", "UBO", channel_id="CPUBLIC") == (409, "#public is archived.")


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("uninstall", {"as": "UANA"}),
        ("stop", {"as": "UANA"}),
        ("say", {"as": "UANA", "channel_id": "CINTEL"}),
        ("say", {"channel_id": "CINTEL", "text": "x"}),
        ("say", {"as": 1, "channel_id": "CINTEL", "text": "x"}),
        ("say", {"as": "UANA", "channel_id": "CINTEL", "text": ["x"]}),
        ("say", {"as": "UANA", "channel_id": "CINTEL", "text": "x", "client_msg_id": "x"}),
        ("say", {"as": "UANA", "channel_id": "CINTEL", "text": "x", "user_id": "UBO"}),
        ("submit", {"as": "UANA", "view_id": "V1", "values": []}),
        ("submit", {"as": "UANA", "view_id": "V1", "values": {"b": "x"}}),
        ("react", {"as": "UANA", "channel_id": "CINTEL", "ts": "1.0", "name": {}}),
        ("submit", {"as": "UANA", "view_id": "V1", "values": {"b": {"a": nested(600)}}}),
    ],
)
async def test_what_the_page_would_not_send_is_refused(page: Page, act: str, body: Json) -> None:
    status, sentence = await posted(page.session, page.standin, f"act/{act}", body)
    assert status == 400
    assert sentence
    assert page.standin.record == []


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b"null", b"[" * 50_000, b'{"as": "' + b"x" * 1_000_001 + b'"}'])
async def test_what_is_no_object_of_a_fair_size_is_refused(page: Page, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    for path in ("act/say", "do/fill"):
        url = f"{page.standin.page_url}page/{path}"
        async with page.session.post(url, data=body, headers=headers) as response:
            assert response.status == 400
            assert (await response.json())["ok"] is False


async def test_half_a_character_comes_back_as_it_was(page: Page) -> None:
    url = f"{page.standin.page_url}page/act/say"
    body = rb'{"as": "UANA", "channel_id": "CINTEL", "text": "half \ud83d"}'
    async with page.session.post(url, data=body, headers={"Content-Type": "application/json"}) as response:
        assert response.status == 200
    async with page.session.ws_connect(f"{page.standin.page_url}page/live?as=UBO") as socket:
        assert r"half \ud83d" in await socket.receive_str()
