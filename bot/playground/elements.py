"""What people can press, pick and fill in: finding it in blocks, and the state it is in."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.errors import RefusedGestureError

Json = dict[str, Any]


@dataclass(frozen=True)
class Input:
    """How an element's choice is kept: the key in `state`, the key of its first value, and whether it holds several."""

    key: str
    initial: str
    is_many: bool = False
    is_option: bool = False


def _family(noun: str, *, is_option: bool = False) -> tuple[Input, Input]:
    one = Input(f"selected_{noun}", f"initial_{noun}", is_option=is_option)
    return one, Input(f"{one.key}s", f"{one.initial}s", is_many=True, is_option=is_option)


OPTION, OPTIONS = _family("option", is_option=True)
USER, USERS = _family("user")
CONVERSATION, CONVERSATIONS = _family("conversation")
CHANNEL, CHANNELS = _family("channel")
TYPED = Input("value", "initial_value")

INPUTS: Mapping[str, Input] = {
    "plain_text_input": TYPED,
    "email_text_input": TYPED,
    "url_text_input": TYPED,
    "number_input": TYPED,
    "rich_text_input": Input("rich_text_value", "initial_value"),
    "static_select": OPTION,
    "external_select": OPTION,
    "radio_buttons": OPTION,
    "multi_static_select": OPTIONS,
    "multi_external_select": OPTIONS,
    "checkboxes": OPTIONS,
    "users_select": USER,
    "multi_users_select": USERS,
    "conversations_select": CONVERSATION,
    "multi_conversations_select": CONVERSATIONS,
    "channels_select": CHANNEL,
    "multi_channels_select": CHANNELS,
    "datepicker": Input("selected_date", "initial_date"),
    "timepicker": Input("selected_time", "initial_time"),
    "datetimepicker": Input("selected_date_time", "initial_date_time"),
}
"""Every element that has a state; a button and an overflow menu have none."""

_ids = itertools.count(1)


def elements_of(block: Json) -> list[Json]:
    """Return the interactive elements of a block."""
    found: list[Json] = []
    if block.get("type") in ("actions", "context_actions"):
        found.extend(block.get("elements", []))
    found += [block[key] for key in ("accessory", "element") if isinstance(block.get(key), dict)]
    return [element for element in found if element.get("type") in INPUTS or "action_id" in element]


def with_ids(blocks: list[Json]) -> list[Json]:
    """Return the blocks with the ids that Slack makes up where the app gave none; what was given stays untouched."""
    return [_with_ids(block) for block in blocks]


def _with_ids(block: Json) -> Json:
    filled = {**block, "block_id": block.get("block_id") or f"b{next(_ids):x}"}
    if block.get("type") in ("actions", "context_actions"):
        filled["elements"] = [_named(element) for element in block["elements"]]
    for key in ("accessory", "element"):
        if isinstance(block.get(key), dict) and block[key].get("type") != "image":
            filled[key] = _named(block[key])
    return filled


def _named(element: Json) -> Json:
    return element if element.get("action_id") else {**element, "action_id": f"a{next(_ids):x}"}


def find(blocks: list[Json], action_id: str, block_id: str | None = None, value: object = None) -> tuple[Json, Json]:
    """Return the block and the element that somebody presses; of several buttons alike `value` tells which.

    Raises RefusedGestureError if there is no such element.
    """
    for block in blocks:
        if block_id is not None and block["block_id"] != block_id:
            continue
        for element in elements_of(block):
            is_other = element["type"] == "button" and value is not None and element.get("value") != value
            if element.get("action_id") == action_id and not is_other:
                return block, element
    raise RefusedGestureError(f"There is nothing here with the action_id {action_id!r}.")


def initial_state(element: Json) -> Json:
    """Return the state that an element starts with; what is not chosen is null, or an empty list."""
    kind = INPUTS[element["type"]]
    value = element.get(kind.initial)
    return {"type": element["type"], kind.key: ([] if value is None else value) if kind.is_many else value}


def chosen_state(element: Json, given: object) -> Json:
    """Return the state of an element once somebody typed or chose `given`.

    Options are named by their value; those that Slack loads from the app are given whole, as `{text, value}`.
    Raises RefusedGestureError for what the element does not offer.
    """
    kind = INPUTS[element["type"]]
    if kind.is_many:
        entries = list(given) if isinstance(given, (list, tuple)) else [given]
        value: Any = [option_of(element, entry) for entry in entries] if kind.is_option else entries
    elif kind.is_option and given is not None:
        value = option_of(element, given)
    else:
        value = given
    return {"type": element["type"], kind.key: value}


def option_of(element: Json, given: object) -> Json:
    """Return the option with this value, or the whole one given for a menu that the app fills."""
    if isinstance(given, Mapping):
        return dict(given)
    for option in _options(element):
        if option.get("value") == given:
            return option
    raise RefusedGestureError(f"{element.get('action_id')!r} does not offer {given!r}.")


def _options(element: Json) -> Iterator[Json]:
    yield from element.get("options", ())
    for group in element.get("option_groups", ()):
        yield from group["options"]


def states_of(blocks: list[Json], chosen: Mapping[tuple[str, str], Json]) -> Json:
    """Return `state.values` of some blocks: what was chosen, else what each element starts with."""
    values: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in INPUTS:
                place = (block["block_id"], element["action_id"])
                values.setdefault(place[0], {})[place[1]] = chosen.get(place) or initial_state(element)
    return values


def is_empty(state: Json) -> bool:
    """Tell whether nothing was typed or chosen."""
    return state[INPUTS[state["type"]].key] in (None, "", [])
