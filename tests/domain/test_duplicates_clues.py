"""Which words a database is asked for."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clues import HITS_READ, MOST_CLUES, Clue, choose_clues
from bot.domain.duplicates import LONGEST_READ, Frequencies, TwinWords
from bot.domain.stems import stem

COMMON = Frequencies.of([TwinWords(n, "export data", "okta" if n % 10 == 0 else "") for n in range(1_000)])


def test_the_rarest_word_is_asked_for_first_and_others_while_there_is_room() -> None:
    query = TwinWords(9, "export okta")
    assert [clue.beginnings for clue in choose_clues(query, COMMON, 1_000)] == [("okta",), ("export",)]
    assert [clue.beginnings for clue in choose_clues(query, COMMON, 10_000)] == [("okta",)]


def test_a_word_that_is_too_common_is_passed_over_for_a_rarer_one() -> None:
    query = TwinWords(9, "export export export export okta zanzibar")
    clues = choose_clues(query, COMMON, HITS_READ * 5)
    assert [clue.beginnings for clue in clues] == [("zanzibar",), ("okta",)]


def test_the_most_telling_word_is_asked_for_however_common() -> None:
    assert len(choose_clues(TwinWords(9, "export data"), COMMON, 10**6)) == 1


def test_a_beginning_that_much_else_has_is_asked_for_in_its_likely_forms() -> None:
    many = Frequencies.of([TwinWords(n, "install" if n % 2 else "instance", "instal" * (n == 0)) for n in range(1_000)])
    (clue,) = choose_clues(TwinWords(9, "insts"), many, 2_000)
    assert clue.beginnings == ("inst",)
    (clue,) = choose_clues(TwinWords(9, "insts"), many, 20_000)
    assert clue.beginnings == ()
    assert {"inst", "insts", "insting"} < set(clue.forms)


def test_likely_forms_are_no_words_without_content() -> None:
    (clue,) = choose_clues(TwinWords(9, "u"), COMMON, 10)
    assert clue.forms[0] == "u"
    assert "us" not in clue.forms


def test_a_short_word_is_asked_for_whole() -> None:
    (clue,) = choose_clues(TwinWords(9, "APIs"), COMMON, 10)
    assert clue.beginnings == ()
    assert {"api", "apis"} < set(clue.forms)
    (clue,) = choose_clues(TwinWords(9, "files"), COMMON, 10)
    assert {"file", "files"} < set(clue.forms)


def test_a_form_that_does_not_begin_with_its_stem_is_asked_for_beside_it() -> None:
    (clue,) = choose_clues(TwinWords(9, "Résumés"), COMMON, 10)
    assert clue == Clue(clue.weight, ("resum",), ("résumés",))


def test_no_content_gives_no_clues() -> None:
    assert choose_clues(TwinWords(9, "what is it?", "!"), COMMON, 10) == []


@given(st.text(max_size=200), st.integers(0, 10**6))
def test_clues_are_few_and_need_no_escaping(words: str, stored: int) -> None:
    clues = choose_clues(TwinWords(9, words), COMMON, stored)
    assert len(clues) <= MOST_CLUES
    for clue in clues:
        assert clue.weight > 0
        assert clue.beginnings or clue.forms
        assert all(not set(word) & set("'\"\\ :*&|!()-_") for word in (*clue.beginnings, *clue.forms))


@given(st.text(alphabet="abcdeilmnorstuyz", min_size=1, max_size=12))
def test_a_stem_is_never_empty_nor_longer_than_its_word(word: str) -> None:
    assert 0 < len(stem(word)) <= len(word)


def test_a_word_that_the_end_of_what_is_read_cuts_in_two_is_looked_for_as_it_is_weighed() -> None:
    body = "x " * (LONGEST_READ // 2 - 2) + "exports"
    clues = choose_clues(TwinWords(1, body), Frequencies.of([]), 10)
    assert clues
    assert choose_clues(TwinWords(1, "", body), Frequencies.of([]), 10)
