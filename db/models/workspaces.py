"""A Slack workspace, and the numbers that its items have reached."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, SlackId, TeamId


class Workspace(Base):
    """A workspace that Nugget serves, and who Nugget is there."""

    __tablename__ = "workspace"

    team_id: Mapped[TeamId] = mapped_column(primary_key=True)
    enterprise_id: Mapped[SlackId | None]
    name: Mapped[str | None] = mapped_column(String(255))
    bot_user_id: Mapped[SlackId | None]
    bot_id: Mapped[SlackId | None]
    app_id: Mapped[SlackId | None]
    first_seen_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    """When Slack last confirmed the token and our ids there."""


class Numbering(Base):
    """The last number given to an item of a kind, so that no number is ever given twice."""

    __tablename__ = "numbering"

    team_id: Mapped[TeamId] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    last_number: Mapped[int] = mapped_column(default=0)
