"""What items are about: competitors, product areas, accounts and opportunities.

Names are unique by their folded form (`bot.domain.names.fold`). What the settings file names is seeded from it and
archived, never deleted, when it is no longer named there.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, RowId, SlackId, TeamId


class Competitor(Base):
    """A company that sells against us."""

    __tablename__ = "competitor"

    id: Mapped[RowId]
    team_id: Mapped[TeamId]
    name: Mapped[str] = mapped_column(String(255))
    folded: Mapped[str] = mapped_column(String(255))
    owner: Mapped[SlackId | None]
    is_confirmed: Mapped[bool] = mapped_column(default=True)
    is_seeded: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None]
    aliases: Mapped[list["CompetitorAlias"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    __table_args__ = (UniqueConstraint("team_id", "folded"),)


class CompetitorAlias(Base):
    """Another name under which people speak of a competitor."""

    __tablename__ = "competitor_alias"

    id: Mapped[RowId]
    team_id: Mapped[TeamId]
    competitor_id: Mapped[int] = mapped_column(ForeignKey("competitor.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    folded: Mapped[str] = mapped_column(String(255))

    __table_args__ = (UniqueConstraint("team_id", "folded"),)


class ProductArea(Base):
    """A part of the product that one person answers for, with the bar that says what gets in."""

    __tablename__ = "product_area"

    id: Mapped[RowId]
    team_id: Mapped[TeamId]
    name: Mapped[str] = mapped_column(String(255))
    folded: Mapped[str] = mapped_column(String(255))
    keywords: Mapped[list[str]]
    emoji: Mapped[str | None] = mapped_column(String(100))
    owner: Mapped[SlackId | None]
    channel_id: Mapped[SlackId | None]
    what_we_build_for: Mapped[str] = mapped_column(String(500), default="")
    what_gets_in: Mapped[str] = mapped_column(String(500), default="")
    what_we_will_not_do: Mapped[str] = mapped_column(String(500), default="")
    is_seeded: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("team_id", "folded"),)


class Account(Base):
    """A customer or prospect as in a CRM; `crm_*` is what the CRM list says, never what a rep claims."""

    __tablename__ = "account"

    id: Mapped[RowId]
    team_id: Mapped[TeamId]
    name: Mapped[str] = mapped_column(String(255))
    folded: Mapped[str] = mapped_column(String(255))
    segment: Mapped[str | None] = mapped_column(String(100))
    crm_minor: Mapped[int | None] = mapped_column(BigInteger)
    crm_currency: Mapped[str | None] = mapped_column(String(3))
    is_confirmed: Mapped[bool] = mapped_column(default=True)
    is_seeded: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None]
    aliases: Mapped[list["AccountAlias"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    __table_args__ = (UniqueConstraint("team_id", "folded"),)


class AccountAlias(Base):
    """Another name under which people speak of an account."""

    __tablename__ = "account_alias"

    id: Mapped[RowId]
    team_id: Mapped[TeamId]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    folded: Mapped[str] = mapped_column(String(255))

    __table_args__ = (UniqueConstraint("team_id", "folded"),)


class Opportunity(Base):
    """A deal with an account, as in a CRM."""

    __tablename__ = "opportunity"

    id: Mapped[RowId]
    team_id: Mapped[TeamId]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    external_id: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(255), default="")
    stage: Mapped[str | None] = mapped_column(String(100))
    close_on: Mapped[date | None]
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    is_confirmed: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (UniqueConstraint("team_id", "external_id"),)
