"""Months, business days and due times in a zone.

Times are compared in UTC only: two times in one zone compare by their wall clock, and an hour that comes twice in
autumn would be taken for one.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.policies import RecapPolicy

_LABEL = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_SATURDAY = 5
_SECOND = timedelta(seconds=1)


def month_label(instant: datetime, zone: ZoneInfo) -> str:
    """Return the month, as in 2026-10, that an aware `instant` falls into by the wall clock of `zone`."""
    return _label(instant.astimezone(zone).date())


def next_label(label: str) -> str:
    """Return the label of the month after this one."""
    return _label(_first_day(label) + timedelta(days=31))


def previous_label(label: str) -> str:
    """Return the label of the month before this one."""
    return _label(_first_day(label) - timedelta(days=1))


def month_window(label: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a month begins and ends, in UTC; the end belongs to the next month. Windows leave no gap."""
    return _begin(label, zone), _begin(next_label(label), zone)


def _label(day: date) -> str:
    return f"{day.year:04}-{day.month:02}"


def _first_day(label: str) -> date:
    """Raises ValueError for what is no label of a month."""
    match = _LABEL.fullmatch(label)
    if match is None:
        raise ValueError(f"A month is written as in 2026-10, not {label!r}.")
    return date(int(match[1]), int(match[2]), 1)


def _begin(label: str, zone: ZoneInfo) -> datetime:
    return wall_to_utc(_first_day(label), time.min, zone)


def wall_to_utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which the clocks of `zone` show this: the first of two, where they show it twice.

    Where they never show it, because they are put forward over it, the first instant after that.
    """
    wall = datetime.combine(day, at.replace(tzinfo=None, fold=0))
    first = wall.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    return _end_of_gap(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), first, zone)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant in (before, after] from which on the offset of `zone` is that of `after`, to the second."""
    offset = after.astimezone(zone).utcoffset()
    low, high = before.replace(microsecond=0), after.replace(microsecond=0)
    while high - low > _SECOND:
        middle = low + (high - low) // (2 * _SECOND) * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return high


def is_business_day(day: date, holidays: str | None = None) -> bool:
    """Tell whether `day` is neither on a weekend nor a public holiday of the country (see `public_holidays`)."""
    return day.weekday() < _SATURDAY and (not holidays or day not in public_holidays(holidays, day.year))


def business_day(year: int, month: int, number: int, holidays: str | None = None) -> date:
    """Return the `number`th business day of a month, counted from 1; its last one where there are fewer.

    Raises ValueError for a number below 1, and for an unknown country.
    """
    if number < 1:
        raise ValueError("Business days are counted from 1.")
    days = [day for day in _days(year, month) if is_business_day(day, holidays)]
    return days[min(number, len(days)) - 1] if days else date(year, month, monthrange(year, month)[1])


def _days(year: int, month: int) -> Iterator[date]:
    return (date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1))


@lru_cache(maxsize=256)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Return the public holidays of a country, named by its ISO code as in FR, or with a part of it as in DE-BY.

    Raises ValueError for a country or part that is not known.
    """
    # Loading this library takes longer than the rest of the start, and only recaps need it.
    from holidays import country_holidays  # noqa: PLC0415

    code, _, part = country.partition("-")
    try:
        return frozenset(country_holidays(code, subdiv=part or None, years=year))
    except NotImplementedError as error:
        raise ValueError(f"No public holidays are known for {country!r}.") from error


def recap_due(label: str, policy: RecapPolicy, zone: ZoneInfo, holidays: str | None = None) -> datetime:
    """Return when the recap of a month falls due, in UTC: on the policy's business day of the month after it."""
    after = _first_day(next_label(label))
    day = business_day(after.year, after.month, policy.business_day, holidays)
    return wall_to_utc(day, policy.at, zone)


def due_labels(
    last_decided: str | None, now: datetime, policy: RecapPolicy, zone: ZoneInfo, holidays: str | None = None
) -> list[str]:
    """Return the months after `last_decided` whose recap has fallen due by `now`, oldest first; none is left out.

    Where nothing was ever decided that is the latest such month alone: what was before has nobody waiting for it.
    """
    if last_decided is None:
        newest = previous_label(month_label(now, zone))
        is_due = lateness(recap_due(newest, policy, zone, holidays), now) >= timedelta(0)
        return [newest if is_due else previous_label(newest)]
    labels = []
    label = next_label(last_decided)
    while lateness(recap_due(label, policy, zone, holidays), now) >= timedelta(0):
        labels.append(label)
        label = next_label(label)
    return labels


def lateness(due_at: datetime, now: datetime) -> timedelta:
    """Return for how long something has been due; negative before that."""
    return now.astimezone(UTC) - due_at.astimezone(UTC)
