"""Answers to those who acted, when they cannot be given on the spot."""

from dataclasses import dataclass
from datetime import datetime

from bot.blocks.message import Message
from bot.services.announce import Address, post, react_to, tell_privately
from bot.services.look_up import LookUpSaved, look_up_saved
from bot.services.people import is_full_member
from db.unit_of_work import UnitOfWork

# The one sign that a channel sees when a message of it was kept.
KEPT = "gem"


@dataclass(frozen=True, slots=True)
class ConfirmCapture:
    """A message was captured; its channel sees one reaction, its author what was understood.

    `thread_ts` is the thread that the message is a reply in, if it is one.
    """

    item_id: int
    report_id: int
    is_first: bool = False
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerLater:
    """An answer that goes through the outbox: in the channel for that person's eyes only, else directly."""

    team_id: str
    slack_user_id: str
    channel_id: str | None
    message: Message
    key: str
    thread_ts: str | None = None
    item_id: int | None = None
    """The item whose words the answer repeats, so that they can be forgotten here as well."""
    purpose: str = "answer"
    """A question that comes after the answer is none, and is counted apart from it."""


@dataclass(frozen=True, slots=True)
class CheckMember:
    """Whether this is a full member of the workspace."""

    team_id: str
    slack_user_id: str


def saved_key(report_id: int) -> str:
    """Return the key of the one answer that tells a person what was understood of their report."""
    return f"saved:{report_id}"


def heard_key(channel_id: str, message_ts: str) -> str:
    """Return the key of the one answer to what a person wrote to Nugget, where it was not kept at once."""
    return f"heard:{channel_id}:{message_ts}"


def confirm_capture(uow: UnitOfWork, command: ConfirmCapture, *, now: datetime) -> None:
    """Queue one reaction on the message and the private answer to its author."""
    report = uow.items.find_report(command.report_id)
    if report is None or report.channel_id is None or report.message_ts is None:
        return
    to = Address(report.team_id, report.channel_id)
    react_to(uow, to, report.message_ts, KEPT, now=now)
    message = look_up_saved(uow, LookUpSaved(report.id, command.is_first), now=now)
    key, channel = saved_key(report.id), uow.people.find_channel(report.team_id, report.channel_id)
    if channel is not None and channel.is_direct:
        answer = AnswerLater(
            report.team_id, report.reporter, report.channel_id, message, key, command.thread_ts, command.item_id
        )
        answer_later(uow, answer, now=now)
        return
    to = Address(report.team_id, report.channel_id, command.thread_ts)
    tell_privately(uow, to, report.reporter, message, key=key, now=now, item_id=command.item_id)


def answer_later(uow: UnitOfWork, command: AnswerLater, *, now: datetime) -> None:
    """Queue a private answer where the person is, or directly where there is no such place.

    A direct conversation with Nugget is such a place, with its threads; there it is a message like any other.
    """
    channel = uow.people.find_channel(command.team_id, command.channel_id) if command.channel_id else None
    if channel is not None and channel.has_bot and not channel.is_direct:
        to = Address(command.team_id, channel.channel_id, command.thread_ts)
        tell_privately(
            uow,
            to,
            command.slack_user_id,
            command.message,
            key=command.key,
            now=now,
            item_id=command.item_id,
            purpose=command.purpose,
        )
        return
    is_with_us = channel is not None and channel.has_bot
    post(
        uow,
        Address(command.team_id, command.slack_user_id, command.thread_ts if is_with_us else None),
        command.message,
        purpose=command.purpose,
        key=command.key,
        now=now,
        item_id=command.item_id,
    )


def check_member(uow: UnitOfWork, query: CheckMember, *, now: datetime) -> bool:  # noqa: ARG001
    """Tell whether this person may share and look up."""
    return is_full_member(uow, query.team_id, query.slack_user_id)
