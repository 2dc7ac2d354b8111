"""Reading items with a model on this machine, so that they can be compared by meaning: never while anyone waits.

The model runs between two transactions, so that none is open for as long as that takes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.duplicates import TwinWords
from bot.services.find_twins import list_words
from db.repositories.vectors import Unread
from db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ListUnread:
    """What this model has yet to read, the newest first."""

    model: str
    limit: int


@dataclass(frozen=True, slots=True)
class ToRead:
    """An item that has yet to be read, and its words as they are compared."""

    unread: Unread
    words: TwinWords


@dataclass(frozen=True, slots=True)
class KeepVectors:
    """What this model read."""

    model: str
    read: Sequence[tuple[Unread, bytes]]


def list_unread(uow: UnitOfWork, query: ListUnread, *, now: datetime) -> list[ToRead]:  # noqa: ARG001
    """Return items that the model has yet to read, whatever workspace and place: vectors are shown to nobody."""
    unread = uow.vectors.list_unread(query.model, query.limit)
    words = list_words(uow, [one.item_id for one in unread])
    return [ToRead(one, words.get(one.item_id) or TwinWords(one.item_id, "")) for one in unread]


def keep_vectors(uow: UnitOfWork, command: KeepVectors, *, now: datetime) -> None:  # noqa: ARG001
    """Keep what was read, but for items whose words were changed or erased meanwhile; those are read again."""
    uow.vectors.keep(command.model, command.read)
