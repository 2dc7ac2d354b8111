"""Which asks are bare: they name a feature and not what the customer cannot do."""

import json
import os
from pathlib import Path

import pytest

from bot.domain.bare import is_bare

BARE = (
    "SSO",
    "SSO for Globex",
    "Globex needs SSO, $120k close:2026-12-15 #login #enterprise",
    'Dark mode account:"Globex Corp" stage: won',
    "Add support for style tag in XML views",
    "Wish there was undo and redo",
    "Datepicker: Add Canadian French locale https://example.com/some/very/long/page-about-it?and=more",
    "Please include editing support for ipad.",
)
TOLD = (
    "Globex cannot roll out: their IT blocks any tool without SSO",
    "They can't export invoices",
    "They can’t export invoices",
    "The export fails at 10,000 rows",
    "We lose every deal with two auditors",
    "They copy rows by hand",
    "Hooper has to print it",
    "SSO, because their auditor wants it",
    "Search is slow",
    "The auditors at Globex need to read our figures and to change none of them",
)


@pytest.mark.parametrize("words", BARE)
def test_a_feature_by_its_name_is_bare(words: str) -> None:
    assert is_bare(words)


@pytest.mark.parametrize("words", TOLD)
def test_what_stops_the_customer_is_heard_in_few_words_and_assumed_in_many(words: str) -> None:
    assert not is_bare(words)


@pytest.mark.parametrize("words", ["a" * 100_000, "#" * 100_000, "$1" * 50_000, 'account:"' * 10_000, "can" * 30_000])
def test_a_text_of_any_length_is_read_at_once(words: str) -> None:
    is_bare(words)


def test_few_real_texts_and_most_titles_alone_are_bare() -> None:
    corpus = os.environ.get("NUGGET_CORPUS")
    if not corpus or not (Path(corpus) / "notes_dev.jsonl").is_file():
        pytest.skip("NUGGET_CORPUS names no folder with real texts")
    notes = _rows(Path(corpus) / "notes_dev.jsonl")
    requests = _rows(Path(corpus) / "requests_dev.jsonl")
    asks = [row["text"] for row in notes if row["kind"] == "ask"]
    titles = [row["title"] for row in requests if row["kind"] == "feature"]
    assert 0.04 < _share(asks) < 0.12
    assert 0.6 < _share(titles) < 0.8


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _share(texts: list[str]) -> float:
    return sum(map(is_bare, texts)) / len(texts)
