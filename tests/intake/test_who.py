"""Whom a table means: only who is certain, and a full member."""

import pytest

from bot.domain.errors import MendableError
from bot.intake.who import Directory, is_address
from bot.services.import_rows import KnownPerson

PEOPLE = [
    KnownPerson("UANA", "Ana Ruiz"),
    KnownPerson("WBEN", "Ben"),
    KnownPerson("U1", "Sam"),
    KnownPerson("U2", "SAM"),
]
DIRECTORY = Directory([*PEOPLE, KnownPerson("U3", "")], {"ana@example.com": "UANA", "gus@example.com": "UGUS"})


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("UANA", "UANA"),
        ("<@UANA>", "UANA"),
        ("@WBEN", "WBEN"),
        ("ana  ruiz", "UANA"),
        ("@Ana Ruiz", "UANA"),
        ("Ana@Example.com ", "UANA"),
    ],
)
def test_who_is_certain(written: str, expected: str) -> None:
    assert DIRECTORY.find(written) == expected


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("UGUS", "UGUS is no full member"),
        ("Sam", "several people are called Sam"),
        ("Nobody", "nobody here is known as Nobody"),
        ("ben@example.com", "nobody here is known as ben@example.com"),
        ("gus@example.com", "nobody here is known as gus@example.com"),
        ("", "nobody here"),
    ],
)
def test_who_is_not(written: str, reason: str) -> None:
    with pytest.raises(MendableError, match=reason):
        DIRECTORY.find(written)


def test_what_is_an_address() -> None:
    assert [is_address(written) for written in ("a@b.c", " a@b.c ", "@ana", "a@b", "ana ruiz", "a b@c.d", "<@U1>")] == [
        True, True, False, False, False, False, False,
    ]  # fmt: skip
