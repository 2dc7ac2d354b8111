"""A start brings the database up to date by itself, and refuses what it does not know."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from bot.domain.errors import PermanentError, TemporaryError
from db import engine as engines
from db.engine import hold_sqlite, is_sqlite, sqlite_path
from db.file_lock import lock_within
from migrations import runner
from tests.databases import engine_of
from tests.migrations.planted import plant
from tests.migrations.rows import fill_every_table, rows_by_table
from tests.processes import run

ADD_COLUMN = 'op.add_column("item", sa.Column("mood", sa.String(16)))'
DROP_COLUMN = 'op.drop_column("item", "mood")'

START = """
import sys
from migrations.runner import ensure_current
print(ensure_current(sys.argv[1]), "alembic" in sys.modules, "db.models" in sys.modules)
"""

# A planted revision comes after what the runner knows now.
STANDING = runner.HEAD


def revision_of(url: str) -> str | None:
    with engine_of(url) as engine:
        return runner.stored_revision(engine)


def fill(url: str) -> None:
    with engine_of(url) as engine, engine.begin() as connection:
        fill_every_table(connection)


def test_the_head_that_is_written_down_is_the_only_head() -> None:
    scripts = ScriptDirectory(str(runner.SCRIPTS))
    assert scripts.get_heads() == [runner.HEAD]
    assert runner.known_revisions()[0] == runner.HEAD
    assert (runner.SCRIPTS / "script.py.mako").is_file()


def test_an_empty_database_is_made_and_then_left_alone(empty_database_url: str) -> None:
    assert runner.ensure_current(empty_database_url) is True
    assert revision_of(empty_database_url) == runner.HEAD
    assert runner.ensure_current(empty_database_url) is False


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    path = tmp_path / "data" / "here" / "nugget.sqlite3"
    assert runner.ensure_current(f"sqlite:///{path}") is True
    assert path.is_file()


def test_a_start_needs_alembic_only_to_change_something(empty_database_url: str, tmp_path: Path) -> None:
    assert run(START, empty_database_url, folder=tmp_path) == (0, "True True True\n", "")
    assert run(START, empty_database_url, folder=tmp_path) == (0, "False False False\n", "")


def test_a_running_nugget_migrates_with_its_own_hold_on_the_file(tmp_path: Path) -> None:
    path = tmp_path / "nugget.sqlite3"
    with hold_sqlite(path):
        assert runner.ensure_current(f"sqlite:///{path}") is True


def test_an_sqlite_file_is_copied_before_it_is_upgraded(
    sqlite_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_database_url)
    path = sqlite_path(sqlite_database_url)
    copy = path.with_name(f"{path.name}.before-planted")
    # What a start that died meanwhile may have left does not get in the way.
    for left in (copy, path.with_name(f"{copy.name}.part")):
        left.write_bytes(b"left over")
    plant(monkeypatch, tmp_path, ADD_COLUMN, DROP_COLUMN)
    assert runner.ensure_current(sqlite_database_url) is True
    assert revision_of(sqlite_database_url) == "planted"
    assert sorted(file.name for file in tmp_path.glob("*.part")) == []
    with closing(connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(STANDING,)]
        assert connection.execute("SELECT count(*) FROM report").fetchall() == [(1,)]
        assert "mood" not in {row[1] for row in connection.execute("PRAGMA table_info(item)")}


def test_the_copy_can_be_put_back(sqlite_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(sqlite_database_url)
    path = sqlite_path(sqlite_database_url)
    with engine_of(sqlite_database_url) as engine, engine.connect() as connection:
        rows = rows_by_table(connection)
    with monkeypatch.context() as later:
        plant(later, tmp_path, ADD_COLUMN)
        runner.ensure_current(sqlite_database_url)
    shutil.copyfile(path.with_name(f"{path.name}.before-planted"), path)
    assert runner.ensure_current(sqlite_database_url) is False
    assert runner.check(sqlite_database_url) == []
    with engine_of(sqlite_database_url) as engine, engine.connect() as connection:
        assert rows_by_table(connection) == rows


def test_nothing_is_copied_for_a_new_file(tmp_path: Path) -> None:
    runner.ensure_current(f"sqlite:///{tmp_path / 'nugget.sqlite3'}")
    assert list(tmp_path.glob("*before*")) == []


@pytest.mark.parametrize(
    "act",
    [runner.ensure_current, runner.upgrade, lambda url: runner.downgrade(url, "base")],
    ids=["ensure_current", "upgrade", "downgrade"],
)
def test_a_schema_of_a_newer_nugget_is_refused(database_url: str, act: Callable[[str], object]) -> None:
    with engine_of(database_url) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(PermanentError, match=r"has the schema 9999.*Start the version of Nugget that made it"):
        act(database_url)
    assert revision_of(database_url) == "9999"


def test_an_upgrade_that_fails_leaves_the_old_schema(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database_url)
    plant(monkeypatch, tmp_path, f'{ADD_COLUMN}; op.execute("DROP TABLE note"); raise RuntimeError("planted fault")')
    with pytest.raises(RuntimeError, match="planted fault"):
        runner.ensure_current(database_url)
    monkeypatch.undo()
    assert revision_of(database_url) == runner.HEAD
    assert runner.check(database_url) == []
    with engine_of(database_url) as engine, engine.connect() as connection:
        assert len(rows_by_table(connection)["note"]) == 1


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("ALTER TABLE product_area RENAME TO area", "item would refer to what is not there"),
        ("DELETE FROM report_version", "rows of report_version would have been lost"),
        ("UPDATE report SET item_id = 404", "report would refer to what is not there"),
    ],
)
def test_an_upgrade_that_loses_rows_or_references_is_refused_on_sqlite(
    sqlite_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str, reason: str
) -> None:
    fill(sqlite_database_url)
    with engine_of(sqlite_database_url) as engine, engine.connect() as connection:
        rows = rows_by_table(connection)
    plant(monkeypatch, tmp_path, f'op.execute("{statement}")')
    with pytest.raises(PermanentError, match=reason):
        runner.ensure_current(sqlite_database_url)
    assert revision_of(sqlite_database_url) == STANDING
    with engine_of(sqlite_database_url) as engine, engine.connect() as connection:
        assert rows_by_table(connection) == rows


def test_a_reference_to_a_missing_table_is_seen_without_any_row(
    sqlite_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, tmp_path, 'op.rename_table("report", "account_of_item")')
    with pytest.raises(PermanentError, match="report_version would refer to what is not there"):
        runner.ensure_current(sqlite_database_url)
    assert revision_of(sqlite_database_url) == STANDING


def test_an_upgrade_that_changes_what_is_searched_changes_the_index(
    sqlite_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_database_url)
    plant(monkeypatch, tmp_path, "op.execute(\"UPDATE search_entry SET words = 'rewritten'\")")
    runner.ensure_current(sqlite_database_url)
    with engine_of(sqlite_database_url) as engine, engine.connect() as connection:
        query = "SELECT rowid FROM search_index WHERE search_index MATCH 'rewritten'"
        assert connection.exec_driver_sql(query).scalars().all() == [1]


def test_a_table_that_stays_in_use_is_not_waited_for_forever(
    postgres_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, tmp_path, ADD_COLUMN)
    monkeypatch.setattr(engines, "_MIGRATION_LIMITS", {"lock_timeout": 20})
    with engine_of(postgres_database_url) as engine, engine.begin() as connection:
        connection.exec_driver_sql("LOCK TABLE item IN ACCESS SHARE MODE")
        with pytest.raises(TemporaryError, match="a table was in use"):
            runner.ensure_current(postgres_database_url)
    assert runner.ensure_current(postgres_database_url) is True


def test_another_fault_of_the_server_is_not_tried_again(
    postgres_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, tmp_path, 'op.execute("SELECT * FROM absent")')
    with pytest.raises(ProgrammingError, match="absent"):
        runner.ensure_current(postgres_database_url)


def test_who_migrates_for_too_long_is_not_waited_for(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(runner, "LOCK_SECONDS", 0.2)
    if is_sqlite(empty_database_url):
        lock = lock_within(tmp_path / "nugget.sqlite3.migration.lock", 0)
        with lock, pytest.raises(TemporaryError, match="has held"):
            runner.ensure_current(empty_database_url)
    else:
        with engine_of(empty_database_url) as engine, engine.connect() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({runner._ADVISORY_KEY})")
            with pytest.raises(TemporaryError, match="has been migrating"):
                runner.ensure_current(empty_database_url)
    assert runner.ensure_current(empty_database_url) is True
