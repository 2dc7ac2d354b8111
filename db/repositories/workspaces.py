"""Queries on workspaces."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Workspace


class Workspaces:
    """Workspaces that Nugget serves."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, team_id: str) -> Workspace | None:
        return self._session.get(Workspace, team_id)

    def list_ids(self) -> list[str]:
        """Return the ids of all workspaces, in a steady order."""
        return list(self._session.scalars(select(Workspace.team_id).order_by(Workspace.team_id)))

    def get_or_add(self, team_id: str, *, now: datetime) -> Workspace:
        """Return the workspace, remembering it first when an event names it before Slack could be asked."""
        found = self.find(team_id)
        if found is None:
            found = Workspace(team_id=team_id, first_seen_at=now)
            self._session.add(found)
        return found
