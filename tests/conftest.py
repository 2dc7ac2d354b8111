"""Fixtures for every test: fresh databases of both kinds, and a folder of real texts."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from migrations import runner
from tests import databases

BOTH = ["sqlite", "postgres"]

# How long an example takes says more of the machine than of the code.
settings.register_profile("nugget", deadline=None)
settings.load_profile("nugget")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy."""
    return databases.make_sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The name of a migrated Postgres database that tests copy; nobody may be connected to it meanwhile."""
    databases.require_postgres()
    with databases.postgres_database() as url:
        runner.upgrade(url)
        yield databases.database_name(url)


@pytest.fixture(scope="session")
def postgres_copies(postgres_template: str) -> Iterator[databases.PostgresCopies]:
    """What gives each test of this worker a Postgres database as if it were new."""
    copies = databases.PostgresCopies(postgres_template)
    yield copies
    copies.close()


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database with the newest schema; the test runs once on SQLite and once on Postgres."""
    if request.param == "sqlite":
        yield databases.copy_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
    else:
        yield request.getfixturevalue("postgres_copies").fresh()


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any schema (on SQLite there is no file yet); runs on both."""
    if request.param == "sqlite":
        yield databases.sqlite_url(tmp_path / "nugget.sqlite3")
    else:
        databases.require_postgres()
        with databases.postgres_database() as url:
            yield url


@pytest.fixture
def sqlite_database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh SQLite database with the newest schema, for what Postgres has no counterpart of."""
    return databases.copy_sqlite(sqlite_template, tmp_path)


@pytest.fixture
def postgres_database_url(postgres_template: str) -> Iterator[str]:
    """The URL of a fresh Postgres database with the newest schema, for what SQLite has no counterpart of."""
    with databases.postgres_database(postgres_template) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The engine that writes to a fresh database; runs on both."""
    with databases.engine_of(database_url) as engine:
        yield engine


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real texts that `NUGGET_CORPUS` names; without it a test that needs them is skipped everywhere."""
    named = os.environ.get("NUGGET_CORPUS")
    if named is None:
        pytest.skip("NUGGET_CORPUS names no folder of real texts")
    folder = Path(named)
    if not folder.is_dir():
        databases.cannot_run(f"NUGGET_CORPUS names {folder}, which is not a folder")
    return folder
