"""Sharing: what a line becomes, that one act is kept once, and who gets to see it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.domain.facts import ChannelFacts
from bot.domain.words import HowKnown, Kind
from bot.services.capture import Captured, CaptureWords, capture_words
from bot.services.look_up import LookUpSaved, look_up_saved
from db.models import (
    Account,
    Competitor,
    Decision,
    Item,
    ItemCompetitor,
    ItemTag,
    MonthlyTally,
    ProductArea,
    Report,
    SearchEntry,
)
from db.unit_of_work import UnitOfWork
from tests.db.transactors import transactor
from tests.services.bench import ANA, ASK_HOME, BEN, DIRECT, FIELD, INTEL_HOME, PM, SECRET, Bench


def words_of(bench: Bench, captured: Captured) -> str:
    message = bench.run(look_up_saved, LookUpSaved(captured.report_id, captured.is_first))
    return message.text


def test_one_line_becomes_an_item_with_all_that_it_says(bench: Bench) -> None:
    line = "Acme Corp halved its price for Globex #Pricing #deal, $120k, stage: legal, rumour"
    captured = bench.capture(line, kind=Kind.NUGGET)
    item, report = bench.item(captured.item_id), bench.report(captured.report_id)
    assert (item.kind, item.number, item.status, item.category) == ("nugget", 1, "new", "pricing")
    assert [tag.tag for tag in item.tags] == ["deal", "pricing"]
    (competitor,) = bench.rows(Competitor, Competitor.folded == "acme")
    assert [named.competitor_id for named in item.competitors] == [competitor.id]
    assert (report.words, report.reporter, report.how_known) == (line, ANA, "rumour")
    assert (report.claimed_minor, report.claimed_currency) == (12_000_000, "USD")
    assert report.deal == {"stage": "legal"}
    (globex,) = bench.rows(Account)
    assert report.account_id == globex.id


def test_numbers_count_up_for_each_kind_by_itself(bench: Bench) -> None:
    kinds = [Kind.ASK, Kind.NUGGET, Kind.ASK, Kind.NUGGET, Kind.ASK]
    ids = [bench.capture("one more", kind=kind).item_id for kind in kinds]
    assert [bench.item(item_id).number for item_id in ids] == [1, 1, 2, 2, 3]


def test_the_same_act_is_kept_once(bench: Bench) -> None:
    first = bench.capture("SSO, please", key="form:V1")
    again = bench.capture("SSO, please, sent twice", key="form:V1")
    assert again == Captured(first.item_id, first.report_id, is_new=False)
    assert len(bench.rows(Item)) == len(bench.rows(Report)) == len(bench.outbox(purpose="card")) == 1
    assert bench.report(first.report_id).words == "SSO, please"
    (tally,) = bench.rows(MonthlyTally)
    assert tally.asks == 1


async def test_one_act_that_comes_many_times_at_once_is_kept_once(database_url: str, bench: Bench) -> None:
    command = CaptureWords(bench.team_id, Kind.ASK, "SSO", ANA, "form:V1", bench.ts(), competitor="Hooli")
    async with transactor(database_url, bench.policy, lambda: bench.now) as transact:
        all_captured = await asyncio.gather(*(transact(capture_words, command) for _ in range(12)))
    assert sorted(captured.is_new for captured in all_captured) == [False] * 11 + [True]
    assert len({captured.report_id for captured in all_captured}) == 1
    assert len(bench.rows(Item)) == 1
    assert len(bench.rows(Competitor, Competitor.name == "Hooli")) == 1


async def test_the_first_to_name_a_competitor_may_be_many(database_url: str, bench: Bench) -> None:
    commands = [
        CaptureWords(bench.team_id, Kind.NUGGET, f"news {i}", ANA, f"form:{i}", bench.ts(), competitor="Hooli")
        for i in range(8)
    ]
    async with transactor(database_url, bench.policy, lambda: bench.now) as transact:
        await asyncio.gather(*(transact(capture_words, command) for command in commands))
    (hooli,) = bench.rows(Competitor, Competitor.name == "Hooli")
    assert not hooli.is_confirmed
    assert [row.competitor_id for row in bench.rows(ItemCompetitor)] == [hooli.id] * 8
    (tally,) = bench.rows(MonthlyTally)
    assert tally.nuggets == 8


def test_a_competitor_of_the_form_is_found_by_its_alias(bench: Bench) -> None:
    captured = bench.capture("they cut prices", kind=Kind.NUGGET, competitor="  ACME   corp ")
    (named,) = bench.item(captured.item_id).competitors
    (acme,) = bench.rows(Competitor, Competitor.folded == "acme")
    assert named.competitor_id == acme.id


def test_an_account_that_nobody_knows_is_added_unconfirmed_and_once(bench: Bench) -> None:
    first = bench.capture('SSO for account:"Umbrella GmbH"')
    again = bench.capture("They need SSO", account="umbrella  gmbh")
    (umbrella,) = bench.rows(Account, Account.folded == "umbrella gmbh")
    assert (umbrella.name, umbrella.is_confirmed) == ("Umbrella GmbH", False)
    assert bench.report(first.report_id).account_id == bench.report(again.report_id).account_id == umbrella.id
    assert bench.report(again.report_id).account_words == "umbrella  gmbh"


@pytest.mark.parametrize("field", ["account", "competitor"])
def test_names_of_any_length_are_kept_twice_over(bench: Bench, field: str) -> None:
    for _ in range(2):
        more: dict[str, Any] = {field: "Very Long Name " * 40}
        bench.capture("it may be long", **more)
    assert len(bench.rows(Item)) == 2


@pytest.mark.parametrize("field", ["account", "competitor", "wanted", "words"])
def test_what_no_database_can_store_costs_nobody_their_words(bench: Bench, field: str) -> None:
    values: dict[str, Any] = {"words": "SSO", field: "Glo\x00bex\ud800"}
    captured = bench.capture(values.pop("words"), **values)
    assert bench.item(captured.item_id).number == 1


@pytest.mark.parametrize("model", [Account, Competitor])
def test_a_name_that_the_settings_dropped_may_be_used_again(
    bench: Bench, model: type[Account] | type[Competitor]
) -> None:
    bench.change(model, lambda row: setattr(row, "archived_at", bench.now))
    captured = bench.capture("News", account="Globex", competitor="Acme")
    assert bench.report(captured.report_id).account_id is not None
    assert len(bench.item(captured.item_id).competitors) == 1


def test_a_keyword_routes_without_acknowledging(bench: Bench) -> None:
    captured = bench.capture("The invoices lack a VAT number, and SSO is missing")
    item = bench.item(captured.item_id)
    (billing,) = bench.rows(ProductArea, ProductArea.folded == "billing")
    assert (item.area_id, item.owner, item.status, item.seen_at) == (billing.id, PM, "new", None)
    (decision,) = bench.rows(Decision)
    assert (decision.effect, decision.actor, decision.reason) == ("route", None, "Its words name Billing.")


def test_without_a_keyword_nothing_is_routed(bench: Bench) -> None:
    item = bench.item(bench.capture("They want dark mode").item_id)
    assert (item.area_id, item.owner) == (None, None)
    assert bench.rows(Decision) == []


@pytest.mark.parametrize(
    ("saved_by", "told", "expected"),
    [
        (None, None, "first-hand"),
        (BEN, None, "first-hand"),
        (BEN, HowKnown.DOCUMENT, "document"),
    ],
)
def test_how_something_is_known(bench: Bench, saved_by: str | None, told: HowKnown | None, expected: str) -> None:
    captured = bench.capture("heard at the fair", saved_by=saved_by, how_known=told)
    assert bench.report(captured.report_id).how_known == expected


@pytest.mark.parametrize(
    ("channel_id", "privacy", "has_card"),
    [
        (None, "workspace", True),
        (FIELD, "workspace", True),
        (DIRECT, "workspace", True),
        (SECRET, "place", False),
        ("CNOBODYKNOWS", "place", False),
    ],
)
def test_what_comes_from_a_private_place_is_private(
    bench: Bench, channel_id: str | None, privacy: str, *, has_card: bool
) -> None:
    captured = bench.capture("Acme is cheap", channel_id=channel_id)
    item = bench.item(captured.item_id)
    assert (item.privacy, item.place_id) == (privacy, channel_id if privacy == "place" else None)
    assert bool(bench.outbox(purpose="card")) is has_card
    (entry,) = bench.rows(SearchEntry)
    assert ("w" in entry.scope.split()) is has_card


def test_a_direct_message_between_others_is_private(bench: Bench) -> None:
    bench.channel(ChannelFacts("DOTHERS", is_private=True, is_direct=True, has_bot=False))
    bench.channel(ChannelFacts("GMPIM", is_private=True, is_direct=False, has_bot=True))
    for place in ("DOTHERS", "GMPIM"):
        bench.capture("x", channel_id=place)
    assert {item.privacy for item in bench.rows(Item)} == {"place"}


def test_the_card_goes_to_the_area_s_channel_else_to_the_kind_s_home(bench: Bench) -> None:
    areas = (replace(bench.policy.areas[0], channel_id="CBILLING"), bench.policy.areas[1])
    bench.policy = replace(bench.policy, areas=areas)
    bench.prepared()
    for words, kind in (("invoices", Kind.ASK), ("dark mode", Kind.ASK), ("cheap", Kind.NUGGET)):
        bench.capture(words, kind=kind)
    assert [entry.channel_id for entry in bench.outbox(purpose="card")] == ["CBILLING", ASK_HOME, INTEL_HOME]


def test_a_channel_shared_with_another_company_gets_no_card(bench: Bench) -> None:
    bench.channel(ChannelFacts(ASK_HOME, is_private=False, is_externally_shared=True, has_bot=True))
    bench.capture("They want dark mode")
    assert bench.outbox(purpose="card") == []


def test_each_person_is_told_about_ndas_once(bench: Bench) -> None:
    first, second, other = bench.capture("one"), bench.capture("two"), bench.capture("three", BEN)
    assert [first.is_first, second.is_first, other.is_first] == [True, False, True]
    assert "NDA" in words_of(bench, first)
    assert "NDA" not in words_of(bench, second)


def test_tallies_count_in_the_month_of_the_zone(bench: Bench) -> None:
    bench.now = bench.now.replace(day=31, hour=22, minute=59)
    bench.capture("still October in Paris", kind=Kind.NUGGET)
    bench.now += timedelta(minutes=1)
    bench.capture("November in Paris, October in UTC", kind=Kind.NUGGET)
    bench.capture("an ask")
    tallies = {tally.month: (tally.nuggets, tally.asks) for tally in bench.rows(MonthlyTally)}
    assert tallies == {"2026-10": (1, 0), "2026-11": (1, 1)}


def test_what_was_said_can_be_found(bench: Bench) -> None:
    bench.capture("Acme is cheap #pricing", wanted="a discount", account="Globex")
    (entry,) = bench.rows(SearchEntry)
    for word in ("cheap", "discount", "Globex", "#pricing"):
        assert word in entry.words


def test_a_capture_that_fails_leaves_nothing(bench: Bench, engine: Engine) -> None:
    def capture_then_fail(uow: UnitOfWork, command: CaptureWords, *, now: object) -> None:
        capture_words(uow, command, now=bench.now)
        raise LookupError

    with pytest.raises(LookupError):
        bench.run(capture_then_fail, CaptureWords(bench.team_id, Kind.ASK, "#x invoices", ANA, "k", bench.ts()))
    for model in (Item, Report, ItemTag, Decision, MonthlyTally, SearchEntry):
        assert bench.rows(model) == []
    assert bench.outbox() == []
    assert bench.capture("the next one").is_first


def test_a_line_typed_again_because_nobody_seemed_to_answer_is_kept_once(bench: Bench) -> None:
    first = bench.capture("Globex needs SSO", is_typed=True)
    again = bench.capture("Globex needs SSO", is_typed=True)
    assert (again.item_id, again.is_new) == (first.item_id, False)
    assert bench.capture("Globex needs SSO", BEN, is_typed=True).is_new, "another person's words are another report"
    assert bench.capture("Globex needs SSO", kind=Kind.NUGGET, is_typed=True).is_new
    assert bench.capture("Globex needs SSO.", is_typed=True).is_new
    bench.wait(minutes=11)
    assert bench.capture("Globex needs SSO", is_typed=True).is_new, "later it is news again"


def test_a_message_and_a_typed_line_are_two_acts(bench: Bench) -> None:
    bench.capture_message("Acme cut prices", bench.ts(1))
    assert bench.capture("Acme cut prices", kind=Kind.NUGGET, is_typed=True).is_new
