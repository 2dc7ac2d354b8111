"""When an item has to be seen and an ask answered, in business days (product rule 1).

A business day after a moment is the same time of the next business day. What comes in on a day off counts from the
beginning of the first business day after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.periods import is_business_day, wall_to_utc
from bot.domain.words import Kind

SEEN_WITHIN = {Kind.ASK: 1, Kind.NUGGET: 2}
ANSWERED_WITHIN = 10
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The zone and the holidays by which business days are counted."""

    zone: ZoneInfo
    holidays: str | None = None

    def is_open(self, instant: datetime) -> bool:
        """Tell whether it is a business day there at this instant."""
        return is_business_day(instant.astimezone(self.zone).date(), self.holidays)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock stood still, because its reporter was asked; still does where it has no end."""

    begins_at: datetime
    ends_at: datetime | None = None


def add_business_days(start: datetime, days: int, calendar: Calendar) -> datetime:
    """Return the instant so many business days after an aware `start`, in UTC."""
    local = start.astimezone(calendar.zone)
    day, at = local.date(), local.time()
    if not is_business_day(day, calendar.holidays):
        at = time(0)
        while not is_business_day(day, calendar.holidays):
            day += _ONE_DAY
    for _ in range(days):
        day += _ONE_DAY
        while not is_business_day(day, calendar.holidays):
            day += _ONE_DAY
    return wall_to_utc(day, at, calendar.zone)


def seen_due(kind: Kind, created_at: datetime, calendar: Calendar) -> datetime:
    """Return when an item should have been seen by a person."""
    return add_business_days(created_at, SEEN_WITHIN[kind], calendar)


def answer_due(created_at: datetime, pauses: Iterable[Pause], calendar: Calendar) -> datetime | None:
    """Return when an ask should have its answer; None while the clock stands still.

    Whole business days that had passed before a pause stay passed; the one that was under way begins anew after it.
    """
    start, left = created_at, ANSWERED_WITHIN
    for pause in sorted(pauses, key=lambda pause: pause.begins_at):
        if pause.ends_at is None:
            return None
        while left > 1 and add_business_days(start, 1, calendar) <= pause.begins_at:
            start, left = add_business_days(start, 1, calendar), left - 1
        start = max(start, pause.ends_at)
    return add_business_days(start, left, calendar)
