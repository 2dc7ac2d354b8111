"""Names as keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.names import fold, slug


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Globex  Corp ", "globex corp"),
        ("STRASSE", "Straße"),
        ("Ａｃｍｅ", "acme"),
        ("Cafe\u0301", "CAFÉ"),
        ("a\u00a0b\n", "A B"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("C", "C++"), ("Acme", "Acme 2"), ("resume", "résumé")])
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize(
    ("name", "short"), [("Globex Corp.", "globex-corp"), ("Crème brûlée", "creme-brulee"), ("C++", "c"), ("東京", "")]
)
def test_a_slug_is_plain(name: str, short: str) -> None:
    assert slug(name) == short
