"""What a field offers for what was typed, the form of tags, and how choices name rows and new names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.choices import Choice, is_filled, new_choice, row_choice, text_of, typed
from bot.domain.lines import KnownNames, parse_line
from bot.domain.names import fold
from bot.domain.suggestions import MOST_ALIKE, Known, is_known, suggest_names
from bot.domain.tags import tag_of

NAMES = ("Globex", "Acme", "Wayne Foods", "Initech", "New Acme Labs", "Glenmore", "Umbrella")
KNOWN = [Known(number, name, fold(name)) for number, name in enumerate(NAMES, start=1)]
ALIAS = Known(1, "Globex", fold("GBX Holding"), "GBX Holding")


def found(words: str, most: int = 100) -> list[str]:
    return [known.alias or known.name for known in suggest_names([*KNOWN, ALIAS], words, most)]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("gl", ["Glenmore", "Globex"]),
        ("GLO", ["Globex"]),
        ("acme", ["Acme", "New Acme Labs"]),
        ("foods", ["Wayne Foods"]),
        ("itec", ["Initech"]),
        ("gbx", ["GBX Holding"]),
        ("Globexx", ["Globex"]),
        ("Intech", ["Initech"]),
        ("umberlla", ["Umbrella"]),
        ("zz", []),
        ("Stark", []),
    ],
)
def test_what_begins_with_it_comes_first_and_what_looks_like_it_last(words: str, names: list[str]) -> None:
    assert found(words) == names


def test_nothing_typed_offers_every_row_once_in_alphabetical_order() -> None:
    assert found("") == sorted(NAMES)
    assert found("  ", 2) == ["Acme", "Glenmore"]


def test_a_row_comes_once_by_the_name_that_fits_best() -> None:
    rows = [Known(1, "Acme", "acme"), Known(1, "Acme", "acme corp", "Acme Corp")]
    assert suggest_names(rows, "acme", 9) == [rows[0]]
    assert suggest_names(rows, "acme c", 9) == [rows[1]]


def test_only_a_few_names_that_merely_look_like_it_are_offered() -> None:
    alike = [Known(number, f"globet{number:02}", f"globet{number:02}") for number in range(50)]
    assert len(suggest_names(alike, "globex", 99)) == MOST_ALIKE
    assert len(suggest_names(alike, "globet", 20)) == 20


@given(st.text(max_size=40), st.integers(0, 5))
def test_it_never_offers_more_than_was_asked_for(words: str, most: int) -> None:
    assert len(found(words, most)) <= most


def test_a_name_is_known_by_its_alias_and_in_any_letter_case() -> None:
    assert is_known([*KNOWN, ALIAS], "gbx  holding")
    assert not is_known([*KNOWN, ALIAS], "gbx")


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("pricing", "pricing"),
        ("#Pricing", "pricing"),
        (" Price List ", "price-list"),
        ("a / b", "a-b"),
        ("हिन्दी", "हिन्दी"),
        ("2027", ""),
        ("#", ""),
        ("--", ""),
        ("x" * 200, "x" * 80),
    ],
)
def test_a_tag_reads_as_it_does_in_a_line(text: str, tag: str) -> None:
    assert tag_of(text) == tag


@given(st.text(max_size=60))
def test_every_tag_of_a_form_is_one_that_a_line_could_have(text: str) -> None:
    tag = tag_of(text)
    if tag:
        assert parse_line(f"#{tag}", KnownNames.build({}, {}, {})).tags == (tag,)


def test_a_choice_names_a_row_or_a_new_name_and_never_both() -> None:
    assert (row_choice(7, "Acme").row_id, row_choice(7, "Acme") == Choice("id:7", "other words")) == (7, True)
    assert (new_choice("id:7").row_id, new_choice("id:7").name) == (None, "id:7")
    assert (new_choice("x" * 300).value, new_choice("Acme").label) == ("new:" + "x" * 146, "Acme")
    for value in ("id:", "id:x", "id:" + "9" * 30, "id:٣", "7", ""):
        assert Choice(value).row_id is None
    assert Choice(" Acme\x00 ").name == "Acme\ufffd"


def test_what_is_blank_fills_no_field() -> None:
    assert not is_filled(typed(""))
    assert not is_filled((Choice(" \u200b"),))
    assert text_of({"a": (Choice("x"), Choice("y"))}, "a") == "x"
    assert text_of({}, "a") == ""
