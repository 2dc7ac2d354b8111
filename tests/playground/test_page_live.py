"""The live store: who sees what, what is sent when something changes, and what that costs."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import posting
from bot.playground.page.board import Board, Window
from bot.playground.page.offer import PageOffer
from bot.playground.server import StandIn
from bot.playground.spec import Channel, CommandNote, Person, Shortcut, WorldSpec
from bot.playground.world import Message
from tests.playground.apps import SocketApp
from tests.playground.conftest import SPEC
from tests.playground.validation_samples import button, modal
from tests.playground.visiting import Visitor, visit


@pytest.fixture
async def ana(standin: StandIn) -> AsyncIterator[Visitor]:
    async with visit(standin, "UANA") as visitor:
        yield visitor


@pytest.fixture
async def bo(standin: StandIn) -> AsyncIterator[Visitor]:
    async with visit(standin, "UBO") as visitor:
        yield visitor


async def test_the_first_frame_says_where_one_is(ana: Visitor, standin: StandIn) -> None:
    assert ana.store["me"] == {"id": "UANA"}
    assert ana.store["bot"] == {"is_connected": False}
    assert ana.store["clock"]["next"] is None
    assert ana.store["world"] == {
        "team_name": SPEC.team_name,
        "bot_id": "UNUGGET",
        "bot_name": "nugget",
        "commands": [{"name": name, "description": "", "usage_hint": ""} for name in ("/intel", "/ask")],
        "message_shortcuts": [],
        "global_shortcuts": [],
        "offers": [],
    }
    assert ana.store["channel:CINTEL"] == {
        "id": "CINTEL",
        "name": "intel",
        "kind": "channel",
        "is_ext_shared": False,
        "is_archived": False,
        "is_member": True,
        "has_bot": True,
        "members": ["UANA", "UBO", "UNUGGET"],
        "unread": 0,
        "topic": "",
        "order": 0,
    }
    assert not {"view", "home", "tour", "busy"} & ana.store.keys()


async def test_commands_people_and_channels_come_with_what_the_spec_says_of_them() -> None:
    spec = WorldSpec(
        people=(
            Person("UPM", "pm", "Pia", title="Product manager, Login"),
            Person("UGUEST", "g", "Gil", is_guest=True),
            Person("UOUT", "o", "Olga", team_id="TOTHER", can_be=False),
        ),
        channels=(Channel("C1", "intel", members=("UPM",), topic="What we hear"),),
        command_notes={"/ask": CommandNote("Ask product", "[text|help]")},
        message_shortcuts=(Shortcut("capture", "Save as intel"),),
        global_shortcuts=(Shortcut("new", "Share something"),),
    )
    standin = await StandIn.start(spec)
    async with visit(standin, "UPM") as visitor:
        store = visitor.store
    await standin.stop()
    assert store["world"]["commands"] == [
        {"name": "/intel", "description": "", "usage_hint": ""},
        {"name": "/ask", "description": "Ask product", "usage_hint": "[text|help]"},
    ]
    assert store["world"]["message_shortcuts"] == [{"callback_id": "capture", "name": "Save as intel"}]
    assert store["world"]["global_shortcuts"] == [{"callback_id": "new", "name": "Share something"}]
    assert store["channel:C1"]["topic"] == "What we hear"
    people = {key.partition(":")[2]: part for key, part in store.items() if key.startswith("person:")}
    assert [people[user]["title"] for user in ("UPM", "UGUEST", "UOUT", "UNUGGET")] == [
        "Product manager, Login",
        "Guest",
        "Another company",
        "App",
    ]
    assert [user for user, part in people.items() if part["can_be"]] == ["UPM", "UGUEST"]
    assert people["UOUT"]["is_outsider"]
    assert people["UGUEST"]["is_guest"]


@pytest.mark.parametrize(
    ("user_id", "channels"),
    [
        ("UANA", {"CINTEL", "CASKS", "CMORE", "CPUBLIC", "CPRIVATE", "CSHARED", "DUANA"}),
        ("UBO", {"CINTEL", "CASKS", "CMORE", "CPUBLIC", "CSECRET", "CSHARED", "DUBO"}),
        ("UGUEST", {"CMORE", "DUGUEST"}),
        ("UOUT", {"CSHARED"}),
    ],
)
async def test_each_sees_only_what_they_may(standin: StandIn, user_id: str, channels: set[str]) -> None:
    writers = {"CSECRET": "UBO", "CPRIVATE": "UANA", "CPUBLIC": "UANA", "CSHARED": "UOUT", "CMORE": "UGUEST"}
    for channel_id, writer in writers.items():
        await standin.say(writer, channel_id, channel_id)
    async with visit(standin, user_id) as visitor:
        assert visitor.channels() == channels
        assert set(visitor.texts()) == channels & writers.keys()
        # What happens later is sent by another path than the first frame.
        for channel_id, writer in writers.items():
            await standin.say(writer, channel_id, f"later in {channel_id}")
        async with visit(standin, user_id) as fresh:
            expected = {**fresh.store, "clock": 0}
        await visitor.until(lambda store: {**store, "clock": 0} == expected)


async def test_one_persons_gesture_is_in_anothers_window_soon(ana: Visitor, bo: Visitor) -> None:
    waits = []
    for number in range(10):
        begun = time.perf_counter()
        ts = await ana.act("say", "UANA", channel_id="CINTEL", text=f"news {number}")
        while f"message:CINTEL:{ts}" not in bo.store:
            await bo.frame()
        waits.append(time.perf_counter() - begun)
    assert min(waits) < 0.1


async def test_a_message_lives_in_the_store_as_in_the_channel(ana: Visitor, bo: Visitor) -> None:
    ts = await ana.act("say", "UANA", channel_id="CINTEL", text="Acme & :gem: @bo")
    key = f"message:CINTEL:{ts}"
    await bo.until(lambda store: key in store)
    said = bo.store[key]
    assert said | {"blocks": []} == {
        "channel_id": "CINTEL",
        "ts": ts,
        "user": "UANA",
        "text": "Acme &amp; :gem: <@UBO>",
        "blocks": [],
        "thread_ts": None,
        "reply_count": 0,
        "reply_users": [],
        "latest_reply": None,
        "reactions": [],
        "is_ephemeral": False,
        "edited": False,
        "subtype": None,
        "is_from_app": False,
        "is_in_channel": True,
    }
    assert said["blocks"][0]["type"] == "rich_text"
    await bo.act("react", "UBO", channel_id="CINTEL", ts=ts, name="eyes")
    await ana.until(lambda store: store.get(key, {}).get("reactions") == [{"name": "eyes", "users": ["UBO"]}])
    await bo.act("unreact", "UBO", channel_id="CINTEL", ts=ts, name="eyes")
    await ana.until(lambda store: store[key]["reactions"] == [])
    reply = await bo.act("say", "UBO", channel_id="CINTEL", text="sure?", thread_ts=ts)
    await ana.until(lambda store: f"message:CINTEL:{reply}" in store)
    assert (ana.store[key]["reply_count"], ana.store[key]["reply_users"]) == (1, ["UBO"])
    assert ana.store[key]["latest_reply"] == reply
    assert not ana.store[f"message:CINTEL:{reply}"]["is_in_channel"]
    await ana.act("edit", "UANA", channel_id="CINTEL", ts=ts, text="Acme")
    await bo.until(lambda store: store[key]["edited"])
    assert bo.store[key]["text"] == "Acme"
    await ana.act("delete", "UANA", channel_id="CINTEL", ts=ts)
    await bo.until(lambda store: store[key]["subtype"] == "tombstone")
    await bo.act("delete", "UBO", channel_id="CINTEL", ts=reply)
    await ana.until(lambda store: key not in store and f"message:CINTEL:{reply}" not in store)


async def test_an_ephemeral_is_in_the_window_of_its_person_alone(
    ana: Visitor, bo: Visitor, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postEphemeral(channel="CINTEL", user="UANA", text="psst"))["message_ts"]
    key = f"message:CINTEL:{ts}"
    await ana.until(lambda store: key in store)
    assert (ana.store[key]["is_ephemeral"], ana.store[key]["user"]) == (True, "UNUGGET")
    said = await ana.act("say", "UANA", channel_id="CINTEL", text="for all")
    await bo.until(lambda store: f"message:CINTEL:{said}" in store)
    assert key not in bo.store
    await ana.act("dismiss", "UANA", channel_id="CINTEL", ts=ts)
    await ana.until(lambda store: key not in store)


async def test_an_ephemeral_that_the_app_replaces_and_deletes_follows(
    ana: Visitor, app: SocketApp, session: aiohttp.ClientSession, client: AsyncWebClient
) -> None:
    blocks = [{"type": "actions", "elements": [button(action_id="go")]}]
    ts = (await client.chat_postEphemeral(channel="CINTEL", user="UANA", text="ask", blocks=blocks))["message_ts"]
    key = f"message:CINTEL:{ts}"
    await ana.act("click", "UANA", channel_id="CINTEL", ts=ts, action_id="go")
    url = app.payloads("interactive")[0]["response_url"]
    await session.post(url, json={"replace_original": True, "text": "done"})
    await ana.until(lambda store: store.get(key, {}).get("text") == "done")
    await session.post(url, json={"delete_original": True})
    await ana.until(lambda store: key not in store)


async def test_a_window_becomes_another_person_by_the_difference(ana: Visitor, standin: StandIn) -> None:
    await standin.say("UBO", "CSECRET", "secret")
    await standin.say("UANA", "CPRIVATE", "private")
    await ana.until(lambda store: "private" in ana.texts())
    await ana.socket.send_json({"as": "UBO"})
    await ana.until(lambda store: store["me"] == {"id": "UBO"})
    async with visit(standin, "UBO") as fresh:
        assert {**ana.store, "clock": 0} == {**fresh.store, "clock": 0}
    assert ana.texts() == ["secret"]
    assert not [key for key in ana.frames[-1]["set"] if key.startswith("person:")]
    for nobody in ("UNONE", "UNUGGET", "UGONE", 7):
        await ana.socket.send_json({"as": nobody})
        assert "error" in await ana.frame()
    await ana.socket.send_str("{" * 5_000)
    await ana.socket.send_json({"as": "UANA"})
    await ana.until(lambda store: store["me"] == {"id": "UANA"})


@pytest.mark.parametrize("nobody", ["", "UNONE", "UNUGGET", "UGONE"])
async def test_a_window_of_nobody_is_the_first_persons(standin: StandIn, nobody: str) -> None:
    async with visit(standin, nobody) as visitor:
        assert visitor.store["me"] == {"id": "UANA"}


async def test_joining_and_leaving_bring_and_take_a_channel(standin: StandIn, client: AsyncWebClient) -> None:
    await standin.say("UBO", "CSECRET", "secret")
    async with visit(standin, "UANA") as visitor:
        await standin.join("UANA", "CSECRET")
        await visitor.until(lambda store: "channel:CSECRET" in store)
        assert "secret" in visitor.texts()
        await visitor.act("leave", "UANA", channel_id="CSECRET")
        await visitor.until(lambda store: "channel:CSECRET" not in store)
        assert "secret" not in visitor.texts()


async def test_views_and_homes_come_and_go(ana: Visitor, bo: Visitor, app: SocketApp, client: AsyncWebClient) -> None:
    await ana.act("global_shortcut", "UANA", callback_id="new")
    trigger_id = app.payloads("interactive")[0]["trigger_id"]
    await client.views_open(trigger_id=trigger_id, view=modal({"type": "divider"}))
    await client.views_publish(user_id="UANA", view={"type": "home", "blocks": [{"type": "divider"}]})
    await ana.until(lambda store: {"view", "home"} <= store.keys())
    assert ana.store["view"]["state"] == {"values": {}}
    await ana.act("close_view", "UANA", view_id=ana.store["view"]["id"])
    await ana.until(lambda store: "view" not in store)
    said = await ana.act("say", "UANA", channel_id="CINTEL", text="for all")
    await bo.until(lambda store: f"message:CINTEL:{said}" in store)
    assert not any({"view", "home"} & frame["set"].keys() for frame in bo.frames)


async def test_it_is_told_when_the_bot_comes_and_goes(ana: Visitor, client: AsyncWebClient) -> None:
    app = SocketApp(client)
    await app.connect()
    await ana.until(lambda store: store["bot"]["is_connected"])
    await app.close()
    await ana.until(lambda store: not store["bot"]["is_connected"])


async def test_in_http_mode_the_bot_is_there_if_its_last_answer_came() -> None:
    standin = await StandIn.start(SPEC, mode="http", request_url="http://127.0.0.1:9/slack")
    assert standin.is_bot_connected()
    async with visit(standin) as visitor:
        outcome = await visitor.act("command", "UANA", channel_id="CINTEL", command="/ask", text="x")
        assert outcome["error"] == "dispatch_failed"
        await visitor.until(lambda store: not store["bot"]["is_connected"])
    await standin.stop()


async def test_changes_in_quick_succession_share_frames(standin: StandIn) -> None:
    async with visit(standin, "UBO") as visitor:
        for number in range(100):
            await standin.say("UANA", "CINTEL", f"line {number}")
        await visitor.until(lambda store: len(visitor.texts()) == 100)
        assert len(visitor.frames) < 30
        assert visitor.texts() == [f"line {number}" for number in range(100)]
        # When all is told, there is silence: a change that changes nothing for this window makes no frame.
        standin.workspace.changes.tell()
        await standin.say("UANA", "CPRIVATE", "not for Bo")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(visitor.socket.receive(), 0.1)


async def test_moving_the_clock_is_told(ana: Visitor, standin: StandIn) -> None:
    before = ana.store["clock"]["now"]
    status, answer = await ana.post("do/move_clock", {"seconds": 86_400})
    assert status == 200
    await ana.until(lambda store: store["clock"]["now"] >= answer["now"])
    assert ana.store["clock"]["now"] > before


async def test_stopping_closes_the_windows_at_once(ana: Visitor, standin: StandIn) -> None:
    await standin.stop()
    closing = await ana.socket.receive()
    assert (closing.type, closing.data) == (aiohttp.WSMsgType.CLOSE, 1012)


async def busy_board(messages: int) -> tuple[StandIn, Board, list[Window]]:
    """Give a world with so many messages that look like the bot's, and two windows that know them."""
    standin = await StandIn.start(SPEC)
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "Acme cut its price, says Ana. " * 12}}
    for number in range(messages):
        channel = standin.workspace.world.channels["CINTEL" if number % 2 else "CASKS"]
        ts = standin.workspace.world.next_ts(channel)
        channel.add(Message(ts, "UNUGGET", "a card", [section] * 4, is_from_app=True))
        standin.workspace.ledger.posted(channel, channel.messages[ts])
    board = Board(standin.workspace, PageOffer(), lambda: True)
    windows = [Window(board, user) for user in ("UANA", "UBO")]
    for window in windows:
        assert window.difference() is not None
    return standin, board, windows


async def cost_of_changes(messages: int, changes: int = 40) -> float:
    """Return the CPU seconds of one change for two windows."""
    standin, _, windows = await busy_board(messages)
    channel = standin.workspace.world.channels["CINTEL"]
    ts = next(reversed(channel.messages)) if messages else await standin.say("UANA", "CINTEL", "one")
    spent = 0.0
    for number in range(changes):
        posting.react(standin.workspace, channel, channel.messages[ts], "UANA", f"emoji{number}")
        begun = time.process_time()
        frames = [window.difference() for window in windows]
        spent += time.process_time() - begun
        assert all(frame and f"emoji{number}" in frame and len(frame) < 20_000 for frame in frames)
    await standin.stop()
    return spent / changes


async def test_a_change_among_three_thousand_messages_costs_little_more_than_among_a_few() -> None:
    few, many = await cost_of_changes(2), await cost_of_changes(3_000)
    # Writing all anew would cost hundreds of times as much. The counts of unread messages take a part of what is left.
    assert many < 15 * few
