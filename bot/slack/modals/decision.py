"""The forms whose words make a decision: decline, not now, and the reason for noise."""

from datetime import date, timedelta
from typing import Any

from bot.blocks import answers, modals
from bot.blocks.modals.decisions import FIELD_OTHER_ITEM
from bot.domain.command_line import item_name
from bot.domain.errors import MendableError
from bot.domain.text import is_blank
from bot.domain.words import Effect, NoiseReason
from bot.services.decide import ApplyEffect, apply_effect
from bot.services.join import JoinItems, join_items
from bot.services.look_up import FindItem, find_item
from bot.slack.desk import Desk
from bot.slack.modals.base import FieldErrors, SentForm

# "At most two quarters" (product: Status, not now), in days.
LATEST_LOOK = 184
# What the form proposes: a quarter on, the same day of the week.
PROPOSED_LOOK = 91


async def submit_decline(desk: Desk, form: SentForm) -> FieldErrors:
    """Record a no with its own words."""
    reason = form.field(modals.FIELD_REASON)
    if is_blank(reason):
        return {modals.FIELD_REASON: "A no needs its own words. Those who asked will read them."}
    instead = form.field(modals.FIELD_INSTEAD)
    return await _decide(desk, form, Effect.DECLINE, reason, detail={"instead": instead} if instead else {})


def today_at(desk: Desk, team_id: str) -> date:
    """Return the day it is in the workspace's zone."""
    return desk.now().astimezone(desk.policy_of(team_id).zone).date()


async def submit_not_now(desk: Desk, form: SentForm) -> FieldErrors:
    """Record a not now with the day on which its author looks again."""
    reason = form.field(modals.FIELD_REASON)
    if is_blank(reason):
        return {modals.FIELD_REASON: "Say what comes first. Those who asked will read it."}
    chosen = form.field(modals.FIELD_LOOK_AGAIN)
    today = today_at(desk, form.gesture.team_id)
    look_again = date.fromisoformat(chosen) if chosen else None
    if look_again is None or not today < look_again <= today + timedelta(days=LATEST_LOOK):
        latest = (today + timedelta(days=LATEST_LOOK)).isoformat()
        return {modals.FIELD_LOOK_AGAIN: f"Choose a day after today and not after {latest}."}
    condition = form.field(modals.FIELD_CONDITION)
    detail = {"condition": condition} if condition else {}
    return await _decide(desk, form, Effect.ANSWER_NOT_NOW, reason, look_again_on=look_again, detail=detail)


async def submit_needs_info(desk: Desk, form: SentForm) -> FieldErrors:
    """Ask whoever reported it one question."""
    reason = form.field(modals.FIELD_REASON)
    if is_blank(reason):
        return {modals.FIELD_REASON: "Write the question. Those who reported it will read it."}
    return await _decide(desk, form, Effect.ASK_FOR_INFO, reason, detail={})


async def submit_already_possible(desk: Desk, form: SentForm) -> FieldErrors:
    """Say how it is done today."""
    reason = form.field(modals.FIELD_REASON)
    if is_blank(reason):
        return {modals.FIELD_REASON: "Say how it is done. Those who asked will try it."}
    return await _decide(desk, form, Effect.ANSWER_ALREADY_POSSIBLE, reason, detail={})


async def submit_duplicate(desk: Desk, form: SentForm) -> FieldErrors:
    """Join the item to another, by the name that was typed."""
    named = item_name(form.field(FIELD_OTHER_ITEM).strip())
    if named is None:
        return {FIELD_OTHER_ITEM: "Write the name of the other item, such as A-7."}
    gesture = form.gesture
    query = FindItem(gesture.team_id, gesture.slack_user_id, *named)
    other = await desk.transact.read(find_item, query)
    if other is None:
        return {FIELD_OTHER_ITEM: "There is no such item that you can see."}
    command = JoinItems(
        team_id=gesture.team_id,
        item_id=form.number("item"),
        into_id=other.item_id,
        actor=gesture.slack_user_id,
        gesture_key=f"form:{form.view_id}",
        reason=form.field(modals.FIELD_REASON),
    )
    try:
        await desk.transact(join_items, command)
    except MendableError as error:
        return {FIELD_OTHER_ITEM: str(error)}
    _replace_offer(desk, form)
    return {}


async def submit_noise(desk: Desk, form: SentForm) -> FieldErrors:
    """Set something aside as noise, for one of the four reasons."""
    chosen = form.field(modals.FIELD_NOISE_REASON)
    if chosen not in list(NoiseReason):
        return {modals.FIELD_NOISE_REASON: "Choose one of the four reasons."}
    return await _decide(desk, form, Effect.MARK_NOISE, chosen, detail={"noise_reason": chosen})


async def _decide(
    desk: Desk,
    form: SentForm,
    effect: Effect,
    reason: str,
    *,
    look_again_on: date | None = None,
    detail: dict[str, Any],
) -> FieldErrors:
    """Apply the decision as things stand now; a refusal comes back beside the words, which stay in the form."""
    decided = await desk.transact(
        apply_effect,
        ApplyEffect(
            team_id=form.gesture.team_id,
            item_id=form.number("item"),
            effect=effect,
            actor=form.gesture.slack_user_id,
            gesture_key=f"form:{form.view_id}",
            reason=reason,
            look_again_on=look_again_on,
            detail=detail,
        ),
    )
    if decided.refusal:
        return form.at_first_field(decided.refusal.sentence)
    _replace_offer(desk, form)
    return {}


def _replace_offer(desk: Desk, form: SentForm) -> None:
    """Put what was done in the place of the private menu, which said that nothing had happened yet."""
    offer, name = form.about.get("offer"), form.about.get("name")
    if isinstance(offer, str) and isinstance(name, str):
        desk.replace_afterwards(offer, answers.answer_recorded(name))
