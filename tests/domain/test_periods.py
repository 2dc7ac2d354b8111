"""Months, business days and due times, in every zone there is."""

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.periods import (
    business_day,
    due_labels,
    is_business_day,
    lateness,
    month_label,
    month_window,
    next_label,
    previous_label,
    public_holidays,
    recap_due,
    wall_to_utc,
)
from bot.domain.policies import RecapPolicy

# The clocks of "Factory" and "localtime" say nothing, or differ from machine to machine.
ZONES = st.sampled_from(sorted(available_timezones() - {"Factory", "localtime"})).map(ZoneInfo)
LABELS = st.tuples(st.integers(1990, 2040), st.integers(1, 12)).map(lambda parts: f"{parts[0]}-{parts[1]:02}")
COUNTRIES = st.sampled_from([None, "FR", "US", "JP", "DE-BY"])
POLICIES = st.builds(RecapPolicy, business_day=st.integers(1, 20), at=st.times().map(lambda at: at.replace(fold=0)))
DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))
PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("label", "zone", "begins", "ends"),
    [
        ("2026-10", "Europe/Paris", utc(2026, 9, 30, 22), utc(2026, 10, 31, 23)),
        ("2027-04", "America/New_York", utc(2027, 4, 1, 4), utc(2027, 5, 1, 4)),
        ("2026-12", "UTC", utc(2026, 12, 1), utc(2027, 1, 1)),
        # Havana's first hour of November 2026 comes twice: the month begins with the first of them.
        ("2026-11", "America/Havana", utc(2026, 11, 1, 4), utc(2026, 12, 1, 5)),
        ("2026-03", "Asia/Kathmandu", utc(2026, 2, 28, 18, 15), utc(2026, 3, 31, 18, 15)),
    ],
)
def test_a_month_s_window(label: str, zone: str, begins: datetime, ends: datetime) -> None:
    assert month_window(label, ZoneInfo(zone)) == (begins, ends)


@given(LABELS, ZONES)
def test_windows_follow_each_other_without_a_gap(label: str, zone: ZoneInfo) -> None:
    begins, ends = month_window(label, zone)
    assert begins < ends
    assert timedelta(days=27) < ends - begins < timedelta(days=32)
    assert month_window(next_label(label), zone)[0] == ends
    assert previous_label(next_label(label)) == label


@given(LABELS, ZONES)
def test_every_instant_of_a_window_is_of_its_month(label: str, zone: ZoneInfo) -> None:
    begins, ends = month_window(label, zone)
    moment = timedelta(microseconds=1)
    assert month_label(begins, zone) == label == month_label(ends - moment, zone)
    assert month_label(ends, zone) == next_label(label)
    # Clocks put back over midnight show the old month once more; the window still ends when it first ended.
    assert month_label(begins - timedelta(hours=2), zone) <= previous_label(label)


@pytest.mark.parametrize("label", ["2026-13", "2026-00", "2026-1", "26-01", "", "2026-10-01", "٢٠٢٦-10", "x"])
def test_what_is_no_label_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match="A month is written"):
        month_window(label, PARIS)


@pytest.mark.parametrize(
    ("day", "at", "zone", "instant"),
    [
        (date(2027, 3, 28), time(2, 30), "Europe/Paris", utc(2027, 3, 28, 1)),
        (date(2027, 3, 28), time(3, 0), "Europe/Paris", utc(2027, 3, 28, 1)),
        (date(2027, 10, 31), time(2, 30), "Europe/Paris", utc(2027, 10, 31, 0, 30)),
        (date(2027, 3, 14), time(2, 59, 59, 999999), "America/New_York", utc(2027, 3, 14, 7)),
        (date(2026, 3, 29), time(0, 0), "Asia/Beirut", utc(2026, 3, 28, 22)),
        (date(2011, 12, 30), time(10, 0), "Pacific/Apia", utc(2011, 12, 30, 10)),
        (date(2026, 1, 2), time(10, 0, fold=1), "Europe/Paris", utc(2026, 1, 2, 9)),
    ],
)
def test_wall_times_in_gaps_and_folds(day: date, at: time, zone: str, instant: datetime) -> None:
    assert wall_to_utc(day, at, ZoneInfo(zone)) == instant


@given(DAYS, st.times(), ZONES)
def test_a_wall_time_is_the_first_instant_that_shows_it_or_something_later(day: date, at: time, zone: ZoneInfo) -> None:
    wall = datetime.combine(day, at.replace(fold=0))
    instant = wall_to_utc(day, at, zone)
    moment = timedelta(microseconds=1)
    assert instant.astimezone(zone).replace(tzinfo=None) >= wall
    assert (instant - moment).astimezone(zone).replace(tzinfo=None) < wall


