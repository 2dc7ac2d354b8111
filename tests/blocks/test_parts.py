from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.parts import counted, day, listed, moment, one_line, said, top_text
from tests.blocks.samples import WORDS

ENTITIES = ("&amp;", "&lt;", "&gt;")


@given(WORDS, st.integers(10, 500))
def test_top_text_is_escaped_fits_and_cuts_no_entity(words: str, limit: int) -> None:
    text = top_text(words, limit)
    assert len(text) <= limit
    assert "<" not in text
    bare = text
    for entity in ENTITIES:
        bare = bare.replace(entity, "")
    assert "&" not in bare


@pytest.mark.parametrize("words", ["x" * 10, "&lt;", "<<", "ab<cd", "\u202e"])
def test_top_text_that_fits_is_kept_whole(words: str) -> None:
    assert top_text(words, 20).replace("&lt;", "<").replace("&amp;", "&") == words


def test_top_text_keeps_as_much_as_fits() -> None:
    assert top_text("&" * 30, 50) == "&amp;" * 8 + "…"


def test_a_moment_is_drawn_in_the_zone_of_its_reader() -> None:
    drawn = moment(datetime(2027, 3, 1, 23, 59, tzinfo=UTC))
    assert drawn["timestamp"] == 1803945540
    assert drawn["fallback"] == "1 March 2027"


def test_small_phrases() -> None:
    assert day(date(2026, 12, 24)) == "24 December 2026"
    assert counted(1, "ask", "asks") == "1 ask"
    assert counted(0, "ask", "asks") == "0 asks"
    assert listed(["Ada", "Ben"], 2) == "Ada, Ben"
    assert listed(["Ada", "Ben", "Cid"], 2) == "Ada, Ben and 1 more"
    assert one_line(" two\n lines ", 20) == "two lines"


def test_nothing_to_say_is_still_a_message() -> None:
    assert said(" ").text == "(no words)"
