"""A real Chromium for every browser test: one browser a worker, a fresh context and a strict page for each test.

They share one event loop, so each module of them says `pytestmark = pytest.mark.asyncio(loop_scope="session")`.
"""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from tests.databases import cannot_run

if TYPE_CHECKING:
    from playwright.async_api import Browser, ConsoleMessage, Error, Page, Request

try:
    from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
    from playwright.async_api import async_playwright
except ImportError:
    CAN_DRIVE = False
else:
    CAN_DRIVE = True

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever slips through the tests' own checks finds no host.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
LONGEST_WAIT_MS = 10_000
LOCAL = {"127.0.0.1", None, ""}


class OpenPage(Protocol):
    """Opens a page; the options are those of a browser context, such as `color_scheme` or `viewport`."""

    def __call__(self, **options: Any) -> "Awaitable[Page]": ...


class Complaints:
    """What went wrong in pages while nobody looked: console errors, exceptions, and requests to other machines.

    A test that provokes one says so with `expect`, by a part of its text.
    """

    def __init__(self) -> None:
        self.found: list[str] = []
        self.expected: list[str] = []

    def expect(self, part: str) -> None:
        """Let complaints pass that contain this text."""
        self.expected.append(part)

    def watch(self, page: "Page") -> None:
        """Listen to a page from now on."""
        page.on("console", self._hear)
        page.on("pageerror", self._catch)
        page.on("request", self._check)

    def leave(self, page: "Page") -> None:
        """Stop listening to a page."""
        page.remove_listener("console", self._hear)
        page.remove_listener("pageerror", self._catch)
        page.remove_listener("request", self._check)

    def unexpected(self) -> list[str]:
        """Return the complaints that no test asked for."""
        return [words for words in self.found if not any(part in words for part in self.expected)]

    def _hear(self, message: "ConsoleMessage") -> None:
        if message.type in ("error", "warning"):
            self.found.append(f"console {message.type}: {message.text}")

    def _catch(self, error: "Error") -> None:
        self.found.append(f"exception: {error}")

    def _check(self, request: "Request") -> None:
        if urlsplit(request.url).hostname not in LOCAL:
            self.found.append(f"request elsewhere: {request.url}")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> "AsyncIterator[Browser]":
    """One Chromium for all browser tests of this worker."""
    path = shutil.which("chromium")
    if path is None or not CAN_DRIVE:
        cannot_run("Browser tests need the packages playwright and axe-playwright-python, and a chromium on the PATH")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield started
        await started.close()


@pytest.fixture
def complaints() -> Complaints:
    """What the pages of this test complain about; see `open_page`."""
    return Complaints()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: "Browser", complaints: Complaints) -> AsyncIterator[OpenPage]:
    """Open fresh pages; afterwards the test fails if one of them complained."""
    contexts = []

    async def open_one(**options: Any) -> "Page":
        context = await browser.new_context(**{"locale": "en-US", "timezone_id": "UTC", **options})
        contexts.append(context)
        context.set_default_timeout(LONGEST_WAIT_MS)
        page = await context.new_page()
        complaints.watch(page)
        return page

    yield open_one
    for context in contexts:
        await context.close()
    assert complaints.unexpected() == []


@pytest_asyncio.fixture(loop_scope="session")
async def page(open_page: OpenPage) -> "Page":
    """A fresh page of ordinary size, in light colours."""
    return await open_page(viewport={"width": 1280, "height": 800}, color_scheme="light")


Check = Callable[["Page"], Awaitable[None]]


@pytest.fixture(scope="session")
def assert_accessible() -> Check:
    """A check that axe-core finds nothing to complain about in a page as it is now."""

    async def check(page: "Page") -> None:
        # To read style sheets that import others, axe would write inline styles, which the page's policy forbids.
        found = await Axe().run(page, options={"preload": False})
        problems = [
            f"{violation['id']}: {node['html'][:200]} ({node.get('failureSummary', '')})"
            for violation in found.response["violations"]
            for node in violation["nodes"]
        ]
        assert problems == []

    return check
