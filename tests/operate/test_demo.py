"""The demo: a whole month through the real bot as its own process, in every combination of mode and database."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.errors import PermanentError
from bot.operate.demo.notes import Note, read_notes
from bot.operate.demo.script import SAID
from db.engine import is_sqlite
from db.models import Run
from tests.databases import engine_of
from tests.recaps.independent import figures_of, recount

SPEED = "60"
# The month in the zone of the demo's settings, Paris.
OCTOBER = (datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC))


def play(*arguments: str) -> tuple[str, dict[str, int]]:
    """Run the demo and return what it printed, and the figures of its last line."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "DATABASE_URL"))}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--headless", "--speed", SPEED, *arguments],
        capture_output=True, text=True, timeout=170, check=False, env=environ,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout, json.loads(done.stdout.strip().splitlines()[-1])


def where(database_url: str, folder: Path) -> tuple[list[str], str]:
    """Return how to tell the demo to keep its data, and the URL of the database that it then keeps them in."""
    if is_sqlite(database_url):
        return ["--keep", str(folder)], f"sqlite:///{folder / 'nugget.sqlite3'}"
    return ["--keep", str(folder), "--database", database_url], database_url


def mode_for(database_url: str) -> str:
    """Return the mode in which the demo is lived on this database; all four pairs would take too long."""
    return "socket" if is_sqlite(database_url) else "http"


def assert_recap_is_right(database_url: str) -> None:
    """Compare the frozen figures of the recap that was posted with a count of our own, by plain SQL."""
    with engine_of(database_url) as engine, Session(engine) as session:
        run = session.scalars(select(Run).where(Run.kind == "recap")).one()
    assert run.state == "posted"
    assert figures_of(run.snapshot) == recount(database_url, *OCTOBER)


@pytest.mark.timeout(180)
def test_the_sample_month_ends_with_its_recap(database_url: str, tmp_path: Path) -> None:
    mode = mode_for(database_url)
    options, url = where(database_url, tmp_path / "demo")
    printed, figures = play("--mode", mode, *options)
    count = len(SAID)
    assert figures == {"texts": count, "items": count, "answers": count, "posts": count}
    assert "Recap of October 2026" in printed
    assert "EMEA: 6 of 7 people shared something" in printed
    assert "Guest" not in printed
    assert_recap_is_right(url)


@pytest.mark.timeout(180)
def test_real_texts_are_each_stored_and_answered_once(corpus: Path, database_url: str, tmp_path: Path) -> None:
    mode = mode_for(database_url)
    notes = str(corpus / "notes_dev.jsonl")
    options, url = where(database_url, tmp_path / "demo")
    _, figures = play("--notes", notes, "--most", "200", "--mode", mode, *options)
    assert figures == {"texts": 200, "items": 200, "answers": 200, "posts": 200}
    assert_recap_is_right(url)


def test_a_bot_that_cannot_start_is_said_so_with_its_last_words(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable, "-m", "bot", "demo", "--headless",
            "--database", "mysql://nobody/here", "--keep", str(tmp_path),
        ],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "The bot ended with code" in done.stderr
    assert "bot.log" in done.stderr


def test_notes_are_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text('{"kind": "intel", "text": "one"}\n\n{"kind": "bug", "text": "two"}\n', encoding="utf-8")
    assert read_notes(path) == [Note("intel", "one"), Note("bug", "two")]
    assert read_notes(path, most=1) == [Note("intel", "one")]


@pytest.mark.parametrize("line", ["{", "[]", '{"text": ""}', '{"text": 5}', '{"kind": "ask"}'])
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text(f'{{"kind": "ask", "text": "fine"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(PermanentError, match="line 2"):
        read_notes(path)
