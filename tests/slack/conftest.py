"""The whole bot at work, on either database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.slack.harness.bot_at_work import BotAtWork, bot_at_work


@pytest.fixture
async def bot(tmp_path: Path, database_url: str) -> AsyncIterator[BotAtWork]:
    """Give the demo's company with its bot over HTTP; the test runs once on SQLite and once on Postgres."""
    async with bot_at_work(tmp_path, database_url) as at_work:
        yield at_work


@pytest.fixture
async def sqlite_bot(tmp_path: Path, sqlite_database_url: str) -> AsyncIterator[BotAtWork]:
    """Give the same on SQLite alone, for what ends before any database is asked."""
    async with bot_at_work(tmp_path, sqlite_database_url) as at_work:
        yield at_work
