"""A second clock: what is scheduled is decided only while our clock and Slack's agree.

A host whose clock is wrong would post a month's recap early or twice over, or boot in 2038 and post a decade of them.
Slack puts its own time on every answer and every signed delivery, so that clock costs nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)

# From these differences on, an operator is told, and scheduled posts pause (seconds). Hosts that set their clock by the
# network stay far below, and Slack's signatures are refused when they are 300 seconds off.
WARN_SECONDS, PAUSE_SECONDS = 60.0, 120.0
# How long Slack is waited for when its time has to be asked for (seconds).
PATIENCE = 5.0


@dataclass
class ClockGuard:
    """Remembers what Slack's clock said last, carried on by the monotonic clock, which nobody can set."""

    real_seconds: Callable[[], float]
    monotonic: Callable[[], float]
    ask: Callable[[], Awaitable[object]]
    """Makes any call to Slack, whose answer then ends in `observe`; may raise."""
    _seen: tuple[float, float] | None = field(default=None)

    def observe(self, slack_seconds: float) -> None:
        """Take in what Slack's clock says now (seconds since 1970)."""
        self._seen = (slack_seconds, self.monotonic())

    def skew(self) -> float | None:
        """Return by how many seconds our clock is ahead of Slack's, or None while Slack's was never seen."""
        if self._seen is None:
            return None
        slack_seconds, seen_at = self._seen
        return self.real_seconds() - (slack_seconds + self.monotonic() - seen_at)

    async def agrees(self) -> bool:
        """Tell whether scheduled work may be decided now; asks Slack for its time where that could change the answer.

        While Slack has never been heard of, nothing could be posted anyway, so nothing is lost by waiting.
        """
        if self._is_wrong():
            await self._ask()
        skew = self.skew()
        if skew is None:
            log.info("clock_not_compared_yet")
            return False
        if abs(skew) > PAUSE_SECONDS:
            log.error("scheduled_posts_paused_by_clock", seconds_ahead_of_slack=round(skew))
            return False
        if abs(skew) > WARN_SECONDS:
            log.warning("clock_differs_from_slack", seconds_ahead_of_slack=round(skew))
        return True

    def _is_wrong(self) -> bool:
        skew = self.skew()
        return skew is None or abs(skew) > PAUSE_SECONDS

    async def _ask(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self.ask()
        except Exception as error:  # noqa: BLE001 - whatever keeps Slack from answering, its time is then unknown.
            log.info("clock_could_not_be_asked", error=type(error).__name__)
