"""Engines for both databases: the one place of pragmas, pools and time limits."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, Literal
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from bot.domain.errors import PermanentError
from db.file_lock import FileLock, try_lock
from db.search_index import apply_search_changes

Synchronous = Literal["FULL", "NORMAL"]
Pragmas = Mapping[str, int | str]

# How SQLite answers when it is asked for `synchronous`.
_SYNCHRONOUS_CODES: Mapping[str, int] = {"NORMAL": 1, "FULL": 2}

# The wait comes first, so that switching to WAL beside another process waits as well. WAL with FULL loses no commit in
# a power cut; an untrusted schema cannot run code from a planted file; SQLite checks foreign keys only when told to.
_PRAGMAS: Pragmas = {
    "busy_timeout": 10_000,
    "journal_mode": "wal",
    "foreign_keys": 1,
    "trusted_schema": 0,
    "wal_autocheckpoint": 1000,
}
_EXPECTED = "nugget_pragmas"

# Two connections that write and checkpoint at one instant can corrupt the file (https://sqlite.org/wal.html#walresetbug).
_WAL_FAULT_SINCE = (3, 7, 0)
_WAL_FAULT_MENDED = (3, 51, 3)
_WAL_FAULT_BACKPORTS = ((3, 44, 6), (3, 50, 7))

# Seconds for libpq, milliseconds for the server. A setting in the URL itself goes before these.
_CONNECT_SECONDS = 10
_SERVER_LIMITS: Pragmas = {
    "timezone": "UTC",
    "statement_timeout": 30_000,
    "idle_in_transaction_session_timeout": 60_000,
    "lock_timeout": 5_000,
}
# A migration may work for long, but never makes others queue behind a lock that it waits for.
_MIGRATION_LIMITS: Pragmas = {"timezone": "UTC", "statement_timeout": 0, "lock_timeout": 2_000}


@dataclass(frozen=True, slots=True)
class DatabaseWarning:
    """Something about the database that an operator should know; `code` is stable, `text` is for reading."""

    code: str
    text: str


def is_sqlite(url: str) -> bool:
    """Tell whether this URL names an SQLite file; raises `PermanentError` if it names neither of our databases."""
    return _parse(url).get_backend_name() == "sqlite"


def sqlite_path(url: str) -> Path:
    """Return the file that an SQLite URL names; raises `PermanentError` for one in memory, which nothing can share."""
    parsed = _parse(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        raise PermanentError("The database URL has to name a file, like sqlite:///nugget.sqlite3.")
    return Path(str(parsed.database))


def writer_engine(url: str, synchronous: Synchronous = "FULL") -> Engine:
    """Make the engine of SQLite's one writer: one connection, whose transactions take the write lock when they begin.

    A transaction that reads first and writes later fails at once when another one wrote in between, whatever the wait;
    taking the lock at its start avoids that. `NORMAL` may lose the last commits in a power cut, never in a crash.
    """
    pragmas = {**_PRAGMAS, "synchronous": _SYNCHRONOUS_CODES[synchronous], "query_only": 0}
    engine = _sqlite_engine(url, pragmas, "BEGIN IMMEDIATE", pool_size=1, max_overflow=0, pool_timeout=10)
    event.listen(engine, "commit", apply_search_changes)
    return engine


def reader_engine(url: str) -> Engine:
    """Make the engine of SQLite's readers: as many connections as there are threads, none of which can write."""
    pragmas = {**_PRAGMAS, "synchronous": _SYNCHRONOUS_CODES["FULL"], "query_only": 1}
    return _sqlite_engine(url, pragmas, "BEGIN")


