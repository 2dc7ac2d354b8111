"""Queries on wants: questions to the field, one open for each asker."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Item, ItemCompetitor, Report, Want


class Wants:
    """Questions to the field, and what became of them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, want: Want) -> None:
        self._session.add(want)

    def find(self, want_id: int) -> Want | None:
        return self._session.get(Want, want_id)

    def lock(self, want_id: int) -> Want | None:
        """Return a want, held until the end of the transaction, so that it is answered once."""
        return self._session.get(Want, want_id, with_for_update=True, populate_existing=True)

    def find_by_gesture(self, team_id: str, gesture_key: str) -> Want | None:
        query = select(Want).where(Want.team_id == team_id, Want.gesture_key == gesture_key)
        return self._session.scalars(query).one_or_none()

    def find_by_card(self, outbox_id: str) -> Want | None:
        return self._session.scalars(select(Want).where(Want.card_outbox_id == outbox_id)).one_or_none()

    def lock_open(self, team_id: str, asker: str) -> Want | None:
        """Return the one question that this person has open, held until the end of the transaction."""
        query = select(Want).where(Want.team_id == team_id, Want.asker == asker, Want.closed_at.is_(None))
        return self._session.scalars(query.with_for_update()).one_or_none()

    def list_open(self, team_id: str) -> Sequence[Want]:
        """Return all open questions, those that are due first first."""
        query = select(Want).where(Want.team_id == team_id, Want.closed_at.is_(None))
        return self._session.scalars(query.order_by(Want.due_on, Want.id)).all()

    def list_open_on(self, team_id: str, competitor_ids: Collection[int]) -> Sequence[Want]:
        """Return the open questions about these competitors, those that are due first first."""
        query = select(Want).where(
            Want.team_id == team_id, Want.closed_at.is_(None), Want.competitor_id.in_(competitor_ids)
        )
        return self._session.scalars(query.order_by(Want.due_on, Want.id)).all()

    def list_over(self, team_id: str, today: date) -> list[int]:
        """Return the open questions whose last day lies before today."""
        query = select(Want.id).where(Want.team_id == team_id, Want.closed_at.is_(None), Want.due_on < today)
        return list(self._session.scalars(query.order_by(Want.id)))

    def count_filled_with(self, item_id: int, slack_user_id: str) -> int:
        """Count the questions that this person's report on this item answers."""
        query = select(func.count(Want.id)).where(
            Want.filled_item_id == item_id, Want.filled_by == slack_user_id, Want.outcome == "filled"
        )
        return self._session.scalar(query) or 0

    def list_filled_with(self, item_ids: Collection[int], slack_user_id: str | None) -> list[int]:
        """Return the questions that these items answer, as far as this person answered them, or anyone."""
        query = select(Want.id).where(Want.filled_item_id.in_(item_ids), Want.outcome == "filled")
        by_whom = query.where(Want.filled_by == slack_user_id) if slack_user_id is not None else query
        return list(self._session.scalars(by_whom.order_by(Want.id)))

    def list_known_competitors(self, team_id: str, slack_user_id: str) -> set[int]:
        """Return the competitors that this person has reported on."""
        query = (
            select(ItemCompetitor.competitor_id)
            .join(Item, Item.id == ItemCompetitor.item_id)
            .join(Report, Report.item_id == Item.id)
            .where(Item.team_id == team_id, Report.reporter == slack_user_id, Report.withdrawn_at.is_(None))
            .distinct()
        )
        return set(self._session.scalars(query))
