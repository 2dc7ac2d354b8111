import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import modals
from bot.blocks.modals.decisions import already_possible_form, duplicate_form, needs_info_form
from bot.domain.choices import Filled, new_choice, row_choice, typed
from bot.domain.policies import Bar
from bot.domain.views import ItemView
from bot.domain.words import HowKnown, Kind, NoiseReason
from bot.playground.suggestions import check_suggestions
from bot.playground.validation import check_view
from tests.blocks.samples import ASK, ITEMS, WORDS, assert_pings_nobody, objects_in

LARGEST = 250_000


def fields(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def required(view: dict[str, Any]) -> set[str]:
    return {block_id for block_id, block in fields(view).items() if not block.get("optional")}


def assert_fit_to_open(view: dict[str, Any]) -> None:
    assert check_view(view) == []
    assert len(json.dumps(view)) <= LARGEST
    assert_pings_nobody(view)
    assert {block["element"]["action_id"] for block in fields(view).values()} <= {modals.ACTION_FIELD}


@given(ITEMS, st.text(max_size=3000))
def test_every_form_about_an_item_is_fit_to_open(item: ItemView, metadata: str) -> None:
    for build in (
        modals.decline_form,
        modals.not_now_form,
        modals.noise_form,
        needs_info_form,
        already_possible_form,
        duplicate_form,
    ):
        view = build(item, private_metadata=metadata)
        assert_fit_to_open(view)
        assert view["private_metadata"] == metadata


@given(WORDS)
def test_every_form_with_words_is_fit_to_open(words: str) -> None:
    assert_fit_to_open(modals.edit_form(words))


@pytest.mark.parametrize("kind", Kind)
def test_every_empty_form_is_fit_to_open(kind: Kind) -> None:
    assert_fit_to_open(modals.capture_form(kind))


def test_the_form_for_intel_asks_for_one_thing() -> None:
    view = modals.capture_form(Kind.NUGGET)
    assert view["callback_id"] == modals.CAPTURE_INTEL
    assert [block["label"]["text"] for block in fields(view).values()] == [
        "What did you hear?",
        "Competitor",
        "How do you know?",
    ]
    assert required(view) == {modals.FIELD_WORDS}
    grades = fields(view)[modals.FIELD_HOW_KNOWN]["element"]
    assert [option["value"] for option in grades["options"]] == list(HowKnown)
    assert grades["initial_option"]["value"] == HowKnown.FIRST_HAND


def test_the_form_for_an_ask_puts_the_problem_first() -> None:
    view = modals.capture_form(Kind.ASK, private_metadata="C1")
    assert view["callback_id"] == modals.CAPTURE_ASK
    assert view["private_metadata"] == "C1"
    assert [block["label"]["text"] for block in fields(view).values()] == [
        "What is the customer trying to do, and what stops them?",
        "Account",
        "What did they ask for?",
    ]
    assert required(view) == {modals.FIELD_WORDS}
    assert fields(view)[modals.FIELD_WORDS]["element"]["multiline"] is True


@pytest.mark.parametrize("length", [0, 1, 3000, 3001, 20_000, 60_000])
def test_words_to_edit_come_back_whole_in_as_many_fields_as_they_need(length: int) -> None:
    text = "".join(chr(97 + number % 26) for number in range(length))
    view = modals.edit_form(text)
    ids = modals.word_field_ids(len(view["blocks"]))
    assert list(fields(view)) == ids
    assert "".join(fields(view)[name]["element"].get("initial_value", "") for name in ids) == text
    assert required(view) == {modals.FIELD_WORDS}


@pytest.mark.parametrize("text", ["🙂" * 40_000, "x" * (modals.MOST_WORD_FIELDS * 3000 + 1)])
def test_words_that_no_form_holds_are_not_cut(text: str) -> None:
    view = modals.edit_form(text)
    assert fields(view) == {}
    assert "submit" not in view


def test_a_decline_needs_words_and_shows_the_bar() -> None:
    view = modals.decline_form(ASK, private_metadata="70")
    assert view["title"]["text"] == "Decline A-7"
    assert required(view) == {modals.FIELD_REASON}
    seen = [entry["text"] for entry in objects_in(view) if isinstance(entry.get("text"), str)]
    assert "What we build for: Small teams." in seen
    assert "You can do today" in seen


def test_a_decline_without_a_bar_has_no_line_for_it() -> None:
    view = modals.decline_form(replace(ASK, bar=Bar()))
    assert [block["type"] for block in view["blocks"]] == ["rich_text", "input", "input"]


def test_a_not_now_needs_a_reason_and_a_day() -> None:
    view = modals.not_now_form(ASK)
    assert required(view) == {modals.FIELD_REASON, modals.FIELD_LOOK_AGAIN}
    assert fields(view)[modals.FIELD_LOOK_AGAIN]["element"]["type"] == "datepicker"


def test_a_not_now_proposes_the_day_that_it_is_given() -> None:
    picker = fields(modals.not_now_form(ASK, look_again=date(2027, 1, 11)))[modals.FIELD_LOOK_AGAIN]["element"]
    assert picker["initial_date"] == "2027-01-11"


def test_noise_has_four_reasons() -> None:
    element = fields(modals.noise_form(ASK))[modals.FIELD_NOISE_REASON]["element"]
    assert [option["value"] for option in element["options"]] == list(NoiseReason)
    assert len(element["options"]) == 4


# What stands behind *Add details*, in a draft, and in the form of one's own report.

FIRST = {
    Kind.NUGGET: [modals.FIELD_WORDS, modals.FIELD_COMPETITOR, modals.FIELD_HOW_KNOWN],
    Kind.ASK: [modals.FIELD_WORDS, modals.FIELD_ACCOUNT, modals.FIELD_WANTED],
}
BEHIND = {
    Kind.NUGGET: ["category", "account", "area", "tags", "source", "restricted"],
    Kind.ASK: [
        *("opportunity", "stage", "amount", "close", "segment", "answer_by"),
        *("area", "competitor", "tags", "how_known", "restricted"),
    ],
}
FILLED: Filled = {
    "words": typed("They retype every order"),
    "competitor": (row_choice(3, "Acme"),),
    "account": (new_choice("Hooli"),),
    "tags": (new_choice("pricing", "#pricing"), new_choice("deal", "#deal")),
    "how_known": typed("rumour"),
    "category": typed("people"),
    "close": typed("2027-03-31"),
    "restricted": typed(modals.TICKED),
}


def chosen(view: dict[str, Any], block_id: str) -> object:
    element = fields(view)[block_id]["element"]
    found = [value for key, value in element.items() if key.startswith("initial_")]
    value = found[0] if found else None
    if isinstance(value, list):
        return [entry["text"]["text"] for entry in value]
    return value["text"]["text"] if isinstance(value, dict) else value


@pytest.mark.parametrize("kind", Kind)
def test_three_fields_come_first_and_the_button_brings_the_rest(kind: Kind) -> None:
    short = modals.capture_form(kind)
    assert list(fields(short)) == FIRST[kind]
    (row,) = (block for block in short["blocks"] if block["type"] == "actions")
    assert [button["action_id"] for button in row["elements"]] == [modals.ACTION_DETAILS]
    whole = modals.capture_form(kind, modals.CaptureDrawing(has_details=True))
    assert_fit_to_open(whole)
    assert list(fields(whole)) == FIRST[kind] + BEHIND[kind]
    assert required(whole) == {modals.FIELD_WORDS}
    assert modals.detail_fields(kind) == set(BEHIND[kind])
    assert "actions" not in [block["type"] for block in whole["blocks"]]
    left_out = modals.CaptureDrawing(has_details=True, left_out={modals.FIELD_RESTRICTED})
    assert modals.FIELD_RESTRICTED not in fields(modals.capture_form(kind, left_out))


@pytest.mark.parametrize("kind", Kind)
def test_every_change_in_a_capture_form_is_told_and_so_is_its_closing(kind: Kind) -> None:
    view = modals.capture_form(kind, modals.CaptureDrawing(has_details=True))
    assert view["notify_on_close"] is True
    for block in fields(view).values():
        assert block["dispatch_action"] is True
        if block["element"]["type"] == "plain_text_input":
            assert block["element"]["dispatch_action_config"] == {"trigger_actions_on": ["on_character_entered"]}


@pytest.mark.parametrize("kind", Kind)
def test_a_draft_is_in_the_form_with_its_day_and_a_way_out(kind: Kind) -> None:
    drawing = modals.CaptureDrawing(FILLED, has_details=True, draft_on=date(2026, 10, 14))
    view = modals.capture_form(kind, drawing)
    assert_fit_to_open(view)
    note = view["blocks"][0]
    assert note["text"]["text"] == "This is your draft of 14 October 2026."
    assert note["accessory"]["action_id"] == modals.ACTION_START_FRESH
    assert "confirm" in note["accessory"]
    standing = {name: chosen(view, name) for name in fields(view) if chosen(view, name) is not None}
    about: dict[str, object] = {
        "words": "They retype every order",
        "competitor": "Acme",
        "account": "Hooli",
        "how_known": "Rumour",
    }
    about |= {"tags": ["#pricing", "#deal"], "restricted": ["Restrict its words to its owner, leads and you"]}
    own = {"category": "People"} if kind is Kind.NUGGET else {"close": "2027-03-31"}
    assert standing == about | own


def test_a_fresh_form_forgets_what_slack_would_keep() -> None:
    fresh = modals.capture_form(Kind.ASK, modals.CaptureDrawing(action_id=modals.ACTION_FIELD_FRESH))
    assert {block["element"]["action_id"] for block in fields(fresh).values()} == {modals.ACTION_FIELD_FRESH}
    assert modals.ACTION_FIELD_FRESH != modals.ACTION_FIELD


@pytest.mark.parametrize("kind", Kind)
def test_the_form_of_one_s_own_report_shows_all_that_stands_beside_the_words(kind: Kind) -> None:
    view = modals.edit_form("The words", modals.EditDrawing(kind, FILLED))
    assert_fit_to_open(view)
    assert set(fields(view)) == {*FIRST[kind], *BEHIND[kind]}
    assert (chosen(view, "words"), chosen(view, "competitor")) == ("The words", ["Acme"])
    shared = modals.edit_form("The words", modals.EditDrawing(kind, FILLED, {"tags", "area"}, is_shared=True))
    assert not {"tags", "area"} & set(fields(shared))
    assert view["blocks"][-1]["type"] == "input"
    assert shared["blocks"][-1]["type"] == "context"


def test_words_that_leave_no_room_for_the_rest_are_edited_alone() -> None:
    drawing = modals.EditDrawing(Kind.ASK, {"wanted": typed("é" * 3000)})
    view = modals.edit_form("é" * 38_000, drawing)
    assert set(fields(view)) == set(modals.word_field_ids(13))
    assert_fit_to_open(view)


def test_options_are_cut_to_what_a_menu_takes_and_a_new_name_says_so() -> None:
    long = "Long name " * 20
    options = modals.menu_options([row_choice(7, long)], new_choice(long))
    assert [option["value"] for option in options] == ["id:7", f"new:{long}"[:150]]
    assert all(len(option["text"]["text"]) <= 75 for option in options)
    assert options[1]["text"]["text"].startswith("Create “Long name ")
    assert options[1]["text"]["text"].endswith("…”")
    assert modals.menu_options([], new_choice("Globexx"))[0]["text"]["text"] == "Create “Globexx”"
    assert check_suggestions({"options": options}) == []


@given(WORDS, WORDS)
def test_whatever_stands_in_a_draft_can_be_drawn(words: str, name: str) -> None:
    filled: Filled = {"words": typed(words[:3000]), "account": (new_choice(name),) if name.strip() else ()}
    filled = {**filled, "tags": (new_choice(name),) if name.strip() else (), "wanted": typed(words[:3000])}
    assert_fit_to_open(modals.capture_form(Kind.ASK, modals.CaptureDrawing(filled, has_details=True)))
