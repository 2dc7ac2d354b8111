"""The sections of the recap: one file each, its query and its shaping side by side."""

from collections.abc import Callable
from typing import Any

from bot.recaps import board, headline, routing
from bot.recaps.window import Window
from db.unit_of_work import UnitOfWork

SECTIONS: tuple[Callable[[UnitOfWork, Window], dict[str, Any]], ...] = (headline.take, board.take, routing.take)


def take_snapshot(uow: UnitOfWork, window: Window) -> dict[str, Any]:
    """Return the figures of every section, frozen as plain JSON; people stand in it by id, never by name."""
    snapshot: dict[str, Any] = {"month": window.label}
    for take in SECTIONS:
        snapshot |= take(uow, window)
    return snapshot
