"""Deliveries: events are tried again on Slack's schedule, commands and interactions are tried once."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.playground.delivery.transport import Kind, Reply, Transport
from bot.playground.faults import Faults
from bot.playground.record import Entry

RETRY_AFTER_SECONDS = (0.0, 60.0, 300.0)
"""The waits before the first, second and third retry of an event."""
DELAYED_RETRY_SECONDS = (3600.0,) * 24
"""What the setting "Delayed Events" adds: a day of hourly retries."""


@dataclass(frozen=True)
class Try:
    """One delivery of an event. `copy` counts what a fault doubled, from 0; `fault` is what went wrong on the way."""

    at: float
    attempt: int
    copy: int
    outcome: str
    fault: str = ""


@dataclass
class OfferedEvent:
    """An event and what became of it. It is over once nothing more will be tried."""

    payload: dict[str, Any]
    at: float
    is_acknowledged: bool = False
    is_over: bool = False
    tries: list[Try] = field(default_factory=list)


class Deliveries:
    """Keeps each event until it is acknowledged or its schedule has ended. Real time, divided by the speed."""

    def __init__(
        self,
        transport: Transport,
        faults: Faults,
        note: Callable[[Entry], None],
        seconds: Callable[[], float],
        settled: Callable[[], None],
        *,
        delayed_events: bool = False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.delayed_events = delayed_events
        self.events: list[OfferedEvent] = []
        self._transport = transport
        self._faults = faults
        self._note = note
        self._seconds = seconds
        self._settled = settled
        self._sleep = sleep
        self._tasks: set[asyncio.Task[None]] = set()
        self._asking = 0
        self.last_outcome = ""

    @property
    def pending(self) -> int:
        """Return how many events and gestures are on their way or wait for a retry."""
        return len(self._tasks) + self._asking

    def offer(self, payload: dict[str, Any]) -> None:
        """Take an event; its delivery goes on by itself."""
        event = OfferedEvent(payload, self._seconds())
        self.events.append(event)
        task = asyncio.create_task(self._deliver(event))
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._settled()

    async def ask(self, kind: Kind, payload: dict[str, Any]) -> Reply:
        """Deliver a command or an interaction, once, and return what the app answered."""
        self._asking += 1
        begun = time.monotonic()
        try:
            reply = await self._transport.send(kind, payload)
        finally:
            self._asking -= 1
        name = str(payload.get("command") or payload.get("type"))
        self.last_outcome = reply.outcome
        took_ms = (time.monotonic() - begun) * 1000
        answer = json.dumps(reply.body).encode() if reply.body else b""
        moment = self._seconds()
        self._note(Entry(moment, kind, name, reply.outcome, payload, answer, fault=reply.fault, took_ms=took_ms))
        return reply

    async def _deliver(self, event: OfferedEvent) -> None:
        if late := self._faults.occurs("reorder"):
            await self._sleep(self._faults.up_to(late.seconds))
        reply = await self._attempt(event, 0, "")
        attempt = 0
        # The schedule is asked for anew each time, as Delayed Events may be switched while an event waits.
        while not event.is_acknowledged and not reply.is_final and attempt < len(self._schedule()):
            await self._sleep(self._faults.real(self._schedule()[attempt]))
            attempt += 1
            reply = await self._attempt(event, attempt, reply.outcome)
        event.is_over = True
        if not event.is_acknowledged:
            self._note(_entry(self._seconds(), "lost", event.payload, reply.outcome))

    def _schedule(self) -> tuple[float, ...]:
        return RETRY_AFTER_SECONDS + (DELAYED_RETRY_SECONDS if self.delayed_events else ())

    async def _attempt(self, event: OfferedEvent, attempt: int, reason: str) -> Reply:
        """Deliver once, or in several copies; one that is acknowledged speaks for all."""
        doubled = self._faults.occurs("duplicate")
        copies = self._faults.random.randint(2, doubled.most) if doubled else 1
        waits = [0.0, *(self._faults.up_to(doubled.seconds) for _ in range(copies - 1))] if doubled else [0.0]
        sent = [self._copy(event, attempt, reason, copy, wait) for copy, wait in enumerate(waits)]
        replies = await asyncio.gather(*sent)
        return next((reply for reply in replies if reply.outcome == "ok"), replies[0])

    async def _copy(self, event: OfferedEvent, attempt: int, reason: str, copy: int, wait: float) -> Reply:
        if wait:
            await self._sleep(wait)
        begun = time.monotonic()
        reply = await self._transport.send("event", event.payload, attempt, reason)
        self.last_outcome = reply.outcome
        took_ms = (time.monotonic() - begun) * 1000
        if reply.outcome == "ok" and self._faults.occurs("ack_lost"):
            reply = Reply("timeout", fault="ack_lost")
        event.is_acknowledged = event.is_acknowledged or reply.outcome == "ok"
        fault = reply.fault or ("duplicate" if copy else "")
        moment = self._seconds()
        event.tries.append(Try(moment, attempt, copy, reply.outcome, fault))
        self._note(_entry(moment, "event", event.payload, reply.outcome, attempt, fault, took_ms))
        return reply

    async def close(self) -> None:
        """Stop all deliveries and let go of the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._transport.close()


def _entry(
    at: float,
    kind: Any,
    payload: dict[str, Any],
    outcome: str,
    attempt: int = 0,
    fault: str = "",
    took_ms: float | None = None,
) -> Entry:
    event = payload.get("event")
    name = event.get("type") if isinstance(event, dict) else payload.get("type")
    event_id = str(payload.get("event_id", ""))
    return Entry(
        at, kind, str(name), outcome, payload, event_id=event_id, attempt=attempt, fault=fault, took_ms=took_ms
    )
