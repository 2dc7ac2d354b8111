"""Words as keys for comparing texts: forms of one English word share a stem, and words without content have none."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W_]{1,60}")
# "activityIndicator", "XMLFile" and "iOS7" say two things each.
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")

# Longer endings come before those that they end in.
_ENDINGS = (
    *("ization", "isation", "ational", "ation", "ative", "ator", "izing", "ising", "ating"),
    *("ized", "ised", "ated", "ize", "ise", "ate", "ement", "ment", "ing", "ion", "able", "ible"),
    *("ed", "er", "or", "ly", "al"),
)
_SHORTEST = 3
_NEVER_HALVED = frozenset("lsz")
_VOWEL = re.compile("[aeiouy]")

_LISTED = """
a about all also am an and any are as at be been being but by can could did do does either for from had has have
he her here him his how i if in into is it its just like may me might more most much must my no not of off on only
or other our out over own per please same shall she should so some such than that the their them then there these
they this those through to too up us use used using very was we were what when where which while who why will with
would yet you your need needs want wants
don doesn isn didn won ll ve re
"""
_NO_CONTENT = frozenset(_LISTED.split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its stem, how it was written there, and whether it is only a part of a compound."""

    stem: str
    written: str
    is_part: bool = False


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of `text` that have content, in their order; a compound comes whole and then in its parts."""
    for match in _WORD.finditer(text):
        yield from _analyse(match.group())


def stems_of(text: str) -> list[str]:
    """Return the stems of the words of `text` that have content, in their order, compounds as `words_of` has them."""
    return [stem for written in _WORD.findall(text) for stem in _stems(written)]


def stem(word: str) -> str:
    """Return what forms of one English word share: export for exports, exported, exporting and exporter.

    `word` is in lower case. It need not be a word itself (polic for policy), and a word with other letters than a to z
    is its own stem.
    """
    if not word.isascii() or not word.isalpha() or len(word) <= _SHORTEST:
        return word
    shorter = _singular(word)
    while (cut := _without_ending(shorter)) != shorter:
        shorter = cut
    while len(shorter) > _SHORTEST and shorter[-1] in "eiy":
        shorter = shorter[:-1]
    return shorter


def has_content(word: str) -> bool:
    """Tell whether a word, in lower case and without accents, says anything of what a text is about."""
    return word not in _NO_CONTENT


def unaccented(text: str) -> str:
    """Return `text` in lower case and without accents, as SQLite's full-text index keeps it."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


# People use the same few thousand words again and again; analysing each once makes ranking several times faster.
@lru_cache(maxsize=4_000)
def _analyse(written: str) -> tuple[Word, ...]:
    parts = _PART.findall(written) if _is_compound(written) else []
    pieces = [written, *parts] if len(parts) > 1 else [written]
    bare = ((unaccented(piece), piece, place > 0) for place, piece in enumerate(pieces))
    return tuple(Word(stem(word), piece, is_part) for word, piece, is_part in bare if has_content(word))


@lru_cache(maxsize=20_000)
def _stems(written: str) -> tuple[str, ...]:
    return tuple(word.stem for word in _analyse(written))


def _is_compound(written: str) -> bool:
    """Tell whether parts may be found in a word: not in one with letters beside a to z, and not in APIs or PDFs."""
    return written.isascii() and not (written.endswith("s") and written[:-1].isupper())


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("sses"):
        return word[:-2]
    return word[:-1] if word[-1] == "s" and word[-2] not in "su" else word


def _without_ending(word: str) -> str:
    """Take one ending off where three letters with a vowel among them are left, and halve a letter doubled by it."""
    for ending in _ENDINGS:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= _SHORTEST and _VOWEL.search(rest):
            doubled = len(rest) > _SHORTEST and rest[-1] == rest[-2] and rest[-1] not in _NEVER_HALVED
            return rest[:-1] if doubled else rest
    return word
