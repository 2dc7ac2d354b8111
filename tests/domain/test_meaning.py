"""Comparing by meaning: what is read of an item, how alike two are, and what that adds to their words."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.duplicates import BY_MEANING, LONGEST_READ, Frequencies, Twin, TwinWords, count_worth_asking, rank_twins
from bot.domain.meaning import find_alike, likeness, vector_of
from tests.meanings import Concepts

DIRECTIONS = st.lists(st.floats(-1, 1), min_size=3, max_size=3).filter(lambda parts: math.hypot(*parts) > 0.1)


class Fixed:
    """A model that gives one direction for everything."""

    name = "fixed"

    def __init__(self, *direction: float) -> None:
        self._direction = direction

    def directions_of(self, texts: list[str]) -> list[tuple[float, ...]]:
        return [self._direction for _ in texts]


def read(title: str, body: str = "") -> bytes:
    return vector_of(TwinWords(1, title, body), Concepts())


@given(DIRECTIONS, DIRECTIONS)
def test_vectors_of_bytes_are_as_alike_as_the_directions_were(one: list[float], other: list[float]) -> None:
    a, b = (vector_of(TwinWords(1, "x"), Fixed(*parts)) for parts in (one, other))  # type: ignore[arg-type]
    exact = sum(x * y for x, y in zip(one, other, strict=True)) / (math.hypot(*one) * math.hypot(*other))
    assert likeness(a, b) == pytest.approx(max(0.0, exact), abs=0.02)
    assert likeness(a, b) == likeness(b, a)
    assert likeness(a, a) == pytest.approx(1)


def test_a_title_counts_for_more_than_the_rest() -> None:
    export, dark = read("export csv"), read("dark mode")
    mixed = read("export csv", "dark mode")
    assert likeness(mixed, export) > likeness(mixed, dark) > 0


def test_each_text_is_read_once_and_only_its_beginning() -> None:
    model = Concepts()
    vector_of(TwinWords(1, " export "), model)
    assert model.read == ["export"]
    vector_of(TwinWords(1, "", "dark"), model)
    assert model.read == ["export", "dark"]
    vector_of(TwinWords(1, "x" * 9_000, "y" * 9_000), model)
    assert max(map(len, model.read)) == LONGEST_READ


def test_what_has_no_words_means_nothing() -> None:
    model = Concepts()
    assert vector_of(TwinWords(1, " ", "\n"), model) == b""
    assert model.read == []
    assert likeness(b"", b"") == 0
    assert likeness(read("export"), b"") == 0


def test_vectors_of_different_models_are_not_compared() -> None:
    assert likeness(b"\x7f\x00", b"\x7f\x00\x00") == 0


def test_too_few_read_items_say_nothing() -> None:
    export = read("export")
    assert find_alike(export, {1: export}, [1, 2, 3]) is None
    assert find_alike(export, {}, []) is None
    assert find_alike(b"", {1: export}, [1]) is None
    assert find_alike(export, {1: b""}, [1]) is None


def test_an_item_that_was_not_read_yet_is_taken_for_a_typical_one() -> None:
    export = read("export")
    found = find_alike(export, {1: export, 2: read("dark"), 3: read("export dark")}, [1, 2, 3, 4])
    assert found is not None
    assert found[1] == pytest.approx(1)
    assert found[4] == found[3] > found[2] == 0


def test_meaning_brings_the_same_in_other_words_to_the_front() -> None:
    query = TwinWords(9, "Download people every evening")
    asks = (TwinWords(1, "Export contacts every week"), TwinWords(2, "Dark mode every evening"))
    frequencies = Frequencies.of(asks)
    assert [twin.item_id for twin in rank_twins(query, asks, frequencies)] == [2, 1]
    model = Concepts()
    alike = find_alike(vector_of(query, model), {ask.item_id: vector_of(ask, model) for ask in asks}, [1, 2])
    first, second = rank_twins(query, asks, frequencies, alike)
    assert (first.item_id, first.shared_words) == (1, ("every",))
    assert (first.alike or 0) > (second.alike or 0)


def test_the_same_item_scores_one_by_words_and_meaning() -> None:
    ask = TwinWords(1, "Export contacts", "as CSV")
    (twin,) = rank_twins(TwinWords(2, ask.title, ask.body), [ask], Frequencies.of([ask]), {1: 1.0})
    assert twin.score == pytest.approx(1)


@pytest.mark.parametrize(
    ("scores", "worth"),
    [([0.54], 0), ([0.55], 1), ([0.7, 0.6, 0.5, 0.4], 2), ([0.6, 0.55, 0.5, 0.5], 0), ([0.85, 0.8, 0.8, 0.8], 3)],
)
def test_by_meaning_more_has_to_agree_as_any_two_texts_are_somewhat_alike(scores: list[float], worth: int) -> None:
    twins = [Twin(place, score, alike=score) for place, score in enumerate(scores)]
    assert count_worth_asking(twins) == worth
    assert BY_MEANING.floor > min(scores) or worth
