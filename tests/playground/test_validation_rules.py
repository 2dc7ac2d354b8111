"""What blocks and views may hold, and where (slack 9 to 12)."""

import copy
from typing import Any, Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.validation import Surface, check_blocks, check_view
from bot.playground.validation.blocks import BLOCKS
from bot.playground.validation.elements import IN_ACTIONS, IN_INPUT, IN_SECTION
from tests.playground.validation_samples import (
    Json,
    actions,
    an_input,
    bar,
    button,
    confirm,
    home,
    icon_button,
    image,
    modal,
    mrkdwn,
    option,
    options,
    pie,
    plain,
    rich_section,
    rich_text,
    said,
    section,
    typed,
    uploaded,
    video,
)

EVERY_STYLE = {"bold": True, "italic": True, "strike": True, "code": True}
EVERYTHING_INLINE: list[Json] = [
    {"type": "text", "text": "x", "style": EVERY_STYLE},
    {"type": "link", "url": "https://example.com", "text": "there", "unsafe": False},
    {"type": "emoji", "name": "wave", "skin_tone": 2},
    {"type": "user", "user_id": "U1"},
    {"type": "usergroup", "usergroup_id": "S1"},
    {"type": "channel", "channel_id": "C1"},
    {"type": "broadcast", "range": "here"},
    {"type": "date", "timestamp": 1720710212, "format": "{date_short}", "fallback": "11 July"},
    {"type": "color", "value": "#112233"},
]
EVERYTHING_RICH = rich_text(
    rich_section(*EVERYTHING_INLINE),
    {"type": "rich_text_quote", "elements": [said()], "border": 1},
    {"type": "rich_text_preformatted", "elements": [said()], "language": "python"},
    {"type": "rich_text_list", "style": "ordered", "offset": 3, "elements": [rich_section(said())]},
)
ELEMENTS: dict[str, Json] = {
    "button": button(style="primary", confirm=confirm(style="danger"), value="7"),
    "overflow": {"type": "overflow", "options": options(2)},
    "workflow_button": {
        "type": "workflow_button",
        "text": plain(),
        "workflow": {"trigger": {"url": "https://example.com/t"}},
    },
    "static_select": {"type": "static_select", "options": options(2), "initial_option": option("1")},
    "external_select": {"type": "external_select", "min_query_length": 0, "initial_option": option()},
    "users_select": {"type": "users_select", "initial_user": "U1"},
    "conversations_select": {
        "type": "conversations_select",
        "initial_conversation": "C1",
        "filter": {"include": ["public"]},
    },
    "channels_select": {"type": "channels_select", "initial_channel": "C1"},
    "multi_static_select": {
        "type": "multi_static_select",
        "option_groups": [{"label": plain(), "options": options(2)}],
        "initial_options": options(1),
        "max_selected_items": 2,
    },
    "multi_external_select": {"type": "multi_external_select", "initial_options": options(2)},
    "multi_users_select": {"type": "multi_users_select", "initial_users": ["U1"]},
    "multi_conversations_select": {
        "type": "multi_conversations_select",
        "default_to_current_conversation": True,
        "filter": {"exclude_bot_users": True, "exclude_external_shared_channels": True},
    },
    "multi_channels_select": {"type": "multi_channels_select", "initial_channels": ["C1"]},
    "datepicker": {"type": "datepicker", "initial_date": "2026-03-01", "placeholder": plain()},
    "timepicker": {"type": "timepicker", "initial_time": "23:59", "timezone": "Europe/Paris"},
    "datetimepicker": {"type": "datetimepicker", "initial_date_time": 1628633820},
    "checkboxes": {"type": "checkboxes", "options": options(2), "initial_options": options(1)},
    "radio_buttons": {"type": "radio_buttons", "options": options(2), "initial_option": option("0")},
    "plain_text_input": typed(multiline=True, min_length=1, max_length=9, initial_value="x", placeholder=plain()),
    "email_text_input": {"type": "email_text_input", "initial_value": "a@example.com"},
    "url_text_input": {
        "type": "url_text_input",
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    },
    "number_input": {"type": "number_input", "is_decimal_allowed": True, "min_value": "-1.5", "max_value": "7"},
    "rich_text_input": {"type": "rich_text_input", "initial_value": EVERYTHING_RICH, "min_lines": 2, "max_lines": 3},
    "file_input": {"type": "file_input", "filetypes": ["pdf"], "max_files": 1},
    "image": image(),
}
BLOCK_SAMPLES: dict[str, Json] = {
    "section": section(text=mrkdwn(), fields=[plain()], accessory=button(), expand=True),
    "actions": actions(button(), {"type": "overflow", "action_id": "more", "options": options(2)}),
    "context": {"type": "context", "elements": [mrkdwn(), plain(), image()]},
    "divider": {"type": "divider", "block_id": "line"},
    "header": {"type": "header", "text": {**plain(), "emoji": True}},
    "image": uploaded(title=plain()),
    "rich_text": EVERYTHING_RICH,
    "input": an_input(typed(), hint=plain(), optional=True, dispatch_action=True),
    "context_actions": {"type": "context_actions", "elements": [icon_button(visible_to_user_ids=["U1"])]},
    "markdown": {"type": "markdown", "text": "**bold**"},
    "table": {
        "type": "table",
        "rows": [[{"type": "raw_number", "value": 1.5, "text": "1.5"}, rich_text(rich_section(said()))]],
        "column_settings": [{"align": "right", "is_wrapped": True}],
    },
    "video": video(author_name="Ada", description=plain()),
    "data_visualization": bar(2, 3, y_label="Items"),
}
MESSAGE_ONLY = {"context_actions", "markdown", "table", "data_visualization"}
ELEMENT_SURFACES: dict[str, set[str]] = {
    "workflow_button": {"message"},
    "email_text_input": {"modal"},
    "url_text_input": {"modal"},
    "number_input": {"modal"},
    "file_input": {"modal"},
    "rich_text_input": {"modal", "home"},
    "datetimepicker": {"modal", "message"},
}
SURFACES: tuple[Surface, ...] = get_args(Surface)


