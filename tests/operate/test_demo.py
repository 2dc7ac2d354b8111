"""The demo: a whole month through the real bot as its own process, in every combination of mode and database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.errors import PermanentError
from bot.operate.demo.notes import Note, read_notes
from bot.operate.demo.script import SAID
from db.engine import is_sqlite

SPEED = "60"


def play(*arguments: str) -> tuple[str, dict[str, int]]:
    """Run the demo and return what it printed, and the figures of its last line."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "DATABASE_URL"))}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--headless", "--speed", SPEED, *arguments],
        capture_output=True, text=True, timeout=170, check=False, env=environ,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout, json.loads(done.stdout.strip().splitlines()[-1])


def where(database_url: str) -> list[str]:
    return [] if is_sqlite(database_url) else ["--database", database_url]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("mode", ["socket", "http"])
def test_the_sample_month_ends_with_its_recap(database_url: str, mode: str) -> None:
    printed, figures = play("--mode", mode, *where(database_url))
    count = len(SAID)
    assert figures == {"texts": count, "items": count, "answers": count, "posts": count}
    assert "Recap of October 2026" in printed
    assert "EMEA: 6 of 7 people shared something" in printed
    assert "Guest" not in printed


@pytest.mark.timeout(180)
@pytest.mark.parametrize("mode", ["socket", "http"])
def test_real_texts_are_each_stored_and_answered_once(corpus: Path, database_url: str, mode: str) -> None:
    notes = str(corpus / "notes_dev.jsonl")
    _, figures = play("--notes", notes, "--most", "200", "--mode", mode, *where(database_url))
    assert figures == {"texts": 200, "items": 200, "answers": 200, "posts": 200}


def test_a_bot_that_cannot_start_is_said_so_with_its_last_words(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--database", "mysql://nobody/here", "--keep", str(tmp_path)],
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
