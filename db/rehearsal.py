"""A copy of a database to try things on: what an import would do is found out by doing it there.

The copy is an SQLite file whatever the original is. It is read in one go and written nowhere else.
"""

from sqlalchemy import Engine, Select, select

import db.models  # noqa: F401 - importing the models fills the metadata.
from bot.domain.facts import IMPORTS
from db.base import Base
from db.models import InboxEntry

# Nothing that is tried is sent, and what is found by words or fell due plays no part in it.
_LEFT_OUT = frozenset({"outbox", "run", "search_entry", "item_vector", "draft", "alembic_version"})
_PART = 1000


def copy_database(original: Engine, copy: Engine) -> None:
    """Copy the rows of one database into another that has the newest schema and none; foreign keys are not checked."""
    with original.connect() as reading, copy.begin() as writing:
        streaming = reading.execution_options(stream_results=True, max_row_buffer=_PART)
        for table in Base.metadata.sorted_tables:
            if table.name in _LEFT_OUT:
                continue
            query: Select[tuple[object, ...]] = select(table)
            if table.name == InboxEntry.__tablename__:
                query = query.where(table.c.kind.in_(IMPORTS))
            for rows in streaming.execute(query).mappings().partitions(_PART):
                writing.execute(table.insert(), [dict(row) for row in rows])
