"""How long news holds: a nugget ages by its category, and reads as stale until someone confirms it (product rule 5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.policies import Policy
from bot.domain.words import Category, HowKnown, Kind, Status

AGEING = frozenset({Status.NEW, Status.ACKNOWLEDGED, Status.VERIFIED})
"""Where a nugget still counts as news; what came to an end neither ages nor can be confirmed."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """It can be relied on up to and with this day."""

    until: date


@dataclass(frozen=True, slots=True)
class Stale:
    """Since this day nobody has said that it still holds."""

    since: date


def freshness(
    kind: Kind,
    category: Category | None,
    how_known: HowKnown,
    last_said_at: datetime,
    policy: Policy,
    today: date,
) -> Fresh | Stale | None:
    """Return whether news holds that someone said or confirmed last at this moment; None for asks, which do not age."""
    if kind is not Kind.NUGGET:
        return None
    shelf_life = policy.shelf_life
    days = shelf_life.days[category or Category.PRODUCT]
    if how_known is HowKnown.RUMOUR:
        days = min(days, shelf_life.rumour_days)
    until = last_said_at.astimezone(policy.zone).date() + timedelta(days=days)
    return Fresh(until) if today <= until else Stale(until + timedelta(days=1))


def best_grade(grades: Iterable[HowKnown]) -> HowKnown:
    """Return the grade that is worth most; a further report never makes news less sure. Without any, a rumour."""
    order = list(HowKnown)
    return min(grades, key=order.index, default=HowKnown.RUMOUR)
