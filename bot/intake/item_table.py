"""A table of intel and asks, kept somewhere else until now: line by line on its way into the inbox."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.errors import MendableError
from bot.domain.facts import IMPORTED_LINE
from bot.domain.names import fold, normalise
from bot.domain.text import is_blank
from bot.domain.words import HowKnown, Kind
from bot.intake.table import Columns, Problem, Row, read_table
from bot.intake.values import DayOrder, read_amount, read_day, read_moment
from bot.services.import_rows import ImportRow

COLUMNS: Columns = {
    "text": ("words", "description", "note", "notes", "details", "message", "request", "title"),
    "kind": ("type", "sort"),
    "reporter": ("author", "from", "reported by", "submitted by", "owner", "rep", "email", "user"),
    "date": ("created", "created at", "created on", "reported at", "reported on", "when"),
    "account": ("account name", "company", "company name", "customer", "customer name"),
    "competitor": ("competitor name", "competitors"),
    "tags": ("tag", "labels", "label"),
    "amount": ("value", "deal value", "arr", "acv"),
    "currency": ("currency code", "amount currency"),
    "how known": ("how", "source grade", "grade"),
    "wanted": ("asked for", "requested feature", "feature"),
    "stage": ("deal stage", "stage name"),
    "close date": ("close", "expected close date"),
    "segment": ("tier",),
    "source": (),
    "link": ("url", "permalink"),
    "id": ("key", "external id", "reference"),
}
KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("intel", "nugget", "competitive intel", "news"), Kind.NUGGET),
    **dict.fromkeys(("ask", "request", "feature request", "feature", "idea", "need"), Kind.ASK),
}
GRADES: Mapping[str, HowKnown] = {
    **{grade.value: grade for grade in HowKnown},
    **{grade.value.replace("-", " "): grade for grade in HowKnown},
    "rumor": HowKnown.RUMOUR,
}
LONGEST_TEXT = 40_000
LONGEST_ID = 200
LONGEST_NAME = 255
LONGEST_LINK = 500

_TAG = re.compile(r"[^\W_][\w-]{0,79}")

WhoIs = Callable[[str], str]
"""Turns an id, an address or a name into a person's id; raises `MendableError` where that is not certain."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table's lines are read: the kind and the reporter of those that say none, and the workspace's ways."""

    who_is: WhoIs
    zone: ZoneInfo
    now: datetime
    currency: str
    kind: Kind | None = None
    reporter: str | None = None
    order: DayOrder | None = None


@dataclass(frozen=True, slots=True)
class ItemTable:
    """Lines for the inbox, each with its number in the file; and those that are wrong, with why."""

    rows: Sequence[tuple[int, ImportRow]]
    problems: Sequence[Problem]
    unused: Sequence[str]


def list_reporters(path: Path) -> list[str]:
    """Return whoever the lines name as their reporter, each once."""
    return list(dict.fromkeys(row.get("reporter") for row in read_table(path, COLUMNS, ["text"]).rows))


def read_items(path: Path, reading: Reading) -> ItemTable:
    """Read a table; the same line twice is taken once. Raises `MendableError` where it is no such table."""
    table = read_table(path, COLUMNS, ["text"])
    rows: dict[str, tuple[int, ImportRow]] = {}
    problems: list[Problem] = []
    for row in table.rows:
        try:
            made = _row(row, reading)
        except MendableError as error:
            problems.append(Problem(row.line, str(error)))
            continue
        if made.key in rows:
            problems.append(Problem(row.line, f"it is the same as line {rows[made.key][0]}"))
        else:
            rows[made.key] = (row.line, made)
    return ItemTable(list(rows.values()), problems, table.unused)


def _row(row: Row, reading: Reading) -> ImportRow:
    text = row.get("text")
    if is_blank(text):
        raise MendableError("its text is empty")
    if len(text) > LONGEST_TEXT:
        raise MendableError(f"its text is longer than {LONGEST_TEXT:,} characters")
    key = _key(row)
    amount = read_amount(row.get("amount"), row.get("currency"), reading.currency)
    line = {
        "key": key,
        "words": text,
        "kind": _kind(row, reading).value,
        "reporter": _reporter(row, reading),
        "said_at": _said_at(row, reading).isoformat(),
        "account": _short(row, "account"),
        "competitor": _short(row, "competitor"),
        "tags": _tags(row),
        "amount": asdict(amount) if amount else None,
        "how": _how(row),
        "wanted": row.get("wanted")[:LONGEST_TEXT],
        "link": _link(row),
        "deal": _deal(row, reading),
    }
    return ImportRow(f"import:{key}", IMPORTED_LINE, json.dumps(line))


def _key(row: Row) -> str:
    """Name a line by its own id, else by all that it says; so it is kept once, however often the table is read."""
    own = row.get("id")
    if len(own) > LONGEST_ID:
        raise MendableError(f"its id is longer than {LONGEST_ID} characters")
    if own:
        return f"csv:id:{own}"
    said = [row.get(column) for column in ("text", "kind", "reporter", "date", "account", "competitor")]
    return f"csv:{hashlib.sha256(json.dumps(said).encode()).hexdigest()}"


def _kind(row: Row, reading: Reading) -> Kind:
    written = row.get("kind")
    kind = KINDS.get(fold(written)) if written else reading.kind
    if kind is None:
        unknown = f"“{written[:40]}” is no kind; write intel or ask"
        raise MendableError(unknown if written else "it says no kind; add --kind intel or ask")
    return kind


def _reporter(row: Row, reading: Reading) -> str:
    written = row.get("reporter") or reading.reporter or ""
    if not written:
        raise MendableError("it names no reporter; add --reporter for such lines")
    return reading.who_is(written)


def _said_at(row: Row, reading: Reading) -> datetime:
    if not row.get("date"):
        return reading.now
    said_at = read_moment(row.get("date"), reading.zone, reading.order)
    # Noon of this very day may still lie ahead.
    if said_at.astimezone(reading.zone).date() > reading.now.astimezone(reading.zone).date():
        raise MendableError("its date lies ahead")
    return min(said_at, reading.now)


def _short(row: Row, column: str) -> str:
    name = " ".join(row.get(column).split())
    if len(name) > LONGEST_NAME:
        raise MendableError(f"its {column} is longer than {LONGEST_NAME} characters")
    return name


def _tags(row: Row) -> list[str]:
    written = re.split(r"[|,;\s]+", row.get("tags"))
    tags = [normalise(tag.lstrip("#")) for tag in written if tag.lstrip("#")]
    if wrong := next((tag for tag in tags if not _TAG.fullmatch(tag)), None):
        raise MendableError(f"“{wrong[:40]}” is no tag; tags are single words")
    return list(dict.fromkeys(tags))


def _how(row: Row) -> str:
    written = row.get("how known")
    grade = GRADES.get(fold(written)) if written else None
    if written and grade is None:
        raise MendableError(f"“{written[:40]}” is no grade; write {', '.join(grade.value for grade in HowKnown)}")
    return grade.value if grade else ""


def _link(row: Row) -> str:
    link = row.get("link")
    if link and (not link.startswith(("https://", "http://")) or len(link) > LONGEST_LINK):
        raise MendableError(f"its link has to begin with https:// and have at most {LONGEST_LINK} characters")
    return link


def _deal(row: Row, reading: Reading) -> dict[str, str]:
    close = row.get("close date")
    told = {column: row.get(column)[:LONGEST_NAME] for column in ("stage", "source", "segment")}
    told["close"] = read_day(close, reading.order).isoformat() if close else ""
    return {key: value for key, value in told.items() if value}
