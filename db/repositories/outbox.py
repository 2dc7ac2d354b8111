"""Queries on the outbox: add once, claim the head of each lane, record what became of it."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, literal_column, or_, select, update
from sqlalchemy.orm import Session, aliased

from db.models import OutboxEntry

# States are written into the statement instead of being bound to it: a database uses an index over part of a table only
# where it can see, before it knows any values, that a query stays within that part.
_PENDING: ColumnElement[str] = literal_column("'pending'")
_UNFINISHED: tuple[ColumnElement[str], ...] = (_PENDING, literal_column("'sending'"), literal_column("'uncertain'"))

# What was claimed so long after now was claimed by a clock that has been set back since, or by another machine's that
# is wrong; the moment to try it again, written by the same clock, says nothing then.
_CLOCK_WAS_WRONG = timedelta(hours=1)


def _unfinished(entry: Any = OutboxEntry) -> ColumnElement[bool]:
    """Return the condition of the index over what has not come to an end, word for word."""
    condition: ColumnElement[bool] = entry.state.in_(_UNFINISHED)
    return condition


def _pending() -> ColumnElement[bool]:
    return _unfinished() & (OutboxEntry.state == _PENDING)


class Outbox:
    """Messages and gestures that are to reach Slack once."""

    def __init__(self, session: Session, wake: Callable[[], None]) -> None:
        self._session = session
        self._wake = wake

    def add(self, entry: OutboxEntry) -> OutboxEntry:
        """Queue an entry unless one with its dedupe key exists; return the one that stands."""
        standing = self.find_by_key(entry.team_id, entry.dedupe_key)
        if standing is not None:
            return standing
        self._session.add(entry)
        self._wake()
        return entry

    def touch(self) -> None:
        """Say that a waiting entry was changed, so that the worker looks again."""
        self._wake()

    def find(self, outbox_id: str) -> OutboxEntry | None:
        return self._session.scalars(select(OutboxEntry).where(OutboxEntry.id == outbox_id)).one_or_none()

    def find_by_key(self, team_id: str, dedupe_key: str) -> OutboxEntry | None:
        query = select(OutboxEntry).where(OutboxEntry.team_id == team_id, OutboxEntry.dedupe_key == dedupe_key)
        return self._session.scalars(query).one_or_none()

    def find_by_message(self, team_id: str, channel_id: str, message_ts: str) -> OutboxEntry | None:
        """Return the entry that became this message in Slack."""
        query = select(OutboxEntry).where(
            OutboxEntry.team_id == team_id,
            OutboxEntry.slack_channel_id == channel_id,
            OutboxEntry.slack_ts == message_ts,
            OutboxEntry.kind == "post",
        )
        return self._session.scalars(query).first()

    def find_waiting_update(self, target_id: str) -> OutboxEntry | None:
        """Return a change of this message that has not begun to go out, so that a newer one can take its place."""
        query = select(OutboxEntry).where(
            OutboxEntry.target_id == target_id, OutboxEntry.kind == "update", OutboxEntry.state == "pending"
        )
        return self._session.scalars(query.with_for_update()).first()

    def lock(self, outbox_id: str) -> OutboxEntry | None:
        """Return an entry, held until the end of the transaction."""
        return self._session.scalars(
            select(OutboxEntry).where(OutboxEntry.id == outbox_id).with_for_update()
        ).one_or_none()

    def list_for_decision(self, decision_id: int) -> Sequence[OutboxEntry]:
        query = select(OutboxEntry).where(OutboxEntry.decision_id == decision_id).with_for_update()
        return self._session.scalars(query).all()

    def list_waiting_for(self, team_id: str, slack_user_id: str) -> Sequence[OutboxEntry]:
        """Return what waits to be told to this person alone, held until the end of the transaction."""
        is_theirs = or_(OutboxEntry.recipient == slack_user_id, OutboxEntry.channel_id == slack_user_id)
        query = select(OutboxEntry).where(OutboxEntry.team_id == team_id, _pending(), is_theirs)
        return self._session.scalars(query.with_for_update()).all()

    def list_for_item(self, item_id: int) -> Sequence[OutboxEntry]:
        return self._session.scalars(select(OutboxEntry).where(OutboxEntry.item_id == item_id)).all()

    def claim_heads(
        self,
        team_id: str,
        kind: str,
        limit: int,
        token: str,
        *,
        now: datetime,
        business_now: datetime,
        busy_lanes: Collection[str],
        full_channels: Collection[str],
    ) -> list[OutboxEntry]:
        """Mark the due first entries of up to `limit` lanes as being sent, and return them in their order.

        An entry is the head of its lane when no earlier one of that lane is unfinished; earlier ones that are not due
        yet (a notice that still rests) do not hold others up. Of posts a channel gets one at a time, whatever its
        lanes, since its pace is known only between claims.
        """
        query = (
            select(OutboxEntry)
            .where(OutboxEntry.team_id == team_id, OutboxEntry.kind == kind)
            .where(self._claimable(now, business_now), ~self._has_earlier(business_now))
            .order_by(OutboxEntry.seq)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        if busy_lanes:
            query = query.where(OutboxEntry.lane.not_in(busy_lanes))
        if full_channels:
            query = query.where(OutboxEntry.channel_id.not_in(full_channels))
        heads = list(self._session.scalars(query))
        if kind == "post":
            heads = list({entry.channel_id: entry for entry in reversed(heads)}.values())[::-1]
        for entry in heads:
            entry.state, entry.token, entry.claimed_at, entry.retry_at = "sending", token, now, None
            entry.tries += 1
            entry.first_try_at = entry.first_try_at or now
        return heads

    @staticmethod
    def _claimable(now: datetime, business_now: datetime) -> ColumnElement[bool]:
        may_retry = or_(
            OutboxEntry.retry_at.is_(None),
            OutboxEntry.retry_at <= now,
            OutboxEntry.claimed_at > now + _CLOCK_WAS_WRONG,
        )
        return _pending() & (OutboxEntry.due_at <= business_now) & may_retry

    @staticmethod
    def _has_earlier(business_now: datetime) -> ColumnElement[bool]:
        earlier = aliased(OutboxEntry)
        begun_or_due = or_(earlier.state != "pending", earlier.due_at <= business_now)
        return exists().where(
            earlier.lane == OutboxEntry.lane,
            earlier.seq < OutboxEntry.seq,
            _unfinished(earlier),
            begun_or_due,
        )

    def list_unclear(self) -> Sequence[OutboxEntry]:
        """Return entries that are uncertain, or claimed and not settled yet, by whichever process."""
        unclear = OutboxEntry.state.in_(("uncertain", "sending"))
        query = select(OutboxEntry).where(_unfinished(), unclear).order_by(OutboxEntry.seq)
        return self._session.scalars(query).all()

    def list_retried(self, since: datetime) -> Sequence[OutboxEntry]:
        """Return messages that reached Slack since then and had not done so at the first try."""
        query = select(OutboxEntry).where(
            OutboxEntry.kind == "post",
            OutboxEntry.state == "sent",
            OutboxEntry.settled_at >= since,
            (OutboxEntry.tries > 1) | OutboxEntry.error.is_not(None),
        )
        return self._session.scalars(query).all()

    def list_for_operator(self, *, everything: bool) -> Sequence[OutboxEntry]:
        """Return what waits for a person (dead, or beyond proof), or also all that is unfinished, in its order."""
        shown = OutboxEntry.state.in_(("dead", "unproven"))
        query = select(OutboxEntry).where(shown | _unfinished() if everything else shown).order_by(OutboxEntry.seq)
        return self._session.scalars(query).all()

    def lock_dead(self) -> Sequence[OutboxEntry]:
        """Return what is dead, held until the end of the transaction."""
        query = select(OutboxEntry).where(OutboxEntry.state == "dead").order_by(OutboxEntry.seq)
        return self._session.scalars(query.with_for_update()).all()

    def next_due(self, *, after: datetime, retry_after: datetime) -> tuple[datetime | None, datetime | None]:
        """Return the earliest later `due_at` (business clock) and `retry_at` (real clock) among what waits."""
        waiting = _pending()
        due_at = self._session.scalar(select(func.min(OutboxEntry.due_at)).where(waiting, OutboxEntry.due_at > after))
        retry_at = self._session.scalar(
            select(func.min(OutboxEntry.retry_at)).where(waiting, OutboxEntry.retry_at > retry_after)
        )
        return due_at, retry_at

    def count_by_state(self) -> dict[str, int]:
        query = select(OutboxEntry.state, func.count()).group_by(OutboxEntry.state)
        return dict(self._session.execute(query).all())

    def count_sent(self, team_id: str, kind: str, *, purpose: str | None = None) -> int:
        """Count what reached Slack, of a kind and, if named, for a purpose."""
        query = select(func.count()).where(
            OutboxEntry.team_id == team_id, OutboxEntry.kind == kind, OutboxEntry.state == "sent"
        )
        return self._session.scalar(query.where(OutboxEntry.purpose == purpose) if purpose else query) or 0

    def count_unfinished(self, *, due_by: datetime) -> int:
        """Count what is due by then and has not come to an end."""
        unfinished = _unfinished() & (OutboxEntry.due_at <= due_by)
        return self._session.scalar(select(func.count()).where(unfinished)) or 0

    def find_next_due(self, team_id: str, *, after: datetime) -> tuple[datetime, str] | None:
        """Return when the next entry that still rests falls due, and its purpose."""
        resting = (OutboxEntry.team_id == team_id) & _unfinished() & (OutboxEntry.due_at > after)
        query = select(OutboxEntry.due_at, OutboxEntry.purpose).where(resting).order_by(OutboxEntry.due_at).limit(1)
        found = self._session.execute(query).first()
        return (found.due_at, found.purpose) if found else None

    def empty_payloads(self, item_id: int) -> None:
        """Forget the words in what was already sent about an item; what waits is rewritten by its owner."""
        self._empty(OutboxEntry.item_id == item_id)

    def empty_versions(self, outbox_id: str) -> None:
        """Forget the words in every version of one message that was already sent."""
        self._empty(or_(OutboxEntry.id == outbox_id, OutboxEntry.target_id == outbox_id))

    def _empty(self, which: ColumnElement[bool]) -> None:
        finished = OutboxEntry.state.in_(("sent", "dead", "cancelled", "unproven"))
        self._session.execute(update(OutboxEntry).where(which, finished).values(payload={}))

    def delete_settled_before(self, moment: datetime) -> None:
        """Remove gestures and ephemerals that ended long ago; messages stay, since people react to them."""
        small = OutboxEntry.kind.in_(("react", "ephemeral"))
        self._session.execute(delete(OutboxEntry).where(small, OutboxEntry.settled_at < moment))
