"""Emoji by the short names that Slack knows them by."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from string import ascii_lowercase
from typing import Any

from bot.playground.page.slack_names import SLACK_NAMES

SKIN_TONES = {f"skin-tone-{number}": chr(0x1F3FB + number - 2) for number in range(2, 7)}
REGIONAL_A = 0x1F1E6
NAME = re.compile(r":[a-z0-9_+'-]{1,100}:")
SELECTOR = "\ufe0f"
RENAMED = (
    ("family_man_", ("man-",)),
    ("family_woman_", ("woman-",)),
    ("man_", ("man-", "male-", "male_")),
    ("woman_", ("woman-", "female-", "female_")),
    ("men_", ("men-",)),
    ("women_", ("women-",)),
)
"""Beginnings of the library's names, and how Slack begins the same; the first that fits counts."""


@cache
def short_names() -> Mapping[str, str]:
    """Return the character of each short name, with the five skin tones (`wave::skin-tone-3`) where there are any.

    The library is loaded only now, since it is large and few who start a stand-in open its page.
    """
    import emoji  # noqa: PLC0415 - see above.

    known: dict[str, str] = {}
    whole = emoji.STATUS["fully_qualified"]
    characters = {char: data for char, data in emoji.EMOJI_DATA.items() if data["status"] == whole}
    for names_of in (_own_names, _renamed, _flag_name):
        for char, data in characters.items():
            for name in names_of(char, data):
                known.setdefault(name, char)
    known |= SKIN_TONES | SLACK_NAMES
    return known | _toned(known, characters)


def _own_names(_char: str, data: Mapping[str, Any]) -> Iterator[str]:
    for name in (*data.get("alias", ()), data["en"]):
        # Slack has no name for a skin tone of its own, and its names have no capital letters and no accents.
        if NAME.fullmatch(name) and "skin_tone" not in name:
            yield name.strip(":")


def _renamed(char: str, data: Mapping[str, Any]) -> Iterator[str]:
    for name in _own_names(char, data):
        for start, others in RENAMED:
            if name.startswith(start):
                rest = name.removeprefix(start)
                for other in others:
                    yield other + (rest if other.endswith("_") else rest.replace("_", "-"))
                break


def _flag_name(char: str, _data: Mapping[str, Any]) -> Iterator[str]:
    places = [ord(sign) - REGIONAL_A for sign in char]
    if all(0 <= place < len(ascii_lowercase) for place in places):
        yield "flag-" + "".join(ascii_lowercase[place] for place in places)


def _toned(known: Mapping[str, str], characters: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for name, char in known.items():
        for tone, modifier in SKIN_TONES.items():
            toned = char[0] + modifier + char[1:].removeprefix(SELECTOR)
            if toned in characters:
                found[f"{name}::{tone}"] = toned
    return found
