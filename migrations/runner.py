"""Brings a database to the schema that this version of Nugget works with; Alembic is imported only to change one.

Whoever else migrates the same database meanwhile is waited for: by a lock beside the SQLite file, or by an advisory
lock in Postgres. An upgrade is one transaction, so that a process which dies leaves the schema as it was.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import OperationalError

from bot.domain.errors import PermanentError, TemporaryError
from bot.failpoints import failpoint
from db.engine import is_sqlite, migration_engine, reader_engine, sqlite_path
from db.file_lock import lock_within
from db.search_index import SEARCH_CHANGE, apply_search_changes

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

HEAD = "0002"
"""The revision that this version of Nugget works with; kept here so that a start need not import Alembic."""

SCRIPTS = Path(__file__).parent

# Replicas that start together wait this long for the one that migrates.
LOCK_SECONDS = 300.0
_POLL_SECONDS = 0.1
# Any number will do, as long as nothing else in the same database uses it.
_ADVISORY_KEY = 7_814_220_611
_MOST_ATTEMPTS = 5
_LOCK_NOT_AVAILABLE = "55P03"

_HAS_REVISION = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'",
    "postgresql": "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL",
}

_REFERS_TO_NO_TABLE = (
    "SELECT child.name FROM sqlite_master AS child, pragma_foreign_key_list(child.name) AS key "
    "WHERE child.type = 'table' AND key.\"table\" NOT IN (SELECT name FROM sqlite_master WHERE type = 'table')"
)


def stored_revision(engine: Engine) -> str | None:
    """Return the revision that the database says it has, or None if it has never been migrated."""
    with engine.connect() as connection:
        present = connection.exec_driver_sql(_HAS_REVISION[connection.dialect.name]).first()
        if present is None:
            return None
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def ensure_current(url: str) -> bool:
    """Upgrade the database if it is behind, and tell whether it was; this is what a start calls.

    An SQLite file that holds data is first copied to `<file>.before-<revision>`. Raises `PermanentError` when a newer
    Nugget has made this database, `TemporaryError` when another process holds the migration lock for too long.
    """
    if _stored_at(url) == HEAD:
        return False
    with _migration_lock(url):
        # Another process may have done it while this one waited.
        stored = _stored_at(url)
        if stored == HEAD:
            return False
        if stored is not None:
            _refuse_unknown(stored)
            _back_up(url)
        _migrate(url, lambda connection: _run("upgrade", connection, HEAD))
        return True


def upgrade(url: str, to: str = "head") -> None:
    """Bring the schema forward to a revision; raises as `ensure_current` does, and makes no copy first."""
    _change(url, "upgrade", to)


def downgrade(url: str, to: str) -> None:
    """Bring the schema back to a revision ("base" for none); what the older schema has no place for is lost."""
    _change(url, "downgrade", to)


def check(url: str) -> list[str]:
    """Compare the database with the models; one line a difference, none when they agree."""
    from migrations.comparison import differences  # noqa: PLC0415 - only a check pays for importing Alembic.

    with _engine_for(url, reading=True) as engine:
        return differences(engine)


def known_revisions() -> list[str]:
    """Return every revision that this version of Nugget knows, newest first."""
    return [script.revision for script in _script_directory().walk_revisions()]


def _change(url: str, direction: str, to: str) -> None:
    with _migration_lock(url):
        if (stored := _stored_at(url)) is not None:
            _refuse_unknown(stored)
        _migrate(url, lambda connection: _run(direction, connection, to))


@contextmanager
def _engine_for(url: str, *, reading: bool = False) -> Iterator[Engine]:
    """Give an engine that is gone afterwards; one that only reads waits for no writer of SQLite."""
    engine = reader_engine(url) if reading and is_sqlite(url) else migration_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _stored_at(url: str) -> str | None:
    if is_sqlite(url) and not sqlite_path(url).exists():
        return None
    with _engine_for(url, reading=True) as engine:
        return stored_revision(engine)


def _refuse_unknown(stored: str) -> None:
    known = known_revisions()
    if stored not in known:
        raise PermanentError(
            f"This database has the schema {stored}, and this version of Nugget knows only up to {known[0]}. "
            "Start the version of Nugget that made it, or restore the copy from before the upgrade."
        )


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - a start with an up-to-date database does without Alembic.

    config = Config()
    # A percent sign would be read as the start of a substitution.
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


def _script_directory() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see _config.

    return ScriptDirectory.from_config(_config())


def _run(direction: str, connection: Connection, to: str) -> None:
    from alembic import command  # noqa: PLC0415 - see _config.

    config = _config()
    config.attributes["connection"] = connection
    event.listen(connection, "before_cursor_execute", lambda *_: failpoint("migrate"))
    {"upgrade": command.upgrade, "downgrade": command.downgrade}[direction](config, to)


def _migrate(url: str, work: Callable[[Connection], None]) -> None:
    """Do the work in one transaction; on Postgres again if a table stayed locked, so that nobody queues behind us."""
    if is_sqlite(url):
        with _engine_for(url) as engine, engine.begin() as connection:
            _work_checked(connection, work)
        return
    for _attempt in range(_MOST_ATTEMPTS):
        try:
            with _engine_for(url) as engine, engine.begin() as connection:
                work(connection)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
        else:
            return
    raise TemporaryError("The schema could not be changed: a table was in use all the time.")


def _work_checked(connection: Connection, work: Callable[[Connection], None]) -> None:
    """Do the work on SQLite and raise `PermanentError`, so that nothing is committed, if rows or references broke."""
    before = _row_counts(connection)
    work(connection)
    after = _row_counts(connection)
    if SEARCH_CHANGE in after:
        apply_search_changes(connection)
    lost = sorted(table for table, count in before.items() if after.get(table, count) < count)
    if lost:
        raise PermanentError(f"The schema was not changed: rows of {', '.join(lost)} would have been lost.")
    broken = {str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    # That check looks at rows, and so overlooks a table without any.
    broken |= set(connection.exec_driver_sql(_REFERS_TO_NO_TABLE).scalars())
    if broken:
        raise PermanentError(
            f"The schema was not changed: {', '.join(sorted(broken))} would refer to what is not there."
        )


def _row_counts(connection: Connection) -> dict[str, int]:
    """Count the rows of every table of ours, but for what Alembic and the search index keep for themselves."""
    tables = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "AND name NOT LIKE 'search\\_index%' ESCAPE '\\' AND name <> 'alembic_version'"
    ).scalars()
    return {
        table: connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one()  # noqa: S608
        for table in tables.all()
    }


def _back_up(url: str) -> None:
    """Copy the SQLite file to `<file>.before-<revision>`; an older copy of that name gives way to a whole new one."""
    if not is_sqlite(url):
        return
    path = sqlite_path(url)
    copy = path.with_name(f"{path.name}.before-{HEAD}")
    part = copy.with_name(f"{copy.name}.part")
    part.unlink(missing_ok=True)
    with _engine_for(url) as engine:
        # SQLite copies outside a transaction only, and SQLAlchemy always begins one: so the driver's own connection.
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("VACUUM INTO ?", (str(part),))
        finally:
            connection.close()
    part.replace(copy)


@contextmanager
def _migration_lock(url: str) -> Iterator[None]:
    """Keep other processes from migrating this database meanwhile; raises `TemporaryError` after `LOCK_SECONDS`."""
    if is_sqlite(url):
        path = sqlite_path(url)
        # Not the lock that a running Nugget holds: that one migrates with it in its hand.
        with lock_within(path.with_name(f"{path.name}.migration.lock"), LOCK_SECONDS):
            yield
    else:
        with _advisory_lock(url):
            yield


@contextmanager
def _advisory_lock(url: str) -> Iterator[None]:
    """Hold a lock of the session, on a connection of its own, so that no commit of a migration can drop it."""
    deadline = time.monotonic() + LOCK_SECONDS
    query = text("SELECT pg_try_advisory_lock(:key)")
    with _engine_for(url) as engine, engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        while not connection.execute(query, {"key": _ADVISORY_KEY}).scalar():
            if time.monotonic() >= deadline:
                raise TemporaryError(f"Another process has been migrating for {LOCK_SECONDS:g} seconds.")
            time.sleep(_POLL_SECONDS)
        # Closing the connection lets the lock go.
        yield
