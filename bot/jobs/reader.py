"""Reads what people share with a model on this machine, a few items at a time, beside everything else that goes on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.domain.errors import TemporaryError
from bot.domain.meaning import Meaning, vector_of
from bot.services.read_items import KeepVectors, ListUnread, ToRead, keep_vectors, list_unread
from db.repositories.vectors import Unread
from db.transact import Transact

log = structlog.get_logger(__name__)

BATCH = 16
"""So many items are read before they are kept; a process that dies reads these again."""

REST = 10.0
"""How long to rest (seconds) when everything has been read. An item that was not compares itself all the same."""


@dataclass
class Reader:
    """Brings vectors up to date, newest items first; several processes may do it at once, and at worst waste work."""

    transact: Transact
    meaning: Meaning

    async def run(self) -> None:
        """Read whatever has yet to be read, for ever."""
        while True:
            if not await self.read_some():
                await asyncio.sleep(REST)

    async def read_some(self) -> int:
        """Read a few items and return how many; a database that is away is tried again later."""
        try:
            found = await self.transact.read(list_unread, ListUnread(self.meaning.name, BATCH))
            read = await asyncio.to_thread(self._read, found)
            if read:
                await self.transact(keep_vectors, KeepVectors(self.meaning.name, read), urgent=False)
        except TemporaryError as error:
            log.warning("reading_waits_for_database", error=str(error))
            return 0
        return len(read)

    def _read(self, found: Sequence[ToRead]) -> list[tuple[Unread, bytes]]:
        return [(one.unread, vector_of(one.words, self.meaning)) for one in found]
