"""Money as people write it, kept in whole minor units: no float is ever involved."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

LARGEST_MINOR = 10**17
"""What is larger than this is no amount of a deal, and would not fit every column that sums it."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in the smallest unit of its currency (cents for USD, yen for JPY); `currency` is an ISO 4217 code."""

    minor: int
    currency: str


_MINOR_DIGITS: Mapping[str, int] = {
    **dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "PYG"), 0),
    **dict.fromkeys(("KWD", "BHD", "OMR", "TND", "JOD"), 3),
}
_SYMBOLS: Mapping[str, str] = {
    "US$": "USD",
    "A$": "AUD",
    "AU$": "AUD",
    "C$": "CAD",
    "CA$": "CAD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "S$": "SGD",
    "R$": "BRL",
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₩": "KRW",
    "₺": "TRY",
    "₪": "ILS",
    "₽": "RUB",
    "₴": "UAH",
    "₫": "VND",
    "zł": "PLN",
    "Rs.": "INR",
    "Rs": "INR",
    "CN¥": "CNY",
    "JP¥": "JPY",
}
# Symbols that several currencies share: which of them is meant follows from the workspace's own.
_SHARED: Mapping[str, tuple[str, ...]] = {
    "$": ("USD", "AUD", "CAD", "NZD", "HKD", "SGD", "MXN", "CLP", "TWD"),
    "¥": ("JPY", "CNY"),
}
# Codes that are no words are read in any case, the rest only in capitals.
_CODES_IN_ANY_CASE = "USD|EUR|GBP|INR|JPY|CHF|AUD|NZD|BRL|CNY|SEK|NOK|DKK|SGD|HKD|PLN|CZK|HUF|ZAR|AED"
_CODES_IN_CAPITALS = "CAD|KRW|MXN|TRY|ILS|RON|BGN|VND|CLP|ISK|TWD|THB|IDR|MYR|PHP|SAR|KWD|BHD|OMR|TND|JOD|RUB|UAH"
_WORDS: Mapping[str, str] = {
    "dollar": "$",
    "dollars": "$",
    "bucks": "$",
    "euro": "EUR",
    "euros": "EUR",
    "rupee": "INR",
    "rupees": "INR",
    "yen": "JPY",
    "quid": "GBP",
}
_MULTIPLIERS: Mapping[str, int] = {
    "k": 10**3,
    "thousand": 10**3,
    "m": 10**6,
    "mm": 10**6,
    "mn": 10**6,
    "mio": 10**6,
    "million": 10**6,
    "millions": 10**6,
    "b": 10**9,
    "bn": 10**9,
    "billion": 10**9,
    "billions": 10**9,
    "lakh": 10**5,
    "lakhs": 10**5,
    "lac": 10**5,
    "lacs": 10**5,
    "cr": 10**7,
    "crore": 10**7,
    "crores": 10**7,
}


