"""Accounts as people write them: which one is meant, which of its deals is open, and two names that become one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.blocks.accounts import now_new, now_the_same, same_account_question
from bot.blocks.message import Message
from bot.domain.account_names import closest
from bot.domain.errors import MendableError
from bot.services.cards import put_card
from bot.services.item_views import may_see_accounts
from bot.services.questions import Asking
from db.models import Account, AccountAlias, Opportunity, Report
from db.unit_of_work import UnitOfWork

# What is told to everyone at once has no reader of its own; no person has such an id.
EVERYONE = "*"
ANSWERED = "Someone has answered this already. Nothing was changed."

_CLOSED = re.compile(
    r"(?<![^\W_])(?:won|lost|closed|cancelled|canceled|disqualified|abandoned)(?![^\W_])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SameAccount:
    """Someone says that the account that a name was added for is a known one."""

    team_id: str
    account_id: int
    known_id: int
    actor: str


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Someone says that it is none of the known ones."""

    team_id: str
    account_id: int
    actor: str


def is_open(opportunity: Opportunity, on: date) -> bool:
    """Tell whether a deal can still be won or lost on this day, by its stage and its close date."""
    is_closed = opportunity.stage is not None and _CLOSED.search(opportunity.stage) is not None
    return not is_closed and (opportunity.close_on is None or opportunity.close_on >= on)


def find_opportunity(uow: UnitOfWork, report: Report) -> Opportunity | None:
    """Return the deal that a report is about: its account's only one that was open when it was said.

    Where there are several nobody can tell which is meant, and none is taken for it.
    """
    if report.account_id is None:
        return None
    said_on = report.reported_at.astimezone(uow.policy(report.team_id).zone).date()
    found = [deal for deal in uow.catalogue.list_opportunities(report.account_id) if is_open(deal, said_on)]
    return found[0] if len(found) == 1 else None


def account_question(uow: UnitOfWork, asking: Asking, now: datetime) -> Message | None:
    """Ask whether a new name is another spelling of a known account, each person once a name.

    The known account's name is shown only to those who may read every account's.
    """
    report = asking.report
    account = uow.catalogue.find_account_by_id(report.account_id)
    if account is None or account.is_confirmed or account.archived_at is not None:
        return None
    if not may_see_accounts(uow, report.team_id, asking.slack_user_id) or _is_settled(uow, account, asking):
        return None
    known = _closest_known(uow, account)
    if known is None:
        return None
    uow.people.tell_once(report.team_id, asking.slack_user_id, _asked(account), now=now)
    return same_account_question(account.name, known.name, account_id=account.id, known_id=known.id)


def _asked(account: Account) -> str:
    return f"account {account.id}: asked"


def _new(account: Account) -> str:
    return f"account {account.id}: new"


def _is_settled(uow: UnitOfWork, account: Account, asking: Asking) -> bool:
    """Tell whether someone has said that it is new, or this person has been asked before."""
    told = ((EVERYONE, _new(account)), (asking.slack_user_id, _asked(account)))
    return any(uow.people.was_told(account.team_id, who, topic) for who, topic in told)


def _closest_known(uow: UnitOfWork, account: Account) -> Account | None:
    known = {row.id: row for row in uow.catalogue.list_accounts(account.team_id) if row.is_confirmed}
    names = {key: (row.name, *(alias.name for alias in row.aliases)) for key, row in known.items()}
    found = closest(account.name, names)
    return known[found] if found is not None else None


def same_account(uow: UnitOfWork, command: SameAccount, *, now: datetime) -> Message:
    """Make a name stand for a known account, with everything that was said under it.

    Raises `MendableError` where it was answered before, or this person may not read accounts.
    """
    _check_may(uow, command.team_id, command.actor)
    account, known = _locked(uow, command.team_id, command.account_id, command.known_id)
    if known is None or not known.is_confirmed or known.archived_at is not None:
        raise MendableError(ANSWERED)
    moved = join_accounts(uow, account, known, now=now)
    return now_the_same(account.name, known.name, moved)


def new_account(uow: UnitOfWork, command: NewAccount, *, now: datetime) -> Message:
    """Leave an account as one of its own; nobody is asked about it again."""
    _check_may(uow, command.team_id, command.actor)
    account, _ = _locked(uow, command.team_id, command.account_id, None)
    uow.people.tell_once(command.team_id, EVERYONE, _new(account), now=now)
    return now_new(account.name)


def _check_may(uow: UnitOfWork, team_id: str, actor: str) -> None:
    if not may_see_accounts(uow, team_id, actor):
        raise MendableError("Account names are for sales, product managers and leads. Nothing was changed.")


def _locked(uow: UnitOfWork, team_id: str, account_id: int, known_id: int | None) -> tuple[Account, Account | None]:
    """Lock both in the order of their ids, so that two presses never wait for each other."""
    wanted = sorted({account_id, *({known_id} if known_id is not None else ())})
    held = {row_id: uow.catalogue.lock_account(team_id, row_id) for row_id in wanted}
    account = held[account_id]
    if account is None or account.is_confirmed or account.archived_at is not None:
        raise MendableError(ANSWERED)
    return account, held[known_id] if known_id is not None else None


def join_accounts(uow: UnitOfWork, account: Account, known: Account, *, now: datetime) -> int:
    """Move all that was said and known of an account to another; return how many reports that were.

    Its name becomes an alias, so that whoever writes it again is understood; the account itself is archived.
    """
    reports = uow.catalogue.list_account_reports(account.id)
    for deal in uow.catalogue.list_opportunities(account.id):
        deal.account_id = known.id
    uow.flush()
    for report in reports:
        report.account_id = known.id
        if report.opportunity_id is None:
            deal_of_report = find_opportunity(uow, report)
            report.opportunity_id = deal_of_report.id if deal_of_report else None
    _hand_over_names(uow, account, known)
    account.archived_at = now
    uow.flush()
    for item in {report.item_id: report.item for report in reports}.values():
        put_card(uow, item, now=now)
    return sum(report.withdrawn_at is None for report in reports)


def _hand_over_names(uow: UnitOfWork, account: Account, known: Account) -> None:
    names = [(account.name, account.folded), *((alias.name, alias.folded) for alias in account.aliases)]
    account.aliases.clear()
    # An alias belongs to one account only, so it is taken before it is given.
    uow.flush()
    add_aliases(known, names)


def add_aliases(account: Account, names: Iterable[tuple[str, str]]) -> int:
    """Add those names, each with its folded form, that the account does not have yet; return how many were added."""
    standing = {account.folded, *(alias.folded for alias in account.aliases)}
    new = {folded: name for name, folded in names if folded not in standing}
    account.aliases += [AccountAlias(team_id=account.team_id, name=name, folded=folded) for folded, name in new.items()]
    return len(new)
