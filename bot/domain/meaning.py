"""What texts mean, as a model on this machine sees it: a direction, in which texts that say the same point alike."""

from collections.abc import Mapping, Sequence
from math import sqrt
from operator import mul
from statistics import median
from typing import Protocol

from bot.domain.duplicates import LONGEST_READ, TwinWords

LEAST_READ = 0.5
"""Of the items that are compared at least so many have to have been read before their meaning is looked at."""

# Whole numbers of one byte are exact enough to compare by, and a quarter of the room.
_LARGEST = 127


class Meaning(Protocol):
    """A model that reads texts."""

    @property
    def name(self) -> str:
        """Which model this is, to the byte, in at most 64 characters: what two of them read is not compared."""
        ...

    def directions_of(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Return for each text the direction that it points in, of length 1; all have the same number of parts."""
        ...


def find_alike(itself: bytes, others: Mapping[int, bytes], item_ids: Sequence[int]) -> dict[int, float] | None:
    """Return how alike each of these items is to one, from 0 to 1, by their vectors; None while too few were read.

    One that has yet to be read is taken for as alike as they typically are.
    """
    known = {item_id: likeness(itself, others[item_id]) for item_id in item_ids if others.get(item_id)}
    if not itself or not known or len(known) < LEAST_READ * len(item_ids):
        return None
    typical = median(known.values())
    return {item_id: known.get(item_id, typical) for item_id in item_ids}


def vector_of(words: TwinWords, meaning: Meaning) -> bytes:
    """Return what an item means; nothing for one without words.

    Its title is read by itself as well as with the rest, since it counts for more in the comparison of words, too.
    """
    title = words.title.strip()[:LONGEST_READ]
    whole = f"{title}\n{words.body.strip()}".strip()[:LONGEST_READ]
    if not whole:
        return b""
    texts = list(dict.fromkeys(text for text in (title, whole) if text))
    return _in_bytes([sum(parts) for parts in zip(*meaning.directions_of(texts), strict=True)])


def likeness(one: bytes, other: bytes) -> float:
    """Return how far two vectors point the same way: 1 for the same direction, 0 for any that are at odds."""
    a, b = memoryview(one).cast("b"), memoryview(other).cast("b")
    if len(a) != len(b):
        return 0.0
    lengths = sqrt(sum(map(mul, a, a)) * sum(map(mul, b, b)))
    return max(0.0, sum(map(mul, a, b)) / lengths) if lengths else 0.0


def _in_bytes(direction: Sequence[float]) -> bytes:
    largest = max(map(abs, direction), default=0.0) or 1.0
    return bytes(round(part * _LARGEST / largest) & 0xFF for part in direction)
