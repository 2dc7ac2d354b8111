"""Answering a question to the field: the words become intel, who knew has the credit, and who asked reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.blocks import answers
from bot.blocks import wants as drawn
from bot.blocks.message import Message
from bot.blocks.parts import context, said, top_text
from bot.domain.errors import MendableError
from bot.domain.views import FileLink
from bot.domain.words import Kind
from bot.services.announce import Address, post, tell_privately
from bot.services.capture import CaptureWords, capture_words
from bot.services.counting import count_report
from bot.services.guards import may_see
from bot.services.item_views import item_view_for, name_of
from bot.services.merged import standing_item
from bot.services.people import is_full_member, viewer_of
from bot.services.questions import Asking
from bot.services.wants import GONE, PURPOSE, close_want, open_again, told_key, want_view
from db.models import Item, Report, Want
from db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TellWant:
    """Someone knows something: their words are kept as intel of their own, whatever became of the question."""

    team_id: str
    want_id: int
    actor: str
    words: str
    gesture_key: str
    words_ts: str
    channel_id: str | None = None
    message_ts: str | None = None
    files: Sequence[FileLink] = ()
    """Where the words are a message: that and its files, so that its edits and its end are followed."""


@dataclass(frozen=True, slots=True)
class ReplyToWant:
    """Someone replied in a thread, maybe in that of a question to the field."""

    team_id: str
    channel_id: str
    thread_ts: str
    message_ts: str
    author: str


@dataclass(frozen=True, slots=True)
class AnswerWant:
    """Someone says that what they shared answers a question, or that it does not."""

    team_id: str
    want_id: int
    item_id: int
    actor: str


@dataclass(frozen=True, slots=True)
class ReopenWant:
    """An asker goes on looking."""

    team_id: str
    want_id: int
    actor: str


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the words: the item that keeps them, and the private answer."""

    item_id: int
    report_id: int
    answer: Message


def want_question(uow: UnitOfWork, asking: Asking, now: datetime) -> Message | None:  # noqa: ARG001
    """Ask whether a new nugget answers an open question on its competitor; None where there is no such question.

    Only what its asker may read is asked about, and nobody answers themselves.
    """
    item = asking.report.item
    competitor_ids = [named.competitor_id for named in item.competitors]
    if item.kind != Kind.NUGGET or not competitor_ids or not is_full_member(uow, item.team_id, asking.slack_user_id):
        return None
    for want in uow.wants.list_open_on(item.team_id, competitor_ids):
        is_own = want.asker in {asking.slack_user_id, asking.report.reporter}
        if not is_own and may_see(viewer_of(uow, want.team_id, want.asker), item):
            return drawn.does_it_answer(want_view(uow, want), item.id, name_of(item))
    return None


def offer_to_answer(uow: UnitOfWork, command: ReplyToWant, *, now: datetime) -> bool:
    """Offer, to whoever replied in an open question's thread, to make it their answer; False for any other thread."""
    posted = uow.outbox.find_by_message(command.team_id, command.channel_id, command.thread_ts)
    want = uow.wants.find_by_card(posted.id) if posted is not None and posted.purpose == PURPOSE else None
    if want is None:
        return False
    if want.closed_at is None and command.author != want.asker:
        tell_privately(
            uow,
            Address(command.team_id, command.channel_id, command.thread_ts),
            command.author,
            drawn.reply_offer(want_view(uow, want), command.message_ts),
            key=f"want reply:{want.id}:{command.message_ts}",
            now=now,
            purpose="question",
        )
    return True


def tell_want(uow: UnitOfWork, command: TellWant, *, now: datetime) -> Told:
    """Keep the words as intel and answer the question with them; sent twice, both happen once."""
    want = _lock(uow, command.team_id, command.want_id)
    competitor = uow.catalogue.find_competitor_by_id(want.competitor_id)
    captured = capture_words(
        uow,
        CaptureWords(
            team_id=command.team_id,
            kind=Kind.NUGGET,
            words=command.words,
            reporter=command.actor,
            gesture_key=command.gesture_key,
            words_ts=command.words_ts,
            channel_id=command.channel_id,
            message_ts=command.message_ts,
            files=command.files,
            competitor=competitor.name if competitor else None,
        ),
        now=now,
    )
    report = uow.items.find_report(captured.report_id)
    view = item_view_for(uow, report.item, command.actor) if report is not None else None
    if report is None or view is None:
        raise MendableError("This was taken back before.")
    sentence = _fill(uow, want, report, command.actor, now)
    kept = answers.saved(view, report.id, is_first=captured.is_first)
    return Told(
        report.item_id, report.id, Message(f"{kept.text} {top_text(sentence)}", [*kept.blocks, context(sentence)])
    )


