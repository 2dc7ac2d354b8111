"""How models and schema are compared, and what of the schema the models do not know."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine

from db.search_index import SEARCH_CHANGE, SEARCH_INDEX, SEARCH_VECTOR_INDEX

# What a migration made by hand, by the query that lists such objects. Rebuilding a table on SQLite drops its triggers
# without a word, so that a later migration that does so has to make them again.
_BY_HAND: Mapping[str, tuple[str, frozenset[str]]] = {
    "sqlite": (
        "SELECT name FROM sqlite_master",
        frozenset(
            {
                SEARCH_INDEX,
                SEARCH_CHANGE,
                "search_entry_added",
                "search_entry_changed",
                "search_entry_removed",
                "decision_is_never_changed",
                "decision_is_never_removed",
            }
        ),
    ),
    "postgresql": (
        "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() "
        "UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
        frozenset({SEARCH_VECTOR_INDEX, "decision_is_never_changed", "decision_is_never_removed"}),
    ),
}


def include_name(name: str | None, kind: str, _parents: Mapping[str, Any]) -> bool:
    """Tell whether a comparison should look at this table or index of the database at all."""
    if name is None:
        return True
    if kind == "table":
        # SQLite's full-text search keeps its data in tables named after the index.
        return name not in {SEARCH_CHANGE, SEARCH_INDEX} and not name.startswith(f"{SEARCH_INDEX}_")
    return not (kind == "index" and name == SEARCH_VECTOR_INDEX)


def options(dialect: str) -> dict[str, Any]:
    """Return how Alembic is configured on this database, by whichever road it is called."""
    return {"compare_type": True, "include_name": include_name, "render_as_batch": dialect == "sqlite"}


def missing_by_hand(connection: Connection) -> list[str]:
    """Name the triggers and search indexes that the newest schema has and this database lacks."""
    query, expected = _BY_HAND[connection.dialect.name]
    return sorted(expected - set(connection.exec_driver_sql(query).scalars()))


def differences(engine: Engine) -> list[str]:
    """Compare the database with the models; one line a difference, none when they agree."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - only a check pays for importing Alembic.
    from alembic.migration import MigrationContext  # noqa: PLC0415

    from db.models import Item  # noqa: PLC0415 - importing any model fills the metadata.

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options(connection.dialect.name))
        found = [str(difference) for difference in compare_metadata(context, Item.metadata)]
        return found + [f"{name} is missing" for name in missing_by_hand(connection)]
