"""The parts that forms are made of: fields with their ids, and the view around them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.blocks.message import Block
from bot.blocks.parts import Part, plain
from bot.domain.choices import LONGEST_VALUE, Choice, Filled, text_of
from bot.domain.text import is_blank, truncate
from bot.domain.words import HowKnown

View = dict[str, Any]

ACTION_FIELD = "field"
ACTION_FIELD_FRESH = "field_fresh"
"""The action id of every field. Slack keeps what was typed while block and action id stay the same, so a form that
begins afresh takes the other one."""

FIELD_WORDS = "words"
FIELD_COMPETITOR = "competitor"
FIELD_HOW_KNOWN = "how_known"
FIELD_ACCOUNT = "account"
FIELD_WANTED = "wanted"
FIELD_CATEGORY = "category"
FIELD_AREA = "area"
FIELD_TAGS = "tags"
FIELD_SOURCE = "source"
FIELD_OPPORTUNITY = "opportunity"
FIELD_STAGE = "stage"
FIELD_AMOUNT = "amount"
FIELD_CLOSE = "close"
FIELD_SEGMENT = "segment"
FIELD_ANSWER_BY = "answer_by"
FIELD_RESTRICTED = "restricted"
FIELD_REASON = "reason"
FIELD_INSTEAD = "instead"
FIELD_LOOK_AGAIN = "look_again"
FIELD_CONDITION = "condition"
FIELD_NOISE_REASON = "noise_reason"
"""The block ids of the fields, under which their values come back. Long words take `words`, `words_2`, `words_3` …"""

LONGEST_FIELD = 3000
LONGEST_NAME = 255
LONGEST_REASON = 1000
LONGEST_OPTION = 75
MOST_TAGS = 20

TICKED = "yes"
"""The value of a box that is ticked."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """How the fields of one form are drawn: what stands in them, their action id, and whether changes are told."""

    filled: Filled = field(default_factory=dict)
    action_id: str = ACTION_FIELD
    is_told: bool = False

    def typed(
        self,
        block_id: str,
        label: str,
        longest: int,
        *,
        multiline: bool = False,
        is_optional: bool = True,
        hint: str = "",
        placeholder: str = "",
    ) -> Block:
        """Return a field to type into; where changes are told, with each character, as Slack tells of no leaving."""
        element = typed(longest, multiline=multiline, initial=text_of(self.filled, block_id), placeholder=placeholder)
        if self.is_told:
            element["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
        return self._field(block_id, label, element, is_optional=is_optional, hint=hint)

    def menu(self, block_id: str, label: str, offered: Iterable[str], *, default: str = "", hint: str = "") -> Block:
        """Return a field with a few fixed answers."""
        options = [option(Choice(value, value.capitalize())) for value in offered]
        chosen = text_of(self.filled, block_id) or default
        element: Part = {"type": "static_select", "options": options}
        initial = next((entry for entry in options if entry["value"] == chosen), None)
        if initial is not None:
            element["initial_option"] = initial
        return self._field(block_id, label, element, hint=hint)

    def names(self, block_id: str, label: str, *, hint: str = "", placeholder: str = "") -> Block:
        """Return a field that suggests names while one types; a new one can be made in it."""
        element = _suggesting("external_select", placeholder)
        chosen = _chosen(self.filled, block_id)
        if chosen:
            element["initial_option"] = option(chosen[0])
        return self._field(block_id, label, element, hint=hint)

    def several_names(self, block_id: str, label: str, *, hint: str = "", placeholder: str = "") -> Block:
        """Return the same for several names."""
        element = _suggesting("multi_external_select", placeholder)
        chosen = _chosen(self.filled, block_id)
        if chosen:
            element["initial_options"] = [option(choice) for choice in chosen[:MOST_TAGS]]
        return self._field(block_id, label, {**element, "max_selected_items": MOST_TAGS}, hint=hint)

    def day(self, block_id: str, label: str, *, hint: str = "") -> Block:
        """Return a field with a date."""
        initial = text_of(self.filled, block_id)
        element: Part = {"type": "datepicker", **({"initial_date": initial} if initial else {})}
        return self._field(block_id, label, element, hint=hint)

    def tick(self, block_id: str, label: str, sentence: str) -> Block:
        """Return a box to tick."""
        box = option(Choice(TICKED, sentence))
        element: Part = {"type": "checkboxes", "options": [box]}
        if text_of(self.filled, block_id) == TICKED:
            element["initial_options"] = [box]
        return self._field(block_id, label, element)

    def _field(self, block_id: str, label: str, element: Part, *, is_optional: bool = True, hint: str = "") -> Block:
        block = field_of(block_id, label, {**element, "action_id": self.action_id}, optional=is_optional, hint=hint)
        return {**block, "dispatch_action": True} if self.is_told else block


def option(choice: Choice) -> Part:
    """Return an option; how it reads is cut to what a menu shows."""
    return {"text": plain(choice.label or choice.name, LONGEST_OPTION), "value": choice.value[:LONGEST_VALUE]}


def _chosen(filled: Filled, block_id: str) -> list[Choice]:
    """Return what was chosen in a field of names; an older form may have left a name that was typed."""
    return [choice for choice in filled.get(block_id, ()) if not is_blank(choice.value)]


def _suggesting(kind: str, placeholder: str) -> Part:
    element: Part = {"type": kind, "min_query_length": 0}
    return {**element, "placeholder": plain(placeholder, 150)} if placeholder else element


def field_of(block_id: str, label: str, element: Part, *, optional: bool = False, hint: str = "") -> Block:
    """Return one field with its label."""
    block: Block = {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element}
    if hint:
        block["hint"] = plain(hint, 2000)
    return {**block, "optional": True} if optional else block


def typed(longest: int, *, multiline: bool = False, initial: str = "", placeholder: str = "") -> Part:
    """Return an element to type into."""
    element: Part = {"type": "plain_text_input", "action_id": ACTION_FIELD, "max_length": longest}
    if multiline:
        element["multiline"] = True
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return {**element, "initial_value": truncate(initial, longest)} if initial else element


def how_known(drawing: Drawing) -> Block:
    """Return the field that asks how the reporter knows; first-hand unless they say otherwise."""
    return drawing.menu(FIELD_HOW_KNOWN, "How do you know?", HowKnown, default=HowKnown.FIRST_HAND)


def modal(callback_id: str, title: str, submit: str, blocks: list[Block], private_metadata: str) -> View:
    """Return the view around the fields of a form."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, 24),
        "submit": plain(submit, 24),
        "close": plain("Cancel", 24),
        "private_metadata": private_metadata,
        "blocks": blocks,
    }
