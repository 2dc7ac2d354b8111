"""Items with all that people said and decided about them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, ItemId, RowId, SlackId, SlackTs, TeamId


class Item(Base):
    """A nugget or an ask; what was said of it stands in its reports."""

    __tablename__ = "item"

    id: Mapped[RowId]
    team_id: Mapped[TeamId]
    kind: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    status: Mapped[str] = mapped_column(String(32))
    category: Mapped[str | None] = mapped_column(String(32))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("product_area.id"))
    owner: Mapped[SlackId | None]
    privacy: Mapped[str] = mapped_column(String(16))
    place_id: Mapped[SlackId | None]
    """The private place that the item came from; its members are who may read it while `privacy` says so."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    look_again_on: Mapped[date | None]
    is_quiet: Mapped[bool] = mapped_column(default=False)
    """Whether it came in without a word to anyone, by import; it gets no public card."""
    confirmed_at: Mapped[datetime | None]
    """When someone last said that it still holds; where a nugget's age is counted from."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    card_outbox_id: Mapped[str | None] = mapped_column(String(36))
    """The outbox entry whose message is the item's public card."""
    reports: Mapped[list["Report"]] = relationship(
        back_populates="item", order_by="Report.id", cascade="all, delete-orphan", lazy="selectin"
    )
    tags: Mapped[list["ItemTag"]] = relationship(cascade="all, delete-orphan", lazy="selectin", order_by="ItemTag.tag")
    competitors: Mapped[list["ItemCompetitor"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    __table_args__ = (
        UniqueConstraint("team_id", "kind", "number"),
        Index(None, "team_id", "kind", "created_at"),
        Index(None, "team_id", "owner", "status"),
        Index(
            "ix_item_merged",
            "merged_into_id",
            sqlite_where=text("merged_into_id IS NOT NULL"),
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
    )


class Report(Base):
    """One person's account of an item, in their exact words."""

    __tablename__ = "report"

    id: Mapped[RowId]
    team_id: Mapped[TeamId]
    item_id: Mapped[ItemId] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    gesture_key: Mapped[str] = mapped_column(String(255))
    """Names the act of sharing (a message, a command's trigger, a form), so that its repetition adds nothing."""
    reporter: Mapped[SlackId]
    saved_by: Mapped[SlackId | None]
    words: Mapped[str] = mapped_column(Text)
    words_ts: Mapped[SlackTs]
    """Orders versions of the words by Slack's clock; an edit that arrives late does not undo a newer one."""
    how_known: Mapped[str] = mapped_column(String(16))
    channel_id: Mapped[SlackId | None]
    message_ts: Mapped[SlackTs | None]
    permalink: Mapped[str | None] = mapped_column(String(500))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    account_words: Mapped[str | None] = mapped_column(String(255))
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunity.id"))
    wanted: Mapped[str | None] = mapped_column(Text)
    """What the customer asked for, apart from the problem that they have."""
    answered: Mapped[str | None] = mapped_column(Text)
    """What its reporter added, asked what the customer cannot do; it stays when their message is edited."""
    claimed_minor: Mapped[int | None] = mapped_column(BigInteger)
    claimed_currency: Mapped[str | None] = mapped_column(String(3))
    deal: Mapped[dict[str, Any]]
    """Stage, close date, source, segment and the deal's name as the rep wrote them."""
    stated: Mapped[list[Any]] = mapped_column(default=list)
    """The fields that its reporter chose in a form; what the words say later leaves those alone."""
    answer_by: Mapped[date | None]
    """The day by which its reporter needs an answer."""
    files: Mapped[list[Any]] = mapped_column(default=list)
    """Files that came with the words, each as its `name` and its `link` in Slack."""
    counted_as: Mapped[str] = mapped_column(String(16), default="")
    """The figure of its reporter's month that it counts in; empty where it counts in none."""
    reported_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    item: Mapped[Item] = relationship(back_populates="reports")

    __table_args__ = (
        UniqueConstraint("team_id", "gesture_key"),
        Index(None, "team_id", "channel_id", "message_ts"),
        Index(None, "team_id", "reporter", "reported_at"),
    )


class ReportVersion(Base):
    """Words of a report before an edit; erased with the report's words."""

    __tablename__ = "report_version"

    id: Mapped[RowId]
    team_id: Mapped[TeamId]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(Text)
    words_ts: Mapped[SlackTs]
    replaced_at: Mapped[datetime]


class ItemTag(Base):
    """A tag as people wrote it, lower-cased and without its hash."""

    __tablename__ = "item_tag"

    item_id: Mapped[ItemId] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(100), primary_key=True)
    team_id: Mapped[TeamId]

    __table_args__ = (Index(None, "team_id", "tag"),)


class ItemCompetitor(Base):
    """A competitor that an item names."""

    __tablename__ = "item_competitor"

    item_id: Mapped[ItemId] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    competitor_id: Mapped[int] = mapped_column(ForeignKey("competitor.id"), primary_key=True, index=True)
    team_id: Mapped[TeamId]


class Note(Base):
    """A reply in the thread of an item."""

    __tablename__ = "note"

    id: Mapped[RowId]
    team_id: Mapped[TeamId]
    item_id: Mapped[ItemId] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    author: Mapped[SlackId]
    words: Mapped[str] = mapped_column(Text)
    words_ts: Mapped[SlackTs]
    channel_id: Mapped[SlackId]
    message_ts: Mapped[SlackTs]
    written_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("team_id", "channel_id", "message_ts"),)


class Decision(Base):
    """A recorded effect on an item. Rows are only ever added: a correction is a new decision that names the old."""

    __tablename__ = "decision"

    id: Mapped[RowId]
    team_id: Mapped[TeamId]
    item_id: Mapped[ItemId] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    effect: Mapped[str] = mapped_column(String(32))
    from_status: Mapped[str] = mapped_column(String(32))
    to_status: Mapped[str] = mapped_column(String(32))
    actor: Mapped[SlackId | None]
    """Who decided; None stands for a rule or the passing of time."""
    reason: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[dict[str, Any]]
    """What else belongs to the decision: area, date to look again, what was there before (for undo)."""
    gesture_key: Mapped[str] = mapped_column(String(255))
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    decided_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("team_id", "gesture_key"),
        Index(None, "team_id", "decided_at"),
    )


class OpenQuestion(Base):
    """Words that a person still owes after a gesture that needs them; nothing has happened until they are sent."""

    __tablename__ = "open_question"

    id: Mapped[RowId]
    team_id: Mapped[TeamId]
    item_id: Mapped[ItemId] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    slack_user_id: Mapped[SlackId]
    effect: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_open_question_one_open",
            "team_id",
            "item_id",
            "slack_user_id",
            "effect",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )


class ErasedMessage(Base):
    """A message that was deleted, kept without its words so that a late event or a back-fill does not bring it back."""

    __tablename__ = "erased_message"

    team_id: Mapped[TeamId] = mapped_column(primary_key=True)
    channel_id: Mapped[SlackId] = mapped_column(primary_key=True)
    message_ts: Mapped[SlackTs] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]
