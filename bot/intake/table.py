"""Reading a table out of a CSV file as spreadsheets and CRMs write it: with or without a BOM, with , or ; or tabs."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from bot.domain.errors import MendableError
from bot.domain.names import fold
from bot.domain.text import clean

DELIMITERS = (",", ";", "\t")
# A cell of more characters than this is no cell of ours; the library's own limit would end the whole file.
LONGEST_CELL = 1_000_000

Columns = Mapping[str, Sequence[str]]
"""Our name of a column → the headings under which it may stand, folded."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table; `cells` holds what is not empty, under our names. `line` is counted as an editor counts."""

    line: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """Return a cell's text, or nothing."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds, and the headings in it that mean nothing to us."""

    rows: Sequence[Row]
    unused: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that cannot be taken as it is, and why; the others are."""

    line: int
    reason: str


def read_table(path: Path, columns: Columns, required: Iterable[str]) -> Table:
    """Read a file; empty lines are passed over.

    Raises `MendableError` where it cannot be read, or a required column is missing; nothing of it was taken then.
    """
    # Only these end a line: a cell may hold what `splitlines` takes for an end as well.
    lines = list(StringIO(_text(path), newline=""))
    if not lines:
        raise MendableError(f"{path.name} is empty. Its first line has to name the columns.")
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        return _read(path, lines, columns, required)
    except csv.Error as error:
        raise MendableError(f"{path.name} cannot be read as a table: {error}. Nothing was imported.") from error
    finally:
        csv.field_size_limit(before)


def _read(path: Path, lines: Sequence[str], columns: Columns, required: Iterable[str]) -> Table:
    reader = csv.reader(lines, delimiter=_delimiter(lines[0]))
    headings = [heading.strip() for heading in next(reader)]
    names = _names(path, headings, columns)
    missing = [column for column in required if column not in names.values()]
    if missing:
        found = ", ".join(filter(None, headings)) or "none"
        raise MendableError(
            f"{path.name} has no column named {' or '.join(missing)}. Found: {found}. Nothing was imported."
        )
    rows: list[Row] = []
    line = reader.line_num + 1
    for written in reader:
        cells = {name: clean(written[at]).strip() for at, name in names.items() if at < len(written)}
        if any(cell.strip() for cell in written):
            rows.append(Row(line, {name: cell for name, cell in cells.items() if cell}))
        line = reader.line_num + 1
    unused = [heading for at, heading in enumerate(headings) if heading and at not in names]
    return Table(rows, unused)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise MendableError(f"{path} cannot be read: {error.strerror}.") from error
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What older spreadsheets write; there every byte is some letter.
        return raw.decode("cp1252", errors="replace")


def _delimiter(headings: str) -> str:
    """Return what stands between the headings most often; a comma where nothing does."""
    return max(DELIMITERS, key=headings.count)


def _names(path: Path, headings: Sequence[str], columns: Columns) -> dict[int, str]:
    known = {heading: name for name, written in columns.items() for heading in (name, *written)}
    found: dict[int, str] = {}
    for at, heading in enumerate(headings):
        name = known.get(fold(heading.replace("_", " ")))
        if name is not None and name in found.values():
            raise MendableError(f"{path.name} has two columns for the {name}. Leave one of them. Nothing was imported.")
        if name is not None:
            found[at] = name
    return found
