"""Asking for what is refused, by the Web API and by Slack's client; and waiting until all is delivered."""

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.playground.errors import RefusedGestureError
from bot.playground.server import StandIn


async def refusal(call: Awaitable[Any]) -> Any:
    """Return the whole response of a call that has to be refused."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def error_of(call: Awaitable[Any]) -> str:
    """Return the error code of a call that has to be refused."""
    return str((await refusal(call))["error"])


async def refused(gesture: Awaitable[object]) -> str:
    """Return why Slack's client does not offer a gesture."""
    with pytest.raises(RefusedGestureError) as caught:
        await gesture
    return str(caught.value)


async def settled(standin: StandIn) -> None:
    """Return once nothing is on its way to the app or waits for a retry."""
    await standin.wait_until(lambda: standin.pending_deliveries() == 0)
