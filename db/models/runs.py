"""What fell due and was decided, what is counted at write time, and what can be found by words."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigKey, SlackId, TeamId


class Run(Base):
    """One due period of one kind of scheduled work, decided once whichever process saw it first.

    `period_key` is a calendar label ("2026-10"), so that neither a clock change nor a restart can name it twice.
    States: posted, nothing_to_say, skipped_late.
    """

    __tablename__ = "run"

    team_id: Mapped[TeamId] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    scope: Mapped[str] = mapped_column(String(64), primary_key=True)
    period_key: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, default=1)
    due_at: Mapped[datetime]
    window_from: Mapped[datetime]
    window_to: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    snapshot: Mapped[dict[str, Any]]
    decided_at: Mapped[datetime]


class MonthlyTally(Base):
    """What a person contributed in a month of the configured zone, kept in the transaction that changes it."""

    __tablename__ = "monthly_tally"

    team_id: Mapped[TeamId] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    slack_user_id: Mapped[SlackId] = mapped_column(primary_key=True)
    nuggets: Mapped[int] = mapped_column(default=0)
    asks: Mapped[int] = mapped_column(default=0)
    corroborations: Mapped[int] = mapped_column(default=0)
    confirmations: Mapped[int] = mapped_column(default=0)
    filled_wants: Mapped[int] = mapped_column(default=0)


class SearchEntry(Base):
    """What of an item can be found by words, and the tokens of those who may find it.

    SQLite keeps a full-text index `search_index` beside it, Postgres an expression index; migrations make both.
    """

    __tablename__ = "search_entry"

    item_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    team_id: Mapped[TeamId]
    privacy: Mapped[str] = mapped_column(String(16))
    place_id: Mapped[SlackId | None]
    scope: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]

    __table_args__ = (Index(None, "team_id", "changed_at"),)


class ItemVector(Base):
    """What a model on this machine read of an item, to compare it with others by meaning.

    It goes with the search entry, and with any change of its words: what was erased must not be guessed from it.
    """

    __tablename__ = "item_vector"

    item_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("search_entry.item_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    team_id: Mapped[TeamId]
    model: Mapped[str] = mapped_column(String(64))
    """Which model, to the byte; what another one read is read anew."""
    vector: Mapped[bytes] = mapped_column(LargeBinary)
