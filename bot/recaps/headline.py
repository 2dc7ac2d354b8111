"""The headline's figures: how many people shared how much, and how many asks got an answer how fast."""

from statistics import median
from typing import Any

from sqlalchemy import distinct, func, select

from bot.domain.words import Kind
from bot.recaps.counting import counts, in_month
from bot.recaps.window import Window
from db.models import Item, Report
from db.unit_of_work import UnitOfWork

SECONDS_A_DAY = 86_400


def take(uow: UnitOfWork, window: Window) -> dict[str, Any]:
    """Return people, nuggets, and the days that answers to this month's asks typically took (to the day's tenth)."""
    # What several people share of one thing is one item; each of them has shared a piece of it.
    shared = (
        counts(window.team_id),
        Item.kind == Kind.NUGGET,
        Report.withdrawn_at.is_(None),
        Report.counted_as != "",
        Report.reported_at >= window.begins_at,
        Report.reported_at < window.ends_at,
    )
    people = select(func.count(distinct(Report.reporter))).join(Item).where(*shared)
    pieces = select(func.count(Report.id)).join(Item).where(*shared)
    answered = select(Item.created_at, Item.answered_at).where(
        counts(window.team_id), in_month(window), Item.kind == Kind.ASK, Item.answered_at < window.ends_at
    )
    days = [
        (answered_at - created_at).total_seconds() / SECONDS_A_DAY
        for created_at, answered_at in uow.sql.execute(answered)
        if answered_at is not None
    ]
    return {
        "people": uow.sql.scalar(people) or 0,
        "nuggets": uow.sql.scalar(pieces) or 0,
        "median_days": round(median(days), 1) if days else None,
    }
