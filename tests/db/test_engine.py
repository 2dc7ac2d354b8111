"""Settings of both databases take, and are refused when they do not."""

from collections.abc import Iterator
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

import pytest
from sqlalchemy import Engine, event, insert, text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.domain.errors import PermanentError
from db.engine import (
    check_sqlite,
    hold_sqlite,
    is_sqlite,
    migration_engine,
    postgres_engine,
    reader_engine,
    sqlite_path,
    warnings_about,
    writer_engine,
)
from db.models import Report
from tests.db.rows import NOON, add_item
from tests.processes import finish, start

HOLD = """
import sys
from pathlib import Path
from db.engine import hold_sqlite
lock = hold_sqlite(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def writer(sqlite_database_url: str) -> Iterator[Engine]:
    engine = writer_engine(sqlite_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def reader(sqlite_database_url: str) -> Iterator[Engine]:
    engine = reader_engine(sqlite_database_url)
    yield engine
    engine.dispose()


def pragmas_of(engine: Engine) -> dict[str, object]:
    names = ["journal_mode", "synchronous", "busy_timeout", "foreign_keys", "trusted_schema", "wal_autocheckpoint"]
    with engine.connect() as connection:
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in [*names, "query_only"]}


SAFE: dict[str, object] = {
    "journal_mode": "wal",
    "synchronous": 2,
    "busy_timeout": 10_000,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "wal_autocheckpoint": 1000,
    "query_only": 0,
}


def test_the_writer_has_every_setting(writer: Engine) -> None:
    assert pragmas_of(writer) == SAFE
    assert [warning.code for warning in check_sqlite(writer)] in ([], ["sqlite_wal_reset"])


def test_a_reader_has_every_setting_and_cannot_write(reader: Engine) -> None:
    assert pragmas_of(reader) == {**SAFE, "query_only": 1}
    check_sqlite(reader)
    with pytest.raises(OperationalError, match="readonly"), reader.begin() as connection:
        add_item(connection)


def test_normal_is_an_option_that_is_checked_as_such(sqlite_database_url: str) -> None:
    engine = writer_engine(sqlite_database_url, "NORMAL")
    assert pragmas_of(engine) == {**SAFE, "synchronous": 1}
    check_sqlite(engine)
    engine.dispose()


def test_a_migration_has_foreign_keys_off(sqlite_database_url: str) -> None:
    engine = migration_engine(sqlite_database_url)
    assert pragmas_of(engine) == {**SAFE, "foreign_keys": 0}
    check_sqlite(engine)
    engine.dispose()


@pytest.mark.parametrize(
    "planted",
    [
        "journal_mode=DELETE",
        "synchronous=OFF",
        "busy_timeout=1",
        "foreign_keys=OFF",
        "trusted_schema=ON",
        "wal_autocheckpoint=0",
        "query_only=ON",
    ],
)
def test_a_setting_that_did_not_take_is_refused(writer: Engine, planted: str) -> None:
    @event.listens_for(writer, "connect")
    def _spoil(connection: SqliteConnection, _record: object) -> None:
        connection.execute(f"PRAGMA {planted}").close()

    with pytest.raises(PermanentError, match=rf"did not take the setting {planted.split('=', maxsplit=1)[0]}="):
        check_sqlite(writer)


def test_a_writer_holds_the_write_lock_from_its_beginning(writer: Engine, sqlite_database_url: str) -> None:
    other = writer_engine(sqlite_database_url)
    event.listen(other, "connect", lambda connection, _record: connection.execute("PRAGMA busy_timeout=0").close())
    with writer.begin() as reading_only:
        reading_only.exec_driver_sql("SELECT count(*) FROM item")
        with other.connect() as connection, pytest.raises(OperationalError, match="locked"):
            connection.begin()
    other.dispose()


def test_readers_see_the_last_commit_while_the_writer_writes(writer: Engine, reader: Engine) -> None:
    with writer.begin() as writing:
        add_item(writing)
        with reader.connect() as reading:
            assert reading.exec_driver_sql("SELECT count(*) FROM item").scalar() == 0
    with reader.connect() as reading:
        assert reading.exec_driver_sql("SELECT count(*) FROM item").scalar() == 1


def test_a_reader_keeps_one_view_for_a_whole_transaction(writer: Engine, reader: Engine) -> None:
    with reader.connect() as reading:
        assert reading.exec_driver_sql("SELECT count(*) FROM item").scalar() == 0
        with writer.begin() as writing:
            add_item(writing)
        assert reading.exec_driver_sql("SELECT count(*) FROM item").scalar() == 0


def test_a_reference_to_nothing_is_refused(engine: Engine) -> None:
    report = insert(Report).values(
        team_id="T1", item_id=404, gesture_key="g", reporter="U1", words="x", words_ts="1", how_known="rumour",
        deal={}, reported_at=NOON,
    )  # fmt: skip
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(report)


@pytest.mark.parametrize(
    ("version", "codes"),
    [
        ("3.6.23", []),
        ("3.7.0", ["sqlite_wal_reset"]),
        ("3.40.1", ["sqlite_wal_reset"]),
        ("3.44.5", ["sqlite_wal_reset"]),
        ("3.44.6", []),
        ("3.45.0", ["sqlite_wal_reset"]),
        ("3.50.6", ["sqlite_wal_reset"]),
        ("3.50.7", []),
        ("3.51.2", ["sqlite_wal_reset"]),
        ("3.51.3", []),
        ("3.53.4", []),
    ],
)
def test_versions_with_the_wal_fault_are_named(version: str, codes: list[str]) -> None:
    assert [warning.code for warning in warnings_about(version)] == codes


def test_a_second_holder_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "nugget.sqlite3"
    with hold_sqlite(path), pytest.raises(PermanentError, match=r"Another Nugget is using .*nugget\.sqlite3"):
        hold_sqlite(path)
    hold_sqlite(path).release()


def test_another_process_is_refused_and_a_dead_one_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "nugget.sqlite3"
    process = start(HOLD, str(path), folder=tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with pytest.raises(PermanentError, match="Another Nugget"):
        hold_sqlite(path)
    process.kill()
    finish(process)
    hold_sqlite(path).release()


def test_a_lock_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PermanentError, match="cannot be opened"):
        hold_sqlite(tmp_path / "file" / "nugget.sqlite3")


@pytest.mark.parametrize("url", ["postgres://h/d", "postgresql://h/d", "postgresql+psycopg://h/d"])
def test_every_spelling_of_postgres_names_our_driver(url: str) -> None:
    engine = postgres_engine(url)
    assert (engine.url.drivername, engine.url.database) == ("postgresql+psycopg", "d")
    assert not is_sqlite(url)


def test_an_sqlite_url_names_a_file_relative_or_absolute() -> None:
    assert is_sqlite("sqlite:///nugget.sqlite3")
    assert sqlite_path("sqlite:///nugget.sqlite3") == Path("nugget.sqlite3")
    assert sqlite_path("sqlite:////var/lib/nugget.sqlite3") == Path("/var/lib/nugget.sqlite3")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "postgresql://h/d"])
def test_what_names_no_file_is_refused(url: str) -> None:
    with pytest.raises(PermanentError, match="has to name a file"):
        sqlite_path(url)


@pytest.mark.parametrize("url", ["mysql://root:hunter2@h/d", "nonsense hunter2", "postgresql+asyncpg://u:hunter2@h/d"])
def test_another_database_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(PermanentError) as refusal:
        is_sqlite(url)
    assert "hunter2" not in str(refusal.value)
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


def test_postgres_has_limits_on_time(postgres_database_url: str) -> None:
    engine = postgres_engine(postgres_database_url)
    names = ["statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout", "TimeZone"]
    with engine.connect() as connection:
        found = [connection.execute(text("SELECT current_setting(:name)"), {"name": name}).scalar() for name in names]
    engine.dispose()
    assert found == ["30s", "1min", "5s", "UTC"]


def test_what_the_url_says_goes_before_our_limits(postgres_database_url: str) -> None:
    engine = postgres_engine(f"{postgres_database_url}?application_name=warehouse")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW application_name").scalar() == "warehouse"
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "5s"
    engine.dispose()


def test_a_connection_that_the_server_closed_is_replaced(postgres_database_url: str) -> None:
    engine = postgres_engine(postgres_database_url, pool_size=1)
    with engine.connect() as connection:
        closed = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    killer = postgres_engine(postgres_database_url, pool_size=1)
    with killer.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({closed}, 5000)")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() != closed
    engine.dispose()
    killer.dispose()
