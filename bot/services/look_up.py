"""Reading: one item, one's own items, and what was understood of a capture. Every read passes the one gate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.blocks import answers
from bot.blocks.message import Message
from bot.domain.errors import MendableError
from bot.domain.views import ItemView
from bot.domain.words import Kind, Privacy
from bot.services.item_views import history_of, item_view_for
from bot.services.merged import standing_item
from db.unit_of_work import UnitOfWork

OWN_LISTED = 10


@dataclass(frozen=True, slots=True)
class LookUpSaved:
    """What was understood of this report; `is_first` adds what every person is told once."""

    report_id: int
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class FindItem:
    """An item by its name, as this person may read it."""

    team_id: str
    slack_user_id: str
    kind: Kind
    number: int


@dataclass(frozen=True, slots=True)
class ListOwn:
    """The latest items of a kind that this person shared."""

    team_id: str
    slack_user_id: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class ReadItem:
    """An item by its row, as this person may read it."""

    team_id: str
    slack_user_id: str
    item_id: int


def look_up_saved(uow: UnitOfWork, query: LookUpSaved, *, now: datetime) -> Message:  # noqa: ARG001
    """Return the private answer to whoever shared: what was understood, who sees it, and how to change it."""
    report = uow.items.find_report(query.report_id)
    view = item_view_for(uow, report.item, report.reporter) if report else None
    if report is None or view is None:
        raise MendableError("This was taken back before.")
    if report.item.privacy == Privacy.PLACE:
        return answers.saved_private(view, report.id, is_first=query.is_first)
    return answers.saved(view, report.id, is_first=query.is_first)


def find_item(uow: UnitOfWork, query: FindItem, *, now: datetime) -> ItemView | None:
    """Return the item, or what it was joined to; None where there is none or it is not open to this person.

    Both read the same.
    """
    item = uow.items.find_by_number(query.team_id, query.kind, query.number)
    standing = standing_item(uow, item) if item else None
    view = item_view_for(uow, standing, query.slack_user_id, now=now) if standing else None
    return replace(view, history=history_of(uow, standing)) if view and standing else None


def read_item(uow: UnitOfWork, query: ReadItem, *, now: datetime) -> ItemView:  # noqa: ARG001
    """Return the item for a form about it; raises `MendableError` where it is gone or not open to this person."""
    item = uow.items.find(query.item_id)
    view = item_view_for(uow, item, query.slack_user_id) if item and item.team_id == query.team_id else None
    if view is None:
        raise MendableError("This item is gone, or it is not open to you. Nothing was changed.")
    return view


def list_own(uow: UnitOfWork, query: ListOwn, *, now: datetime) -> Sequence[ItemView]:  # noqa: ARG001
    """Return this person's latest items, newest first."""
    items = uow.items.list_latest(query.team_id, query.slack_user_id, query.kind, OWN_LISTED)
    views = (item_view_for(uow, item, query.slack_user_id) for item in items)
    return [view for view in views if view is not None]
