"""Passing a reporter's reply on to whoever gave them the answer: "Reply here; Priya reads it" has to be true."""

from datetime import datetime

from bot.blocks import notices
from bot.blocks.message import Message
from bot.domain.errors import MendableError
from bot.domain.text import is_blank
from bot.domain.words import Effect, Status
from bot.services.announce import Address, change_message, post
from bot.services.decide import ApplyEffect, apply_effect
from bot.services.guards import may_see
from bot.services.item_views import item_view
from bot.services.people import names_of, viewer_of
from db.models import Decision, Item, Note, OutboxEntry
from db.unit_of_work import UnitOfWork

PURPOSE = "reply"


def pass_on_reply(uow: UnitOfWork, item: Item, note: Note, thread_ts: str, *, now: datetime) -> None:
    """Send a reply in the thread of an answer to whoever gave it, once for each answer and reporter.

    The answer to a question opens the item again. What is written in other threads stays a note that nobody is sent.
    """
    decision = _answered(uow, item, note, thread_ts)
    if decision is None or decision.actor is None or decision.actor == note.author:
        return
    if not _is_reporter(item, note.author) or not may_see(viewer_of(uow, item.team_id, decision.actor), item):
        return
    if decision.effect == Effect.ASK_FOR_INFO and item.status == Status.NEEDS_INFO:
        _open_again(uow, item, note, now)
    prefix = f"{PURPOSE}:{decision.id}:{note.author}:"
    if any(entry.dedupe_key.startswith(prefix) for entry in uow.outbox.list_for_decision(decision.id)):
        return
    post(
        uow,
        Address(item.team_id, decision.actor),
        _drawn(uow, item, note, decision),
        purpose=PURPOSE,
        key=prefix + note.message_ts,
        now=now,
        item_id=item.id,
        decision_id=decision.id,
    )


def redraw_reply(uow: UnitOfWork, item: Item, note: Note, *, now: datetime) -> None:
    """Make what was passed on read as its author has it now: changed, or erased."""
    for decision in uow.items.list_decisions(item.id):
        for entry in uow.outbox.list_for_decision(decision.id):
            if entry.purpose == PURPOSE and _is_of(entry, note):
                change_message(uow, entry, _drawn(uow, item, note, decision), now=now)
                if is_blank(note.words):
                    uow.flush()
                    uow.outbox.empty_versions(entry.id)


def _is_of(entry: OutboxEntry, note: Note) -> bool:
    return entry.dedupe_key.endswith(f":{note.author}:{note.message_ts}")


def _answered(uow: UnitOfWork, item: Item, note: Note, thread_ts: str) -> Decision | None:
    """Return the answer in whose thread this reply stands."""
    entry = uow.outbox.find_by_message(note.team_id, note.channel_id, thread_ts)
    if entry is None or entry.purpose != "notice" or entry.decision_id is None:
        return None
    return next((one for one in uow.items.list_decisions(item.id) if one.id == entry.decision_id), None)


def _is_reporter(item: Item, slack_user_id: str) -> bool:
    return any(report.reporter == slack_user_id and report.withdrawn_at is None for report in item.reports)


def _open_again(uow: UnitOfWork, item: Item, note: Note, now: datetime) -> None:
    command = ApplyEffect(
        team_id=item.team_id,
        item_id=item.id,
        effect=Effect.REOPEN,
        actor=note.author,
        gesture_key=f"{PURPOSE}:{note.channel_id}:{note.message_ts}",
        reason="Answered the question.",
    )
    try:
        apply_effect(uow, command, now=now)
    except MendableError:
        # Whoever lost sight of the item meanwhile still has their reply kept as a note.
        return


def _drawn(uow: UnitOfWork, item: Item, note: Note, decision: Decision) -> Message:
    author = names_of(uow, item.team_id, [note.author])[note.author]
    return notices.reply_passed_on(item_view(uow, item, with_deal=True), author, note.words, Effect(decision.effect))
