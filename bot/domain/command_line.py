"""What a typed command means: a form, a look-up, or words to keep. In doubt it is always words to keep."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.domain.text import is_blank
from bot.domain.words import Kind

_ITEM_NAME = re.compile(r"([AaNn])-([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class Grammar:
    """A subcommand: `fits` gets all words of the line, the first included, and says whether they are one of its own."""

    name: str
    fits: Callable[[list[str]], bool]


@dataclass(frozen=True, slots=True)
class Capture:
    """Keep this text, whole and as it was typed."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """Answer from what is known; `words` are all words of the line."""

    name: str
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class Form:
    """Open the form of this kind."""

    kind: Kind


def read_command(kind: Kind, line: str, subcommands: Iterable[Grammar]) -> Capture | LookUp | Form:
    """Return what the text after a command of this kind means.

    A subcommand is meant only if the whole line fits its grammar; the first that fits is taken. Any other text is
    kept, so that no typed line is ever dropped.
    """
    if is_blank(line):
        return Form(kind)
    words = line.split()
    for subcommand in subcommands:
        if subcommand.fits(words):
            return LookUp(subcommand.name, tuple(words))
    return Capture(kind, line)


def item_name(word: str) -> tuple[Kind, int] | None:
    """Return the kind and number of an item named as in A-7 or n-12, or None for any other word."""
    match = _ITEM_NAME.fullmatch(word)
    if match is None:
        return None
    return (Kind.ASK if match[1] in "Aa" else Kind.NUGGET), int(match[2])
