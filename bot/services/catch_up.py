"""Knowing how far each watched channel was read, and what of its history never came in."""

from dataclasses import dataclass
from datetime import datetime

from db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class MarkFilled:
    """A channel was read up to and with this message."""

    team_id: str
    channel_id: str
    ts: str


@dataclass(frozen=True, slots=True)
class FindMissed:
    """Messages (their `ts`) that Slack's history shows in a channel."""

    team_id: str
    channel_id: str
    stamps: frozenset[str]


def find_mark(uow: UnitOfWork, query: MarkFilled, *, now: datetime) -> str | None:  # noqa: ARG001
    """Return the last message up to which a channel was read, or None where it never was."""
    channel = uow.people.find_channel(query.team_id, query.channel_id)
    return channel.last_message_ts if channel else None


def mark_filled(uow: UnitOfWork, command: MarkFilled, *, now: datetime) -> None:  # noqa: ARG001
    """Remember how far a channel was read; it never goes back."""
    channel = uow.people.find_channel(command.team_id, command.channel_id)
    if channel is not None and float(channel.last_message_ts or 0) < float(command.ts):
        channel.last_message_ts = command.ts


def find_missed(uow: UnitOfWork, query: FindMissed, *, now: datetime) -> frozenset[str]:  # noqa: ARG001
    """Return those messages of which the inbox holds no delivery, and that were not erased since."""
    return query.stamps - uow.inbox.list_known_messages(query.team_id, query.channel_id, query.stamps)
