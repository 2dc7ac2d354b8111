"""Names as keys: two spellings that people take for the same name have one key."""

import re
import unicodedata

_BLANKS = re.compile(r"\s+")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def normalise(text: str) -> str:
    """Return `text` with letter case and compatibility forms evened out (Unicode's NFKC and case folding).

    Folding can bring out forms that compose anew and the other way round, so both are done until nothing changes.
    """
    once = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return once if once == text else normalise(once)


def fold(name: str) -> str:
    """Return the key under which a competitor, account, area or alias is unique in its workspace."""
    return _BLANKS.sub(" ", normalise(name)).strip()


def slug(name: str) -> str:
    """Return `name` in a-z, 0-9 and single hyphens, for places that take no more; it may be empty."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return _NOT_IN_SLUG.sub("-", "".join(c for c in letters if not unicodedata.combining(c))).strip("-")
