"""The neutral clock: real time plus an offset that only grows, so that a month can be lived in a minute."""

import mmap
import os
import struct
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

OFFSET = struct.Struct("<d")


class NeutralClock:
    """Tells the business time of one stand-in; it can be moved ahead and never goes back.

    With a path the offset (seconds, one little-endian 64-bit float) is kept in that file, where another process may
    read it at any time; a file that is already there is continued.
    """

    def __init__(self, path: Path | None = None, real_seconds: Callable[[], float] = time.time) -> None:
        self._real_seconds = real_seconds
        self._file = _OffsetFile(path) if path else None
        self._offset = self._file.read() if self._file else 0.0
        self._latest = 0.0
        self.on_move: list[Callable[[], None]] = []

    @property
    def offset(self) -> float:
        """Return by how many seconds the clock was moved ahead of real time in all."""
        return self._offset

    def seconds(self) -> float:
        """Return the business time in seconds since the epoch; a real clock that is set back makes it stand still."""
        self._latest = max(self._latest, self._real_seconds() + self._offset)
        return self._latest

    def now(self) -> datetime:
        """Return the business time as an aware UTC datetime."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def advance(self, by: timedelta) -> None:
        """Move ahead. Raises ValueError for a negative span."""
        if by < timedelta():
            raise ValueError("The clock cannot go back.")
        self._offset += by.total_seconds()
        if self._file:
            self._file.write(self._offset)
        for listener in self.on_move:
            listener()

    def move_to(self, instant: datetime) -> None:
        """Move ahead to an aware datetime; one that has passed already leaves the clock as it is."""
        self.advance(max(timedelta(), instant - self.now()))

    def close(self) -> None:
        """Let go of the offset file; its content stays."""
        if self._file:
            self._file.close()


class _OffsetFile:
    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(descriptor).st_size < OFFSET.size:
                os.pwrite(descriptor, OFFSET.pack(0.0), 0)
            self._map = mmap.mmap(descriptor, OFFSET.size)
        finally:
            os.close(descriptor)

    def read(self) -> float:
        return float(OFFSET.unpack(self._map[: OFFSET.size])[0])

    def write(self, offset: float) -> None:
        # All eight bytes are copied at once, so a reader sees the old offset or the new one and nothing in between.
        self._map[: OFFSET.size] = OFFSET.pack(offset)

    def close(self) -> None:
        self._map.close()
