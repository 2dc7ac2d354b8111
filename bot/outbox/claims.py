"""The outbox worker's transactions: claim the heads of lanes, and settle what became of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.connectors.base import Dispatch
from bot.domain.policies import DeliveryPolicy
from bot.domain.retry import UNCOUNTED, NextState, Outcome, Sent, after
from bot.failpoints import failpoint
from db.models import OutboxEntry
from db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ClaimHeads:
    """Claim up to so many heads of each kind in a workspace, passing over busy lanes and channels at their limit."""

    team_id: str
    limits: Mapping[str, int]
    token: str
    real_now: datetime
    busy_lanes: Collection[str]
    full_channels: Collection[str]


@dataclass(frozen=True, slots=True)
class Settle:
    """Record the outcome of one sending; only the claim with this token may."""

    outbox_id: str
    token: str
    outcome: Outcome
    policy: DeliveryPolicy
    real_now: datetime


def claim_heads(uow: UnitOfWork, command: ClaimHeads, *, now: datetime) -> list[Dispatch]:
    """Mark the due heads of lanes as being sent, and return them; `now` is the business clock."""
    claimed: list[Dispatch] = []
    for kind, limit in command.limits.items():
        if limit <= 0:
            continue
        heads = uow.outbox.claim_heads(
            command.team_id,
            kind,
            limit,
            command.token,
            now=command.real_now,
            business_now=now,
            busy_lanes=command.busy_lanes,
            full_channels=command.full_channels if kind == "post" else (),
        )
        claimed += [found for head in heads if (found := _dispatch(uow, head, command.real_now)) is not None]
    return claimed


def _dispatch(uow: UnitOfWork, entry: OutboxEntry, real_now: datetime) -> Dispatch | None:
    target = uow.outbox.find(entry.target_id) if entry.target_id else None
    if entry.target_id and (target is None or target.slack_ts is None):
        # What this entry would change never reached Slack, so there is nothing to change.
        entry.state, entry.settled_at, entry.error = "cancelled", real_now, "its message was never posted"
        return None
    person = uow.people.find(entry.team_id, entry.channel_id) if entry.channel_id[:1] in "UW" else None
    return Dispatch(
        outbox_id=entry.id,
        team_id=entry.team_id,
        lane=entry.lane,
        kind=entry.kind,
        channel_id=entry.channel_id,
        thread_ts=entry.thread_ts,
        recipient=entry.recipient,
        payload=entry.payload,
        tries=entry.tries,
        age_seconds=(real_now - (entry.first_try_at or real_now)).total_seconds(),
        target_channel_id=target.slack_channel_id if target else None,
        target_ts=target.slack_ts if target else None,
        direct_channel_id=person.direct_channel_id if person else None,
    )


def settle(uow: UnitOfWork, command: Settle, *, now: datetime) -> NextState | None:  # noqa: ARG001
    """Record what became of a claimed entry; None when another claim has taken it over meanwhile."""
    entry = uow.outbox.lock(command.outbox_id)
    if entry is None or entry.token != command.token or entry.state != "sending":
        return None
    age = (command.real_now - (entry.first_try_at or command.real_now)).total_seconds()
    step = after(command.outcome, kind=entry.kind, tries=entry.tries, age_seconds=age, policy=command.policy)
    entry.state, entry.error = step.state, step.error
    failpoint("settle")
    if isinstance(command.outcome, Sent):
        _record_sent(uow, entry, command.outcome)
    if isinstance(command.outcome, UNCOUNTED):
        entry.tries -= 1
    if step.is_final:
        entry.settled_at = command.real_now
        if entry.kind == "ephemeral" and entry.purpose == "question" and step.state != "dead":
            # It may quote what somebody else shared, and nobody needs it again.
            entry.payload = {}
    else:
        entry.retry_at = _known_at(entry, command) + timedelta(seconds=step.delay_seconds)
    return step


def _known_at(entry: OutboxEntry, command: Settle) -> datetime:
    """Return when the outcome was known, by the clock that made the claim.

    A clock that was moved while the entry was on its way must not let it wait for as long as it was moved.
    """
    claimed_at = entry.claimed_at or command.real_now
    longest = timedelta(seconds=2 * command.policy.timeout_seconds)
    return claimed_at + min(max(command.real_now - claimed_at, timedelta(0)), longest)


def _record_sent(uow: UnitOfWork, entry: OutboxEntry, sent: Sent) -> None:
    entry.slack_ts, entry.slack_channel_id = sent.ts, sent.channel
    if entry.kind == "post" and entry.channel_id[:1] in "UW":
        person = uow.people.find(entry.team_id, entry.channel_id)
        if person is not None:
            person.direct_channel_id = sent.channel


@dataclass(frozen=True, slots=True)
class Horizon:
    """When something that waits may go out: by the business clock, and by the real one."""

    due_at: datetime | None
    retry_at: datetime | None


def next_horizon(uow: UnitOfWork, real_now: datetime, *, now: datetime) -> Horizon:
    """Return when to look again if nothing new arrives."""
    due_at, retry_at = uow.outbox.next_due(after=now, retry_after=real_now)
    return Horizon(due_at, retry_at)
