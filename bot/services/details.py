"""What a form says beside the words: kept with the report and its item, whatever the words say later."""

from collections.abc import Callable, Iterable, Mapping
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
)
from bot.domain.choices import Choice, Filled, is_filled
from bot.domain.errors import FieldError
from bot.domain.money import Money, find_money
from bot.domain.names import fold
from bot.domain.tags import tag_of
from bot.domain.text import clean
from bot.domain.words import Category, Effect, HowKnown, Kind, Privacy
from bot.services.accounts import find_opportunity
from bot.services.naming import account_meant, area_meant, competitor_meant
from bot.services.restrict import RestrictItem, heed_tag, open_item, restrict_item
from db.models import Decision, Item, ItemCompetitor, ItemTag, Report
from db.unit_of_work import UnitOfWork

Values = tuple[Choice, ...]

UNREADABLE_AMOUNT = "I cannot read this amount. Write it as in $120k or 80,000 EUR."
PAST_DAY = "This day is over. Choose one from today on, or clear the field."
NO_DAY = "I cannot read this day. Choose it from the calendar."
OTHERS_AREA = "Someone has looked at it by now, so the area is theirs to change. Clear your change and send again."


@dataclass(frozen=True, slots=True)
class Setting:
    """What is being set: the report and its item, by whom, and whether names are added to those that are there."""

    uow: UnitOfWork
    item: Item
    report: Report
    actor: str
    now: datetime
    adds: bool

    @property
    def team_id(self) -> str:
        return self.item.team_id


def set_details(
    uow: UnitOfWork, report: Report, filled: Filled, actor: str, *, adds: bool = False, now: datetime
) -> None:
    """Set what these fields say, and remember that a person said so.

    An empty field takes away what was there. With `adds` the names and tags of the words stay beside those of the form.
    Raises `FieldError` for what cannot be taken; nothing of the form is kept then.
    """
    setting = Setting(uow, report.item, report, actor, now, adds)
    for field, setter in SETTERS.items():
        if field in filled:
            setter(setting, filled[field])
    report.stated = sorted({*report.stated, *(field for field in filled if field in SETTERS)})
    uow.flush()


def only_filled(filled: Filled) -> Filled:
    """Return the fields in which something stands: what was left empty in a new form says nothing."""
    return {field: values for field, values in filled.items() if is_filled(values)}


def _text(values: Values) -> str:
    return clean(values[0].value).strip() if is_filled(values) else ""


def _set_competitors(setting: Setting, values: Values) -> None:
    uow, item = setting.uow, setting.item
    meant = {competitor_meant(uow, item.team_id, choice, FIELD_COMPETITOR).id for choice in values}
    keep_competitors(item, meant | {named.competitor_id for named in item.competitors} if setting.adds else meant)


def keep_competitors(item: Item, wanted: Iterable[int]) -> None:
    """Make these, and no others, the competitors that an item names."""
    ids = set(wanted)
    standing = [named for named in item.competitors if named.competitor_id in ids]
    new = sorted(ids - {named.competitor_id for named in standing})
    item.competitors = [
        *standing, *(ItemCompetitor(team_id=item.team_id, competitor_id=row_id) for row_id in new)
    ]  # fmt: skip


def keep_tags(item: Item, wanted: Iterable[str]) -> None:
    """Make these, and no others, the tags of an item."""
    names = set(wanted)
    standing = [tag for tag in item.tags if tag.tag in names]
    new = sorted(names - {tag.tag for tag in standing})
    item.tags = sorted(
        [*standing, *(ItemTag(team_id=item.team_id, tag=name) for name in new)], key=lambda tag: tag.tag
    )  # fmt: skip


def _set_account(setting: Setting, values: Values) -> None:
    uow, report = setting.uow, setting.report
    account = (
        account_meant(uow, setting.team_id, setting.actor, values[0], FIELD_ACCOUNT) if is_filled(values) else None
    )
    is_new_name = account is not None and values[0].row_id is None
    report.account_words = values[0].name[:255] if is_new_name else None
    put_account(uow, report, account.id if account else None)


def put_account(uow: UnitOfWork, report: Report, account_id: int | None) -> None:
    """Say which account a report is for, with the deal that is open there."""
    if report.account_id == account_id:
        return
    report.account_id = account_id
    uow.flush()
    deal = find_opportunity(uow, report)
    report.opportunity_id = deal.id if deal else None


def _set_wanted(setting: Setting, values: Values) -> None:
    setting.report.wanted = _text(values) or None


def _set_category(setting: Setting, values: Values) -> None:
    if setting.item.kind == Kind.NUGGET and _text(values) in list(Category):
        setting.item.category = Category(_text(values)).value


def _set_how_known(setting: Setting, values: Values) -> None:
    if _text(values) in list(HowKnown):
        setting.report.how_known = HowKnown(_text(values)).value


def _set_tags(setting: Setting, values: Values) -> None:
    item = setting.item
    chosen = {tag for choice in values if (tag := tag_of(choice.name))}
    keep_tags(item, chosen | {tag.tag for tag in item.tags} if setting.adds else chosen)
    setting.uow.flush()
    heed_tag(setting.uow, item, tuple(chosen), now=setting.now)


