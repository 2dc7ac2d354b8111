"""Questions to the field and the coaching question, as drawn: fit to send, whatever people wrote."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import coaching, wants
from bot.blocks.wants import WantView
from bot.domain.views import ItemView
from bot.playground.validation import check_view
from tests.blocks.samples import ITEMS, MAYBE, NUGGET, WORDS, action_ids, assert_fit_to_send, shown

OUTCOMES = (None, "filled", "withdrawn", "replaced", "lapsed")
WANT = WantView(7, "What does Acme charge", "Dana", date(2026, 12, 9), "Acme")
WANTS = st.builds(
    WantView,
    want_id=st.integers(1, 2**62),
    words=WORDS,
    asker_name=WORDS,
    due_on=st.dates(),
    competitor=MAYBE,
    outcome=st.sampled_from(OUTCOMES),
    filled_by_name=MAYBE,
    item_name=st.none() | st.just("N-12"),
    is_own=st.booleans(),
)


@given(WANTS, ITEMS, st.booleans())
def test_whatever_is_asked_is_fit_to_send(want: WantView, item: ItemView, is_hidden: bool) -> None:
    for drawn in (
        wants.want_card(want, is_hidden=is_hidden),
        wants.asked(want, "intel" if is_hidden else None),
        wants.want_list([replace(want, want_id=number) for number in range(1, 13)], "/intel"),
        wants.does_it_answer(want, item.item_id, item.name),
        wants.filled(want, None if is_hidden else item),
        wants.open_again(want),
        wants.lapsed(want),
        wants.goes_on(want),
        wants.one_at_a_time(want, "x" * 2000),
    ):
        assert_fit_to_send(drawn)


@given(WORDS, MAYBE, MAYBE)
def test_the_coaching_question_is_fit_to_send(words: str, customer: str | None, owner: str | None) -> None:
    for drawn in (
        coaching.coaching_question("A-7", 7, customer, owner),
        coaching.answered("A-7", 7, owner),
        coaching.skipped("A-7", date(2027, 2, 24)),
    ):
        assert_fit_to_send(drawn)
    assert check_view(coaching.answer_form("A-7", words, customer)) == []


@given(WANTS)
def test_the_form_of_any_question_opens(want: WantView) -> None:
    assert check_view(wants.tell_form(want, private_metadata="{}")) == []


def test_an_open_question_has_one_button_and_a_closed_one_none() -> None:
    assert action_ids(wants.want_card(WANT)) == [wants.ACTION_KNOW]
    for outcome in OUTCOMES[1:]:
        assert action_ids(wants.want_card(replace(WANT, outcome=outcome))) == []


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (None, "Open until 9 December 2026"),
        ("filled", "Answered by Ben: N-12"),
        ("lapsed", "Nobody knew by 9 December 2026"),
        ("replaced", "Closed: Dana asks something else"),
        ("withdrawn", "Taken back by Dana"),
    ],
)
def test_the_card_says_what_became_of_it(outcome: str | None, expected: str) -> None:
    drawn = wants.want_card(replace(WANT, outcome=outcome, filled_by_name="Ben", item_name="N-12"))
    assert expected in shown(drawn)
    assert expected in drawn.text


def test_the_asker_reads_the_words_and_how_they_are_known() -> None:
    drawn = wants.filled(replace(WANT, filled_by_name="Ben"), NUGGET)
    assert "Ben answers your question “What does Acme charge”: N-12, first-hand:" in drawn.text
    assert "Acme cut prices" in shown(drawn)
    assert action_ids(drawn) == [wants.ACTION_STILL_LOOKING]


def test_the_coaching_question_reads_as_the_house_speaks() -> None:
    drawn = coaching.coaching_question("A-7", 7, "Globex", "Priya")
    assert drawn.text == "Saved as A-7. One thing would help Priya decide: what can't Globex do today?"
    assert action_ids(drawn) == [coaching.ACTION_ANSWER, coaching.ACTION_SKIP]
