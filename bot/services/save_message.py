"""Saving what someone else, or oneself, wrote in Slack: once, with its exact words, its author and its link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.blocks import answers
from bot.blocks.message import Message
from bot.domain.errors import MendableError
from bot.domain.lines import parse_line
from bot.domain.text import is_blank
from bot.domain.views import FileLink
from bot.domain.words import HowKnown, Kind
from bot.services.announce import Address, react_to
from bot.services.capture import CaptureWords, capture_words
from bot.services.cards import put_card
from bot.services.confirm import KEPT, heard_key, saved_key
from bot.services.item_views import item_view, item_view_for, name_of
from bot.services.known_names import known_names
from bot.services.look_up import LookUpSaved, look_up_saved
from bot.services.people import is_full_member, names_of
from bot.services.revise import find_item_by_message, withdraw_report
from db.models import Item, Report
from db.unit_of_work import UnitOfWork

Outcome = Literal["saved", "saved before", "deleted", "unreadable", "kept out", "no words", "my own"]


@dataclass(frozen=True, slots=True)
class MessageWords:
    """What a message says. `author` is empty where no person wrote it, `words_ts` orders versions of the words."""

    author: str
    words: str
    words_ts: str
    files: tuple[FileLink, ...] = ()
    is_retold: bool = False
    """Whether its author passes on what somebody else wrote."""


@dataclass(frozen=True, slots=True)
class SaveMessage:
    """Someone saves a message as an item of this kind; `said` is None where nobody could read it.

    `key` names the message, so that whoever saves it, and however often, it is saved once.
    """

    team_id: str
    kind: Kind
    channel_id: str
    message_ts: str
    key: str
    saver: str
    said: MessageWords | None
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of it, with the private answer to the saver and the key under which that is given once."""

    outcome: Outcome
    answer: Message
    answer_key: str
    item_id: int | None = None
    report_id: int | None = None


@dataclass(frozen=True, slots=True)
class Unsave:
    """The saver takes back what they saved on another's behalf, or by an emoji."""

    team_id: str
    report_id: int
    actor: str


@dataclass(frozen=True, slots=True)
class SayFirstHand:
    """The reporter of what was saved as second-hand heard it themselves."""

    team_id: str
    report_id: int
    actor: str


def save_message(uow: UnitOfWork, command: SaveMessage, *, now: datetime) -> Saved:
    """Save a message once; its author has the credit if they are a member, else the saver has it, as second-hand.

    The caller has made sure that the saver is a full member.
    """
    standing = None if _is_erased(uow, command) else _standing(uow, command)
    if standing is not None:
        return _saved_before(uow, command, standing)
    why_not = _why_not(uow, command)
    if why_not is not None or command.said is None:
        outcome = why_not or "unreadable"
        key = f"unsaved:{command.channel_id}:{command.message_ts}:{command.saver}"
        return Saved(outcome, answers.not_saved_because(outcome, uow.policy(command.team_id).command_intel), key)
    return _save(uow, command, command.said, now)


def _is_erased(uow: UnitOfWork, command: SaveMessage) -> bool:
    return uow.items.is_erased(command.team_id, command.channel_id, command.message_ts)


def _standing(uow: UnitOfWork, command: SaveMessage) -> Item | None:
    """Return the item that this message shared, or whose card it is."""
    report = uow.items.find_report_by_gesture(command.team_id, command.key)
    if report is not None:
        return report.item
    return find_item_by_message(uow, command.team_id, command.channel_id, command.message_ts)


def _saved_before(uow: UnitOfWork, command: SaveMessage, item: Item) -> Saved:
    view = item_view_for(uow, item, command.saver)
    answer = answers.already_saved(view) if view else answers.say(answers.SAVED_ALREADY)
    return Saved("saved before", answer, f"already:{item.id}:{command.saver}", item.id)


def _why_not(uow: UnitOfWork, command: SaveMessage) -> Outcome | None:
    if _is_erased(uow, command):
        return "deleted"
    if command.said is None:
        return "unreadable"
    if _is_ours(uow, command, command.said):
        return "my own"
    if is_blank(command.said.words):
        return "no words"
    is_kept_out = parse_line(command.said.words, known_names(uow, command.team_id)).is_kept_out
    return "kept out" if is_kept_out else None


def _is_ours(uow: UnitOfWork, command: SaveMessage, said: MessageWords) -> bool:
    us = uow.workspaces.find(command.team_id)
    posted = uow.outbox.find_by_message(command.team_id, command.channel_id, command.message_ts)
    return posted is not None or (us is not None and said.author != "" and said.author == us.bot_user_id)


