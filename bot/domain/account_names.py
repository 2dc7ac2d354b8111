"""Whether two names may mean the same account: typing errors, legal forms and short forms, not a shared first word.

It decides what is worth asking a person, never what is so: only a press makes two names one account.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

CLOSE_WORDS = 77
"""So alike (0 to 100) must each word be to its counterpart. Measured on the names of `tests/domain`: at 75, Deutsche
Bank is taken for Deutsche Bahn and Sun Life for Sun Line; at 85, Industry is no longer taken for Industries."""
CLOSE_WHOLE = 95
"""So alike must names of unlike word counts be once they are written without blanks, as in Pied Piper and Piedpiper."""
SHORTEST = 5
"""Of shorter names every one is close to some other: Visa and Vista, Nova and Nora."""
SAME = 100.0
SHORTENED = 85.0

_WORD = re.compile(r"[^\W_]{1,200}")
_INSIDE_WORDS = re.compile("[.'’`]")
_FORMS = (
    "the inc incorporated corp corporation co company llc llp lp ltd limited plc gmbh mbh ag kg se sa sas sarl srl spa"
    " bv nv ab as asa oy oyj aps kk pte pty pvt group holding holdings"
)
_LEGAL_FORMS = frozenset(_FORMS.split())


def core_words(name: str) -> tuple[str, ...]:
    """Return the words of a name without accents and legal forms; a name of nothing else keeps all of them."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    bare = "".join(character for character in letters if not unicodedata.combining(character))
    words = tuple(_WORD.findall(_INSIDE_WORDS.sub("", bare.replace("&", " and "))))
    return tuple(word for word in words if word not in _LEGAL_FORMS) or words


def closeness(written: str, known: str) -> float:
    """Return how likely the name that someone wrote is another spelling of a known one: 0, or 77 to 100."""
    ours, theirs = core_words(written), core_words(known)
    if not ours or not theirs or _digits(ours) != _digits(theirs):
        return 0.0
    if ours == theirs:
        return SAME
    if min(len("".join(ours)), len("".join(theirs))) < SHORTEST:
        return 0.0
    if len(ours) == len(theirs):
        return max(_word_by_word(ours, theirs), _word_by_word(sorted(ours), sorted(theirs)))
    whole = _alike("".join(ours), "".join(theirs))
    if whole >= CLOSE_WHOLE:
        return whole
    return SHORTENED if theirs[: len(ours)] == ours else 0.0


def _digits(words: Iterable[str]) -> list[str]:
    """Fund 1 and Fund 2 are two, however alike they look."""
    return sorted(character for word in words for character in word if character.isdigit())


def _word_by_word(ours: Iterable[str], theirs: Iterable[str]) -> float:
    alike = [_alike(mine, other) for mine, other in zip(ours, theirs, strict=True)]
    return sum(alike) / len(alike) if min(alike) >= CLOSE_WORDS else 0.0


def _alike(mine: str, other: str) -> float:
    """Return how alike two words are (0 to 100)."""
    # Loaded for the first name that is compared: a process that never compares one is 2 MB smaller.
    from rapidfuzz import fuzz  # noqa: PLC0415

    return fuzz.ratio(mine, other)


def closest(written: str, known: Mapping[int, Iterable[str]]) -> int | None:
    """Return the one account whose name or alias is closest, or None where none is close or two are equally so."""
    scored = {key: max((closeness(written, name) for name in names), default=0.0) for key, names in known.items()}
    best = max(scored.values(), default=0.0)
    nearest = [key for key, score in scored.items() if score == best]
    return nearest[0] if best > 0 and len(nearest) == 1 else None
