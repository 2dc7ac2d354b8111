"""Presses that restrict an item, or open it again. Who may is asked when it is pressed."""

from collections.abc import Mapping

from bot.blocks import restrict as blocks
from bot.services.restrict import RestrictItem, open_item, restrict_item
from bot.slack.actions.base import Press, PressHandler
from bot.slack.desk import Desk


async def restrict(desk: Desk, press: Press) -> None:
    """Keep the text of an item for few people only."""
    command = RestrictItem(press.gesture.team_id, press.number, press.gesture.slack_user_id)
    item = await desk.transact(restrict_item, command)
    await desk.reply(press.gesture, blocks.restricted(item), replace=True)


async def unrestrict(desk: Desk, press: Press) -> None:
    """Open the text of an item to everyone at work."""
    command = RestrictItem(press.gesture.team_id, press.number, press.gesture.slack_user_id)
    item = await desk.transact(open_item, command)
    await desk.reply(press.gesture, blocks.opened(item), replace=True)


HANDLERS: Mapping[str, PressHandler] = {blocks.ACTION_RESTRICT: restrict, blocks.ACTION_UNRESTRICT: unrestrict}
