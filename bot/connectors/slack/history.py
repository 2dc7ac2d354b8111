"""Reading a channel's history for as long as it takes: page by page, waiting whenever Slack says so."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.connectors.slack.client import error_code
from bot.domain.errors import MendableError, TemporaryError

T = TypeVar("T")

PAGE = 200
# A call that got no answer is tried again after so many seconds; reading twice harms nobody.
PAUSES = (1.0, 5.0, 20.0)
# Slack says with each refusal for how long (seconds); a proxy in between may have taken that away.
NO_WORD_OF_HOW_LONG = 30.0
NOT_THERE = {
    "not_in_channel": "Nugget is not in {channel}. Write `/invite` and its name there, then run this again.",
    "channel_not_found": "Nugget cannot see a channel {channel}. If it is private, invite Nugget there first.",
    "missing_scope": "Nugget's app may not read the history of {channel}. Add that scope, then reinstall it.",
    "invalid_auth": "Slack does not accept the token in SLACK_BOT_TOKEN.",
    "account_inactive": "Slack does not accept the token in SLACK_BOT_TOKEN.",
    "token_revoked": "Slack does not accept the token in SLACK_BOT_TOKEN.",
}
"""What an operator can mend, by Slack's name for it."""

Waited = Callable[[float], None]
"""Is told for how many seconds Slack wants us to wait, before we do."""


@dataclass(frozen=True, slots=True)
class HistoryReader:
    """Reads with one client; `waiting` hears of every wait that Slack asks for."""

    client: AsyncWebClient
    waiting: Waited
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def history(self, channel_id: str, oldest: float) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield pages of what was said outside of threads, the newest page first, as Slack shows it."""

        async def ask(cursor: str | None) -> Any:
            return await self.client.conversations_history(
                channel=channel_id, oldest=f"{oldest:.6f}", inclusive=True, limit=PAGE, cursor=cursor
            )

        async for page in self._pages(ask, channel_id):
            yield page

    async def replies(self, channel_id: str, ts: str) -> list[dict[str, Any]]:
        """Return the replies in a thread, oldest first, without the message at its head."""

        async def ask(cursor: str | None) -> Any:
            return await self.client.conversations_replies(channel=channel_id, ts=ts, limit=PAGE, cursor=cursor)

        found = [message async for page in self._pages(ask, channel_id) for message in page]
        return [message for message in found if message.get("ts") != ts]

    async def channels(self) -> list[dict[str, Any]]:
        """Return the channels that Nugget is in."""

        async def ask(cursor: str | None) -> Any:
            return await self.client.users_conversations(
                types="public_channel,private_channel", limit=PAGE, cursor=cursor
            )

        return [channel async for page in self._pages(ask, "its channels", "channels") for channel in page]

    async def _pages(
        self, ask: Callable[[str | None], Awaitable[Any]], channel: str, key: str = "messages"
    ) -> AsyncIterator[list[dict[str, Any]]]:
        cursor: str | None = None
        while True:
            answer = await self.patiently(partial(ask, cursor), channel)
            yield [entry for entry in answer.get(key) or () if isinstance(entry, dict)]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return

    async def patiently(self, ask: Callable[[], Awaitable[T]], channel: str = "it") -> T:
        """Ask until Slack answers, waiting as long as it says.

        Raises `MendableError` for what an operator can mend, `TemporaryError` where it stays silent.
        """
        pauses = list(PAUSES)
        failure: Exception
        while True:
            try:
                return await ask()
            except SlackApiError as error:
                if (seconds := _told_to_wait(error)) is not None:
                    self.waiting(seconds)
                    await self.sleep(seconds)
                    continue
                code = error_code(error)
                if code in NOT_THERE:
                    raise MendableError(NOT_THERE[code].format(channel=channel)) from error
                failure, said = error, code or "no answer of Slack's"
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                failure, said = error, type(error).__name__
            if not pauses:
                raise TemporaryError(
                    f"Slack does not answer just now ({said}). What was handed in is kept; run this again later."
                ) from failure
            await self.sleep(pauses.pop(0))


def _told_to_wait(error: SlackApiError) -> float | None:
    response = error.response
    if getattr(response, "status_code", None) != HTTPStatus.TOO_MANY_REQUESTS:
        return None
    told = str(getattr(response, "headers", {}).get("Retry-After", "")).strip()
    return float(told) if told.isdigit() else NO_WORD_OF_HOW_LONG
