"""A Slack that answers as told, and Nugget's own client to it."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.connectors.slack.client import open_session, slack_client
from tests.connectors.scripted_slack import ScriptedSlack, scripted_slack


@pytest.fixture
async def slack() -> AsyncIterator[ScriptedSlack]:
    """Give a Slack on a socket."""
    async with scripted_slack() as scripted:
        yield scripted


@pytest.fixture
async def client(slack: ScriptedSlack) -> AsyncIterator[AsyncWebClient]:
    """Give the client that Nugget makes for a token."""
    async with open_session(lambda _: None) as session:
        yield slack_client("xoxb-test", slack.url, 5.0, session)
