"""Rate limits as token buckets: per method, and for posts per channel as well."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.playground.errors import ApiError

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100, "special": 300}
"""Calls a minute by tier; "special" is what Slack calls several hundred."""
BURST_SHARE = 4
"""A quarter of a minute's calls may come at once: Slack tolerates bursts and names no size."""
CHANNEL_PER_SECOND = 1.0
CHANNEL_BURST = 4

Tier = int | str


class PacedError(ApiError):
    """A refusal for want of a token: of the method, or of one channel in it if that is named. Seconds are whole."""

    def __init__(self, channel_id: str, seconds: int) -> None:
        super().__init__("ratelimited", status=429, headers={"Retry-After": str(seconds)})
        self.channel_id = channel_id
        self.seconds = seconds


@dataclass
class Bucket:
    """Tokens that fill up at a steady rate (per second) to a most."""

    rate: float
    most: float
    tokens: float
    filled_at: float

    def fill(self, now: float) -> None:
        """Add what has flowed in since the last look."""
        self.tokens = min(self.most, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now

    def wait(self) -> float:
        """Return the seconds until there is a whole token."""
        return max(0.0, (1 - self.tokens) / self.rate)


class RateLimits:
    """The buckets of one app in one workspace. Rates are multiplied by `speed`; time is real and monotonic."""

    def __init__(self, speed: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._speed = speed
        self._monotonic = monotonic
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def take(self, method: str, tier: Tier, channel_id: str = "") -> None:
        """Take a token for a call, and one for the channel if it is named; refuse with 429 if there is none."""
        per_minute = PER_MINUTE[tier]
        wanted = {"": self._bucket((method, ""), per_minute / 60, max(1, per_minute // BURST_SHARE))}
        if channel_id:
            wanted[channel_id] = self._bucket((method, channel_id), CHANNEL_PER_SECOND, CHANNEL_BURST)
        slowest = max(wanted, key=lambda place: wanted[place].wait())
        if wait := wanted[slowest].wait():
            # Slack gives whole seconds, so a caller never comes back too early.
            raise PacedError(slowest, math.ceil(wait))
        for bucket in wanted.values():
            bucket.tokens -= 1

    def _bucket(self, key: tuple[str, str], rate: float, most: float) -> Bucket:
        now = self._monotonic()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(rate * self._speed, most, most, now)
        bucket.fill(now)
        return bucket
