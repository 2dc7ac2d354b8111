"""Menus that are filled while somebody types: one Bolt listener, answered from what is stored."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.blocks.modals import menu_options
from bot.domain.errors import TemporaryError
from bot.services.people import is_ours
from bot.services.suggest import Offered, Suggest, suggest
from bot.slack.desk import Desk, read_gesture
from bot.slack.listening import ANYTHING

log = structlog.get_logger(__name__)

Ack = Callable[..., Awaitable[Any]]


def register(app: AsyncApp, desk: Desk) -> None:
    """Wire one listener for every menu that asks what to offer."""

    async def on_typed(ack: Ack, body: Mapping[str, Any]) -> None:
        offered = await offer(desk, body)
        await ack(options=menu_options(offered.known, offered.new))

    app.options(ANYTHING)(on_typed)


async def offer(desk: Desk, body: Mapping[str, Any]) -> Offered:
    """Return what fits the typed letters. It is asked with each of them, so Slack is never asked back here.

    Who is unknown, or when the database is away, is offered nothing; the rest of the form is not touched by that.
    """
    gesture = read_gesture(body)
    typed, field = body.get("value"), body.get("block_id")
    query = Suggest(
        gesture.team_id,
        gesture.slack_user_id,
        field if isinstance(field, str) else "",
        typed if isinstance(typed, str) else "",
    )
    try:
        if await desk.transact.read(is_ours, gesture.team_id):
            return await desk.transact.read(suggest, query)
    except TemporaryError as error:
        log.warning("nothing_suggested", error=type(error).__name__)
    return Offered()
