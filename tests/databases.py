"""Fresh databases for tests: a migrated template is made once a worker, and each test gets a copy of it."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, make_url

from db.engine import is_sqlite, postgres_engine, writer_engine
from migrations import runner

SERVER = os.environ.get("NUGGET_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


def requires_all() -> bool:
    """Tell whether a test that cannot run here has to fail, instead of being skipped."""
    return os.environ.get("NUGGET_REQUIRE_ALL") == "1"


def cannot_run(reason: str) -> NoReturn:
    """Skip the test, or fail it where everything has to run."""
    if requires_all():
        pytest.fail(reason)
    pytest.skip(reason)


def sqlite_url(path: Path) -> str:
    """Return the URL of this SQLite file."""
    return f"sqlite:///{path}"


def make_sqlite_template(folder: Path) -> Path:
    """Make a migrated SQLite file; it is closed, so that copying the one file copies everything."""
    path = folder / "template.sqlite3"
    runner.upgrade(sqlite_url(path))
    return path


def copy_sqlite(template: Path, folder: Path) -> str:
    """Copy the template into a folder and return the copy's URL."""
    path = folder / "nugget.sqlite3"
    shutil.copyfile(template, path)
    return sqlite_url(path)


@contextmanager
def postgres_database(template: str | None = None) -> Iterator[str]:
    """Make a Postgres database, of a template if one is named, and give its URL; it is dropped afterwards.

    Its name holds worker, process and a random part, so that neither workers nor whole runs disturb each other.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"nugget_test_{worker}_{os.getpid()}_{uuid.uuid4().hex[:12]}"
    create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template is not None:
        create += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    _on_server(create)
    try:
        yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    finally:
        _on_server(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


# What a schema is made of, so that a test which changed more than rows is noticed.
_SHAPE = """
SELECT md5(string_agg(line, chr(10) ORDER BY line)) FROM (
    SELECT format('%s.%s %s %s', table_name, column_name, data_type, is_nullable) AS line
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT format('%s %s', tgname, tgrelid::regclass) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT version_num FROM alembic_version
) AS shape
"""
_EMPTY = """
DO $$ DECLARE name text; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP EXECUTE 'DELETE FROM ' || name; END LOOP;
    PERFORM setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""
_ALONE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class PostgresCopies:
    """Gives one test after the other a database that is as if it were new.

    Making and dropping one takes half a second of the server's disk; emptying one takes a few milliseconds. One whose
    schema a test has changed, or that is gone, is made anew.
    """

    def __init__(self, template: str) -> None:
        self._template = template
        self._stack = ExitStack()
        self._url: str | None = None
        self._shape: object = None

    def fresh(self) -> str:
        """Return the URL of an empty database with the newest schema."""
        if self._url is None or not self._is_empty_again(self._url):
            self.close()
            self._url = self._stack.enter_context(postgres_database(self._template))
            with closing(psycopg.connect(self._url)) as connection:
                self._shape = connection.execute(_SHAPE).fetchone()
        return self._url

    def _is_empty_again(self, url: str) -> bool:
        try:
            with closing(psycopg.connect(url, autocommit=True)) as connection:
                connection.execute(_ALONE)
                if connection.execute(_SHAPE).fetchone() != self._shape:
                    return False
                connection.execute(_EMPTY)
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        """Drop what there is."""
        self._stack.close()
        self._url = None


def database_name(url: str) -> str:
    """Return the name of the database in a Postgres URL."""
    return str(make_url(url).database)


def require_postgres() -> None:
    """Skip or fail the test if the server of `NUGGET_TEST_POSTGRES` does not answer."""
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        where = make_url(SERVER).render_as_string(hide_password=True)
        cannot_run(f"no Postgres answers at {where} (NUGGET_TEST_POSTGRES): {error}")


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    """Give the engine that writes to this database, and let go of it afterwards."""
    engine = writer_engine(url) if is_sqlite(url) else postgres_engine(url, pool_size=2)
    try:
        yield engine
    finally:
        engine.dispose()


def _on_server(statement: sql.Composed) -> None:
    with closing(psycopg.connect(SERVER, autocommit=True)) as connection:
        connection.execute(statement)
