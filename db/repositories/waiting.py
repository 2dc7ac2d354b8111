"""What waits for its owner: items that are not seen, not answered, or due to be looked at again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.words import Effect, Kind, Privacy, Status
from db.models import Decision, Item, Report

_OPEN = (Status.NEW.value, Status.ACKNOWLEDGED.value, Status.ACCEPTED.value)


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """An item of an owner that has not come to an end, with the first words that were said of it."""

    item_id: int
    kind: Kind
    number: int
    status: Status
    created_at: datetime
    seen_at: datetime | None
    answered_at: datetime | None
    look_again_on: date | None
    is_open_to_all: bool
    words: str
    decided_at: datetime | None
    """When it was last decided on, if ever."""


class WaitingItems:
    """Queries of the work that falls due by the passing of time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list_owners(self, team_id: str) -> list[str]:
        """Return everyone who owns something that is not at its end."""
        query = select(Item.owner).where(Item.team_id == team_id, Item.owner.is_not(None), Item.status.in_(_OPEN))
        return sorted({owner for owner in self._session.scalars(query.distinct()) if owner})

    def list_of(self, team_id: str, owner: str | None) -> list[WaitingItem]:
        """Return what this person owns and that is not at its end, oldest first; without a person, what nobody owns.

        Imports wait for nobody.
        """
        first = (
            select(func.min(Report.id))
            .where(Report.item_id == Item.id, Report.withdrawn_at.is_(None))
            .correlate(Item)
            .scalar_subquery()
        )
        decided = (
            select(func.max(Decision.decided_at))
            .where(Decision.item_id == Item.id, Decision.actor.is_not(None))
            .correlate(Item)
            .scalar_subquery()
        )
        query = (
            select(
                *(Item.id, Item.kind, Item.number, Item.status, Item.created_at, Item.seen_at, Item.answered_at),
                *(Item.look_again_on, Item.privacy, Report.words, decided),
            )
            .outerjoin(Report, Report.id == first)
            .where(
                Item.team_id == team_id,
                Item.owner == owner if owner else Item.owner.is_(None),
                Item.status.in_(_OPEN),
                Item.is_quiet.is_(False),
            )
            .order_by(Item.created_at, Item.id)
        )
        return [_waiting(row) for row in self._session.execute(query)]

    def list_to_look_again(self, team_id: str, today: date) -> list[int]:
        """Return what was answered with not now until today or before."""
        query = select(Item.id).where(
            Item.team_id == team_id, Item.status == Status.NOT_NOW.value, Item.look_again_on <= today
        )
        return list(self._session.scalars(query.order_by(Item.id)))

    def list_asked(self, team_id: str) -> list[tuple[int, int, datetime]]:
        """Return each item whose reporter was asked and has not answered, with that decision and its time."""
        query = (
            select(Item.id, func.max(Decision.id), func.max(Decision.decided_at))
            .join(Decision, Decision.item_id == Item.id)
            .where(
                Item.team_id == team_id,
                Item.status == Status.NEEDS_INFO.value,
                Decision.effect == Effect.ASK_FOR_INFO.value,
            )
            .group_by(Item.id)
            .order_by(Item.id)
        )
        return [(item_id, decision_id, at) for item_id, decision_id, at in self._session.execute(query)]

    def list_moves(self, item_ids: Collection[int]) -> list[tuple[int, str, str, datetime]]:
        """Return what moved these items: item, status before, status after, and when, oldest first."""
        query = (
            select(Decision.item_id, Decision.from_status, Decision.to_status, Decision.decided_at)
            .where(Decision.item_id.in_(item_ids), Decision.from_status != Decision.to_status)
            .order_by(Decision.id)
        )
        return [(item_id, before, after, at) for item_id, before, after, at in self._session.execute(query)]


def _waiting(row: Sequence[Any]) -> WaitingItem:
    item_id, kind, number, status, *rest = row
    created_at, seen_at, answered_at, look_again_on, privacy, words, decided_at = rest
    return WaitingItem(
        item_id=item_id,
        kind=Kind(kind),
        number=number,
        status=Status(status),
        created_at=created_at,
        seen_at=seen_at,
        answered_at=answered_at,
        look_again_on=look_again_on,
        is_open_to_all=privacy == Privacy.WORKSPACE,
        words=words or "",
        decided_at=decided_at,
    )
