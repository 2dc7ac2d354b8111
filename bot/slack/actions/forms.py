"""Presses and changes inside the capture forms; they come while the form is open, from its fields and its buttons."""

from collections.abc import Mapping

from bot.blocks import modals
from bot.slack.actions.base import Press, PressHandler
from bot.slack.desk import Desk
from bot.slack.modals import drafting


async def details(desk: Desk, press: Press) -> None:
    """Show all fields of the form."""
    await drafting.add_details(desk, press.gesture)


async def fresh(desk: Desk, press: Press) -> None:
    """Empty the form, and forget its draft."""
    await drafting.start_fresh(desk, press.gesture)


async def changed(desk: Desk, press: Press) -> None:
    """Keep what stands in the form as a draft."""
    await drafting.keep_draft(desk, press.gesture)


HANDLERS: Mapping[str, PressHandler] = {
    modals.ACTION_DETAILS: details,
    modals.ACTION_START_FRESH: fresh,
    modals.ACTION_FIELD: changed,
    modals.ACTION_FIELD_FRESH: changed,
}
