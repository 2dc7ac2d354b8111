"""The mistakes that are easy to make, put back one by one, so that the checks prove that they would see them.

Each changes this process alone; the fault programs apply one after a fork, and nothing else ever does.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.facts import Delivery
from bot.slack.frontdoor import GroupCommit


def client_with_sdk_retries(
    token: str, base_url: str, timeout_seconds: float, session: aiohttp.ClientSession
) -> AsyncWebClient:
    """Make a client with the library's own retries: after a lost connection it posts again without a look."""
    return AsyncWebClient(token=token, base_url=base_url, timeout=max(1, round(timeout_seconds)), session=session)


def no_quarantine(program: Any) -> None:
    """Look at once after an unclear outcome, so that what lands late is sent again."""
    program.DELIVERY = replace(program.DELIVERY, quarantine_seconds=0.001)


def answer_before_commit(_program: Any) -> None:
    """Tell Slack that an event was received while it is still on its way to the disk."""
    store: Callable[[GroupCommit, Delivery], Any] = GroupCommit.add
    under_way: set[asyncio.Task[Any]] = set()

    async def add(group: GroupCommit, delivery: Delivery) -> None:
        task = asyncio.create_task(store(group, delivery))
        under_way.add(task)
        task.add_done_callback(under_way.discard)

    GroupCommit.add = add  # type: ignore[assignment, method-assign]


MISTAKES: Mapping[str, Callable[[Any], None]] = {
    "no_quarantine": no_quarantine,
    "answer_before_commit": answer_before_commit,
}
