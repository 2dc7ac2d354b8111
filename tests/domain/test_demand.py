"""Demand: distinct accounts against their base, and money that is never counted twice or mixed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.demand import AccountAsked, Demand, OpportunityAsked, Voice, Worth, convert, count_demand
from bot.domain.money import Money
from bot.domain.policies import RatePolicy

NOON = datetime(2026, 10, 14, 12, tzinfo=UTC)
NO_RATES = RatePolicy()
EURO = RatePolicy(date(2026, 11, 1), {"EUR": Decimal("1.10"), "JPY": Decimal("0.0065")})
GLOBEX = AccountAsked(1, is_confirmed=True, segment="mid-market", crm=Money(10_000_00, "USD"))
INITECH = AccountAsked(2, is_confirmed=True, segment="enterprise")
HOOLI = AccountAsked(3, is_confirmed=True, segment="mid-market")
UNKNOWN = AccountAsked(4, is_confirmed=False, crm=Money(1, "USD"))
BASES = {"mid-market": 180, "enterprise": 30, None: 5}
DEAL = OpportunityAsked(7, Money(8_000_00, "USD"))


def voice(number: int, account: AccountAsked | None = None, claimed: Money | None = None, **more: object) -> Voice:
    return Voice(number, NOON + timedelta(minutes=number), account, claimed=claimed, **more)  # type: ignore[arg-type]


def demand(*voices: Voice, rates: RatePolicy = NO_RATES) -> Demand:
    return count_demand(voices, BASES, "USD", rates)


def test_an_account_counts_once_however_many_report_it() -> None:
    counted = demand(voice(1, GLOBEX), voice(2, GLOBEX), voice(3, HOOLI), voice(4, UNKNOWN), voice(5))
    assert (counted.confirmed, counted.base, counted.segment, counted.unconfirmed) == (2, 180, "mid-market", 1)
    assert counted.by_segment == {}


def test_accounts_of_several_segments_stand_against_all_and_each_against_its_own() -> None:
    counted = demand(voice(1, GLOBEX), voice(2, HOOLI), voice(3, INITECH))
    assert (counted.confirmed, counted.base, counted.segment) == (3, 215, None)
    assert counted.by_segment == {"enterprise": (1, 30), "mid-market": (2, 180)}


def test_what_the_crm_says_is_counted_once_for_each_deal_and_never_for_its_account_again() -> None:
    assert demand(voice(1, GLOBEX), voice(2, GLOBEX)).crm.total == Money(10_000_00, "USD")
    twice = demand(voice(1, GLOBEX), voice(2, GLOBEX, opportunity=DEAL), voice(3, GLOBEX, opportunity=DEAL))
    assert twice.crm.total == Money(8_000_00, "USD")
    assert demand(voice(1, UNKNOWN)).crm == Worth()


def test_the_newest_claim_counts_for_each_deal_account_or_report() -> None:
    first, second = Money(5_00, "USD"), Money(7_00, "USD")
    assert demand(voice(2, GLOBEX, second), voice(1, GLOBEX, first)).claimed.total == second
    assert demand(voice(1, GLOBEX, first), voice(2, GLOBEX, second, opportunity=DEAL)).claimed.total == second
    assert demand(voice(1, GLOBEX, first), voice(2, GLOBEX, opportunity=DEAL)).claimed.total == first
    assert demand(voice(1, None, first), voice(2, None, second)).claimed.total == Money(12_00, "USD")


def test_claims_and_crm_are_two_figures() -> None:
    counted = demand(voice(1, GLOBEX, Money(1_00, "USD")))
    assert (counted.crm.total, counted.claimed.total) == (Money(10_000_00, "USD"), Money(1_00, "USD"))


def test_other_currencies_need_a_rate_and_else_stand_beside() -> None:
    euros, yen = voice(1, GLOBEX, Money(100_00, "EUR")), voice(2, HOOLI, Money(1_000, "JPY"))
    beside = demand(euros, yen).claimed
    assert beside == Worth(None, (Money(100_00, "EUR"), Money(1_000, "JPY")))
    added = demand(euros, yen, rates=EURO)
    assert added.claimed == Worth(Money(116_50, "USD"), (), is_converted=True)
    assert added.rates_on == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("money", "currency", "rate", "expected"),
    [
        (Money(100_00, "EUR"), "USD", "1.10", 110_00),
        (Money(1_000, "JPY"), "USD", "0.0065", 6_50),
        (Money(100_00, "USD"), "JPY", "153.4", 15_340),
        (Money(1_000, "KWD"), "USD", "3.25", 3_25),
        (Money(1, "EUR"), "USD", "0.5", 1),
    ],
)
def test_rates_are_of_whole_units_and_halves_are_rounded_up(
    money: Money, currency: str, rate: str, expected: int
) -> None:
    assert convert(money, currency, Decimal(rate)) == Money(expected, currency)


ACCOUNTS = st.sampled_from([None, GLOBEX, INITECH, HOOLI, UNKNOWN])
CLAIMS = st.one_of(st.none(), st.builds(Money, st.integers(1, 10**6), st.sampled_from(["USD", "EUR"])))
VOICES = st.lists(st.tuples(ACCOUNTS, CLAIMS, st.sampled_from([None, DEAL])), max_size=8)


@given(told=VOICES)
def test_saying_everything_twice_changes_no_account_and_no_money_of_the_list(
    told: list[tuple[AccountAsked | None, Money | None, OpportunityAsked | None]],
) -> None:
    once = [voice(number, who, claim, opportunity=deal) for number, (who, claim, deal) in enumerate(told)]
    again = [voice(number + 100, who, claim, opportunity=deal) for number, (who, claim, deal) in enumerate(told)]
    first, both = demand(*once), demand(*once, *again)
    assert (first.confirmed, first.unconfirmed, first.crm) == (both.confirmed, both.unconfirmed, both.crm)


@given(told=VOICES)
def test_the_order_in_which_reports_were_stored_does_not_matter(
    told: list[tuple[AccountAsked | None, Money | None, OpportunityAsked | None]],
) -> None:
    voices = [voice(number, who, claim, opportunity=deal) for number, (who, claim, deal) in enumerate(told)]
    assert demand(*voices) == demand(*reversed(voices))
