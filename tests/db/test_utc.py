"""Instants are aware and in UTC on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import StatementError

from db.models import Workspace


def store_and_read(engine: Engine, instant: datetime) -> datetime:
    with engine.begin() as connection:
        connection.execute(insert(Workspace).values(team_id="T1", first_seen_at=instant))
        return connection.execute(select(Workspace.first_seen_at)).scalar_one()


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 10, 25, 0, 30, 0, 123456, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        datetime(1999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-12))),
    ],
    ids=["utc", "india", "behind"],
)
def test_an_aware_instant_comes_back_as_the_same_instant_in_utc(engine: Engine, instant: datetime) -> None:
    found = store_and_read(engine, instant)
    assert found == instant
    assert found.utcoffset() == timedelta(0)


def test_a_naive_instant_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="a naive datetime cannot be stored"):
        store_and_read(engine, datetime(2026, 10, 25))  # noqa: DTZ001


def test_instants_are_compared_as_instants_whatever_their_offset(engine: Engine) -> None:
    instant = datetime(2026, 10, 25, 12, tzinfo=UTC)
    store_and_read(engine, instant)
    east = instant.astimezone(timezone(timedelta(hours=9)))
    with engine.connect() as connection:
        before = select(Workspace.team_id).where(Workspace.first_seen_at < east)
        until = select(Workspace.team_id).where(Workspace.first_seen_at <= east)
        assert connection.execute(before).all() == []
        assert connection.execute(until).scalars().all() == ["T1"]
