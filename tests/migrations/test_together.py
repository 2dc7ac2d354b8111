"""Several processes migrate at once, and one dies half way."""

import signal
from pathlib import Path
from subprocess import Popen

import pytest

from db.engine import is_sqlite
from migrations import runner
from tests.databases import engine_of
from tests.migrations.rows import fill_every_table, rows_by_table
from tests.processes import finish, run, start

# Each waits at the gate, so that all go at one instant.
MIGRATE = """
import sys
from migrations.runner import ensure_current
print("ready", flush=True)
sys.stdin.readline()
print(ensure_current(sys.argv[1]))
"""

# Kills itself after so many statements that change the schema; 0 means right before the commit.
DIE = """
import os, signal, sys
from sqlalchemy import Engine, event
from migrations import runner

url, direction, to, allowed = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
seen = 0

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

@event.listens_for(Engine, "after_cursor_execute")
def count(connection, cursor, statement, *_):
    global seen
    seen += statement.lstrip().startswith(("CREATE", "DROP"))
    if allowed and seen == allowed:
        die()

if not allowed:
    event.listen(Engine, "commit", die)
getattr(runner, direction)(url, to)
"""


def at_the_gate(url: str, folder: Path) -> Popen[str]:
    process = start(MIGRATE, url, folder=folder)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_four_that_start_at_once_all_succeed_and_one_of_them_migrates(empty_database_url: str, tmp_path: Path) -> None:
    processes = [at_the_gate(empty_database_url, tmp_path) for _ in range(4)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    ends = [finish(process) for process in processes]
    assert [(code, errors) for code, _, errors in ends] == [(0, "")] * 4
    assert sorted(output for _, output, _ in ends) == ["False\n"] * 3 + ["True\n"]
    assert runner.check(empty_database_url) == []


@pytest.mark.parametrize("allowed", [1, 20, 0], ids=["first", "twentieth", "before_commit"])
def test_a_killed_upgrade_leaves_nothing_and_the_next_one_succeeds(
    empty_database_url: str, tmp_path: Path, allowed: int
) -> None:
    code, _, errors = run(DIE, empty_database_url, "upgrade", "head", str(allowed), folder=tmp_path)
    assert (code, errors) == (-signal.SIGKILL, "")
    with engine_of(empty_database_url) as engine:
        assert runner.stored_revision(engine) is None
        with engine.connect() as connection:
            assert rows_by_table(connection) == {}
    assert runner.ensure_current(empty_database_url) is True
    assert runner.check(empty_database_url) == []


@pytest.mark.parametrize("allowed", [1, 20, 0], ids=["first", "twentieth", "before_commit"])
def test_a_killed_downgrade_leaves_the_old_schema_with_every_row(
    database_url: str, tmp_path: Path, allowed: int
) -> None:
    with engine_of(database_url) as engine, engine.begin() as connection:
        fill_every_table(connection)
        rows = rows_by_table(connection)
    code, _, errors = run(DIE, database_url, "downgrade", "base", str(allowed), folder=tmp_path)
    assert (code, errors) == (-signal.SIGKILL, "")
    with engine_of(database_url) as engine:
        assert runner.stored_revision(engine) == runner.HEAD
        with engine.connect() as connection:
            assert rows_by_table(connection) == rows
            if is_sqlite(database_url):
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
    assert runner.check(database_url) == []
