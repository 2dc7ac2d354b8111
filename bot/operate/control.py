"""How a command changes the database while `nugget run` has it: through a socket beside the file.

SQLite mode is one process with one writer, so a command hands its use case to the process that runs, over a Unix socket
that only its user may open; where none runs, the command takes the lock itself. On Postgres it simply connects.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from bot.bootstrap import open_database
from bot.domain.errors import MendableError, NuggetError, PermanentError
from bot.services.dead_letters import ChangeOutbox, change_outbox
from bot.services.import_lists import ImportAccounts, ImportOpportunities, import_accounts, import_opportunities
from bot.services.import_rows import LookAgain, MeetPeople, TakeRows, look_again, meet_people, take_rows
from bot.settings import Settings
from db.engine import is_sqlite, sqlite_path
from db.transact import Transact, UseCase

log = structlog.get_logger(__name__)

# The longest request or answer (bytes), and how long the running process may take over it (seconds).
LARGEST_LINE, PATIENCE = 1_000_000, 30.0
# A Unix socket's address has room for so many bytes; a longer one is reached through its folder's descriptor.
LONGEST_ADDRESS = 100


@dataclass(frozen=True, slots=True)
class Write:
    """A use case that may be handed over: what runs it, and how its command is read."""

    use_case: UseCase[Any, Any]
    read: Callable[..., Any]


WRITES: Mapping[str, Write] = {
    "outbox": Write(change_outbox, ChangeOutbox),
    "accounts": Write(import_accounts, ImportAccounts.of),
    "opportunities": Write(import_opportunities, ImportOpportunities.of),
    "people": Write(meet_people, MeetPeople.of),
    "rows": Write(take_rows, TakeRows.of),
    "again": Write(look_again, LookAgain),
}


def socket_path(database: Path) -> Path:
    """Return where the process that runs listens for commands."""
    return database.with_name(f"{database.name}.socket")


@asynccontextmanager
async def listening(settings: Settings, transact: Transact) -> AsyncIterator[None]:
    """Take commands from other processes of this user meanwhile; on Postgres there is no need to."""
    if not is_sqlite(settings.database_url) or not hasattr(asyncio, "start_unix_server"):
        yield
        return
    path = socket_path(sqlite_path(settings.database_url))
    # The lock on the database is ours, so a socket that is still there belongs to nobody.
    path.unlink(missing_ok=True)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(PATIENCE):
            writer.write(await _answer(transact, await reader.readline()) + b"\n")
            await writer.drain()
        writer.close()

    with _address(path) as address:
        server = await _bind(serve, address)
    try:
        async with server:
            yield
    finally:
        path.unlink(missing_ok=True)


async def _bind(serve: Callable[..., Any], address: str) -> asyncio.Server:
    # The mask makes the socket private from its first moment; nothing else makes files between these lines.
    before = os.umask(0o177)
    try:
        return await asyncio.start_unix_server(serve, address, limit=LARGEST_LINE)
    finally:
        os.umask(before)


class _address:  # noqa: N801 - it reads as the function that it is.
    """The socket's address, shortened through its folder where it is too long for the system."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder: int | None = None

    def __enter__(self) -> str:
        if len(os.fsencode(self._path)) <= LONGEST_ADDRESS:
            return str(self._path)
        self._folder = os.open(self._path.parent, os.O_RDONLY)
        return f"/proc/self/fd/{self._folder}/{self._path.name}"

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            os.close(self._folder)


async def _answer(transact: Transact, line: bytes) -> bytes:
    try:
        request = json.loads(line)
        write = WRITES[request["write"]]
        command = write.read(**request["arguments"])
    except (ValueError, KeyError, TypeError):
        return json.dumps({"error": "This Nugget does not know that command; is it of another version?"}).encode()
    try:
        result = await transact(write.use_case, command)
    except NuggetError as error:
        return json.dumps({"error": str(error)}).encode()
    log.info("command_taken", write=request["write"])
    return json.dumps({"result": [asdict(line) for line in result]}).encode()


async def hand_over(settings: Settings, now: Callable[[], datetime], name: str, command: Any) -> list[dict[str, Any]]:
    """Run a write: by the process that holds the SQLite file if one runs, else here; return its lines as plain data.

    Raises `MendableError` with what the use case said, `PermanentError` when the database cannot be reached.
    """
    url = settings.database_url
    if is_sqlite(url) and (answer := await _ask(sqlite_path(url), name, command)) is not None:
        if "error" in answer:
            raise MendableError(answer["error"])
        result: list[dict[str, Any]] = answer["result"]
        return result
    async with AsyncExitStack() as stack:
        transact = open_database(settings, now, stack)
        try:
            return [asdict(line) for line in await transact(WRITES[name].use_case, command)]
        finally:
            await transact.close()


async def is_running(settings: Settings) -> bool:
    """Tell whether a process holds the SQLite file and takes commands; on Postgres nobody has to be asked."""
    url = settings.database_url
    return is_sqlite(url) and await _ask(sqlite_path(url), "", None) is not None


def _request(name: str, command: Any) -> bytes:
    """Return one line of JSON; dates and sets in a command become texts and lists, which its reader turns back."""
    arguments = asdict(command) if command is not None else {}
    return json.dumps({"write": name, "arguments": arguments}, default=_as_plain).encode() + b"\n"


def _as_plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


async def _ask(database: Path, name: str, command: Any) -> dict[str, Any] | None:
    """Ask the process that runs; None where none listens."""
    path = socket_path(database)
    if not path.exists():
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            with _address(path) as address:
                reader, writer = await asyncio.open_unix_connection(address, limit=LARGEST_LINE)
            writer.write(_request(name, command))
            answer = await reader.readline()
            writer.close()
    except (ConnectionRefusedError, FileNotFoundError):
        # Its process was killed and left the socket behind; the lock tells whether another one runs.
        return None
    except (OSError, TimeoutError) as error:
        raise PermanentError(f"The running Nugget does not answer at {path}: {type(error).__name__}.") from error
    if not answer:
        raise PermanentError("The running Nugget ended while it was asked. Look with `nugget outbox list`, then retry.")
    return dict(json.loads(answer))
