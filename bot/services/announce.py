"""Putting messages into the outbox, in the transaction of the fact that they announce."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from bot.blocks.message import Message
from db.models import OutboxEntry
from db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: a channel, or a thread of it. For a direct message the channel is the person's id."""

    team_id: str
    channel_id: str
    thread_ts: str | None = None

    @property
    def lane(self) -> str:
        """What is sent to one address keeps its order; different addresses do not wait for each other."""
        return ":".join(filter(None, (self.team_id, self.channel_id, self.thread_ts)))


def post(
    uow: UnitOfWork,
    to: Address,
    message: Message,
    *,
    purpose: str,
    key: str,
    now: datetime,
    item_id: int | None = None,
    decision_id: int | None = None,
    rest_seconds: int = 0,
) -> OutboxEntry:
    """Queue a message once a key. One that rests goes out only if it is not taken back meanwhile."""
    entry = _entry(to, "post", purpose, asdict(message), key, now)
    entry.item_id, entry.decision_id = item_id, decision_id
    entry.due_at = now + timedelta(seconds=rest_seconds)
    return uow.outbox.add(entry)


def change_message(uow: UnitOfWork, posted: OutboxEntry, message: Message, *, now: datetime) -> None:
    """Make a posted message read like this; one that has not gone out yet is rewritten in place."""
    waiting = posted if posted.state == "pending" else uow.outbox.find_waiting_update(posted.id)
    if waiting is not None:
        waiting.payload = asdict(message)
        uow.outbox.touch()
        return
    to = Address(posted.team_id, posted.channel_id, posted.thread_ts)
    entry = _entry(to, "update", posted.purpose, asdict(message), f"update:{uuid4()}", now)
    entry.target_id, entry.item_id = posted.id, posted.item_id
    uow.outbox.add(entry)


def tell_privately(
    uow: UnitOfWork,
    to: Address,
    slack_user_id: str,
    message: Message,
    *,
    key: str,
    now: datetime,
    item_id: int | None = None,
    purpose: str = "answer",
) -> OutboxEntry:
    """Queue an ephemeral answer where the person is looking. Slack does not promise to show it, and keeps no trace."""
    entry = _entry(to, "ephemeral", purpose, asdict(message), key, now)
    entry.lane, entry.recipient, entry.item_id = f"{to.lane}:{slack_user_id}", slack_user_id, item_id
    return uow.outbox.add(entry)


def react_to(uow: UnitOfWork, to: Address, message_ts: str, emoji: str, *, now: datetime) -> OutboxEntry:
    """Queue a reaction of ours to someone's message; adding it twice changes nothing."""
    payload = {"name": emoji, "timestamp": message_ts}
    entry = _entry(to, "react", "answer", payload, f"react:{to.channel_id}:{message_ts}:{emoji}", now)
    entry.lane = f"{to.lane}:{message_ts}:react"
    return uow.outbox.add(entry)


def _entry(to: Address, kind: str, purpose: str, payload: dict[str, Any], key: str, now: datetime) -> OutboxEntry:
    return OutboxEntry(
        id=str(uuid4()),
        team_id=to.team_id,
        lane=to.lane,
        kind=kind,
        purpose=purpose,
        channel_id=to.channel_id,
        thread_ts=to.thread_ts,
        payload=payload,
        dedupe_key=key,
        state="pending",
        tries=0,
        due_at=now,
        created_at=now,
    )
