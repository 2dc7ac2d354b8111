"""Which known names fit what somebody typed so far: first those that begin with it, last what only looks like it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.names import fold

MOST_ALIKE = 10
"""Names that only look like what was typed; more of them would hide that it is a new one."""
_SHORTEST_FUZZY = 3
_ALIKE = 75.0


@dataclass(frozen=True, slots=True)
class Known:
    """A name under which a row is known. `folded` is its key, `alias` how it is called where that is not its name."""

    row_id: int
    name: str
    folded: str
    alias: str | None = None


def suggest_names(known: Iterable[Known], typed: str, most: int) -> list[Known]:
    """Return at most `most` names, each row once by the name that fits best; all of them where nothing is typed yet."""
    wanted = fold(typed)
    if not wanted:
        names = [name for name in known if name.alias is None]
        return sorted(names, key=lambda name: (name.folded, name.row_id))[:most]
    best: dict[int, tuple[tuple[int, float, str], Known]] = {}
    for name in known:
        rank = _rank(name.folded, wanted)
        if rank is not None:
            place = (*rank, name.folded)
            best[name.row_id] = min(best.get(name.row_id, (place, name)), (place, name), key=lambda found: found[0])
    found = sorted(best.values(), key=lambda one: (one[0], one[1].row_id))
    return _few_alike([(place[0], name) for place, name in found])[:most]


def is_known(known: Iterable[Known], typed: str) -> bool:
    """Tell whether what was typed is, letter for letter, a name or an alias that is known."""
    wanted = fold(typed)
    return any(name.folded == wanted for name in known)


def _few_alike(found: Sequence[tuple[int, Known]]) -> list[Known]:
    sure = [name for rank, name in found if rank < _LIKE]
    return sure + [name for rank, name in found if rank == _LIKE][:MOST_ALIKE]


_BEGINS, _WORD_BEGINS, _HAS, _LIKE = range(4)


def _rank(folded: str, wanted: str) -> tuple[int, float] | None:
    """Return how well a name fits, the best first; None where it does not."""
    if folded.startswith(wanted):
        return _BEGINS, 0.0
    if f" {wanted}" in folded:
        return _WORD_BEGINS, 0.0
    if wanted in folded:
        return _HAS, 0.0
    if len(wanted) < _SHORTEST_FUZZY:
        return None
    likeness = _likeness(folded, wanted)
    return (_LIKE, -likeness) if likeness >= _ALIKE else None


def _likeness(folded: str, wanted: str) -> float:
    """Compare with the whole name and with as much of its beginning: who types is not at the end of it yet."""
    # Three megabytes of a process that most of the time suggests nothing.
    from rapidfuzz import fuzz  # noqa: PLC0415

    beginning = folded[: len(wanted) + 1]
    return max(fuzz.ratio(folded, wanted), fuzz.ratio(beginning, wanted))
