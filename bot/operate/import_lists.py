"""`nugget import accounts` and `nugget import opportunities`: the lists of the CRM, as often as one likes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.domain.errors import MendableError, PermanentError
from bot.intake.crm_lists import read_accounts, read_opportunities
from bot.intake.table import Problem
from bot.intake.values import DayOrder
from bot.operate.import_counter import Counter, open_counter
from bot.operate.import_report import bar, unused_note
from bot.services.import_lists import (
    AccountLine,
    ImportAccounts,
    ImportOpportunities,
    LineOutcome,
    OpportunityLine,
)
from bot.settings import Settings

PART = 200


@dataclass(frozen=True, slots=True)
class ListReport:
    """What became of a list."""

    outcomes: Sequence[LineOutcome]
    problems: Sequence[Problem]
    notes: Sequence[str]


async def import_accounts(
    settings: Settings, now: Callable[[], datetime], path: Path, *, team: str | None, dry_run: bool
) -> ListReport:
    """Take a list of accounts over; wrong lines are told, and the others go in."""
    found = read_accounts(path, settings.policy().currency)
    async with open_counter(settings, now, is_rehearsal=dry_run) as counter:
        team_id = await counter.team(team)
        outcomes, failed = await _hand_in(
            counter, "accounts", found.lines, lambda lines: ImportAccounts(team_id, lines)
        )
    return ListReport(outcomes, [*found.problems, *failed], unused_note(found.unused))


async def import_opportunities(
    settings: Settings,
    now: Callable[[], datetime],
    path: Path,
    *,
    order: DayOrder | None,
    team: str | None,
    dry_run: bool,
) -> ListReport:
    """Take a list of opportunities over; accounts that nobody knows are added with them."""
    found = read_opportunities(path, settings.policy().currency, order)
    async with open_counter(settings, now, is_rehearsal=dry_run) as counter:
        team_id = await counter.team(team)
        outcomes, failed = await _hand_in(
            counter, "opportunities", found.lines, lambda lines: ImportOpportunities(team_id, lines)
        )
    return ListReport(outcomes, [*found.problems, *failed], unused_note(found.unused))


async def _hand_in(
    counter: Counter,
    name: str,
    lines: Sequence[AccountLine] | Sequence[OpportunityLine],
    command: Callable[[Any], ImportAccounts | ImportOpportunities],
) -> tuple[list[LineOutcome], list[Problem]]:
    outcomes: list[LineOutcome] = []
    problems: list[Problem] = []
    with bar() as shown:
        shown.begin(f"Taking the {name} over", len(lines))
        for begin in range(0, len(lines), PART):
            part = lines[begin : begin + PART]
            try:
                outcomes += _outcomes(await counter.write(name, command(part)))
            except (MendableError, PermanentError):
                await _one_by_one(counter, name, part, command, outcomes, problems)
            shown.at(begin + len(part))
    return outcomes, problems


async def _one_by_one(
    counter: Counter,
    name: str,
    lines: Sequence[AccountLine] | Sequence[OpportunityLine],
    command: Callable[[Any], ImportAccounts | ImportOpportunities],
    outcomes: list[LineOutcome],
    problems: list[Problem],
) -> None:
    """Find the line that the database refuses; the others go in."""
    for line in lines:
        try:
            outcomes += _outcomes(await counter.write(name, command([line])))
        except (MendableError, PermanentError) as error:
            problems.append(Problem(line.line, str(error).rstrip(".")))


def _outcomes(plain: Sequence[dict[str, Any]]) -> list[LineOutcome]:
    return [LineOutcome(line["line"], line["what"], tuple(line["notes"])) for line in plain]
