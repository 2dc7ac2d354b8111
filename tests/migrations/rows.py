"""A row in every table of whatever schema a database has, made from the schema itself."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, Table

from migrations.comparison import include_name

WHEN = datetime(2026, 10, 1, 12, tzinfo=UTC)
SAMPLES: tuple[tuple[type[sa.types.TypeEngine[Any]], object], ...] = (
    (sa.Boolean, True),
    (sa.Integer, 1),
    (sa.LargeBinary, b"\x00raw"),
    (sa.JSON, {"word": "é"}),
    (sa.Date, date(2026, 10, 1)),
)


def tables_of(connection: Connection) -> list[Table]:
    """Return the tables that hold people's data, parents first."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name != "alembic_version" and include_name(name, "table", {}))
    return found.sorted_tables


def fill_every_table(connection: Connection) -> None:
    """Add one row to every table; what refers to another table refers to its row."""
    for table in tables_of(connection):
        values = {column.name: _value(column, connection.dialect.name) for column in table.columns}
        connection.execute(table.insert().values(values))


def rows_by_table(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, for a comparison of before and after."""
    return {
        table.name: [tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key))]
        for table in tables_of(connection)
    }


def _value(column: sa.Column[Any], dialect: str) -> object:
    # A row cannot refer to itself before it is there.
    if any(key.column.table is column.table for key in column.foreign_keys):
        return None
    if isinstance(column.type, sa.DateTime):
        return WHEN.replace(tzinfo=None) if dialect == "sqlite" else WHEN
    if isinstance(column.type, sa.String):
        return "déjà vu"[: column.type.length]
    return next(sample for kind, sample in SAMPLES if isinstance(column.type, kind))
