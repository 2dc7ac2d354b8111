"""Joining items that say the same: reports, notes and numbers are kept, and it can be undone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.errors import MendableError
from bot.domain.words import Effect, Kind, Privacy, Status
from bot.services.cards import put_card
from bot.services.counting import count_report, figure_of
from bot.services.decide import ApplyEffect, actor_roles, apply_effect
from bot.services.guards import may_see
from bot.services.index import index_item
from bot.services.item_views import name_of
from bot.services.merged import standing_item
from bot.services.notices import cancel_notices_of
from bot.services.people import viewer_of
from bot.services.undo import restore_item
from db.models import Decision, Item, ItemCompetitor, ItemTag, Report
from db.unit_of_work import UnitOfWork

GONE = "One of the two is gone, or it is not open to you. Nothing was changed."
NOT_OPEN_ALIKE = (
    "{} and {} are not open to the same people, so they stay apart. Nothing was changed. Share the text with product"
    " first, if it may be shared."
)


@dataclass(frozen=True, slots=True)
class JoinItems:
    """Say that one item is the same as another; its reports, notes and number move there."""

    team_id: str
    item_id: int
    into_id: int
    actor: str
    gesture_key: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PartItems:
    """Take a joined item apart again."""

    team_id: str
    item_id: int
    actor: str
    gesture_key: str


@dataclass(frozen=True, slots=True)
class Joined:
    """What was joined to what."""

    item_id: int
    into_id: int
    name: str
    into_name: str


def join_items(uow: UnitOfWork, command: JoinItems, *, now: datetime) -> Joined:
    """Move everything of one item to the other, recorded as a decision; raises `MendableError` where that may not be.

    A reporter joins what is theirs alone and undecided; whoever may answer joins the rest, and its reporters are told.
    """
    item, into = _lock_both(uow, command.item_id, _end_of(uow, command.into_id))
    if item.merged_into_id is not None and standing_item(uow, item) is into:
        return Joined(item.id, into.id, name_of(item), name_of(into))
    _refuse_unfit(uow, command, item, into)
    decided = apply_effect(
        uow,
        ApplyEffect(
            team_id=command.team_id,
            item_id=item.id,
            effect=Effect.MARK_DUPLICATE,
            actor=command.actor,
            gesture_key=command.gesture_key,
            reason=command.reason or f"It says the same as {name_of(into)}.",
            detail={"other_item": name_of(into), "into_id": into.id, "moved": _what_moves(uow, item, into)},
        ),
        now=now,
    )
    if decided.refusal is not None:
        raise MendableError(decided.refusal.sentence)
    _move_all(uow, item, into)
    _redraw(uow, (item, into), now)
    return Joined(item.id, into.id, name_of(item), name_of(into))


def _end_of(uow: UnitOfWork, item_id: int) -> int:
    item = uow.items.find(item_id)
    if item is None:
        raise MendableError(GONE)
    return standing_item(uow, item).id


def _lock_both(uow: UnitOfWork, item_id: int, into_id: int) -> tuple[Item, Item]:
    """Hold both items, the older first, so that two who join them to each other wait and do not block."""
    locked = {one: uow.items.lock(one) for one in sorted({item_id, into_id})}
    item, into = locked[item_id], locked[into_id]
    if item is None or into is None or item is into:
        raise MendableError(GONE)
    return item, into


def _refuse_unfit(uow: UnitOfWork, command: JoinItems, item: Item, into: Item) -> None:
    viewer = viewer_of(uow, command.team_id, command.actor)
    if {item.team_id, into.team_id} != {command.team_id} or not (may_see(viewer, item) and may_see(viewer, into)):
        raise MendableError(GONE)
    if item.kind != into.kind:
        raise MendableError(f"{name_of(item)} and {name_of(into)} are not of one kind. Nothing was changed.")
    if (item.privacy, item.place_id) != (into.privacy, into.place_id) or item.privacy == Privacy.RESTRICTED:
        raise MendableError(NOT_OPEN_ALIKE.format(name_of(item), name_of(into)))
    if into.status in {Status.WITHDRAWN, Status.NOISE}:
        raise MendableError(f"{name_of(into)} was taken back or set aside. Nothing was changed.")
    decides = actor_roles(uow, item, command.actor) - {"member", "reporter"}
    others = {report.reporter for report in _live(item)} - {command.actor}
    saved = all(report.saved_by == command.actor for report in _live(item) if report.reporter != command.actor)
    if others and not saved and not decides:
        raise MendableError(f"Others have reported {name_of(item)} too, so its owner decides. Nothing was changed.")


def _live(item: Item) -> list[Report]:
    return [report for report in item.reports if report.withdrawn_at is None]


def _what_moves(uow: UnitOfWork, item: Item, into: Item) -> dict[str, Any]:
    """Return what is about to move, by its rows, so that it can be moved back."""
    standing = {tag.tag for tag in into.tags}, {named.competitor_id for named in into.competitors}
    return {
        "reports": [[report.id, report.counted_as] for report in item.reports],
        "notes": [note.id for note in uow.items.list_notes(item.id)],
        "tags": sorted({tag.tag for tag in item.tags} - standing[0]),
        "competitors": sorted({named.competitor_id for named in item.competitors} - standing[1]),
    }


def _move_all(uow: UnitOfWork, item: Item, into: Item) -> None:
    reported_before = {report.reporter for report in _live(into)}
    for note in uow.items.list_notes(item.id):
        note.item_id = into.id
    for report in list(item.reports):
        report.item = into
        if report.withdrawn_at is None:
            # A second report by the same person is an update of the first.
            is_update = report.reporter in reported_before
            count_report(uow, report, _counts_as(into, report, is_update=is_update))
            reported_before.add(report.reporter)
    into.tags += [ItemTag(team_id=into.team_id, tag=tag.tag) for tag in item.tags if tag.tag not in _tags(into)]
    named = {one.competitor_id for one in into.competitors}
    into.competitors += [
        ItemCompetitor(team_id=into.team_id, competitor_id=one.competitor_id)
        for one in item.competitors
        if one.competitor_id not in named
    ]
    item.merged_into_id = into.id


def _tags(item: Item) -> set[str]:
    return {tag.tag for tag in item.tags}


def _counts_as(into: Item, report: Report, *, is_update: bool) -> Any:
    if into.kind == Kind.ASK:
        return figure_of(report.counted_as)
    return "" if is_update else "corroborations"


def part_items(uow: UnitOfWork, command: PartItems, *, now: datetime) -> Joined:
    """Move back what a join had moved, recorded as a decision that undoes it; what was decided since stays.

    Whoever joined them may, and whoever may answer the item. Raises `MendableError` for anyone else.
    """
    found = uow.items.find(command.item_id)
    if found is None or found.merged_into_id is None or found.team_id != command.team_id:
        raise MendableError("These are not joined any more. Nothing was changed.")
    item, into = _lock_both(uow, found.id, standing_item(uow, found).id)
    join = _join_of(uow, item)
    decides = actor_roles(uow, item, command.actor) - {"member", "reporter"}
    is_open = may_see(viewer_of(uow, command.team_id, command.actor), into)
    if not is_open or (join.actor != command.actor and not decides):
        raise MendableError("Only whoever joined them, or their owner, takes them apart. Nothing was changed.")
    uow.items.add(
        Decision(
            team_id=item.team_id,
            item_id=item.id,
            effect=Effect.UNDO.value,
            from_status=item.status,
            to_status=join.from_status,
            actor=command.actor,
            reason=f"It is not the same as {name_of(into)}.",
            detail={},
            gesture_key=command.gesture_key,
            undoes_id=join.id,
            decided_at=now,
        )
    )
    cancel_notices_of(uow, join.id, now=now)
    restore_item(item, join)
    _move_back(uow, item, into, join.detail["moved"])
    _redraw(uow, (item, into), now)
    return Joined(item.id, into.id, name_of(item), name_of(into))


def _join_of(uow: UnitOfWork, item: Item) -> Decision:
    joins = [one for one in uow.items.list_decisions(item.id) if one.effect == Effect.MARK_DUPLICATE]
    standing = [one for one in joins if not uow.items.is_undone(one.id) and "moved" in one.detail]
    if not standing:
        raise MendableError("These are not joined any more. Nothing was changed.")
    return standing[-1]


def _move_back(uow: UnitOfWork, item: Item, into: Item, moved: dict[str, Any]) -> None:
    for report_id, counted_as in moved["reports"]:
        report = uow.items.find_report(report_id)
        if report is not None and report.item_id == into.id:
            report.item = item
            if report.withdrawn_at is None:
                count_report(uow, report, figure_of(counted_as))
    for note in uow.items.list_notes(into.id):
        if note.id in moved["notes"]:
            note.item_id = item.id
    into.tags = [tag for tag in into.tags if tag.tag not in moved["tags"]]
    into.competitors = [one for one in into.competitors if one.competitor_id not in moved["competitors"]]
    item.merged_into_id = None
    if not _live(item):
        item.status = Status.WITHDRAWN.value


def _redraw(uow: UnitOfWork, items: tuple[Item, Item], now: datetime) -> None:
    uow.flush()
    for item in items:
        index_item(uow, item, now=now)
        put_card(uow, item, now=now)
