"""`nugget run`: serve Slack over HTTP or Socket Mode until told to stop."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from datetime import datetime

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from bot.bootstrap import Nugget, build, real_now
from bot.domain.errors import PermanentError
from bot.operate.control import listening
from bot.settings import Settings

log = structlog.get_logger(__name__)

# Requests under way at the end get this long to be answered (seconds); all of the ending stays under ten.
GRACE_SECONDS = 3
# How often the clock is compared with the real one, and what counts as a jump (seconds).
CLOCK_WATCH_SECONDS, CLOCK_JUMP_SECONDS = 0.1, 1.0


class Server(uvicorn.Server):
    """A server that leaves signals to us, so that the workers and the server end in the right order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:
            # The library has logged why, and would end the process where it stands.
            where = f"{self.config.host}:{self.config.port}"
            raise PermanentError(f"Nugget cannot listen on {where}; is another program using that port?") from None


async def run(settings: Settings, now: Callable[[], datetime]) -> None:
    """Serve until SIGTERM or SIGINT; then take nothing more in, finish what is under way, and return."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    nugget = await build(settings, now)
    nugget.start()
    await serve(nugget, now, stopping)


async def serve(nugget: Nugget, now: Callable[[], datetime], stopping: asyncio.Event) -> None:
    """Serve until told to stop, and then come to an orderly end."""
    settings = nugget.settings
    watching = asyncio.create_task(watch_clock(nugget, now))
    log.info("nugget_started", mode=settings.slack.mode)
    try:
        async with listening(settings, nugget.transact):
            if settings.slack.mode == "http":
                await serve_http(nugget, stopping)
            else:
                await stopping.wait()
    finally:
        log.info("nugget_stopping")
        watching.cancel()
        await nugget.stop()
        log.info("nugget_stopped")


async def watch_clock(nugget: Nugget, now: Callable[[], datetime]) -> None:
    """Look at once at what became due when the clock jumps: it was set, the machine slept, or a demo moved it."""
    offset = (now() - real_now()).total_seconds()
    while True:
        await asyncio.sleep(CLOCK_WATCH_SECONDS)
        moved = (now() - real_now()).total_seconds()
        if abs(moved - offset) > CLOCK_JUMP_SECONDS:
            offset = moved
            await nugget.wake()


async def serve_http(nugget: Nugget, stopping: asyncio.Event) -> None:
    """Serve the front door until told to stop; requests that are under way are still answered."""
    server = http_server(nugget)
    serving = asyncio.create_task(server.serve())
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    server.should_exit = True
    await serving


def http_server(nugget: Nugget) -> Server:
    """Build the HTTP server around the front door."""
    slack = nugget.settings.slack
    web = Starlette(routes=[Route(slack.path, endpoint=nugget.front_door, methods=["POST"])])
    return Server(
        uvicorn.Config(
            web,
            host=slack.host,
            port=slack.port,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
