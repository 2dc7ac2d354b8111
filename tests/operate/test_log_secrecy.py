"""What the logs never hold: what people wrote, who they are, and whatever opens a door."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal, cast

import aiohttp
import pytest
import structlog
from slack_bolt.async_app import AsyncBoltContext
from sqlalchemy import make_url, select

from bot.blocks import card
from bot.logs import set_up_logs
from bot.operate.demo.world import ASKS, FIELD, VOICE, rep_id
from bot.playground.server import StandIn
from bot.slack.app import _on_error
from db.engine import is_sqlite
from db.models import InboxEntry
from tests import databases
from tests.operate.running import Mode, Office, office_with_slack, post, ready, until

ANA, BEN, PM = rep_id(0), rep_id(1), "UPRIYA"
TEAM = "T0NUGGET"
PLANTED = "planted"
PASSWORD = "planted-door-key"


@contextmanager
def logs_as(log_format: Literal["console", "json"]) -> Iterator[None]:
    """Log as the service does meanwhile; what listened before is set aside, since setting up would close it."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers.clear()
    set_up_logs("DEBUG", log_format)
    try:
        yield
    finally:
        structlog.reset_defaults()
        root.handlers[:] = before
        root.setLevel(level)


def fail(words: str) -> Exception:
    try:
        raise ValueError(words)
    except ValueError as error:
        return error


@pytest.mark.parametrize("log_format", ["console", "json"])
@pytest.mark.parametrize(
    ("library", "message"),
    [
        ("uvicorn.error", "Exception in ASGI application\n"),
        ("slack_sdk.socket_mode", f"Failed to run a request listener: {PLANTED}, session: s_1"),
        ("asyncio", f"Task exception was never retrieved\nfuture: <Task exception=ValueError('{PLANTED}')>"),
    ],
)
def test_a_librarys_report_of_an_exception_says_where_and_not_what(
    capsys: pytest.CaptureFixture[str], log_format: Literal["console", "json"], library: str, message: str
) -> None:
    with logs_as(log_format):
        logging.getLogger(library).error(message, exc_info=fail(f"{PLANTED} words"))
    said = capsys.readouterr().err
    assert PLANTED not in said
    assert "ValueError" in said
    assert "test_log_secrecy.py:" in said
    assert message.partition(":")[0].partition("\n")[0] in said


async def test_a_listener_that_failed_is_reported_without_what_it_was_given(capsys: pytest.CaptureFixture[str]) -> None:
    context = cast("AsyncBoltContext", SimpleNamespace(team_id=TEAM))
    with logs_as("json"):
        answer = await _on_error(fail(f"{PLANTED} words"), context)
    assert answer.status == 500
    said = capsys.readouterr().err
    assert PLANTED not in said
    assert "listener_failed" in said
    assert "test_log_secrecy.py:" in said


async def live(standin: StandIn) -> None:
    """Do a bit of everything, each time with words that are easily found again."""
    await standin.command(ANA, FIELD, "/intel", f"{PLANTED} Acme at Globex #{PLANTED}")
    await standin.command(BEN, FIELD, "/ask", f"{PLANTED} Globex cannot log in with SSO $120k")
    await standin.command(ANA, FIELD, "/intel", "me")
    ts = await standin.say(ANA, VOICE, f"{PLANTED} customers wait for the export")
    await standin.edit(ANA, VOICE, ts, f"{PLANTED} customers wait for the dashboard")
    gone = await standin.say(BEN, VOICE, f"{PLANTED} and this is taken back")
    await standin.delete(BEN, VOICE, gone)
    await standin.react(BEN, VOICE, ts, "memo")
    await standin.wait_until(lambda: bool(_cards(standin)), 20)
    first = _cards(standin)[0]
    await standin.react(PM, ASKS, first, "eyes")
    await standin.click(PM, ASKS, first, card.ACTION_PLAN)
    await standin.command(ANA, FIELD, "/ask", "")
    view = standin.open_view(ANA)
    assert view is not None
    await standin.submit(ANA, view["id"], {})


def _cards(standin: StandIn) -> list[str]:
    return [message.ts for message in standin.messages(PM, ASKS) if PLANTED in message.text]


async def mislead(office: Office) -> None:
    """Deliver what Slack would not: odd envelopes with good signatures, and a good one with a wrong signature."""
    odd: list[Any] = [
        PLANTED,
        {"type": "message", "text": {PLANTED: 1}},
        {"type": "message", "user": {PLANTED: 1}, "bot_id": [PLANTED], "channel": [PLANTED], "ts": PLANTED},
        {"type": "message", "subtype": [PLANTED], "message": {"user": [PLANTED], "bot_id": {PLANTED: 1}}},
        {"type": "reaction_added", "user": [PLANTED], "item": PLANTED, "reaction": [PLANTED]},
        {"type": "member_joined_channel", "user": [PLANTED], "channel": {PLANTED: 1}},
        {"type": [PLANTED], "user": PLANTED},
        {"type": "user_change", "user": [PLANTED]},
        {"type": "subteam_updated", "subteam": PLANTED},
    ]
    async with aiohttp.ClientSession() as session:
        for number, event in enumerate(odd):
            envelope = {"type": "event_callback", "team_id": TEAM, "event_id": f"EvOdd{number}", "event": event}
            assert await post(office, session, envelope) == 200, event
        forged = {"X-Slack-Signature": f"v0={PLANTED}", "X-Slack-Request-Timestamp": "1"}
        async with session.post(office.url, data=PLANTED, headers=forged) as response:
            assert response.status == 401


def nothing_is_pending(url: str) -> bool:
    with databases.engine_of(url) as engine, engine.connect() as connection:
        return connection.execute(select(InboxEntry.id).where(InboxEntry.state == "pending")).first() is None


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_living_process_logs_no_words_no_names_and_no_keys(
    mode: Mode, database_url: str, tmp_path: Path
) -> None:
    url = make_url(database_url)
    if not is_sqlite(database_url):
        url = url.set(password=PASSWORD)
    address = url.render_as_string(hide_password=False)
    async with office_with_slack(tmp_path, mode, address) as (office, standin):
        office.more_settings = '\n[log]\nlevel = "DEBUG"\nformat = "json"\n'
        bot = await office.start()
        await ready(office, standin, bot)
        await live(standin)
        if mode == "http":
            await mislead(office)
            await until(lambda: nothing_is_pending(database_url), "what is odd to be settled too")
        await until(lambda: standin.pending_deliveries() == 0, "the deliveries")
        # One that fails at Slack, and one that finds Slack gone.
        await standin.archive_channel(PM, ASKS)
        await standin.command(BEN, FIELD, "/ask", f"{PLANTED} Globex asks again")
        await bot.logged("outbox_dead")
        await standin.uninstall()
        await standin.command(ANA, FIELD, "/intel", f"{PLANTED} Initech again")
        assert (await bot.stopped())[0] == 0
        said = bot.said()
    spec = office.spec
    names = [word for person in spec.people for word in person.real_name.split() if word.istitle()]
    secrets = [spec.bot_token, spec.app_token, spec.signing_secret, PASSWORD]
    for kept_out in [PLANTED, "Globex", "Acme", "Initech", *names, *secrets]:
        assert kept_out not in said, kept_out
    assert "nugget_stopped" in said
    assert "worker_failed" not in said
