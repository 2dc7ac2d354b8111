"""Finding known names in a text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.known_names import KnownNames, tokenise

COMPETITORS = {
    1: ("Acme", "Acme Corp"),
    2: ("C++",),
    3: ("C",),
    4: ("Node.js",),
    5: ("AT&T",),
    6: ("Windows",),
    7: ("Windows XP",),
    8: ("Straße GmbH",),
    9: ("हिन्दी",),
    10: ("!!!", "  ", ""),
    11: ("Café",),
}
KNOWN = KnownNames.build(COMPETITORS, areas={1: ("SSO", "log in")}, accounts={1: ("Globex",), 2: ("Initech", "acme")})


def competitors(text: str) -> list[int]:
    return [key for sort, key in KNOWN.find(text) if sort == "competitor"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Acme cut prices", [1]),
        ("ACME's new plan", [1]),
        ("*acme*, _Acme_ and ~acme~", [1, 1, 1]),
        ("(acme)", [1]),
        ("acme-based and #acme", [1, 1]),
        ("Acmeville macme Acme2", []),
        ("acme  \n corp", [1]),
        ("C++ or C, not C#", [2, 3]),
        ("C+ is no name", []),
        ("Acme+Windows, but no Acme+ and no Acme+1", [1, 6]),
        ("written in Node.js.", [4]),
        ("node js", []),
        ("AT&T again", [5]),
        ("Windows XP and Windows 11", [7, 6]),
        ("STRASSE gmbh", [8]),
        ("ａｃｍｅ", [1]),
        ("हिन्दी", [9]),
        ("हिन्दीवाला", []),
        ("cafe\u0301 now", [11]),
        ("CAFE", []),
        ("what!!! and blanks", []),
        ("", []),
    ],
)
def test_names_are_found_from_boundary_to_boundary(text: str, found: list[int]) -> None:
    assert competitors(text) == found


def test_one_name_may_stand_for_several_things() -> None:
    assert set(KNOWN.find("acme")) == {("competitor", 1), ("account", 2)}


def test_areas_are_found_by_their_keywords() -> None:
    assert list(KNOWN.find("they cannot Log In without sso")) == [("area", 1), ("area", 1)]


@pytest.mark.parametrize(("text", "found"), [("Globex says", [("account", 1)]), ("At Globex", []), ("", [])])
def test_a_name_at_the_start(text: str, found: list[tuple[str, int]]) -> None:
    assert list(KNOWN.find_at_start(text)) == found


@pytest.mark.parametrize(("text", "found"), [(" globex ", [("account", 1)]), ("Globex says", []), ("", [])])
def test_a_name_and_nothing_else(text: str, found: list[tuple[str, int]]) -> None:
    assert list(KNOWN.find_whole(text)) == found


@given(st.text(max_size=100))
def test_any_text_can_be_searched_and_any_name_known(text: str) -> None:
    known = KnownNames.build({1: (text,)}, {}, {})
    has_a_letter = any(token[0].isalnum() for token in tokenise(text.strip()))
    assert list(known.find(text)) == ([("competitor", 1)] if has_a_letter else [])


@given(st.lists(st.sampled_from(["Acme", "Globex", "Windows", "XP", "on", "."]), max_size=12))
def test_a_text_names_exactly_the_names_that_stand_in_it(words: list[str]) -> None:
    text = " ".join(words)
    expected = text.replace("Windows XP", "7").split().count("7")
    assert competitors(text).count(7) == expected
    assert competitors(text).count(1) == words.count("Acme")


def _seconds(known: KnownNames, text: str) -> float:
    def once() -> float:
        began = time.perf_counter()
        list(known.find(text))
        return time.perf_counter() - began

    return min(once() for _ in range(7))


def test_the_cost_does_not_grow_with_the_number_of_names() -> None:
    text = "Name 17 heard that name 9999 and Globex met, and other words follow here. " * 20
    few = KnownNames.build({key: (f"name {key}",) for key in range(20)}, {}, {})
    many = KnownNames.build({key: (f"name {key}", f"alias {key} of it") for key in range(10_000)}, {}, {})
    assert [key for _, key in many.find(text)] == [17, 9999] * 20
    assert _seconds(many, text) < 5 * _seconds(few, text)
