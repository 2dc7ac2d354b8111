"""A desk for each test: a stand-in, an app, and windows of people."""

from collections.abc import AsyncIterator

import aiohttp
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from tests.browser.conftest import OpenPage
from tests.browser.shell.desk import Bot, Desk, start


@pytest_asyncio.fixture(loop_scope="session")
async def desk(open_page: OpenPage) -> AsyncIterator[Desk]:
    """Give a stand-in with an app that answers, and the means to look at it as anybody."""
    standin = await start()
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient("xoxb-standin", base_url=standin.base_url, session=session, retry_handlers=[])
        bot = Bot(client)
        await bot.app.connect()
        desk = Desk(standin, bot, open_page)
        yield desk
        await desk.close_windows()
        await bot.app.close()
    await standin.stop()
