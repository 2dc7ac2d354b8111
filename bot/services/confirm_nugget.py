"""Still true, or no longer: what people say of news that ages (product rule 5)."""

from dataclasses import dataclass
from datetime import datetime

from bot.blocks import shelf_life as drawn
from bot.blocks.message import Message
from bot.domain.errors import MendableError
from bot.domain.periods import month_label
from bot.domain.shelf_life import AGEING, Stale
from bot.domain.views import ItemView
from bot.domain.words import Effect, Kind
from bot.services.announce import Address, post
from bot.services.cards import put_card
from bot.services.decide import ApplyEffect, apply_effect, find_item_for
from bot.services.guards import may_see
from bot.services.item_views import item_view_for, name_of
from bot.services.merged import standing_item
from bot.services.people import names_of, viewer_of
from bot.services.shelf_life import doubters_of, freshness_of
from db.models import Confirmation, Item
from db.unit_of_work import UnitOfWork

GONE = "This item is gone, or it is not open to you. Nothing was changed."


@dataclass(frozen=True, slots=True)
class SayWhetherTrue:
    """Someone says whether a nugget still holds. `gesture_key` names the act; repeated, it changes nothing."""

    team_id: str
    item_id: int
    actor: str
    gesture_key: str


def confirm_nugget(uow: UnitOfWork, command: SayWhetherTrue, *, now: datetime) -> Message:
    """Record that it is still true, count its age from now, and return the private answer.

    It is a contribution only where the nugget had become stale, and once a month for each person and nugget.
    """
    item = _nugget_for(uow, command)
    if uow.confirmations.find_by_gesture(command.team_id, command.gesture_key) is None:
        is_counted = _is_contribution(uow, item, command.actor, now)
        if is_counted:
            _count(uow, item.team_id, command.actor, now, 1)
        _record(uow, command, item, now, still_true=True, is_counted=is_counted)
        item.confirmed_at = now
        put_card(uow, item, now=now)
    return drawn.confirmed(_view(uow, item, command.actor, now))


def doubt_nugget(uow: UnitOfWork, command: SayWhetherTrue, *, now: datetime) -> Message:
    """Record that it no longer is true, and return the private answer.

    Whoever decides on nuggets makes it outdated by this; from anyone else its card says so, and its owner is asked.
    """
    item = _nugget_for(uow, command, may_be_over=True)
    if uow.confirmations.find_by_gesture(command.team_id, command.gesture_key) is None:
        effect = ApplyEffect(command.team_id, item.id, Effect.OUTDATE, command.actor, command.gesture_key)
        decided = apply_effect(uow, effect, now=now)
        if decided.refusal is not None and not decided.has_no_right:
            raise MendableError(decided.refusal.sentence)
        if decided.refusal is not None:
            return _doubt(uow, command, item, now)
        _record(uow, command, item, now, still_true=False)
    view = _view(uow, item, command.actor, now)
    return drawn.outdated(view) if item.status not in AGEING else _noted(uow, item, view, is_asked=True)


def _nugget_for(uow: UnitOfWork, command: SayWhetherTrue, *, may_be_over: bool = False) -> Item:
    """Return the nugget, held for this transaction, or what it was joined to."""
    found = uow.items.find(command.item_id)
    if found is None or found.kind != Kind.NUGGET:
        raise MendableError(GONE)
    item = find_item_for(uow, command.team_id, standing_item(uow, found).id, command.actor)
    is_repeated = may_be_over and uow.confirmations.find_by_gesture(command.team_id, command.gesture_key) is not None
    if item.status not in AGEING and not is_repeated:
        raise MendableError(f"{name_of(item)} has the status “{item.status}” by now. Nothing was changed.")
    return item


def _view(uow: UnitOfWork, item: Item, slack_user_id: str, now: datetime) -> ItemView:
    view = item_view_for(uow, item, slack_user_id, now=now)
    if view is None:
        raise MendableError(GONE)
    return view


