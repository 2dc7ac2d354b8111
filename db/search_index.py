"""The full-text index beside `search_entry`: what queries name, and how SQLite's index is kept right.

Older versions of SQLite, 3.40 among them, do not let a trigger write into a full-text table while `trusted_schema` is
off. So triggers on `search_entry` only note each change in the plain table `search_change`, and the writer engine
applies the notes right before each commit: index and entry change in one transaction, whichever way the row was changed
(ORM, Core, cascade).
"""

from sqlalchemy import Connection

SEARCH_INDEX = "search_index"
"""SQLite's full-text table; `search_index MATCH …`, its `rowid` is the item's id."""

SEARCH_CHANGE = "search_change"
"""SQLite's notes of changes that the full-text table has not seen yet; empty between transactions."""

SEARCH_VECTOR_SQL = "to_tsvector('simple', search_entry.words || ' ' || search_entry.scope)"
"""What Postgres has indexed; a query has to use this same expression, or the index is not used."""

SEARCH_VECTOR_INDEX = "ix_search_entry_vector"

# A full-text command of NULL adds the row, 'delete' takes the old words out again: their order matters.
_APPLY = (
    f"INSERT INTO {SEARCH_INDEX} ({SEARCH_INDEX}, rowid, words, scope) "  # noqa: S608
    f"SELECT command, item_id, words, scope FROM {SEARCH_CHANGE} ORDER BY id"
)


def apply_search_changes(connection: Connection) -> None:
    """Bring SQLite's full-text index up to date with `search_entry`, inside the transaction of `connection`."""
    if connection.exec_driver_sql(f"SELECT 1 FROM {SEARCH_CHANGE} LIMIT 1").first() is None:  # noqa: S608
        return
    connection.exec_driver_sql(_APPLY)
    connection.exec_driver_sql(f"DELETE FROM {SEARCH_CHANGE}")  # noqa: S608
