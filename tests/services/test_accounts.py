"""Accounts: which of their deals a report is about, and a new name that turns out to be a known one."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.blocks.message import Message
from bot.domain.errors import MendableError
from bot.domain.policies import AccountSeed
from bot.domain.words import Kind
from bot.services.accounts import (
    NewAccount,
    SameAccount,
    account_question,
    find_opportunity,
    is_open,
    new_account,
    same_account,
)
from bot.services.questions import Asking
from bot.services.revise import TakeBack, take_back
from bot.services.seed import seed_catalogue
from db.models import Account, AccountAlias, Opportunity, Report, ToldOnce
from db.unit_of_work import UnitOfWork
from tests.services.bench import ANA, BEN, BOSS, CLEO, GUEST, PM, Bench


def add_deal(bench: Bench, account: str, **more: Any) -> int:
    def add(uow: UnitOfWork, name: str, *, now: Any) -> int:
        found = uow.catalogue.find_account_called(bench.team_id, name)
        assert found is not None
        deal = Opportunity(team_id=bench.team_id, account_id=found.id, is_confirmed=True, **more)
        uow.catalogue.add(deal)
        uow.flush()
        return deal.id

    return bench.run(add, account)


def deal_of(bench: Bench, report_id: int) -> int | None:
    def find(uow: UnitOfWork, query: int, *, now: Any) -> int | None:
        report = uow.items.find_report(query)
        assert report is not None
        found = find_opportunity(uow, report)
        return found.id if found else None

    return bench.run(find, report_id)


def ask(bench: Bench, report_id: int, who: str = PM) -> Message | None:
    def run(uow: UnitOfWork, query: int, *, now: Any) -> Message | None:
        report = uow.items.find_report(query)
        assert report is not None
        return account_question(uow, Asking(report, who), now)

    return bench.run(run, report_id)


def account(bench: Bench, name: str) -> Account:
    (found,) = bench.rows(Account, Account.name == name)
    return found


@pytest.mark.parametrize(
    ("stage", "close_on", "expected"),
    [
        (None, None, True),
        ("Negotiation", date(2026, 10, 14), True),
        ("Negotiation", date(2026, 10, 13), False),
        ("Closed Won", date(2026, 12, 1), False),
        ("closed-lost", None, False),
        ("7 - Lost", None, False),
        ("Wonderful prospect", None, True),
    ],
)
def test_a_deal_is_open_by_its_stage_and_its_day(stage: str | None, close_on: date | None, expected: bool) -> None:
    deal = Opportunity(team_id="T", account_id=1, stage=stage, close_on=close_on)
    assert is_open(deal, date(2026, 10, 14)) is expected


def test_a_report_is_about_the_only_open_deal_of_its_account(bench: Bench) -> None:
    report_id = bench.capture("Globex needs SSO").report_id
    assert deal_of(bench, report_id) is None
    add_deal(bench, "globex", external_id="1", stage="Closed Lost")
    open_deal = add_deal(bench, "globex", external_id="2", stage="Proposal", close_on=date(2026, 12, 31))
    assert deal_of(bench, report_id) == open_deal
    # What was said after it closed is not about it.
    bench.wait(days=100)
    assert deal_of(bench, bench.capture("Globex again").report_id) is None
    assert deal_of(bench, report_id) == open_deal
    add_deal(bench, "globex", external_id="3")
    assert deal_of(bench, report_id) is None
    assert deal_of(bench, bench.capture("nobody is named").report_id) is None


def test_a_misspelt_account_is_asked_about_once_and_only_of_those_who_may_read_accounts(bench: Bench) -> None:
    first = bench.capture("they want SSO", account="Globexx")
    assert ask(bench, first.report_id, ANA) is None, "Ana may not read every account's name"
    assert ask(bench, first.report_id, GUEST) is None
    question = ask(bench, first.report_id, PM)
    assert question is not None
    assert question.text == "Is “Globexx” the same as Globex?"
    assert ask(bench, first.report_id, PM) is None
    assert ask(bench, bench.capture("again", account="Globexx").report_id, PM) is None
    assert ask(bench, first.report_id, BOSS) is not None


def test_nobody_is_asked_about_what_is_known_or_like_nothing_known(bench: Bench) -> None:
    for words, name in (("they want SSO", "Globex Corp"), ("they want SSO", "Umbrella"), ("no account at all", None)):
        assert ask(bench, bench.capture(words, account=name).report_id) is None


def test_yes_moves_every_report_and_the_name_is_understood_from_then_on(bench: Bench) -> None:
    first = bench.capture("they want SSO", account="Globexx", reporter=ANA)
    second = bench.capture("and SCIM", account="Globexx", reporter=BEN)
    other = bench.capture("they too", account="Umbrella", reporter=BEN)
    deal = add_deal(bench, "globex", external_id="1", stage="Proposal")
    kept = add_deal(bench, "globexx", external_id="2", stage="Closed Won")
    new, known = account(bench, "Globexx"), account(bench, "Globex")
    said = bench.run(same_account, SameAccount(bench.team_id, new.id, known.id, PM))
    assert said.text == "Thank you. “Globexx” now means Globex; 2 reports count there."
    moved = {row.id: (row.account_id, row.opportunity_id) for row in bench.rows(Report)}
    assert moved[first.report_id] == moved[second.report_id] == (known.id, deal)
    assert moved[other.report_id][0] == account(bench, "Umbrella").id
    assert {row.id: row.account_id for row in bench.rows(Opportunity)} == {deal: known.id, kept: known.id}
    assert account(bench, "Globexx").archived_at == bench.now
    assert "Globexx" in {alias.name for alias in bench.rows(AccountAlias, AccountAlias.account_id == known.id)}
    again = bench.capture("Globexx asks again")
    assert bench.report(again.report_id).account_id == known.id
    assert bench.report(bench.capture("x", account="GLOBEXX").report_id).account_id == known.id
    with pytest.raises(MendableError, match="answered this already"):
        bench.run(same_account, SameAccount(bench.team_id, new.id, known.id, PM))


def test_a_withdrawn_report_moves_uncounted(bench: Bench) -> None:
    captured = bench.capture("they want SSO", account="Globexx")
    bench.run(take_back, TakeBack(bench.team_id, captured.report_id, ANA))
    ids = (account(bench, "Globexx").id, account(bench, "Globex").id)
    said = bench.run(same_account, SameAccount(bench.team_id, *ids, PM))
    assert "0 reports count there" in said.text


def test_no_is_remembered_for_everyone(bench: Bench) -> None:
    captured = bench.capture("they want SSO", account="Globexx")
    said = bench.run(new_account, NewAccount(bench.team_id, account(bench, "Globexx").id, PM))
    assert "Globexx stays an account of its own" in said.text
    assert ask(bench, captured.report_id, PM) is None
    assert ask(bench, captured.report_id, BOSS) is None
    assert account(bench, "Globexx").archived_at is None
    # Both answers may come at once; the second changes its mind about the account, and is taken at its word.
    bench.run(new_account, NewAccount(bench.team_id, account(bench, "Globexx").id, BOSS))
    assert len(bench.rows(ToldOnce, ToldOnce.slack_user_id == "*")) == 1


@pytest.mark.parametrize("actor", [ANA, CLEO, GUEST, "UNEVERSEEN"])
def test_who_may_not_read_accounts_decides_nothing(bench: Bench, actor: str) -> None:
    bench.capture("they want SSO", account="Globexx")
    ids = (account(bench, "Globexx").id, account(bench, "Globex").id)
    with pytest.raises(MendableError, match="Nothing was changed"):
        bench.run(same_account, SameAccount(bench.team_id, *ids, actor))
    with pytest.raises(MendableError, match="Nothing was changed"):
        bench.run(new_account, NewAccount(bench.team_id, ids[0], actor))
    assert account(bench, "Globexx").archived_at is None


def test_a_known_account_is_never_made_another(bench: Bench) -> None:
    known = account(bench, "Globex")
    bench.capture("they want SSO", account="Umbrella")
    new = account(bench, "Umbrella")
    for first, second in ((known.id, new.id), (new.id, new.id), (new.id, 10**9), (10**9, known.id)):
        with pytest.raises(MendableError, match="Nothing was changed"):
            bench.run(same_account, SameAccount(bench.team_id, first, second, PM))
    stranger = Bench(bench.engine, bench.policy).prepared()
    with pytest.raises(MendableError):
        bench.run(same_account, SameAccount(stranger.team_id, new.id, known.id, PM))


def test_the_card_shows_the_new_count(bench: Bench) -> None:
    captured = bench.capture("they want SSO", account="Globexx", kind=Kind.ASK)
    before = bench.card_of(captured.item_id).payload
    bench.run(same_account, SameAccount(bench.team_id, account(bench, "Globexx").id, account(bench, "Globex").id, PM))
    assert bench.card_of(captured.item_id).payload != before


def test_a_seed_names_the_archived_spelling_and_takes_it_back(bench: Bench) -> None:
    bench.capture("they want SSO", account="Globexx")
    bench.run(same_account, SameAccount(bench.team_id, account(bench, "Globexx").id, account(bench, "Globex").id, PM))
    bench.policy = replace(bench.policy, accounts=(*bench.policy.accounts, AccountSeed("Globexx")))
    bench.run(lambda uow, team_id, *, now: seed_catalogue(uow, team_id, now=now), bench.team_id)
    assert account(bench, "Globexx").archived_at is None
    assert bench.report(bench.capture("x", account="Globexx").report_id).account_id == account(bench, "Globexx").id
