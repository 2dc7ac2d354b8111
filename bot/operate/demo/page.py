"""`nugget demo` with its page: the company stays up, visitors act, and it can begin afresh."""

import asyncio
import json
import os
import re
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.domain.errors import PermanentError
from bot.operate.demo import tour
from bot.operate.demo.company import Company, Mode, Options, Page
from bot.operate.demo.opening import live_opening
from bot.operate.demo.play import BEGIN, Month
from bot.operate.demo.quarter import live_quarter
from bot.operate.demo.world import FIELD
from bot.playground.page.offer import Busy, Due, PageOffer
from bot.playground.server import StandIn
from bot.services.next_due import find_next_due

REPS = 12
REAL_TOKEN = re.compile(r"x(ox[a-z]|app)-[0-9]")
WORLD, TOUR = "workspace.json", "tour.json"
OWN_FILES = ("nugget.sqlite3", "nugget.sqlite3-wal", "nugget.sqlite3-shm", "clock", WORLD, TOUR)


@dataclass(frozen=True, slots=True)
class PageOptions:
    """What was asked for on the command line.

    `is_shown` opens a browser; `is_empty` leaves the opening days out. After a reset nobody `is_told` the address
    again.
    """

    folder: Path
    keeps: bool = False
    mode: Mode = "socket"
    speed: float = 60.0
    port: int = 0
    is_shown: bool = True
    is_empty: bool = False
    is_told: bool = True


class Seen:
    """What the tour sees of a stand-in."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin

    def shown(self) -> list[tour.Shown]:
        """Return all that the app has posted and not deleted, oldest first."""
        ledger = self._standin.workspace.ledger
        return [
            tour.Shown(entry.channel, entry.ts, entry.text, entry.blocks, entry.recipient)
            for entry in (*ledger.messages.values(), *ledger.ephemerals.values())
            if entry.is_from_app and entry.deleted_at is None
        ]

    def direct_channel(self, user_id: str) -> str:
        """Return where a person's messages from the app stand."""
        return self._standin.direct_channel(user_id)


