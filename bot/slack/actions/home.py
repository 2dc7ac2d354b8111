"""Presses on App Home that open a form; what else stands there is pressed as on a card."""

from collections.abc import Mapping

from bot.blocks.home import ACTION_SHARE_ASK, ACTION_SHARE_INTEL
from bot.domain.words import Kind
from bot.slack.actions.base import Press, PressHandler
from bot.slack.desk import Desk
from bot.slack.modals.drafting import open_capture_form

KINDS = {ACTION_SHARE_INTEL: Kind.NUGGET, ACTION_SHARE_ASK: Kind.ASK}


async def share(desk: Desk, press: Press) -> None:
    """Open the form of this kind, as the bare command does."""
    await open_capture_form(desk, press.gesture, KINDS[press.action_id])


HANDLERS: Mapping[str, PressHandler] = dict.fromkeys(KINDS, share)
