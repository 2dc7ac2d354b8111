"""Every limit of blocks and views (slack 11): accepted at n, refused at n + 1; lower ends refused at n - 1."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.playground.validation import check_blocks, check_view
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
    table,
    typed,
    uploaded,
    video,
)

Build = Callable[[int], Json]
Limit = tuple[str, int, Build]


def menu(kind: str, **keys: Any) -> Json:
    return actions({"type": kind, "action_id": "pick", **keys})


def group(**changed: Any) -> Json:
    return {"label": plain(), "options": options(1), **changed}


def feedback(**changed: Any) -> Json:
    button_text = {"text": plain(), "value": "v"}
    element = {
        "type": "feedback_buttons",
        "positive_button": {**button_text, **changed},
        "negative_button": button_text,
    }
    return {"type": "context_actions", "elements": [element]}


def chart_label(length: int) -> Json:
    block = pie()
    block["chart"]["segments"][0]["label"] = "x" * length
    return block


def series_name(length: int) -> Json:
    block = bar()
    block["chart"]["series"][0]["name"] = "x" * length
    return block


def rich_list(**changed: Any) -> Json:
    return rich_text({"type": "rich_text_list", "style": "bullet", "elements": [rich_section(said())], **changed})


def workflow_button(length: int) -> Json:
    workflow = {"trigger": {"url": "https://example.com/t"}}
    return {"type": "workflow_button", "text": plain(length), "workflow": workflow}


IN_MESSAGE: list[Limit] = [
    ("section text", 3000, lambda n: section(text=mrkdwn(n))),
    ("text object", 3000, lambda n: {"type": "context", "elements": [plain(n)]}),
    ("section fields", 10, lambda n: section(fields=[plain()] * n)),
    ("section field text", 2000, lambda n: section(fields=[mrkdwn(n)])),
    ("header", 150, lambda n: {"type": "header", "text": plain(n)}),
    ("block_id", 255, lambda n: section(block_id="b" * n)),
    ("action_id", 255, lambda n: actions(button(action_id="a" * n))),
    ("context elements", 10, lambda n: {"type": "context", "elements": [plain()] * n}),
    ("actions elements", 25, lambda n: actions(*[button(action_id=str(i)) for i in range(n)])),
    ("context_actions elements", 5, lambda n: {"type": "context_actions", "elements": [icon_button()] * n}),
    ("button text", 75, lambda n: actions(button(text=plain(n)))),
    ("button value", 2000, lambda n: actions(button(value="v" * n))),
    ("button url", 3000, lambda n: actions(button(url="u" * n))),
    ("accessibility_label", 75, lambda n: actions(button(accessibility_label="l" * n))),
    ("overflow options", 5, lambda n: menu("overflow", options=options(n))),
    ("overflow option url", 3000, lambda n: menu("overflow", options=[option("1"), option("2", url="u" * n)])),
    ("option text", 75, lambda n: menu("static_select", options=[option(text=plain(n))])),
    ("option value", 150, lambda n: menu("static_select", options=[option("v" * n)])),
    ("option description", 75, lambda n: menu("static_select", options=[option(description=plain(n))])),
    ("choice text", 75, lambda n: menu("checkboxes", options=[option(text=mrkdwn(n))])),
    ("choice description", 75, lambda n: menu("radio_buttons", options=[option(description=mrkdwn(n))])),
    ("select options", 100, lambda n: menu("static_select", options=options(n))),
    ("multi select options", 100, lambda n: menu("multi_static_select", options=options(n))),
    ("select groups", 100, lambda n: menu("static_select", option_groups=[group()] * n)),
    ("group options", 100, lambda n: menu("multi_static_select", option_groups=[group(options=options(n))])),
    ("group label", 75, lambda n: menu("static_select", option_groups=[group(label=plain(n))])),
    ("placeholder", 150, lambda n: menu("users_select", placeholder=plain(n))),
    ("checkboxes", 10, lambda n: menu("checkboxes", options=options(n))),
    ("radio buttons", 10, lambda n: menu("radio_buttons", options=options(n))),
    ("confirm title", 100, lambda n: actions(button(confirm=confirm(title=plain(n))))),
    ("confirm text", 300, lambda n: actions(button(confirm=confirm(text=mrkdwn(n))))),
    ("confirm button", 30, lambda n: actions(button(confirm=confirm(confirm=plain(n))))),
    ("deny button", 30, lambda n: actions(button(confirm=confirm(deny=plain(n))))),
    ("input label", 2000, lambda n: an_input(typed(), label=plain(n))),
    ("input hint", 2000, lambda n: an_input(typed(), hint=plain(n))),
    ("image url", 3000, lambda n: image(image_url="u" * n)),
    ("image alt text", 2000, lambda n: uploaded(alt_text="a" * n)),
    ("image title", 2000, lambda n: image(title=plain(n))),
    ("image element alt text", 2000, lambda n: {"type": "context", "elements": [image(alt_text="a" * n)]}),
    ("plain_text_input max_length", 3000, lambda n: an_input(typed(max_length=n))),
    ("plain_text_input initial value", 3000, lambda n: an_input(typed(initial_value="x" * n))),
    (
        "plain_text_input initial value under its own limit",
        5,
        lambda n: an_input(typed(initial_value="x" * n, max_length=5)),
    ),
    ("markdown text", 12_000, lambda n: {"type": "markdown", "text": "x" * n}),
    ("table rows", 100, lambda n: table(rows=n)),
    ("table columns", 20, lambda n: table(cells=n)),
    ("table column settings", 20, lambda n: table(column_settings=[{"align": "left"}] * n)),
    ("video title, under 200", 199, lambda n: video(title=plain(n))),
    ("video author, under 50", 49, lambda n: video(author_name="a" * n)),
    ("feedback button text", 75, lambda n: feedback(text=plain(n))),
    ("feedback button value", 2000, lambda n: feedback(value="v" * n)),
    ("chart title", 50, lambda n: pie(title="t" * n)),
    ("chart segments", 6, pie),
    ("chart series", 6, bar),
    ("chart points", 20, lambda n: bar(points=n)),
    ("chart label", 20, chart_label),
    ("chart series name", 20, series_name),
    ("chart axis label", 50, lambda n: bar(x_label="x" * n)),
    ("overflow option text", 75, lambda n: menu("overflow", options=[option("1"), option("2", text=plain(n))])),
    ("overflow description", 75, lambda n: menu("overflow", options=[option("1"), option("2", description=plain(n))])),
    ("icon button text", 75, lambda n: {"type": "context_actions", "elements": [icon_button(text=plain(n))]}),
    ("icon button value", 2000, lambda n: {"type": "context_actions", "elements": [icon_button(value="v" * n)]}),
    ("plain_text_input min_length", 3000, lambda n: an_input(typed(min_length=n))),
    ("video description", 3000, lambda n: video(description=plain(n))),
    ("chart value axis label", 50, lambda n: bar(y_label="y" * n)),
    ("loaded options at first", 100, lambda n: menu("multi_external_select", initial_options=options(n))),
    ("workflow button text", 75, lambda n: actions(workflow_button(n))),
    ("moment in seconds", 9_999_999_999, lambda n: menu("datetimepicker", initial_date_time=n)),
    ("rich text block_id", 255, lambda n: {**rich_text(rich_section(said())), "block_id": "b" * n}),
    ("rich text skin tone", 6, lambda n: rich_text(rich_section({"type": "emoji", "name": "wave", "skin_tone": n}))),
    ("rich text list indent", 8, lambda n: rich_list(indent=n)),
    ("rich text border", 1, lambda n: rich_list(border=n)),
]
IN_MODAL: list[Limit] = [
    ("rich_text_input lines", 100, lambda n: an_input({"type": "rich_text_input", "min_lines": 1, "max_lines": n})),
    ("rich_text_input least lines", 100, lambda n: an_input({"type": "rich_text_input", "min_lines": n})),
    ("file_input files", 10, lambda n: an_input({"type": "file_input", "max_files": n})),
]
OF_VIEWS: list[Limit] = [
    ("modal title", 24, lambda n: modal(title=plain(n))),
    ("modal submit", 24, lambda n: modal(submit=plain(n))),
    ("modal close", 24, lambda n: modal(close=plain(n))),
    ("private_metadata", 3000, lambda n: modal(private_metadata="m" * n)),
    ("home private_metadata", 3000, lambda n: home(private_metadata="m" * n)),
    ("callback_id", 255, lambda n: modal(callback_id="c" * n)),
    ("external_id", 255, lambda n: home(external_id="e" * n)),
    ("blocks of a modal", 100, lambda n: modal(*[section()] * n)),
    ("blocks of a home", 100, lambda n: home(*[section()] * n)),
]
OF_MESSAGES: list[tuple[str, int, Callable[[int], list[Json]]]] = [
    ("blocks of a message", 50, lambda n: [section()] * n),
    ("markdown in all", 12_000, lambda n: [{"type": "markdown", "text": "x" * part} for part in (6000, n - 6000)]),
    ("tables", 1, lambda n: [table()] * n),
    ("charts", 2, lambda n: [pie()] * n),
    ("focus_on_load", 1, lambda n: [an_input(typed(focus_on_load=True))] * n),
]
LEAST_IN_MODAL: list[Limit] = [
    ("rich_text_input least lines", 1, lambda n: an_input({"type": "rich_text_input", "min_lines": n})),
    ("rich_text_input most lines", 1, lambda n: an_input({"type": "rich_text_input", "max_lines": n})),
    ("file_input files", 1, lambda n: an_input({"type": "file_input", "max_files": n})),
]
LEAST: list[Limit] = [
    ("rich text skin tone", 1, lambda n: rich_text(rich_section({"type": "emoji", "name": "wave", "skin_tone": n}))),
    ("rich text list indent", 0, lambda n: rich_list(indent=n)),
    ("rich text list offset", 0, lambda n: rich_list(offset=n)),
    ("rich text border", 0, lambda n: rich_list(border=n)),
    ("text object", 1, lambda n: section(text=plain(n))),
    ("option value", 1, lambda n: menu("static_select", options=[option("v" * n)])),
    ("overflow options", 2, lambda n: menu("overflow", options=options(n))),
    ("select options", 1, lambda n: menu("static_select", options=options(n))),
    ("context elements", 1, lambda n: {"type": "context", "elements": [plain()] * n}),
    ("actions elements", 1, lambda n: actions(*[button()] * n)),
    ("table cell", 1, lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x" * n}]]}),
    ("table rows", 1, lambda n: table(rows=n)),
    ("rich text words", 1, lambda n: rich_text(rich_section(said("x" * n)))),
    ("chart points", 1, lambda n: bar(points=n)),
    ("plain_text_input max_length", 1, lambda n: an_input(typed(max_length=n))),
    ("moment in seconds", 1_000_000_000, lambda n: menu("datetimepicker", initial_date_time=n)),
    ("plain_text_input min_length", 0, lambda n: an_input(typed(min_length=n))),
    ("min_query_length", 0, lambda n: menu("external_select", min_query_length=n)),
    ("min_query_length of several", 0, lambda n: menu("multi_external_select", min_query_length=n)),
    ("max_selected_items", 1, lambda n: menu("multi_users_select", max_selected_items=n)),
]


def named(limit: tuple[str, int, object]) -> str:
    return f"slack 11, {limit[0]}: {limit[1]}"


@pytest.mark.parametrize("limit", IN_MESSAGE, ids=named)
def test_slack_11_a_limit_of_a_block_in_a_message(limit: Limit) -> None:
    _, most, build = limit
    assert check_blocks([build(most)], "message") == []
    assert check_blocks([build(most + 1)], "message") != []


@pytest.mark.parametrize("limit", IN_MODAL, ids=named)
def test_slack_11_a_limit_of_a_block_in_a_modal(limit: Limit) -> None:
    _, most, build = limit
    assert check_blocks([build(most)], "modal") == []
    assert check_blocks([build(most + 1)], "modal") != []


@pytest.mark.parametrize("limit", OF_VIEWS, ids=named)
def test_slack_11_a_limit_of_a_view(limit: Limit) -> None:
    _, most, build = limit
    assert check_view(build(most)) == []
    assert check_view(build(most + 1)) != []


@pytest.mark.parametrize("limit", OF_MESSAGES, ids=named)
def test_slack_11_a_limit_of_a_whole_message(limit: tuple[str, int, Callable[[int], list[Json]]]) -> None:
    _, most, build = limit
    assert check_blocks(build(most), "message") == []
    assert check_blocks(build(most + 1), "message") != []


@pytest.mark.parametrize("limit", LEAST, ids=named)
def test_slack_11_a_lower_end(limit: Limit) -> None:
    _, least, build = limit
    assert check_blocks([build(least)], "message") == []
    assert check_blocks([build(least - 1)], "message") != []


@pytest.mark.parametrize("limit", LEAST_IN_MODAL, ids=named)
def test_slack_11_a_lower_end_in_a_modal(limit: Limit) -> None:
    _, least, build = limit
    assert check_blocks([build(least)], "modal") == []
    assert check_blocks([build(least - 1)], "modal") != []


MAY_BE_EMPTY = {
    "private_metadata": modal(private_metadata=""),
    "callback_id": modal(callback_id=""),
    "external_id": modal(external_id=""),
    "words": modal(an_input(typed(initial_value=""))),
    "nobody": modal(actions({"type": "multi_users_select", "initial_users": []})),
    "mail": modal(an_input({"type": "email_text_input", "initial_value": ""})),
}


@pytest.mark.parametrize("name", MAY_BE_EMPTY)
def test_slack_11_what_may_be_empty(name: str) -> None:
    assert check_view(MAY_BE_EMPTY[name]) == []


def test_slack_11_two_lists_of_one_limit_are_each_held_to_it() -> None:
    boxes = {"options": options(10), "initial_options": options(1) * 11}
    assert check_blocks([menu("checkboxes", **boxes)], "message") == [
        "/blocks/0/elements/0/initial_options must have at most 10 options, and has 11."
    ]
    places = [problem.split(" must have at most 20 ")[0] for problem in check_blocks([bar(points=21)], "message")]
    assert places == ["/blocks/0/chart/series/0/data", "/blocks/0/chart/axis_config/categories"]


def test_slack_11_a_problem_names_the_place_and_the_rule() -> None:
    problems = check_blocks([section(), section(text=mrkdwn(3001))], "message")
    assert problems == ["/blocks/1/text/text must have at most 3000 characters, and has 3001."]


def test_slack_11_characters_are_counted_not_bytes() -> None:
    assert check_blocks([section(text=plain("🙂" * 3000))], "message") == []