def answer_want(uow: UnitOfWork, command: AnswerWant, *, now: datetime) -> Message:
    """Answer the question with what was shared before; raises `MendableError` where that is another's, or gone."""
    want = _lock(uow, command.team_id, command.want_id)
    return said(_fill(uow, want, _report_for(uow, command), command.actor, now))


def deny_want(uow: UnitOfWork, command: AnswerWant, *, now: datetime) -> Message:  # noqa: ARG001
    """Leave the question open, and say so."""
    want = uow.wants.find(command.want_id)
    if want is None or want.team_id != command.team_id:
        raise MendableError(GONE)
    return drawn.goes_on(want_view(uow, want))


def _lock(uow: UnitOfWork, team_id: str, want_id: int) -> Want:
    want = uow.wants.lock(want_id)
    if want is None or want.team_id != team_id:
        raise MendableError(GONE)
    return want


def _report_for(uow: UnitOfWork, command: AnswerWant) -> Report:
    """Return the report with which this person answers: their own, or the one that they saved for its author."""
    found = uow.items.find(command.item_id)
    item = standing_item(uow, found) if found is not None and found.team_id == command.team_id else None
    live = [report for report in item.reports if report.withdrawn_at is None] if item is not None else []
    theirs = [report for report in live if command.actor in {report.reporter, report.saved_by}]
    if not theirs or not is_full_member(uow, command.team_id, command.actor):
        raise MendableError("What you shared was taken back, or it is not yours. Nothing was changed.")
    return theirs[0]


def _fill(uow: UnitOfWork, want: Want, report: Report, actor: str, now: datetime) -> str:
    """Close an open question with a report, and return what to tell whoever did; one that is closed stays as it is."""
    name = name_of(report.item)
    is_this = want.filled_by == report.reporter and _is_item(uow, want, report.item)
    if want.closed_at is None:
        want.filled_item_id, want.filled_by = report.item_id, report.reporter
        if report.reporter != want.asker:
            count_report(uow, report, "filled_wants")
            _tell_asker(uow, want, report, now)
        close_want(uow, want, "filled", now=now)
    elif not is_this:
        return drawn.too_late(want_view(uow, want), name)
    return drawn.thanks(want_view(uow, want, actor), name)


def _is_item(uow: UnitOfWork, want: Want, item: Item) -> bool:
    found = uow.items.find(want.filled_item_id) if want.filled_item_id is not None else None
    return found is not None and standing_item(uow, found) is item


def _tell_asker(uow: UnitOfWork, want: Want, report: Report, now: datetime) -> None:
    """Let the asker read it after the rest of notices; taken back by then, it tells nobody."""
    if not is_full_member(uow, want.team_id, want.asker):
        return
    item = item_view_for(uow, report.item, want.asker)
    post(
        uow,
        Address(want.team_id, want.asker),
        drawn.filled(want_view(uow, want), item),
        purpose="filled want",
        key=told_key(want, report.id),
        now=now,
        item_id=report.item_id,
        rest_seconds=uow.policy(want.team_id).notice_rest_seconds,
    )


def reopen_want(uow: UnitOfWork, command: ReopenWant, *, now: datetime) -> Message:
    """Open one's own question again; the credit for an answer that was none goes. Its day moves on if it has passed.

    Raises `MendableError` for another's question, and while its asker has another one open.
    """
    uow.people.lock(command.team_id, command.actor)
    standing = uow.wants.lock_open(command.team_id, command.actor)
    want = _lock(uow, command.team_id, command.want_id)
    if want.asker != command.actor or want.outcome in {"withdrawn", "replaced"}:
        raise MendableError("This question is not yours, or it was taken back. Nothing was changed.")
    if standing is not None and standing is not want:
        raise MendableError("You ask the field something else by now. Take that back first.")
    if want.closed_at is not None:
        _take_credit_back(uow, want)
        open_again(uow, want, now=now)
    return drawn.open_again(want_view(uow, want))


def _take_credit_back(uow: UnitOfWork, want: Want) -> None:
    """Count the report as what it was before, unless it answers another question as well."""
    found = uow.items.find(want.filled_item_id) if want.filled_item_id is not None else None
    if found is None or want.filled_by is None or uow.wants.count_filled_with(found.id, want.filled_by) > 1:
        return
    item = standing_item(uow, found)
    credited = [one for one in item.reports if one.reporter == want.filled_by and one.counted_as == "filled_wants"]
    for report in credited:
        is_first = report is item.reports[0]
        count_report(uow, report, "nuggets" if is_first else "corroborations")
