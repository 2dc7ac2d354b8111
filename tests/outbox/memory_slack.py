"""A Slack in memory that takes dispatches as a sender does, and shows them as a look-up does."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from bot.connectors.base import Conversation, Dispatch
from bot.domain.errors import TemporaryError
from bot.domain.retry import Outcome, Sent


class SenderDiedError(RuntimeError):
    """The process that was sending ended before it could say how it went."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt meets: an outcome, or the sender's death; and whether the message landed all the same."""

    outcome: Outcome | None
    lands: bool = False


@dataclass
class MemorySlack:
    """Attempts that nothing was planned for succeed."""

    plan: deque[Attempt] = field(default_factory=deque)
    always: Attempt | None = None
    tried: list[Dispatch] = field(default_factory=list)
    looked: list[Conversation] = field(default_factory=list)
    deleted: list[tuple[str, str]] = field(default_factory=list)
    blind: bool = False
    """Whether Slack will not show its history just now."""
    held: bool = False
    """Whether attempts stay on their way until `let_go`."""
    _standing: dict[tuple[str, str | None], list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    _go: asyncio.Event = field(default_factory=asyncio.Event)
    _stamps: "count[int]" = field(default_factory=lambda: count(1))

    async def __call__(self, dispatch: Dispatch) -> Outcome:
        self.tried.append(dispatch)
        attempt = self.plan.popleft() if self.plan else self.always
        if self.held:
            await self._go.wait()
        if attempt is None or attempt.lands:
            ts = self.land(dispatch.channel_id, dispatch.outbox_id, dispatch.thread_ts, dispatch.kind)
        if attempt is None:
            return Sent(ts, direct(dispatch.channel_id))
        if attempt.outcome is None:
            raise SenderDiedError
        return attempt.outcome

    def let_go(self) -> None:
        self.held = False
        self._go.set()

    def land(self, channel_id: str, outbox_id: str, thread_ts: str | None = None, kind: str = "post") -> str:
        """Let a message stand in a conversation, and return its `ts`."""
        ts = f"{next(self._stamps)}.000000"
        if kind == "post":
            self._standing[direct(channel_id), thread_ts].append((ts, outbox_id))
        return ts

    def ids_in(self, channel_id: str, thread_ts: str | None = None) -> list[str]:
        """Return the outbox ids of what stands in a conversation, in order."""
        return [outbox_id for _, outbox_id in self._standing[direct(channel_id), thread_ts]]

    async def find_channel(self, team_id: str, address: str) -> str:
        return direct(address)

    async def find_posted(self, where: Conversation) -> Mapping[str, list[str]]:
        self.looked.append(where)
        if self.blind:
            raise TemporaryError("Slack shows nothing just now")
        found: dict[str, list[str]] = defaultdict(list)
        for ts, outbox_id in self._standing[where.channel_id, where.thread_ts]:
            found[outbox_id].append(ts)
        return found

    async def delete(self, team_id: str, channel_id: str, ts: str) -> None:
        self.deleted.append((channel_id, ts))
        for stands in self._standing.values():
            stands[:] = [(stamp, outbox_id) for stamp, outbox_id in stands if stamp != ts]


def direct(channel_id: str) -> str:
    """Return where a message to this address stands: for a person, their direct channel."""
    return f"D{channel_id}" if channel_id[:1] in "UW" else channel_id
