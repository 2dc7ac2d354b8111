"""Settings: every key is documented, and a wrong file says all that is wrong with it at once."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.domain.words import CaptureMode, Kind
from bot.settings import FileSettings, SettingsError, load_settings

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def keys_of(model: type[BaseModel], prefix: str = "") -> set[str]:
    """Return every key of the settings, dotted; lists of tables by the name of their table."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        inner = next((part for part in nested(field.annotation)), None)
        found |= keys_of(inner, f"{prefix}{name}.") if inner else {f"{prefix}{name}"}
    return found


def nested(annotation: Any) -> list[type[BaseModel]]:
    parts = [annotation, *getattr(annotation, "__args__", ())]
    return [part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)]


def uncommented() -> str:
    """Return the example with every commented key and table switched on."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    return "\n".join(re.sub(r'^# (?=\[\[?[a-z]|[a-z_]+ = |[A-Z]{3} = |"[a-z ]+" = )', "", line) for line in lines)


def keys_in(table: Any, prefix: str = "") -> set[str]:
    if isinstance(table, list) and table and isinstance(table[0], dict):
        return keys_in(table[0], prefix)
    if not isinstance(table, dict) or prefix in {"emoji.", "rates.worth."}:
        return {prefix.rstrip(".")}
    return {key for name, value in table.items() for key in keys_in(value, f"{prefix}{name}.")}


def test_the_example_holds_every_key_and_no_other() -> None:
    assert keys_in(tomllib.loads(uncommented())) == keys_of(FileSettings)


def test_the_example_works_as_it_stands_and_with_everything_switched_on(tmp_path: Path) -> None:
    load_settings(EXAMPLE, {})
    policy = load_settings(write(tmp_path, uncommented()), {}).policy()
    assert policy.channels.watched["C0FIELD"].capture is CaptureMode.TAGGED
    assert policy.channels.watched["C0FIELD"].kind is Kind.NUGGET
    assert policy.areas[0].bar.what_gets_in
    assert policy.emoji["ship"] == "shipped"


def test_every_key_of_the_example_has_a_comment() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for before, line in pairwise(lines):
        if re.match(r'(# )?([a-z_]+|[A-Z]{3}|"[a-z ]+") = ', line):
            assert before.startswith(("# ", "[", "# [")), line


def test_a_wrong_file_lists_every_problem_with_key_found_and_allowed(tmp_path: Path) -> None:
    text = """
    [workspace]
    timezone = "Mars/Olympus"
    [slack]
    mode = "carrier pigeon"
    port = 0
    colour = "green"
    [[areas]]
    name = "Login"
    emoji = ":key:"
    [[areas]]
    owner = "Priya"
    [recap]
    at = "25:00"
    """
    with pytest.raises(SettingsError) as raised:
        load_settings(write(tmp_path, text), {})
    lines = str(raised.value).splitlines()
    for key, found in (
        ("workspace.timezone", "Mars/Olympus"),
        ("slack.mode", "carrier pigeon"),
        ("slack.port", "0"),
        ("slack.colour", "not known"),
        ("areas[0].emoji", ":key:"),
        ("areas[1].name", "nothing"),
        ("areas[1].owner", "Priya"),
        ("recap.at", "25:00"),
    ):
        assert any(line.startswith(f"- {key}: found") and found in line for line in lines), key
    assert len(lines) == 9


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[emoji]\n"seen" = ["eyes"]\n"accept" = ["eyes"]', "one effect is allowed"),
        ('[emoji]\n"seen" = ["key"]\n[[areas]]\nname = "Login"\nemoji = "key"', "more than one effect"),
        ('[emoji]\n"dance" = ["eyes"]', "not known"),
        ('[[competitors]]\nname = "Acme"\n[[competitors]]\nname = "Apex"\naliases = ["ACME"]', "allowed once"),
        ('[database]\nurl = "xoxb-1-2-3"', "in the environment only"),
        ("[workspace\n", "not valid TOML"),
    ],
)
def test_contradictions_are_problems_too(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        load_settings(write(tmp_path, text), {})


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path / "none.toml", {})


def test_secrets_come_from_the_environment_and_are_never_shown(tmp_path: Path) -> None:
    environ = {"SLACK_BOT_TOKEN": "xoxb-hush", "SLACK_SIGNING_SECRET": "new", "SLACK_SIGNING_SECRET_OLD": "old"}
    settings = load_settings(write(tmp_path, '[slack]\nmode = "http"'), environ)
    settings.require_slack()
    assert settings.bot_token() == "xoxb-hush"
    assert settings.signing_secrets() == ("new", "old")
    assert "hush" not in repr(settings) + str(settings) + settings.model_dump_json()


def test_what_a_mode_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN(.|\n)*SLACK_APP_TOKEN"):
        load_settings(write(tmp_path, ""), {}).require_slack()


def test_the_address_in_the_environment_wins(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, ""), {"DATABASE_URL": "postgresql://db/nugget"})
    assert settings.database_url == "postgresql://db/nugget"
