"""Who asks for an item, as far as demand is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Account, Opportunity, Report


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """A report that was not withdrawn, with its account and its opportunity as the CRM list has them."""

    report_id: int
    reported_at: datetime
    claimed_minor: int | None
    claimed_currency: str | None
    account_id: int | None
    is_confirmed: bool | None
    segment: str | None
    crm_minor: int | None
    crm_currency: str | None
    opportunity_id: int | None
    amount_minor: int | None
    amount_currency: str | None


class Voices:
    """The reports behind items, and the accounts that they are measured against."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list_(self, item_id: int) -> list[VoiceRow]:
        """Return the reports of an item in their order."""
        query = (
            select(
                *(Report.id, Report.reported_at, Report.claimed_minor, Report.claimed_currency),
                *(Account.id, Account.is_confirmed, Account.segment, Account.crm_minor, Account.crm_currency),
                *(Opportunity.id, Opportunity.amount_minor, Opportunity.currency),
            )
            .outerjoin(Account, Account.id == Report.account_id)
            .outerjoin(Opportunity, Opportunity.id == Report.opportunity_id)
            .where(Report.item_id == item_id, Report.withdrawn_at.is_(None))
            .order_by(Report.id)
        )
        return [VoiceRow(*_values(row)) for row in self._session.execute(query)]

    def count_accounts(self, team_id: str) -> dict[str | None, int]:
        """Return how many confirmed accounts each segment has; None is for those without one."""
        query = (
            select(Account.segment, func.count(Account.id))
            .where(Account.team_id == team_id, Account.is_confirmed, Account.archived_at.is_(None))
            .group_by(Account.segment)
        )
        return dict(self._session.execute(query).all())


def _values(row: Sequence[Any]) -> Sequence[Any]:
    """Say no more of a row's types than that they are those of the columns; SQLAlchemy names only the first ten."""
    return row
