"""Following an item to where it was joined to."""

from db.models import Item
from db.unit_of_work import UnitOfWork


def standing_item(uow: UnitOfWork, item: Item) -> Item:
    """Return the item that this one was joined to in the end, or itself; its number leads there for good."""
    while item.merged_into_id is not None:
        into = uow.items.find(item.merged_into_id)
        if into is None:
            break
        item = into
    return item