def _either(words: Iterable[str]) -> str:
    """Return a pattern of alternatives, longest first, so that `US$` is not read as `$`."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


# Every repetition is bounded, so that a text is read in time proportional to its length.
_SIGN = f"(?:{_either([*_SYMBOLS, *_SHARED])})"
_CODE = f"(?:(?i:{_CODES_IN_ANY_CASE})|{_CODES_IN_CAPITALS})(?![^\\W_0-9])"
_WORD = f"(?i:{_either(_WORDS)})(?!\\w)"
_NUMBER = (
    r"(?:[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3}){1,5}(?:[.,][0-9]{1,2})?(?![0-9])"
    r"|[0-9]{1,15}(?:[.,'’][0-9]{1,15}){0,6})(?![.,]?[0-9])"
)
_GLUED = "(?:[kKmMbB]|(?i:mm|mn|mio|bn|cr))(?!\\w)"
_SPACED = "[ \u00a0]?(?i:thousand|millions?|mn|mio|billions?|bn|lakhs?|lacs?|crores?|cr)(?!\\w)"
_TIMES = f"(?:{_GLUED}|{_SPACED})"
_GAP = "[ \u00a0\u202f]?"
_AMOUNT = re.compile(
    rf"(?<![\w$€£¥₹`\\])(?P<before>{_SIGN}|{_CODE}){_GAP}(?P<number>{_NUMBER})(?P<times>{_TIMES})?"
    rf"|(?<![\w.,$€£¥₹'’])(?P<number2>{_NUMBER})(?P<times2>{_TIMES})?{_GAP}"
    rf"(?P<after>{_SIGN}|{_CODE}|{_WORD})(?![^\W_])"
)
_TO = re.compile(rf"{_GAP}[-–]{_GAP}(?P<number>{_NUMBER})(?P<times>{_TIMES})?(?![\w-])")
_DIGIT = re.compile("[0-9]")
# PHP 8.1 is a language and TRY 3 a shout; in pesos and lira no deal is as small as that.
_WORDS_TOO = frozenset(("PHP", "TRY"))
_SMALL = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})?")
_FOLLOWED_BY_NUMBER = re.compile(r"[ \u00a0]?[0-9]")
_INDIAN = re.compile(r"[0-9]{1,3}(?:,[0-9]{2}){1,6},[0-9]{3}(?:\.[0-9]{1,2})?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,'’ ])[0-9]{3})(?:\1[0-9]{3}){0,5}(?:(?!\1)[.,][0-9]{1,2})?")
_DECIMAL = re.compile(r"[0-9]{1,15}(?:[.,][0-9]{1,15})?")


def find_money(text: str, default_currency: str = "USD") -> tuple[Money, ...]:
    """Return the amounts in `text` in the order in which they stand there.

    A number without a currency is no money. `$` means the workspace's own dollar where it has one, else USD. A point
    or comma before exactly three digits groups thousands (`1.234`), before one or two it is the decimal mark; with a
    multiplier such as `m` a point is always the decimal mark.
    """
    return tuple(_amounts(text, default_currency)) if _DIGIT.search(text) else ()


def _amounts(text: str, default: str) -> Iterator[Money]:
    at = 0
    while (match := _AMOUNT.search(text, at)) is not None:
        at = match.end()
        number, times, written = _parts(match)
        if match["after"] and _belongs_to_next(text, match):
            # "in 2027 USD 3bn": the currency belongs to the number after it.
            at = match.start("after")
            continue
        if match["before"] in _WORDS_TOO and not times and _SMALL.fullmatch(number):
            continue
        currency = _currency(written, default)
        until = _TO.match(text, at) if match["before"] else None
        if until is not None:
            at, times = until.end(), times or until["times"]
        yield from _money(number, times, currency)
        if until is not None:
            yield from _money(until["number"], until["times"] or times, currency)


def _parts(match: re.Match[str]) -> tuple[str, str | None, str]:
    if match["before"]:
        return match["number"], match["times"], match["before"]
    return match["number2"], match["times2"], match["after"]


def _belongs_to_next(text: str, match: re.Match[str]) -> bool:
    is_bare = match["number2"].isdigit() and not match["times2"]
    # What is written without a blank belongs together: "a 1000$ 15-inch screen".
    is_apart = match.end("number2") < match.start("after")
    return is_bare and is_apart and _FOLLOWED_BY_NUMBER.match(text, match.end()) is not None


def _currency(written: str, default: str) -> str:
    sign = _WORDS.get(written.casefold(), written)
    if sign in _SHARED:
        return default if default in _SHARED[sign] else _SHARED[sign][0]
    return _SYMBOLS.get(sign, sign.upper())


def _money(number: str, times: str | None, currency: str) -> Iterator[Money]:
    factor = _MULTIPLIERS[times.strip().casefold()] if times else 1
    split = _split_number(number, has_times=times is not None)
    if split is None:
        return
    whole, decimals = split
    scaled = int(whole + decimals) * factor * 10 ** minor_digits(currency)
    unit = 10 ** len(decimals)
    # Half a minor unit is rounded up.
    minor = (2 * scaled + unit) // (2 * unit)
    if 0 < minor <= LARGEST_MINOR:
        yield Money(minor, currency)


def _split_number(written: str, *, has_times: bool) -> tuple[str, str] | None:
    """Return the digits before and after the decimal mark; None where it is not how people write a number."""
    number = written.replace("\u00a0", " ").replace("\u202f", " ")
    is_one_point = has_times and number.count(".") == 1 and not set(",'’ ") & set(number)
    is_grouped = not number.startswith("0") and (_INDIAN.fullmatch(number) or _GROUPED.fullmatch(number))
    if is_grouped and not is_one_point:
        mark = max(number.rfind("."), number.rfind(","))
        has_decimals = mark >= 0 and len(number) - mark - 1 in {1, 2}
        return (_digits(number[:mark]), number[mark + 1 :]) if has_decimals else (_digits(number), "")
    if _DECIMAL.fullmatch(number):
        whole, _, decimals = number.replace(",", ".").partition(".")
        return whole, decimals
    return None


def _digits(number: str) -> str:
    return "".join(character for character in number if character.isdigit())


def minor_digits(currency: str) -> int:
    """Return how many digits of a currency stand after the decimal mark: 2 for most, 0 for JPY, 3 for KWD."""
    return _MINOR_DIGITS.get(currency, 2)


_SYMBOL_OF: Mapping[str, str] = {
    "USD": "$",
    "AUD": "A$",
    "CAD": "C$",
    "NZD": "NZ$",
    "HKD": "HK$",
    "SGD": "S$",
    "BRL": "R$",
    "EUR": "€",
    "GBP": "£",
    "INR": "₹",
    "JPY": "¥",
    "KRW": "₩",
}


def format_money(money: Money) -> str:
    """Return an amount as in $120,000, with its minor units only where there are some: $5.50, CHF 1,200."""
    digits = minor_digits(money.currency)
    whole, rest = divmod(abs(money.minor), 10**digits)
    written = f"{whole:,}" + (f".{rest:0{digits}}" if rest else "")
    sign = "-" if money.minor < 0 else ""
    return f"{sign}{_SYMBOL_OF.get(money.currency, money.currency + ' ')}{written}"
