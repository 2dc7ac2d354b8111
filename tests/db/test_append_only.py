"""Decisions can only be added; the database itself sees to it."""

import pytest
from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.models import Decision, Item
from tests.db.rows import add_decision, add_item


@pytest.fixture
def decided(engine: Engine) -> Engine:
    """A database in which the second decision takes back the first."""
    with engine.begin() as connection:
        item_id = add_item(connection)
        first = add_decision(connection, item_id)
        add_decision(connection, item_id, 2, undoes_id=first)
    return engine


def decisions_of(engine: Engine) -> list[tuple[int, str]]:
    with engine.connect() as connection:
        rows = connection.execute(select(Decision.id, Decision.reason).order_by(Decision.id))
        return [(decision_id, reason) for decision_id, reason in rows]


@pytest.mark.parametrize("column", ["reason", "effect", "actor", "item_id"])
def test_a_decision_is_never_changed(decided: Engine, column: str) -> None:
    same = update(Decision).values({column: getattr(Decision, column)})
    with pytest.raises(IntegrityError, match="a decision is never changed"), decided.begin() as connection:
        connection.execute(same)
    assert decisions_of(decided) == [(1, ""), (2, "")]


def test_a_decision_is_never_removed_while_its_item_exists(decided: Engine) -> None:
    with pytest.raises(IntegrityError, match="never removed while its item exists"), decided.begin() as connection:
        connection.execute(delete(Decision).where(Decision.id == 2))
    assert decisions_of(decided) == [(1, ""), (2, "")]


def test_a_change_through_an_object_is_refused_as_well(decided: Engine) -> None:
    with Session(decided) as session:
        decision = session.get_one(Decision, 1)
        decision.reason = "rewritten"
        with pytest.raises(IntegrityError, match="a decision is never changed"):
            session.commit()


def test_erasing_an_item_takes_its_decisions_along_and_no_others(decided: Engine) -> None:
    with decided.begin() as connection:
        add_decision(connection, add_item(connection, 7), 3)
        connection.execute(delete(Item).where(Item.id == 1))
        assert connection.execute(select(func.count(Item.id))).scalar() == 1
    assert decisions_of(decided) == [(3, "")]
