"""The real process, `python -m bot run`, beside a stand-in: starting it, watching it, and telling it to stop."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import aiohttp

from bot.operate.demo.company import free_port
from bot.operate.demo.world import BOT, Place, build_world, settings_text
from bot.playground.delivery.http import encode, sign
from bot.playground.server import StandIn
from bot.playground.spec import Channel, WorldSpec
from tests.operate.manifests import manifest

Mode = Literal["socket", "http"]

# What nobody's settings name, so that Nugget has to ask about it when something is first said there.
UNHEARD = "C0UNHEARD"
PATIENCE = 20.0
_POLL = 0.01


def world() -> WorldSpec:
    """Return the demo's company, with an app that was granted just what the README's manifest asks for."""
    company = build_world(3)
    asked = manifest("http")
    place = Channel(UNHEARD, "unheard", members=(*company.channels[0].members, BOT))
    return replace(
        company,
        channels=(*company.channels, place),
        bot_scopes=frozenset(asked["oauth_config"]["scopes"]["bot"]),
        subscriptions=frozenset(asked["settings"]["event_subscriptions"]["bot_events"]),
    )


async def until(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Return once something is so that only another process can bring about."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"waited {patience:g} s in vain for {what}"
        await asyncio.sleep(_POLL)


@dataclass
class Bot:
    """One process."""

    process: asyncio.subprocess.Process
    log: Path
    started_at: float

    def said(self) -> str:
        """Return what it has logged so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    async def logged(self, event: str) -> None:
        """Wait until it has logged an event."""
        await until(lambda: event in self.said() or self.process.returncode is not None, event)
        assert event in self.said(), self.said()[-3000:]

    async def ended(self) -> int:
        """Wait for its end and return its exit code."""
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()

    async def stopped(self) -> tuple[int, float]:
        """Tell it to stop; return its exit code, and how long it took over it (seconds)."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return await self.ended(), time.monotonic() - begin


@dataclass
class Office:
    """Where the process runs: its settings and environment. `spec` holds the tokens that it is given."""

    folder: Path
    mode: Mode
    database_url: str
    base_url: str
    port: int
    speed: float = 20.0
    spec: WorldSpec = field(default_factory=world)
    more_settings: str = ""
    bots: list[Bot] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the process takes deliveries in HTTP mode."""
        return f"http://127.0.0.1:{self.port}/slack/events"

    async def start(self, *python_options: str) -> Bot:
        """Start a process; it is not waited for."""
        config = self.folder / "config.toml"
        place = Place(self.folder, self.mode, self.base_url, self.port, self.speed)
        config.write_text(settings_text(place) + self.more_settings, encoding="utf-8")
        log = self.folder / f"bot-{len(self.bots)}.log"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "NUGGET_"))}
        environ = kept | {
            "SLACK_BOT_TOKEN": self.spec.bot_token,
            "SLACK_APP_TOKEN": self.spec.app_token,
            "SLACK_SIGNING_SECRET": self.spec.signing_secret,
            "DATABASE_URL": self.database_url,
        }
        command = [sys.executable, *python_options, "-m", "bot", "run", "--config", str(config)]
        began = time.monotonic()
        with log.open("wb") as opened:
            process = await asyncio.create_subprocess_exec(*command, env=environ, stdout=opened, stderr=opened)
        self.bots.append(Bot(process, log, began))
        return self.bots[-1]

    def listens(self) -> bool:
        """Tell whether somebody listens on the port now."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    async def close(self) -> None:
        """End what still runs."""
        for bot in self.bots:
            if bot.process.returncode is None:
                bot.process.kill()
            await bot.process.wait()


async def post(office: Office, session: aiohttp.ClientSession, envelope: dict[str, Any]) -> int | None:
    """Deliver an envelope as Slack signs it; return the status, or None where nobody listens yet."""
    body, content_type = encode("event", envelope)
    headers = {"Content-Type": content_type, **sign(office.spec.signing_secret, body)}
    try:
        async with session.post(office.url, data=body, headers=headers) as response:
            return response.status
    except aiohttp.ClientConnectionError:
        return None


@asynccontextmanager
async def office_at(folder: Path, mode: Mode, database_url: str, base_url: str) -> AsyncIterator[Office]:
    """Give an office whose Slack is at an address, whoever listens there or not."""
    office = Office(folder, mode, database_url, base_url, free_port())
    try:
        yield office
    finally:
        await office.close()


@asynccontextmanager
async def office_with_slack(
    folder: Path, mode: Mode, database_url: str, speed: float = 20.0
) -> AsyncIterator[tuple[Office, StandIn]]:
    """Give an office and its Slack; paces are `speed` times Slack's own, deadlines are Slack's own."""
    standin = await StandIn.start(world(), mode=mode, speed=speed, deadline_speed=1.0)
    try:
        async with office_at(folder, mode, database_url, standin.base_url) as office:
            office.speed = speed
            standin.request_url = office.url if mode == "http" else None
            yield office, standin
    finally:
        await standin.stop()


async def ready(office: Office, standin: StandIn, bot: Bot) -> None:
    """Wait until Slack can reach the process, and it knows who is who."""
    await bot.logged("slack_synced")
    if office.mode == "http":
        await until(office.listens, "the port")
    else:
        await standin.wait_until(lambda: standin.socket_connections() > 0, PATIENCE)
