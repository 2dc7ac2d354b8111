"""Queries on what surrounds sharing: who says that news still holds, and how people take the coaching question."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Coaching, Confirmation


class Confirmations:
    """Who said of a nugget that it is still true, or that it no longer is."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Confirmation) -> None:
        self._session.add(row)

    def find_by_gesture(self, team_id: str, gesture_key: str) -> Confirmation | None:
        query = select(Confirmation).where(Confirmation.team_id == team_id, Confirmation.gesture_key == gesture_key)
        return self._session.scalars(query).one_or_none()

    def list_(self, item_id: int) -> Sequence[Confirmation]:
        """Return all that was said of an item, oldest first."""
        query = select(Confirmation).where(Confirmation.item_id == item_id).order_by(Confirmation.id)
        return self._session.scalars(query).all()


class CoachedPeople:
    """How each person takes the coaching question."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, team_id: str, slack_user_id: str) -> Coaching | None:
        return self._session.get(Coaching, (team_id, slack_user_id))

    def get_or_add(self, team_id: str, slack_user_id: str, *, now: datetime) -> Coaching:
        """Return what is known of a person, held until the end of the transaction once it is stored."""
        key = (team_id, slack_user_id)
        found = self._session.get(Coaching, key, with_for_update=True, populate_existing=True)
        if found is None:
            found = Coaching(team_id=team_id, slack_user_id=slack_user_id, skips=0, changed_at=now)
            self._session.add(found)
        return found
