"""The inbox at work; each fixture runs its test once on SQLite and once on Postgres."""

from collections.abc import AsyncIterator

import pytest

from tests.inbox.desk import Desk, open_desk
from tests.inbox.mailroom import Mailroom, open_mailroom


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """Give the inbox with handlers that keep what a delivery names."""
    async with open_desk(database_url) as opened:
        yield opened


@pytest.fixture
async def mailroom(database_url: str) -> AsyncIterator[Mailroom]:
    """Give the inbox with handlers that fail for the deliveries that a test names."""
    async with open_mailroom(database_url) as opened:
        yield opened
