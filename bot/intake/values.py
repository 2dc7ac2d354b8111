"""Reading cells: amounts, days and moments as spreadsheets and CRMs write them. What is not certain is an error."""

import re
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.close_dates import read_close_date
from bot.domain.errors import MendableError
from bot.domain.money import Money, find_money, minor_digits

DayOrder = Literal["dmy", "mdy"]

# ISO 4217, without what is no money of a country (gold, test codes, units of account).
_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF"
    " CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG"
    " HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA"
    " MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD"
    " RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX"
    " USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL"
)
ISO_CURRENCIES = frozenset(_CODES.split())
_NOTHING = re.compile(r"[-–—]?|n/?a|none|null|tbd", re.IGNORECASE)
_ZERO = re.compile(r"[^0-9]*0+(?:[.,]0+)?[^0-9]*")
_BARE = re.compile(
    r"[0-9][0-9.,'’ \u00a0\u202f]*(?:k|mm?|mn|mio|millions?|thousand|b|bn|billions?|lakhs?|lacs?|cr|crores?)?",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"(?P<first>[0-9]{1,2})(?P<mark>[/.-])(?P<second>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})")
_TIME_BEHIND = re.compile(r"(?<=[0-9])[ T][0-9]{1,2}:[0-9]{2}")
# A day without an hour was some time in its middle; so it is the same day in every zone but the farthest.
NOON = time(12)


def read_amount(cell: str, currency: str, default: str) -> Money | None:
    """Return the amount in a cell, with the currency of its own, of its column, or of the workspace, in this order.

    None for an empty cell or nothing at all (0, -, n/a). Raises `MendableError` for what is not one amount.
    """
    cell, code = cell.strip(), currency.strip().upper()
    if _NOTHING.fullmatch(cell) or _ZERO.fullmatch(cell):
        return None
    if code and code not in ISO_CURRENCIES:
        raise MendableError(f"“{currency}” is no currency; write it as in USD")
    if _BARE.fullmatch(cell):
        return _bare(cell, code or default)
    found = find_money(cell, code or default)
    if len(found) != 1 or cell.startswith(("-", "(", "−")):
        raise MendableError(f"“{cell[:40]}” is not one amount; write it as in 120000 or 120,000.00")
    if code and found[0].currency != code:
        raise MendableError(f"“{cell[:40]}” is in {found[0].currency}, and its currency says {code}")
    return found[0]


def _bare(cell: str, currency: str) -> Money:
    """Read a number without a currency. Dollars are read by the same rules as every money, and have two digits."""
    found = find_money(f"USD {cell}")
    if len(found) != 1:
        raise MendableError(f"“{cell[:40]}” is not one amount; write it as in 120000 or 120,000.00")
    scaled = found[0].minor * 10 ** minor_digits(currency)
    return Money((2 * scaled + 100) // 200, currency)


def read_day(cell: str, order: DayOrder | None = None) -> date:
    """Return the day in a cell; of a month or a quarter the last one.

    Raises `MendableError` where there is none, or where day and month could be either way round and `order` is not
    given.
    """
    text = _TIME_BEHIND.split(cell.strip())[0]
    numbers = _NUMBERS.fullmatch(text)
    if numbers is None:
        day = read_close_date(text)
        if day is None:
            raise MendableError(f"“{cell[:40]}” is no date; write it as in 2026-10-31")
        return day
    first, second, year = int(numbers["first"]), int(numbers["second"]), int(numbers["year"])
    # Only with points is it certain that the day comes first.
    order = order or ("dmy" if numbers["mark"] == "." else None)
    if order is None and first != second and max(first, second) <= 12:  # noqa: PLR2004
        raise MendableError(f"“{cell[:40]}” may be two dates; say --day-first or --month-first, or write 2026-10-31")
    is_day_first = order == "dmy" if order else first > 12  # noqa: PLR2004
    day_number, month = (first, second) if is_day_first else (second, first)
    try:
        return date(year, month, day_number)
    except ValueError:
        raise MendableError(f"“{cell[:40]}” is a day that does not exist") from None


def read_moment(cell: str, zone: ZoneInfo, order: DayOrder | None = None) -> datetime:
    """Return the moment in a cell; noon in the workspace's zone where it names a day alone."""
    text = cell.strip()
    try:
        moment = datetime.fromisoformat(text) if _TIME_BEHIND.search(text) else None
    except ValueError:
        moment = None
    if moment is None:
        return datetime.combine(read_day(text, order), NOON, zone)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
