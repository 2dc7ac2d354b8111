"""What a reaction does: decide, route, or ask its author for the words that a decision needs."""

from dataclasses import dataclass
from datetime import datetime

from bot.blocks import answers, joining
from bot.blocks.message import Message
from bot.domain.decisions import Refusal, allowed
from bot.domain.facts import Settled
from bot.domain.reactions import ReactionEffect, emoji_effects
from bot.domain.words import Effect, Kind, Status
from bot.services.announce import Address, tell_privately
from bot.services.decide import ApplyEffect, Decided, actor_roles, apply_effect
from bot.services.guards import may_see
from bot.services.item_views import item_view
from bot.services.people import is_full_member, viewer_of
from bot.services.revise import find_item_by_message
from db.models import Item, OpenQuestion
from db.unit_of_work import UnitOfWork

ANSWER_IN_WORDS = "answer in words"


@dataclass(frozen=True, slots=True)
class ReactTo:
    """Someone put an emoji with an effect on a message."""

    team_id: str
    channel_id: str
    message_ts: str
    actor: str
    emoji: str
    gesture_key: str


def react_with(uow: UnitOfWork, command: ReactTo, *, now: datetime) -> Settled:
    """Carry out what the emoji stands for. Without the right nothing changes, and that is explained once ever."""
    item = find_item_by_message(uow, command.team_id, command.channel_id, command.message_ts)
    if item is None:
        return Settled("ignored", "not an item's message")
    refused = _why_not(uow, command, item)
    if refused is not None:
        return refused
    wanted = emoji_effects(uow.policy(command.team_id)).lookup(command.emoji, Kind(item.kind))
    if wanted is not None and wanted.me_too:
        return _offer_me_too(uow, command, item, now)
    if wanted is None or (wanted.effect is None and not wanted.answer_in_words):
        return Settled("ignored", "no effect on this kind")
    if wanted.effect is None:
        return _offer_words(uow, command, item, now)
    return _decide(uow, command, item, wanted, now)


def _why_not(uow: UnitOfWork, command: ReactTo, item: Item) -> Settled | None:
    if not is_full_member(uow, command.team_id, command.actor):
        return Settled("refused", "not a full member")
    if not may_see(viewer_of(uow, command.team_id, command.actor), item):
        return Settled("refused", "not open to them")
    return None


def _decide(uow: UnitOfWork, command: ReactTo, item: Item, wanted: ReactionEffect, now: datetime) -> Settled:
    area = uow.catalogue.find_area(command.team_id, wanted.area) if wanted.area else None
    decided = apply_effect(
        uow,
        ApplyEffect(
            team_id=command.team_id,
            item_id=item.id,
            effect=wanted.effect or Effect.SEE,
            actor=command.actor,
            gesture_key=command.gesture_key,
            area_id=area.id if area else None,
        ),
        now=now,
    )
    if decided.needs_words:
        return _offer_words(uow, command, item, now)
    return _told(uow, command, decided, wanted.effect or Effect.SEE, now)


def _told(uow: UnitOfWork, command: ReactTo, decided: Decided, effect: Effect, now: datetime) -> Settled:
    if decided.has_no_right:
        _explain_once(uow, command, effect, now)
        return Settled("refused", "no right")
    return Settled("handled", "decided") if decided.refusal is None else Settled("ignored", "not from here")


def _offer_me_too(uow: UnitOfWork, command: ReactTo, item: Item, now: datetime) -> Settled:
    """Ask for whom; an emoji alone says nothing of demand, so until then nothing is added."""
    _whisper(uow, command, joining.me_too_offer(item_view(uow, item)), f"me too:{command.gesture_key}", now)
    return Settled("handled", "asked for whom")


def _offer_words(uow: UnitOfWork, command: ReactTo, item: Item, now: datetime) -> Settled:
    """Show its author alone how to answer in words; until words are sent nothing has happened."""
    verdict = allowed(Kind(item.kind), Status(item.status), Effect.DECLINE, actor_roles(uow, item, command.actor))
    if isinstance(verdict, Refusal):
        _explain_once(uow, command, Effect.DECLINE, now)
        return Settled("refused", "no right")
    if uow.items.find_open_question(item.id, command.actor, ANSWER_IN_WORDS) is None:
        uow.items.add(
            OpenQuestion(
                team_id=item.team_id,
                item_id=item.id,
                slack_user_id=command.actor,
                effect=ANSWER_IN_WORDS,
                asked_at=now,
            )
        )
    _whisper(uow, command, answers.answer_in_words_offer(item_view(uow, item)), f"offer:{command.gesture_key}", now)
    return Settled("handled", "asked for words")


def _explain_once(uow: UnitOfWork, command: ReactTo, effect: Effect, now: datetime) -> None:
    if uow.people.tell_once(command.team_id, command.actor, "reaction without right", now=now):
        _whisper(uow, command, answers.needs_right(effect), f"right:{command.actor}", now)


def _whisper(uow: UnitOfWork, command: ReactTo, message: Message, key: str, now: datetime) -> None:
    to = Address(command.team_id, command.channel_id)
    tell_privately(uow, to, command.actor, message, key=key, now=now)
