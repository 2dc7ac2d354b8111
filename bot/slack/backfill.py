"""After an outage: what Slack's history shows and was never delivered goes through the same inbox as everything else.

Slack delivers again for two hours, or for a day where *Delayed Events* is on, and it has not replayed its backlog after
incidents of its own; so history is read at start, after each new connection, and every hour.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.connectors.slack.client import error_code
from bot.domain.errors import TemporaryError
from bot.services.catch_up import FindMissed, MarkFilled, find_mark, find_missed, mark_filled
from bot.services.channels import list_watched
from bot.slack.facts import SLACK_FAILURES
from bot.slack.frontdoor import EventIntake
from db.transact import Transact

log = structlog.get_logger(__name__)

PAGE = 200
# How often history is read when nothing else asks for it, and how long to wait after Slack did not show it (seconds).
EVERY_SECONDS, PAUSE_SECONDS = 3600.0, 60.0


@dataclass
class BackFill:
    """Reads the watched channels from where it left off, and hands the inbox what it has never seen."""

    transact: Transact
    client_of: Callable[[str], AsyncWebClient]
    intake: EventIntake
    teams: Callable[[], Sequence[str]]
    now: Callable[[], datetime]
    found: int = 0
    _asked: asyncio.Event = field(default_factory=asyncio.Event)

    def ask(self) -> None:
        """Say that something may have been missed."""
        self._asked.set()

    async def run(self) -> None:
        """Fill gaps until cancelled: whenever it is asked for, and every hour."""
        while True:
            pause = EVERY_SECONDS
            self._asked.clear()
            for team_id in self.teams():
                try:
                    await self.fill(team_id)
                except TemporaryError as error:
                    log.warning("back_fill_waits", error=str(error))
                    pause = PAUSE_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._asked.wait()

    async def fill(self, team_id: str) -> int:
        """Catch up on every watched channel of a workspace; return how many deliveries had been missed.

        Raises `TemporaryError` when Slack did not show all of it; the next attempt begins at the same place.
        """
        found = 0
        for channel_id in await self.transact.read(list_watched, team_id):
            found += await self._fill_channel(team_id, channel_id)
        self.found += found
        return found

    async def _fill_channel(self, team_id: str, channel_id: str) -> int:
        mark = await self.transact.read(find_mark, MarkFilled(team_id, channel_id, ""))
        if mark is None:
            # History from before Nugget came is imported on purpose or not at all.
            await self.transact(mark_filled, MarkFilled(team_id, channel_id, f"{self.now().timestamp():.6f}"))
            return 0
        messages = [message async for message in self._read(team_id, channel_id, mark)]
        stamps = frozenset(str(message["ts"]) for message in messages)
        missed = await self.transact.read(find_missed, FindMissed(team_id, channel_id, stamps))
        found = 0
        for message in sorted(messages, key=lambda one: float(one["ts"])):
            if str(message["ts"]) in missed or message.get("edited"):
                await self._hand_in(team_id, channel_id, message)
                found += str(message["ts"]) in missed
        if stamps:
            await self.transact(mark_filled, MarkFilled(team_id, channel_id, max(stamps, key=float)))
        if found:
            log.info("back_filled", channel_id=channel_id, messages=found)
        return found

    async def _hand_in(self, team_id: str, channel_id: str, message: dict[str, Any]) -> None:
        envelope = envelope_of(team_id, channel_id, message)
        await self.intake.take(envelope, json.dumps(envelope).encode())

    async def _read(self, team_id: str, channel_id: str, mark: str) -> AsyncIterator[dict[str, Any]]:
        """Give every message since the mark, and every reply in the threads among them."""
        client = self.client_of(team_id)

        async def history(cursor: str | None) -> Any:
            return await client.conversations_history(channel=channel_id, oldest=mark, limit=PAGE, cursor=cursor)

        async for message in _pages(history):
            yield message
            if message.get("reply_count"):
                thread_ts = str(message["ts"])

                async def replies(cursor: str | None, ts: str = thread_ts) -> Any:
                    return await client.conversations_replies(channel=channel_id, ts=ts, limit=PAGE, cursor=cursor)

                async for reply in _pages(replies):
                    if reply.get("ts") != thread_ts:
                        yield reply


async def _pages(ask: Callable[[str | None], Any]) -> AsyncIterator[dict[str, Any]]:
    cursor: str | None = None
    while True:
        try:
            answer = await ask(cursor)
        except SlackApiError as error:
            if error_code(error) in {"channel_not_found", "not_in_channel", "is_archived"}:
                log.warning("back_fill_cannot_read", error=error_code(error))
                return
            raise TemporaryError(f"history could not be read: {error_code(error)}") from error
        except SLACK_FAILURES as error:
            raise TemporaryError(f"history could not be read: {type(error).__name__}") from error
        for message in answer.get("messages") or ():
            if isinstance(message, dict) and isinstance(message.get("ts"), str):
                yield message
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            return


def envelope_of(team_id: str, channel_id: str, message: dict[str, Any]) -> dict[str, Any]:
    """Return what Slack would have delivered for a message of its history; an edited one counts as changed."""
    edited = message.get("edited")
    stamp = str(edited.get("ts")) if isinstance(edited, dict) else str(message["ts"])
    event: dict[str, Any] = {**message, "type": "message", "channel": channel_id, "event_ts": stamp}
    if isinstance(edited, dict):
        event = {"type": "message", "subtype": "message_changed", "channel": channel_id, "message": message}
        event |= {"ts": stamp, "event_ts": stamp}
    return {
        "type": "event_callback",
        "team_id": team_id,
        "event_id": f"history:{channel_id}:{message['ts']}:{stamp}",
        "event": event,
    }
