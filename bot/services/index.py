"""Keeping what can be found of an item equal to what was said of it."""

from datetime import datetime

from bot.domain.visibility import scope_tokens
from bot.services.guards import Guard
from db.models import Item
from db.unit_of_work import UnitOfWork


def index_item(uow: UnitOfWork, item: Item, *, now: datetime) -> None:
    """Write the item's search entry anew from its reports and notes, or remove it when no report is left."""
    live = [report for report in item.reports if report.withdrawn_at is None]
    if not live:
        uow.search.remove(item.id)
        return
    notes = uow.items.list_notes(item.id)
    parts = [report.words for report in live]
    parts += [report.wanted for report in live if report.wanted]
    parts += [report.account_words for report in live if report.account_words]
    parts += [note.words for note in notes]
    parts += [f"#{tag.tag}" for tag in item.tags]
    uow.search.put(item, "\n".join(parts), scope_tokens(Guard.of(item)), now=now)
