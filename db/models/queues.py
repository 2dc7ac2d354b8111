"""What came in and waits to be handled, and what waits to go out."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigKey, RowId, SlackId, SlackTs, TeamId


class InboxEntry(Base):
    """A delivery from Slack, exactly as it came. States: pending → handled | ignored | refused | parked."""

    __tablename__ = "inbox"

    id: Mapped[RowId]
    team_id: Mapped[TeamId]
    dedupe_key: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    channel_id: Mapped[SlackId | None]
    message_ts: Mapped[SlackTs | None]
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="pending")
    outcome: Mapped[str] = mapped_column(String(64), default="")
    tries: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("team_id", "dedupe_key"),
        Index(
            "ix_inbox_unsettled",
            "id",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index(None, "team_id", "channel_id", "message_ts"),
    )


UNFINISHED = "state IN ('pending', 'sending', 'uncertain')"


class OutboxEntry(Base):
    """A message or gesture that is to reach Slack once.

    States: pending → sending → sent | pending (a certain refusal that may pass) | uncertain → sent | pending;
    dead (a person has to look), cancelled (taken back before it went), unproven (an ephemeral whose fate cannot be
    looked up). `due_at` is the earliest moment by the business clock; `retry_at` by the real one.
    """

    __tablename__ = "outbox"

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    team_id: Mapped[TeamId]
    lane: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(32))
    """Which handler sends it: post, update, delete, ephemeral, direct, react."""
    purpose: Mapped[str] = mapped_column(String(32))
    """What it is for: card, answer, notice, recap, …"""
    channel_id: Mapped[SlackId]
    """Where it goes; for a direct message the person's id."""
    thread_ts: Mapped[SlackTs | None]
    recipient: Mapped[SlackId | None]
    payload: Mapped[dict[str, Any]]
    target_id: Mapped[str | None] = mapped_column(String(36))
    """The outbox entry whose message this one changes or replies to."""
    item_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    decision_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    dedupe_key: Mapped[str] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(16), default="pending")
    tries: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(String(36))
    claimed_at: Mapped[datetime | None]
    first_try_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    retry_at: Mapped[datetime | None]
    slack_channel_id: Mapped[SlackId | None]
    slack_ts: Mapped[SlackTs | None]
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("team_id", "dedupe_key"),
        Index(
            "ix_outbox_lane_head",
            "lane",
            "seq",
            sqlite_where=text(UNFINISHED),
            postgresql_where=text(UNFINISHED),
        ),
        Index(
            "ix_outbox_unfinished",
            "team_id",
            "kind",
            "seq",
            sqlite_where=text(UNFINISHED),
            postgresql_where=text(UNFINISHED),
        ),
        Index(None, "team_id", "slack_channel_id", "slack_ts"),
    )
