"""Presses that decide: on the card, and in the private menu of answers. Rights are checked when it is pressed."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.blocks import answers, card, notices
from bot.blocks.modals import View, decline_form, noise_form, not_now_form
from bot.blocks.modals.decisions import already_possible_form, duplicate_form, needs_info_form
from bot.domain.views import ItemView
from bot.domain.words import Effect
from bot.services.decide import ApplyEffect, MayDecide, apply_effect, check_may
from bot.services.look_up import ReadItem, read_item
from bot.slack.actions.base import Press, PressHandler
from bot.slack.desk import Desk
from bot.slack.modals.decision import PROPOSED_LOOK, today_at

EFFECTS: Mapping[str, Effect] = {
    card.ACTION_SEE: Effect.SEE,
    card.ACTION_ACCEPT: Effect.ACCEPT,
    card.ACTION_VERIFY: Effect.VERIFY,
    card.ACTION_PLAN: Effect.PLAN,
    card.ACTION_SHIP: Effect.SHIP,
    card.ACTION_OUTDATE: Effect.OUTDATE,
    notices.ACTION_LOOK_AGAIN: Effect.REOPEN,
    notices.ACTION_OPEN_AGAIN: Effect.REOPEN,
}

DONE: Mapping[str, str] = {
    notices.ACTION_LOOK_AGAIN: "Sent back. Its owner looks at it again.",
    notices.ACTION_OPEN_AGAIN: "It is open again, and waits for your answer.",
}


async def decide(desk: Desk, press: Press) -> None:
    """Apply the effect that the button stands for; the card shows it, so only a refusal is answered."""
    command = ApplyEffect(
        team_id=press.gesture.team_id,
        item_id=press.number,
        effect=EFFECTS[press.action_id],
        actor=press.gesture.slack_user_id,
        gesture_key=f"press:{press.gesture.trigger_id}:{press.action_id}",
    )
    decided = await desk.transact(apply_effect, command)
    if decided.refusal is not None:
        await desk.reply(press.gesture, answers.say(decided.refusal.sentence))
    elif press.action_id in DONE:
        await desk.reply(press.gesture, answers.say(DONE[press.action_id]))


async def offer_answers(desk: Desk, press: Press) -> None:
    """Show whoever may answer the private menu of answers."""
    item = await _may(desk, press, Effect.DECLINE)
    if item is not None:
        await desk.reply(press.gesture, answers.answer_in_words_offer(item))


async def _may(desk: Desk, press: Press, effect: Effect) -> ItemView | None:
    """Return the item if this person may have this effect on it now; otherwise tell them why not."""
    gesture = press.gesture
    query = MayDecide(gesture.team_id, press.number, effect, gesture.slack_user_id)
    refusal = await desk.transact.read(check_may, query)
    if refusal is not None:
        await desk.reply(gesture, answers.say(refusal.sentence))
        return None
    return await desk.transact.read(read_item, ReadItem(gesture.team_id, gesture.slack_user_id, press.number))


def _about(press: Press, item: ItemView) -> str:
    about: dict[str, Any] = {"item": press.number, "channel": press.gesture.channel_id, "name": item.name}
    container = press.gesture.body.get("container")
    if isinstance(container, dict) and container.get("is_ephemeral") and press.gesture.response_url:
        # The private menu says that nothing has happened yet; once the form is sent, something has.
        about["offer"] = press.gesture.response_url
    return json.dumps(about)


async def decline(desk: Desk, press: Press) -> None:
    """Open the form for a no in own words."""
    item = await _may(desk, press, Effect.DECLINE)
    if item is not None:
        await desk.open_form(press.gesture, decline_form(item, private_metadata=_about(press, item)))


async def not_now(desk: Desk, press: Press) -> None:
    """Open the form for a not now with its date."""
    item = await _may(desk, press, Effect.ANSWER_NOT_NOW)
    if item is not None:
        look_again = today_at(desk, press.gesture.team_id) + timedelta(days=PROPOSED_LOOK)
        form = not_now_form(item, look_again=look_again, private_metadata=_about(press, item))
        await desk.open_form(press.gesture, form)


async def open_answer(desk: Desk, press: Press) -> None:
    """Open the form for an answer that is words alone."""
    effect, draw = FORMS[press.action_id]
    item = await _may(desk, press, effect)
    if item is not None:
        await desk.open_form(press.gesture, draw(item, private_metadata=_about(press, item)))


FORMS: Mapping[str, tuple[Effect, Callable[..., View]]] = {
    answers.ACTION_NEEDS_INFO: (Effect.ASK_FOR_INFO, needs_info_form),
    answers.ACTION_ALREADY_POSSIBLE: (Effect.ANSWER_ALREADY_POSSIBLE, already_possible_form),
    answers.ACTION_DUPLICATE: (Effect.MARK_DUPLICATE, duplicate_form),
}


async def noise(desk: Desk, press: Press) -> None:
    """Open the form with the four reasons for noise."""
    item = await _may(desk, press, Effect.MARK_NOISE)
    if item is not None:
        await desk.open_form(press.gesture, noise_form(item, private_metadata=_about(press, item)))


HANDLERS: Mapping[str, PressHandler] = {
    **dict.fromkeys(EFFECTS, decide),
    card.ACTION_ANSWER: offer_answers,
    card.ACTION_DECLINE: decline,
    card.ACTION_NOISE: noise,
    answers.ACTION_NOT_NOW: not_now,
    answers.ACTION_DECLINE: decline,
    **dict.fromkeys(FORMS, open_answer),
}
