"""What a typed command means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.command_line import Capture, Form, Grammar, LookUp, item_name, read_command
from bot.domain.text import is_blank
from bot.domain.words import Kind

GRAMMARS = (
    Grammar("help", lambda words: words == ["help"]),
    Grammar("about", lambda words: words[0] == "about" and words[1:] == ["Acme"]),
    Grammar("top", lambda words: words[0] == "top" and len(words) <= 2),
    Grammar("help too", lambda words: words == ["help"]),
)


@pytest.mark.parametrize("line", ["", "  ", "\n\t", "\u200b", "\u00a0"])
def test_a_bare_command_opens_the_form(line: str) -> None:
    assert read_command(Kind.ASK, line, GRAMMARS) == Form(Kind.ASK)


@pytest.mark.parametrize(
    ("line", "name", "words"),
    [("help", "help", ("help",)), (" about  Acme ", "about", ("about", "Acme")), ("top SSO", "top", ("top", "SSO"))],
)
def test_a_line_that_fits_whole_is_a_look_up(line: str, name: str, words: tuple[str, ...]) -> None:
    assert read_command(Kind.NUGGET, line, GRAMMARS) == LookUp(name, words)


@pytest.mark.parametrize(
    "line",
    ["help them export", "about Acme: new prices", "about time", "top of mind today", "Help", " spaces stay  \n too "],
)
def test_anything_else_is_kept_as_it_was_typed(line: str) -> None:
    assert read_command(Kind.NUGGET, line, GRAMMARS) == Capture(Kind.NUGGET, line)


@given(st.sampled_from(Kind), st.text())
def test_no_line_is_ever_dropped(kind: Kind, line: str) -> None:
    assert read_command(kind, line, ()) == (Form(kind) if is_blank(line) else Capture(kind, line))


@pytest.mark.parametrize(
    ("word", "named"),
    [("A-7", (Kind.ASK, 7)), ("a-12", (Kind.ASK, 12)), ("N-120", (Kind.NUGGET, 120)), ("n-1", (Kind.NUGGET, 1))],
)
def test_items_are_named_by_letter_and_number(word: str, named: tuple[Kind, int]) -> None:
    assert item_name(word) == named


@pytest.mark.parametrize("word", ["A7", "B-7", "A-", "A-0", "A-07", "A-7.", "A--7", "A-٧", "A-1234567890", "", "xA-7"])
def test_other_words_name_no_item(word: str) -> None:
    assert item_name(word) is None
