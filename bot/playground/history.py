"""The whole history of a stand-in as plain data, for a checker that compares it with the app's own."""

import dataclasses
from typing import Any

from bot.playground.delivery.queue import OfferedEvent
from bot.playground.elements import Json
from bot.playground.ledger import Shown
from bot.playground.record import Entry
from bot.playground.workspace import Workspace

CALLS = ("api", "response_url")
ASKED = ("command", "interactive")


def history_of(workspace: Workspace) -> dict[str, Any]:
    """Describe all messages, ephemerals, events, gestures that were asked, calls and violations, in order.

    A message has `exists`, and keeps its text and metadata when it was deleted. An event has `is_acknowledged` from
    Slack's side and each of its deliveries. A call has the outcome that it really had (`outcome`) and the fault that
    its caller met (`fault`); `is_answered_truly` tells whether the caller heard just that outcome.
    """
    return {
        "now": workspace.clock.seconds(),
        "messages": [_shown(workspace, entry) for entry in workspace.ledger.messages.values()],
        "ephemerals": [_shown(workspace, entry) for entry in workspace.ledger.ephemerals.values()],
        "events": [_event(event) for event in workspace.deliveries.events],
        "asked": [_asked(entry) for entry in workspace.record if entry.kind in ASKED],
        "calls": [_call(entry) for entry in workspace.record if entry.kind in CALLS],
        "violations": [dataclasses.asdict(violation) for violation in workspace.bans.violations],
        "fault_counts": dict(workspace.faults.counts),
    }


def _shown(workspace: Workspace, entry: Shown) -> Json:
    channel = workspace.world.channels[entry.channel]
    return {**dataclasses.asdict(entry), "channel_kind": channel.kind, "exists": entry.deleted_at is None}


def _event(event: OfferedEvent) -> Json:
    inner = event.payload.get("event")
    return {
        "event_id": event.payload.get("event_id"),
        "type": inner.get("type") if isinstance(inner, dict) else event.payload.get("type"),
        "event": inner,
        "at": event.at,
        "is_acknowledged": event.is_acknowledged,
        "is_over": event.is_over,
        "deliveries": [dataclasses.asdict(attempt) for attempt in event.tries],
    }


def _asked(entry: Entry) -> Json:
    return {
        "at": entry.at,
        "kind": entry.kind,
        "name": entry.name,
        "payload": dict(entry.given),
        "is_acknowledged": entry.outcome == "ok",
        "outcome": entry.outcome,
        "fault": entry.fault,
    }


def _call(entry: Entry) -> Json:
    return {
        "at": entry.at,
        "method": entry.name,
        "given": dict(entry.given),
        "outcome": entry.outcome,
        "answer": entry.answer,
        "fault": entry.fault,
        "is_answered_truly": entry.fault in ("", "answer_late", "rate_limited", "token_revoked"),
    }
