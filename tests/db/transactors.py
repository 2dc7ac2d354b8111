"""Transactors for tests, on either database."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.domain.policies import Policy
from db.engine import is_sqlite, postgres_engine, reader_engine, writer_engine
from db.transact import PostgresTransactor, SqliteTransactor, Transact

SOME_POLICY = Policy(zone=ZoneInfo("Europe/Paris"))


def real_time() -> datetime:
    """Return the real time in UTC."""
    return datetime.now(UTC)


@asynccontextmanager
async def transactor(
    url: str, policy: Policy = SOME_POLICY, now: Callable[[], datetime] = real_time
) -> AsyncIterator[Transact]:
    """Run use cases on this database; everything is let go of at the end."""
    made: Transact
    if is_sqlite(url):
        made = SqliteTransactor(writer_engine(url), reader_engine(url), lambda _: policy, now)
    else:
        made = PostgresTransactor(postgres_engine(url), lambda _: policy, now)
    try:
        yield made
    finally:
        await made.close()
