"""What is understood of real texts may not fall below what was measured; `tests.bench.understanding` tells more."""

from pathlib import Path

import pytest

from bot.domain.known_names import KnownNames
from bot.domain.lines import parse_line
from bot.domain.words import Kind
from tests.bench import real_texts
from tests.bench.real_texts import Note

# Measured: 0.861 and 0.998. What counts as wrong are almost only names that stand there and that nobody labelled.
NAMES_PRECISION, NAMES_RECALL = 0.85, 0.99
# Measured: 0.972 and 0.993 of amounts that a pattern had found; where they differ, the pattern is wrong.
MONEY_PRECISION, MONEY_RECALL = 0.96, 0.98
# Measured: 0.550 and 0.511 of the components that a tracker's people had set.
AREAS_PRECISION, AREAS_RECALL = 0.53, 0.49
# Measured: 35 of 5,292 texts that are no news have a tag, nearly all of them code; and 3 are taken for a win.
SHARE_TAGGED, SHARE_WON = 0.0075, 0.003


@pytest.fixture(scope="module")
def notes(corpus: Path) -> list[Note]:
    """Give every labelled note."""
    return real_texts.read_notes(corpus)


def test_competitors_are_found_where_they_are_labelled(notes: list[Note]) -> None:
    texts = real_texts.with_names(notes)
    total = real_texts.total(one.tally for one in real_texts.read_names(texts, real_texts.names_in(texts)))
    assert (total.precision > NAMES_PRECISION, total.recall > NAMES_RECALL) == (True, True), total


def test_a_competitor_is_missed_only_within_another_name(notes: list[Note]) -> None:
    texts = real_texts.with_names(notes)
    listed = real_texts.names_in(texts)
    missed, _ = real_texts.differences(real_texts.read_names(texts, listed), listed)
    assert set(missed) <= {"within a longer name that was found", "goes on with + or #, as another name would"}


def test_amounts_are_found_where_a_pattern_found_them(notes: list[Note]) -> None:
    total = real_texts.total(map(real_texts.money_tally, notes))
    assert (total.precision > MONEY_PRECISION, total.recall > MONEY_RECALL) == (True, True), total


def test_areas_are_found_by_the_words_of_their_names(notes: list[Note]) -> None:
    areas = real_texts.read_areas(notes)
    total = real_texts.total(areas.named)
    assert (total.precision > AREAS_PRECISION, total.recall > AREAS_RECALL) == (True, True), total
    # The first area named is the one that a text is routed to; measured: 360 of 482.
    assert areas.routed_right > 0.7 * areas.routed


def test_texts_that_are_no_news_hardly_ever_seem_tagged_or_won(corpus: Path, notes: list[Note]) -> None:
    others = [*real_texts.read_requests(corpus), *(note for note in notes if not note.is_news)]
    nothing = KnownNames.build({}, {}, {})
    lines = [parse_line(note.text, nothing) for note in others]
    assert sum(line.names_something(Kind.ASK) for line in lines) < SHARE_TAGGED * len(lines)
    assert sum(line.category == "win" for line in lines) < SHARE_WON * len(lines)
