"""Queries on runs: which period was decided, once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Run
from db.upsert import insert_into


class Runs:
    """Due periods and what was decided about them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, team_id: str, kind: str, scope: str, period_key: str) -> Run | None:
        """Return the newest snapshot of a period."""
        query = (
            select(Run)
            .where(Run.team_id == team_id, Run.kind == kind, Run.scope == scope, Run.period_key == period_key)
            .order_by(Run.number.desc())
        )
        return self._session.scalars(query).first()

    def find_last(self, team_id: str, kind: str, scope: str) -> Run | None:
        """Return the run of the latest period that was decided; labels sort as their months do."""
        query = select(Run).where(Run.team_id == team_id, Run.kind == kind, Run.scope == scope)
        return self._session.scalars(query.order_by(Run.period_key.desc())).first()

    def take(self, run: Run) -> bool:
        """Insert a run unless its period was already decided; True for the one process that won."""
        table = Run.__table__
        values = {column.key: getattr(run, column.key) for column in table.columns}
        statement = (
            insert_into(self._session, table).values(values).on_conflict_do_nothing().returning(table.c.period_key)
        )
        return self._session.execute(statement).first() is not None
