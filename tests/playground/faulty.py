"""Stand-ins that run fast and fail as told, and what is asked of them afterwards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from tests.playground.conftest import SPEC

SPEED = 1000.0
"""A minute of Slack's takes 60 ms, so that no test has to wait for one."""
AUTHORIZATION = {"Authorization": "Bearer xoxb-standin"}
METADATA = {"event_type": "card", "event_payload": {"id": "7"}}


@asynccontextmanager
async def fast_standin(**options: Any) -> AsyncIterator[StandIn]:
    """Give a stand-in that runs a thousand times faster, but for its deadlines."""
    standin = await StandIn.start(SPEC, **{"speed": SPEED, "deadline_speed": 1.0, **options})
    try:
        yield standin
    finally:
        await standin.stop()


def client_of(standin: StandIn, session: aiohttp.ClientSession, **options: Any) -> AsyncWebClient:
    """Return the official client, without retries of its own unless told otherwise."""
    settings = {"retry_handlers": [], **options}
    return AsyncWebClient("xoxb-standin", base_url=standin.base_url, session=session, **settings)


def texts(standin: StandIn) -> list[str]:
    """Return the texts of the messages that exist."""
    return [entry["text"] for entry in standin.history()["messages"] if entry["exists"]]


def calls(standin: StandIn, method: str = "chat.postMessage") -> list[tuple[str, str]]:
    """Return the outcome and the fault of each call of a method."""
    return [(call["outcome"], call["fault"]) for call in standin.history()["calls"] if call["method"] == method]
