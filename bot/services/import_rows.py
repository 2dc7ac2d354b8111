"""What an import hands to our own inbox: once, in order, and looked at again where it came to nothing before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from bot.domain.facts import ChannelFacts, Delivery, PersonFacts
from bot.services.people import (
    FindUnknown,
    RememberChannel,
    RememberPeople,
    find_unknown,
    remember_channel,
    remember_people,
)
from bot.services.receive import receive_deliveries
from db.models import InboxEntry
from db.unit_of_work import UnitOfWork

REPLY_ELSEWHERE = "a reply elsewhere"
"""How a reply ends whose thread is of no item."""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A message or a line as it goes into the inbox; `key` names it, so that it goes in once."""

    key: str
    kind: str
    body: str
    channel_id: str | None = None
    message_ts: str | None = None


@dataclass(frozen=True, slots=True)
class TakeRows:
    """Take these rows into the inbox of a workspace."""

    team_id: str
    rows: Sequence[ImportRow]

    @classmethod
    def of(cls, team_id: str, rows: Iterable[Mapping[str, Any]]) -> Self:
        """Read it from plain data, as one process hands it to another."""
        return cls(team_id, [ImportRow(**plain) for plain in rows])


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that is looked at because of this; one that is not named was settled before, and stays so."""

    key: str


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Look again at the replies in this stretch of a channel that were no notes, as their thread was no item's."""

    team_id: str
    channel_id: str
    from_ts: str
    to_ts: str


@dataclass(frozen=True, slots=True)
class MeetPeople:
    """Remember people and channels that an export or Slack describes, where nobody described them before."""

    team_id: str
    people: Sequence[PersonFacts] = ()
    channels: Sequence[ChannelFacts] = ()

    @classmethod
    def of(cls, team_id: str, people: Iterable[Mapping[str, Any]], channels: Iterable[Mapping[str, Any]]) -> Self:
        """Read it from plain data, as one process hands it to another."""
        return cls(team_id, [PersonFacts(**plain) for plain in people], [_channel(plain) for plain in channels])


@dataclass(frozen=True, slots=True)
class Met:
    """How many people and channels were new."""

    people: int
    channels: int


@dataclass(frozen=True, slots=True)
class FindRows:
    """How these rows ended."""

    team_id: str
    keys: Sequence[str]


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """How a row ended, or that it still waits."""

    key: str
    state: str
    outcome: str


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A full member as an import may name them."""

    slack_user_id: str
    name: str


def _channel(plain: Mapping[str, Any]) -> ChannelFacts:
    members = plain["member_ids"]
    return ChannelFacts(**{**plain, "member_ids": None if members is None else frozenset(members)})


def take_rows(uow: UnitOfWork, command: TakeRows, *, now: datetime) -> list[Taken]:
    """Store new rows and return what is looked at: those, and what came to nothing before or reads otherwise now.

    What was kept of it before is found by its own name, so that looking twice keeps nothing twice.
    """
    by_key = {row.key: row for row in command.rows}
    standing = {entry.dedupe_key: entry for entry in uow.inbox.list_by_keys(command.team_id, list(by_key))}
    new = [
        Delivery(command.team_id, row.key, row.kind, row.body.encode(), row.channel_id, row.message_ts)
        for row in by_key.values()
        if row.key not in standing
    ]
    if new:
        receive_deliveries(uow, new, now=now)
    again = [entry for key, entry in standing.items() if _is_due(entry, by_key[key].body.encode())]
    for entry in again:
        _look_again(entry, by_key[entry.dedupe_key].body.encode())
    return [Taken(key) for key in (*(row.dedupe_key for row in new), *(entry.dedupe_key for entry in again))]


def look_again(uow: UnitOfWork, command: LookAgain, *, now: datetime) -> list[Taken]:  # noqa: ARG001
    """Let replies wait once more; return which."""
    found = uow.inbox.list_imported(command.team_id, command.channel_id, command.from_ts, command.to_ts)
    again = [entry for entry in found if entry.outcome == REPLY_ELSEWHERE]
    for entry in again:
        _look_again(entry, entry.body)
    return [Taken(entry.dedupe_key) for entry in again]


def _is_due(entry: InboxEntry, body: bytes) -> bool:
    """Tell whether there may be something to do about a row: it waits, it came to nothing, or it reads otherwise."""
    return entry.state != "handled" or entry.body != body


def _look_again(entry: InboxEntry, body: bytes) -> None:
    entry.body, entry.state, entry.outcome = body, "pending", ""
    entry.tries, entry.retry_at, entry.error, entry.settled_at = 0, None, None, None


def meet_people(uow: UnitOfWork, command: MeetPeople, *, now: datetime) -> list[Met]:
    """Remember whom and what nobody knew; what Slack itself said before is never overruled by an export."""
    ids = frozenset(facts.slack_user_id for facts in command.people)
    channel_ids = frozenset(facts.channel_id for facts in command.channels)
    unknown = find_unknown(uow, FindUnknown(command.team_id, ids, channel_ids), now=now)
    people = [facts for facts in command.people if facts.slack_user_id in unknown.slack_user_ids]
    channels = [facts for facts in command.channels if facts.channel_id in unknown.channel_ids]
    remember_people(uow, RememberPeople(command.team_id, people), now=now)
    for facts in channels:
        remember_channel(uow, RememberChannel(command.team_id, facts), now=now)
    return [Met(len(people), len(channels))]


def find_rows(uow: UnitOfWork, query: FindRows, *, now: datetime) -> list[RowOutcome]:  # noqa: ARG001
    """Return how these rows ended; one that is not there is left out."""
    entries = uow.inbox.list_by_keys(query.team_id, query.keys)
    return [RowOutcome(entry.dedupe_key, entry.state, entry.outcome) for entry in entries]


def count_waiting(uow: UnitOfWork, query: None, *, now: datetime) -> int:  # noqa: ARG001
    """Return how many rows of imports are not settled."""
    return uow.inbox.count_imports()


def list_members(uow: UnitOfWork, team_id: str, *, now: datetime) -> list[KnownPerson]:  # noqa: ARG001
    """Return every full member that is known."""
    return [
        KnownPerson(person.slack_user_id, person.name)
        for person in uow.people.list_all(team_id)
        if not (person.is_bot or person.is_guest or person.is_outsider or person.is_deactivated)
    ]
