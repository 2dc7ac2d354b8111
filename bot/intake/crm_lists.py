"""The lists that a CRM exports: accounts and opportunities, line by line, with what is wrong in a line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from bot.domain.errors import MendableError
from bot.domain.names import fold
from bot.domain.text import is_blank
from bot.intake.table import Columns, Problem, Row, read_table
from bot.intake.values import DayOrder, read_amount, read_day
from bot.services.import_lists import LONGEST_NAME, AccountLine, OpportunityLine

ACCOUNTS: Columns = {
    "name": ("account name", "account", "company", "company name", "customer", "customer name"),
    "aliases": ("alias", "also known as", "other names"),
    "segment": ("tier", "customer segment"),
    "amount": ("arr", "acv", "revenue", "annual value"),
    "currency": ("currency code", "account currency", "amount currency", "currency iso code"),
}
OPPORTUNITIES: Columns = {
    "id": ("opportunity id", "deal id", "external id"),
    "account": ("account name", "company", "company name", "customer", "customer name"),
    "name": ("opportunity name", "opportunity", "deal", "deal name"),
    "stage": ("stage name", "status", "deal stage"),
    "close date": ("close", "closes on", "closing date", "expected close date"),
    "amount": ("value", "deal value", "arr", "acv"),
    "currency": ("currency code", "opportunity currency", "amount currency", "currency iso code"),
}
LONGEST_TEXT = 100
LONGEST_ID = 64

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class CrmList(Generic[Line]):
    """What a list holds: lines to take over, lines that are wrong, and headings that mean nothing to us."""

    lines: Sequence[Line]
    problems: Sequence[Problem]
    unused: Sequence[str]


def read_accounts(path: Path, currency: str) -> CrmList[AccountLine]:
    """Read a list of accounts; `currency` is the workspace's own. Raises `MendableError` if it is no such list."""
    return _read(path, ACCOUNTS, ("name",), lambda row: _account(row, currency))


def read_opportunities(path: Path, currency: str, order: DayOrder | None) -> CrmList[OpportunityLine]:
    """Read a list of opportunities; `order` settles dates such as 03/04/2026."""
    return _read(path, OPPORTUNITIES, ("id", "account"), lambda row: _opportunity(row, currency, order))


def _read(path: Path, columns: Columns, required: Sequence[str], read: Callable[[Row], Line]) -> CrmList[Line]:
    table = read_table(path, columns, required)
    lines: list[Line] = []
    problems: list[Problem] = []
    for row in table.rows:
        try:
            lines.append(read(row))
        except MendableError as error:
            problems.append(Problem(row.line, str(error)))
    return CrmList(lines, problems, table.unused)


def _account(row: Row, currency: str) -> AccountLine:
    name = _name(row, "name")
    aliases = (" ".join(alias.split()) for alias in row.get("aliases").split("|"))
    return AccountLine(
        line=row.line,
        name=name,
        aliases=tuple(dict.fromkeys(a for a in aliases if not is_blank(a) and fold(a) != fold(name))),
        segment=_text(row, "segment"),
        amount=read_amount(row.get("amount"), row.get("currency"), currency),
    )


def _opportunity(row: Row, currency: str, order: DayOrder | None) -> OpportunityLine:
    close = row.get("close date")
    external_id = row.get("id")
    if not external_id or len(external_id) > LONGEST_ID:
        raise MendableError(f"its id has to be of 1 to {LONGEST_ID} characters, as it is found again by that")
    return OpportunityLine(
        line=row.line,
        account=_name(row, "account"),
        external_id=external_id,
        name=" ".join(row.get("name").split())[:LONGEST_NAME],
        stage=_text(row, "stage"),
        close_on=read_day(close, order) if close else None,
        amount=read_amount(row.get("amount"), row.get("currency"), currency),
    )


def _name(row: Row, column: str) -> str:
    name = " ".join(row.get(column).split())
    if is_blank(name):
        raise MendableError("it names no account" if column == "account" else "its name is empty")
    if max(len(name), len(fold(name))) > LONGEST_NAME:
        raise MendableError(f"its name is longer than {LONGEST_NAME} characters")
    return name


def _text(row: Row, column: str) -> str | None:
    text = " ".join(row.get(column).split())
    if len(text) > LONGEST_TEXT:
        raise MendableError(f"its {column} is longer than {LONGEST_TEXT} characters")
    return text or None
