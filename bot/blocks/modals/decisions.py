"""The forms whose words make a decision."""

from datetime import date

from bot.blocks.message import Block
from bot.blocks.modals.fields import (
    ACTION_FIELD,
    FIELD_CONDITION,
    FIELD_INSTEAD,
    FIELD_LOOK_AGAIN,
    FIELD_NOISE_REASON,
    FIELD_REASON,
    LONGEST_REASON,
    View,
    field_of,
    modal,
    typed,
)
from bot.blocks.notices import bar_lines
from bot.blocks.parts import LONGEST_QUOTE, Part, context, line, plain, quote, rich
from bot.domain.views import ItemView
from bot.domain.words import NoiseReason

DECLINE = "decline"
NOT_NOW = "not_now"
NOISE = "noise"
NEEDS_INFO = "needs_info"
ALREADY_POSSIBLE = "already_possible"
DUPLICATE = "duplicate"
"""The callback ids of the forms."""

FIELD_OTHER_ITEM = "other_item"


def decline_form(item: ItemView, *, private_metadata: str = "") -> View:
    """Return the form for a no in own words, with the bar of the item's area in view."""
    bar = bar_lines(item.bar)
    hint = "Everyone who reported it reads this, with your name."
    fields = [
        field_of(FIELD_REASON, "Why not?", typed(LONGEST_REASON, multiline=True), hint=hint),
        field_of(FIELD_INSTEAD, "You can do today", typed(500, multiline=True), optional=True),
    ]
    return modal(
        DECLINE,
        f"Decline {item.name}",
        "Send",
        [*_about(item), *([context(*bar)] if bar else []), *fields],
        private_metadata,
    )


def not_now_form(item: ItemView, *, look_again: date | None = None, private_metadata: str = "") -> View:
    """Return the form for a not now: why, and the day to look again, with one that is proposed."""
    hint = "At most two quarters from today."
    picker: Part = {"type": "datepicker", "action_id": ACTION_FIELD}
    if look_again:
        picker["initial_date"] = look_again.isoformat()
    fields = [
        field_of(FIELD_REASON, "What comes first?", typed(LONGEST_REASON, multiline=True)),
        field_of(FIELD_LOOK_AGAIN, "Look again on", picker, hint=hint),
        field_of(FIELD_CONDITION, "Or sooner if", typed(300), optional=True),
    ]
    return modal(NOT_NOW, f"Not now: {item.name}", "Send", [*_about(item), *fields], private_metadata)


def needs_info_form(item: ItemView, *, private_metadata: str = "") -> View:
    """Return the form for one question to whoever reported it; the clock stands still until they answer."""
    hint = "One question. Its clock stands still until it is answered, ten business days at most."
    field = field_of(FIELD_REASON, "What do you need to know?", typed(LONGEST_REASON, multiline=True), hint=hint)
    return modal(NEEDS_INFO, f"Ask about {item.name}", "Ask", [*_about(item), field], private_metadata)


def already_possible_form(item: ItemView, *, private_metadata: str = "") -> View:
    """Return the form for how it can be done today."""
    hint = "Everyone who reported it reads this. A link to the guide helps most."
    field = field_of(FIELD_REASON, "How is it done today?", typed(LONGEST_REASON, multiline=True), hint=hint)
    return modal(ALREADY_POSSIBLE, f"Possible: {item.name}", "Send", [*_about(item), field], private_metadata)


def duplicate_form(item: ItemView, *, private_metadata: str = "") -> View:
    """Return the form that says which item this one is the same as; its reporters move there."""
    hint = "Its reporters move there and hear what becomes of it. It can be taken apart again."
    fields = [
        field_of(FIELD_OTHER_ITEM, "The same as", typed(20, placeholder=f"{item.kind.letter}-7"), hint=hint),
        field_of(FIELD_REASON, "Why?", typed(LONGEST_REASON, multiline=True), optional=True),
    ]
    return modal(DUPLICATE, f"Duplicate: {item.name}", "Join", [*_about(item), *fields], private_metadata)


def noise_form(item: ItemView, *, private_metadata: str = "") -> View:
    """Return the form with the four reasons for which something may be noise (product rule 6)."""
    choices: Part = {
        "type": "radio_buttons",
        "action_id": ACTION_FIELD,
        "options": [{"text": plain(reason.capitalize(), 75), "value": reason.value} for reason in NoiseReason],
    }
    hint = "Its author is told privately, and can send it back."
    field = field_of(FIELD_NOISE_REASON, "Why is it noise?", choices, hint=hint)
    return modal(NOISE, f"Noise: {item.name}", "Set aside", [*_about(item), field], private_metadata)


def _about(item: ItemView) -> list[Block]:
    return [rich(quote(item.text, LONGEST_QUOTE))] if item.text.strip() else [rich(line(item.name))]
