"""Queries on half-filled forms."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from db.models import Draft


class Drafts:
    """What stood in forms that were not sent; one draft for each person and sort of form."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, team_id: str, slack_user_id: str, form: str) -> Draft | None:
        return self._session.get(Draft, (team_id, slack_user_id, form))

    def put(self, draft: Draft) -> Draft:
        """Add a draft, or put it in the place of the one before."""
        return self._session.merge(draft)

    def drop(self, team_id: str, slack_user_id: str, form: str) -> None:
        """Forget a draft, if there is one."""
        of_form = (Draft.team_id == team_id) & (Draft.slack_user_id == slack_user_id) & (Draft.form == form)
        self._session.execute(delete(Draft).where(of_form))
