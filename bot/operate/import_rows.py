"""Handing messages and lines in through the inbox, waiting until they are worked off, and telling what became of them.

A command that was killed is simply run again: what is in the inbox stays there, and goes in once.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.operate.import_counter import Counter
from bot.operate.import_report import Bar, Told, in_words
from bot.services.import_rows import ImportRow, LookAgain, TakeRows

# One request to the running Nugget holds so many rows, and so many characters, at the most.
MOST_ROWS, MOST_CHARACTERS = 200, 450_000


@dataclass(frozen=True, slots=True)
class Handed:
    """A row, and where it stands in what was read."""

    place: str
    row: ImportRow


@dataclass
class Handover:
    """Hands rows in as they are read; `finish` waits for them."""

    counter: Counter
    team_id: str
    bar: Bar
    _part: list[Handed] = field(default_factory=list)
    _size: int = 0
    _places: dict[str, str] = field(default_factory=dict)
    _new: set[str] = field(default_factory=set)

    async def add(self, handed: Handed) -> None:
        """Hand a row in, together with others once they are enough."""
        size = len(json.dumps(handed.row.body))
        if self._part and (len(self._part) >= MOST_ROWS or self._size + size > MOST_CHARACTERS):
            await self.flush()
        self._part.append(handed)
        self._size += size

    async def flush(self) -> None:
        """Hand in what is left."""
        part, self._part, self._size = self._part, [], 0
        if not part:
            return
        rows = [handed.row for handed in part]
        taken = await self.counter.write("rows", TakeRows(self.team_id, rows))
        self._new |= {line["key"] for line in taken}
        self._places |= {handed.row.key: handed.place for handed in part}

    async def again(self, command: LookAgain) -> None:
        """Have rows looked at again that an earlier import handed in, after all that was read until now."""
        await self.flush()
        taken = {line["key"] for line in await self.counter.write("again", command)}
        self._new |= taken
        self._places |= dict.fromkeys(taken - self._places.keys(), "a thread that was read before")

    async def finish(self) -> Told:
        """Wait until all of it is worked off, and return what became of it."""
        await self.flush()
        total = len(self._new)
        self.bar.begin("Keeping them", total)
        await self.counter.settle(lambda waiting: self.bar.at(max(0, total - waiting)))
        return await self._told(list(self._places))

    async def _told(self, keys: Sequence[str]) -> Told:
        found = await self.counter.outcomes(self.team_id, keys)
        told = Told()
        for key in keys:
            told.add(in_words(found.get(key), is_new=key in self._new), self._places[key])
        return told
