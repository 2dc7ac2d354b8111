"""Words as keys for comparing texts."""

import pytest

from bot.domain.stems import stem, stems_of, unaccented, words_of


@pytest.mark.parametrize(
    "forms",
    [
        "export exports exported exporting exporter",
        "bill billing bills billed",
        "policy policies",
        "integrate integration integrates integrating",
        "schedule scheduled scheduling scheduler schedules",
        "plan planned planning plans",
        "authentication authenticate authenticated",
        "address addresses",
        "notify notified notifies",
    ],
)
def test_forms_of_a_word_share_a_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize("words", ["export import", "bus business", "user usage", "report repository"])
def test_other_words_keep_other_stems(words: str) -> None:
    one, other = words.split()
    assert stem(one) != stem(other)


@pytest.mark.parametrize("word", ["sso", "api", "64bit", "größer", "エクスポート", "ios7"])
def test_what_is_no_longer_english_word_is_its_own_stem(word: str) -> None:
    assert stem(word) == word


def test_words_come_in_their_order_without_those_that_say_nothing() -> None:
    assert [word.written for word in words_of("Could we have the CSV-export, please?")] == ["CSV", "export"]


def test_a_compound_comes_whole_and_in_parts() -> None:
    assert [(word.written, word.is_part) for word in words_of("XMLFile iOS7")] == [
        *(("XMLFile", False), ("XML", True), ("File", True)),
        *(("iOS7", False), ("OS", True), ("7", True)),
    ]


@pytest.mark.parametrize("word", ["APIs", "Cafés", "export", "CSV", "2026"])
def test_a_simple_word_has_no_parts(word: str) -> None:
    assert [found.written for found in words_of(word)] == [word]


def test_accents_and_case_do_not_matter() -> None:
    assert unaccented("CAFÉ Müller") == "cafe muller"
    assert stems_of("Café") == stems_of("CAFE")
