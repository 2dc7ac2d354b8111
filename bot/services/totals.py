"""Counting what there is, for scripts and for those who wait until everything is done."""

from dataclasses import dataclass
from datetime import datetime

from db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Totals:
    """What stands in a workspace, and what is still under way."""

    items: int
    answers: int
    cards: int
    inbox_waiting: int
    inbox_parked: int
    outbox_waiting: int
    outbox_dead: int


def count_totals(uow: UnitOfWork, team_id: str, *, now: datetime) -> Totals:
    """Return the totals; `outbox_waiting` is what is due by `now` and has not come to an end."""
    inbox, outbox = uow.inbox.count_by_state(), uow.outbox.count_by_state()
    return Totals(
        items=uow.items.count(team_id),
        answers=uow.outbox.count_sent(team_id, "ephemeral", purpose="answer"),
        cards=uow.outbox.count_sent(team_id, "post", purpose="card"),
        inbox_waiting=inbox.get("pending", 0),
        inbox_parked=inbox.get("parked", 0),
        outbox_waiting=uow.outbox.count_unfinished(due_by=now),
        outbox_dead=outbox.get("dead", 0),
    )


@dataclass(frozen=True, slots=True)
class StoredReport:
    """The words of a report and what they belong to, for comparing with what was typed."""

    kind: str
    words: str


def list_reports(uow: UnitOfWork, team_id: str, *, now: datetime) -> list[StoredReport]:  # noqa: ARG001
    """Return every report that was not withdrawn."""
    return [StoredReport(kind, words) for kind, words in uow.items.list_words(team_id)]
