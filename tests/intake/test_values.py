"""Cells as spreadsheets and CRMs write them: what is certain is read, what is not is an error that says what to do."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import MendableError
from bot.domain.money import Money
from bot.intake.values import DayOrder, read_amount, read_day, read_moment

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("cell", "currency", "expected"),
    [
        ("120000", "", Money(12_000_000, "USD")),
        ("120,000.00", "EUR", Money(12_000_000, "EUR")),
        ("120.000,50", "eur", Money(12_000_050, "EUR")),
        ("$120k", "", Money(12_000_000, "USD")),
        ("€1.2m", "", Money(120_000_000, "EUR")),
        ("80,000 EUR", "", Money(8_000_000, "EUR")),
        ("EUR 80,000", "EUR", Money(8_000_000, "EUR")),
        ("1.5 lakh", "INR", Money(15_000_000, "INR")),
        ("1200000", "JPY", Money(1_200_000, "JPY")),
        ("12.345", "KWD", Money(12_345_000, "KWD")),
        ("500", "XAF", Money(500, "XAF")),
        ("12.50", "NGN", Money(1250, "NGN")),
        ("$5", "AUD", Money(500, "AUD")),
        ("", "", None),
        ("0", "USD", None),
        ("$0.00", "", None),
        ("-", "", None),
        ("n/a", "", None),
    ],
)
def test_an_amount(cell: str, currency: str, expected: Money | None) -> None:
    assert read_amount(cell, currency, "USD") == expected


@pytest.mark.parametrize(
    ("cell", "currency", "reason"),
    [
        ("a lot", "", "not one amount"),
        ("$100k or $120k", "", "not one amount"),
        ("-500", "", "not one amount"),
        ("-$500", "", "not one amount"),
        ("($500)", "", "not one amount"),
        ("12,34,5", "", "not one amount"),
        ("100 apples", "", "not one amount"),
        ("100", "DOLLARS", "no currency"),
        ("100", "XYZ", "no currency"),
        ("€100", "USD", "is in EUR"),
    ],
)
def test_what_is_no_certain_amount(cell: str, currency: str, reason: str) -> None:
    with pytest.raises(MendableError, match=reason):
        read_amount(cell, currency, "USD")


@given(st.text(alphabet="0123456789.,'’ -$€kmEURUSD()/", max_size=24))
def test_any_cell_is_an_amount_nothing_or_an_error_that_can_be_mended(cell: str) -> None:
    try:
        found = read_amount(cell, "", "EUR")
    except MendableError:
        return
    assert found is None or found.minor > 0


@pytest.mark.parametrize(
    ("cell", "order", "expected"),
    [
        ("2026-10-31", None, date(2026, 10, 31)),
        ("2026-10-31T08:00:00Z", None, date(2026, 10, 31)),
        ("31.10.2026", None, date(2026, 10, 31)),
        ("3.4.2026", None, date(2026, 4, 3)),
        ("10/31/2026", None, date(2026, 10, 31)),
        ("31/10/2026", None, date(2026, 10, 31)),
        ("04/04/2026", None, date(2026, 4, 4)),
        ("03/04/2026", "dmy", date(2026, 4, 3)),
        ("03/04/2026", "mdy", date(2026, 3, 4)),
        ("31 Oct 2026", None, date(2026, 10, 31)),
        ("October 2026", None, date(2026, 10, 31)),
        ("Q4 2026", None, date(2026, 12, 31)),
    ],
)
def test_a_day(cell: str, order: DayOrder | None, expected: date) -> None:
    assert read_day(cell, order) == expected


@pytest.mark.parametrize(
    ("cell", "order", "reason"),
    [
        ("03/04/2026", None, "two dates"),
        ("soon", None, "no date"),
        ("", None, "no date"),
        ("2026-02-30", None, "no date"),
        ("30/02/2026", None, "does not exist"),
        ("10/31/2026", "dmy", "does not exist"),
        ("31/31/2026", None, "does not exist"),
    ],
)
def test_what_is_no_certain_day(cell: str, order: DayOrder | None, reason: str) -> None:
    with pytest.raises(MendableError, match=reason):
        read_day(cell, order)


def test_a_moment_is_in_the_workspaces_zone_and_a_day_is_its_noon() -> None:
    assert read_moment("2026-01-31", PARIS) == datetime(2026, 1, 31, 11, 0, tzinfo=UTC)
    assert read_moment("2026-07-31 09:30", PARIS) == datetime(2026, 7, 31, 7, 30, tzinfo=UTC)
    assert read_moment("2026-07-31T09:30:00+00:00", PARIS) == datetime(2026, 7, 31, 9, 30, tzinfo=UTC)
    with pytest.raises(MendableError, match="no date"):
        read_moment("yesterday 10:00", PARIS)
