"""A question to the field as it is typed: its words, and the day at its end."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.wants import WantLine, question_of, read_want

# A Wednesday.
TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "words", "by"),
    [
        ("What does Acme charge by friday", "What does Acme charge", date(2026, 11, 27)),
        ("What does Acme charge? by 12 March", "What does Acme charge?", date(2027, 3, 12)),
        ("Acme's price, by March 12th.", "Acme's price", date(2027, 3, 12)),
        ("price by 25 November", "price", TODAY),
        ("price by 24 November", "price", date(2027, 11, 24)),
        ("price by wednesday", "price", date(2026, 12, 2)),
        ("price by next Mon", "price", date(2026, 11, 30)),
        ("price by tomorrow", "price", date(2026, 11, 26)),
        ("price by TODAY", "price", TODAY),
        ("price by 2027-03-12", "price", date(2027, 3, 12)),
        ("price by 12 March 2020", "price", date(2020, 3, 12)),
        ("price by 29 feb", "price", date(2028, 2, 29)),
        ("Who sits by friday\nby thursday", "Who sits by friday", date(2026, 11, 26)),
    ],
)
def test_a_day_at_the_end_is_by_when(text: str, words: str, by: date) -> None:
    assert read_want(text, TODAY) == WantLine(words, by)


@pytest.mark.parametrize(
    "text",
    [
        "What ships by March 12?",
        "Is it sold by Acme",
        "price by 31 February",
        "price by the end of March",
        "by friday",
        "standby friday",
        "price by 5",
        "Who stands by Mon Repos",
    ],
)
def test_what_is_no_day_or_belongs_to_the_question_stays_in_its_words(text: str) -> None:
    assert read_want(text, TODAY) == WantLine(text)


@given(st.text(max_size=200), st.dates(min_value=date(2001, 1, 1), max_value=date(2190, 1, 1)))
def test_no_word_before_the_day_is_ever_lost(text: str, today: date) -> None:
    read = read_want(text, today)
    assert text.strip().startswith(read.words)
    assert read.by is not None or read.words == text.strip()


@pytest.mark.parametrize(
    ("line", "question"),
    [("want", ""), (" Want  What does\tAcme charge", "What does\tAcme charge"), ("wants it", None), ("", None)],
)
def test_only_the_word_itself_asks_the_field(line: str, question: str | None) -> None:
    assert question_of(line) == question
