"""What the one gate of every read needs to know of an item."""

from dataclasses import dataclass

from bot.domain.visibility import Viewer, can_see
from bot.domain.words import Kind, Privacy
from db.models import Item


@dataclass(frozen=True, slots=True)
class Guard:
    """The privacy of an item, as the gate looks at it."""

    kind: Kind
    privacy: Privacy
    place_id: str | None
    owner: str | None
    reporter_ids: frozenset[str]

    @classmethod
    def of(cls, item: Item) -> "Guard":
        """Read the guard off a stored item; withdrawn reports give their authors no sight of it."""
        return cls(
            kind=Kind(item.kind),
            privacy=Privacy(item.privacy),
            place_id=item.place_id,
            owner=item.owner,
            reporter_ids=frozenset(report.reporter for report in item.reports if report.withdrawn_at is None),
        )


def may_see(viewer: Viewer, item: Item) -> bool:
    """Tell whether this person may read this item now."""
    return can_see(viewer, Guard.of(item))
