"""Which names are worth asking about: measured on pairs that people have really mixed up, and on some they must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.account_names import closeness, closest, core_words

SAME_ACCOUNT = (
    ("Globexx", "Globex"),
    ("Globx", "Globex Corp"),
    ("Glob ex", "Globex"),
    ("Globex GmbH", "Globex Corp"),
    ("Globex S.A.", "Globex"),
    ("Initech Ltd.", "Initech"),
    ("Intech", "Initech"),
    ("Stark Industires", "Stark Industries"),
    ("Umbrela", "Umbrella Corporation"),
    ("Hooli Inc", "Hooli"),
    ("Wayne Enterprise", "Wayne Enterprises"),
    ("Enterprises Wayne", "Wayne Enterprises"),
    ("Massive Dynamics", "Massive Dynamic"),
    ("Mueller AG", "Müller AG"),
    ("Vandelay Industry", "Vandelay Industries"),
    ("Piedpiper", "Pied Piper"),
    ("Acme Corp", "Acme, Inc."),
    ("Tyrel Corp", "Tyrell Corporation"),
    ("Cyberdine Systems", "Cyberdyne Systems"),
    ("Blue Sun Ltd", "BlueSun"),
    ("Oscorp", "Oscorp Industries"),
    ("Johnson and Sons", "Johnson & Sons"),
)
OTHER_ACCOUNT = (
    ("Globex", "Initech"),
    ("Northwind Traders", "Northwest Trading"),
    ("United Airlines", "United Health"),
    ("Acme", "Apex"),
    ("Delta Air", "Delta Dental"),
    ("Intel", "Intuit"),
    ("Bank of Armenia", "Bank of America"),
    ("Wayne Foods", "Wayne Enterprises"),
    ("Fund 1", "Fund 2"),
    ("Deutsche Bahn", "Deutsche Bank"),
    ("Hooli", "Holly"),
    ("Nova", "Nora"),
    ("General Motors", "General Electric"),
    ("Sun Line", "Sun Life"),
    ("Umbra", "Umbrella Corporation"),
    ("Contoso Health", "Contoso Retail"),
    ("Airbus", "Airbnb"),
    ("Zeta", "Beta"),
    ("Intertech", "Initech"),
    ("Visa", "Vista"),
    ("Pied Piper", "Pipe Dream"),
    ("", "Globex"),
    ("---", "Globex"),
)


@pytest.mark.parametrize(("written", "known"), SAME_ACCOUNT)
def test_another_spelling_is_close(written: str, known: str) -> None:
    assert closeness(written, known) > 0


@pytest.mark.parametrize(("written", "known"), OTHER_ACCOUNT)
def test_another_company_is_not(written: str, known: str) -> None:
    assert closeness(written, known) == 0


def test_what_it_gets_wrong_is_known() -> None:
    # A typing error in the legal form, and two that differ in one letter: the person who is asked knows better.
    assert closeness("Soylent Crop", "Soylent Corp") == 0
    assert closeness("Stark", "Start") == 80


def test_the_closest_one_is_meant_and_a_tie_means_nobody() -> None:
    known = {1: ("Globex Corp", "Globex"), 2: ("Globe Express",), 3: ("Initech",)}
    assert closest("Globexx", known) == 1
    assert closest("Initech GmbH", known) == 3
    assert closest("Soylent", known) is None
    assert closest("Siemens", {1: ("Siemens Energy",)}) == 1
    assert closest("Siemens", {1: ("Siemens Energy",), 2: ("Siemens Health",)}) is None
    assert closest("Globex", {}) is None


def test_a_name_of_legal_forms_alone_keeps_them() -> None:
    assert core_words("The Company") == ("the", "company")
    assert core_words("The Globex Company, Inc.") == ("globex",)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_texts_are_compared(written: str, known: str) -> None:
    assert 0 <= closeness(written, known) <= 100
