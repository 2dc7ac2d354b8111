"""The process of `nugget demo` with its page: starting it, and ending it as people do."""

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

PATIENCE = 30.0


@dataclass
class Demo:
    """The process of a demo."""

    process: asyncio.subprocess.Process
    url: str
    seconds: float

    async def ends(self, how: signal.Signals = signal.SIGINT) -> int:
        """End it as Ctrl-C does, and return its exit code."""
        self.process.send_signal(how)
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()


def environ() -> dict[str, str]:
    dropped = ("SLACK_", "DATABASE_URL", "NUGGET_", "DISPLAY", "WAYLAND_DISPLAY")
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)}


@asynccontextmanager
async def demo(*arguments: str) -> AsyncIterator[Demo]:
    """Start a demo and wait for the address that it prints."""
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--no-browser", *arguments, env=environ(),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            line = (await process.stdout.readline()).decode()
        found = re.search(r"http://127\.0\.0\.1:[0-9]+/", line)
        assert found, line + (await process.communicate())[1].decode()
        yield Demo(process, found.group(), time.monotonic() - began)
    except BaseException:
        # What it said before it ended explains a failure better than what was waited for.
        if process.returncode is not None and process.stderr is not None:
            sys.stdout.write((await process.stderr.read()).decode())
        raise
    finally:
        # Only an orderly end takes the bot along.
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(PATIENCE):
            await process.wait()
