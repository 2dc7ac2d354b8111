"""Restricting an item: its text is for its owner, its leads and its reporters alone, wherever it was shown before."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import MendableError
from bot.domain.views import ItemView
from bot.domain.visibility import LEADS_OF, RESTRICTED_TAG
from bot.domain.words import Kind, Privacy, Status
from bot.services.cards import put_card
from bot.services.guards import may_see
from bot.services.index import index_item
from bot.services.item_views import item_view, may_see_deals
from bot.services.merged import standing_item
from bot.services.people import roles_of, viewer_of
from bot.services.wants import hide_answer
from db.models import Item
from db.unit_of_work import UnitOfWork

GONE = "This item is gone, or it is not open to you. Nothing was changed."
NOT_YOURS = "An item is restricted, and opened, by whoever reported it, its owner or a lead. Nothing was changed."
OF_A_PLACE = "It is open to the members of its private channel only, and stays so. Nothing was changed."


@dataclass(frozen=True, slots=True)
class RestrictItem:
    """Someone wants the text of an item for few people only, or open to everyone at work again."""

    team_id: str
    item_id: int
    actor: str


def may_restrict(uow: UnitOfWork, query: RestrictItem, *, now: datetime) -> bool:  # noqa: ARG001
    """Tell whether this person may restrict the item, or open it again."""
    item = uow.items.find(query.item_id)
    is_open = item is not None and item.team_id == query.team_id and item.privacy != Privacy.PLACE
    return item is not None and is_open and item.status != Status.WITHDRAWN and _may(uow, item, query.actor)


def _may(uow: UnitOfWork, item: Item, actor: str) -> bool:
    if not may_see(viewer_of(uow, item.team_id, actor), item):
        return False
    reporters = {report.reporter for report in item.reports if report.withdrawn_at is None}
    return actor in reporters | {item.owner} or bool(roles_of(uow, item.team_id, actor) & LEADS_OF[Kind(item.kind)])


def restrict_item(uow: UnitOfWork, command: RestrictItem, *, now: datetime) -> ItemView:
    """Restrict an item and return it as the actor reads it; raises `MendableError` where that may not be."""
    item = _item_for(uow, command)
    _set_privacy(uow, item, Privacy.RESTRICTED, now)
    return _seen_by(uow, item, command.actor)


def open_item(uow: UnitOfWork, command: RestrictItem, *, now: datetime) -> ItemView:
    """Open a restricted item to everyone at work; raises `MendableError` where that may not be."""
    item = _item_for(uow, command)
    _set_privacy(uow, item, Privacy.WORKSPACE, now)
    return _seen_by(uow, item, command.actor)


def _item_for(uow: UnitOfWork, command: RestrictItem) -> Item:
    found = uow.items.find(command.item_id)
    item = uow.items.lock(standing_item(uow, found).id) if found is not None else None
    if item is None or item.team_id != command.team_id or item.status == Status.WITHDRAWN:
        raise MendableError(GONE)
    if not may_see(viewer_of(uow, command.team_id, command.actor), item):
        raise MendableError(GONE)
    if item.privacy == Privacy.PLACE:
        raise MendableError(OF_A_PLACE)
    if not _may(uow, item, command.actor):
        raise MendableError(NOT_YOURS)
    return item


def heed_tag(uow: UnitOfWork, item: Item, tags: tuple[str, ...], *, now: datetime) -> None:
    """Restrict an item whose words were edited to say so. Taking the tag out again opens nothing by itself."""
    if RESTRICTED_TAG in tags and item.privacy == Privacy.WORKSPACE:
        _set_privacy(uow, item, Privacy.RESTRICTED, now)


def _set_privacy(uow: UnitOfWork, item: Item, privacy: Privacy, now: datetime) -> None:
    """Change who reads an item, and what was joined to it: taken apart again, each has words of its own."""
    if item.privacy == privacy:
        return
    merged = (uow.items.lock(item_id) for item_id in uow.items.list_merged(item.id))
    for one in [item, *(found for found in merged if found is not None)]:
        one.privacy = privacy.value
        uow.flush()
        index_item(uow, one, now=now)
        if privacy is Privacy.RESTRICTED:
            uow.outbox.empty_payloads(one.id)
            hide_answer(uow, one, now=now)
        put_card(uow, one, now=now)


def _seen_by(uow: UnitOfWork, item: Item, actor: str) -> ItemView:
    return item_view(uow, item, with_deal=may_see_deals(uow, item, actor))
