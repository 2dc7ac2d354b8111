"""The demo from beginning to end: prepare, live the month, print the recap and one line of figures."""

import json
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.operate.demo.company import Company, Mode, Options
from bot.operate.demo.notes import read_notes
from bot.operate.demo.play import BEGIN, Month, as_json, finish, live_notes, live_script

REPS, REPS_WITH_NOTES = 12, 40


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What was asked for on the command line."""

    notes: Path | None = None
    most: int | None = None
    mode: Mode = "socket"
    database: str | None = None
    speed: float = 60.0
    keep: Path | None = None


async def page(keep: Path | None, **options: Any) -> None:
    """Serve the page until told to stop; without a folder to keep, nothing of it stays."""
    # The page's part of the stand-in is not needed by those who only live the month.
    from bot.operate.demo.page import PageOptions, host  # noqa: PLC0415

    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nugget-demo-")))
        folder.mkdir(parents=True, exist_ok=True)
        await host(PageOptions(folder.resolve(), keep is not None, **options))


async def demo(options: DemoOptions) -> None:
    """Run the demo; raises `PermanentError` with a plain sentence when something is not as it should be."""
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nugget-demo-")))
        folder.mkdir(parents=True, exist_ok=True)
        notes = read_notes(options.notes, options.most) if options.notes else None
        reps = REPS_WITH_NOTES if notes else REPS
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        progress = stack.enter_context(Progress(*columns, console=console, disable=not console.is_terminal))
        task = progress.add_task("Living October", total=None)
        company = Company(Options(folder.resolve(), reps, options.mode, options.database, options.speed), BEGIN)
        async with company:
            month = Month(company)

            def tell(done: int, of: int) -> None:
                progress.update(task, completed=done, total=of)

            if notes:
                await live_notes(month, notes, tell)
            else:
                await live_script(month, tell)
            recap, result = await finish(month)
    sys.stdout.write(f"\n{recap}\n\n{json.dumps(as_json(result))}\n")
