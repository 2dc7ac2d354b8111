"""The morning list, the question whether two items say the same, and demand in words."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.daily import DailyLine, daily_list
from bot.blocks.demand import accounts_asking, money_lines
from bot.blocks.home import HomeItem, HomeView, home
from bot.blocks.joining import Likely, added, joined, me_too_offer, same_question
from bot.blocks.modals.me_too import me_too_form
from bot.domain.demand import Demand, Worth
from bot.domain.money import Money
from bot.domain.views import ItemView
from bot.playground.validation import check_view
from tests.blocks.samples import ASK, ITEMS, action_ids, assert_fit_to_send
from tests.blocks.test_modals import assert_fit_to_open

LIKELY = st.builds(
    Likely, st.integers(1, 10**12), st.just("A-7"), st.text(max_size=200), st.just("6 accounts"), st.text()
)


@pytest.mark.parametrize(
    ("demand", "said"),
    [
        (Demand(), ""),
        (Demand(confirmed=1, base=1), "1 account"),
        (Demand(confirmed=1, base=180, segment="mid-market"), "1 of 180 mid-market accounts"),
        (Demand(confirmed=6, base=180, segment="smb", unconfirmed=2), "6 of 180 smb accounts, and 2 unconfirmed"),
        (Demand(unconfirmed=1), "1 unconfirmed account"),
        (Demand(confirmed=2), "2 accounts"),
        (
            Demand(confirmed=3, base=210, by_segment={"enterprise": (1, 30), "mid-market": (2, 180)}),
            "3 of 210 accounts (1 of 30 enterprise, 2 of 180 mid-market)",
        ),
    ],
)  # fmt: skip
def test_demand_in_words(demand: Demand, said: str) -> None:
    assert accounts_asking(demand) == said


def test_money_stands_in_two_figures_and_only_for_those_who_may_see_it() -> None:
    worth = Demand(crm=Worth(Money(1_000_00, "USD")), claimed=Worth(None, (Money(5_00, "EUR"), Money(7, "JPY"))))
    assert money_lines(replace(ASK, demand=worth)) == []
    shown = money_lines(replace(ASK, demand=worth, may_see_money=True))
    assert shown == ["CRM: $1,000 · Claimed by reps: €5 and ¥7"]


@given(
    st.lists(st.builds(DailyLine, st.just("A-7"), st.text(max_size=300), st.text(max_size=60)), min_size=1, max_size=40)
)
def test_every_morning_list_is_fit_to_send(lines: list[DailyLine]) -> None:
    assert_fit_to_send(daily_list(lines))


@given(st.text(max_size=60), st.lists(LIKELY, min_size=1, max_size=5))
def test_every_question_is_fit_to_send_and_offers_three_at_most(name: str, likely: list[Likely]) -> None:
    message = same_question(7, name, likely)
    assert_fit_to_send(message)
    assert len(action_ids(message)) == min(3, len(likely)) + 1


@given(ITEMS, st.booleans())
def test_every_answer_is_fit_to_send_and_the_form_to_open(item: ItemView, update: bool) -> None:
    for message in (joined(item, "A-9", 9), added(item, 3, is_update=update), me_too_offer(item)):
        assert_fit_to_send(message)
    assert_fit_to_open(me_too_form(item))


@given(st.lists(ITEMS, max_size=12), st.lists(ITEMS, max_size=3), st.booleans())
def test_every_home_is_fit_to_publish(items: list[ItemView], owed: list[ItemView], decides: bool) -> None:
    numbered = [replace(item, item_id=number) for number, item in enumerate(items + owed)]
    waiting = tuple(HomeItem(item, "its answer is late") for item in numbered[: len(items)])
    view = HomeView(
        decides=decides, owed=tuple(numbered[len(items) :]), waiting=waiting, waiting_count=40, asks=tuple(items)
    )
    drawn = home(view)
    assert check_view(drawn) == []
