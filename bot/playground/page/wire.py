"""What went over the wire, for the inspector: the newest entries of the record, with no token in them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.playground.page.fragments import dumped
from bot.playground.page.secrecy import without_tokens
from bot.playground.record import Entry
from bot.playground.spec import WorldSpec
from bot.playground.world import Json

MOST_ENTRIES = 300
LONGEST_PART = 30_000
"""Characters of the JSON of what was given, or of an answer; what is longer is told of and not shown."""


class Wire:
    """The newest entries of a record as JSON texts, each written once."""

    def __init__(self, record: Sequence[Entry], spec: WorldSpec) -> None:
        self._record = record
        self._spec = spec
        self._kept: dict[int, str] = {}

    def numbers(self) -> range:
        """Return the numbers of the entries that are shown now; the first entry of the record is number 1."""
        last = len(self._record)
        return range(max(1, last - MOST_ENTRIES + 1), last + 1)

    def fragment(self, number: int) -> str:
        """Return one entry as JSON."""
        if number not in self._kept:
            if len(self._kept) > 2 * MOST_ENTRIES:
                first = self.numbers().start
                self._kept = {known: text for known, text in self._kept.items() if known >= first}
            self._kept[number] = without_tokens(dumped(wire_part(number, self._record[number - 1])), self._spec)
        return self._kept[number]


def wire_key(number: int) -> str:
    """Return the key under which an entry is sent."""
    return f"wire:{number:06d}"


def wire_part(number: int, entry: Entry) -> Json:
    """Describe an entry of the record; `ms` are real milliseconds."""
    return {
        "n": number,
        "at": datetime.fromtimestamp(entry.at, UTC).isoformat(),
        "kind": entry.kind,
        "name": entry.name,
        "outcome": entry.outcome,
        "ms": None if entry.took_ms is None else round(entry.took_ms, 1),
        "attempt": entry.attempt,
        "fault": entry.fault,
        "given": _shortened(dict(entry.given)),
        "answer": _shortened(json.loads(entry.answer_json)) if entry.answer_json else None,
    }


def _shortened(part: Json) -> Json:
    length = len(dumped(part))
    return part if length <= LONGEST_PART else {"too long to show": f"{length} characters"}
