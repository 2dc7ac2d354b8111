"""Reactions: an emoji routes and decides, and taking it away takes its effect back."""

import json
from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts import Settled, Waiting
from bot.domain.reactions import emoji_effects
from bot.services.react import ReactTo, react_with
from bot.services.undo import UndoGesture, undo_gesture
from db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction to a message; `event_ts` orders adding and taking away."""

    team_id: str
    channel_id: str
    message_ts: str
    slack_user_id: str
    emoji: str
    event_ts: str

    @property
    def prefix(self) -> str:
        """What all gestures of this person with this emoji on this message share."""
        return f"reaction:{self.channel_id}:{self.message_ts}:{self.slack_user_id}:{self.emoji}:"


def read_reaction(waiting: Waiting) -> Reaction | None:
    """Read a reaction event, or None where it is not on a message or lacks what it needs."""
    event = waiting.payload.get("event")
    item = event.get("item") if isinstance(event, dict) else None
    if not isinstance(event, dict) or not isinstance(item, dict) or item.get("type") != "message":
        return None
    parts = (item.get("channel"), item.get("ts"), event.get("user"), event.get("reaction"), event.get("event_ts"))
    if not all(isinstance(part, str) and part for part in parts):
        return None
    channel_id, message_ts, user, emoji, event_ts = (str(part) for part in parts)
    return Reaction(waiting.team_id, channel_id, message_ts, user, emoji.split("::")[0], event_ts)


def on_reaction_added(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
    """Do what the emoji stands for, unless it was taken away again already."""
    reaction = read_reaction(waiting)
    if reaction is None:
        return Settled("ignored", "not on a message")
    if emoji_effects(uow.policy(waiting.team_id)).lookup(reaction.emoji) is None:
        return Settled("ignored", "emoji without effect")
    if _was_taken_away(uow, reaction):
        return Settled("ignored", "taken away before")
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
    return Settled("ignored", "built upon" if undone.why_not else "had no effect")


def _was_taken_away(uow: UnitOfWork, reaction: Reaction) -> bool:
    """Events may arrive out of order; a later removal that came first is found among what came in."""
    about = uow.inbox.list_about(reaction.team_id, reaction.channel_id, reaction.message_ts, "reaction_removed")
    for entry in about:
        try:
            payload = json.loads(entry.body)
        except ValueError:
            continue
        removed = read_reaction(Waiting(entry.id, entry.team_id, entry.kind, payload, entry.received_at))
        if removed and removed.prefix == reaction.prefix and float(removed.event_ts) > float(reaction.event_ts):
            return True
    return False
