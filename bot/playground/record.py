"""What went between the app and the stand-in, and waiting for it to change."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["api", "event", "command", "interactive", "response_url", "gesture", "refusal", "lost"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One call, delivery, gesture or refusal.

    `at` is business time in seconds since the epoch. `outcome` is "ok" or what went wrong. `given` are the arguments
    or the payload, shared with the state of the world and not to be changed. `attempt` counts deliveries from 0.
    `fault` is what was made to go wrong with it: for a call, `outcome` then says what really became of it, which may
    not be what the caller heard. A call of which nothing was done has the outcome "not_done". `took_ms` are real
    milliseconds from the asking to the answer, or None where nothing was asked.
    """

    at: float
    kind: Kind
    name: str
    outcome: str = "ok"
    given: Mapping[str, Any] = field(default_factory=dict)
    answer_json: bytes = b""
    event_id: str = ""
    attempt: int = 0
    token_ok: bool = True
    fault: str = ""
    took_ms: float | None = None

    @property
    def answer(self) -> dict[str, Any]:
        """Return the answer as it was sent; it is kept as bytes, since few are ever looked at."""
        found: dict[str, Any] = json.loads(self.answer_json) if self.answer_json else {}
        return found


class Changes:
    """Wakes those who wait for the world to be in some state."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self.listeners: list[Callable[[], None]] = []

    def tell(self) -> None:
        """Say that something has changed; who waits looks again as soon as the loop comes round."""
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()
        for listener in self.listeners:
            listener()

    async def wait_until(self, predicate: Callable[[], bool], timeout: float) -> None:  # noqa: ASYNC109
        """Return once the predicate holds; it is asked after each change.

        Raises TimeoutError after `timeout` real seconds.
        """
        async with asyncio.timeout(timeout):
            while not predicate():
                waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._waiting.add(waiting)
                try:
                    await waiting
                finally:
                    self._waiting.discard(waiting)
