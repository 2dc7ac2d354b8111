"""Wants: one question to the field, with a date, one open for each asker."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, ItemId, RowId, SlackId, TeamId


class Want(Base):
    """A question to the field; it closes filled, withdrawn, or lapsed with its date."""

    __tablename__ = "want"

    id: Mapped[RowId]
    team_id: Mapped[TeamId]
    gesture_key: Mapped[str] = mapped_column(String(255))
    asker: Mapped[SlackId]
    words: Mapped[str] = mapped_column(Text)
    competitor_id: Mapped[int | None] = mapped_column(ForeignKey("competitor.id"))
    due_on: Mapped[date]
    asked_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(16))
    filled_item_id: Mapped[ItemId | None] = mapped_column(ForeignKey("item.id"))
    filled_by: Mapped[SlackId | None]
    card_outbox_id: Mapped[str | None] = mapped_column(String(36))
    """The outbox entry whose message is the public question."""

    __table_args__ = (
        UniqueConstraint("team_id", "gesture_key"),
        Index(
            "uq_want_one_open",
            "team_id",
            "asker",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
