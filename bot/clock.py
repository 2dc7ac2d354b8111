"""The one clock: real time, plus an offset that a demo or a test may keep in a file."""

import os
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]

OFFSET = struct.Struct("<d")
CLOCK_FILE = "NUGGET_CLOCK_FILE"


def system_clock() -> datetime:
    """Return the real time as an aware UTC datetime."""
    return datetime.now(UTC)


def file_clock(path: Path) -> Clock:
    """Return a clock that adds the seconds in a file (one little-endian 64-bit float) to the real time.

    Another process writes the file at any time; a file that is missing or too short counts as no offset.
    """

    def now() -> datetime:
        try:
            stored = path.read_bytes()[: OFFSET.size]
        except OSError:
            stored = b""
        offset = OFFSET.unpack(stored)[0] if len(stored) == OFFSET.size else 0.0
        return system_clock() + timedelta(seconds=offset)

    return now


def business_clock() -> Clock:
    """Return the clock of this process: the real one, unless the environment names a clock file."""
    named = os.environ.get(CLOCK_FILE)
    return file_clock(Path(named)) if named else system_clock
