"""Reading the app manifests of the README: just as much YAML as they are written in, and nothing beyond it."""

import json
import re
from pathlib import Path
from typing import Any

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
MODES = ("socket", "http")

_PAIR = re.compile(r"([A-Za-z_]+):(?: (.+))?")

Line = tuple[int, str]


def manifest(mode: str) -> dict[str, Any]:
    """Return the README's manifest for a mode."""
    found = re.search(rf"<!-- manifest {mode} -->\n```yaml\n(.+?)\n```", README, re.DOTALL)
    assert found is not None, f"the README holds no manifest for {mode}"
    read = read_yaml(found.group(1))
    assert isinstance(read, dict)
    return read


def read_yaml(text: str) -> Any:
    """Read nested mappings and lists of plain words; raises `ValueError` for YAML of any other shape."""
    lines = [(len(line) - len(line.lstrip(" ")), line.strip()) for line in text.splitlines() if line.strip()]
    value, rest = _block(lines, lines[0][0])
    if rest:
        raise ValueError(f"this line is indented like no other: {rest[0][1]}")
    return value


def _block(lines: list[Line], indent: int) -> tuple[Any, list[Line]]:
    return _list(lines, indent) if lines[0][1].startswith("- ") else _mapping(lines, indent)


def _list(lines: list[Line], indent: int) -> tuple[list[Any], list[Line]]:
    found: list[Any] = []
    while lines and lines[0][0] == indent and lines[0][1].startswith("- "):
        first = lines[0][1].removeprefix("- ")
        if _PAIR.fullmatch(first):
            value, lines = _mapping([(indent + 2, first), *lines[1:]], indent + 2)
        else:
            value, lines = _word(first), lines[1:]
        found.append(value)
    return found, lines


def _mapping(lines: list[Line], indent: int) -> tuple[dict[str, Any], list[Line]]:
    found: dict[str, Any] = {}
    while lines and lines[0][0] == indent and not lines[0][1].startswith("- "):
        pair = _PAIR.fullmatch(lines[0][1])
        if pair is None or pair[1] in found:
            raise ValueError(f"neither a new key nor an entry of a list: {lines[0][1]}")
        lines = lines[1:]
        if pair[2] is not None:
            found[pair[1]] = _word(pair[2])
        elif lines and lines[0][0] > indent:
            found[pair[1]], lines = _block(lines, lines[0][0])
        else:
            raise ValueError(f"nothing stands under {pair[1]}")
    return found, lines


def _word(text: str) -> Any:
    if text.startswith('"'):
        return json.loads(text)
    if text in {"true", "false"}:
        return text == "true"
    if text.isdigit():
        return int(text)
    # Each of these begins something that plain YAML reads differently from what stands there.
    if text[0] in "'#&*!|>%@`[]{}?," or ": " in text or " #" in text or text in {"yes", "no", "on", "off", "null", "~"}:
        raise ValueError(f"this needs quotes: {text}")
    return text
