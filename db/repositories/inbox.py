"""Queries on the inbox: take in once, hand out in order, settle."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.facts import FOLLOW_UP, IMPORTS
from db.models import InboxEntry
from db.upsert import insert_into

# Written into the statement, not bound to it, so that the index over what waits is used; see the outbox.
_PENDING: ColumnElement[str] = literal_column("'pending'")
_PART = 500


class Inbox:
    """Deliveries from Slack that are safe on disk."""

    def __init__(self, session: Session, wake: Callable[[], None]) -> None:
        self._session = session
        self._wake = wake

    def add_new(self, rows: Sequence[dict[str, Any]]) -> int:
        """Store those deliveries that were not stored before; return how many were new."""
        table = InboxEntry.__table__
        statement = (
            insert_into(self._session, table)
            .values(list(rows))
            .on_conflict_do_nothing(index_elements=["team_id", "dedupe_key"])
            .returning(table.c.id)
        )
        new = len(self._session.execute(statement).all())
        if new:
            self._wake()
        return new

    @staticmethod
    def _ready(now: datetime) -> ColumnElement[bool]:
        return (InboxEntry.state == _PENDING) & or_(InboxEntry.retry_at.is_(None), InboxEntry.retry_at <= now)

    def list_ready(self, limit: int, *, now: datetime) -> Sequence[InboxEntry]:
        """Return what waits to be handled, oldest first, without claiming it.

        What Nugget handed to itself comes only when nothing of Slack's waits, and a few at a time; an import last.
        """
        ready, few = select(InboxEntry).where(self._ready(now)).order_by(InboxEntry.id), max(1, limit // 4)
        first = self._session.scalars(ready.where(InboxEntry.kind.not_in((FOLLOW_UP, *IMPORTS))).limit(limit)).all()
        if first:
            return first
        after = self._session.scalars(ready.where(InboxEntry.kind == FOLLOW_UP).limit(few)).all()
        return after or self.list_imports(few, now=now)

    def list_imports(self, limit: int, *, now: datetime) -> Sequence[InboxEntry]:
        """Return what an import handed in and may be handled now, oldest first."""
        ready = select(InboxEntry).where(self._ready(now), InboxEntry.kind.in_(IMPORTS)).order_by(InboxEntry.id)
        return self._session.scalars(ready.limit(limit)).all()

    def list_imported(self, team_id: str, channel_id: str, from_ts: str, to_ts: str) -> Sequence[InboxEntry]:
        """Return what an import handed in of this stretch of a channel, its ends included."""
        query = select(InboxEntry).where(
            InboxEntry.team_id == team_id,
            InboxEntry.channel_id == channel_id,
            InboxEntry.message_ts.between(from_ts, to_ts),
            InboxEntry.kind.in_(IMPORTS),
        )
        return self._session.scalars(query.order_by(InboxEntry.id)).all()

    def count_imports(self) -> int:
        """Count what an import handed in and is not settled."""
        query = select(func.count()).where(InboxEntry.state == _PENDING, InboxEntry.kind.in_(IMPORTS))
        return self._session.scalar(query) or 0

    def list_by_keys(self, team_id: str, dedupe_keys: Collection[str]) -> list[InboxEntry]:
        """Return the deliveries with these keys; asks in parts, as a statement has room for."""
        listed, found = sorted(set(dedupe_keys)), list[InboxEntry]()
        for begin in range(0, len(listed), _PART):
            part = listed[begin : begin + _PART]
            query = select(InboxEntry).where(InboxEntry.team_id == team_id, InboxEntry.dedupe_key.in_(part))
            found += self._session.scalars(query)
        return found

    def claim(self, ids: Sequence[int], *, now: datetime) -> Sequence[InboxEntry]:
        """Return those of these that still wait, locked until the end of the transaction; others' are skipped."""
        query = select(InboxEntry).where(InboxEntry.id.in_(ids), self._ready(now)).order_by(InboxEntry.id)
        return self._session.scalars(query.with_for_update(skip_locked=True)).all()

    def list_about(self, team_id: str, channel_id: str, message_ts: str, kind: str) -> Sequence[InboxEntry]:
        """Return the deliveries of one kind about one message, settled or not."""
        query = select(InboxEntry).where(
            InboxEntry.team_id == team_id,
            InboxEntry.channel_id == channel_id,
            InboxEntry.message_ts == message_ts,
            InboxEntry.kind == kind,
        )
        return self._session.scalars(query).all()

    def list_known_messages(self, team_id: str, channel_id: str, stamps: Collection[str]) -> frozenset[str]:
        """Return those of these messages that were delivered; asks in parts, as a statement has room for.

        A reaction to a message says nothing of whether the message itself ever came.
        """
        listed, known = sorted(stamps), set[str]()
        for begin in range(0, len(listed), _PART):
            query = select(InboxEntry.message_ts).where(
                InboxEntry.team_id == team_id,
                InboxEntry.channel_id == channel_id,
                InboxEntry.message_ts.in_(listed[begin : begin + _PART]),
                InboxEntry.kind == "message",
            )
            known |= {ts for ts in self._session.scalars(query) if ts is not None}
        return frozenset(known)

    def count_by_state(self) -> dict[str, int]:
        query = select(InboxEntry.state, func.count()).group_by(InboxEntry.state)
        return dict(self._session.execute(query).all())

    def erase_bodies(self, team_id: str, channel_id: str, message_ts: str) -> None:
        """Empty the raw deliveries about a message whose words have to be forgotten."""
        of_message = (
            (InboxEntry.team_id == team_id)
            & (InboxEntry.channel_id == channel_id)
            & (InboxEntry.message_ts == message_ts)
        )
        self._session.execute(update(InboxEntry).where(of_message, InboxEntry.state != "pending").values(body=b""))
