"""Turning stored items into what is drawn, cut down to what its readers may see."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from bot.domain.money import Money, format_money
from bot.domain.policies import Bar
from bot.domain.shelf_life import best_grade
from bot.domain.views import DecisionView, EvidenceView, FileLink, ItemView
from bot.domain.words import Category, Effect, HowKnown, Kind, NoiseReason, Privacy, Role, Status
from bot.services.demand import demand_of
from bot.services.guards import may_see
from bot.services.people import is_full_member, names_of, roles_of, viewer_of
from bot.services.shelf_life import doubters_of, freshness_of
from db.models import Decision, Item, ProductArea, Report
from db.unit_of_work import UnitOfWork

# Effects that only move an item along; the status stands on the decision that gave it.
STATUS_KEEPING = frozenset({Effect.ROUTE.value, Effect.UNDO.value})


def item_view(uow: UnitOfWork, item: Item, *, with_deal: bool = False, now: datetime | None = None) -> ItemView:
    """Return an item as everyone who may see it reads it; account and amount only where the reader may see those.

    How fresh a nugget is depends on the day, and is told only where `now` is.
    """
    live = [report for report in item.reports if report.withdrawn_at is None]
    # Who only adds their account says nothing more, so the words are those of the first who did.
    first = next((report for report in live if report.words.strip()), live[0] if live else None)
    area = uow.catalogue.find_area_by_id(item.area_id)
    decision = _deciding(uow, item)
    doubters = doubters_of(uow, item)
    people = names_of(uow, item.team_id, [*_people_of(item, live, decision), *doubters])
    return ItemView(
        item_id=item.id,
        name=name_of(item),
        kind=Kind(item.kind),
        status=Status(item.status),
        text=first.words if first else "",
        how_known=_how_known(item, first, live),
        reporter_ids=tuple(report.reporter for report in live),
        reporter_names=tuple(dict.fromkeys(people[report.reporter] for report in live)),
        saved_by_name=people.get(first.saved_by) if first and first.saved_by else None,
        category=Category(item.category) if item.category else None,
        competitors=tuple(uow.catalogue.list_competitor_names([named.competitor_id for named in item.competitors])),
        area=area.name if area else None,
        owner_id=item.owner,
        owner_name=people.get(item.owner) if item.owner else None,
        tags=tuple(tag.tag for tag in item.tags),
        account=_account_of(uow, first) if with_deal else None,
        amount=_amount_of(first) if with_deal else None,
        wanted=first.wanted if first else None,
        privacy=Privacy(item.privacy),
        needs_answer_by=min((report.answer_by for report in live if report.answer_by), default=None),
        decision=_decision_view(decision, people) if decision else None,
        bar=bar_of(area),
        evidence=tuple(
            EvidenceView(report.words, people[report.reporter], HowKnown(report.how_known))
            for report in live
            if report is not first and report.words.strip()
        ),
        demand=demand_of(uow, item),
        may_see_money=with_deal,
        joined=tuple(_joined(uow, item)),
        is_lapsed=_is_lapsed(uow, item),
        files=tuple(dict.fromkeys(file for report in live for file in _files_of(uow, report))),
        freshness=freshness_of(uow, item, now=now) if now is not None else None,
        corroborations=_corroborations(item, live),
        doubted_by=tuple(people[doubter] for doubter in doubters),
    )


def _corroborations(item: Item, live: list[Report]) -> int:
    return max(0, len({report.reporter for report in live}) - 1) if item.kind == Kind.NUGGET else 0


def _how_known(item: Item, first: Report | None, live: list[Report]) -> HowKnown:
    """Return the best grade of a nugget's reports, an ask's first one, one that was withdrawn where none is left."""
    if live and item.kind == Kind.NUGGET:
        return best_grade(HowKnown(report.how_known) for report in live)
    report = first or next(iter(item.reports), None)
    return HowKnown(report.how_known) if report else HowKnown.RUMOUR


def _files_of(uow: UnitOfWork, report: Report) -> Iterator[FileLink]:
    """Yield a report's files; the names of those from a private place are told to nobody."""
    channel = uow.people.find_channel(report.team_id, report.channel_id) if report.channel_id else None
    is_told = channel is not None and (not channel.is_private or (channel.is_direct and channel.has_bot))
    for file in report.files:
        yield FileLink(str(file["name"]) if is_told else "a file", str(file["link"]))


def _joined(uow: UnitOfWork, item: Item) -> Iterator[str]:
    for item_id in uow.items.list_merged(item.id):
        merged = uow.items.find(item_id)
        if merged is not None:
            yield name_of(merged)


def item_view_for(uow: UnitOfWork, item: Item, slack_user_id: str, *, now: datetime | None = None) -> ItemView | None:
    """Return an item as this person may read it now, or None where they may not; the gate of every single read."""
    if not may_see(viewer_of(uow, item.team_id, slack_user_id), item):
        return None
    return item_view(uow, item, with_deal=may_see_deals(uow, item, slack_user_id), now=now)


