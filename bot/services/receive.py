"""Taking deliveries in: durable and once, before anything else is done with them."""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.domain.facts import FOLLOW_UP, Delivery
from db.models import Report
from db.unit_of_work import UnitOfWork


def receive_deliveries(uow: UnitOfWork, deliveries: Sequence[Delivery], *, now: datetime) -> int:
    """Store deliveries that were not stored before and return how many were new.

    The same delivery twice in one batch, or again later, is stored once: its dedupe key is unique in its workspace.
    """
    unique = {(delivery.team_id, delivery.dedupe_key): delivery for delivery in deliveries}
    rows = [
        {
            "team_id": delivery.team_id,
            "dedupe_key": delivery.dedupe_key,
            "kind": delivery.kind,
            "body": delivery.body,
            "channel_id": delivery.channel_id,
            "message_ts": delivery.message_ts,
            "received_at": now,
            "state": "pending",
            "outcome": "",
            "tries": 0,
        }
        for delivery in unique.values()
    ]
    return uow.inbox.add_new(rows)


def plan_follow_up(uow: UnitOfWork, report: Report, thread_ts: str | None, *, now: datetime) -> None:
    """Hand to our own inbox that this report was kept; where it is looked at in its own time, and once."""
    body = json.dumps({"report_id": report.id, "item_id": report.item_id, "thread_ts": thread_ts}).encode()
    receive_deliveries(uow, [Delivery(report.team_id, f"{FOLLOW_UP}:{report.id}", FOLLOW_UP, body)], now=now)
