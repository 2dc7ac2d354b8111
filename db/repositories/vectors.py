"""What a model read of each item, kept beside its search entry."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import ItemVector, SearchEntry
from db.upsert import insert_into


@dataclass(frozen=True, slots=True)
class Unread:
    """An item that a model has yet to read; `changed_at` tells these words of it from later ones."""

    item_id: int
    changed_at: datetime


class Vectors:
    """The vectors of items."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list_of(self, item_ids: Collection[int], model: str) -> dict[int, bytes]:
        """Return what this model read of these items, by their ids."""
        query = select(ItemVector.item_id, ItemVector.vector)
        query = query.where(ItemVector.item_id.in_(item_ids), ItemVector.model == model)
        return {row.item_id: row.vector for row in self._session.execute(query)}

    def list_unread(self, model: str, limit: int) -> list[Unread]:
        """Return items that this model has yet to read, the newest first, since they are the likeliest to be met."""
        query = (
            select(SearchEntry.item_id, SearchEntry.changed_at)
            .outerjoin(ItemVector, ItemVector.item_id == SearchEntry.item_id)
            .where(or_(ItemVector.item_id.is_(None), ItemVector.model != model))
            .order_by(SearchEntry.item_id.desc())
            .limit(limit)
        )
        return [Unread(item_id, changed_at) for item_id, changed_at in self._session.execute(query)]

    def keep(self, model: str, read: Sequence[tuple[Unread, bytes]]) -> None:
        """Keep what the model read of these items, but for those that were changed or erased meanwhile."""
        item_ids = [unread.item_id for unread, _ in read]
        # The lock lets nobody change an entry's words between this look and our commit.
        query = select(SearchEntry).where(SearchEntry.item_id.in_(item_ids)).order_by(SearchEntry.item_id)
        entries = {entry.item_id: entry for entry in self._session.scalars(query.with_for_update())}
        for unread, vector in read:
            entry = entries.get(unread.item_id)
            if entry is not None and entry.changed_at == unread.changed_at:
                self._put(entry, model, vector)

    def _put(self, entry: SearchEntry, model: str, vector: bytes) -> None:
        made = {"model": model, "vector": vector}
        statement = insert_into(self._session, ItemVector.__table__).values(
            item_id=entry.item_id, team_id=entry.team_id, **made
        )
        self._session.execute(statement.on_conflict_do_update(index_elements=["item_id"], set_=made))