class Visit:
    """One workspace from its opening to its end; a reset ends it, and another one begins."""

    def __init__(self, options: PageOptions) -> None:
        self._options = options
        self._ending = asyncio.Event()
        self._filling: asyncio.Task[None] | None = None
        self.wants_another = False
        self.is_new = not (options.folder / WORLD).exists()
        self._tour = self._stored_tour()
        self._busy = Busy()
        self._busy.set("Starting Nugget")
        offer = PageOffer(next_due=self._next_due, reset=self._reset, fill=self._fill, tour=self._tour, busy=self._busy)
        page = Page(options.port, offer, options.folder / WORLD if options.keeps else None)
        chosen = Options(options.folder, REPS, options.mode, None, options.speed, page)
        self.company = Company(chosen, BEGIN)

    def end(self) -> None:
        """Bring the visit to its end."""
        self._ending.set()

    async def live(self, opened: Callable[[str], None]) -> None:
        """Be there for visitors until the end; `opened` is told the address of the page as soon as it answers."""
        try:
            await self.company.open()
            self._tour.watch(Seen(self.company.standin))
            # The tour begins where reps write, so that a visitor need not look for the place.
            opened(f"{self.company.standin.page_url}#{FIELD}")
            await self._first(self._begin(), self._ending.wait())
            if not self._ending.is_set():
                await self._first(self._watch_bot(), self._ending.wait())
        finally:
            if self._filling:
                self._filling.cancel()
                await asyncio.gather(self._filling, return_exceptions=True)
            await self.company.close()
            self._keep_tour()

    @staticmethod
    async def _first(*works: Coroutine[Any, Any, Any]) -> None:
        """Wait for whichever ends first, and let the others go; an error of either goes on."""
        tasks = [asyncio.ensure_future(work) for work in works]
        done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for task in done:
            task.result()

    async def _begin(self) -> None:
        self._busy.set("Starting Nugget")
        await self.company.start_bot()
        if self.is_new and not self._options.is_empty:
            await live_opening(Month(self.company), self._told("Living the first days of October"))
        if self.is_new:
            self._tour.begin()
        self._busy.clear()

    def _told(self, what: str) -> Callable[[int, int], None]:
        self._busy.set(what)
        return lambda done, of: self._busy.set(what, done, of)

    async def _watch_bot(self) -> None:
        """Raise `PermanentError` with the bot's last words when it ends by itself."""
        await self.company.until(lambda: False, float("inf"), "the end")

    async def _next_due(self) -> Due | None:
        transact = getattr(self.company, "transact", None)
        if transact is None:
            return None
        due = await transact.read(find_next_due, self.company.spec.team_id)
        return Due(due.at, due.what) if due else None

    async def _reset(self) -> None:
        self.wants_another = True
        # The request that asked for this is answered first; then the page finds its way to the new workspace by itself.
        asyncio.get_running_loop().call_later(0.1, self.end)

    async def _fill(self) -> None:
        if self._filling is None or self._filling.done():
            self._filling = asyncio.create_task(self._live_quarter())
        await self._filling

    async def _live_quarter(self) -> None:
        try:
            month = Month(self.company)
            today = self.company.clock.now().date()
            begin_on = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
            await self._close_the_month(begin_on)
            await live_quarter(month, begin_on, self._told("Living a quarter with forty people"))
        finally:
            self._busy.clear()

    async def _close_the_month(self, begin_on: date) -> None:
        """Let the recap of the month before come out first: who joins afterwards has no part in it."""
        due = await self._next_due()
        while due is not None and due.at.date() < begin_on + timedelta(days=7):
            self.company.clock.move_to(due.at + timedelta(seconds=1))
            await self.company.settled()
            due = await self._next_due()

    def _stored_tour(self) -> tour.Tour:
        path = self._options.folder / TOUR
        if self.is_new or not path.exists():
            return tour.Tour()
        try:
            return tour.resumed(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            # How far somebody was in a tour is not worth an error; it begins again.
            return tour.Tour()

    def _keep_tour(self) -> None:
        if self._options.keeps and not self.wants_another:
            (self._options.folder / TOUR).write_text(json.dumps(tour.kept(self._tour)), encoding="utf-8")


async def host(options: PageOptions) -> None:
    """Serve the page until Ctrl-C or SIGTERM; a reset clears the folder of what the demo wrote and begins afresh."""
    refuse_real_tokens(os.environ)
    check_folder(options.folder)
    is_over = asyncio.Event()
    visits: list[Visit] = []

    def stop() -> None:
        is_over.set()
        for visit in visits:
            visit.end()

    # A terminal that is closed sends SIGHUP; the bot has to end with us then, too.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        with suppress(NotImplementedError, AttributeError):
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), stop)
    while not is_over.is_set():
        visits[:] = [Visit(options)]
        await visits[0].live(partial(announce, options))
        if not visits[0].wants_another:
            break
        port = visits[0].company.standin.workspace.origin.rpartition(":")[2]
        options = replace(options, port=int(port), is_shown=False, is_told=False)
        clear(options.folder)
    sys.stdout.write("The playground has ended.\n")


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds a database without its workspace: their messages would not belong together."""
    if (folder / "nugget.sqlite3").exists() and not (folder / WORLD).exists():
        raise PermanentError(
            f"{folder} holds a database of Nugget, but no {WORLD} of a page. Nothing was changed. "
            "Choose an empty folder for --keep."
        )


def clear(folder: Path) -> None:
    """Remove what the demo wrote; whatever else is in the folder stays."""
    for name in OWN_FILES:
        (folder / name).unlink(missing_ok=True)


def announce(options: PageOptions, url: str) -> None:
    """Print where the page is, and open it."""
    if not options.is_told:
        return
    sys.stdout.write(f"Nugget's playground is at {url}\nNo Slack, no account; it ends with Ctrl-C.\n")
    sys.stdout.flush()
    if options.is_shown and has_screen(os.environ):
        # Some browsers hold the caller until they are closed.
        threading.Thread(target=_show, args=(url,), daemon=True).start()


def has_screen(environ: Mapping[str, str]) -> bool:
    """Tell whether a browser would open in a window; a terminal's own browser would take the terminal away."""
    return sys.platform in ("darwin", "win32") or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def _show(url: str) -> None:
    # A machine without a browser is no reason to stop: the address is printed.
    with suppress(webbrowser.Error):
        webbrowser.open(url)


def refuse_real_tokens(environ: Mapping[str, str]) -> None:
    """Refuse to start beside a real token, so that a demo can never speak in a real workspace."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        if REAL_TOKEN.match(environ.get(name, "")):
            raise PermanentError(
                f"{name} holds a real Slack token. The demo needs none and takes none; nothing was started. "
                f"Start it without: env -u SLACK_BOT_TOKEN -u SLACK_APP_TOKEN nugget demo"
            )
