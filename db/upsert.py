"""Inserts that meet a row which is already there, in the dialect of whichever database this is."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import FromClause
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def insert_into(session: Session, table: FromClause) -> "sqlite.Insert | postgresql.Insert":
    """Return an INSERT that knows ON CONFLICT. The Postgres dialect is large, and imported only where it is used."""
    target: Any = table
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(target)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415

    return postgresql.insert(target)
