"""Wiring Bolt: few listeners with our own tables behind them, since Bolt pays for each listener that it tries."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import actions, commands, modals, shortcuts, suggestions
from bot.slack.desk import Desk
from bot.slack.listening import ANYTHING

log = structlog.get_logger(__name__)

Authorize = Callable[..., Awaitable[AuthorizeResult]]


def build_app(desk: Desk, client: AsyncWebClient, authorize: Authorize) -> AsyncApp:
    """Build the Bolt app. Its listeners run before the answer goes out, so each has to be done in milliseconds.

    The signature was checked by the front door, on the raw bytes and before anything was parsed, so Bolt does not
    check it again; events never get here.
    """
    app = AsyncApp(
        client=client,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=True,
        attaching_function_token_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    for register in (
        commands.register,
        actions.register,
        modals.register,
        shortcuts.register,
        suggestions.register,
    ):
        register(app, desk)
    _answer_everything_else(app)
    app.error(_on_error)
    return app


def _answer_everything_else(app: AsyncApp) -> None:
    """Acknowledge what nobody handles, so that people see no error for a gesture that has no meaning here."""

    async def ignore(ack: Callable[..., Awaitable[Any]], body: Mapping[str, Any]) -> None:
        log.info("gesture_ignored", type=str(body.get("type") or "command")[:40])
        await ack()

    app.event(ANYTHING)(ignore)


async def _on_error(error: Exception, context: AsyncBoltContext) -> BoltResponse:
    if isinstance(error, BoltUnhandledRequestError):
        # A shape that no listener of Bolt's matches, such as a form without a callback id; Slack gets no 404 for it.
        log.info("gesture_ignored", type=str(error.body.get("type") or "command")[:40])
        return BoltResponse(status=200, body="")
    # Its text may hold what people wrote, so the log says only what it was and where.
    log.error("listener_failed", exc_info=error, team_id=context.team_id)
    return BoltResponse(status=500, body="")
