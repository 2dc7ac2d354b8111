"""Decisions: one way in for every effect on an item, whether an emoji, a button or a form brought it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.domain.decisions import Move, Refusal, RefusalReason, allowed
from bot.domain.errors import MendableError
from bot.domain.text import clean, is_blank
from bot.domain.words import Effect, Kind, Role, Status
from bot.services.cards import put_card
from bot.services.guards import may_see
from bot.services.notices import cancel_resting_notices, notify_reporters
from bot.services.people import roles_of, viewer_of
from db.models import Decision, Item
from db.unit_of_work import UnitOfWork

IS_JOINED = "It was joined to another item. Take the two apart first. Nothing was changed."
NAMES_ACCOUNT = "What names an account cannot be set aside as noise. Nothing was changed."


@dataclass(frozen=True, slots=True)
class ApplyEffect:
    """Do something to an item. `gesture_key` names the act, so that its repetition decides nothing again."""

    team_id: str
    item_id: int
    effect: Effect
    actor: str
    gesture_key: str
    reason: str = ""
    area_id: int | None = None
    look_again_on: date | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a wish to decide: a decision, or the reason why there is none."""

    item_id: int
    decision_id: int | None
    refusal: Refusal | None = None
    needs_words: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the item now stands as was wished, by this act or an earlier one."""
        return self.refusal is None and not self.needs_words

    @property
    def has_no_right(self) -> bool:
        """Whether it failed for want of a role, which is explained once ever and otherwise changes nothing."""
        return self.refusal is not None and self.refusal.reason is RefusalReason.NO_RIGHT


@dataclass(frozen=True, slots=True)
class MayDecide:
    """Whether this person may have this effect on this item, as things stand now."""

    team_id: str
    item_id: int
    effect: Effect
    actor: str


def check_may(uow: UnitOfWork, query: MayDecide, *, now: datetime) -> Refusal | None:  # noqa: ARG001
    """Return why this person may not, or None where they may; raises `MendableError` for an item not open to them."""
    item = find_item_for(uow, query.team_id, query.item_id, query.actor)
    verdict = _verdict(uow, item, query.effect, query.actor)
    return verdict if isinstance(verdict, Refusal) else None


def apply_effect(uow: UnitOfWork, command: ApplyEffect, *, now: datetime) -> Decided:
    """Record the decision, move the item, bring its card up to date, and let its reporters know if it answers them.

    Raises `MendableError` when the item is gone or may not be seen by the actor.
    """
    repeated = uow.items.find_decision_by_gesture(command.team_id, command.gesture_key)
    if repeated is not None:
        return Decided(repeated.item_id, repeated.id)
    item = find_item_for(uow, command.team_id, command.item_id, command.actor)
    # Whoever held the item until now may have been this very gesture, delivered twice.
    repeated = uow.items.find_decision_by_gesture(command.team_id, command.gesture_key)
    if repeated is not None:
        return Decided(repeated.item_id, repeated.id)
    verdict = _verdict(uow, item, command.effect, command.actor)
    if isinstance(verdict, Refusal):
        return Decided(item.id, None, refusal=verdict)
    if verdict.needs_words and is_blank(command.reason):
        return Decided(item.id, None, needs_words=True)
    decision = _record(uow, item, command, verdict, now)
    _move(uow, item, command, verdict, now)
    _close_questions(uow, item, command, now)
    put_card(uow, item, now=now)
    if item.status != decision.from_status:
        # What was answered a moment ago and no longer holds tells nobody.
        cancel_resting_notices(uow, item, now=now)
    if verdict.answers:
        notify_reporters(uow, item, decision, now=now)
    return Decided(item.id, decision.id)


def decide_by_time(uow: UnitOfWork, item: Item, effect: Effect, reason: str, key: str, *, now: datetime) -> bool:
    """Record what the passing of time does to an item that the caller holds; False where the table has no such move.

    `key` names the period that passed, so that it is decided once.
    """
    if uow.items.find_decision_by_gesture(item.team_id, key) is not None:
        return False
    verdict = allowed(Kind(item.kind), Status(item.status), effect, frozenset({Role.TIME}))
    if isinstance(verdict, Refusal):
        return False
    command = ApplyEffect(item.team_id, item.id, effect, "", key, reason)
    decision = _record(uow, item, command, verdict, now)
    owner = item.owner
    _move(uow, item, command, verdict, now)
    item.owner = owner
    put_card(uow, item, now=now)
    if verdict.answers:
        notify_reporters(uow, item, decision, now=now)
    return True


def find_item_for(uow: UnitOfWork, team_id: str, item_id: int, actor: str) -> Item:
    """Return the item, held for this transaction, if this person may see it."""
    item = uow.items.lock(item_id)
    if item is None or item.team_id != team_id or not may_see(viewer_of(uow, team_id, actor), item):
        raise MendableError("This item is gone, or it is not open to you. Nothing was changed.")
    return item


def actor_roles(uow: UnitOfWork, item: Item, actor: str) -> frozenset[Role]:
    """Return what this person may do to this item now, as someone with roles and as its reporter."""
    roles = roles_of(uow, item.team_id, actor)
    reported = any(report.reporter == actor and report.withdrawn_at is None for report in item.reports)
    return roles | {Role.REPORTER} if reported else roles


def _verdict(uow: UnitOfWork, item: Item, effect: Effect, actor: str) -> Move | Refusal:
    """Ask the table, and then the rules that look at more: what names an account is never noise, and a joined item
    is taken apart, not reopened.
    """
    verdict = allowed(Kind(item.kind), Status(item.status), effect, actor_roles(uow, item, actor))
    if isinstance(verdict, Move) and effect is Effect.MARK_NOISE and _names_account(item):
        return Refusal(RefusalReason.NOT_FROM_HERE, NAMES_ACCOUNT)
    if isinstance(verdict, Move) and effect is Effect.REOPEN and item.merged_into_id is not None:
        return Refusal(RefusalReason.NOT_FROM_HERE, IS_JOINED)
    return verdict


def _names_account(item: Item) -> bool:
    return any(report.account_id is not None and report.withdrawn_at is None for report in item.reports)


def _record(uow: UnitOfWork, item: Item, command: ApplyEffect, move: Move, now: datetime) -> Decision:
    before = {
        "area_id": item.area_id,
        "owner": item.owner,
        "seen_at": item.seen_at.isoformat() if item.seen_at else None,
        "answered_at": item.answered_at.isoformat() if item.answered_at else None,
        "look_again_on": item.look_again_on.isoformat() if item.look_again_on else None,
    }
    after = {
        "area_id": command.area_id,
        "look_again_on": command.look_again_on.isoformat() if command.look_again_on else None,
    }
    decision = Decision(
        team_id=item.team_id,
        item_id=item.id,
        effect=command.effect.value,
        from_status=item.status,
        to_status=move.to.value,
        actor=command.actor or None,
        reason=clean(command.reason),
        detail={"before": before, **after, **command.detail},
        gesture_key=command.gesture_key,
        decided_at=now,
    )
    uow.items.add(decision)
    uow.flush()
    return decision


def _move(uow: UnitOfWork, item: Item, command: ApplyEffect, move: Move, now: datetime) -> None:
    item.status = move.to.value
    if move.acknowledges:
        item.seen_at = item.seen_at or now
    if move.answers or move.to is Status.ACCEPTED:
        item.answered_at = item.answered_at or now
    if command.effect is Effect.REOPEN:
        item.answered_at = None
        item.seen_at = item.seen_at if move.acknowledges else None
    if command.effect is not Effect.ROUTE:
        item.look_again_on = command.look_again_on
    area = uow.catalogue.find_area_by_id(command.area_id)
    if area is not None:
        item.area_id, item.owner = area.id, area.owner or item.owner
    if item.owner is None and command.effect is not Effect.WITHDRAW:
        item.owner = command.actor


def _close_questions(uow: UnitOfWork, item: Item, command: ApplyEffect, now: datetime) -> None:
    """An answer given settles what its giver still owed on this item."""
    for question in uow.items.list_open_questions(item.id):
        if question.slack_user_id == command.actor:
            question.closed_at = now
