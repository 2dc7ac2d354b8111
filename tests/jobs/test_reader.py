"""Reading items beside everything else: all of them in the end, a few at a time, and calmly without a database."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.domain.errors import TemporaryError
from bot.jobs import reader
from bot.jobs.reader import Reader
from db.models import ItemVector
from db.transact import Transact
from tests.db.transactors import transactor
from tests.meanings import Concepts
from tests.services.bench import Bench


class Away:
    """A database that is away."""

    async def __call__(self, use_case: Any, command: Any, *, urgent: bool = True) -> Any:
        raise TemporaryError("away")

    async def read(self, query: Any, command: Any) -> Any:
        raise TemporaryError("away")

    def on_commit(self, topic: str, wake: Callable[[], None]) -> None: ...

    async def close(self) -> None: ...


async def test_everything_is_read_a_few_at_a_time_the_newest_first(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "BATCH", 2)
    bench = Bench(engine).prepared()
    ids = [bench.capture(words).item_id for words in ("Export", "Dark mode", "Address book")]
    async with transactor(database_url) as transact:
        at_work = Reader(transact, Concepts())
        assert await at_work.read_some() == 2
        assert {row.item_id for row in bench.rows(ItemVector)} == set(ids[1:])
        assert [await at_work.read_some(), await at_work.read_some()] == [1, 0]
    assert {row.item_id for row in bench.rows(ItemVector)} == set(ids)


async def test_a_database_that_is_away_is_tried_later() -> None:
    away: Transact = Away()
    assert await Reader(away, Concepts()).read_some() == 0
