"""`nugget outbox`: see what could not be sent, send it again, or let it go."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.bootstrap import read_database
from bot.operate.control import hand_over
from bot.services.dead_letters import Change, ChangeOutbox, ListOutbox, list_outbox
from bot.settings import Settings


async def list_entries(settings: Settings, now: Callable[[], datetime], *, everything: bool) -> list[dict[str, Any]]:
    """Return the entries as plain data; reads beside a running Nugget, and writes nothing."""
    transact = read_database(settings, now)
    try:
        return [asdict(line) for line in await transact.read(list_outbox, ListOutbox(everything))]
    finally:
        await transact.close()


async def change_entries(
    settings: Settings, now: Callable[[], datetime], change: Change, names: Sequence[str]
) -> list[dict[str, Any]]:
    """Retry or drop dead entries, through the running Nugget where one runs; return them as they stand now."""
    return await hand_over(settings, now, "outbox", ChangeOutbox(change, list(names)))


def show(lines: Sequence[dict[str, Any]], console: Console) -> None:
    """Draw entries as a table, or say that there are none."""
    if not lines:
        console.print("Nothing waits for a person.")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("id", "state", "what", "where", "tries", "since"):
        table.add_column(name, no_wrap=True)
    table.add_column("error", overflow="fold")
    for line in lines:
        what = line["purpose"] if line["kind"] == "post" else f"{line['purpose']} ({line['kind']})"
        since = line["created_at"][:16].replace("T", " ")
        place, tries, error = line["channel_id"], str(line["tries"]), line["error"] or ""
        table.add_row(line["outbox_id"][:8], line["state"], what, place, tries, since, error)
    console.print(table)
