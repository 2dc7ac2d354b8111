"""Which words of a new item a database is asked for, so that few rows are read and the likely twins are among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.duplicates import LONGEST_READ, Frequencies, TwinWords, word_weights
from bot.domain.stems import has_content, unaccented, words_of

HITS_READ = 3_000
"""So many rows may be hit by what is asked for, all words together; reading them is most of what an answer costs."""

MOST_CLUES = 16
# A shorter stem begins too many other words to be asked for as a beginning.
_SHORTEST_BEGINNING = 4
_LIKELY_ENDINGS = ("", "s", "e", "es", "ed", "ing", "y", "ies")
_GRAINS = 1_000


@dataclass(frozen=True, slots=True)
class Clue:
    """A word to look for: its `beginnings` and `forms` in lower case, any of them, letters and digits only."""

    weight: int
    """A whole number, so that both databases add up the same."""
    beginnings: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()


def choose_clues(query: TwinWords, frequencies: Frequencies, stored: int) -> list[Clue]:
    """Return the most telling words of `query`, as many as keep the rows to read within bounds; `stored` items exist.

    A word is asked for as a beginning where there is room for whatever else begins so, and else in its likely forms.
    One that has more hits even so is passed over; but the most telling one is always asked for.
    """
    weights = word_weights(query, frequencies)
    forms = _forms(query)
    left = float(HITS_READ)
    clues: list[Clue] = []
    for stem in sorted(weights, key=lambda stem: (-weights[stem], stem)):
        as_beginning, hits = _hits(stem, frequencies, stored, left)
        if hits <= left or not clues:
            left -= hits
            clues.append(_clue(stem, forms[stem], weights[stem], as_beginning=as_beginning))
        if len(clues) == MOST_CLUES:
            break
    return clues


def _forms(query: TwinWords) -> Mapping[str, Sequence[str]]:
    forms: dict[str, list[str]] = {}
    # Cut as the weighed words are: a word that the cut halves is another word.
    for word in words_of(f"{query.title[:LONGEST_READ]}\n{query.body[:LONGEST_READ]}"):
        # One index keeps accents and the other drops them; a form that neither holds costs next to nothing.
        forms.setdefault(word.stem, []).extend((word.written.lower(), unaccented(word.written)))
    return forms


def _hits(stem: str, frequencies: Frequencies, stored: int, left: float) -> tuple[bool, float]:
    """Return whether to ask for all words with this beginning, and how many rows are hit by what is asked for."""
    if len(stem) >= _SHORTEST_BEGINNING:
        hits = frequencies.share_beginning(stem) * stored
        if hits <= left:
            return True, hits
    return False, frequencies.share(stem) * stored


def _clue(stem: str, forms: Sequence[str], weight: float, *, as_beginning: bool) -> Clue:
    grains = max(1, round(weight * _GRAINS))
    if as_beginning:
        return Clue(grains, (stem,), tuple(sorted({form for form in forms if not form.startswith(stem)})))
    likely = filter(has_content, (stem + ending for ending in _LIKELY_ENDINGS))
    return Clue(grains, (), tuple(sorted({*forms, *likely})))
