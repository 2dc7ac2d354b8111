"""Typed settings from one TOML file; secrets come from the environment only.

A wrong file raises one `SettingsError` that lists every problem with its key, what was found and what is allowed.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.domain.names import fold
from bot.domain.reactions import EFFECT_NAMES, emoji_effects
from bot.settings.model import Settings, SettingsError, settings_error
from bot.settings.sections import FileSettings, SlackSettings

DEFAULT_FILE = Path("config.toml")
SECRETS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_SIGNING_SECRET_OLD", "DATABASE_URL")
_SECRET_SHAPE = re.compile(r"xox[a-z]-|xapp-|xoxe\.")

__all__ = ["FileSettings", "Settings", "SettingsError", "SlackSettings", "load_settings"]


def load_settings(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read the file (`config.toml` here if there is one and none is named) and the secrets of the environment.

    Raises `SettingsError` with every problem at once.
    """
    file = path or (DEFAULT_FILE if DEFAULT_FILE.is_file() else None)
    raw = _read(file) if file else {}
    secrets = {name: environ[name] for name in SECRETS if environ.get(name)}
    try:
        settings = Settings.model_validate({**raw, "secrets": secrets})
    except ValidationError as error:
        problems = [*_secrets_in(raw), *map(_problem, error.errors())]
        raise settings_error(str(file), problems) from None
    problems = [*_secrets_in(raw), *_contradictions(settings)]
    if problems:
        raise settings_error(str(file), problems)
    return settings


def _read(file: Path) -> dict[str, Any]:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The settings file {file} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {file} is not valid TOML: {error}.") from error
    if "secrets" in raw:
        raise settings_error(str(file), ["secrets: found a table; secrets are read from the environment only"])
    return raw


def _problem(error: Any) -> str:
    key = ""
    for part in error["loc"]:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else str(part)
    if error["type"] == "extra_forbidden":
        return f"{key}: found a key that is not known; see config.example.toml for those that are"
    found = "nothing" if error["type"] == "missing" else repr(error["input"])[:80]
    allowed = error["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return f"{key}: found {found}; {allowed if 'allowed' in allowed else f'allowed is {allowed}'}"


def _secrets_in(raw: Any, key: str = "") -> Iterator[str]:
    """Find tokens that were put into the file, without ever repeating them."""
    if isinstance(raw, dict):
        for name, value in raw.items():
            yield from _secrets_in(value, f"{key}.{name}" if key else name)
    elif isinstance(raw, list):
        for number, value in enumerate(raw):
            yield from _secrets_in(value, f"{key}[{number}]")
    elif isinstance(raw, str) and _SECRET_SHAPE.match(raw):
        yield f"{key}: found a secret; secrets are allowed in the environment only"


def _contradictions(settings: Settings) -> list[str]:
    unknown = [
        f"emoji.{name!r}: found an effect that is not known; allowed are {', '.join(EFFECT_NAMES)}"
        for name in settings.emoji
        if name not in EFFECT_NAMES
    ]
    doubled = list(_two_effects(settings.emoji))
    if not doubled and not unknown:
        try:
            emoji_effects(settings.policy())
        except ValueError as error:
            doubled.append(f"emoji: found a contradiction; one effect for each emoji is allowed. {error}")
    names = {
        "competitors": [[one.name, *one.aliases] for one in settings.competitors],
        "areas": [[one.name] for one in settings.areas],
        "accounts": [[one.name, *one.aliases] for one in settings.accounts],
    }
    return [*unknown, *doubled, *(line for key, listed in names.items() for line in _twice(key, listed))]


def _two_effects(emoji: Mapping[str, Sequence[str]]) -> Iterator[str]:
    uses: dict[str, str] = {}
    for effect, name in ((effect, name) for effect, listed in emoji.items() for name in listed):
        if uses.setdefault(name, effect) != effect:
            yield f"emoji: found :{name}: for {uses[name]!r} and {effect!r}; one effect is allowed"


def _twice(key: str, listed: Sequence[Sequence[str]]) -> Iterator[str]:
    owner: dict[str, int] = {}
    for number, names in enumerate(listed):
        for name in names:
            first = owner.setdefault(fold(name), number)
            if first != number:
                yield f"{key}[{number}]: found {name!r}, which {key}[{first}] has already; a name is allowed once"
