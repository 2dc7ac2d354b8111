"""What could not be sent: an operator sees it, sends it again, or lets it go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.errors import MendableError
from db.models import OutboxEntry
from db.unit_of_work import UnitOfWork

# Ids are long and random; this many of their first characters are enough to name one.
SHORTEST_PREFIX = 4
EVERY = "all"

Change = Literal["retry", "drop"]


@dataclass(frozen=True, slots=True)
class ListOutbox:
    """Which entries to show: those that wait for a person, or everything that has not reached Slack."""

    everything: bool = False


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """One entry as an operator reads it. The words that it carries are nobody's business here."""

    outbox_id: str
    team_id: str
    state: str
    kind: str
    purpose: str
    channel_id: str
    tries: int
    error: str | None
    created_at: str


@dataclass(frozen=True, slots=True)
class ChangeOutbox:
    """Send these dead entries again, or let them go. Each is named by the first characters of its id, or `all`."""

    change: Change
    names: Sequence[str]


def list_outbox(uow: UnitOfWork, query: ListOutbox, *, now: datetime) -> list[OutboxLine]:  # noqa: ARG001
    """Return what waits for a person (dead, or sent without proof), or all that is unfinished, oldest first."""
    return [_line(entry) for entry in uow.outbox.list_for_operator(everything=query.everything)]


def _line(entry: OutboxEntry) -> OutboxLine:
    return OutboxLine(
        outbox_id=entry.id,
        team_id=entry.team_id,
        state=entry.state,
        kind=entry.kind,
        purpose=entry.purpose,
        channel_id=entry.channel_id,
        tries=entry.tries,
        error=entry.error,
        created_at=entry.created_at.isoformat(timespec="seconds"),
    )


def change_outbox(uow: UnitOfWork, command: ChangeOutbox, *, now: datetime) -> list[OutboxLine]:
    """Change dead entries and return them as they stand now; raises `MendableError` for a name that fits none or two.

    Doing it again changes nothing more: an entry that is not dead any longer is left alone by `all`, and named by its
    id it is refused.
    """
    changed = [entry for name in command.names for entry in _named(uow, name)]
    for entry in changed:
        if command.change == "retry":
            entry.state, entry.tries, entry.settled_at = "pending", 0, None
            entry.first_try_at, entry.retry_at = None, None
        else:
            entry.state, entry.settled_at = "cancelled", now
            entry.error = f"dropped by an operator; before: {entry.error}"
    if changed:
        uow.outbox.touch()
    return [_line(entry) for entry in changed]


def _named(uow: UnitOfWork, name: str) -> Sequence[OutboxEntry]:
    dead = uow.outbox.lock_dead()
    if name == EVERY:
        return dead
    if len(name) < SHORTEST_PREFIX:
        raise MendableError(
            f"{name!r} is too short: name an entry by the first {SHORTEST_PREFIX} characters of its id."
        )
    found = [entry for entry in dead if entry.id.startswith(name.lower())]
    if len(found) != 1:
        what = "No dead entry begins" if not found else f"{len(found)} dead entries begin"
        raise MendableError(f"{what} with {name!r}. `nugget outbox list` shows them. Nothing was changed.")
    return found
