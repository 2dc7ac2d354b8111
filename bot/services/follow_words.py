"""What changes with the words of a report: facts that were read off them follow, those that a person chose stay."""

from collections.abc import Set
from typing import TypeVar

from bot.blocks.modals import FIELD_ACCOUNT, FIELD_AMOUNT, FIELD_CATEGORY, FIELD_COMPETITOR, FIELD_TAGS
from bot.domain.lines import ParsedLine, parse_line
from bot.domain.text import clean
from bot.domain.words import Kind
from bot.services.capture import deal_of
from bot.services.details import keep_competitors, keep_tags, put_account
from bot.services.known_names import known_names
from bot.services.naming import account_named
from db.models import Item, Report
from db.unit_of_work import UnitOfWork

T = TypeVar("T")


def follow_words(uow: UnitOfWork, report: Report, earlier: str, *, is_seen: bool = False) -> ParsedLine:
    """Bring what is known beside a report's words in line with them, and return what they say.

    What the earlier words said and the new ones leave out goes; not so where the reporter had it in front of them and
    let it stand (`is_seen`), nor where it came from elsewhere. What they say anew is taken.
    """
    before, after = (_read(uow, report, words) for words in (earlier, report.words))
    stated = frozenset(report.stated)
    _follow_amount(report, before, after, stated, is_seen)
    _follow_account(uow, report, before, after, stated, is_seen)
    report.deal = {**report.deal, **{key: value for key, value in deal_of(after).items() if key not in stated}}
    if len(report.item.reports) == 1:
        _follow_item(report.item, before, after, stated, is_seen)
    return after


def _read(uow: UnitOfWork, report: Report, words: str) -> ParsedLine:
    return parse_line(words, known_names(uow, report.team_id), uow.policy(report.team_id).currency)


def _follow_amount(report: Report, before: ParsedLine, after: ParsedLine, stated: Set[str], stays: bool) -> None:
    if FIELD_AMOUNT in stated:
        return
    if after.amounts:
        report.claimed_minor, report.claimed_currency = after.amounts[0].minor, after.amounts[0].currency
    elif before.amounts and not stays:
        report.claimed_minor = report.claimed_currency = None


def _follow_account(
    uow: UnitOfWork, report: Report, before: ParsedLine, after: ParsedLine, stated: Set[str], stays: bool
) -> None:
    if FIELD_ACCOUNT in stated or _account_said(before) == _account_said(after):
        return
    written = clean(after.account_text or "").strip()
    account = account_named(uow, report.team_id, written, after)
    if account is not None:
        report.account_words = written[:255] or None
        put_account(uow, report, account.id)
    elif not stays and report.account_id == _account_of(uow, report, before):
        report.account_words = None
        put_account(uow, report, None)


def _account_said(parsed: ParsedLine) -> tuple[str | None, int | None]:
    return parsed.account_text, next(iter(parsed.account_ids), None)


def _account_of(uow: UnitOfWork, report: Report, parsed: ParsedLine) -> int | None:
    account = account_named(uow, report.team_id, clean(parsed.account_text or "").strip(), parsed)
    return account.id if account else None


def _follow_item(item: Item, before: ParsedLine, after: ParsedLine, stated: Set[str], stays: bool) -> None:
    """Tags and competitors that the new words add come in; what they no longer say leaves, unless it was chosen."""
    tags = {tag.tag for tag in item.tags}
    keep_tags(item, _followed(tags, set(before.tags), set(after.tags), stays or FIELD_TAGS in stated))
    named = {entry.competitor_id for entry in item.competitors}
    ids = set(before.competitor_ids), set(after.competitor_ids)
    keep_competitors(item, _followed(named, *ids, stays or FIELD_COMPETITOR in stated))
    if item.kind == Kind.NUGGET and after.category and FIELD_CATEGORY not in stated:
        item.category = after.category.value


def _followed(standing: Set[T], before: Set[T], after: Set[T], stays: bool) -> set[T]:
    kept = standing if stays else standing - (before - after)
    return set(kept | (after - before))