def viewer_engine(url: str) -> Engine:
    """Make the engine of a command that only looks, beside a running Nugget or without one: SQLite itself opens the
    file for reading only. Raises `PermanentError` when there is no file yet.
    """
    path = sqlite_path(url)
    if not path.exists():
        raise PermanentError(f"There is no database at {path} yet. Start `nugget run` once, then try again.")
    pragmas = {**_PRAGMAS, "synchronous": _SYNCHRONOUS_CODES["FULL"], "query_only": 1}
    # SQLite reads a percent sign or a question mark in such an address as syntax.
    address = URL.create("sqlite", database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"})
    return _sqlite_engine(address, pragmas, "BEGIN", poolclass=NullPool)


def postgres_engine(url: str, pool_size: int = 6) -> Engine:
    """Make the engine for Postgres; `pool_size` connections stay open, and two more for a moment.

    Accepts `postgres://` and `postgresql://` URLs. Statements, locks and idle transactions have time limits.
    """
    arguments = _connect_arguments(_parse(url), _SERVER_LIMITS)
    return create_engine(
        _parse(url),
        connect_args=arguments,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=pool_size,
        max_overflow=2,
        pool_timeout=10,
    )


def migration_engine(url: str) -> Engine:
    """Make the engine that changes the schema; no connection outlives its use.

    On SQLite foreign keys are not enforced: rebuilding a parent table would delete its children by cascade. The pragma
    is set when a connection opens, since SQLite ignores it inside a transaction. And a rebuilt table takes its old name
    back without SQLite looking at triggers that name it, which would fail while the table is away; so a migration that
    really renames a table has to mend what refers to it.
    """
    if is_sqlite(url):
        pragmas = {**_PRAGMAS, "synchronous": _SYNCHRONOUS_CODES["FULL"]}
        pragmas |= {"foreign_keys": 0, "legacy_alter_table": 1}
        return _sqlite_engine(url, pragmas, "BEGIN IMMEDIATE", poolclass=NullPool)
    arguments = _connect_arguments(_parse(url), _MIGRATION_LIMITS)
    return create_engine(_parse(url), connect_args=arguments, poolclass=NullPool)


def check_sqlite(engine: Engine) -> list[DatabaseWarning]:
    """Read every setting of an SQLite engine back; return warnings about SQLite itself.

    Raises `PermanentError` when a setting did not take, since commits or foreign keys could then not be relied on.
    """
    expected: Pragmas = engine.get_execution_options()[_EXPECTED]
    # The driver's own connection, since SQLAlchemy's would begin a transaction, and so wait for another writer.
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        for pragma, value in expected.items():
            (found,) = cursor.execute(f"PRAGMA {pragma}").fetchone()
            if found != value:
                raise PermanentError(f"SQLite did not take the setting {pragma}={value}; it says {found}.")
        options = {option for (option,) in cursor.execute("PRAGMA compile_options")}
        (version,) = cursor.execute("SELECT sqlite_version()").fetchone()
    if "ENABLE_FTS5" not in options:
        raise PermanentError("This Python's SQLite was built without full-text search (FTS5), which Nugget needs.")
    return warnings_about(version)


def warnings_about(version: str) -> list[DatabaseWarning]:
    """Return what an operator should know about this version of SQLite ("3.40.1")."""
    if not _has_wal_fault(tuple(int(part) for part in version.split(".")[:3])):
        return []
    text = (
        f"SQLite {version} has a rare fault that can damage a database when two connections write at one instant "
        "(https://sqlite.org/wal.html#walresetbug). Nugget writes from one connection only, which avoids it; so do not "
        "write to the file with other programs, and upgrade to SQLite 3.51.3 or newer when you can."
    )
    return [DatabaseWarning("sqlite_wal_reset", text)]


def hold_sqlite(path: Path) -> FileLock:
    """Keep this database for this process until the lock is released; makes the folder if it is not there.

    Raises `PermanentError` when another process has it: SQLite mode is one process (several need Postgres).
    """
    lock = try_lock(path.with_name(path.name + ".lock"))
    if lock is None:
        raise PermanentError(
            f"Another Nugget is using {path} already. Stop that one first; to run several at once, use Postgres."
        )
    return lock


def _parse(url: str) -> URL:
    """Turn every accepted spelling into the one that names our driver; never shows the URL, which holds a password."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise PermanentError("The database URL cannot be read. It looks like sqlite:///… or postgresql://….") from None
    match parsed.drivername:
        case "sqlite":
            return parsed
        case "postgres" | "postgresql" | "postgresql+psycopg":
            return parsed.set(drivername="postgresql+psycopg")
    raise PermanentError(f"Nugget keeps its data in SQLite or Postgres, not in {parsed.drivername}.")


def _sqlite_engine(url: str | URL, pragmas: Pragmas, begin: str, **pool: Any) -> Engine:
    # What people wrote stands in parameters, and errors end in logs.
    engine = create_engine(
        URL.create("sqlite", database=str(sqlite_path(url))) if isinstance(url, str) else url,
        execution_options={_EXPECTED: pragmas},
        hide_parameters=True,
        **pool,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: SqliteConnection, _record: object) -> None:
        # Python's driver would begin transactions by itself, late and only for some statements; it must not.
        connection.isolation_level = None
        for pragma, value in pragmas.items():
            connection.execute(f"PRAGMA {pragma}={value}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _connect_arguments(url: URL, limits: Pragmas) -> dict[str, Any]:
    options = " ".join(f"-c {name}={value}" for name, value in limits.items())
    own = {"connect_timeout": _CONNECT_SECONDS, "application_name": "nugget", "options": options}
    return {name: value for name, value in own.items() if name not in url.query}


def _has_wal_fault(version: tuple[int, ...]) -> bool:
    if not _WAL_FAULT_SINCE <= version < _WAL_FAULT_MENDED:
        return False
    return not any(version[:2] == mended[:2] and version >= mended for mended in _WAL_FAULT_BACKPORTS)
