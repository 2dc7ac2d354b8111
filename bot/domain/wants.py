"""A question to the field as it is typed: its words, and the day by which an answer helps."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.close_dates import read_close_date

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_LONGEST_DAY = 30
_BY = re.compile(rf"(?:^|[\s,;(])by (?P<day>[^?\n]{{2,{_LONGEST_DAY}}})$", re.IGNORECASE)
_WEEKDAY = re.compile(r"(?:next )?(?P<name>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)(?:day)?", re.IGNORECASE)
_YEARLESS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.)? " + _MONTH, _MONTH + r" (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?")
)
_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|.*[0-9]{1,2}.*[0-9]{4}")
_ONE_DAY = timedelta(days=1)


WORD = "want"
"""What a line begins with that asks the field."""


@dataclass(frozen=True, slots=True)
class WantLine:
    """What was asked, and by when; without a day its asker leaves that open."""

    words: str
    by: date | None = None


def question_of(line: str) -> str | None:
    """Return the text after the first word of a line that asks the field, as it was typed; None for any other line."""
    first, *rest = line.split(maxsplit=1)[:2] or [""]
    return "".join(rest).strip() if first.casefold() == WORD else None


def read_want(text: str, today: date) -> WantLine:
    """Return a question apart from the day at its end, as in "by 12 March", "by Friday" or "by 2027-03-12".

    A day before a question mark belongs to the question, and what is no day stays among the words. A day without a year
    is the next one; one with a year may be over.
    """
    line = text.strip()
    found = next(iter(_BY.finditer(line[-_LONGEST_DAY - 4 :])), None)
    day = _read_day(found["day"].rstrip(" .!)"), today) if found else None
    if found is None or day is None:
        return WantLine(line)
    words = line[: len(line) - len(found.group())].rstrip(" ,;(")
    return WantLine(words, day) if words else WantLine(line)


def _read_day(written: str, today: date) -> date | None:
    near = {"today": today, "tomorrow": today + _ONE_DAY}.get(written.casefold())
    weekday = _WEEKDAY.fullmatch(written)
    if weekday is not None:
        ahead = (_WEEKDAYS.index(weekday["name"][:3].casefold()) - today.weekday() - 1) % 7 + 1
        return today + timedelta(days=ahead)
    yearless = next((match for form in _YEARLESS if (match := form.fullmatch(written))), None)
    if yearless is not None:
        return _next(int(yearless["day"]), _MONTHS.index(yearless["month"].casefold()) + 1, today)
    return near or (read_close_date(written) if _DATED.fullmatch(written) else None)


def _next(day: int, month: int, today: date) -> date | None:
    """Return the next such day from today on; 29 February may be years away."""
    for year in range(today.year, today.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None