def test_samples_cover_every_block_and_element_that_the_schema_knows() -> None:
    known = {*IN_ACTIONS.shapes, *IN_INPUT.shapes, *IN_SECTION.shapes}
    assert BLOCK_SAMPLES.keys() == BLOCKS.shapes.keys()
    assert ELEMENTS.keys() == known


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("kind", BLOCK_SAMPLES)
def test_slack_11_a_block_stands_only_on_its_surfaces(kind: str, surface: Surface) -> None:
    taken = check_blocks([BLOCK_SAMPLES[kind]], surface) == []
    assert taken == (surface == "message" or kind not in MESSAGE_ONLY)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("kind", [*IN_INPUT.shapes])
def test_slack_11_an_input_element_stands_only_on_its_surfaces(kind: str, surface: Surface) -> None:
    taken = check_blocks([an_input(ELEMENTS[kind])], surface) == []
    assert taken == (surface in ELEMENT_SURFACES.get(kind, SURFACES))


@pytest.mark.parametrize("kind", ELEMENTS)
def test_slack_11_a_block_holds_only_its_elements(kind: str) -> None:
    surface: Surface = "modal" if kind == "rich_text_input" else "message"
    in_section = check_blocks([section(accessory=ELEMENTS[kind])], surface) == []
    in_actions = check_blocks([actions(ELEMENTS[kind])], surface) == []
    assert in_section == (kind in IN_SECTION.shapes)
    assert in_actions == (kind in IN_ACTIONS.shapes)
    assert not (kind == "plain_text_input" and (in_section or in_actions))


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of every object inside a sample."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    own = [path] if isinstance(value, dict) else []
    return own + [place for key, child in children for place in places(child, (*path, key))]


def changed_at(sample: Json, path: tuple[str | int, ...], key: str, value: object) -> Json:
    changed = copy.deepcopy(sample)
    target: Any = changed
    for step in path:
        target = target[step]
    target[key] = value
    return changed


