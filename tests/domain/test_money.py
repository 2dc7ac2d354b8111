"""Money as people write it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import LARGEST_MINOR, Money, find_money, format_money


def usd(major: int, cents: int = 0) -> Money:
    return Money(major * 100 + cents, "USD")


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("$120k", 12_000_000, "USD"),
        ("US$ 1.5 million", 150_000_000, "USD"),
        ("€1.2m", 120_000_000, "EUR"),
        ("€ 1,2m", 120_000_000, "EUR"),
        ("80,000 EUR", 8_000_000, "EUR"),
        ("80k eur", 8_000_000, "EUR"),
        ("80.000€", 8_000_000, "EUR"),
        ("1.5 lakh INR", 15_000_000, "INR"),
        ("₹1.5 crore", 1_500_000_000, "INR"),
        ("Rs. 5 lakh", 50_000_000, "INR"),
        ("INR 1,50,000", 15_000_000, "INR"),
        ("₹1,23,45,678.50", 1_234_567_850, "INR"),
        ("1.234,56 €", 123_456, "EUR"),
        ("1,234.56 USD", 123_456, "USD"),
        ("1 234,56 €", 123_456, "EUR"),
        ("1\u202f234\u202f567 EUR", 123_456_700, "EUR"),
        ("CHF 1'200", 120_000, "CHF"),
        ("USD 3bn", 300_000_000_000, "USD"),
        ("usd3bn", 300_000_000_000, "USD"),
        ("£5", 500, "GBP"),
        ("£5.5", 550, "GBP"),
        ("$1,234", 123_400, "USD"),
        ("€1.234", 123_400, "EUR"),
        ("$1.234m", 123_400_000, "USD"),
        ("$1,234k", 123_400_000, "USD"),
        ("$0.125", 13, "USD"),
        ("¥1,000,000", 1_000_000, "JPY"),
        ("12000 JPY", 12_000, "JPY"),
        ("KWD 1.5", 1_500, "KWD"),
        ("A$90k", 9_000_000, "AUD"),
        ("500 dollars", 50_000, "USD"),
        ("2 million euros", 200_000_000, "EUR"),
        ("5$", 500, "USD"),
        ("(~$40k/yr)", 4_000_000, "USD"),
        ("$1 per seat", 100, "USD"),
        ("*$120k*", 12_000_000, "USD"),
        ("$1.2.", 120, "USD"),
        ("$5, then more", 500, "USD"),
        ("$2mm ARR", 200_000_000, "USD"),
        ("75 bucks", 7_500, "USD"),
        ("60 quid", 6_000, "GBP"),
        ("PHP 500", 50_000, "PHP"),
        ("PHP 2m", 200_000_000, "PHP"),
        ("12 PHP", 1_200, "PHP"),
        ("TRY 4,500", 450_000, "TRY"),
    ],
)
def test_an_amount_is_read_as_people_mean_it(text: str, minor: int, currency: str) -> None:
    assert find_money(f"They pay {text} now") == (Money(minor, currency),)
    assert find_money(text) == (Money(minor, currency),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "version 5.0 beats 4.12",
        "$PATH and ${HOME}",
        "`$1`",
        "180 mid-market accounts in 2027",
        "1.5 lakh",
        "120k users",
        "$0",
        "try 5 things, all 3",
        "PHP 8 and PHP 5.6",
        "TRY 3 of them",
        "A-7 and N-12",
        "10.0.0.1 USD",
        "$1.2.3",
        "$1,23,4",
        "US$",
        "€",
        "the EUR 's fall",
        "$99999999999999bn",
        "٣٠ USD",
        "$٣٠",
        "word$5",
    ],
)
def test_what_is_no_money_is_left_alone(text: str) -> None:
    assert find_money(text) == ()


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("$100k now, €2m later", (usd(100_000), Money(200_000_000, "EUR"))),
        ("between $100-120k", (usd(100_000), usd(120_000))),
        ("$1.5–2m", (usd(1_500_000), usd(2_000_000))),
        ("$100k-$120k", (usd(100_000), usd(120_000))),
        ("in 2027 USD 3bn", (usd(3_000_000_000),)),
        ("80,000 EUR 2027 budget", (Money(8_000_000, "EUR"),)),
        ("Windows 10 €5", (Money(500, "EUR"),)),
        ("$5 more", (usd(5),)),
        ("a 1000$ 15-inch screen", (usd(1_000),)),
        ("$5 2027", (usd(5),)),
        ("$5-year plan", (usd(5),)),
        ("from $40 to $35.50", (usd(40), usd(35, 50))),
    ],
)
def test_amounts_stand_in_the_order_of_the_text(text: str, amounts: tuple[Money, ...]) -> None:
    assert find_money(text) == amounts


@pytest.mark.parametrize(
    ("default", "sign", "currency"),
    [("USD", "$", "USD"), ("AUD", "$", "AUD"), ("EUR", "$", "USD"), ("CNY", "¥", "CNY"), ("USD", "¥", "JPY")],
)
def test_a_shared_sign_means_the_workspace_s_own_currency(default: str, sign: str, currency: str) -> None:
    assert [money.currency for money in find_money(f"{sign}500", default)] == [currency]


@pytest.mark.parametrize(
    ("money", "written"),
    [
        (usd(120_000), "$120,000"),
        (usd(5, 50), "$5.50"),
        (usd(0, 5), "$0.05"),
        (Money(120_000, "CHF"), "CHF 1,200"),
        (Money(1_000_000, "JPY"), "¥1,000,000"),
        (Money(1_500, "KWD"), "KWD 1.500"),
        (Money(-500, "EUR"), "-€5"),
        (Money(0, "EUR"), "€0"),
    ],
)
def test_amounts_are_written_plainly(money: Money, written: str) -> None:
    assert format_money(money) == written


@given(st.integers(1, 10**16), st.sampled_from(["USD", "EUR", "JPY", "CHF", "INR", "AUD"]))
def test_what_is_written_is_read_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert find_money(format_money(money), default_currency=currency) == (money,)


@given(st.text(st.sampled_from("0123456789.,' $€kmb USDEURlakh-–"), max_size=80))
def test_any_text_gives_only_sound_amounts(text: str) -> None:
    for money in find_money(text):
        assert 0 < money.minor <= LARGEST_MINOR
        assert len(money.currency) == 3


@pytest.mark.parametrize("piece", ["9", "$", "1,", "1.", "$1,", "1 ", "1 000 ", "9k", "USD", "$1-", " "])
def test_reading_takes_time_in_proportion_to_length(piece: str) -> None:
    text = (piece * 40_000)[:40_000]
    began = time.perf_counter()
    find_money(text)
    assert time.perf_counter() - began < 2
