"""Coaching: after a bare ask one private question, and rest for whoever does not care for it (product rule 3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.blocks import coaching
from bot.blocks.message import Message
from bot.domain.bare import is_bare
from bot.domain.errors import MendableError
from bot.domain.text import clean, is_blank
from bot.domain.words import Kind, Status
from bot.services.item_views import name_of
from bot.services.people import is_full_member, names_of
from bot.services.questions import Asking
from bot.services.revise import own_report, rewrite_words, with_answer
from db.models import Report
from db.unit_of_work import UnitOfWork

SKIPS_BEFORE_REST = 2
REST = timedelta(days=91)
"""A quarter, to the same day of the week."""


@dataclass(frozen=True, slots=True)
class SkipCoaching:
    """Someone would rather not answer the question about their report."""

    team_id: str
    report_id: int
    actor: str


@dataclass(frozen=True, slots=True)
class AnswerCoaching:
    """Someone says what the customer cannot do today."""

    team_id: str
    report_id: int
    actor: str
    words: str
    words_ts: str


@dataclass(frozen=True, slots=True)
class ReadCoached:
    """One's own report, to answer the question about it."""

    team_id: str
    slack_user_id: str
    report_id: int


@dataclass(frozen=True, slots=True)
class Coached:
    """A report as the question's form shows it."""

    name: str
    words: str
    customer: str | None


def coaching_question(uow: UnitOfWork, asking: Asking, now: datetime) -> Message | None:
    """Ask what the customer cannot do today; None where the words say it, or where its author is left alone for now."""
    report = asking.report
    if not _is_theirs_and_bare(report, asking.slack_user_id) or _rests(uow, report, now):
        return None
    if not is_full_member(uow, report.team_id, report.reporter):
        return None
    return coaching.coaching_question(name_of(report.item), report.id, _customer(uow, report), _owner(uow, report))


def _is_theirs_and_bare(report: Report, asked: str) -> bool:
    """Tell whether this person's own words are bare. A form has asked for the problem, and what was decided is late."""
    item = report.item
    is_open = item.kind == Kind.ASK and item.status in {Status.NEW, Status.ACKNOWLEDGED}
    is_theirs = report.reporter == asked and report.saved_by is None
    said_more = bool(report.wanted or report.answered)
    return is_open and is_theirs and not said_more and not is_blank(report.words) and is_bare(report.words)


def _rests(uow: UnitOfWork, report: Report, now: datetime) -> bool:
    coached = uow.coached.find(report.team_id, report.reporter)
    today = now.astimezone(uow.policy(report.team_id).zone).date()
    return coached is not None and coached.rests_until is not None and today < coached.rests_until


def _customer(uow: UnitOfWork, report: Report) -> str | None:
    account = uow.catalogue.find_account_by_id(report.account_id)
    return account.name if account else None


def _owner(uow: UnitOfWork, report: Report) -> str | None:
    owner = report.item.owner
    return names_of(uow, report.team_id, [owner])[owner] if owner and owner != report.reporter else None


def skip_coaching(uow: UnitOfWork, command: SkipCoaching, *, now: datetime) -> Message:
    """Remember a skip, once for each report; after two in a row that person has a quarter's rest."""
    report = uow.items.find_report(command.report_id)
    if report is None or report.team_id != command.team_id or report.reporter != command.actor:
        raise MendableError("This question was not for you. Nothing was changed.")
    uow.people.lock(command.team_id, command.actor)
    coached = uow.coached.get_or_add(command.team_id, command.actor, now=now)
    if uow.people.tell_once(command.team_id, command.actor, f"coaching skipped:{report.id}", now=now):
        coached.skips, coached.changed_at = coached.skips + 1, now
        if coached.skips >= SKIPS_BEFORE_REST:
            today = now.astimezone(uow.policy(command.team_id).zone).date()
            coached.skips, coached.rests_until = 0, today + REST
            return coaching.skipped(name_of(report.item), coached.rests_until)
    return coaching.skipped(name_of(report.item), None)


def read_coached(uow: UnitOfWork, query: ReadCoached, *, now: datetime) -> Coached:  # noqa: ARG001
    """Return one's own report for the form; raises `MendableError` where it is gone or another's."""
    report = own_report(uow, query.team_id, query.report_id, query.slack_user_id)
    return Coached(name_of(report.item), report.words, _customer(uow, report))


def answer_coaching(uow: UnitOfWork, command: AnswerCoaching, *, now: datetime) -> Message:
    """Add the answer below the exact first words, which are kept as an earlier version too, and return what was done.

    Sent twice it is added once. Raises `MendableError` when the report is gone or another's.
    """
    report = own_report(uow, command.team_id, command.report_id, command.actor)
    words = clean(command.words).strip()
    if report.answered is None or not report.answered.endswith(words):
        _add(uow, report, words, command.words_ts, now)
        uow.people.lock(command.team_id, command.actor)
        coached = uow.coached.get_or_add(command.team_id, command.actor, now=now)
        coached.skips, coached.rests_until, coached.changed_at = 0, None, now
    return coaching.answered(name_of(report.item), report.id, _owner(uow, report))


def _add(uow: UnitOfWork, report: Report, words: str, words_ts: str, now: datetime) -> None:
    before = report.answered
    first = report.words.removesuffix(f"\n\n{before}") if before else report.words
    report.answered = f"{before}\n\n{words}" if before else words
    # Their author adds to what stands there, so it is the newest version however Slack's clock and ours differ.
    newest = max(report.words_ts, words_ts, key=float)
    rewrite_words(uow, report, with_answer(report, first), newest, is_seen=True, now=now)
