"""What may be asked of someone about a report that was just kept: one question at most, after it is safely kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.blocks.message import Message
from bot.services.find_twins import TwinView
from db.models import Report
from db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Asking:
    """Who is asked, about which report, and what was found beforehand that may say the same."""

    report: Report
    slack_user_id: str
    twins: tuple[TwinView, ...] = ()


Question = Callable[[UnitOfWork, Asking, datetime], Message | None]
"""Returns a private question, or None where there is nothing worth asking."""


def vanishes(uow: UnitOfWork, report: Report) -> bool:
    """Tell whether a question about this report is shown for one person's eyes in a channel, and leaves no trace.

    Elsewhere it is a direct message, which stays in Slack.
    """
    channel = uow.people.find_channel(report.team_id, report.channel_id) if report.channel_id else None
    return channel is not None and channel.has_bot and not channel.is_direct
