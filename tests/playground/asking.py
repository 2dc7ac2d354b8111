"""Asking the Web API for what it refuses."""

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError


async def refusal(call: Awaitable[Any]) -> Any:
    """Return the whole response of a call that has to be refused."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def error_of(call: Awaitable[Any]) -> str:
    """Return the error code of a call that has to be refused."""
    return str((await refusal(call))["error"])
