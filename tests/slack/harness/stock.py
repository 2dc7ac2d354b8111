"""What the bot has kept, read from its database as plain values that tests compare."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import DeclarativeBase

from bot.domain.words import Kind
from db.models import Decision, InboxEntry, Item, Note, OutboxEntry, Report, ReportVersion
from db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class InboxRow:
    """How a delivery ended, and what is still stored of it."""

    state: str
    outcome: str
    body: bytes


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report and the item that it belongs to."""

    kind: Kind
    item_id: int
    status: str
    words: str
    reporter: str
    privacy: str
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class Stock:
    """Everything that a delivery can add to or change, so that two looks tell whether it had any effect."""

    reports: tuple[ReportRow, ...]
    items: int
    notes: tuple[str, ...]
    earlier_words: tuple[str, ...]
    decisions: tuple[str, ...]
    messages: int
    """Entries of the outbox, whatever became of them."""


def take_stock(uow: UnitOfWork, query: None, *, now: datetime) -> Stock:
    """Read everything, oldest first."""
    reports = uow.sql.scalars(select(Report).order_by(Report.id))
    return Stock(
        reports=tuple(_row(report, report.item) for report in reports),
        items=_count(uow, Item),
        notes=tuple(uow.sql.scalars(select(Note.words).order_by(Note.id))),
        earlier_words=tuple(uow.sql.scalars(select(ReportVersion.words).order_by(ReportVersion.id))),
        decisions=tuple(uow.sql.scalars(select(Decision.effect).order_by(Decision.id))),
        messages=_count(uow, OutboxEntry),
    )


def _row(report: Report, item: Item) -> ReportRow:
    return ReportRow(
        kind=Kind(item.kind),
        item_id=item.id,
        status=item.status,
        words=report.words,
        reporter=report.reporter,
        privacy=item.privacy,
        is_withdrawn=report.withdrawn_at is not None,
    )


def _count(uow: UnitOfWork, model: type[DeclarativeBase]) -> int:
    return uow.sql.scalar(select(func.count()).select_from(model)) or 0


def find_delivery(uow: UnitOfWork, event_id: str, *, now: datetime) -> InboxRow | None:
    """Return the inbox row of this event."""
    entry = uow.sql.scalar(select(InboxEntry).where(InboxEntry.dedupe_key == event_id))
    return InboxRow(entry.state, entry.outcome, entry.body) if entry else None


def is_at_rest(uow: UnitOfWork, query: None, *, now: datetime) -> bool:
    """Tell whether nothing waits to be handled and nothing that is due waits to be sent.

    The inbox is looked at first: what it brings about is in the outbox by the time it is settled.
    """
    waiting = uow.sql.scalar(select(exists().where(InboxEntry.state == "pending")))
    return not waiting and uow.outbox.count_unfinished(due_by=now) == 0
