"""How long news holds, by its category and how it is known."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.policies import SHELF_LIFE, Policy, ShelfLifePolicy
from bot.domain.shelf_life import Fresh, Stale, best_grade, freshness
from bot.domain.words import Category, HowKnown, Kind

POLICY = Policy(zone=ZoneInfo("Europe/Paris"))
SAID = datetime(2026, 11, 25, 9, tzinfo=UTC)
SAID_ON = SAID.date()


def age(
    category: Category | None = Category.PRICING,
    grade: HowKnown = HowKnown.FIRST_HAND,
    today: date = SAID_ON,
    said_at: datetime = SAID,
    policy: Policy = POLICY,
) -> Fresh | Stale | None:
    return freshness(Kind.NUGGET, category, grade, said_at, policy, today)


@pytest.mark.parametrize("category", Category)
def test_each_category_has_its_own_days(category: Category) -> None:
    last = SAID_ON + timedelta(days=SHELF_LIFE[category])
    assert age(category) == age(category, today=last) == Fresh(last)
    assert age(category, today=last + timedelta(days=1)) == Stale(last + timedelta(days=1))


def test_a_price_of_november_is_fresh_until_february() -> None:
    assert age() == Fresh(date(2027, 2, 23))


@pytest.mark.parametrize("category", Category)
def test_a_rumour_lasts_a_month_whatever_it_is_about(category: Category) -> None:
    assert age(category, HowKnown.RUMOUR) == Fresh(SAID_ON + timedelta(days=30))


def test_a_rumour_never_outlasts_what_is_known() -> None:
    short = replace(POLICY, shelf_life=ShelfLifePolicy({**SHELF_LIFE, Category.PRICING: 10}))
    assert age(grade=HowKnown.RUMOUR, policy=short) == age(policy=short) == Fresh(SAID_ON + timedelta(days=10))


def test_without_a_category_it_ages_as_news_of_the_product() -> None:
    assert age(None) == age(Category.PRODUCT)


def test_the_day_is_that_of_the_workspace() -> None:
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    assert age(said_at=late) == Fresh(date(2027, 2, 24))


def test_an_ask_does_not_age() -> None:
    assert freshness(Kind.ASK, None, HowKnown.FIRST_HAND, SAID, POLICY, date(2040, 1, 1)) is None


@given(st.sampled_from(Category), st.sampled_from(HowKnown), st.integers(0, 800))
def test_it_is_fresh_and_then_stale_from_the_next_day_on(category: Category, grade: HowKnown, days: int) -> None:
    today = SAID_ON + timedelta(days=days)
    match age(category, grade, today):
        case Fresh(until):
            assert today <= until
        case Stale(since):
            assert since <= today
            assert age(category, grade, since - timedelta(days=1)) == Fresh(since - timedelta(days=1))


def test_the_best_grade_counts_and_nothing_is_a_rumour() -> None:
    assert best_grade([HowKnown.RUMOUR, HowKnown.DOCUMENT, HowKnown.SECOND_HAND]) is HowKnown.DOCUMENT
    assert best_grade([HowKnown.RUMOUR]) is best_grade([]) is HowKnown.RUMOUR
