"""Shortcuts: one Bolt listener, with a table from callback id to what an entry of a message's menu does."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import structlog
from slack_bolt.async_app import AsyncApp

from bot.blocks import answers
from bot.domain.errors import MendableError, TemporaryError
from bot.slack.desk import Desk, Gesture, read_gesture, sentence_of
from bot.slack.listening import ANYTHING
from bot.slack.shortcuts import save

log = structlog.get_logger(__name__)


class ShortcutHandler(Protocol):
    """Carries out one shortcut and answers the person."""

    async def __call__(self, desk: Desk, gesture: Gesture, /) -> None: ...


HANDLERS: Mapping[str, ShortcutHandler] = {**save.HANDLERS}

Ack = Callable[..., Awaitable[Any]]


def register(app: AsyncApp, desk: Desk) -> None:
    """Wire one listener for every shortcut."""

    async def on_shortcut(ack: Ack, body: Mapping[str, Any]) -> None:
        await handle_shortcut(desk, body)
        await ack()

    app.shortcut(ANYTHING)(on_shortcut)


async def handle_shortcut(desk: Desk, body: Mapping[str, Any]) -> None:
    """Carry out a shortcut; what goes wrong is said plainly, and the message stands where it stood."""
    gesture = read_gesture(body)
    handler = HANDLERS.get(str(body.get("callback_id")))
    if handler is None or body.get("type") != "message_action":
        log.info("shortcut_ignored", callback_id=str(body.get("callback_id"))[:60])
        return
    try:
        await handler(desk, gesture)
    except (MendableError, TemporaryError, TimeoutError) as error:
        await desk.reply(gesture, answers.say(sentence_of(error)))


__all__ = ["HANDLERS", "handle_shortcut", "register"]
