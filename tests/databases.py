"""Fresh databases for tests: a migrated template is made once a worker, and each test gets a copy of it."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
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
