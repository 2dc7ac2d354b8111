"""What the database and Slack say after a run, as plain rows, for the checker to compare."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, text

from bot.domain.policies import Policy

Row = Mapping[str, Any]

METADATA_EVENT = "nugget_outbox"
TABLES = (
    "workspace",
    "channel",
    "product_area",
    "inbox",
    "outbox",
    "item",
    "report",
    "decision",
    "search_entry",
    "run",
)


def instant(value: Any) -> datetime | None:
    """Read a moment as either database gives it to plain SQL: SQLite as text in UTC, Postgres with its offset."""
    if value is None:
        return None
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def known_instant(value: Any) -> datetime:
    """Read a moment that cannot be missing."""
    found = instant(value)
    assert found is not None
    return found


def plain_json(value: Any) -> Any:
    """Read JSON as either database gives it to plain SQL."""
    return json.loads(value) if isinstance(value, str | bytes) else value


@dataclass
class Stored:
    """All rows of a workspace that the checks look at."""

    connection: Connection
    team_id: str

    def select(self, query: str, **values: Any) -> list[Row]:
        """Run plain SQL; `:team` is the workspace."""
        found = self.connection.execute(text(query), {"team": self.team_id, **values})
        return [dict(row) for row in found.mappings()]

    @cached_property
    def outbox(self) -> list[Row]:
        """Return everything that was to reach Slack, in its order."""
        rows = self.select("SELECT * FROM outbox WHERE team_id = :team ORDER BY seq")
        return [{**row, "payload": plain_json(row["payload"]) or {}} for row in rows]

    @cached_property
    def posts(self) -> list[Row]:
        return [row for row in self.outbox if row["kind"] == "post"]

    @cached_property
    def by_id(self) -> dict[str, Row]:
        return {row["id"]: row for row in self.outbox}

    @cached_property
    def keys(self) -> dict[str, Row]:
        """Return the outbox by dedupe key."""
        return {row["dedupe_key"]: row for row in self.outbox}

    @cached_property
    def items(self) -> list[Row]:
        return self.select("SELECT * FROM item WHERE team_id = :team ORDER BY id")

    @cached_property
    def reports(self) -> list[Row]:
        return self.select(
            "SELECT report.*, item.kind AS item_kind FROM report JOIN item ON item.id = report.item_id"
            " WHERE report.team_id = :team ORDER BY report.id"
        )

    @cached_property
    def runs(self) -> list[Row]:
        rows = self.select("SELECT * FROM run WHERE team_id = :team ORDER BY kind, scope, period_key, number")
        return [{**row, "snapshot": plain_json(row["snapshot"]) or {}} for row in rows]

    @cached_property
    def us(self) -> Row:
        """Return the row of the workspace; it says who Nugget is there."""
        found = self.select("SELECT * FROM workspace WHERE team_id = :team")
        return found[0] if found else {"bot_user_id": None, "bot_id": None, "first_seen_at": None}


def name_of(item: Row) -> str:
    """Return the name under which people know an item."""
    return f"{'N' if item['kind'] == 'nugget' else 'A'}-{item['number']}"


@dataclass
class Shown:
    """What stood in Slack, as the stand-in's history has it."""

    history: Mapping[str, Any]

    @property
    def events(self) -> Sequence[Row]:
        found: Sequence[Row] = self.history.get("events", ())
        return found

    @property
    def ephemerals(self) -> Sequence[Row]:
        found: Sequence[Row] = self.history.get("ephemerals", ())
        return found

    @cached_property
    def all_of(self) -> dict[str, list[Row]]:
        """Return, for each outbox id, its messages in Slack's order, deleted ones too."""
        found: dict[str, list[Row]] = defaultdict(list)
        for message in self.history.get("messages", ()):
            outbox_id = _outbox_id(message)
            if outbox_id is not None:
                found[outbox_id].append(message)
        return {
            outbox_id: sorted(messages, key=lambda each: float(each["ts"])) for outbox_id, messages in found.items()
        }

    def standing(self, outbox_id: str) -> list[Row]:
        """Return the messages of an entry that stand now, in Slack's order."""
        return [message for message in self.all_of.get(outbox_id, ()) if message["exists"]]


def _outbox_id(message: Row) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != METADATA_EVENT:
        return None
    found = (metadata.get("event_payload") or {}).get("outbox_id")
    return found if isinstance(found, str) else None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the run was about: `ended_at` is business time, `shared` are texts of which people were told they are kept.

    While the faults still go on (`is_at_rest` is False) it is no violation that something waits.
    """

    team_id: str
    policy: Policy
    ended_at: datetime
    shared: Sequence[str] = ()
    is_at_rest: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that a check may look at."""

    stored: Stored
    shown: Shown
    settings: Settings
    is_sqlite: bool
