"""Taking a reaction away undoes what that reaction caused, while nothing was built on it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.decisions import undo_refusal
from bot.domain.words import Effect
from bot.services.cards import put_card
from bot.services.notices import cancel_notices_of, was_told
from db.models import Decision, Item
from db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class UndoGesture:
    """Undo what the gesture with this prefix caused last."""

    team_id: str
    gesture_prefix: str
    actor: str
    gesture_key: str


@dataclass(frozen=True, slots=True)
class Undone:
    """Whether something was undone; else why not (None where the gesture had caused nothing)."""

    item_id: int | None
    is_done: bool
    why_not: str | None = None


def undo_gesture(uow: UnitOfWork, command: UndoGesture, *, now: datetime) -> Undone:
    """Put the item back to what it was before the gesture, recorded as a decision of its own."""
    caused = uow.items.find_latest_gesture(command.team_id, command.gesture_prefix)
    if caused is None or uow.items.is_undone(caused.id):
        return Undone(None, is_done=False)
    item = uow.items.lock(caused.item_id)
    if item is None:
        return Undone(None, is_done=False)
    standing = _list_standing(uow, item)
    if all(decision.id != caused.id for decision in standing):
        # Another delivery undid it while this one waited for the item.
        return Undone(None, is_done=False)
    why_not = undo_refusal(is_latest=standing[-1].id == caused.id, told=was_told(uow, caused.id))
    if why_not is not None:
        return Undone(item.id, is_done=False, why_not=why_not)
    _record(uow, item, caused, command, now)
    restore_item(item, caused)
    cancel_notices_of(uow, caused.id, now=now)
    _tell_after_all(uow, item, standing[:-1], now)
    put_card(uow, item, now=now)
    return Undone(item.id, is_done=True)


def _record(uow: UnitOfWork, item: Item, caused: Decision, command: UndoGesture, now: datetime) -> None:
    uow.items.add(
        Decision(
            team_id=item.team_id,
            item_id=item.id,
            effect=Effect.UNDO.value,
            from_status=item.status,
            to_status=caused.from_status,
            actor=command.actor,
            reason="Took the reaction back.",
            detail={},
            gesture_key=command.gesture_key,
            undoes_id=caused.id,
            decided_at=now,
        )
    )


def restore_item(item: Item, caused: Decision) -> None:
    """Put an item back to how it stood before a decision."""
    before: dict[str, Any] = caused.detail["before"]
    item.status = caused.from_status
    item.area_id, item.owner = before["area_id"], before["owner"]
    item.seen_at = _instant(before["seen_at"])
    item.answered_at = _instant(before["answered_at"])
    item.look_again_on = date.fromisoformat(before["look_again_on"]) if before["look_again_on"] else None


def _list_standing(uow: UnitOfWork, item: Item) -> list[Decision]:
    """Return the decisions that are in force, oldest first: neither undoings nor what those undid."""
    decisions = uow.items.list_decisions(item.id)
    undone = {decision.undoes_id for decision in decisions}
    return [decision for decision in decisions if decision.undoes_id is None and decision.id not in undone]


def _tell_after_all(uow: UnitOfWork, item: Item, standing: list[Decision], now: datetime) -> None:
    """Let the answer that stands again rest anew, if the gesture overtook it before anyone was told."""
    moving = [decision for decision in standing if decision.from_status != decision.to_status]
    rest = timedelta(seconds=uow.policy(item.team_id).notice_rest_seconds)
    for entry in uow.outbox.list_for_decision(moving[-1].id) if moving else ():
        if entry.state == "cancelled" and entry.payload:
            entry.state, entry.settled_at, entry.due_at = "pending", None, now + rest
            uow.outbox.touch()


def _instant(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None
