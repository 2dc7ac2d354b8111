"""What fields offer while somebody types, and to whom."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.choices import new_choice
from bot.domain.policies import QuotaGroup, QuotaPolicy
from bot.domain.words import Kind
from bot.services.suggest import MOST_OFFERED, Suggest, suggest
from db.models import Account, Competitor
from db.unit_of_work import UnitOfWork
from tests.services.bench import ANA, BEN, CLEO, NOT_MEMBERS, PM, SECRET, Bench

SALES = "SSALES"


def offered(bench: Bench, field: str, typed: str = "", by: str = ANA) -> list[str]:
    """Return how the options read, the new name last and marked."""
    found = bench.run(suggest, Suggest(bench.team_id, by, field, typed))
    return [choice.label for choice in found.known] + ([f"+{found.new.label}"] if found.new else [])


def selling(bench: Bench, *people: str) -> None:
    """Put these people into the group that sells."""
    bench.policy = replace(bench.policy, quota=QuotaPolicy((QuotaGroup("Sales", SALES),)))
    bench.group(SALES, people)


def test_competitors_come_by_name_by_alias_and_by_likeness_and_a_new_one_can_be_made(bench: Bench) -> None:
    assert offered(bench, "competitor") == ["Acme", "Initech"]
    assert offered(bench, "competitor", "ac") == ["Acme", "+ac"]
    assert offered(bench, "competitor", "acme corp") == ["Acme (Acme Corp)"]
    assert offered(bench, "competitor", "Intech") == ["Initech", "+Intech"]
    assert offered(bench, "competitor", "ACME") == ["Acme"]
    assert offered(bench, "competitor", " Stark\u0000 ") == ["+Stark\ufffd"]


def test_an_option_carries_its_row_or_its_new_name(bench: Bench) -> None:
    found = bench.run(suggest, Suggest(bench.team_id, ANA, "competitor", "acm"))
    (acme,) = bench.rows(Competitor, Competitor.folded == "acme")
    assert [choice.row_id for choice in found.known] == [acme.id]
    assert found.new == new_choice("acm")


def test_accounts_are_for_those_who_may_read_them_and_else_for_whom_spoke_of_them(bench: Bench) -> None:
    assert offered(bench, "account", by=PM) == ["Globex"]
    assert offered(bench, "account", "glo", by=ANA) == ["+glo"]
    assert offered(bench, "account", "Globex", by=ANA) == ["+Globex"], "what is hidden reads like what is new"
    bench.capture("SSO for Globex", ANA)
    assert offered(bench, "account", "glo", by=ANA) == ["Globex", "+glo"]
    assert offered(bench, "account", "glo", by=BEN) == ["+glo"]
    selling(bench, BEN)
    assert offered(bench, "account", "glo", by=BEN) == ["Globex", "+glo"]


def test_before_anything_is_typed_one_s_own_accounts_come_first(bench: Bench) -> None:
    selling(bench, ANA, BEN)
    bench.capture("SSO", BEN, account="Aardvark")
    bench.capture("SSO", ANA, account="Zebra")
    assert offered(bench, "account", by=ANA) == ["Zebra", "Aardvark", "Globex"]


def test_what_only_a_private_place_named_is_suggested_to_nobody_else(bench: Bench) -> None:
    selling(bench, ANA, BEN, CLEO)
    secret = {"channel_id": SECRET, "competitor": "Cyberdyne", "account": "Oscorp"}
    bench.capture("They plan it #cloak", ANA, Kind.NUGGET, **secret)
    for field, name in (("competitor", "Cyberdyne"), ("account", "Oscorp"), ("tags", "#cloak")):
        typed = name.strip("#")
        assert offered(bench, field, typed, by=ANA) == [name]
        assert offered(bench, field, typed, by=CLEO) == [f"+{name}"]
        assert name not in offered(bench, field, by=CLEO)
    bench.capture("Heard it too", BEN, Kind.NUGGET, competitor="Cyberdyne", account="Oscorp")
    assert offered(bench, "competitor", "cyber", by=CLEO) == ["Cyberdyne", "+cyber"]
    assert offered(bench, "account", "osc", by=CLEO) == ["Oscorp", "+osc"]


def test_tags_come_by_how_much_they_are_used_and_are_written_as_tags(bench: Bench) -> None:
    for words in ("one #pricing", "two #pricing", "three #deal"):
        bench.capture(words)
    assert offered(bench, "tags") == ["#pricing", "#deal"]
    assert offered(bench, "tags", "#Pri") == ["#pricing", "+#pri"]
    assert offered(bench, "tags", "Price List") == ["+#price-list"]
    assert offered(bench, "tags", "2027") == []


def test_areas_come_by_keyword_too_and_only_product_managers_add_one(bench: Bench) -> None:
    assert offered(bench, "area") == ["Billing", "Login"]
    assert offered(bench, "area", "inv") == ["Billing (invoice)"]
    assert offered(bench, "area", "Search", by=ANA) == []
    assert offered(bench, "area", "Search", by=PM) == ["+Search"]
    assert offered(bench, "area", "login", by=PM) == ["Login"]


@pytest.mark.parametrize("field", ["competitor", "account", "area", "tags"])
def test_who_is_no_full_member_is_offered_nothing(bench: Bench, field: str) -> None:
    for user in NOT_MEMBERS:
        assert offered(bench, field, "a", by=user) == []
        assert offered(bench, field, by=user) == []


def test_other_workspaces_and_what_was_archived_and_unknown_fields_offer_nothing(bench: Bench) -> None:
    other = Bench(bench.engine).prepared()
    other.capture("They plan it #cloak", ANA, Kind.NUGGET, competitor="Cyberdyne")
    assert offered(bench, "competitor", "cyber") == ["+cyber"]
    assert offered(bench, "tags", "cloak") == ["+#cloak"]
    assert offered(bench, "words", "a") == []

    def archive(row: Competitor) -> None:
        row.archived_at = bench.now

    bench.change(Competitor, archive, Competitor.folded == "acme")
    assert offered(bench, "competitor", "acme") == ["+acme"]


def test_a_menu_gets_no_more_than_it_can_show(bench: Bench) -> None:
    selling(bench, ANA)

    def add(uow: UnitOfWork, names: list[str], *, now: datetime) -> None:
        for name in names:
            uow.catalogue.add(Account(team_id=bench.team_id, name=name, folded=name.casefold(), aliases=[]))

    bench.run(add, [f"Acct {number:04}" for number in range(300)])
    for typed, new in (("", []), ("acct", ["+acct"])):
        found = offered(bench, "account", typed)
        assert len(found) == MOST_OFFERED
        assert found[-1:] == new or not new
