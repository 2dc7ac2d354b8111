"""Every revision goes up, down and up again with rows in every table, on both databases."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Connection

from migrations import runner
from tests.databases import engine_of
from tests.migrations.planted import plant
from tests.migrations.rows import fill_every_table, rows_by_table, tables_of

# Rebuilding the parent of nearly every table is how SQLite changes a column, and how children are lost.
REBUILD = 'with op.batch_alter_table("item", recreate="auto") as batch:\n        batch.{change}'
WIDEN = REBUILD.format(change='alter_column("owner", type_=sa.String(64), existing_type=sa.String(32))')
NARROW = REBUILD.format(change='alter_column("owner", type_=sa.String(32), existing_type=sa.String(64))')


def shape_of(connection: Connection) -> dict[str, list[str]]:
    return {table.name: sorted(column.name for column in table.columns) for table in tables_of(connection)}


@pytest.mark.parametrize("revision", list(reversed(runner.known_revisions())))
def test_a_revision_goes_up_down_and_up_again_on_data(empty_database_url: str, revision: str) -> None:
    runner.upgrade(empty_database_url, revision)
    with engine_of(empty_database_url) as engine:
        with engine.begin() as connection:
            fill_every_table(connection)
            shape, rows = shape_of(connection), rows_by_table(connection)
        assert len(rows) >= 27
        assert set(Counter(len(of_table) for of_table in rows.values())) == {1}
        runner.downgrade(empty_database_url, "-1")
        assert runner.stored_revision(engine) != revision
        with engine.connect() as connection:
            kept = rows_by_table(connection)
        runner.upgrade(empty_database_url, revision)
        assert runner.stored_revision(engine) == revision
        with engine.connect() as connection:
            assert shape_of(connection) == shape
            assert {name: len(rows_by_table(connection)[name]) for name in kept} == dict.fromkeys(kept, 1)


def test_all_the_way_down_leaves_nothing(database_url: str) -> None:
    with engine_of(database_url) as engine:
        with engine.begin() as connection:
            fill_every_table(connection)
        runner.downgrade(database_url, "base")
        assert runner.stored_revision(engine) is None
        with engine.connect() as connection:
            assert tables_of(connection) == []
        runner.upgrade(database_url)
        with engine.begin() as connection:
            fill_every_table(connection)
    assert runner.check(database_url) == []


def test_a_rebuilt_parent_keeps_every_row_of_its_children(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine_of(database_url) as engine:
        with engine.begin() as connection:
            fill_every_table(connection)
            rows = rows_by_table(connection)
        plant(monkeypatch, tmp_path, WIDEN, NARROW)
        for step in (runner.upgrade, lambda url: runner.downgrade(url, "-1"), runner.upgrade):
            step(database_url)
            engine.dispose()
            with engine.connect() as connection:
                assert rows_by_table(connection) == rows
    assert any("owner" in line for line in runner.check(database_url))
