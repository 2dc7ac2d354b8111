"""The public card of an item: posted once to its home channel, and kept equal to the item."""

from dataclasses import replace
from datetime import datetime

from bot.blocks.card import card
from bot.blocks.message import Message
from bot.domain.words import Kind, Privacy
from bot.services.announce import Address, change_message, post
from bot.services.item_views import item_view
from db.models import Item
from db.unit_of_work import UnitOfWork


def put_card(uow: UnitOfWork, item: Item, *, now: datetime) -> None:
    """Post the card if the item may be read at work and has a home, or bring the posted card up to date.

    Nothing with content goes to a channel that people of other companies share. What was imported stays quiet for good:
    it has no card, also when someone decides on it later; it is found, counted and answered like everything else.
    """
    if item.card_outbox_id is not None:
        posted = uow.outbox.lock(item.card_outbox_id)
        if posted is not None:
            change_message(uow, posted, _drawn_for(uow, item, posted.channel_id, now), now=now)
        return
    channel_id = None if item.is_quiet else _home_of(uow, item)
    if channel_id is None or item.privacy != Privacy.WORKSPACE:
        return
    entry = post(
        uow,
        Address(item.team_id, channel_id),
        card(item_view(uow, item, now=now)),
        purpose="card",
        key=f"card:{item.id}",
        now=now,
        item_id=item.id,
    )
    item.card_outbox_id = entry.id


def _drawn_for(uow: UnitOfWork, item: Item, channel_id: str, now: datetime) -> Message:
    """Return the card as it may be read where it stands; the channel may have come to be shared since it was posted."""
    view, channel = item_view(uow, item, now=now), uow.people.find_channel(item.team_id, channel_id)
    is_shared = channel is not None and channel.is_externally_shared
    return card(replace(view, privacy=Privacy.RESTRICTED) if is_shared else view)


def _home_of(uow: UnitOfWork, item: Item) -> str | None:
    area = uow.catalogue.find_area_by_id(item.area_id)
    named = area.channel_id if area else None
    channel_id = named or uow.policy(item.team_id).channels.home_of(Kind(item.kind))
    if channel_id is None:
        return None
    channel = uow.people.find_channel(item.team_id, channel_id)
    return None if channel is not None and channel.is_externally_shared else channel_id
