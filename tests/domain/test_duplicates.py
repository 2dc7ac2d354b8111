"""Ranking items that may say the same: what counts, what does not, and the line that explains it."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.duplicates import BY_WORDS, Frequencies, Twin, TwinWords, count_worth_asking, rank_twins

ASKS = tuple(
    TwinWords(number, title)
    for number, title in enumerate(
        (
            "Export the contact list as CSV",
            "Export dashboards as PDF",
            "Dark mode for the mobile app",
            "Single sign-on with Okta",
            "Webhooks when an invoice is paid",
            "Search within attachments",
            "Keyboard shortcuts in the editor",
            "Reports by sales region",
        ),
        1,
    )
)
FREQUENCIES = Frequencies.of(ASKS)
TEXTS = st.text(alphabet="abcdefg XY-é.\n", max_size=60)


def ranked(query: TwinWords, candidates: tuple[TwinWords, ...] = ASKS) -> list[int]:
    return [twin.item_id for twin in rank_twins(query, candidates, FREQUENCIES)]


def best(query: TwinWords, *candidates: TwinWords) -> Twin:
    return rank_twins(query, candidates or ASKS, FREQUENCIES)[0]


def test_the_rarer_common_word_decides() -> None:
    assert ranked(TwinWords(99, "CSV export of everything"))[:2] == [1, 2]
    assert ranked(TwinWords(99, "exporting a dashboard"))[0] == 2


def test_other_forms_of_a_word_are_the_same_word() -> None:
    assert best(TwinWords(99, "a webhook for paying invoices")).item_id == 5


def test_parts_of_a_compound_are_words() -> None:
    camel = TwinWords(20, "keyboardShortcuts can not be changed")
    assert best(TwinWords(99, "a shortcut"), *ASKS[:6], camel).item_id == 20


def test_without_a_common_word_there_is_no_twin() -> None:
    query = TwinWords(99, "Umlauts break", competitor_ids=frozenset({1}), tags=frozenset({"bug"}))
    others = [replace(ask, competitor_ids=frozenset({1}), tags=frozenset({"bug"})) for ask in ASKS]
    assert rank_twins(query, others, FREQUENCIES) == []


@pytest.mark.parametrize("words", ["", "?!", "what is it and how can we", "\u200b"])
def test_what_has_no_content_has_no_twin(words: str) -> None:
    assert rank_twins(TwinWords(99, words), (*ASKS, TwinWords(50, words)), FREQUENCIES) == []


def test_an_item_is_no_twin_of_its_own() -> None:
    assert 1 not in ranked(ASKS[0])


def test_a_title_counts_more_than_the_rest() -> None:
    in_title, in_body = TwinWords(30, "Okta", "for admins"), TwinWords(31, "for admins", "Okta")
    assert ranked(TwinWords(99, "Okta"), (in_title, in_body)) == [30, 31]


def test_of_equal_ones_the_newest_comes_first() -> None:
    assert ranked(TwinWords(99, "Okta"), (TwinWords(30, "Okta"), TwinWords(32, "Okta"), TwinWords(31, "Okta"))) == [
        32,
        31,
        30,
    ]


@pytest.mark.parametrize(
    "agreeing", [TwinWords(10, "", "", frozenset({7})), TwinWords(10, "", tags=frozenset({"crm"}))]
)
def test_agreement_beside_words_lifts(agreeing: TwinWords) -> None:
    agreeing = replace(agreeing, title="Export as CSV")
    query, alike = replace(agreeing, item_id=99), TwinWords(40, "Export as CSV")
    assert [twin.item_id for twin in rank_twins(query, (alike, agreeing), FREQUENCIES)] == [10, 40]
    assert best(query, agreeing).score == pytest.approx(1.1 * best(query, alike).score)


def test_the_same_words_score_one_and_few_of_them_stay_below_the_floor() -> None:
    query = TwinWords(99, "Export the contact list as CSV", "Our admins copy it by hand every week.")
    assert best(query, replace(query, item_id=1)).score == pytest.approx(1)
    other = TwinWords(1, "A week without meetings", "Calendar holds for the whole team")
    assert best(query, other).score < BY_WORDS.floor


@pytest.mark.parametrize(
    ("scores", "worth"),
    [
        ([], 0),
        ([0.34], 0),
        ([0.35], 1),
        ([0.5, 0.4, 0.36, 0.1, 0.1], 3),
        ([0.5, 0.4, 0.3, 0.1], 2),
        ([0.61, 0.5, 0.45, 0.4, 0.4], 1),
        ([0.6, 0.5, 0.5, 0.5, 0.5], 0),
        ([0.9, 0.85, 0.8, 0.8, 0.8], 3),
        ([0.9, 0.75, 0.7, 0.7], 1),
    ],
)
def test_a_twin_has_to_stand_out_from_what_all_say(scores: list[float], worth: int) -> None:
    assert count_worth_asking([Twin(place, score) for place, score in enumerate(scores)]) == worth


def test_the_line_names_what_agrees() -> None:
    query = TwinWords(99, "Exports as csv, API first", "#crm", frozenset({7, 8}), frozenset({"crm", "admin"}))
    other = TwinWords(1, "CSV export, an api", "crm", frozenset({8}), frozenset({"crm"}))
    assert best(query, other).why == "same competitor, same tags: #crm, same words: API, csv, exports"
    assert best(query, TwinWords(1, "csv")).why == "same words: csv"


def test_the_line_names_three_words_and_no_letters_or_parts_before_words() -> None:
    query = TwinWords(99, "ImageView x scale crop fit", "")
    assert len(best(query, replace(query, item_id=1)).shared_words) == 3
    assert "x" not in best(query, replace(query, item_id=1)).shared_words
    assert "Image" not in best(query, replace(query, item_id=1)).shared_words


def test_the_line_names_parts_of_compounds_where_nothing_else_agrees() -> None:
    assert best(TwinWords(99, "the imageView"), TwinWords(1, "one image")).why == "same words: image"
    assert best(TwinWords(99, "imageView of an image"), TwinWords(1, "one image")).why == "same words: image"


def test_a_word_nobody_used_is_rarer_than_one_that_all_use() -> None:
    frequencies = Frequencies.of([TwinWords(n, "export", "csv" * (n % 2)) for n in range(100)])
    assert frequencies.rarity("zip") > frequencies.rarity("csv") > frequencies.rarity("export") > 0
    assert frequencies.share("zip") < frequencies.share("csv") < frequencies.share("export") <= 1


def test_no_sample_is_no_error() -> None:
    nothing = Frequencies.of([])
    assert nothing.share("csv") == 0.5
    assert [twin.item_id for twin in rank_twins(TwinWords(9, "csv"), [TwinWords(1, "csv")], nothing)] == [1]


def test_only_the_beginning_of_a_very_long_text_is_read() -> None:
    late = TwinWords(1, "Okta", "filler " * 1_000 + "csv")
    assert rank_twins(TwinWords(99, "csv"), [late], FREQUENCIES) == []


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=8), st.integers())
def test_the_order_of_the_candidates_does_not_matter(texts: list[tuple[str, str]], seed: int) -> None:
    items = [TwinWords(number, *text) for number, text in enumerate(texts)]
    shuffled = random.Random(seed).sample(items, len(items))
    frequencies = Frequencies.of(items)
    one, other = (rank_twins(items[0], order, frequencies) for order in (items, shuffled))
    assert one == other
    assert all(twin.score > 0 and twin.why.startswith("same words: ") for twin in one)
    assert [twin.score for twin in one] == sorted((twin.score for twin in one), reverse=True)
