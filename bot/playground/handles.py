"""Handles that Slack gives out with a gesture: trigger ids (3 s, once) and response URLs (30 min, five times)."""

import itertools
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.playground.clock import NeutralClock
from bot.playground.errors import ApiError

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60
RESPONSE_USES = 5
Handle = TypeVar("Handle")

MOST_KEPT = 20_000
"""Older handles are forgotten; they are then as unknown as invented ones."""


@dataclass
class Trigger:
    """A trigger id: whose gesture it was, and in which modal if it was in one. `made_at` is monotonic real time."""

    user_id: str
    view_id: str | None
    made_at: float
    is_used: bool = False


@dataclass
class ResponseHandle:
    """A response URL: where it answers, whom, and which message it came from. `made_at` is business time."""

    user_id: str
    channel_id: str
    origin_ts: str | None
    is_ephemeral: bool
    thread_ts: str | None
    made_at: float
    uses: int = 0


class Handles:
    """Gives handles out and takes them back."""

    def __init__(self, clock: NeutralClock, speed: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._speed = speed
        self._monotonic = monotonic
        self._numbers = itertools.count(1)
        self._triggers: OrderedDict[str, Trigger] = OrderedDict()
        self._responses: OrderedDict[str, ResponseHandle] = OrderedDict()

    def give_trigger(self, user_id: str, view_id: str | None = None) -> str:
        """Return a new trigger id for a person's gesture, made in a view or outside of one."""
        number = next(self._numbers)
        trigger_id = f"{number}.{number}.{secrets.token_hex(8)}"
        _keep(self._triggers, trigger_id, Trigger(user_id, view_id, self._monotonic()))
        return trigger_id

    def use_trigger(self, trigger_id: str) -> Trigger:
        """Use a trigger id up. Refuses unknown, used and late ones, each with Slack's own word."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.is_used:
            raise ApiError("exchanged_trigger_id")
        if self._monotonic() - trigger.made_at > TRIGGER_SECONDS / self._speed:
            raise ApiError("expired_trigger_id")
        trigger.is_used = True
        return trigger

    def give_response(
        self,
        user_id: str,
        channel_id: str,
        *,
        origin_ts: str | None = None,
        is_ephemeral: bool = False,
        thread_ts: str | None = None,
    ) -> str:
        """Return the key of a new response URL for a gesture on a message, or in a channel."""
        key = secrets.token_urlsafe(18)
        handle = ResponseHandle(user_id, channel_id, origin_ts, is_ephemeral, thread_ts, self._clock.seconds())
        _keep(self._responses, key, handle)
        return key

    def use_response(self, key: str) -> ResponseHandle:
        """Count one use of a response URL. Refuses unknown, used up and expired ones."""
        handle = self._responses.get(key)
        if handle is None:
            raise ApiError("invalid_url", status=404)
        if self._clock.seconds() - handle.made_at > RESPONSE_SECONDS:
            raise ApiError("expired_url", status=404)
        if handle.uses >= RESPONSE_USES:
            raise ApiError("used_url", status=404)
        handle.uses += 1
        return handle


def _keep(kept: OrderedDict[str, Handle], key: str, handle: Handle) -> None:
    kept[key] = handle
    if len(kept) > MOST_KEPT:
        kept.popitem(last=False)
