"""Tags as people write them beside their words, in the form in which a line's tags are kept."""

import re
import unicodedata

from bot.domain.lines import LONGEST_TAG
from bot.domain.names import normalise

_HYPHENS = re.compile("-{2,100}")


def tag_of(text: str) -> str:
    """Return what was typed as a tag: lower-cased, without its hash, blanks as hyphens; empty where no letter is left.

    >>> tag_of("#Price List")
    'price-list'
    """
    evened = normalise(text.strip().lstrip("#").strip()[:LONGEST_TAG])
    tag = _HYPHENS.sub("-", "".join(letter if _in_tag(letter) else "-" for letter in evened))
    tag = tag[:LONGEST_TAG].strip("-")
    return tag if any(character.isalpha() for character in tag) else ""


def _in_tag(letter: str) -> bool:
    return letter.isalnum() or letter == "_" or unicodedata.category(letter)[0] == "M"
