"""Where the model of the outbox keeps its rows: in memory for speed, or in a real database for the real queries."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from bot.domain.policies import Policy
from db.models import OutboxEntry
from db.unit_of_work import UnitOfWork

TEAM = "T1"


@dataclass
class Entry:
    """An outbox row without a database; the names are those of the row."""

    seq: int
    id: str
    lane: str
    kind: str
    channel_id: str
    thread_ts: str | None
    due_at: datetime
    created_at: datetime
    team_id: str = TEAM
    purpose: str = "card"
    state: str = "pending"
    tries: int = 0
    token: str | None = None
    claimed_at: datetime | None = None
    first_try_at: datetime | None = None
    retry_at: datetime | None = None
    settled_at: datetime | None = None
    slack_ts: str | None = None
    slack_channel_id: str | None = None
    error: str | None = None
    recipient: str | None = None
    target_id: str | None = None
    payload: dict[str, Any] = field(default_factory=dict)


class MemoryOutbox:
    """The outbox repository's queries over a list; the model with a database proves that they mean the same."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}

    def touch(self) -> None:
        """Nobody waits to be woken."""

    def find(self, outbox_id: str) -> Entry | None:
        return self.entries.get(outbox_id)

    lock = find

    def list_unclear(self) -> Sequence[Entry]:
        return [entry for entry in self.entries.values() if entry.state in ("uncertain", "sending")]

    def list_retried(self, since: datetime) -> Sequence[Entry]:
        return [
            entry
            for entry in self.entries.values()
            if entry.kind == "post" and entry.state == "sent" and (entry.tries > 1 or entry.error is not None)
            and entry.settled_at is not None and entry.settled_at >= since
        ]  # fmt: skip

    def claim_heads(
        self, team_id: str, kind: str, limit: int, token: str, *, now: datetime, business_now: datetime,
        busy_lanes: Collection[str], full_channels: Collection[str],
    ) -> list[Entry]:  # fmt: skip
        heads: list[Entry] = []
        blocked: set[str] = set()
        for entry in self.entries.values():
            if len(heads) == limit or entry.state not in ("pending", "sending", "uncertain"):
                continue
            is_due = entry.due_at <= business_now
            was_ahead = entry.claimed_at is not None and entry.claimed_at > now + timedelta(hours=1)
            is_ready = is_due and (entry.retry_at is None or entry.retry_at <= now or was_ahead)
            if (
                entry.state == "pending" and entry.kind == kind and is_ready and entry.lane not in blocked
                and entry.lane not in busy_lanes and entry.channel_id not in full_channels
            ):  # fmt: skip
                heads.append(entry)
            if is_due or entry.state != "pending":
                blocked.add(entry.lane)
        if kind == "post":
            heads = list({entry.channel_id: entry for entry in reversed(heads)}.values())[::-1]
        for entry in heads:
            entry.state, entry.token, entry.claimed_at, entry.retry_at = "sending", token, now, None
            entry.tries += 1
            entry.first_try_at = entry.first_try_at or now
        return heads


class Nobody:
    """The directory of people in the model, in which there are none: all its lanes are channels."""

    def find(self, team_id: str, slack_user_id: str) -> None:
        return None


class MemoryStore:
    """Storage for the model at speed; it is also the unit of work that use cases are given."""

    def __init__(self) -> None:
        self.outbox = MemoryOutbox()
        self.people = Nobody()

    def add(self, entry: Entry) -> None:
        self.outbox.entries[entry.id] = entry

    def run(self, use_case: Callable[..., Any], command: Any, now: datetime) -> Any:
        return use_case(self, command, now=now)

    def rows(self) -> Sequence[Any]:
        """Return all rows in their order."""
        return list(self.outbox.entries.values())

    def close(self) -> None:
        """There is nothing to let go of."""


class DatabaseStore:
    """Storage in a real database: the same use cases over the real repository, a transaction each."""

    def __init__(self, engine: Engine, policy: Policy) -> None:
        self._engine = engine
        self._policy = policy
        with engine.begin() as connection:
            connection.execute(delete(OutboxEntry))

    def add(self, entry: Entry) -> None:
        with Session(self._engine) as session:
            row = OutboxEntry(**vars(entry), dedupe_key=entry.id)
            session.add(row)
            session.commit()

    def run(self, use_case: Callable[..., Any], command: Any, now: datetime) -> Any:
        with Session(self._engine, expire_on_commit=False) as session:
            result = use_case(UnitOfWork(session, lambda _: self._policy), command, now=now)
            session.commit()
            return result

    def rows(self) -> Sequence[Any]:
        """Return all rows in their order."""
        with Session(self._engine) as session:
            return session.query(OutboxEntry).order_by(OutboxEntry.seq).all()

    def close(self) -> None:
        """The engine belongs to the test."""


Store = MemoryStore | DatabaseStore
