"""Reactions: an emoji saves, routes and decides, and taking it away takes its effect back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.facts import Settled, Waiting
from bot.domain.reactions import emoji_effects
from bot.domain.words import Kind
from bot.services.confirm import AnswerLater, answer_later
from bot.services.people import is_full_member
from bot.services.react import ReactTo, react_with
from bot.services.save_message import SaveMessage, Unsave, save_message, unsave
from bot.services.undo import UndoGesture, undo_gesture
from bot.slack.events.keeping import NOT_A_MEMBER, message_words
from bot.slack.reacted import SHOWN, Reaction, read_reaction, same_gestures, was_taken_away
from bot.slack.spoken import FindSpoken, Spoken, find_spoken, hearing_in, message_key, read_spoken
from db.unit_of_work import UnitOfWork


def on_reaction_added(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
    """Do what the emoji stands for, unless it was taken away again already."""
    reaction = read_reaction(waiting)
    if reaction is None:
        return Settled("ignored", "not on a message")
    wanted = emoji_effects(uow.policy(waiting.team_id)).lookup(reaction.emoji)
    if wanted is None:
        return Settled("ignored", "emoji without effect")
    if was_taken_away(uow, reaction):
        return Settled("ignored", "taken away before")
    if wanted.saves is not None:
        return _save(uow, reaction, wanted.saves, waiting.payload.get(SHOWN), now)
    command = ReactTo(
        team_id=reaction.team_id,
        channel_id=reaction.channel_id,
        message_ts=reaction.message_ts,
        actor=reaction.slack_user_id,
        emoji=reaction.emoji,
        gesture_key=reaction.prefix + reaction.event_ts,
    )
    return react_with(uow, command, now=now)


def on_reaction_removed(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
    """Undo what this person's emoji caused on this message, if that is still possible."""
    reaction = read_reaction(waiting)
    if reaction is None:
        return Settled("ignored", "not on a message")
    key = "un" + reaction.prefix + reaction.event_ts
    command = UndoGesture(reaction.team_id, reaction.prefix, reaction.slack_user_id, key)
    undone = undo_gesture(uow, command, now=now)
    if undone.is_done:
        return Settled("handled", "undone")
    if undone.why_not is None:
        return _unsave(uow, reaction, now)
    return Settled("ignored", "built upon")


def _save(uow: UnitOfWork, reaction: Reaction, kind: Kind, shown: object, now: datetime) -> Settled:
    """Save the message under the emoji, and tell whoever put it there; each of them is told once."""
    if not is_full_member(uow, reaction.team_id, reaction.slack_user_id):
        return NOT_A_MEMBER
    found = shown if isinstance(shown, dict) else {}
    spoken = _reacted_message(uow, reaction, found, now)
    permalink = found.get("permalink")
    saved = save_message(
        uow,
        SaveMessage(
            team_id=reaction.team_id,
            kind=kind,
            channel_id=reaction.channel_id,
            message_ts=reaction.message_ts,
            key=message_key(reaction.channel_id, reaction.message_ts),
            saver=reaction.slack_user_id,
            said=message_words(spoken) if spoken else None,
            permalink=permalink if isinstance(permalink, str) else None,
        ),
        now=now,
    )
    thread_ts = spoken.replied_in if spoken else None
    answer = AnswerLater(
        reaction.team_id, reaction.slack_user_id, reaction.channel_id, saved.answer, saved.answer_key, thread_ts,
        saved.item_id,
    )  # fmt: skip
    answer_later(uow, answer, now=now)
    if saved.report_id is None:
        return Settled("ignored", saved.outcome)
    return Settled("handled", _saved_as(saved.report_id))


def _saved_as(report_id: int) -> str:
    """Return the outcome of a reaction that saved something; its removal is told by it what to take back."""
    return f"saved as report {report_id}"


def _reacted_message(uow: UnitOfWork, reaction: Reaction, shown: Mapping[str, Any], now: datetime) -> Spoken | None:
    where = FindSpoken(reaction.team_id, reaction.channel_id, reaction.message_ts)
    message = shown.get("message")
    if not isinstance(message, dict):
        return find_spoken(uow, where, now=now)
    hearing = hearing_in(uow, reaction.team_id, reaction.channel_id)
    return read_spoken(reaction.team_id, reaction.channel_id, message, reaction.message_ts, hearing)


def _unsave(uow: UnitOfWork, reaction: Reaction, now: datetime) -> Settled:
    """Take back what this very emoji saved, if nothing was built on it."""
    report = uow.items.find_report_by_gesture(reaction.team_id, message_key(reaction.channel_id, reaction.message_ts))
    if report is None or report.withdrawn_at is not None:
        return Settled("ignored", "had no effect")
    endings = {ending for _, ending in same_gestures(uow, reaction, "reaction_added")}
    if _saved_as(report.id) not in endings:
        return Settled("ignored", "had no effect")
    name = unsave(uow, Unsave(reaction.team_id, report.id, reaction.slack_user_id), now=now)
    return Settled("handled", "taken back") if name else Settled("ignored", "built upon")
