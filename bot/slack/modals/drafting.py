"""The capture forms while they are open: opened with a draft, drawn with more fields, told of changes, and closed."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import structlog

from bot.blocks import modals
from bot.blocks.modals import CaptureDrawing, capture_form
from bot.domain.errors import MendableError, TemporaryError
from bot.domain.words import Kind
from bot.services.drafts import (
    CloseForm,
    DropDraft,
    LookUpOpening,
    SaveDraft,
    close_form,
    drop_draft,
    look_up_opening,
    save_draft,
)
from bot.slack.desk import Desk, Gesture, read_gesture
from bot.slack.modals.base import SentForm, read_form

log = structlog.get_logger(__name__)

KIND_OF: Mapping[str, Kind] = {callback_id: kind for kind, callback_id in modals.CAPTURE_FORMS.items()}

PRIVATE, DRAFT_ON = "private", "draft_on"
"""What a form carries of how it was opened, so that it can be drawn anew: whether the place is private, and the day of
its draft."""


async def open_capture_form(desk: Desk, gesture: Gesture, kind: Kind) -> None:
    """Open the form of a bare command; a draft that was left is in it, with all the fields that it fills."""
    query = LookUpOpening(gesture.team_id, gesture.slack_user_id, kind, gesture.channel_id)
    opening = await desk.transact.read(look_up_opening, query)
    about: dict[str, Any] = {"channel": gesture.channel_id}
    about |= {PRIVATE: True} if opening.is_private_place else {}
    about |= {DRAFT_ON: opening.draft_on.isoformat()} if opening.draft_on else {}
    drawing = CaptureDrawing(
        opening.filled,
        has_details=bool(modals.detail_fields(kind) & opening.filled.keys()),
        draft_on=opening.draft_on,
        left_out=_left_out(about),
    )
    await desk.open_form(gesture, capture_form(kind, drawing, private_metadata=json.dumps(about)))


def _left_out(about: Mapping[str, Any]) -> frozenset[str]:
    """A private place keeps its words to itself, so there is nothing to restrict."""
    return frozenset({modals.FIELD_RESTRICTED} if about.get(PRIVATE) else ())


async def add_details(desk: Desk, gesture: Gesture) -> None:
    """Show all fields; what was typed stays, and is kept as a draft at this occasion."""
    form = read_form(gesture, gesture.body)
    kind = KIND_OF.get(form.callback_id)
    if kind is None:
        return
    drawing = CaptureDrawing(
        form.filled,
        has_details=True,
        draft_on=_draft_on(form.about),
        left_out=_left_out(form.about),
        action_id=_action_id(gesture),
    )
    view = capture_form(kind, drawing, private_metadata=json.dumps(dict(form.about)))
    await desk.update_form(gesture, _shown_view(gesture), view)
    await keep_draft(desk, gesture)


async def start_fresh(desk: Desk, gesture: Gesture) -> None:
    """Forget the draft and draw the form empty."""
    form = read_form(gesture, gesture.body)
    kind = KIND_OF.get(form.callback_id)
    if kind is None:
        return
    about = {key: value for key, value in form.about.items() if key != DRAFT_ON}
    await desk.transact(drop_draft, DropDraft(gesture.team_id, gesture.slack_user_id, kind))
    drawing = CaptureDrawing(left_out=_left_out(about), action_id=modals.ACTION_FIELD_FRESH)
    await desk.update_form(
        gesture, _shown_view(gesture), capture_form(kind, drawing, private_metadata=json.dumps(about))
    )


async def keep_draft(desk: Desk, gesture: Gesture) -> None:
    """Keep what stands in the form. If that fails nobody is told: the form itself still holds it all."""
    form = read_form(gesture, gesture.body)
    kind = KIND_OF.get(form.callback_id)
    if kind is None:
        return
    command = SaveDraft(gesture.team_id, gesture.slack_user_id, kind, form.view_id, form.filled, _told_at(gesture.body))
    try:
        await desk.transact(save_draft, command)
    except TemporaryError as error:
        log.warning("draft_not_kept", error=type(error).__name__)


async def closed(desk: Desk, body: Mapping[str, Any]) -> None:
    """Tell whoever closed a form that its draft is kept, the first time that this happens to them."""
    form = read_form(read_gesture(body), body)
    kind = KIND_OF.get(form.callback_id)
    if kind is None:
        return
    gesture = form.gesture
    command = CloseForm(gesture.team_id, gesture.slack_user_id, kind, form.channel_id, form.view_id)
    try:
        if await desk.is_member(gesture):
            await desk.transact(close_form, command)
    except (MendableError, TemporaryError) as error:
        log.warning("closing_not_answered", error=type(error).__name__)


def _shown_view(gesture: Gesture) -> str:
    view = gesture.body.get("view")
    return str(view.get("id") or "") if isinstance(view, dict) else ""


def _action_id(gesture: Gesture) -> str:
    """Return the action id that the fields of the open form have, so that what was typed in them stays."""
    view = gesture.body.get("view")
    blocks = view.get("blocks") if isinstance(view, dict) else None
    elements = [block.get("element") or {} for block in blocks or () if isinstance(block, dict)]
    is_fresh = any(element.get("action_id") == modals.ACTION_FIELD_FRESH for element in elements)
    return modals.ACTION_FIELD_FRESH if is_fresh else modals.ACTION_FIELD


def _draft_on(about: Mapping[str, Any]) -> date | None:
    try:
        return date.fromisoformat(str(about.get(DRAFT_ON)))
    except ValueError:
        return None


def _told_at(body: Mapping[str, Any]) -> float:
    """Return when Slack says that the change was made; 0 where it does not say."""
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    try:
        return float(str(first.get("action_ts")))
    except ValueError:
        return 0.0


__all__ = ["SentForm", "add_details", "closed", "keep_draft", "open_capture_form", "start_fresh"]
