"""Business days: when something has to be seen and answered, and what a question to the reporter does to it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.service_levels import Calendar, Pause, add_business_days, answer_due, seen_due
from bot.domain.words import Kind

PARIS = Calendar(ZoneInfo("Europe/Paris"), "FR")


def local(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=PARIS.zone)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (local(10, 14), 1, local(10, 15)),
        (local(10, 16, 17), 1, local(10, 19, 17)),
        # Saturday counts from the beginning of Monday.
        (local(10, 17, 15), 1, local(10, 20, 0)),
        # 11 November is a holiday in France.
        (local(11, 10, 11), 1, local(11, 12, 11)),
        # The clocks are put back in between; what counts is what they show.
        (local(10, 23, 9), 2, local(10, 27, 9)),
        (local(10, 14), 10, local(10, 28)),
        (local(10, 14), 0, local(10, 14)),
    ],
)
def test_business_days_pass_over_weekends_and_holidays(start: datetime, days: int, expected: datetime) -> None:
    assert add_business_days(start, days, PARIS) == expected
    assert add_business_days(start, days, PARIS).tzinfo is UTC


def test_an_ask_is_seen_in_one_business_day_and_a_nugget_in_two() -> None:
    assert seen_due(Kind.ASK, local(10, 14), PARIS) == local(10, 15)
    assert seen_due(Kind.NUGGET, local(10, 14), PARIS) == local(10, 16)


def test_an_ask_is_answered_in_ten_business_days_in_which_its_reporter_was_not_asked() -> None:
    assert answer_due(local(10, 14), [], PARIS) == local(10, 28)
    assert answer_due(local(10, 14), [Pause(local(10, 16, 12))], PARIS) is None
    # Two whole days had passed; eight are left from when the reporter answered.
    paused = [Pause(local(10, 16, 12), local(10, 20, 15))]
    assert answer_due(local(10, 14), paused, PARIS) == local(10, 30, 15)


def test_a_question_at_the_last_moment_leaves_one_day() -> None:
    paused = [Pause(local(10, 30), local(11, 2, 10))]
    assert answer_due(local(10, 14), paused, PARIS) == local(11, 3, 10)


INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@given(start=INSTANTS, days=st.integers(1, 30))
def test_due_times_fall_on_business_days_and_never_early(start: datetime, days: int) -> None:
    due = add_business_days(start, days, PARIS)
    assert PARIS.is_open(due)
    assert due - start >= timedelta(hours=days * 23)
    assert add_business_days(start + timedelta(hours=1), days, PARIS) >= due


@given(start=INSTANTS, asked=st.integers(0, 400), took=st.integers(0, 400))
def test_a_pause_never_brings_the_answer_forward(start: datetime, asked: int, took: int) -> None:
    begins = start + timedelta(hours=asked)
    paused = answer_due(start, [Pause(begins, begins + timedelta(hours=took))], PARIS)
    without = answer_due(start, [], PARIS)
    assert paused is not None
    assert without is not None
    assert paused >= without
