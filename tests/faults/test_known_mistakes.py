"""The known mistakes, put back one by one: each is caught, and the same check is quiet without it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from apscheduler.triggers.cron import CronTrigger
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import event

from bot.connectors.base import Dispatch
from bot.connectors.slack.client import open_session, slack_client
from bot.connectors.slack.sender import SlackSender
from bot.domain.errors import PermanentError
from bot.domain.periods import due_labels, month_label
from bot.domain.policies import RecapPolicy
from bot.domain.retry import Uncertain
from db.engine import check_sqlite, writer_engine
from tests.databases import sqlite_url
from tests.faults.mistakes import client_with_sdk_retries
from tests.faults.small_slack import SmallSlack, serve
from tests.faults.test_kill_points import run

ClientOf = Callable[[str, str, float, aiohttp.ClientSession], AsyncWebClient]
PARIS = ZoneInfo("Europe/Paris")
# For each mistake the troubles and the points of death at which it does its harm.
HARMFUL = {
    "no_quarantine": ("--trouble", "land_late", "--rate", "0.5", "--point", "settled", "--kills", "3"),
    "answer_before_commit": ("--rate", "0", "--point", "receive", "--kills", "6"),
}


def broken(tmp_path: Path, *arguments: str) -> list[str]:
    database = sqlite_url(tmp_path / "nugget.sqlite3")
    found: list[str] = run("kill_points", "--database", database, "--seed", "3", *arguments)["broken"]
    return found


@pytest.mark.parametrize("mistake", sorted(HARMFUL))
def test_a_mistake_in_sending_or_receiving_is_caught(tmp_path: Path, mistake: str) -> None:
    assert broken(tmp_path, *HARMFUL[mistake], "--mistake", mistake)


@pytest.mark.parametrize("mistake", sorted(HARMFUL))
def test_the_same_check_is_quiet_without_the_mistake(tmp_path: Path, mistake: str) -> None:
    assert broken(tmp_path, *HARMFUL[mistake]) == []


async def posts_after_one_send(make_client: ClientOf) -> int:
    """Send one entry to a Slack that posts and then drops every connection; return how often it stands there."""
    process, port = serve(SmallSlack(1, 1.0, 0.0, 10.0, ("drop_after",)))
    base = f"http://127.0.0.1:{port}"
    try:
        async with open_session(lambda _: None) as session:
            client = make_client("xoxb-test", f"{base}/api/", 10.0, session)
            entry = Dispatch("id", "T1", "T1:C1", "post", "C1", None, None, {"text": "once", "blocks": []}, 1, 0.0)
            assert isinstance(await SlackSender(lambda _: client, 10.0)(entry), Uncertain)
            async with session.get(f"{base}/history") as answer:
                return len((await answer.json())["channels"]["C1"])
    finally:
        process.kill()
        process.join()


async def test_the_librarys_own_retries_would_post_twice() -> None:
    assert await posts_after_one_send(client_with_sdk_retries) == 2
    assert await posts_after_one_send(slack_client) == 1


def test_a_weaker_flush_to_disk_is_caught_at_start(tmp_path: Path) -> None:
    engine = writer_engine(sqlite_url(tmp_path / "nugget.sqlite3"))
    check_sqlite(engine)
    engine.dispose()

    @event.listens_for(engine, "connect")
    def weaken(connection: object, _record: object) -> None:
        connection.execute("PRAGMA synchronous=NORMAL").close()  # type: ignore[attr-defined]

    try:
        with pytest.raises(PermanentError, match="synchronous"):
            check_sqlite(engine)
    finally:
        engine.dispose()


def test_a_cron_trigger_would_lose_a_month_that_the_calendar_does_not() -> None:
    trigger = CronTrigger(day=1, hour=0, timezone=PARIS)
    fired, at = [], datetime(2027, 1, 1, 12, tzinfo=UTC)
    while (due := trigger.get_next_fire_time(None, at)) is not None and due.year == 2027:
        fired.append(month_label(due.astimezone(UTC), PARIS))
        at = due.astimezone(UTC) + timedelta(hours=1)
    assert "2027-04" not in fired, "the library is mended; the trigger still only wakes us"


def test_the_calendar_has_every_month_once() -> None:
    labels: list[str] = []
    now, last = datetime(2027, 1, 1, tzinfo=UTC), "2026-11"
    while now < datetime(2028, 1, 15, tzinfo=UTC):
        found = due_labels(last, now, RecapPolicy(), PARIS, None)
        labels += found
        last = found[-1] if found else last
        now += timedelta(hours=7)
    assert labels == ["2026-12", *(f"2027-{month:02}" for month in range(1, 13))]