@pytest.mark.parametrize("kind", BLOCK_SAMPLES)
@pytest.mark.parametrize("key", ["colour", "type"])
def test_slack_11_an_unknown_key_or_type_is_refused_wherever_it_stands(kind: str, key: str) -> None:
    for path in places(BLOCK_SAMPLES[kind]):
        if key == "type" and path == ("chart", "axis_config"):
            continue
        assert check_blocks([changed_at(BLOCK_SAMPLES[kind], path, key, "mystery")], "message") != [], path


@pytest.mark.parametrize("kind", BLOCK_SAMPLES)
def test_slack_11_a_missing_required_key_is_refused(kind: str) -> None:
    for key in BLOCKS.shapes[kind].required:
        rest = {name: value for name, value in BLOCK_SAMPLES[kind].items() if name != key}
        assert f"/blocks/0/{key} is required." in check_blocks([rest], "message")


A_GROUP = [{"label": plain(), "options": options(1)}]
BROKEN: dict[str, Json] = {
    "a section without text or fields": {"type": "section"},
    "mrkdwn in a header": {"type": "header", "text": mrkdwn()},
    "mrkdwn on a button": actions(button(text=mrkdwn())),
    "mrkdwn in a select option": actions({"type": "static_select", "options": [option(text=mrkdwn())]}),
    "verbatim on plain text": section(text={**plain(), "verbatim": True}),
    "emoji on mrkdwn": section(text={**mrkdwn(), "emoji": True}),
    "a text that is a bare string": section(text="text"),
    "an unknown style": actions(button(style="default")),
    "options and groups": actions({"type": "static_select", "options": options(1), "option_groups": A_GROUP}),
    "neither options nor groups": actions({"type": "multi_static_select"}),
    "an initial option from elsewhere": actions(
        {"type": "static_select", "options": options(1), "initial_option": option("9")}
    ),
    "initial options from elsewhere": actions(
        {"type": "checkboxes", "options": options(1), "initial_options": [option("9")]}
    ),
    "an option url outside an overflow": actions({"type": "radio_buttons", "options": [option(url="https://x")]}),
    "an impossible date": actions({"type": "datepicker", "initial_date": "2026-13-01"}),
    "an impossible time": actions({"type": "timepicker", "initial_time": "24:00"}),
    "a time in milliseconds": actions({"type": "datetimepicker", "initial_date_time": 1628633820000}),
    "true as a number": an_input(typed(max_length=True)),
    "a fraction as a length": an_input(typed(max_length=1.5)),
    "a number as a flag": an_input(typed(multiline=1)),
    "a least above the most": an_input(typed(min_length=9, max_length=8)),
    "an image without a source": {"type": "image", "alt_text": "x"},
    "an image with two sources": image(slack_file={"id": "F1"}),
    "a file with id and url": uploaded(slack_file={"id": "F1", "url": "https://x"}),
    "an image without alt text": {"type": "image", "image_url": "https://x"},
    "a confirmation that is a bare word": actions(button(confirm="sure")),
    "a first conversation and a default one": actions(
        {"type": "conversations_select", "initial_conversation": "C1", "default_to_current_conversation": True}
    ),
    "an empty filter": actions({"type": "conversations_select", "filter": {}}),
    "an unknown conversation type": actions({"type": "conversations_select", "filter": {"include": ["dm"]}}),
    "an unknown trigger": an_input(typed(dispatch_action_config={"trigger_actions_on": ["on_paste"]})),
    "response_url_enabled in a message": actions({"type": "channels_select", "response_url_enabled": True}),
    "a mention in preformatted text": rich_text(
        {"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]}
    ),
    "words beside the sections of a rich text list": rich_text(
        {"type": "rich_text_list", "style": "bullet", "elements": [said()]}
    ),
    "a broadcast to nobody known": rich_text(rich_section({"type": "broadcast", "range": "team"})),
    "a pie of nothing": {**pie(), "chart": {"type": "pie", "segments": [{"label": "x", "value": 0}]}},
    "two segments of one name": {**pie(), "chart": {"type": "pie", "segments": [{"label": "x", "value": 1}] * 2}},
    "an action_id twice in a block": actions(button(), button()),
    "elements that are no list": {"type": "actions", "elements": {}},
}


@pytest.mark.parametrize("name", BROKEN)
def test_slack_11_what_slack_would_refuse(name: str) -> None:
    problems = check_blocks([BROKEN[name]], "message")
    assert len(problems) == 1, problems


def test_slack_11_series_have_one_point_for_each_category() -> None:
    block = bar(1, 2)
    block["chart"]["series"][0]["data"].pop()
    assert check_blocks([block], "message") == ["/blocks/0/chart/series/0/data must have one point for each category."]


def test_slack_11_block_ids_differ_within_a_message() -> None:
    assert check_blocks([section(block_id="a"), section(block_id="b")], "message") == []
    assert check_blocks([section(block_id="a"), section(block_id="a")], "message") == [
        "/blocks must not have the block_id 'a' more than once."
    ]


def test_slack_11_an_action_id_may_return_in_another_block() -> None:
    assert check_blocks([actions(button()), actions(button())], "message") == []


def test_slack_11_a_home_view_has_no_title_and_no_submit() -> None:
    assert check_view(home(section(), private_metadata="", callback_id="home")) == []
    assert check_view(home(title=plain())) == ["/view/title is not a known key here."]
    assert check_view(home(submit=plain())) == ["/view/submit is not a known key here."]


def test_slack_11_a_modal_with_an_input_needs_a_submit_button() -> None:
    view = modal(an_input(typed()), close=plain(), notify_on_close=True, clear_on_close=False, submit_disabled=False)
    assert check_view(view) == []
    del view["submit"]
    assert check_view(view) == ["/view/submit is required in a modal with an input block."]
    view["blocks"] = [section()]
    assert check_view(view) == []


@pytest.mark.parametrize("key", ["title", "submit", "close"])
def test_slack_11_titles_of_a_modal_are_plain_text(key: Literal["title", "submit", "close"]) -> None:
    assert check_view(modal(**{key: mrkdwn()})) == [f"/view/{key}/type must be one of plain_text."]


@pytest.mark.parametrize("key", ["title", "blocks", "type"])
def test_slack_11_a_modal_lacks_nothing(key: str) -> None:
    view = modal()
    del view[key]
    assert check_view(view) != []


def test_slack_11_the_focus_is_set_once_in_a_view() -> None:
    focused = an_input(typed(focus_on_load=True))
    assert check_view(modal(focused, an_input(typed(focus_on_load=False)))) == []
    assert check_view(modal(focused, focused)) == ["/view/blocks must not have focus_on_load more than once."]


def test_slack_11_an_empty_list_of_blocks_is_taken() -> None:
    assert check_blocks([], "message") == []
    assert check_view(home()) == []


KEYS = st.sampled_from(["type", "text", "elements", "element", "accessory", "blocks", "options", "chart", "block_id"])
KINDS = st.sampled_from([*BLOCKS.shapes, *ELEMENTS, "plain_text", "mrkdwn", "modal", "home", "bar", "pie"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | KINDS
JSON: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=5)
)


@given(JSON, st.sampled_from(SURFACES))
def test_no_json_value_raises(value: Any, surface: Surface) -> None:
    for problems in (
        check_blocks(value, surface),
        check_blocks([value], surface),
        check_view(value),
        check_view(modal(value)),
    ):
        assert all(sentence.startswith("/") and sentence.endswith(".") for sentence in problems)


@given(st.sampled_from([*BLOCK_SAMPLES.values()]), st.data())
def test_no_bent_block_raises(sample: Json, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(places(sample)))
    bent = changed_at(sample, path, data.draw(KEYS), data.draw(JSON))
    for sentence in check_blocks([bent], "message"):
        assert sentence.startswith("/blocks")
