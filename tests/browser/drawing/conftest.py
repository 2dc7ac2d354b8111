"""A page with nothing but the renderer, served from the files that the playground serves."""

import threading
from collections.abc import AsyncIterator, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.browser.conftest import LONGEST_WAIT_MS, Complaints, OpenPage

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

HERE = Path(__file__).parent
STATIC = Path(__file__).parents[3] / "bot" / "playground" / "page" / "static"
POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self'; frame-ancestors 'none'"


class Files(SimpleHTTPRequestHandler):
    """The harness at the root and the renderer below /page, under the policy of the real page."""

    protocol_version = "HTTP/1.1"

    def translate_path(self, path: str) -> str:
        """Return the file of an address."""
        folder, name = (STATIC, path.removeprefix("/page/")) if path.startswith("/page/") else (HERE, path.lstrip("/"))
        return str(folder / (name or "harness.html"))

    def end_headers(self) -> None:
        """Send the policy with every answer."""
        self.send_header("content-security-policy", POLICY)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing: a test that fails tells enough."""


@pytest.fixture(scope="session")
def origin() -> Iterator[str]:
    """The address of a server that has the harness and the renderer."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(HERE))) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Stage:
    """The harness in one page."""

    def __init__(self, page: "Page") -> None:
        self.page = page

    async def call(self, name: str, *arguments: Any) -> Any:
        """Call a function of harness.js."""
        return await self.page.evaluate("([name, given]) => harness[name](...given)", [name, list(arguments)])

    async def draw(self, *blocks: Any, **context: Any) -> None:
        """Draw blocks in place of everything; `context` are parts of the renderer's context that are data."""
        await self.call("draw", list(blocks), context)

    async def values(self) -> Any:
        """Return what is typed and chosen, as `submit` takes it."""
        return await self.call("values")

    async def acts(self) -> list[dict[str, Any]]:
        """Return what the app was told of so far."""
        found: list[dict[str, Any]] = await self.page.evaluate("harness.log.acts")
        return found

    async def until(self, list_name: str, count: int = 1) -> None:
        """Wait until the harness has noted so many acts, asked, confirmed or waiting."""
        await self.call("until", list_name, count)

    async def answer(self, **answers: Any) -> None:
        """Say what the harness answers: confirm (bool), suggest (options, None for an error), fails (a sentence)."""
        await self.page.evaluate("(given) => Object.assign(harness.answers, given)", answers)

    async def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def type(self, text: str) -> None:
        """Type characters where the focus is."""
        await self.page.keyboard.type(text)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def kept_page(browser: "Browser") -> "AsyncIterator[Page]":
    """One page for all tests of ordinary size: the harness stores nothing, so that loading it again is fresh enough."""
    context = await browser.new_context(
        locale="en-US", timezone_id="UTC", viewport={"width": 1280, "height": 800}, color_scheme="light"
    )
    context.set_default_timeout(LONGEST_WAIT_MS)
    yield await context.new_page()
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(kept_page: "Page", complaints: Complaints, origin: str) -> AsyncIterator[Stage]:
    """The harness in a page of ordinary size; the test fails if the page complains."""
    complaints.watch(kept_page)
    await kept_page.goto(f"{origin}/")
    yield Stage(kept_page)
    complaints.leave(kept_page)
    assert complaints.unexpected() == []


@pytest_asyncio.fixture(loop_scope="session")
async def open_stage(open_page: OpenPage, origin: str) -> Any:
    """Open the harness in pages of any size and colours."""

    async def open_one(**options: Any) -> Stage:
        page = await open_page(**options)
        await page.goto(f"{origin}/")
        return Stage(page)

    return open_one
