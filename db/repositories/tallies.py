"""The roll-up of contributions a person and month, kept with the change that causes it."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import MonthlyTally
from db.upsert import insert_into

Counted = Literal["nuggets", "asks", "corroborations", "confirmations", "filled_wants"]


class Tallies:
    """How much each person contributed in a month."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count(self, team_id: str, month: str, slack_user_id: str, what: Counted, by: int) -> None:
        """Add `by` (which may be negative) to one figure of one person's month."""
        table = MonthlyTally.__table__
        start = dict.fromkeys(("nuggets", "asks", "corroborations", "confirmations", "filled_wants"), 0)
        statement = (
            insert_into(self._session, table)
            .values(team_id=team_id, month=month, slack_user_id=slack_user_id, **{**start, what: by})
            .on_conflict_do_update(
                index_elements=["team_id", "month", "slack_user_id"], set_={what: table.c[what] + by}
            )
        )
        self._session.execute(statement)

    def list_month(self, team_id: str, month: str) -> Sequence[MonthlyTally]:
        query = select(MonthlyTally).where(MonthlyTally.team_id == team_id, MonthlyTally.month == month)
        return self._session.scalars(query.order_by(MonthlyTally.slack_user_id)).all()
