"""The recap's headline and routing figures by plain SQL from the decision log, sharing nothing with the recap's code.

What was seen and answered by the end of a month is read off the decisions in force at that moment, not off the columns
that the recap reads: figures that agree were reached by two ways.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, create_engine, text

# What counts at all: neither taken back, nor noise, nor joined elsewhere. Without a `:team` every workspace counts.
_ITEMS = """
items AS (
    SELECT item.* FROM item
    WHERE item.status NOT IN ('withdrawn', 'noise', 'duplicate') AND (:team = '' OR item.team_id = :team)
),
month_items AS (SELECT * FROM items WHERE created_at >= :begins AND created_at < :ends),
"""
# Decisions in force when the month ended, and for each item those after it was last opened again.
_DECISIONS = """
in_force AS (
    SELECT d.* FROM decision d
    WHERE d.decided_at < :ends AND d.undoes_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM decision u WHERE u.undoes_id = d.id AND u.decided_at < :ends)
),
answered AS (
    SELECT d.item_id, MIN(d.decided_at) AS answered_at FROM in_force d
    WHERE d.effect IN ('accept', 'plan', 'ship', 'needs info', 'not now', 'already possible', 'decline', 'duplicate',
                       'noise')
      AND NOT EXISTS (SELECT 1 FROM in_force r WHERE r.item_id = d.item_id AND r.effect = 'reopen' AND r.id > d.id)
    GROUP BY d.item_id
),
seen AS (
    SELECT DISTINCT d.item_id FROM in_force d
    WHERE d.actor IS NOT NULL AND d.to_status NOT IN ('new', 'withdrawn')
      AND NOT EXISTS (SELECT 1 FROM in_force r WHERE r.item_id = d.item_id AND r.to_status = 'new'
                      AND r.effect = 'reopen' AND r.id > d.id)
)
"""
_WITH = f"WITH {_ITEMS} {_DECISIONS}"

# A second report by the same person on the same item is an update of the first.
_SHARED = """
FROM report JOIN items ON items.id = report.item_id
WHERE items.kind = 'nugget' AND report.withdrawn_at IS NULL
  AND report.reported_at >= :begins AND report.reported_at < :ends
  AND NOT EXISTS (SELECT 1 FROM report AS earlier WHERE earlier.item_id = report.item_id
                  AND earlier.reporter = report.reporter AND earlier.id < report.id AND earlier.withdrawn_at IS NULL)
"""
_PEOPLE = f"SELECT COUNT(DISTINCT report.reporter) {_SHARED}"
_NUGGETS = f"SELECT COUNT(*) {_SHARED}"
_RECEIVED = "SELECT COUNT(*) FROM month_items WHERE kind = 'ask'"
_SEEN = "SELECT COUNT(*) FROM month_items JOIN seen ON seen.item_id = month_items.id WHERE kind = 'ask'"
_ANSWERED = "SELECT COUNT(*) FROM month_items JOIN answered ON answered.item_id = month_items.id WHERE kind = 'ask'"
_OPEN = """
SELECT COUNT(*), MIN(created_at) FROM items
WHERE kind = 'ask' AND created_at < :ends AND id NOT IN (SELECT item_id FROM answered)
"""
_DAYS = """
SELECT month_items.created_at, answered.answered_at FROM month_items
JOIN answered ON answered.item_id = month_items.id WHERE kind = 'ask'
"""
_AREAS = """
SELECT area.name, COUNT(*), SUM(CASE WHEN answered.item_id IS NULL THEN 0 ELSE 1 END) FROM month_items
LEFT JOIN product_area area ON area.id = month_items.area_id
LEFT JOIN answered ON answered.item_id = month_items.id
WHERE month_items.kind = 'ask' GROUP BY area.name
"""


def recount(database_url: str, begins_at: datetime, ends_at: datetime, team_id: str = "") -> dict[str, Any]:
    """Return the figures of the half-open month [begins_at, ends_at), under the names that a snapshot gives them.

    `areas` are (name or None, received, answered), in no order that means anything. Without a team all are counted.
    """
    with _connected(database_url) as connection:
        bound = {"begins": _moment(connection, begins_at), "ends": _moment(connection, ends_at), "team": team_id}

        def rows(query: str) -> list[Any]:
            return list(connection.execute(text(_WITH + query), bound))

        open_count, oldest = rows(_OPEN)[0]
        return {
            "people": rows(_PEOPLE)[0][0],
            "nuggets": rows(_NUGGETS)[0][0],
            "median_days": _median([_days(_instant(came), _instant(went)) for came, went in rows(_DAYS)]),
            "asks_received": rows(_RECEIVED)[0][0],
            "asks_seen": rows(_SEEN)[0][0],
            "asks_answered": rows(_ANSWERED)[0][0],
            "asks_open": open_count,
            "oldest_open_days": int(_days(_instant(oldest), ends_at)) if oldest else None,
            "areas": {(name, count, int(done)) for name, count, done in rows(_AREAS)},
        }


def figures_of(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Return the same figures of a stored snapshot, to compare."""
    counted = ("people", "nuggets", "median_days", "asks_received", "asks_seen", "asks_answered", "asks_open")
    figures = {name: snapshot[name] for name in (*counted, "oldest_open_days")}
    areas = {(area["area"], area["received"], area["answered"]) for area in snapshot["areas"]}
    assert len(areas) == len(snapshot["areas"]), "an area stands twice in the snapshot"
    return {**figures, "areas": areas}


@contextmanager
def _connected(database_url: str) -> Iterator[Connection]:
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _moment(connection: Connection, moment: datetime) -> datetime | str:
    """Return a moment as the database compares it; SQLite keeps moments as text."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if connection.dialect.name == "sqlite" else moment


def _instant(stored: datetime | str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC) if isinstance(stored, str) else stored


def _days(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / 86_400


def _median(values: list[float]) -> float | None:
    if not values:
        return None
    ordered, middle = sorted(values), len(values) // 2
    return round(ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2, 1)
