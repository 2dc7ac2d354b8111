"""Importing what a CRM knows: found again, brought up to date, and what people wrote meanwhile joined to it."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest

from bot.domain.money import Money
from bot.domain.policies import AccountSeed
from bot.services.accounts import SameAccount, same_account
from bot.services.import_lists import (
    AccountLine,
    ImportAccounts,
    ImportOpportunities,
    LineOutcome,
    OpportunityLine,
    import_accounts,
    import_opportunities,
)
from bot.services.seed import seed_catalogue
from db.models import Account, AccountAlias, Opportunity
from tests.services.bench import PM, Bench


def take(bench: Bench, *lines: AccountLine) -> list[LineOutcome]:
    return bench.run(import_accounts, ImportAccounts(bench.team_id, lines))


def take_deals(bench: Bench, *lines: OpportunityLine) -> list[LineOutcome]:
    return bench.run(import_opportunities, ImportOpportunities(bench.team_id, lines))


def account(bench: Bench, name: str) -> Account:
    (found,) = bench.rows(Account, Account.name == name)
    return found


def aliases(bench: Bench, name: str) -> set[str]:
    return {alias.name for alias in bench.rows(AccountAlias, AccountAlias.account_id == account(bench, name).id)}


HOOLI = AccountLine(2, "Hooli", ("Hooli XYZ",), "enterprise", Money(5_000_000, "USD"))


def test_an_account_is_added_confirmed_and_found_again(bench: Bench) -> None:
    assert take(bench, HOOLI) == [LineOutcome(2, "added")]
    found = account(bench, "Hooli")
    assert (found.is_confirmed, found.segment, found.crm_minor, found.crm_currency) == (
        True,
        "enterprise",
        5_000_000,
        "USD",
    )
    assert take(bench, HOOLI) == [LineOutcome(2, "unchanged")]
    assert take(bench, AccountLine(9, "hooli xyz", amount=Money(1, "EUR"))) == [LineOutcome(9, "changed")]
    assert (account(bench, "Hooli").crm_minor, account(bench, "Hooli").segment) == (1, "enterprise")
    assert len(bench.rows(Account, Account.folded.startswith("hooli"))) == 1
    # It is understood in a line from now on.
    assert bench.report(bench.capture("Hooli XYZ asks").report_id).account_id == found.id


def test_an_empty_cell_changes_nothing(bench: Bench) -> None:
    take(bench, HOOLI)
    assert take(bench, AccountLine(2, "Hooli")) == [LineOutcome(2, "unchanged")]
    assert aliases(bench, "Hooli") == {"Hooli XYZ"}


def test_what_people_added_is_confirmed_by_the_list(bench: Bench) -> None:
    captured = bench.capture("they want SSO", account="Hooli")
    assert not account(bench, "Hooli").is_confirmed
    assert take(bench, HOOLI) == [LineOutcome(2, "changed")]
    assert account(bench, "Hooli").is_confirmed
    assert bench.report(captured.report_id).account_id == account(bench, "Hooli").id


def test_a_spelling_that_people_added_becomes_the_account_that_lists_it_as_an_alias(bench: Bench) -> None:
    captured = bench.capture("they want SSO", account="Hooli XYZ")
    (outcome,) = take(bench, HOOLI)
    assert outcome.what == "added"
    assert "1 of its reports moved" in outcome.notes[0]
    assert bench.report(captured.report_id).account_id == account(bench, "Hooli").id
    assert account(bench, "Hooli XYZ").archived_at is not None
    assert take(bench, HOOLI) == [LineOutcome(2, "unchanged")]


def test_an_alias_names_one_account_only(bench: Bench) -> None:
    take(bench, HOOLI)
    outcomes = take(bench, AccountLine(3, "Umbrella", ("Hooli XYZ", "Globex", "Umbra")))
    assert outcomes[0].notes == (
        "“Hooli XYZ” already names Hooli, so it was left out.",
        "“Globex” already names Globex, so it was left out.",
    )
    assert aliases(bench, "Umbrella") == {"Umbra"}
    # A name that is another's alias means that other account.
    assert take(bench, AccountLine(4, "Umbra", segment="smb")) == [LineOutcome(4, "changed")]
    assert account(bench, "Umbrella").segment == "smb"


def test_the_settings_file_wins_for_the_segments_it_names_and_no_others(bench: Bench) -> None:
    (outcome,) = take(bench, AccountLine(2, "Globex", segment="smb", amount=Money(100, "USD")))
    assert outcome == LineOutcome(2, "changed", ("The settings file says mid-market for Globex, so it stays that.",))
    bench.policy = replace(bench.policy, accounts=(*bench.policy.accounts, AccountSeed("Hooli")))
    take(bench, HOOLI)
    bench.run(lambda uow, team_id, *, now: seed_catalogue(uow, team_id, now=now), bench.team_id)
    assert (account(bench, "Hooli").segment, account(bench, "Globex").segment) == ("enterprise", "mid-market")


def test_an_archived_account_comes_back_and_one_that_was_joined_stays_joined(bench: Bench) -> None:
    full = bench.policy
    bench.policy = replace(full, accounts=())
    bench.run(lambda uow, team_id, *, now: seed_catalogue(uow, team_id, now=now), bench.team_id)
    assert account(bench, "Globex").archived_at is not None
    assert take(bench, AccountLine(2, "Globex")) == [LineOutcome(2, "changed")]
    assert account(bench, "Globex").archived_at is None
    bench.capture("they want SSO", account="Globexx")
    bench.run(same_account, SameAccount(bench.team_id, account(bench, "Globexx").id, account(bench, "Globex").id, PM))
    assert take(bench, AccountLine(2, "Globexx", segment="smb"))[0].what == "changed"
    assert account(bench, "Globex").segment == "smb"
    assert account(bench, "Globexx").archived_at is not None


DEAL = OpportunityLine(2, "Globex Corp", "006A", "Renewal", "Proposal", date(2026, 12, 31), Money(100, "USD"))


def test_an_opportunity_is_added_and_brought_up_to_date_by_its_id(bench: Bench) -> None:
    assert take_deals(bench, DEAL) == [LineOutcome(2, "added")]
    (deal,) = bench.rows(Opportunity)
    assert (deal.account_id, deal.name, deal.is_confirmed) == (account(bench, "Globex").id, "Renewal", True)
    assert (deal.close_on, deal.amount_minor, deal.currency) == (date(2026, 12, 31), 100, "USD")
    assert take_deals(bench, DEAL) == [LineOutcome(2, "unchanged")]
    assert take_deals(bench, OpportunityLine(2, "Globex", "006A")) == [LineOutcome(2, "unchanged")]
    assert take_deals(bench, replace(DEAL, stage="Closed Won")) == [LineOutcome(2, "changed")]
    (deal,) = bench.rows(Opportunity)
    assert (deal.stage, deal.name) == ("Closed Won", "Renewal")


def test_an_account_that_nobody_knows_is_added_with_its_opportunity(bench: Bench) -> None:
    bench.capture("they want SSO", account="Umbrella")
    outcomes = take_deals(bench, replace(DEAL, account="Hooli"), replace(DEAL, account="Umbrella", external_id="2"))
    assert [outcome.notes for outcome in outcomes] == [
        ("Hooli was on no list of accounts, so it was added.",),
        ("Umbrella had been added by hand and is confirmed now.",),
    ]
    assert account(bench, "Hooli").is_confirmed
    assert account(bench, "Umbrella").is_confirmed


@pytest.mark.parametrize("line", [HOOLI, AccountLine(3, "Hooli"), DEAL, OpportunityLine(3, "Hooli", "1")])
def test_a_line_reads_the_same_in_another_process(line: AccountLine | OpportunityLine) -> None:
    plain: dict[str, Any] = asdict(line)
    if plain.get("close_on"):
        plain["close_on"] = str(plain["close_on"])
    assert type(line).of(plain) == line
