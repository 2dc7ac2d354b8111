"""Me too: a further report on an item, with its account and, if there is more to say, in its reporter's own words."""

from dataclasses import dataclass
from datetime import datetime

from bot.blocks import joining
from bot.blocks.message import Message
from bot.blocks.modals import FIELD_ACCOUNT
from bot.domain.choices import Choice, is_filled
from bot.domain.errors import MendableError
from bot.domain.lines import ParsedLine, parse_line
from bot.domain.text import clean, is_blank
from bot.domain.words import HowKnown, Kind, Status
from bot.services.capture import deal_of, link_deal
from bot.services.cards import put_card
from bot.services.counting import count_report
from bot.services.guards import may_see
from bot.services.index import index_item
from bot.services.item_views import item_view_for
from bot.services.known_names import known_names
from bot.services.merged import standing_item
from bot.services.naming import account_meant, account_named
from bot.services.people import viewer_of
from db.models import Account, Item, Report
from db.unit_of_work import UnitOfWork

GONE = "This item is gone, or it is not open to you. Nothing was added."


@dataclass(frozen=True, slots=True)
class AddReport:
    """Someone reports what an item says as well. `gesture_key` names the act, so that its repetition adds nothing."""

    team_id: str
    item_id: int
    actor: str
    gesture_key: str
    words_ts: str
    account: tuple[Choice, ...] = ()
    """The account that was chosen or named, if one was."""
    words: str = ""
    how_known: HowKnown | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What became of it: the report and the item that it stands with, and whether it is an update of an earlier one."""

    item_id: int
    report_id: int
    is_update: bool


def add_report(uow: UnitOfWork, command: AddReport, *, now: datetime) -> Added:
    """Add a report to an item; a second one by the same person is an update of their first, and counts once.

    Raises `MendableError` where the item is gone or not open to the actor, or where there is nothing new in it.
    """
    repeated = uow.items.find_report_by_gesture(command.team_id, command.gesture_key)
    if repeated is not None:
        return Added(repeated.item_id, repeated.id, is_update=False)
    item = _item_for(uow, command)
    own = [one for one in item.reports if one.reporter == command.actor and one.withdrawn_at is None]
    report = _report(uow, command, now)
    if own and is_blank(report.words) and report.account_id in {None, *(one.account_id for one in own)}:
        raise MendableError("You reported this already. Nothing was added.")
    report.item = item
    uow.items.add(report)
    uow.flush()
    link_deal(uow, report)
    if not own:
        count_report(uow, report, "asks" if item.kind == Kind.ASK else "corroborations")
    _redraw(uow, item, now)
    return Added(item.id, report.id, is_update=bool(own))


def _item_for(uow: UnitOfWork, command: AddReport) -> Item:
    found = uow.items.find(command.item_id)
    item = uow.items.lock(standing_item(uow, found).id) if found is not None else None
    if item is None or item.team_id != command.team_id:
        raise MendableError(GONE)
    if not may_see(viewer_of(uow, command.team_id, command.actor), item) or item.status == Status.WITHDRAWN:
        raise MendableError(GONE)
    return item


def _report(uow: UnitOfWork, command: AddReport, now: datetime) -> Report:
    words = clean(command.words)
    parsed = parse_line(words, known_names(uow, command.team_id), uow.policy(command.team_id).currency)
    account, account_words = _account(uow, command, parsed)
    amount = parsed.amounts[0] if parsed.amounts else None
    return Report(
        team_id=command.team_id,
        gesture_key=command.gesture_key,
        reporter=command.actor,
        words=words,
        words_ts=command.words_ts,
        how_known=(command.how_known or parsed.how_known or HowKnown.FIRST_HAND).value,
        account_id=account.id if account else None,
        account_words=account_words[:255] or None,
        stated=[FIELD_ACCOUNT] if command.account else [],
        claimed_minor=amount.minor if amount else None,
        claimed_currency=amount.currency if amount else None,
        deal=deal_of(parsed),
        files=[],
        counted_as="",
        reported_at=now,
    )


def _account(uow: UnitOfWork, command: AddReport, parsed: ParsedLine) -> tuple[Account | None, str]:
    """Return the account that is meant, and its name where it was written and not chosen."""
    if not is_filled(command.account):
        written = clean(parsed.account_text or "").strip()
        return account_named(uow, command.team_id, written, parsed), written
    choice = command.account[0]
    account = account_meant(uow, command.team_id, command.actor, choice, FIELD_ACCOUNT)
    return account, choice.name if choice.row_id is None else ""


def _redraw(uow: UnitOfWork, item: Item, now: datetime) -> None:
    index_item(uow, item, now=now)
    put_card(uow, item, now=now)


@dataclass(frozen=True, slots=True)
class LookUpAdded:
    """What a further report came to, for whoever added it."""

    team_id: str
    slack_user_id: str
    added: Added


def look_up_added(uow: UnitOfWork, query: LookUpAdded, *, now: datetime) -> Message:  # noqa: ARG001
    """Return the private answer to a further report: how many ask for it now, and where it stands."""
    item = uow.items.find(query.added.item_id)
    view = item_view_for(uow, item, query.slack_user_id) if item is not None else None
    if view is None:
        raise MendableError(GONE)
    return joining.added(view, query.added.report_id, is_update=query.added.is_update)
