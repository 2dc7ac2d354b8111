"""The forms that people fill in; each returns a view as Slack opens it.

`private_metadata`, at most 3,000 characters, comes back with the form: the id of what it is about. Every field is a
block of its own whose input has the action id `ACTION_FIELD`.
"""

import json
from datetime import date
from typing import Any

from bot.blocks.message import Block
from bot.blocks.notices import bar_lines
from bot.blocks.parts import LONGEST_QUOTE, Part, context, line, plain, quote, rich
from bot.domain.views import ItemView
from bot.domain.words import HowKnown, Kind, NoiseReason

View = dict[str, Any]

CAPTURE_INTEL = "capture_intel"
CAPTURE_ASK = "capture_ask"
EDIT_WORDS = "edit_words"
DECLINE = "decline"
NOT_NOW = "not_now"
NOISE = "noise"
"""The callback ids of the forms."""

ACTION_FIELD = "field"
FIELD_WORDS = "words"
FIELD_COMPETITOR = "competitor"
FIELD_HOW_KNOWN = "how_known"
FIELD_ACCOUNT = "account"
FIELD_WANTED = "wanted"
FIELD_REASON = "reason"
FIELD_INSTEAD = "instead"
FIELD_LOOK_AGAIN = "look_again"
FIELD_CONDITION = "condition"
FIELD_NOISE_REASON = "noise_reason"
"""The block ids of the fields, under which their values come back. Long words take `words`, `words_2`, `words_3` …"""

LONGEST_FIELD = 3000
LONGEST_NAME = 255
LONGEST_REASON = 1000
MOST_WORD_FIELDS = 20
"""Fields that one text may take in a form; whoever reads the form joins this many."""
LARGEST_VIEW = 240_000
"""Bytes of a view as JSON; Slack refuses 250 kB."""


def capture_form(kind: Kind, *, private_metadata: str = "") -> View:
    """Return the empty form for a nugget or an ask."""
    if kind is Kind.NUGGET:
        return _modal(CAPTURE_INTEL, "Share intel", "Save", _intel_fields(), private_metadata)
    return _modal(CAPTURE_ASK, "Share an ask", "Save", _ask_fields(), private_metadata)


def _intel_fields() -> list[Block]:
    return [
        *_word_fields("What did you hear?", ""),
        _field(FIELD_COMPETITOR, "Competitor", _typed(LONGEST_NAME), optional=True),
        _field(FIELD_HOW_KNOWN, "How do you know?", _how_known(), optional=True),
    ]


def _ask_fields() -> list[Block]:
    """Return the three fields of product rule 3; only the problem is required."""
    return [
        *_word_fields("What is the customer trying to do, and what stops them?", ""),
        _field(FIELD_ACCOUNT, "Account", _typed(LONGEST_NAME), optional=True),
        _field(FIELD_WANTED, "What did they ask for?", _typed(LONGEST_FIELD, multiline=True), optional=True),
    ]


def edit_form(report_text: str, *, private_metadata: str = "") -> View:
    """Return the form with a report's words. Words longer than one field go on in further ones, in order.

    Words that no form can hold bring a view without fields that says what can be done instead.
    """
    fields = _word_fields("Your words", report_text)
    view = _modal(EDIT_WORDS, "Edit your words", "Save", fields, private_metadata)
    fits = len(fields) <= MOST_WORD_FIELDS and len(json.dumps(view)) <= LARGEST_VIEW
    return view if fits else _too_long_to_edit()


def _too_long_to_edit() -> View:
    sentence = "This text is too long to be edited in a form. Take it back and share it again, in parts if you can."
    return {"type": "modal", "title": plain("Edit your words", 24), "blocks": [rich(line(sentence))]}


def word_field_ids(count: int) -> list[str]:
    """Return the block ids of the first `count` fields that hold one text; their values are joined as they are."""
    return [FIELD_WORDS, *(f"{FIELD_WORDS}_{number}" for number in range(2, count + 1))][:count]


def decline_form(item: ItemView, *, private_metadata: str = "") -> View:
    """Return the form for a no in own words, with the bar of the item's area in view."""
    bar = bar_lines(item.bar)
    hint = "Everyone who reported it reads this, with your name."
    fields = [
        _field(FIELD_REASON, "Why not?", _typed(LONGEST_REASON, multiline=True), hint=hint),
        _field(FIELD_INSTEAD, "You can do today", _typed(500, multiline=True), optional=True),
    ]
    return _modal(
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
        _field(FIELD_REASON, "What comes first?", _typed(LONGEST_REASON, multiline=True)),
        _field(FIELD_LOOK_AGAIN, "Look again on", picker, hint=hint),
        _field(FIELD_CONDITION, "Or sooner if", _typed(300), optional=True),
    ]
    return _modal(NOT_NOW, f"Not now: {item.name}", "Send", [*_about(item), *fields], private_metadata)


def noise_form(item: ItemView, *, private_metadata: str = "") -> View:
    """Return the form with the four reasons for which something may be noise (product rule 6)."""
    choices: Part = {
        "type": "radio_buttons",
        "action_id": ACTION_FIELD,
        "options": [{"text": plain(reason.capitalize(), 75), "value": reason.value} for reason in NoiseReason],
    }
    hint = "Its author is told privately, and can send it back."
    field = _field(FIELD_NOISE_REASON, "Why is it noise?", choices, hint=hint)
    return _modal(NOISE, f"Noise: {item.name}", "Set aside", [*_about(item), field], private_metadata)


def _about(item: ItemView) -> list[Block]:
    return [rich(quote(item.text, LONGEST_QUOTE))] if item.text.strip() else [rich(line(item.name))]


def _modal(callback_id: str, title: str, submit: str, blocks: list[Block], private_metadata: str) -> View:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, 24),
        "submit": plain(submit, 24),
        "close": plain("Cancel", 24),
        "private_metadata": private_metadata,
        "blocks": blocks,
    }


def _field(block_id: str, label: str, element: Part, *, optional: bool = False, hint: str = "") -> Block:
    block: Block = {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element}
    if hint:
        block["hint"] = plain(hint, 2000)
    return {**block, "optional": True} if optional else block


def _typed(longest: int, *, multiline: bool = False, initial: str = "") -> Part:
    element: Part = {"type": "plain_text_input", "action_id": ACTION_FIELD, "max_length": longest}
    if multiline:
        element["multiline"] = True
    return {**element, "initial_value": initial} if initial else element


def _word_fields(label: str, text: str) -> list[Block]:
    """Return one required field, and an optional one for each further 3,000 characters that are there already."""
    pieces = [text[start : start + LONGEST_FIELD] for start in range(0, len(text), LONGEST_FIELD)] or [""]
    labels = [label, *(f"{label} (part {number})" for number in range(2, len(pieces) + 1))]
    return [
        _field(block_id, title, _typed(LONGEST_FIELD, multiline=True, initial=piece), optional=block_id != FIELD_WORDS)
        for block_id, title, piece in zip(word_field_ids(len(pieces)), labels, pieces, strict=True)
    ]


def _how_known() -> Part:
    options = [{"text": plain(grade.capitalize(), 75), "value": grade.value} for grade in HowKnown]
    return {"type": "static_select", "action_id": ACTION_FIELD, "options": options, "initial_option": options[0]}
