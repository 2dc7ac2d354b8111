"""What surrounds sharing: half-filled forms, coaching that was skipped, and whether news still holds."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, ItemId, RowId, SlackId, TeamId


class Draft(Base):
    """What stood in the fields of a form that was not sent; one for each person and sort of form."""

    __tablename__ = "draft"

    team_id: Mapped[TeamId] = mapped_column(primary_key=True)
    slack_user_id: Mapped[SlackId] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(String(64), primary_key=True)
    view_id: Mapped[str] = mapped_column(String(64))
    """The opened form that the fields come from; one that was sent meanwhile leaves no draft."""
    fields: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]


class Coaching(Base):
    """How often a person skipped the coaching question in a row, and until when they are left alone."""

    __tablename__ = "coaching"

    team_id: Mapped[TeamId] = mapped_column(primary_key=True)
    slack_user_id: Mapped[SlackId] = mapped_column(primary_key=True)
    skips: Mapped[int] = mapped_column(default=0)
    rests_until: Mapped[date | None]
    changed_at: Mapped[datetime]


class Confirmation(Base):
    """Someone says that a nugget is still true, or that it no longer is."""

    __tablename__ = "confirmation"

    id: Mapped[RowId]
    team_id: Mapped[TeamId]
    item_id: Mapped[ItemId] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    slack_user_id: Mapped[SlackId]
    still_true: Mapped[bool]
    is_counted: Mapped[bool] = mapped_column(default=False)
    """Whether it counts as a contribution: a confirmation of what had become stale does."""
    gesture_key: Mapped[str] = mapped_column(String(255))
    said_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("team_id", "gesture_key"),)
