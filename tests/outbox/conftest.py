"""A Slack in memory, and the outbox that sends to it."""

from collections.abc import AsyncIterator

import pytest

from tests.outbox.memory_slack import MemorySlack
from tests.outbox.office import Office, open_office


@pytest.fixture
def slack() -> MemorySlack:
    """A Slack in which everything succeeds that nothing else was planned for."""
    return MemorySlack()


@pytest.fixture
async def office(database_url: str, slack: MemorySlack) -> AsyncIterator[Office]:
    """Give the outbox at work; the test runs once on SQLite and once on Postgres."""
    async with open_office(database_url, slack, slack) as opened:
        yield opened
        slack.let_go()
