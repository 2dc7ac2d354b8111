"""Half-filled forms: kept as their fields tell of changes, offered the next time, and gone once the form is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.blocks.drafts import draft_kept
from bot.blocks.modals import CAPTURE_FORMS, FIELD_HOW_KNOWN
from bot.domain.choices import Choice, Filled, is_filled
from bot.domain.text import clean
from bot.domain.words import Kind
from bot.services.capture import Captured, CaptureWords, capture_words, place_that_hides
from bot.services.confirm import AnswerLater, answer_later
from db.models import Draft
from db.unit_of_work import UnitOfWork

TOLD_OF_DRAFTS = "drafts are kept"
# How somebody knows is filled in from the start, so it alone is nothing that anybody typed.
_GIVEN = frozenset({FIELD_HOW_KNOWN})


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """A form tells of a change: all that stands in it now. `told_at` orders what one form tells, by Slack's clock."""

    team_id: str
    slack_user_id: str
    kind: Kind
    view_id: str
    filled: Filled
    told_at: float


@dataclass(frozen=True, slots=True)
class SendForm:
    """A person sends a form; what it holds is captured, and its draft is done with."""

    capture: CaptureWords


@dataclass(frozen=True, slots=True)
class LookUpOpening:
    """A person is about to open a form in this channel."""

    team_id: str
    slack_user_id: str
    kind: Kind
    channel_id: str | None


@dataclass(frozen=True, slots=True)
class Opening:
    """What a form opens with: a draft and its day, if there is one, and whether this place keeps its words anyway."""

    is_private_place: bool
    filled: Filled
    draft_on: date | None


@dataclass(frozen=True, slots=True)
class DropDraft:
    """A person wants an empty form instead of their draft."""

    team_id: str
    slack_user_id: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class CloseForm:
    """A person closed a form without sending it."""

    team_id: str
    slack_user_id: str
    kind: Kind
    channel_id: str | None
    view_id: str


def form_key(view_id: str) -> str:
    """Return the name of the act of sending this form, so that sending it twice has one effect."""
    return f"form:{view_id}"


def save_draft(uow: UnitOfWork, command: SaveDraft, *, now: datetime) -> bool:
    """Keep what stands in a form. What comes late from a form that was sent since, or changed again, revives nothing.

    A form in which nothing stands any more leaves no draft.
    """
    where = (command.team_id, command.slack_user_id, CAPTURE_FORMS[command.kind])
    # What the same person does at once, such as sending the form, is done in turn.
    uow.people.lock(command.team_id, command.slack_user_id)
    if uow.items.find_report_by_gesture(command.team_id, form_key(command.view_id)) is not None:
        return False
    before = uow.drafts.find(*where)
    if before is not None and before.view_id == command.view_id and _told_at(before) > command.told_at:
        return False
    if not has_something(command.filled):
        uow.drafts.drop(*where)
        return False
    fields = {"told_at": command.told_at, "filled": _stored(command.filled)}
    uow.drafts.put(Draft(**_key(where), view_id=command.view_id[:64], fields=fields, changed_at=now))
    return True


def _key(where: tuple[str, str, str]) -> dict[str, Any]:
    return dict(zip(("team_id", "slack_user_id", "form"), where, strict=True))


def _told_at(draft: Draft) -> float:
    return float(draft.fields.get("told_at") or 0)


def has_something(filled: Filled) -> bool:
    """Tell whether a person put anything into these fields."""
    return any(is_filled(values) for field, values in filled.items() if field not in _GIVEN)


def _stored(filled: Filled) -> dict[str, list[list[str]]]:
    return {
        field: [[clean(choice.value), clean(choice.label)] for choice in values]
        for field, values in filled.items()
        if is_filled(values)
    }


def _restored(fields: Mapping[str, Any]) -> Filled:
    stored = fields["filled"].items()
    return {field: tuple(Choice(value, label) for value, label in values) for field, values in stored}


def look_up_opening(uow: UnitOfWork, query: LookUpOpening, *, now: datetime) -> Opening:  # noqa: ARG001
    """Return what a form opens with: the person's draft, if they left one."""
    is_private = place_that_hides(uow, query.team_id, query.channel_id) is not None
    draft = uow.drafts.find(query.team_id, query.slack_user_id, CAPTURE_FORMS[query.kind])
    if draft is None:
        return Opening(is_private, {}, None)
    changed_on = draft.changed_at.astimezone(uow.policy(query.team_id).zone).date()
    return Opening(is_private, _restored(draft.fields), changed_on)


def drop_draft(uow: UnitOfWork, command: DropDraft, *, now: datetime) -> None:  # noqa: ARG001
    """Forget a draft, as its author asked."""
    uow.drafts.drop(command.team_id, command.slack_user_id, CAPTURE_FORMS[command.kind])


def send_form(uow: UnitOfWork, command: SendForm, *, now: datetime) -> Captured:
    """Keep what a form holds, and forget its draft; sent twice, it leaves a draft that was begun since alone."""
    capture = command.capture
    uow.people.lock(capture.team_id, capture.reporter)
    captured = capture_words(uow, capture, now=now)
    if captured.is_new:
        uow.drafts.drop(capture.team_id, capture.reporter, CAPTURE_FORMS[capture.kind])
    return captured


def close_form(uow: UnitOfWork, command: CloseForm, *, now: datetime) -> None:
    """Tell a person, once ever, that a form which they closed left a draft; not where there is nothing in it."""
    draft = uow.drafts.find(command.team_id, command.slack_user_id, CAPTURE_FORMS[command.kind])
    if draft is None or draft.view_id != command.view_id:
        return
    if not uow.people.tell_once(command.team_id, command.slack_user_id, TOLD_OF_DRAFTS, now=now):
        return
    policy = uow.policy(command.team_id)
    message = draft_kept(policy.command_ask if command.kind is Kind.ASK else policy.command_intel)
    answer = AnswerLater(
        command.team_id, command.slack_user_id, command.channel_id, message, f"draft:{command.view_id}"
    )
    answer_later(uow, answer, now=now)
