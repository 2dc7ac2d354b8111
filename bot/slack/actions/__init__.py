"""Buttons and menus: one Bolt listener, with a table from action id to what a press does."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.blocks import answers
from bot.domain.errors import MendableError, TemporaryError
from bot.slack.actions import (
    accounts,
    channels,
    clips,
    coaching,
    deciding,
    forms,
    home,
    joining,
    own_report,
    restrict,
    saving,
    shelf_life,
    wants,
)
from bot.slack.actions.base import Press, PressHandler
from bot.slack.desk import Desk, Gesture, read_gesture, sentence_of
from bot.slack.facts import SLACK_FAILURES
from bot.slack.home import is_home, publish_home
from bot.slack.listening import ANYTHING

log = structlog.get_logger(__name__)

FOLDER = (
    home,
    *(own_report, deciding, saving, channels, clips, restrict, joining, accounts, forms),
    *(shelf_life, coaching, wants),
)
HANDLERS: Mapping[str, PressHandler] = {
    action_id: handler for part in FOLDER for action_id, handler in part.HANDLERS.items()
}

# A press is acknowledged in three seconds; drawing Home anew gets what is left of them.
HOME_SECONDS = 1.0

Ack = Callable[..., Awaitable[Any]]


def register(app: AsyncApp, desk: Desk) -> None:
    """Wire one listener for every press."""

    async def on_press(ack: Ack, body: Mapping[str, Any]) -> None:
        await handle_press(desk, body)
        await ack()

    app.block_action(ANYTHING)(on_press)


async def handle_press(desk: Desk, body: Mapping[str, Any]) -> None:
    """Carry out a press by whoever may, judged now and not when the button was drawn; say plainly what went wrong."""
    gesture = read_gesture(body)
    await _press(desk, gesture, body)
    if is_home(body):
        await _draw_home(desk, gesture)


async def _draw_home(desk: Desk, gesture: Gesture) -> None:
    """Show on Home what the press changed; if Slack does not take it now, the next opening does."""
    try:
        client = desk.client_of(gesture.team_id)
        async with asyncio.timeout(HOME_SECONDS):
            await publish_home(desk.transact, client, gesture.team_id, gesture.slack_user_id)
    except SLACK_FAILURES as error:
        log.info("home_not_shown", error=type(error).__name__)


async def _press(desk: Desk, gesture: Gesture, body: Mapping[str, Any]) -> None:
    for action in body.get("actions") or ():
        press = Press(gesture, str(action.get("action_id")), chosen_value(action))
        handler = HANDLERS.get(press.action_id)
        if handler is None:
            log.info("press_ignored", action_id=press.action_id[:60])
            continue
        try:
            if not await desk.is_member(gesture):
                await desk.reply(gesture, answers.say("This is for full members of the workspace only."))
                continue
            await handler(desk, press)
        except (MendableError, TemporaryError) as error:
            await desk.reply(gesture, answers.say(sentence_of(error)))


def chosen_value(action: Mapping[str, Any]) -> str:
    """Return what a press carries: the button's value, or that of the chosen option."""
    option = action.get("selected_option")
    value = option.get("value") if isinstance(option, dict) else action.get("value")
    return value if isinstance(value, str) else ""
