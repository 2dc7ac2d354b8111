"""Texts from a file, one JSON object a line."""

import json
from dataclasses import dataclass
from pathlib import Path

from bot.domain.errors import PermanentError
from bot.domain.text import is_blank


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its kind: `intel` and `ask` are typed as commands, every other kind is a message."""

    kind: str
    text: str


def read_notes(path: Path, most: int | None = None) -> list[Note]:
    """Read at most so many texts; raises `PermanentError` that names the line which cannot be used."""
    notes: list[Note] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PermanentError(f"--notes: {path} cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and (most is None or len(notes) < most):
            notes.append(_note(path, number, line))
    if not notes:
        raise PermanentError(f"--notes: {path} holds no text.")
    return notes


def _note(path: Path, number: int, line: str) -> Note:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise PermanentError(f"--notes: line {number} of {path} is not JSON: {error}") from error
    text = row.get("text") if isinstance(row, dict) else None
    if not isinstance(text, str) or is_blank(text):
        raise PermanentError(f'--notes: line {number} of {path} has no words under "text".')
    return Note(str(row.get("kind", "")), text)
