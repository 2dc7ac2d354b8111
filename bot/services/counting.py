"""Keeping the roll-up of contributions equal to what each report counts as."""

from typing import Literal

from bot.domain.periods import month_label
from db.models import Report
from db.repositories.tallies import Counted
from db.unit_of_work import UnitOfWork


def count_report(uow: UnitOfWork, report: Report, figure: Counted | Literal[""]) -> None:
    """Count a report in this figure of its reporter's month, and no longer in the one before; empty counts nowhere."""
    if report.counted_as == figure:
        return
    month = month_label(report.reported_at, uow.policy(report.team_id).zone)
    for counted, by in ((report.counted_as, -1), (figure, 1)):
        if counted:
            uow.tallies.count(report.team_id, month, report.reporter, _by_name(counted), by)
    report.counted_as = figure


def figure_of(stored: str) -> Counted | Literal[""]:
    """Return a stored figure by its name, or nothing."""
    return _by_name(stored) if stored else ""


def _by_name(stored: str) -> Counted:
    figures: tuple[Counted, ...] = ("nuggets", "asks", "corroborations", "confirmations", "filled_wants")
    return next(figure for figure in figures if figure == stored)
