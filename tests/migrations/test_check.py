"""The check finds what the models and the database disagree on, and nothing else."""

import pytest

from db.engine import is_sqlite
from migrations import runner
from tests.databases import engine_of


def change(url: str, statement: str) -> None:
    with engine_of(url) as engine, engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_models_and_migrations_agree(database_url: str) -> None:
    assert runner.check(database_url) == []


def test_an_empty_database_lacks_everything(empty_database_url: str) -> None:
    found = runner.check(empty_database_url)
    assert any("add_table" in line and "'item'" in line for line in found)
    assert "decision_is_never_changed is missing" in found


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("ALTER TABLE item ADD COLUMN planted VARCHAR(5)", "planted"),
        ("ALTER TABLE note DROP COLUMN erased_at", "erased_at"),
        ("CREATE TABLE planted (id INTEGER PRIMARY KEY)", "planted"),
        ("DROP TABLE item_tag", "item_tag"),
        ("DROP INDEX ix_item_team_id_owner_status", "ix_item_team_id_owner_status"),
    ],
)
def test_a_planted_difference_is_found(database_url: str, statement: str, named: str) -> None:
    change(database_url, statement)
    found = runner.check(database_url)
    assert found
    assert all(named in line for line in found)


@pytest.mark.parametrize("trigger", ["decision_is_never_changed", "decision_is_never_removed"])
def test_a_lost_guard_is_found(database_url: str, trigger: str) -> None:
    where = "" if is_sqlite(database_url) else " ON decision"
    change(database_url, f"DROP TRIGGER {trigger}{where}")
    assert runner.check(database_url) == [f"{trigger} is missing"]


def test_a_lost_search_index_is_found_on_postgres(postgres_database_url: str) -> None:
    change(postgres_database_url, "DROP INDEX ix_search_entry_vector")
    assert runner.check(postgres_database_url) == ["ix_search_entry_vector is missing"]


def test_a_lost_search_trigger_is_found_on_sqlite(sqlite_database_url: str) -> None:
    change(sqlite_database_url, "DROP TRIGGER search_entry_changed")
    assert runner.check(sqlite_database_url) == ["search_entry_changed is missing"]


def test_a_changed_length_is_found_on_postgres(postgres_database_url: str) -> None:
    change(postgres_database_url, "ALTER TABLE item ALTER COLUMN owner TYPE VARCHAR(64)")
    found = runner.check(postgres_database_url)
    assert len(found) == 1
    assert "owner" in found[0]