def _record(
    uow: UnitOfWork,
    command: SayWhetherTrue,
    item: Item,
    now: datetime,
    *,
    still_true: bool,
    is_counted: bool = False,
) -> Confirmation:
    said = Confirmation(
        team_id=command.team_id,
        item_id=item.id,
        slack_user_id=command.actor,
        still_true=still_true,
        is_counted=is_counted,
        gesture_key=command.gesture_key,
        said_at=now,
    )
    uow.confirmations.add(said)
    uow.flush()
    return said


def _is_contribution(uow: UnitOfWork, item: Item, actor: str, now: datetime) -> bool:
    if not isinstance(freshness_of(uow, item, now=now), Stale):
        return False
    zone = uow.policy(item.team_id).zone
    mine = [one for one in uow.confirmations.list_(item.id) if one.slack_user_id == actor and one.still_true]
    return all(month_label(one.said_at, zone) != month_label(now, zone) for one in mine)


def _count(uow: UnitOfWork, team_id: str, slack_user_id: str, at: datetime, by: int) -> None:
    month = month_label(at, uow.policy(team_id).zone)
    uow.tallies.count(team_id, month, slack_user_id, "confirmations", by)


def _doubt(uow: UnitOfWork, command: SayWhetherTrue, item: Item, now: datetime) -> Message:
    """Keep a doubt; the owner is asked once, however many share it."""
    before = doubters_of(uow, item)
    if command.actor in before:
        raise MendableError(f"You said so before, and its card says it. Nothing was added to {name_of(item)}.")
    _take_back_own(uow, item, command.actor)
    said = _record(uow, command, item, now, still_true=False)
    put_card(uow, item, now=now)
    view = _view(uow, item, command.actor, now)
    if not before:
        _ask_owner(uow, item, said, now)
    return _noted(uow, item, view, is_asked=not before)


def _take_back_own(uow: UnitOfWork, item: Item, actor: str) -> None:
    """Let what this person confirmed before count no more: one press mends the other."""
    said = uow.confirmations.list_(item.id)
    for one in said:
        if one.slack_user_id == actor and one.is_counted:
            one.is_counted = False
            _count(uow, item.team_id, actor, one.said_at, -1)
    standing = [one.said_at for one in said if one.still_true and one.slack_user_id != actor]
    item.confirmed_at = max(standing, default=None)
    uow.flush()


def _ask_owner(uow: UnitOfWork, item: Item, doubt: Confirmation, now: datetime) -> None:
    owner = _asked(uow, item, doubt.slack_user_id)
    view = item_view_for(uow, item, owner, now=now) if owner else None
    if owner is None or view is None:
        return
    doubter = names_of(uow, item.team_id, [doubt.slack_user_id])[doubt.slack_user_id]
    post(
        uow,
        Address(item.team_id, owner),
        drawn.doubt_question(view, doubter),
        purpose="question",
        key=f"doubt:{doubt.id}",
        now=now,
        item_id=item.id,
    )


def _asked(uow: UnitOfWork, item: Item, doubter: str) -> str | None:
    """Return who decides on it: its owner, else who answers for its competitor, if they may read it."""
    competitors = (uow.catalogue.find_competitor_by_id(named.competitor_id) for named in item.competitors)
    owners = [item.owner, *(competitor.owner for competitor in competitors if competitor is not None)]
    able = (one for one in owners if one and one != doubter and may_see(viewer_of(uow, item.team_id, one), item))
    return next(able, None)


def _noted(uow: UnitOfWork, item: Item, view: ItemView, *, is_asked: bool) -> Message:
    doubters = doubters_of(uow, item)
    owner = _asked(uow, item, doubters[0] if doubters else "")
    name = names_of(uow, item.team_id, [owner])[owner] if owner else None
    return drawn.doubted(view, name, is_asked=is_asked)