def may_see_deals(uow: UnitOfWork, item: Item, slack_user_id: str) -> bool:
    """Tell whether this person may read accounts and money: their own, sales groups, PMs, leads and executives."""
    if any(report.reporter == slack_user_id for report in item.reports):
        return is_full_member(uow, item.team_id, slack_user_id)
    return may_see_accounts(uow, item.team_id, slack_user_id)


def may_see_accounts(uow: UnitOfWork, team_id: str, slack_user_id: str) -> bool:
    """Tell whether this person may read every account's name and money: sales groups, PMs, leads and executives."""
    roles = roles_of(uow, team_id, slack_user_id)
    if roles & {Role.PM, Role.LEAD, Role.EXECUTIVE}:
        return True
    sales = {group.usergroup_id for group in uow.policy(team_id).quota.groups}
    return bool(roles) and bool(sales & uow.people.list_groups_of(team_id, slack_user_id))


def decision_view(uow: UnitOfWork, item: Item, decision: Decision) -> DecisionView:
    """Return one decision as people read it."""
    return _decision_view(decision, names_of(uow, item.team_id, [decision.actor]))


def history_of(uow: UnitOfWork, item: Item) -> tuple[DecisionView, ...]:
    """Return every decision on an item, oldest first, in the zone of the workspace."""
    decisions = uow.items.list_decisions(item.id)
    people = names_of(uow, item.team_id, [decision.actor for decision in decisions])
    zone = uow.policy(item.team_id).zone
    views = [(decision, _decision_view(decision, people)) for decision in decisions]
    return tuple(
        replace(view, at=view.at.astimezone(zone), area=_area_name(uow, decision.detail.get("area_id")))
        for decision, view in views
    )


def _area_name(uow: UnitOfWork, area_id: int | None) -> str | None:
    area = uow.catalogue.find_area_by_id(area_id)
    return area.name if area else None


def name_of(item: Item) -> str:
    """Return an item's name as people type it: A-7, N-12."""
    return f"{Kind(item.kind).letter}-{item.number}"


def bar_of(area: ProductArea | None) -> Bar:
    """Return the three lines of an area's bar; empty where there is no area."""
    if area is None:
        return Bar()
    return Bar(area.what_we_build_for, area.what_gets_in, area.what_we_will_not_do)


def is_step(decision: Decision) -> bool:
    """Tell whether a decision moved its item on: routing by a person does so once, by a rule or later never."""
    return decision.from_status != decision.to_status and decision.effect != Effect.UNDO


def _deciding(uow: UnitOfWork, item: Item) -> Decision | None:
    """Return the decision that led to the present status, passing over what was undone."""
    if item.status == Status.NEW:
        return None
    leading = [
        decision
        for decision in uow.items.list_decisions(item.id)
        if decision.to_status == item.status and is_step(decision)
    ]
    return next((decision for decision in reversed(leading) if not uow.items.is_undone(decision.id)), None)


def _is_lapsed(uow: UnitOfWork, item: Item) -> bool:
    """Tell whether the question to the reporter was left without an answer, and the item is not pursued."""
    if item.status != Status.NEEDS_INFO:
        return False
    effects = [decision.effect for decision in uow.items.list_decisions(item.id)]
    asked = max((place for place, effect in enumerate(effects) if effect == Effect.ASK_FOR_INFO), default=0)
    return Effect.LAPSE in effects[asked:]


def _people_of(item: Item, live: list[Report], decision: Decision | None) -> list[str | None]:
    named = [item.owner, decision.actor if decision else None]
    return named + [report.reporter for report in live] + [report.saved_by for report in live]


def _decision_view(decision: Decision, people: dict[str, str]) -> DecisionView:
    detail = decision.detail
    look_again, noise = detail.get("look_again_on"), detail.get("noise_reason")
    return DecisionView(
        effect=Effect(decision.effect),
        at=decision.decided_at,
        reason=decision.reason,
        actor_id=decision.actor,
        actor_name=people.get(decision.actor) if decision.actor else None,
        look_again=date.fromisoformat(look_again) if look_again else None,
        condition=detail.get("condition"),
        instead=detail.get("instead"),
        noise_reason=NoiseReason(noise) if noise else None,
        other_item=detail.get("other_item"),
    )


def _account_of(uow: UnitOfWork, report: Report | None) -> str | None:
    account = uow.catalogue.find_account_by_id(report.account_id) if report else None
    return account.name if account else None


def _amount_of(report: Report | None) -> str | None:
    if report is None or report.claimed_minor is None or report.claimed_currency is None:
        return None
    return format_money(Money(report.claimed_minor, report.claimed_currency))
