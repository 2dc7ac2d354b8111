"""What the inspector tells of each exchange with the app: how long it took, and what came back."""

import aiohttp
import pytest

from bot.playground.page.board import Window
from bot.playground.server import StandIn
from tests.playground.apps import HttpApp, SocketApp
from tests.playground.asking import settled
from tests.playground.conftest import SPEC
from tests.playground.visiting import visit


async def test_events_commands_presses_and_answers_tell_how_long_they_took(
    standin: StandIn, app: SocketApp, session: aiohttp.ClientSession
) -> None:
    app.answer = lambda request: {"text": "got it"} if request.type == "slash_commands" else None
    async with visit(standin, inspect="1") as visitor:
        await visitor.act("say", "UANA", channel_id="CINTEL", text="hello")
        await visitor.act("command", "UANA", channel_id="CINTEL", command="/ask", text="x")
        await visitor.act("global_shortcut", "UANA", callback_id="new")
        url = app.payloads("slash_commands")[0]["response_url"]
        await session.post(url, json={"text": "more"})
        await settled(standin)
        last = f"wire:{len(standin.record):06d}"
        await visitor.until(lambda store: last in store)
        wire = {part["kind"]: part for key, part in visitor.store.items() if key.startswith("wire:")}
    for kind in ("event", "command", "interactive", "response_url", "api"):
        assert 0 <= wire[kind]["ms"] < 3_000
        assert wire[kind]["outcome"] == "ok"
    assert wire["gesture"]["ms"] is None
    assert wire["command"]["given"]["command"] == "/ask"
    assert wire["command"]["answer"] == {"text": "got it"}
    assert wire["interactive"]["answer"] is None
    assert wire["event"]["given"]["event"]["text"] == "hello"


async def test_each_try_of_an_event_is_told_of_with_its_number(http_app: HttpApp) -> None:
    standin = await StandIn.start(SPEC, mode="http", request_url="http://127.0.0.1:9/none", speed=1000.0)
    async with visit(standin, inspect="1") as visitor:
        await standin.say("UANA", "CINTEL", "hello")
        await visitor.until(lambda store: any(part.get("kind") == "lost" for part in store.values()))
        tries = [part for part in visitor.store.values() if part.get("kind") == "event"]
    await standin.stop()
    assert [(part["attempt"], part["outcome"]) for part in tries] == [
        (number, "connection_failed") for number in range(4)
    ]


async def test_a_window_that_cannot_be_told_is_closed_and_not_left_in_the_dark(
    standin: StandIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with visit(standin) as visitor:

        def fail(_window: Window) -> str | None:
            raise RuntimeError("a fault of the store")

        monkeypatch.setattr(Window, "difference", fail)
        await standin.say("UANA", "CINTEL", "hello")
        assert (await visitor.socket.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    assert "a fault of the store" in caplog.text
