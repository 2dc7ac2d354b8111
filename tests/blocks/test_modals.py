import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import modals
from bot.domain.policies import Bar
from bot.domain.views import ItemView
from bot.domain.words import HowKnown, Kind, NoiseReason
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
    for build in (modals.decline_form, modals.not_now_form, modals.noise_form):
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
