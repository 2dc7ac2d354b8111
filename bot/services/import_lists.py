"""Importing what a CRM knows: accounts and opportunities, as often as one likes. What is empty changes nothing.

Amounts from these lists stand apart from what reps claim, and the two are never added.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Self

from bot.domain.money import Money
from bot.domain.names import fold
from bot.services.accounts import add_aliases, join_accounts
from db.models import Account, Opportunity
from db.unit_of_work import UnitOfWork

LONGEST_NAME = 255

What = Literal["added", "changed", "unchanged", "skipped"]


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A line of the list of accounts."""

    line: int
    name: str
    aliases: tuple[str, ...] = ()
    segment: str | None = None
    amount: Money | None = None

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """Read it from plain data, as one process hands it to another."""
        return cls(**{**plain, "aliases": tuple(plain["aliases"]), "amount": _money(plain["amount"])})


@dataclass(frozen=True, slots=True)
class OpportunityLine:
    """A line of the list of opportunities; `external_id` is its id in the CRM."""

    line: int
    account: str
    external_id: str
    name: str = ""
    stage: str | None = None
    close_on: date | None = None
    amount: Money | None = None

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """Read it from plain data, as one process hands it to another."""
        close_on = date.fromisoformat(plain["close_on"]) if plain["close_on"] else None
        return cls(**{**plain, "close_on": close_on, "amount": _money(plain["amount"])})


def _money(plain: Any) -> Money | None:
    return Money(plain["minor"], plain["currency"]) if plain else None


@dataclass(frozen=True, slots=True)
class ImportAccounts:
    """Take these accounts over from the CRM."""

    team_id: str
    lines: Sequence[AccountLine]

    @classmethod
    def of(cls, team_id: str, lines: Iterable[Mapping[str, Any]]) -> Self:
        return cls(team_id, [AccountLine.of(plain) for plain in lines])


@dataclass(frozen=True, slots=True)
class ImportOpportunities:
    """Take these opportunities over from the CRM."""

    team_id: str
    lines: Sequence[OpportunityLine]

    @classmethod
    def of(cls, team_id: str, lines: Iterable[Mapping[str, Any]]) -> Self:
        return cls(team_id, [OpportunityLine.of(plain) for plain in lines])


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What became of a line; `notes` say what an operator should know of it."""

    line: int
    what: What
    notes: tuple[str, ...] = ()


def import_accounts(uow: UnitOfWork, command: ImportAccounts, *, now: datetime) -> list[LineOutcome]:
    """Add accounts or bring them up to date, found by name or alias; all of them are confirmed by this."""
    return [_import_account(uow, command.team_id, line, now) for line in command.lines]


def _import_account(uow: UnitOfWork, team_id: str, line: AccountLine, now: datetime) -> LineOutcome:
    account = uow.catalogue.find_account_called(team_id, fold(line.name))
    before = None if account is None else _state(account)
    notes: list[str] = []
    if account is None:
        account = _add_account(uow, team_id, line.name)
    account.is_confirmed, account.archived_at = True, None
    _set_segment(uow, account, line.segment, notes)
    if line.amount is not None:
        account.crm_minor, account.crm_currency = line.amount.minor, line.amount.currency
    _take_aliases(uow, account, line, notes, now)
    uow.flush()
    if before is None:
        return LineOutcome(line.line, "added", tuple(notes))
    return LineOutcome(line.line, "unchanged" if before == _state(account) else "changed", tuple(notes))


def _add_account(uow: UnitOfWork, team_id: str, name: str) -> Account:
    account = Account(team_id=team_id, name=name, folded=fold(name)[:LONGEST_NAME], is_confirmed=True, aliases=[])
    uow.catalogue.add(account)
    uow.flush()
    return account


def _state(account: Account) -> tuple[object, ...]:
    return (
        account.segment,
        account.crm_minor,
        account.crm_currency,
        account.is_confirmed,
        account.archived_at,
        frozenset(alias.folded for alias in account.aliases),
    )


def _set_segment(uow: UnitOfWork, account: Account, segment: str | None, notes: list[str]) -> None:
    seeded = {fold(seed.name): seed.segment for seed in uow.policy(account.team_id).accounts if seed.segment}
    set_in_file = seeded.get(account.folded)
    if segment and set_in_file and segment != set_in_file:
        notes.append(f"The settings file says {set_in_file} for {account.name}, so it stays that.")
    elif segment:
        account.segment = segment


def _take_aliases(uow: UnitOfWork, account: Account, line: AccountLine, notes: list[str], now: datetime) -> None:
    """Give the account its aliases; a new account that stands under one of them becomes this one."""
    for alias in line.aliases:
        folded = fold(alias)
        holder = uow.catalogue.find_account_called(account.team_id, folded)
        if holder is None or holder.id == account.id:
            add_aliases(account, [(alias, folded)])
        elif holder.archived_at is not None:
            # Nobody is known by this name now; an archived account keeps what was said of it.
            add_aliases(account, [(alias, folded)])
        elif not holder.is_confirmed and holder.folded == folded:
            moved = join_accounts(uow, holder, account, now=now)
            notes.append(f"“{alias}” had been added by hand and is {account.name} now; {moved} of its reports moved.")
        else:
            notes.append(f"“{alias}” already names {holder.name}, so it was left out.")
        uow.flush()


def import_opportunities(
    uow: UnitOfWork,
    command: ImportOpportunities,
    *,
    now: datetime,  # noqa: ARG001
) -> list[LineOutcome]:
    """Add opportunities or bring them up to date, found by their id; an account that nobody knows is added."""
    return [_import_opportunity(uow, command.team_id, line) for line in command.lines]


def _import_opportunity(uow: UnitOfWork, team_id: str, line: OpportunityLine) -> LineOutcome:
    notes: list[str] = []
    account = _account_of(uow, team_id, line.account, notes)
    deal = uow.catalogue.find_opportunity(team_id, line.external_id)
    before = None if deal is None else _deal_state(deal)
    if deal is None:
        deal = Opportunity(team_id=team_id, external_id=line.external_id, name="", account_id=account.id)
        uow.catalogue.add(deal)
    deal.account_id, deal.is_confirmed = account.id, True
    deal.name, deal.stage = line.name or deal.name, line.stage or deal.stage
    deal.close_on = line.close_on or deal.close_on
    if line.amount is not None:
        deal.amount_minor, deal.currency = line.amount.minor, line.amount.currency
    uow.flush()
    if before is None:
        return LineOutcome(line.line, "added", tuple(notes))
    return LineOutcome(line.line, "unchanged" if before == _deal_state(deal) else "changed", tuple(notes))


def _account_of(uow: UnitOfWork, team_id: str, name: str, notes: list[str]) -> Account:
    account = uow.catalogue.find_account_called(team_id, fold(name))
    if account is None:
        account = _add_account(uow, team_id, name)
        notes.append(f"{name} was on no list of accounts, so it was added.")
    elif not account.is_confirmed:
        notes.append(f"{account.name} had been added by hand and is confirmed now.")
    account.is_confirmed, account.archived_at = True, None
    return account


def _deal_state(deal: Opportunity) -> tuple[object, ...]:
    return (
        deal.account_id,
        deal.name,
        deal.stage,
        deal.close_on,
        deal.amount_minor,
        deal.currency,
        deal.is_confirmed,
    )
