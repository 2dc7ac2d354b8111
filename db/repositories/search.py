"""What can be found by words; the look-up itself arrives with searching."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from db.models import Item, SearchEntry


class Search:
    """The search entries of items."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, item: Item, words: str, scope: Iterable[str], *, now: datetime) -> None:
        """Make an item findable by these words for the holders of these tokens."""
        entry = self._session.get(SearchEntry, item.id)
        if entry is None:
            entry = SearchEntry(item_id=item.id, team_id=item.team_id)
            self._session.add(entry)
        entry.privacy, entry.place_id = item.privacy, item.place_id
        entry.scope, entry.words, entry.changed_at = " ".join(scope), words, now

    def remove(self, item_id: int) -> None:
        entry = self._session.get(SearchEntry, item_id)
        if entry is not None:
            self._session.delete(entry)
