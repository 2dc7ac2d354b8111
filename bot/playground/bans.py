"""Retry-After as a promise: who comes back too early is written down."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.playground.errors import ApiError


@dataclass(frozen=True)
class Violation:
    """A call that came before the seconds of its Retry-After were over. Seconds are real ones.

    One that was under way already when the ban was spoken shows few `seconds_into_ban`.
    """

    at: float
    method: str
    channel_id: str
    seconds_into_ban: float
    seconds_left: float


@dataclass(frozen=True)
class Ban:
    """A time in which a method is not to be called: for a channel, or at all if none is named."""

    since: float
    until: float
    is_enforced: bool


class Bans:
    """All bans of one app in one workspace.

    An enforced one refuses every call. One that follows from an empty bucket refuses by that bucket alone, since its
    whole seconds are rounded up; coming early is written down all the same.
    """

    def __init__(self, seconds: Callable[[], float], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._bans: dict[tuple[str, str], Ban] = {}
        self.violations: list[Violation] = []

    def speak(self, method: str, channel_id: str, seconds: int, *, is_enforced: bool) -> ApiError:
        """Ban a method for so many real seconds, and return the refusal that says so."""
        now = self._monotonic()
        before = self._bans.get((method, channel_id))
        if before is None or before.until < now + seconds:
            self._bans[method, channel_id] = Ban(now, now + seconds, is_enforced)
        return ApiError("ratelimited", status=429, headers={"Retry-After": str(seconds)})

    def check(self, method: str, channel_id: str) -> None:
        """Write a call down that comes too early; in an enforced ban, refuse it."""
        now = self._monotonic()
        for place in dict.fromkeys(("", channel_id)):
            ban = self._bans.get((method, place))
            if ban is None or now >= ban.until:
                continue
            left = ban.until - now
            self.violations.append(Violation(self._seconds(), method, place, now - ban.since, left))
            if ban.is_enforced:
                headers = {"Retry-After": str(math.ceil(left))}
                raise ApiError("ratelimited", status=429, headers=headers)
