"""Whether a nugget still holds: how fresh it is today, and who says that it no longer is true."""

from datetime import datetime

from bot.domain.shelf_life import AGEING, Fresh, Stale, best_grade, freshness
from bot.domain.words import Category, HowKnown, Kind, Role, Status
from bot.services.people import roles_of
from db.models import Confirmation, Item
from db.unit_of_work import UnitOfWork

DECIDERS = frozenset({Role.PM, Role.COMPETITIVE_LEAD})
"""Whose word that it is still true ends a doubt; they could say that it is outdated as well."""


def freshness_of(uow: UnitOfWork, item: Item, *, now: datetime) -> Fresh | Stale | None:
    """Return how fresh an item is, counted from its newest report or confirmation; None where it does not age."""
    live = [report for report in item.reports if report.withdrawn_at is None]
    if item.status not in AGEING or not live:
        return None
    policy = uow.policy(item.team_id)
    said = [report.reported_at for report in live] + ([item.confirmed_at] if item.confirmed_at else [])
    return freshness(
        Kind(item.kind),
        Category(item.category) if item.category else None,
        best_grade(HowKnown(report.how_known) for report in live),
        max(said),
        policy,
        now.astimezone(policy.zone).date(),
    )


def doubters_of(uow: UnitOfWork, item: Item) -> list[str]:
    """Return who says that a nugget no longer holds, in the order in which they said so.

    A doubt stands until its author takes it back by saying that it is still true, or whoever decides says so.
    """
    if item.kind != Kind.NUGGET or item.status not in AGEING:
        return []
    said = uow.confirmations.list_(item.id)
    latest = {one.slack_user_id: one for one in said}
    doubts = [one for one in latest.values() if not one.still_true]
    if not doubts:
        return []
    settled_at = max((one.id for one in said if one.still_true and _decides(uow, one)), default=0)
    verified_at = max(
        (one.decided_at for one in uow.items.list_decisions(item.id) if one.to_status == Status.VERIFIED), default=None
    )
    standing = [one for one in doubts if one.id > settled_at and not (verified_at and verified_at > one.said_at)]
    return [one.slack_user_id for one in sorted(standing, key=lambda one: one.id)]


def _decides(uow: UnitOfWork, said: Confirmation) -> bool:
    return bool(roles_of(uow, said.team_id, said.slack_user_id) & DECIDERS)
