"""The routing summary: asks received, seen, answered and open, over all areas and by area."""

from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from bot.domain.words import Kind
from bot.recaps.counting import counts, in_month
from bot.recaps.window import Window
from db.models import Item, ProductArea
from db.unit_of_work import UnitOfWork

SECONDS_A_DAY = 86_400


def take(uow: UnitOfWork, window: Window) -> dict[str, Any]:
    """Return the figures as they stood when the month ended; `oldest_open_days` is None where nothing was open."""
    asks = counts(window.team_id) & (Item.kind == Kind.ASK)
    received = asks & in_month(window)
    seen, answered = _by_end(Item.seen_at, window), _by_end(Item.answered_at, window)
    totals = uow.sql.execute(
        select(func.count(Item.id), func.sum(case((seen, 1), else_=0)), func.sum(case((answered, 1), else_=0))).where(
            received
        )
    ).one()
    open_count, oldest = uow.sql.execute(
        select(func.count(Item.id), func.min(Item.created_at)).where(asks, Item.created_at < window.ends_at, ~answered)
    ).one()
    return {
        "asks_received": totals[0],
        "asks_seen": int(totals[1] or 0),
        "asks_answered": int(totals[2] or 0),
        "asks_open": open_count,
        "oldest_open_days": int((window.ends_at - oldest).total_seconds() // SECONDS_A_DAY) if oldest else None,
        "areas": _by_area(uow, received, answered),
    }


def _by_end(column: Any, window: Window) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column.is_not(None) & (column < window.ends_at)
    return condition


def _by_area(uow: UnitOfWork, received: ColumnElement[bool], answered: ColumnElement[bool]) -> list[dict[str, Any]]:
    query = (
        select(ProductArea.name, func.count(Item.id), func.sum(case((answered, 1), else_=0)))
        .select_from(Item)
        .outerjoin(ProductArea, Item.area_id == ProductArea.id)
        .where(received)
        .group_by(ProductArea.name)
    )
    areas = [
        {"area": name, "received": count, "answered": int(done or 0)} for name, count, done in uow.sql.execute(query)
    ]
    return sorted(areas, key=_order)


def _order(area: dict[str, Any]) -> tuple[int, bool, str]:
    """Put the busiest first, then by name, what has no area last; sorted here, as databases order names differently."""
    return -area["received"], area["area"] is None, (area["area"] or "").casefold()
