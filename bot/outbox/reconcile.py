"""After an unclear outcome: rest, look whether the message is there, and only then decide whether to send again.

Slack offers no key that would make a post safe to repeat, and a request may land after its timeout. So an uncertain
entry rests for the quarantine, measured on this process's own monotonic clock from when it first saw the entry in that
state; wall clocks of several machines are never compared.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.connectors.base import Conversation, Lookup
from bot.domain.errors import TemporaryError
from bot.domain.policies import DeliveryPolicy
from bot.domain.retry import IDEMPOTENT_KINDS, LOOKED_UP_KINDS, OVERWRITING_KINDS
from db.models import OutboxEntry
from db.transact import Transact
from db.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

# A message of ours is looked for from this long before its entry was written, whatever the clocks say.
LOOK_BACK = timedelta(days=1)
# A claim is given up on only after its sender's own deadline has certainly passed; this is the margin (of T).
LEASE_IN_TIMEOUTS = 2.0


Sight = tuple[str, str, int, datetime | None]


@dataclass(frozen=True, slots=True)
class Unclear:
    """An entry whose outcome nobody knows, or whose sender may be gone; `tries` tells one claim from the next."""

    outbox_id: str
    kind: str
    team_id: str
    state: str
    token: str
    tries: int
    channel_id: str
    thread_ts: str | None
    created_at: datetime
    claimed_at: datetime | None

    @property
    def sight(self) -> Sight:
        """What was seen: the same entry in another state, or claimed anew, is another sight with a rest of its own."""
        return (self.outbox_id, self.state, self.tries, self.claimed_at)


@dataclass(frozen=True, slots=True)
class GiveUpClaims:
    """These claims outlived their senders: what became of them is unclear."""

    claims: Sequence[Unclear]


@dataclass(frozen=True, slots=True)
class SendAgain:
    """These changes have rested: whatever was still on its way has landed by now."""

    entries: Sequence[Unclear]


@dataclass(frozen=True, slots=True)
class Resolve:
    """What a look-up showed: for each entry its message, or nothing."""

    entries: Sequence[Unclear]
    channel_id: str
    posted: Mapping[str, list[str]]
    real_now: datetime


@dataclass(frozen=True, slots=True)
class Adopt:
    """An entry stands in Slack more than once; this message of it stays."""

    outbox_id: str
    ts: str


def adopt(uow: UnitOfWork, command: Adopt, *, now: datetime) -> None:  # noqa: ARG001
    """Let an entry be the message that stays, so that changes and reactions find it."""
    entry = uow.outbox.lock(command.outbox_id)
    if entry is not None and entry.state == "sent":
        entry.slack_ts = command.ts


def list_unclear(uow: UnitOfWork, in_flight: Collection[str], *, now: datetime) -> list[Unclear]:  # noqa: ARG001
    """Return entries that are uncertain, or claimed and not among those that this process is sending just now."""
    return [_unclear(entry) for entry in uow.outbox.list_unclear() if entry.id not in in_flight]


def _unclear(entry: OutboxEntry) -> Unclear:
    return Unclear(
        outbox_id=entry.id,
        kind=entry.kind,
        team_id=entry.team_id,
        state=entry.state,
        token=entry.token or "",
        tries=entry.tries,
        channel_id=entry.slack_channel_id or entry.channel_id,
        thread_ts=entry.thread_ts,
        created_at=entry.created_at,
        claimed_at=entry.claimed_at,
    )


def give_up_claims(uow: UnitOfWork, command: GiveUpClaims, *, now: datetime) -> int:  # noqa: ARG001
    """Mark claims whose lease ran out as what they are: uncertain, to be sent again, or beyond proof."""
    given_up = 0
    for claim in command.claims:
        entry = uow.outbox.lock(claim.outbox_id)
        if entry is None or entry.state != "sending" or entry.tries != claim.tries:
            continue
        given_up += 1
        entry.error = "the sending process ended before it knew"
        if entry.kind in IDEMPOTENT_KINDS:
            entry.state = "uncertain" if entry.kind in OVERWRITING_KINDS else "pending"
        elif entry.kind in LOOKED_UP_KINDS:
            entry.state = "uncertain"
        else:
            entry.state, entry.settled_at = "unproven", entry.claimed_at
    if given_up:
        uow.outbox.touch()
    return given_up


def send_again(uow: UnitOfWork, command: SendAgain, *, now: datetime) -> None:  # noqa: ARG001
    """Let changes be said once more, now that nothing of an earlier try can land over them."""
    for seen in command.entries:
        entry = uow.outbox.lock(seen.outbox_id)
        if entry is not None and entry.state == "uncertain" and entry.tries == seen.tries:
            entry.state, entry.retry_at = "pending", None
    uow.outbox.touch()


def resolve(uow: UnitOfWork, command: Resolve, *, now: datetime) -> int:  # noqa: ARG001
    """Settle each entry by what stands in Slack: sent if its message is there, to be sent again if not."""
    late = 0
    for seen in command.entries:
        entry = uow.outbox.lock(seen.outbox_id)
        if entry is None or entry.state != "uncertain" or entry.tries != seen.tries:
            continue
        stamps = command.posted.get(seen.outbox_id)
        if stamps:
            late += 1
            entry.state, entry.slack_ts, entry.settled_at = "sent", stamps[0], command.real_now
            entry.slack_channel_id = command.channel_id
            _remember_direct(uow, entry)
        else:
            entry.state, entry.retry_at = "pending", None
    uow.outbox.touch()
    return late


def _remember_direct(uow: UnitOfWork, entry: OutboxEntry) -> None:
    """Keep where a person's messages stand, so that reactions and replies to the first of them find it too."""
    person = uow.people.find(entry.team_id, entry.channel_id)
    if person is not None and person.direct_channel_id is None:
        person.direct_channel_id = entry.slack_channel_id


