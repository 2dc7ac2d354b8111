"""Following up on a report: once it is safely kept, at most one private question to whoever shared it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts import Settled, Waiting
from bot.domain.meaning import Meaning
from bot.services.accounts import account_question
from bot.services.ask_same import same_question
from bot.services.coach import coaching_question
from bot.services.confirm import AnswerLater, answer_later
from bot.services.fill_want import want_question
from bot.services.find_twins import FindTwins, TwinView, find_twins
from bot.services.questions import Asking, Question
from db.models import Report
from db.unit_of_work import UnitOfWork

TWINS = "twins"
"""Where a delivery holds what may say the same; looked up before it is handled, as that takes a while."""

QUESTIONS: tuple[Question, ...] = (account_question, same_question, coaching_question, want_question)
"""In the order in which they matter; the first that has something to ask is the only one asked."""


@dataclass(frozen=True, slots=True)
class FindAsked:
    """What a follow-up delivery is about."""

    waiting: Waiting
    meaning: Meaning | None = None


def find_likely_twins(uow: UnitOfWork, query: FindAsked, *, now: datetime) -> tuple[TwinView, ...]:
    """Return what may say the same as the report of this delivery, for whoever is asked about it."""
    report = _report(uow, query.waiting)
    if report is None or len(report.item.reports) > 1:
        return ()
    asked = report.saved_by or report.reporter
    return tuple(find_twins(uow, FindTwins(report.team_id, report.item_id, asked, query.meaning), now=now))


def on_follow_up(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
    """Ask the one question that matters most, if there is one."""
    report = _report(uow, waiting)
    if report is None:
        return Settled("ignored", "taken back")
    found = waiting.payload.get(TWINS)
    asking = Asking(report, report.saved_by or report.reporter, found if isinstance(found, tuple) else ())
    for question in QUESTIONS:
        message = question(uow, asking, now)
        if message is not None:
            thread_ts = waiting.payload.get("thread_ts")
            answer_later(
                uow,
                AnswerLater(
                    team_id=report.team_id,
                    slack_user_id=asking.slack_user_id,
                    channel_id=report.channel_id,
                    message=message,
                    key=f"question:{report.id}",
                    thread_ts=thread_ts if isinstance(thread_ts, str) else None,
                    item_id=report.item_id,
                    purpose="question",
                ),
                now=now,
            )
            return Settled("handled", "asked")
    return Settled("handled", "nothing to ask")


def _report(uow: UnitOfWork, waiting: Waiting) -> Report | None:
    """Return the report, unless it was taken back meanwhile."""
    report_id = waiting.payload.get("report_id")
    report = uow.items.find_report(report_id) if isinstance(report_id, int) else None
    is_there = report is not None and report.team_id == waiting.team_id and report.withdrawn_at is None
    return report if is_there else None
