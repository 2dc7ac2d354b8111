"""Real texts typed while Slack fails and the bot is killed: nothing acknowledged is lost, nothing stands twice."""

from pathlib import Path

import pytest

from db.engine import is_sqlite
from tests.faults.test_kill_points import run

DEATHS = ("--kills", "3", "--pause", "1", "--seed", "5")


@pytest.mark.timeout(170)
def test_real_texts_survive_faults_and_deaths(corpus: Path, empty_database_url: str) -> None:
    # Each database with the other way of reaching the bot, so that both ways are tried in the time of one.
    where = ["--mode", "socket"] if is_sqlite(empty_database_url) else ["--mode", "http"]
    where += [] if is_sqlite(empty_database_url) else ["--database", empty_database_url]
    notes = str(corpus / "notes_dev.jsonl")
    figures = run("campaign", "--notes", notes, "--speed", "60", "--most", "50", *DEATHS, *where)
    assert figures["broken"] == []
    assert figures["kills"] == 3
    assert figures["faults"] > 10
