"""A migration that is killed at any statement leaves nothing half done: the next start does it whole."""

import os
import signal
import subprocess
import sys

import pytest

from migrations import runner


def migrate(database_url: str, rules: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "NUGGET_FAILPOINTS": rules}
    command = [sys.executable, "-m", "bot", "migrate", "--database", database_url]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("statement", [1, 12, 40])
def test_what_a_killed_migration_began_is_done_whole_by_the_next(empty_database_url: str, statement: int) -> None:
    assert migrate(empty_database_url, f"migrate=kill#{statement}").returncode == -signal.SIGKILL
    done = migrate(empty_database_url, "")
    assert done.returncode == 0, done.stderr
    assert runner.check(empty_database_url) == []


def test_a_migration_that_fails_says_so_and_changes_nothing(empty_database_url: str) -> None:
    assert migrate(empty_database_url, "migrate=raise#20").returncode not in {0, -signal.SIGKILL}
    assert migrate(empty_database_url, "").returncode == 0
    assert runner.check(empty_database_url) == []
