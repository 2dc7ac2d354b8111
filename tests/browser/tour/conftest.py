"""The real demo for each test, and its page as several people."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.browser.conftest import Complaints, OpenPage
from tests.browser.tour.visit import Visit
from tests.operate.demo_process import demo


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """The folder for screenshots: the one that `NUGGET_PICTURES` names, else one that pytest keeps a while."""
    folder = Path(os.environ.get("NUGGET_PICTURES", tmp_path / "pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest_asyncio.fixture(loop_scope="session")
async def visit(open_page: OpenPage, complaints: Complaints, pictures: Path) -> AsyncIterator[Visit]:
    """Give a demo whose opening days have been lived."""
    async with demo() as running:
        visit = Visit(running.url, open_page, pictures, complaints)
        yield visit
        # The demo ends before its pages are closed, and they say that they miss it.
        for page in visit.pages:
            complaints.leave(page)