@pytest.mark.parametrize(
    ("year", "month", "number", "holidays", "day"),
    [
        (2026, 11, 1, None, date(2026, 11, 2)),
        (2026, 11, 2, None, date(2026, 11, 3)),
        (2027, 1, 1, None, date(2027, 1, 1)),
        (2027, 1, 1, "FR", date(2027, 1, 4)),
        (2027, 1, 2, "FR", date(2027, 1, 5)),
        (2026, 11, 2, "JP", date(2026, 11, 4)),
        (2026, 2, 99, None, date(2026, 2, 27)),
    ],
)
def test_business_days(year: int, month: int, number: int, holidays: str | None, day: date) -> None:
    assert business_day(year, month, number, holidays) == day


@given(DAYS, st.integers(1, 23), COUNTRIES)
def test_the_nth_business_day_has_n_up_to_it(day: date, number: int, holidays: str | None) -> None:
    found = business_day(day.year, day.month, number, holidays)
    month = [day.replace(day=1) + timedelta(days=ahead) for ahead in range(31)]
    working = [other for other in month if other.month == day.month and is_business_day(other, holidays)]
    assert found in working
    assert len([other for other in working if other <= found]) == min(number, len(working))


def test_business_days_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        business_day(2026, 1, 0)


@pytest.mark.parametrize("country", ["ZZ", "DE-ZZ", "nowhere"])
def test_an_unknown_country_is_refused(country: str) -> None:
    with pytest.raises(ValueError, match="No public holidays are known"):
        public_holidays(country, 2026)


def test_holidays_are_loaded_only_when_they_are_needed() -> None:
    program = "import sys, bot.domain.periods; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    ("label", "policy", "holidays", "due"),
    [
        ("2026-10", RecapPolicy(), None, utc(2026, 11, 3, 9)),
        ("2026-12", RecapPolicy(), None, utc(2027, 1, 4, 9)),
        ("2026-12", RecapPolicy(), "FR", utc(2027, 1, 5, 9)),
        ("2026-09", RecapPolicy(business_day=1, at=time.min), None, utc(2026, 9, 30, 22)),
    ],
)
def test_the_recap_falls_due_in_the_month_after(
    label: str, policy: RecapPolicy, holidays: str | None, due: datetime
) -> None:
    assert recap_due(label, policy, PARIS, holidays) == due


@given(LABELS, POLICIES, ZONES, COUNTRIES)
def test_a_recap_falls_due_after_its_month_and_before_the_next_one(
    label: str, policy: RecapPolicy, zone: ZoneInfo, holidays: str | None
) -> None:
    due = recap_due(label, policy, zone, holidays)
    ends = month_window(label, zone)[1]
    assert due > ends or policy.at == time.min or policy.business_day == 1
    assert ends <= due < recap_due(next_label(label), policy, zone, holidays)


@given(LABELS, st.lists(st.timedeltas(timedelta(0), timedelta(days=70)), max_size=8), POLICIES, ZONES)
def test_however_rarely_one_looks_no_month_is_skipped_or_comes_twice(
    label: str, pauses: list[timedelta], policy: RecapPolicy, zone: ZoneInfo
) -> None:
    now, last, decided = month_window(label, zone)[0], label, list[str]()
    for pause in pauses:
        now += pause
        found = due_labels(last, now, policy, zone)
        decided += found
        last = decided[-1] if decided else last
    following = [label]
    for _ in decided:
        following.append(next_label(following[-1]))
    assert decided == following[1:]
    assert recap_due(next_label(last), policy, zone) > now


@given(st.datetimes(datetime(1990, 3, 1), datetime(2040, 1, 1), timezones=ZONES), POLICIES)  # noqa: DTZ001
def test_where_nothing_was_decided_only_the_latest_month_is_due(now: datetime, policy: RecapPolicy) -> None:
    zone = now.tzinfo
    assert isinstance(zone, ZoneInfo)
    (label,) = due_labels(None, now, policy, zone)
    assert lateness(recap_due(label, policy, zone), now) >= timedelta(0)
    assert due_labels(label, now, policy, zone) == []


def test_lateness_counts_an_hour_that_comes_twice() -> None:
    first, second = (datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=fold) for fold in (0, 1))
    assert lateness(first, second) == timedelta(hours=1)
    assert lateness(second, first) == timedelta(hours=-1)
