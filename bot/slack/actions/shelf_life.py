"""Presses that say whether a nugget still holds; every full member may."""

from collections.abc import Mapping

from bot.blocks import shelf_life
from bot.services.confirm_nugget import SayWhetherTrue, confirm_nugget, doubt_nugget
from bot.slack.actions.base import Press, PressHandler
from bot.slack.desk import Desk


async def confirm(desk: Desk, press: Press) -> None:
    """Record that it is still true."""
    await desk.reply(press.gesture, await desk.transact(confirm_nugget, _said(press)))


async def doubt(desk: Desk, press: Press) -> None:
    """Record that it no longer is."""
    await desk.reply(press.gesture, await desk.transact(doubt_nugget, _said(press)))


def _said(press: Press) -> SayWhetherTrue:
    gesture = press.gesture
    key = f"press:{gesture.trigger_id}:{press.action_id}"
    return SayWhetherTrue(gesture.team_id, press.number, gesture.slack_user_id, key)


HANDLERS: Mapping[str, PressHandler] = {
    shelf_life.ACTION_STILL_TRUE: confirm,
    shelf_life.ACTION_NO_LONGER_TRUE: doubt,
}
