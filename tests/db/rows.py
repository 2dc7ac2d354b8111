"""The few rows that tests of the database itself need."""

from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from db.models import Decision, Item, SearchEntry

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


def add_item(connection: Connection, item_id: int = 1) -> int:
    """Add an ask with this id and number, and return the id."""
    connection.execute(
        insert(Item).values(
            id=item_id, team_id="T1", kind="ask", number=item_id, status="new", privacy="open", created_at=NOON
        )
    )
    return item_id


def add_decision(connection: Connection, item_id: int, decision_id: int = 1, undoes_id: int | None = None) -> int:
    """Add a decision on an item, and return its id."""
    connection.execute(
        insert(Decision).values(
            id=decision_id,
            team_id="T1",
            item_id=item_id,
            effect="accept",
            from_status="new",
            to_status="accepted",
            actor="U1",
            detail={},
            gesture_key=f"gesture-{decision_id}",
            undoes_id=undoes_id,
            decided_at=NOON,
        )
    )
    return decision_id


def add_search_entry(connection: Connection, item_id: int, words: str, scope: str = "everyone") -> None:
    """Make an item findable by these words."""
    connection.execute(
        insert(SearchEntry).values(
            item_id=item_id, team_id="T1", privacy="open", scope=scope, words=words, changed_at=NOON
        )
    )
