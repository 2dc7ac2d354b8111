"""Tokens of real workspaces: knowing one when it comes by, and keeping every token out of sight."""

import re
from typing import Any

from bot.playground.spec import WorldSpec

WORD = re.compile(r"\b(?:xox[a-z]|xapp)-[A-Za-z0-9-]+")
"""What is written like a token. A real one has digits, which is looked at afterwards to keep the search linear."""
HIDDEN = "[a token]"
REFUSAL = "That looks like a real Slack token. The playground does not take it, and nothing of it was kept."


def own_tokens(spec: WorldSpec) -> tuple[str, ...]:
    """Return the tokens and the secret that this stand-in gave out itself, the longest first."""
    return tuple(sorted((spec.bot_token, spec.app_token, spec.signing_secret), key=len, reverse=True))


def is_foreign(token: str, spec: WorldSpec) -> bool:
    """Tell whether a token looks like one of a real workspace."""
    return token not in own_tokens(spec) and any(_has_digit(found) for found in WORD.findall(token))


def _has_digit(word: str) -> bool:
    return any(sign.isdigit() for sign in word)


def holds_foreign(given: Any, spec: WorldSpec) -> bool:
    """Tell whether a text anywhere in a JSON value, keys included, holds such a token."""
    if isinstance(given, str):
        return any(is_foreign(found, spec) for found in WORD.findall(given))
    if isinstance(given, dict):
        return any(holds_foreign(part, spec) for pair in given.items() for part in pair)
    return isinstance(given, list) and any(holds_foreign(part, spec) for part in given)


def without_tokens(text: str, spec: WorldSpec) -> str:
    """Return a text with a mark in place of every token, this stand-in's own ones too."""
    for own in own_tokens(spec):
        if own:
            text = text.replace(own, HIDDEN)
    return WORD.sub(lambda found: HIDDEN if _has_digit(found.group()) else found.group(), text)
