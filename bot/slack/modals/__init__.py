"""Sent forms: one Bolt listener, with a table from callback id to what a form does."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.blocks import modals
from bot.blocks.clips import CLIP_LINE
from bot.blocks.coaching import COACHING
from bot.blocks.modals import decisions
from bot.blocks.modals.me_too import ME_TOO
from bot.blocks.wants import TELL_WANT
from bot.domain.errors import FieldError, MendableError, TemporaryError
from bot.slack.desk import Desk, read_gesture
from bot.slack.listening import ANYTHING
from bot.slack.modals import capture, clips, coaching, decision, drafting, me_too, wants
from bot.slack.modals.base import FieldErrors, FormHandler, SentForm, read_form

log = structlog.get_logger(__name__)

HANDLERS: Mapping[str, FormHandler] = {
    modals.CAPTURE_INTEL: capture.submit,
    modals.CAPTURE_ASK: capture.submit,
    modals.EDIT_WORDS: capture.submit_edit,
    modals.DECLINE: decision.submit_decline,
    modals.NOT_NOW: decision.submit_not_now,
    modals.NOISE: decision.submit_noise,
    decisions.NEEDS_INFO: decision.submit_needs_info,
    decisions.ALREADY_POSSIBLE: decision.submit_already_possible,
    decisions.DUPLICATE: decision.submit_duplicate,
    ME_TOO: me_too.submit,
    CLIP_LINE: clips.submit_line,
    COACHING: coaching.submit,
    TELL_WANT: wants.submit,
}

Ack = Callable[..., Awaitable[Any]]


def register(app: AsyncApp, desk: Desk) -> None:
    """Wire one listener for every sent form, and one for every closed one."""

    async def on_sent(ack: Ack, body: Mapping[str, Any]) -> None:
        errors = await handle_form(desk, body)
        if errors:
            await ack(response_action="errors", errors=dict(errors))
        else:
            await ack()

    async def on_closed(ack: Ack, body: Mapping[str, Any]) -> None:
        await drafting.closed(desk, body)
        await ack()

    app.view_submission(ANYTHING)(on_sent)
    app.view_closed(ANYTHING)(on_closed)


async def handle_form(desk: Desk, body: Mapping[str, Any]) -> FieldErrors:
    """Carry out a sent form; what went wrong comes back beside a field, so that the form keeps what was typed."""
    form = read_form(read_gesture(body), body)
    handler = HANDLERS.get(form.callback_id)
    if handler is None:
        log.info("form_ignored", callback_id=form.callback_id[:60])
        return {}
    try:
        if not await desk.is_member(form.gesture):
            return form.at_first_field("This is for full members of the workspace only. Nothing was saved.")
        return await handler(desk, form)
    except FieldError as error:
        return {error.field: str(error)}
    except MendableError as error:
        return form.at_first_field(str(error))
    except TemporaryError:
        return form.at_first_field("This could not be saved just now. Your words are still here; please send again.")


__all__ = ["HANDLERS", "SentForm", "handle_form", "register"]
