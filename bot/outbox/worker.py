"""The outbox worker: claims the head of each lane, sends it, and records what became of it.

No transaction is open while the network is waited for, and nothing is sent that is not marked as being sent on disk.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

import structlog

from bot.connectors.base import Dispatch, Sender
from bot.domain.errors import TemporaryError
from bot.domain.policies import DeliveryPolicy
from bot.domain.retry import NotStarted, Outcome, RateLimited
from bot.failpoints import failpoint
from bot.outbox.claims import ClaimHeads, Settle, claim_heads, next_horizon, settle
from bot.outbox.pace import Pace
from db.transact import Transact

log = structlog.get_logger(__name__)

# What waits is looked for at least this often (seconds), in case a wake-up was lost or a clock was moved.
LONGEST_SLEEP = 1.0
# A claimed entry that could not start within this part of the timeout is given back unsent.
START_WITHIN = 0.5


@dataclass
class OutboxWorker:
    """Sends what waits. `senders` maps the kind of an entry to what sends it; bootstrap fills it."""

    transact: Transact
    senders: Mapping[str, Sender]
    policy: DeliveryPolicy
    teams: Callable[[], list[str]]
    real_now: Callable[[], datetime]
    monotonic: Callable[[], float]
    pace: Pace = field(init=False)
    token: str = field(default_factory=lambda: str(uuid4()))
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _in_flight: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _sending: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.pace = Pace(self.policy, self.monotonic)

    def wake(self) -> None:
        """Say that something may go out."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled. A database that is away is waited for."""
        while True:
            self._wake.clear()
            try:
                started = sum([await self._start_some(team_id) for team_id in self.teams()])
                if not started:
                    await self._rest()
            except TemporaryError as error:
                log.warning("outbox_waits_for_database", error=str(error))
                await asyncio.sleep(1)

    async def finish(self, seconds: float) -> None:
        """Let what is on its way to Slack be answered and recorded, for at most so long."""
        if self._in_flight:
            await asyncio.wait(self._in_flight.values(), timeout=seconds)

    def in_flight(self) -> list[str]:
        """Return the ids of the entries that are on their way now."""
        return list(self._sending)

    async def _start_some(self, team_id: str) -> int:
        free = self.policy.in_flight - len(self._in_flight)
        limits = {kind: min(free, self.pace.spare(team_id, kind)) for kind in self.senders}
        if not any(limits.values()):
            return 0
        command = ClaimHeads(
            team_id, limits, self.token, self.real_now(), tuple(self._in_flight), self.pace.full_channels(team_id)
        )
        claimed_at = self.monotonic()
        failpoint("claim")
        heads = await self.transact(claim_heads, command, urgent=False)
        failpoint("claimed")
        for head in heads:
            self.pace.spend(team_id, head.kind, head.channel_id)
            self._sending.add(head.outbox_id)
            self._in_flight[head.lane] = asyncio.create_task(self._send(head, claimed_at))
        return len(heads)

    async def _send(self, head: Dispatch, claimed_at: float) -> None:
        try:
            outcome = await self._try(head, claimed_at)
            if isinstance(outcome, RateLimited):
                self.pace.ban(head.team_id, head.kind, outcome.after_seconds)
            await self._settle(head, outcome)
        except Exception as error:  # noqa: BLE001 - its claim is given up like that of a process that died.
            log.error("outbox_send_broke_off", outbox_id=head.outbox_id, error=type(error).__name__)
        finally:
            self._in_flight.pop(head.lane, None)
            self._sending.discard(head.outbox_id)
            self._wake.set()

    async def _try(self, head: Dispatch, claimed_at: float) -> Outcome:
        # A process that was frozen since the claim must not send: others may have taken the entry over meanwhile.
        if self.monotonic() - claimed_at > self.policy.timeout_seconds * START_WITHIN:
            return NotStarted("the claim was too old to start")
        failpoint("send")
        outcome = await self.senders[head.kind](head)
        failpoint("sent")
        return outcome

    async def _settle(self, head: Dispatch, outcome: Outcome) -> None:
        while True:
            command = Settle(head.outbox_id, self.token, outcome, self.policy, self.real_now())
            try:
                step = await self.transact(settle, command)
                failpoint("settled")
            except TemporaryError as error:
                # What Slack has is known, so it is worth waiting for the database to say so.
                log.warning("outbox_settle_waits_for_database", outbox_id=head.outbox_id, error=str(error))
                await asyncio.sleep(1)
                continue
            if step is not None and step.state == "dead":
                log.error("outbox_dead", outbox_id=head.outbox_id, kind=head.kind, error=step.error)
            return

    async def _rest(self) -> None:
        seconds = await self._seconds_to_rest()
        # Not `wait_for`: before Python 3.12 it may swallow a cancellation, and this worker would never end.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _seconds_to_rest(self) -> float:
        paced = self.pace.seconds_until_spare()
        horizon = await self.transact.read(next_horizon, self.real_now())
        waits = [LONGEST_SLEEP] if paced is None else [LONGEST_SLEEP, max(paced, 0.005)]
        if horizon.retry_at is not None:
            waits.append(max(0.01, (horizon.retry_at - self.real_now()).total_seconds()))
        return min(waits)