def _save(uow: UnitOfWork, command: SaveMessage, said: MessageWords, now: datetime) -> Saved:
    is_theirs = is_full_member(uow, command.team_id, said.author)
    reporter = said.author if is_theirs else command.saver
    captured = capture_words(
        uow,
        CaptureWords(
            team_id=command.team_id,
            kind=command.kind,
            words=said.words,
            reporter=reporter,
            gesture_key=command.key,
            words_ts=said.words_ts,
            channel_id=command.channel_id,
            message_ts=command.message_ts,
            saved_by=command.saver if reporter != command.saver else None,
            permalink=command.permalink,
            files=said.files,
            assumed=HowKnown.FIRST_HAND if is_theirs and not said.is_retold else HowKnown.SECOND_HAND,
        ),
        now=now,
    )
    if not captured.is_new:
        return _saved_before(uow, command, _report(uow, captured.report_id).item)
    answer = _understood(uow, captured.report_id, command.saver, captured.is_first, now)
    return Saved("saved", answer, saved_key(captured.report_id), captured.item_id, captured.report_id)


def _understood(uow: UnitOfWork, report_id: int, saver: str, is_first: bool, now: datetime) -> Message:
    report = _report(uow, report_id)
    if report.reporter == saver:
        understood = look_up_saved(uow, LookUpSaved(report_id, is_first), now=now)
        is_retold = report.how_known == HowKnown.SECOND_HAND
        return answers.or_first_hand(understood, report_id) if is_retold else understood
    # The saver has just read these words where they stand, whoever may find them later.
    view = item_view(uow, report.item, with_deal=True)
    credit = names_of(uow, report.team_id, [report.reporter])[report.reporter]
    return answers.saved_for(view, report_id, credit, is_first=is_first)


def _report(uow: UnitOfWork, report_id: int) -> Report:
    report = uow.items.find_report(report_id)
    if report is None:
        raise MendableError("This is not saved any more. Nothing was changed.")
    return report


def save_own(uow: UnitOfWork, command: SaveMessage, *, now: datetime) -> Saved:
    """Save what its author wrote to Nugget, once they have said what it is; others see the one reaction."""
    saved = save_message(uow, command, now=now)
    if saved.outcome == "saved":
        react_to(uow, Address(command.team_id, command.channel_id), command.message_ts, KEPT, now=now)
        asked = uow.outbox.find_by_key(command.team_id, heard_key(command.channel_id, command.message_ts))
        if asked is not None:
            # The question now reads as the answer, so a reply to it is about the item.
            asked.item_id = saved.item_id
    return saved


def unsave(uow: UnitOfWork, command: Unsave, *, now: datetime) -> str | None:
    """Withdraw what this person saved, and leave the message free to be saved again; return the item's name.

    None where something was built on it meanwhile, and nothing is changed. Raises `MendableError` where it is not
    theirs or is gone.
    """
    report = uow.items.find_report(command.report_id)
    if report is None or report.team_id != command.team_id or (report.saved_by or report.reporter) != command.actor:
        raise MendableError("This was taken back before, or you did not save it. Nothing was changed.")
    item = uow.items.lock(report.item_id)
    if item is None or report.withdrawn_at is not None:
        raise MendableError("This was taken back before. Nothing was changed.")
    if not _is_untouched(uow, item):
        return None
    report.gesture_key, report.message_ts = f"unsaved:{report.id}", None
    withdraw_report(uow, report, command.actor, "Taken back by whoever saved it.", now)
    return name_of(item)


def _is_untouched(uow: UnitOfWork, item: Item) -> bool:
    """Tell whether nobody has decided, replied or reported anything more since the item was saved."""
    is_decided = any(decision.actor is not None for decision in uow.items.list_decisions(item.id))
    return not is_decided and len(item.reports) == 1 and not uow.items.list_notes(item.id)


def say_first_hand(uow: UnitOfWork, command: SayFirstHand, *, now: datetime) -> Message:
    """Grade one's own report as first-hand and return what is understood now."""
    report = uow.items.find_report(command.report_id)
    if report is None or report.reporter != command.actor or report.withdrawn_at is not None:
        raise MendableError("This was taken back before, or it is not yours. Nothing was changed.")
    report.how_known = HowKnown.FIRST_HAND.value
    uow.flush()
    put_card(uow, report.item, now=now)
    return look_up_saved(uow, LookUpSaved(report.id), now=now)
