"""The contract between the outbox and the systems that it sends to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.domain.retry import Outcome


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One claimed outbox entry, as a sender needs it."""

    outbox_id: str
    team_id: str
    lane: str
    kind: str
    channel_id: str
    thread_ts: str | None
    recipient: str | None
    payload: dict[str, Any]
    tries: int
    age_seconds: float
    target_channel_id: str | None = None
    """Where the message stands that this entry changes, and its `ts`."""
    target_ts: str | None = None
    direct_channel_id: str | None = None
    """The direct message channel with the person, where one was opened before."""


class Sender(Protocol):
    """Sends one entry once, without retries of its own, and tells what is known of the outcome."""

    async def __call__(self, dispatch: Dispatch, /) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Conversation:
    """A channel, a thread of it, or a person's direct channel (by their id), from a moment of Slack's clock on."""

    team_id: str
    channel_id: str
    thread_ts: str | None
    oldest_ts: str


class Lookup(Protocol):
    """Looks which messages of ours really stand in a conversation, and removes one that stands there twice."""

    async def find_channel(self, team_id: str, address: str, /) -> str: ...

    async def find_posted(self, where: Conversation, /) -> Mapping[str, list[str]]: ...

    async def delete(self, team_id: str, channel_id: str, ts: str, /) -> None: ...
