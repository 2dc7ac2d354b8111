"""What falls due next in a workspace, for those who wait for it."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.services.recap import find_next_recap
from db.unit_of_work import UnitOfWork

PURPOSES = {
    "notice": "an answer to a rep",
    "answer": "a private answer",
    "card": "a card",
    "recap": "the recap",
    "question": "a question",
    "reply": "a reply",
    "daily list": "a morning list",
}
"""What an entry of the outbox is, in words that people read."""


@dataclass(frozen=True, slots=True)
class NextDue:
    """When something falls due (aware, UTC), and what it is, as a part of a sentence."""

    at: datetime
    what: str


def find_next_due(uow: UnitOfWork, team_id: str, *, now: datetime) -> NextDue | None:
    """Return the earliest of what rests in the outbox and of the scheduled posts; None if nothing is to come."""
    found: list[NextDue] = []
    if entry := uow.outbox.find_next_due(team_id, after=now):
        found.append(NextDue(entry[0], PURPOSES.get(entry[1], "a message")))
    if recap := find_next_recap(uow, team_id):
        month = date.fromisoformat(f"{recap[0]}-01")
        found.append(NextDue(recap[1], f"the recap of {month:%B %Y}"))
    return min((due for due in found if due.at > now), key=lambda due: due.at, default=None)
