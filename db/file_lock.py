"""A lock on a file that ends with the process that holds it, however that process ends."""

import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.domain.errors import PermanentError, TemporaryError

_POLL_SECONDS = 0.05


class FileLock:
    """A held lock. The file itself stays: removing it could let two processes hold two files of one name."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let go; doing so twice is harmless."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def try_lock(path: Path) -> FileLock | None:
    """Lock this file and make it and its folder if need be; None if somebody holds it, this process included.

    Raises `PermanentError` if the file cannot be made or opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise PermanentError(f"The lock file {path} cannot be opened: {error.strerror}.") from error
    if _lock_descriptor(descriptor):
        return FileLock(descriptor)
    os.close(descriptor)
    return None


def lock_within(path: Path, seconds: float) -> FileLock:
    """Lock this file, waiting at most so long for another holder; raises `TemporaryError` after that."""
    deadline = time.monotonic() + seconds
    while (lock := try_lock(path)) is None:
        if time.monotonic() >= deadline:
            raise TemporaryError(f"Another process has held {path} for {seconds:g} seconds.")
        time.sleep(_POLL_SECONDS)
    return lock


if sys.platform == "win32":
    import msvcrt

    def _lock_descriptor(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock_descriptor(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
