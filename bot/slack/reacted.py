"""Reading reactions: who put which emoji on which message, in what order, and what Slack has to show of it first."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts import Waiting
from bot.domain.reactions import emoji_effects
from bot.services.people import is_full_member
from bot.services.revise import find_item_by_message
from bot.slack.spoken import FindSpoken, find_spoken
from db.unit_of_work import UnitOfWork

SHOWN = "shown"
"""Where a delivery holds what Slack showed of the message that it is about: `message` (None where it cannot be read)
and `permalink`. It is put there before the delivery is handled."""


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


def was_taken_away(uow: UnitOfWork, reaction: Reaction) -> bool:
    """Events may arrive out of order; a later removal that came first is found among what came in."""
    removals = same_gestures(uow, reaction, "reaction_removed")
    return any(float(removed.event_ts) > float(reaction.event_ts) for removed, _ in removals)


def same_gestures(uow: UnitOfWork, reaction: Reaction, kind: str) -> Iterator[tuple[Reaction, str]]:
    """Give this person's additions or removals of this emoji on this message, each with how it ended."""
    for entry in uow.inbox.list_about(reaction.team_id, reaction.channel_id, reaction.message_ts, kind):
        try:
            payload = json.loads(entry.body)
        except ValueError:
            continue
        found = read_reaction(Waiting(entry.id, entry.team_id, entry.kind, payload, entry.received_at))
        if found and found.prefix == reaction.prefix:
            yield found, entry.outcome


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message that Slack has to be asked about before an emoji on it is handled."""

    channel_id: str
    ts: str
    is_known: bool
    """Whether its words came in before, so that only its link is missing."""


def find_wanted(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Wanted | None:
    """Return the message that this reaction saves, or None where it saves none that is not saved already."""
    reaction = read_reaction(waiting)
    effect = emoji_effects(uow.policy(waiting.team_id)).lookup(reaction.emoji) if reaction else None
    if reaction is None or effect is None or effect.saves is None:
        return None
    where = (reaction.team_id, reaction.channel_id, reaction.message_ts)
    if not is_full_member(uow, reaction.team_id, reaction.slack_user_id) or uow.items.is_erased(*where):
        return None
    if find_item_by_message(uow, *where) is not None or was_taken_away(uow, reaction):
        return None
    return Wanted(reaction.channel_id, reaction.message_ts, find_spoken(uow, FindSpoken(*where), now=now) is not None)
