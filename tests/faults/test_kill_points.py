"""Death at named points, and processes that race and die: nothing is lost, nothing doubled, nothing out of order.

These run the fault programs as processes of their own with CI's numbers; each program says how to run larger ones.
"""

import json
import subprocess
import sys
from typing import Any

import pytest

from bot.failpoints import read_rules
from db.engine import is_sqlite

# Some dozens of deaths a database take seconds; thousands, as before a release, take minutes.
KILLS, PERIODS = "25", "60"


def run(program: str, *arguments: str) -> dict[str, Any]:
    """Run a fault program; return the figures of its last line, whether or not something was broken."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.faults.{program}", *arguments],
        capture_output=True, text=True, timeout=160, check=False,
    )  # fmt: skip
    lines = done.stdout.strip().splitlines()
    assert lines, done.stderr[-3000:]
    figures: dict[str, Any] = json.loads(lines[-1])
    return figures


def test_a_worker_killed_at_any_point_loses_and_doubles_nothing(empty_database_url: str) -> None:
    figures = run("kill_points", "--database", empty_database_url, "--kills", KILLS, "--seed", "7")
    assert figures["broken"] == []
    assert figures["kills"] == int(KILLS)
    assert figures["posts"] == figures["texts"]
    assert sum(figures["troubles"].values()) > 0


def test_each_period_is_decided_once_whoever_dies(empty_database_url: str) -> None:
    processes = "1" if is_sqlite(empty_database_url) else "6"
    figures = run(
        "race_ticks", "--database", empty_database_url, "--periods", PERIODS, "--processes", processes, "--seed", "7"
    )
    assert figures["broken"] == []
    assert figures["kills"] > 0


@pytest.mark.parametrize("trouble", ["not_there", "send=explode", "send", "send=kill@often", "sleep=send"])
def test_a_failpoint_rule_that_cannot_be_read_is_refused(trouble: str) -> None:
    with pytest.raises(ValueError, match="NUGGET_FAILPOINTS"):
        read_rules(trouble)
