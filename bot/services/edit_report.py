"""Editing one's own report in a form: its words, and everything that stands beside them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.blocks.modals import (
    FIELD_ACCOUNT,
    FIELD_AMOUNT,
    FIELD_ANSWER_BY,
    FIELD_AREA,
    FIELD_CATEGORY,
    FIELD_CLOSE,
    FIELD_COMPETITOR,
    FIELD_HOW_KNOWN,
    FIELD_OPPORTUNITY,
    FIELD_RESTRICTED,
    FIELD_SEGMENT,
    FIELD_SOURCE,
    FIELD_STAGE,
    FIELD_TAGS,
    FIELD_WANTED,
    TICKED,
    EditDrawing,
)
from bot.domain.choices import Choice, Filled, new_choice, row_choice, typed
from bot.domain.money import Money, format_money
from bot.domain.text import clean
from bot.domain.words import Kind, Privacy
from bot.services.capture import Captured
from bot.services.cards import put_card
from bot.services.details import SETTERS, may_choose_area, set_details
from bot.services.index import index_item
from bot.services.revise import find_own_report, own_report, rewrite_words
from db.models import Item, Report
from db.unit_of_work import UnitOfWork

OF_THE_ITEM = frozenset({FIELD_COMPETITOR, FIELD_CATEGORY, FIELD_AREA, FIELD_TAGS, FIELD_RESTRICTED})
"""What is one for all who report an item; with several of them it is not one person's to change."""


@dataclass(frozen=True, slots=True)
class ReadOwnReport:
    """One's own report, to edit it."""

    team_id: str
    slack_user_id: str
    report_id: int


@dataclass(frozen=True, slots=True)
class EditReport:
    """A reporter changes their own report in a form; `filled` is what stands beside the words, as it was sent."""

    team_id: str
    report_id: int
    actor: str
    words: str
    words_ts: str
    filled: Filled


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report as its form shows it."""

    words: str
    drawing: EditDrawing


def read_own_report(uow: UnitOfWork, query: ReadOwnReport, *, now: datetime) -> OwnReport:  # noqa: ARG001
    """Return one's own report for its form; raises `MendableError` where it is gone or another's."""
    report = find_own_report(uow, query.team_id, query.report_id, query.slack_user_id)
    left_out = _left_out(uow, report)
    drawing = EditDrawing(Kind(report.item.kind), filled_of(uow, report), left_out, is_shared=left_out >= OF_THE_ITEM)
    return OwnReport(report.words, drawing)


def _left_out(uow: UnitOfWork, report: Report) -> frozenset[str]:
    """Return the fields that are not this person's to change, or that no form could hold as they are."""
    item = report.item
    live = [other for other in item.reports if other.withdrawn_at is None]
    if len(live) > 1 or item.merged_into_id is not None:
        return OF_THE_ITEM
    left_out = set() if may_choose_area(uow, item, report.reporter) else {FIELD_AREA}
    left_out |= {FIELD_RESTRICTED} if item.privacy == Privacy.PLACE else set()
    return frozenset(left_out | ({FIELD_CLOSE} if _close_of(report) is None else set()))


def _close_of(report: Report) -> str | None:
    """Return the close date as a calendar takes it, empty where there is none; None for what is no date."""
    written = str(report.deal.get(FIELD_CLOSE) or "")
    try:
        return date.fromisoformat(written).isoformat() if written else ""
    except ValueError:
        return None


def filled_of(uow: UnitOfWork, report: Report) -> Filled:
    """Return what stands beside a report's words, field by field."""
    amount = Money(report.claimed_minor, report.claimed_currency or "") if report.claimed_minor is not None else None
    texts = {field: str(report.deal.get(field) or "") for field in (FIELD_OPPORTUNITY, FIELD_STAGE, FIELD_SEGMENT)}
    texts |= {FIELD_SOURCE: str(report.deal.get(FIELD_SOURCE) or ""), FIELD_WANTED: report.wanted or ""}
    texts |= {FIELD_AMOUNT: format_money(amount) if amount else "", FIELD_CLOSE: _close_of(report) or ""}
    texts |= {FIELD_ANSWER_BY: report.answer_by.isoformat() if report.answer_by else ""}
    texts |= {FIELD_HOW_KNOWN: report.how_known}
    account = uow.catalogue.find_account_by_id(report.account_id)
    return {
        **{field: typed(text) for field, text in texts.items()},
        FIELD_ACCOUNT: (row_choice(account.id, account.name),) if account else (),
        **_about(uow, report.item),
    }


def _about(uow: UnitOfWork, item: Item) -> Filled:
    area = uow.catalogue.find_area_by_id(item.area_id)
    ids = sorted(named.competitor_id for named in item.competitors)
    return {
        FIELD_COMPETITOR: tuple(_competitors(uow, ids)),
        FIELD_CATEGORY: typed(item.category),
        FIELD_AREA: (row_choice(area.id, area.name),) if area else (),
        FIELD_TAGS: tuple(new_choice(tag.tag, f"#{tag.tag}") for tag in item.tags),
        FIELD_RESTRICTED: typed(TICKED if item.privacy == Privacy.RESTRICTED else None),
    }


def _competitors(uow: UnitOfWork, ids: Iterable[int]) -> Iterable[Choice]:
    for row_id in ids:
        competitor = uow.catalogue.find_competitor_by_id(row_id)
        if competitor is not None:
            yield row_choice(competitor.id, competitor.name)


def edit_report(uow: UnitOfWork, command: EditReport, *, now: datetime) -> Captured:
    """Bring one's own report in line with its form. What was left as it stood goes on following the words.

    Raises `MendableError` when it is gone or another's, `FieldError` for a field that cannot be taken.
    """
    report = own_report(uow, command.team_id, command.report_id, command.actor)
    shown, left_out = filled_of(uow, report), _left_out(uow, report)
    changed = {
        field: values
        for field, values in command.filled.items()
        if field in SETTERS and field not in left_out and not _is_same(values, shown.get(field, ()))
    }
    if changed:
        set_details(uow, report, changed, command.actor, now=now)
    is_rewritten = rewrite_words(
        uow, report, clean(command.words), command.words_ts, is_seen=bool(command.filled), now=now
    )
    if changed and not is_rewritten:
        report.edited_at = now
        index_item(uow, report.item, now=now)
        put_card(uow, report.item, now=now)
    return Captured(report.item_id, report.id, is_new=False)


def _is_same(values: tuple[Choice, ...], shown: tuple[Choice, ...]) -> bool:
    """Tell whether a field was left as it stood; the order of several names says nothing."""
    return sorted(choice.value for choice in values) == sorted(choice.value for choice in shown)
