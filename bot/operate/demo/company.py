"""The stand-in and the bot, running side by side: starting both, moving time, and knowing when all is done."""

import asyncio
import os
import socket
import struct
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from bot.bootstrap import read_database
from bot.clock import CLOCK_FILE
from bot.domain.errors import PermanentError
from bot.operate.demo.world import Place, build_world, settings_text
from bot.playground.clock import NeutralClock
from bot.playground.page.offer import PageOffer
from bot.playground.server import StandIn
from bot.playground.spec import WorldSpec
from bot.services.totals import Totals, count_totals
from bot.settings import load_settings
from db.transact import Transact

Mode = Literal["socket", "http"]

# How long the bot may take to start, and how long nothing may move while something waits (seconds of real time).
START_PATIENCE, REST_PATIENCE = 20.0, 400.0
POLL = 0.05


@dataclass(frozen=True, slots=True)
class Page:
    """The page that the stand-in serves beside Slack: its port (0 for any), what it offers, and where all is kept."""

    port: int
    offer: PageOffer
    keep_in: Path | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """How the demo is to run."""

    folder: Path
    reps: int = 12
    mode: Mode = "socket"
    database: str | None = None
    speed: float = 60.0
    page: Page | None = None


def free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clock_at(path: Path, begin: datetime) -> NeutralClock:
    """Return a clock that stands at `begin` now; a folder that is kept goes on where it was."""
    if not path.exists():
        path.write_bytes(struct.pack("<d", begin.timestamp() - time.time()))
    return NeutralClock(path)


class Company:
    """A running company. Use it as an async context manager; leaving it stops the bot and then the stand-in."""

    def __init__(self, options: Options, begin: datetime) -> None:
        self.options = options
        self.spec: WorldSpec = build_world(options.reps)
        self.clock = clock_at(options.folder / "clock", begin)
        self.standin: StandIn
        self.transact: Transact
        self._bot: asyncio.subprocess.Process | None = None
        self._stack = AsyncExitStack()
        self._log = options.folder / "bot.log"

    async def __aenter__(self) -> Self:
        await self.open()
        try:
            await self.start_bot()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def open(self) -> None:
        """Start the stand-in alone; with a page people can look around already."""
        options = self.options
        self.standin = await StandIn.start(
            self.spec,
            mode=options.mode,
            speed=options.speed,
            clock=self.clock,
            deadline_speed=1.0,
            port=options.page.port if options.page else 0,
            page=options.page.offer if options.page else None,
            keep_in=options.page.keep_in if options.page else None,
        )
        self._stack.push_async_callback(self.standin.stop)

    async def start_bot(self) -> None:
        """Start the bot; raises `PermanentError` with its last words when it does not come up."""
        options, port = self.options, free_port()
        if options.mode == "http":
            self.standin.request_url = f"http://127.0.0.1:{port}/slack/events"
        place = Place(options.folder, options.mode, self.standin.base_url, port, options.speed)
        config = options.folder / "config.toml"
        config.write_text(settings_text(place), encoding="utf-8")
        await self._start_bot(config, port)
        settings = load_settings(config, {"DATABASE_URL": options.database} if options.database else {})
        self.transact = read_database(settings, self.clock.now)
        self._stack.push_async_callback(self.transact.close)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Stop the bot, if it was started, and then the stand-in."""
        try:
            await self._stop_bot()
        finally:
            await self._stack.aclose()

    async def _start_bot(self, config: Path, port: int) -> None:
        with self._log.open("ab") as log:
            self._bot = await asyncio.create_subprocess_exec(
                *self.command_line(config), env=self.environ(), stdout=log, stderr=log
            )
        try:
            await self.until(lambda: self._is_ready(port), START_PATIENCE, "the bot to start")
        except BaseException:
            await self._stop_bot()
            raise

    @staticmethod
    def command_line(config: Path) -> list[str]:
        """Return the command that starts the bot."""
        return [sys.executable, "-m", "bot", "run", "--config", str(config)]

    def environ(self) -> dict[str, str]:
        """Return the environment in which the bot runs: the stand-in's tokens, the neutral clock, the database."""
        database = {"DATABASE_URL": self.options.database} if self.options.database else {}
        return {
            **os.environ,
            "SLACK_BOT_TOKEN": self.spec.bot_token,
            "SLACK_APP_TOKEN": self.spec.app_token,
            "SLACK_SIGNING_SECRET": self.spec.signing_secret,
            CLOCK_FILE: str(self.options.folder / "clock"),
            **database,
        }

    def _is_ready(self, port: int) -> bool:
        """Tell whether Slack can reach the bot, and the bot has learnt who is in which group."""
        asked = sum(1 for entry in self.standin.record if entry.name == "usergroups.users.list")
        if asked < len(self.spec.usergroups):
            return False
        if self.options.mode == "socket":
            return self.standin.socket_connections() > 0
        return self.is_reached(port)

    @staticmethod
    def is_reached(port: int) -> bool:
        """Tell whether somebody listens on a port of this machine."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    async def _stop_bot(self) -> None:
        bot, self._bot = self._bot, None
        if bot is None:
            return
        if bot.returncode is None:
            bot.terminate()
        code = await bot.wait()
        if code != 0:
            raise PermanentError(self._last_words(f"The bot ended with code {code}."))

    def _last_words(self, sentence: str) -> str:
        tail = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        return "\n".join([sentence, f"The last lines of {self._log}:", *tail])

    async def until(self, done: Callable[[], bool], patience: float, what: str) -> None:
        """Wait until something is so; raises `PermanentError` when the bot ends or patience does."""
        deadline = time.monotonic() + patience
        while not done():
            if self._bot is not None and self._bot.returncode is not None:
                raise PermanentError(self._last_words(f"The bot ended with code {self._bot.returncode}."))
            if time.monotonic() > deadline:
                raise PermanentError(self._last_words(f"Waited {patience:.0f} s for {what}, in vain."))
            await asyncio.sleep(POLL)

    async def totals(self) -> Totals:
        """Count what stands in the database now."""
        return await self.transact.read(count_totals, self.spec.team_id)

    async def settled(self) -> Totals:
        """Wait until nothing is on its way: no delivery, nothing to handle, nothing due to be sent."""
        quiet, before, moved_at = 0, None, time.monotonic()
        while True:
            await self.until(lambda: self.standin.pending_deliveries() == 0, REST_PATIENCE, "Slack's deliveries")
            totals = await self.totals()
            is_quiet = totals.inbox_waiting == 0 and totals.outbox_waiting == 0
            quiet = quiet + 1 if is_quiet and self.standin.pending_deliveries() == 0 else 0
            # Twice in a row, since a delivery may have been on its way between the two looks.
            if quiet > 1:
                return totals
            if totals != before:
                before, moved_at = totals, time.monotonic()
            if time.monotonic() > moved_at + REST_PATIENCE:
                raise PermanentError(self._last_words(f"It does not come to rest: {totals}."))
            await asyncio.sleep(POLL)
