"""How sure a nugget is, in words, on its card and in its details."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import shelf_life
from bot.blocks.answers import item_details
from bot.blocks.card import card
from bot.domain.shelf_life import Fresh, Stale
from bot.domain.views import ItemView
from bot.domain.words import Kind, Privacy
from tests.blocks.samples import ITEMS, NAMES, NUGGET, action_ids, assert_fit_to_send, shown

FRESH, STALE = Fresh(date(2027, 2, 23)), Stale(date(2027, 2, 24))
BOTH = [shelf_life.ACTION_STILL_TRUE, shelf_life.ACTION_NO_LONGER_TRUE]
AGED = ITEMS.flatmap(
    lambda item: st.builds(
        replace,
        st.just(item),
        freshness=st.sampled_from([FRESH, STALE]),
        corroborations=st.integers(0, 500),
        doubted_by=NAMES,
    )
)


@given(AGED)
def test_whatever_is_known_of_it_is_fit_to_send(item: ItemView) -> None:
    for drawn in (card(item), item_details(item), shelf_life.confirmed(item), shelf_life.doubt_question(item, "")):
        assert_fit_to_send(drawn)


@pytest.mark.parametrize(
    ("freshness", "expected"),
    [(FRESH, "Fresh until 23 February 2027"), (STALE, "Stale since 24 February 2027: is it still true?")],
)
def test_card_and_details_say_the_same_with_the_same_buttons(freshness: Fresh | Stale, expected: str) -> None:
    item = replace(NUGGET, freshness=freshness, corroborations=2, doubted_by=("Ben",))
    for drawn in (card(item), item_details(item)):
        assert f"Corroborated by 2 more · {expected}" in shown(drawn)
        assert "Ben says that it no longer holds." in shown(drawn)
        assert [action for action in action_ids(drawn) if action in BOTH] == BOTH


def test_what_does_not_age_has_neither_words_nor_buttons_for_it() -> None:
    for item in (NUGGET, replace(NUGGET, kind=Kind.ASK)):
        assert not set(BOTH) & set(action_ids(card(item)) + action_ids(item_details(item)))
        assert "Fresh" not in shown(card(item))


def test_a_hidden_card_says_nothing_of_it() -> None:
    drawn = card(replace(NUGGET, freshness=FRESH, doubted_by=("Ben",), privacy=Privacy.RESTRICTED))
    assert not set(BOTH) & set(action_ids(drawn))
    assert "Ben" not in shown(drawn)
