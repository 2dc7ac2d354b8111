"""Which items may say the same as a new one: a short ranked list that a person confirms. Nothing merges by a score.

Words are compared by BM25F (Robertson and Zaragoza 2009) with its usual constants: a word counts the more, the fewer
items of the workspace use it, and what stands in a title counts three times. The score is the share of what the new
item says of itself: 1 where the other one says the same words. Where a model has read both items, how alike they are in
meaning is added to that.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.stems import Word, stems_of, words_of

TITLE_COUNTS = 3.0
MOST_OFFERED = 3

# Nearly the same words need no more.
NEARLY_THE_SAME = 0.8

# How much of a score meaning is, the rest being words. It was chosen on other clusters of linked duplicates than it was
# measured on, and weights from 0.5 to 0.7 find nearly as many.
MEANT = 0.6

# No letter comes after it.
_LAST = "\U0010ffff"
# The usual constants: how soon a word's repetition stops counting (in a text, in the new item), how much length counts.
_K1, _K3, _B = 1.2, 8.0, 0.75
# What else agrees lifts a score by so much of itself; without a common word there is nothing to lift.
_COMPETITOR_LIFT, _TAG_LIFT = 0.1, 0.1
_WORDS_NAMED = 3
_SHORTEST_NAMED = 2
# So many characters of a text are read; whoever writes more repeats themselves.
LONGEST_READ = 4_000


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a score has to reach before anyone is asked. A wrong question annoys more than a missed one."""

    floor: float
    """So much has to agree at the least."""
    stands_out: float
    """And so many times as much as with the first that is not offered: what many share is the talk of the house."""


BY_WORDS = Threshold(0.35, 1.5)
# Any two texts are somewhat alike in meaning, so that scores begin higher and lie closer together.
BY_MEANING = Threshold(0.55, 1.25)


