"""Deliveries: events are tried again on Slack's schedule, commands and interactions are tried once."""

import asyncio
from collections.abc import Callable
from typing import Any

from bot.playground.delivery.transport import Kind, Reply, Transport
from bot.playground.record import Entry

RETRY_AFTER_SECONDS = (0.0, 60.0, 300.0)
"""The waits before the first, second and third retry of an event."""


class Deliveries:
    """Keeps each event until it is acknowledged or its schedule has ended. Real time, divided by `speed`."""

    def __init__(
        self,
        transport: Transport,
        speed: float,
        note: Callable[[Entry], None],
        seconds: Callable[[], float],
        settled: Callable[[], None],
    ) -> None:
        self._transport = transport
        self._speed = speed
        self._note = note
        self._seconds = seconds
        self._settled = settled
        self._tasks: set[asyncio.Task[None]] = set()
        self._asking = 0

    @property
    def pending(self) -> int:
        """Return how many events and gestures are on their way or wait for a retry."""
        return len(self._tasks) + self._asking

    def offer(self, payload: dict[str, Any]) -> None:
        """Take an event; its delivery goes on by itself."""
        task = asyncio.create_task(self._deliver(payload))
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._settled()

    async def ask(self, kind: Kind, payload: dict[str, Any]) -> Reply:
        """Deliver a command or an interaction, once, and return what the app answered."""
        self._asking += 1
        try:
            reply = await self._transport.send(kind, payload)
        finally:
            self._asking -= 1
        name = str(payload.get("command") or payload.get("type"))
        self._note(
            Entry(self._seconds(), "command" if kind == "command" else "interactive", name, reply.outcome, payload)
        )
        return reply

    async def _deliver(self, payload: dict[str, Any]) -> None:
        reply = await self._attempt(payload, 0, "")
        for attempt, wait in enumerate(RETRY_AFTER_SECONDS, start=1):
            if reply.outcome == "ok" or reply.is_final:
                break
            await asyncio.sleep(wait / self._speed)
            reply = await self._attempt(payload, attempt, reply.outcome)
        if reply.outcome != "ok":
            self._note(_entry(self._seconds(), "lost", payload, reply.outcome))

    async def _attempt(self, payload: dict[str, Any], attempt: int, reason: str) -> Reply:
        reply = await self._transport.send("event", payload, attempt, reason)
        self._note(_entry(self._seconds(), "event", payload, reply.outcome, attempt))
        return reply

    async def close(self) -> None:
        """Stop all deliveries and let go of the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._transport.close()


def _entry(at: float, kind: Any, payload: dict[str, Any], outcome: str, attempt: int = 0) -> Entry:
    event = payload.get("event")
    name = event.get("type") if isinstance(event, dict) else payload.get("type")
    return Entry(at, kind, str(name), outcome, payload, event_id=str(payload.get("event_id", "")), attempt=attempt)
