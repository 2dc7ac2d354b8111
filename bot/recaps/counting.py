"""What counts in every section, written once so that all figures agree."""

from sqlalchemy import ColumnElement

from bot.domain.words import Status
from bot.recaps.window import Window
from db.models import Item

# What was taken back or set aside as noise is no contribution and no question; a duplicate counts where it went.
NOT_COUNTED = (Status.WITHDRAWN.value, Status.NOISE.value, Status.DUPLICATE.value)


def counts(team_id: str) -> ColumnElement[bool]:
    """Return the condition for items that count at all."""
    return (Item.team_id == team_id) & Item.status.not_in(NOT_COUNTED)


def in_month(window: Window) -> ColumnElement[bool]:
    """Return the condition for items that came in during the month."""
    return (Item.created_at >= window.begins_at) & (Item.created_at < window.ends_at)