@dataclass
class Reconciler:
    """Watches unclear entries of all processes and settles them; also removes what stands in Slack twice."""

    transact: Transact
    lookup: Lookup
    policy: DeliveryPolicy
    in_flight: Callable[[], Collection[str]]
    """What this very process is sending now; everything else that is claimed may have lost its sender."""
    real_now: Callable[[], datetime]
    monotonic: Callable[[], float]
    found_late: int = 0
    removed: int = 0
    _first_seen: dict[Sight, float] = field(default_factory=dict)

    async def run(self) -> None:
        """Watch until cancelled."""
        pause = min(1.0, self.policy.quarantine_seconds / 4)
        swept_at = self.monotonic()
        while True:
            try:
                await self.look_once()
                if self.monotonic() - swept_at >= self.policy.sweep_seconds:
                    swept_at = self.monotonic()
                    await self.sweep()
            except TemporaryError as error:
                log.warning("reconciling_waits", error=str(error))
            await asyncio.sleep(pause)

    async def look_once(self) -> None:
        """Give up claims that outlived their senders, and look up what has rested long enough."""
        unclear = await self.transact.read(list_unclear, frozenset(self.in_flight()))
        now = self.monotonic()
        self._first_seen = {entry.sight: self._first_seen.get(entry.sight, now) for entry in unclear}
        lease = self.policy.timeout_seconds * LEASE_IN_TIMEOUTS
        stale = [entry for entry in unclear if entry.state == "sending" and self._seen_for(entry, now) >= lease]
        if stale:
            await self.transact(give_up_claims, GiveUpClaims(stale), urgent=False)
        rested = [
            entry
            for entry in unclear
            if entry.state == "uncertain" and self._seen_for(entry, now) >= self.policy.quarantine_seconds
        ]
        changes = [entry for entry in rested if entry.kind in OVERWRITING_KINDS]
        if changes:
            await self.transact(send_again, SendAgain(changes), urgent=False)
        posts = [entry for entry in rested if entry.kind not in OVERWRITING_KINDS]
        for where, entries in by_conversation(posts).items():
            await self._look_up(where, entries)

    def _seen_for(self, entry: Unclear, now: float) -> float:
        return now - self._first_seen[entry.sight]

    async def _look_up(self, where: Conversation, entries: Sequence[Unclear]) -> None:
        channel_id = await self.lookup.find_channel(where.team_id, where.channel_id)
        posted = await self.lookup.find_posted(replace(where, channel_id=channel_id))
        late = await self.transact(resolve, Resolve(entries, channel_id, posted, self.real_now()), urgent=False)
        self.found_late += late
        log.info("outbox_reconciled", entries=len(entries), found=late)

    async def sweep(self) -> None:
        """Look at the conversations of entries that needed more than one try, and remove what stands there twice."""
        since = self.real_now() - timedelta(seconds=3 * self.policy.sweep_seconds)
        retried = await self.transact.read(list_retried, since)
        for where in by_conversation(retried):
            for outbox_id, stamps in (await self.lookup.find_posted(where)).items():
                if len(stamps) > 1:
                    await self._keep_first(where, outbox_id, stamps)

    async def _keep_first(self, where: Conversation, outbox_id: str, stamps: Sequence[str]) -> None:
        # The database learns first which message stays, so that nothing of ours points at one that is gone.
        await self.transact(adopt, Adopt(outbox_id, stamps[0]), urgent=False)
        for extra in stamps[1:]:
            await self.lookup.delete(where.team_id, where.channel_id, extra)
            self.removed += 1
            log.error("outbox_double_removed", outbox_id=outbox_id)


def list_retried(uow: UnitOfWork, since: datetime, *, now: datetime) -> list[Unclear]:  # noqa: ARG001
    """Return messages sent since then that had needed more than one try or an unclear outcome."""
    return [_unclear(entry) for entry in uow.outbox.list_retried(since)]


def by_conversation(entries: Sequence[Unclear]) -> dict[Conversation, list[Unclear]]:
    """Group entries so that one look-up serves all of a conversation, from before the earliest of them."""
    grouped: dict[tuple[str, str, str | None], list[Unclear]] = {}
    for entry in entries:
        grouped.setdefault((entry.team_id, entry.channel_id, entry.thread_ts), []).append(entry)
    return {
        Conversation(team, channel, thread, f"{(min(e.created_at for e in group) - LOOK_BACK).timestamp():.6f}"): group
        for (team, channel, thread), group in grouped.items()
    }