def _set_amount(setting: Setting, values: Values) -> None:
    written = _text(values)
    money = read_amount(written, setting.uow.policy(setting.team_id).currency) if written else None
    setting.report.claimed_minor = money.minor if money else None
    setting.report.claimed_currency = money.currency if money else None


def read_amount(written: str, currency: str) -> Money:
    """Return the amount that was written; a bare number is in the workspace's own currency."""
    found = find_money(written, currency) or find_money(f"{currency} {written}", currency)
    if not found:
        raise FieldError(FIELD_AMOUNT, UNREADABLE_AMOUNT)
    return found[0]


def _set_close(setting: Setting, values: Values) -> None:
    chosen = _day(FIELD_CLOSE, values)
    _put_deal(setting.report, FIELD_CLOSE, chosen.isoformat() if chosen else "")


def _set_answer_by(setting: Setting, values: Values) -> None:
    chosen = _day(FIELD_ANSWER_BY, values)
    today = setting.now.astimezone(setting.uow.policy(setting.team_id).zone).date()
    if chosen is not None and chosen < today:
        raise FieldError(FIELD_ANSWER_BY, PAST_DAY)
    setting.report.answer_by = chosen


def _day(field: str, values: Values) -> date | None:
    written = _text(values)
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        raise FieldError(field, NO_DAY) from error


def _set_opportunity(setting: Setting, values: Values) -> None:
    """Keep the deal's name as written, and the deal itself where the account has one of this name or number."""
    report, written = setting.report, _text(values)
    _put_deal(report, FIELD_OPPORTUNITY, written)
    deals = setting.uow.catalogue.list_opportunities(report.account_id) if report.account_id is not None else ()
    named = [deal for deal in deals if fold(written) in {fold(deal.name), fold(deal.external_id or "")}]
    if written and len(named) == 1:
        report.opportunity_id = named[0].id


def _deal_setter(field: str) -> "Setter":
    def put(setting: Setting, values: Values) -> None:
        _put_deal(setting.report, field, _text(values))

    return put


def _put_deal(report: Report, key: str, written: str) -> None:
    rest = {name: value for name, value in report.deal.items() if name != key}
    report.deal = {**rest, **({key: written} if written else {})}


def _set_area(setting: Setting, values: Values) -> None:
    """Route the item as its reporter says. That is nobody's look at it, so it acknowledges nothing."""
    uow, item = setting.uow, setting.item
    area = area_meant(uow, item.team_id, setting.actor, values[0], FIELD_AREA) if is_filled(values) else None
    if not may_choose_area(uow, item, setting.actor):
        raise FieldError(FIELD_AREA, OTHERS_AREA)
    if item.area_id == (area.id if area else None):
        return
    uow.items.add(
        Decision(
            team_id=item.team_id,
            item_id=item.id,
            effect=Effect.ROUTE.value,
            from_status=item.status,
            to_status=item.status,
            actor=setting.actor,
            reason=f"Its reporter chose {area.name}." if area else "Its reporter took the area away.",
            detail={"area_id": area.id if area else None},
            gesture_key=f"chosen area:{item.id}:{setting.report.id}:{setting.now.timestamp()}",
            decided_at=setting.now,
        )
    )
    item.area_id, item.owner = (area.id, area.owner) if area else (None, None)


def may_choose_area(uow: UnitOfWork, item: Item, actor: str) -> bool:
    """Tell whether the area is still its reporter's to choose: nobody has looked at it, or routed it."""
    others = (decision for decision in uow.items.list_decisions(item.id) if decision.actor not in {None, actor})
    return item.seen_at is None and item.answered_at is None and not list(others)


def _set_restricted(setting: Setting, values: Values) -> None:
    """Restrict the item, or open it again; what a private place keeps to itself stays there either way."""
    uow, item = setting.uow, setting.item
    if item.privacy == Privacy.PLACE:
        return
    command = RestrictItem(item.team_id, item.id, setting.actor)
    uow.flush()
    if _text(values) == TICKED:
        restrict_item(uow, command, now=setting.now)
    else:
        open_item(uow, command, now=setting.now)


Setter = Callable[[Setting, Values], None]

SETTERS: Mapping[str, Setter] = {
    FIELD_RESTRICTED: _set_restricted,
    FIELD_COMPETITOR: _set_competitors,
    FIELD_ACCOUNT: _set_account,
    FIELD_WANTED: _set_wanted,
    FIELD_CATEGORY: _set_category,
    FIELD_HOW_KNOWN: _set_how_known,
    FIELD_AMOUNT: _set_amount,
    FIELD_CLOSE: _set_close,
    FIELD_ANSWER_BY: _set_answer_by,
    FIELD_STAGE: _deal_setter(FIELD_STAGE),
    FIELD_SEGMENT: _deal_setter(FIELD_SEGMENT),
    FIELD_SOURCE: _deal_setter(FIELD_SOURCE),
    FIELD_OPPORTUNITY: _set_opportunity,
    FIELD_AREA: _set_area,
    FIELD_TAGS: _set_tags,
}
"""Field → how it is kept. What hides words comes first; a deal's name needs its account before it."""
