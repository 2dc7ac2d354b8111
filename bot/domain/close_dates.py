"""Dates on which a deal is to close, as sales people write them."""

import re
from calendar import monthrange
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_YEAR = r"(?P<year>(?:19|20|21)[0-9]{2})"
_FORMS = tuple(
    re.compile(form + r"(?![\w-])", re.IGNORECASE)
    for form in (
        _YEAR + r"-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})",
        _YEAR + r"-(?P<month>[0-9]{2})",
        r"Q(?P<quarter>[1-4])[ /-]?" + _YEAR,
        _YEAR + r"[ /-]?Q(?P<quarter>[1-4])",
        r"(?P<day>[0-9]{1,2})\.? " + _MONTH + ",? " + _YEAR,
        _MONTH + r" (?P<day>[0-9]{1,2}),? " + _YEAR,
        _MONTH + r",? " + _YEAR,
    )
)


def read_close_date(text: str) -> date | None:
    """Return the day that `text` begins with; of a month or quarter its last day, as that is by when a deal closes.

    None where there is none, where the day does not exist, or where no year stands with it.
    """
    for form in _FORMS:
        match = form.match(text)
        if match is not None:
            return _day(match.groupdict())
    return None


def _day(parts: dict[str, str | None]) -> date | None:
    year = int(parts["year"] or 0)
    month = _month(parts)
    if not 1 <= month <= 12:  # noqa: PLR2004
        return None
    last = monthrange(year, month)[1]
    day = int(parts.get("day") or last)
    return date(year, month, day) if 1 <= day <= last else None


def _month(parts: dict[str, str | None]) -> int:
    quarter, name = parts.get("quarter"), parts.get("name")
    if quarter:
        return 3 * int(quarter)
    return _MONTHS.index(name.casefold()) + 1 if name else int(parts.get("month") or 0)
