"""Notices: every answer reaches everyone who reported, after a rest in which it can be taken back untold."""

from datetime import datetime

from bot.blocks.notices import notice
from bot.services.announce import Address, post
from bot.services.item_views import decision_view, item_view
from bot.services.people import is_full_member
from db.models import Decision, Item
from db.unit_of_work import UnitOfWork


def notify_reporters(uow: UnitOfWork, item: Item, decision: Decision, *, now: datetime) -> None:
    """Queue one direct message to each reporter but the one who decided; none where the answer has no notice.

    Who has become a guest since, or has left, reads nothing of it any more.
    """
    view, told = item_view(uow, item, with_deal=True), decision_view(uow, item, decision)
    message = notice(view, told)
    if message is None:
        return
    rest = uow.policy(item.team_id).notice_rest_seconds
    reporters = {report.reporter for report in item.reports if report.withdrawn_at is None}
    members = {reporter for reporter in reporters if is_full_member(uow, item.team_id, reporter)}
    for reporter in sorted(members - {decision.actor}):
        post(
            uow,
            Address(item.team_id, reporter),
            message,
            purpose="notice",
            key=f"notice:{decision.id}:{reporter}",
            now=now,
            item_id=item.id,
            decision_id=decision.id,
            rest_seconds=rest,
        )


def cancel_resting_notices(uow: UnitOfWork, item: Item, *, now: datetime) -> None:
    """Take back what earlier decisions on this item were still about to tell."""
    for decision in uow.items.list_decisions(item.id):
        cancel_notices_of(uow, decision.id, now=now)


def cancel_notices_of(uow: UnitOfWork, decision_id: int, *, now: datetime) -> None:
    """Take back the notices of a decision that nobody has been sent yet."""
    for entry in uow.outbox.list_for_decision(decision_id):
        if entry.state == "pending":
            entry.state, entry.settled_at = "cancelled", now


def was_told(uow: UnitOfWork, decision_id: int) -> bool:
    """Tell whether someone was, or may have been, told of this decision."""
    return any(entry.state not in {"pending", "cancelled"} for entry in uow.outbox.list_for_decision(decision_id))
