"""The one-line syntax: what a line says beside its words. All of it is optional, and may stand anywhere."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.close_dates import read_close_date
from bot.domain.known_names import KnownNames, Sort
from bot.domain.money import Money, find_money
from bot.domain.names import normalise
from bot.domain.words import Category, HowKnown, Kind

__all__ = ["READ_CHARACTERS", "KnownNames", "ParsedLine", "parse_line"]

READ_CHARACTERS = 4000
"""So much of a text is read for tags, names and the like; all of it is kept."""
LONGEST_TAG = 80


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """What a line says. Ids and tags stand in the order of the text, each once."""

    tags: tuple[str, ...] = ()
    """Lower-cased, without `#`."""
    competitor_ids: tuple[int, ...] = ()
    area_ids: tuple[int, ...] = ()
    account_ids: tuple[int, ...] = ()
    account_text: str | None = None
    """The name after `account:` as written; None where a known account follows it unquoted, which is named first."""
    amounts: tuple[Money, ...] = ()
    stage: str | None = None
    close: date | None = None
    """The day itself, or the last day of the month or quarter that was named."""
    source: str | None = None
    segment: str | None = None
    how_known: HowKnown | None = None
    category: Category | None = None
    is_kept_out: bool = False
    """It begins with the sign that keeps a message out of Nugget."""

    def names_something(self, kind: Kind) -> bool:
        """Tell whether there is a tag or a known name in it, so that a channel for this kind captures it.

        The keyword of an area is what customers ask about; as news of a competitor it says nothing.
        """
        about = self.area_ids if kind is Kind.ASK else ()
        return bool(self.tags or self.competitor_ids or self.account_ids or about)


_KEPT_OUT = re.compile(r"\s{0,200}+(?::shushing_face:|🤫|\(off\))", re.IGNORECASE)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>]{1,4000}+", re.IGNORECASE)
_KEY = re.compile(
    r"(?<![\w/.?&=-])(?P<key>account|stage|close|source|segment|how):(?P<gap> ?)"
    r'(?:"(?P<quoted>[^"\n]{1,200})"|“(?P<curly>[^”\n]{1,200})”|(?P<bare>[^\s"“]{1,200}+))',
    re.IGNORECASE,
)
# Within a piece of code, as in $('#menu'), id=#menu and `#menu`, a hash begins no tag.
_HASH = re.compile(r"""(?<![(\[{=:,]['"])(?<![=`])#""")
# A colour, such as #1f3a5f, is none either.
_COLOUR = re.compile("(?=[a-f]*[0-9])[0-9a-f]{6}")
_LONGEST_DATE = 30
_LONGEST_NAME = 300

_GRADES: Mapping[str, HowKnown] = {
    "first-hand": HowKnown.FIRST_HAND,
    "firsthand": HowKnown.FIRST_HAND,
    "second-hand": HowKnown.SECOND_HAND,
    "secondhand": HowKnown.SECOND_HAND,
    "rumour": HowKnown.RUMOUR,
    "rumor": HowKnown.RUMOUR,
}
"""Words that say how something is known wherever they stand."""
_GRADES_AFTER_KEY: Mapping[str, HowKnown] = {
    **_GRADES,
    "first hand": HowKnown.FIRST_HAND,
    "saw it": HowKnown.FIRST_HAND,
    "document": HowKnown.DOCUMENT,
    "contract": HowKnown.DOCUMENT,
    "email": HowKnown.DOCUMENT,
    "saw the contract": HowKnown.DOCUMENT,
    "second hand": HowKnown.SECOND_HAND,
    "heard": HowKnown.SECOND_HAND,
}
_GRADE = re.compile(rf"(?<![\w-])(?:{'|'.join(_GRADES)})(?![\w-])")

_CATEGORY_WORDS: Mapping[Category, tuple[str, ...]] = {
    Category.PRICING: ("pricing", "price", "prices", "priced", "discount", "discounts"),
    Category.PRODUCT: ("product", "feature", "features"),
    Category.POSITIONING: ("positioning", "messaging"),
    Category.PEOPLE: ("hired", "hires", "layoff", "layoffs"),
    Category.WIN: ("win", "won"),
    Category.LOSS: ("loss", "lost"),
}
_CATEGORY_OF = {word: category for category, words in _CATEGORY_WORDS.items() for word in words}
# "It won't" wins nothing.
_CATEGORY_WORD = re.compile(rf"(?<![\w-])(?:{'|'.join(_CATEGORY_OF)})(?![\w-]|['’]t(?!\w))")


def parse_line(text: str, known: KnownNames, currency: str = "USD") -> ParsedLine:
    """Return what the first 4,000 characters of `text` say; links are not read, their words are nobody's.

    `currency` is the workspace's own, which `$` stands for where it is a dollar.
    """
    head = text[:READ_CHARACTERS]
    words = _URL.sub(" ", head)
    evened = normalise(words)
    tags = tuple(dict.fromkeys(_tags(words)))
    values = _values(head)
    named = [*_named_account(head, values, known), *known.find(words)]
    accounts = _ids(named, "account")
    return ParsedLine(
        tags=tags,
        competitor_ids=_ids(named, "competitor"),
        area_ids=_ids(named, "area"),
        account_ids=accounts,
        account_text=_account_text(head, values, known),
        amounts=find_money(words, currency),
        stage=_text(values, "stage"),
        close=_close(head, values),
        source=_text(values, "source"),
        segment=_text(values, "segment"),
        how_known=_how_known(evened, values),
        category=_category(tags, evened),
        is_kept_out=_KEPT_OUT.match(head) is not None,
    )


def _ids(named: Iterable[tuple[Sort, int]], sort: Sort) -> tuple[int, ...]:
    return tuple(dict.fromkeys(key for found, key in named if found == sort))


def _tags(words: str) -> Iterator[str]:
    """Yield `#tag` for each hash at the start of a word; neither a number alone, as in #123, nor a colour is a tag."""
    for hash_sign in _HASH.finditer(words):
        before = words[hash_sign.start() - 1 : hash_sign.start()]
        if before and (_in_tag(before) or before in "#&/"):
            continue
        tag = _tag_at(words, hash_sign.end())
        is_word = any(letter.isalpha() for letter in tag) and not _COLOUR.fullmatch(tag)
        if 0 < len(tag) <= LONGEST_TAG and is_word:
            yield tag


def _tag_at(words: str, start: int) -> str:
    """Return the tag whose first letter is at `start`; reading on is given up where it is too long to be one."""
    end = start
    while end < len(words) and end - start <= LONGEST_TAG and _in_tag(words[end]):
        end += 1
    return normalise(words[start:end].strip("-"))


def _in_tag(character: str) -> bool:
    return character.isalnum() or character in "_-" or unicodedata.category(character)[0] == "M"


def _values(head: str) -> dict[str, re.Match[str]]:
    """Return the first use of each key, wherever it stands outside of links."""
    links = [link.span() for link in _URL.finditer(head)]
    found: dict[str, re.Match[str]] = {}
    for match in _KEY.finditer(head):
        if not any(start < match.start() < end for start, end in links):
            found.setdefault(match["key"].casefold(), match)
    return found


def _text(values: Mapping[str, re.Match[str]], key: str) -> str | None:
    match = values.get(key)
    if match is None:
        return None
    value = match["quoted"] or match["curly"] or match["bare"].rstrip(".,;:!?)")
    return value.strip() or None


def _is_quoted(match: re.Match[str]) -> bool:
    return match["bare"] is None


def _named_account(head: str, values: Mapping[str, re.Match[str]], known: KnownNames) -> list[tuple[Sort, int]]:
    """Return the known account that stands after `account:`; it comes before those that are merely mentioned."""
    match = values.get("account")
    if match is None:
        return []
    if _is_quoted(match):
        return list(known.find_whole(_text(values, "account") or ""))
    start = match.start("bare")
    return list(known.find_at_start(head[start : start + _LONGEST_NAME]))


def _account_text(head: str, values: Mapping[str, re.Match[str]], known: KnownNames) -> str | None:
    match = values.get("account")
    if match is None:
        return None
    if _is_quoted(match):
        return _text(values, "account")
    # Prose such as "on that account: we wait" names nobody, so after a blank a name begins as names do.
    is_prose = match["gap"] and not (match["bare"][0].isupper() or match["bare"][0].isdigit())
    is_known = any(sort == "account" for sort, _ in _named_account(head, values, known))
    return None if is_prose or is_known else _text(values, "account")


def _close(head: str, values: Mapping[str, re.Match[str]]) -> date | None:
    match = values.get("close")
    if match is None:
        return None
    if _is_quoted(match):
        return read_close_date(_text(values, "close") or "")
    start = match.start("bare")
    return read_close_date(head[start : start + _LONGEST_DATE])


def _how_known(evened: str, values: Mapping[str, re.Match[str]]) -> HowKnown | None:
    told = _GRADES_AFTER_KEY.get(normalise(_text(values, "how") or ""))
    if told is not None:
        return told
    match = _GRADE.search(evened)
    return _GRADES[match.group()] if match else None


def _category(tags: Iterable[str], evened: str) -> Category | None:
    """Return the category of the first tag that is one, else of the first word that names one."""
    tagged = (Category(tag) for tag in tags if tag in set(Category))
    spoken = (_CATEGORY_OF[match.group()] for match in _CATEGORY_WORD.finditer(evened))
    return next(tagged, None) or next(spoken, None)
