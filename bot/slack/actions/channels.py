"""Presses that set what a channel captures. Whether the presser is a lead is asked when it is pressed."""

from collections.abc import Mapping

from bot.blocks import channels
from bot.services.channels import SetChannel, set_channel
from bot.slack.actions.base import Press, PressHandler
from bot.slack.desk import Desk


async def set_up(desk: Desk, press: Press) -> None:
    """Set the channel as the button says; the message then reads as it stands."""
    command = SetChannel(
        press.gesture.team_id,
        press.value,
        press.gesture.slack_user_id,
        capture=channels.CAPTURES.get(press.action_id),
        kind=channels.KINDS.get(press.action_id),
    )
    await desk.reply(press.gesture, await desk.transact(set_channel, command), replace=True)


HANDLERS: Mapping[str, PressHandler] = dict.fromkeys((*channels.CAPTURES, *channels.KINDS), set_up)