@dataclass(frozen=True, slots=True)
class TwinWords:
    """What an item says, as far as it is compared with others; the names of its account are left out by the caller."""

    item_id: int
    title: str
    body: str = ""
    competitor_ids: frozenset[int] = frozenset()
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How common words are among the items of a workspace, counted in a sample of them."""

    sampled: int
    counts: Mapping[str, int]
    """In how many of the sampled items each stem occurs."""
    title_length: float
    body_length: float
    """Mean lengths in words, at least 1."""
    ordered: Sequence[str] = ()
    """The stems in alphabetical order, so that those with one beginning stand together."""

    @classmethod
    def of(cls, sample: Iterable[TwinWords]) -> "Frequencies":
        """Count the words of these items."""
        counts: Counter[str] = Counter()
        sampled = title_words = body_words = 0
        for text in map(_Text.of, sample):
            sampled += 1
            title_words += text.title.total()
            body_words += text.body.total()
            counts.update(text.title.keys() | text.body.keys())
        title_length, body_length = (max(1.0, words / max(1, sampled)) for words in (title_words, body_words))
        return cls(sampled, counts, title_length, body_length, sorted(counts))

    def share(self, stem: str) -> float:
        """Return the share of items that use a word; one that the sample lacks counts as half a time seen."""
        return min(1.0, (self.counts.get(stem, 0) or 0.5) / (self.sampled + 1))

    def share_beginning(self, beginning: str) -> float:
        """Return the share of items that use any word with this beginning, at the most."""
        first, end = bisect_left(self.ordered, beginning), bisect_left(self.ordered, beginning + _LAST)
        return min(1.0, (sum(self.counts[stem] for stem in self.ordered[first:end]) or 0.5) / (self.sampled + 1))

    def rarity(self, stem: str) -> float:
        """Return the weight of a word: high for a rare one, near 0 for one that nearly every item uses."""
        count = self.counts.get(stem, 0)
        return math.log(1 + (self.sampled - count + 0.5) / (count + 0.5))


@dataclass(frozen=True, slots=True)
class Twin:
    """An item that may say the same: how much of the new item it says as well, and what else agrees."""

    item_id: int
    score: float
    """At least 0; 1 where all words agree. It orders and cuts the list, and decides nothing."""
    shared_words: tuple[str, ...] = ()
    """The words that speak most for it, as the new item writes them, the most telling first."""
    shared_tags: tuple[str, ...] = ()
    same_competitor: bool = False
    alike: float | None = None
    """How alike the two are in meaning, from 0 to 1; None where words alone were compared."""

    @property
    def why(self) -> str:
        """The line that explains the offer, as in "same competitor, same words: export, csv"."""
        parts = ["same competitor"] if self.same_competitor else []
        if self.shared_tags:
            parts.append("same tags: " + ", ".join(f"#{tag}" for tag in self.shared_tags))
        words = [word for word in self.shared_words if word.lower() not in self.shared_tags]
        if words:
            parts.append("same words: " + ", ".join(words))
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class _Text:
    """The stems of a text with how often each occurs, in its title and in the rest."""

    title: Counter[str]
    body: Counter[str]

    @classmethod
    def of(cls, words: TwinWords) -> "_Text":
        return cls(Counter(stems_of(words.title[:LONGEST_READ])), Counter(stems_of(words.body[:LONGEST_READ])))

    def strength(self, weights: Mapping[str, float], frequencies: Frequencies) -> dict[str, float]:
        """Return what each of the weighted words that stand in here contributes."""
        in_title = TITLE_COUNTS / _length(self.title, frequencies.title_length)
        in_body = 1 / _length(self.body, frequencies.body_length)
        shared = weights.keys() & (self.title.keys() | self.body.keys())
        often = {stem: self.title[stem] * in_title + self.body[stem] * in_body for stem in shared}
        return {stem: weights[stem] * n * (_K1 + 1) / (n + _K1) for stem, n in often.items()}


def _length(words: Counter[str], mean: float) -> float:
    return 1 - _B + _B * words.total() / mean


def word_weights(query: TwinWords, frequencies: Frequencies) -> dict[str, float]:
    """Return how much each stem of a new item counts when others are compared with it."""
    text = _Text.of(query)
    often = {stem: TITLE_COUNTS * text.title[stem] + text.body[stem] for stem in {**text.title, **text.body}}
    return {stem: n * (_K3 + 1) / (n + _K3) * frequencies.rarity(stem) for stem, n in often.items()}


def rank_twins(
    query: TwinWords,
    candidates: Sequence[TwinWords],
    frequencies: Frequencies,
    alike: Mapping[int, float] | None = None,
) -> list[Twin]:
    """Return the candidates that share a word with `query`, the likeliest first, of equal ones the newest.

    `alike` is how alike each of them is in meaning, by its id; without it words alone decide.
    """
    weights = word_weights(query, frequencies)
    itself = sum(_Text.of(query).strength(weights, frequencies).values())
    written = _as_written(query)
    twins = []
    for candidate in candidates:
        strength = _Text.of(candidate).strength(weights, frequencies)
        if strength and candidate.item_id != query.item_id:
            likeness = None if alike is None else alike[candidate.item_id]
            twins.append(_twin(query, candidate, strength, sum(strength.values()) / itself, likeness, written))
    return sorted(twins, key=lambda twin: (-twin.score, -twin.item_id))


def count_worth_asking(twins: Sequence[Twin]) -> int:
    """Return how many of the ranked are worth a person's look: the first so many, at most three."""
    threshold = BY_WORDS if any(twin.alike is None for twin in twins) else BY_MEANING
    others = twins[MOST_OFFERED].score if len(twins) > MOST_OFFERED else 0.0
    enough = min(NEARLY_THE_SAME, max(threshold.floor, threshold.stands_out * others))
    return sum(twin.score >= enough for twin in twins[:MOST_OFFERED])


def _twin(
    query: TwinWords,
    candidate: TwinWords,
    strength: Mapping[str, float],
    shared: float,
    alike: float | None,
    written: Mapping[str, Word],
) -> Twin:
    same_competitor = bool(query.competitor_ids & candidate.competitor_ids)
    tags = tuple(sorted(query.tags & candidate.tags))
    lift = 1 + _COMPETITOR_LIFT * same_competitor + _TAG_LIFT * bool(tags)
    score = lift * (shared if alike is None else (1 - MEANT) * shared + MEANT * alike)
    return Twin(candidate.item_id, score, _telling(strength, written), tags, same_competitor, alike)


def _telling(strength: Mapping[str, float], written: Mapping[str, Word]) -> tuple[str, ...]:
    """Return the words that count most, as the new item has them; parts of compounds only where there is no other."""
    stems = sorted(strength, key=lambda stem: (len(written[stem].written) < _SHORTEST_NAMED, -strength[stem], stem))
    words = [written[stem] for stem in stems]
    named = [word for word in words if not word.is_part] or words
    return tuple(_evened(word.written) for word in named[:_WORDS_NAMED])


def _as_written(query: TwinWords) -> dict[str, Word]:
    """Return each stem's first form in a text, as a word by itself where it is one anywhere."""
    words = [*words_of(query.title[:LONGEST_READ]), *words_of(query.body[:LONGEST_READ])]
    first: dict[str, Word] = {}
    for word in words:
        if word.stem not in first or (first[word.stem].is_part and not word.is_part):
            first[word.stem] = word
    return first


def _evened(word: str) -> str:
    """Return a word in lower case if no more than its first letter is a capital: API and iOS stay as they are."""
    return word.lower() if word[1:] == word[1:].lower() else word
