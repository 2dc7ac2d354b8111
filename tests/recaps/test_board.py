"""The board: contributors by name, teams only where they are large enough, and nowhere who is short."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

import pytest

from bot.blocks.recap import recap_text
from bot.domain.facts import PersonFacts
from bot.domain.policies import QuotaGroup, QuotaPolicy
from bot.domain.words import Kind
from bot.services.people import RememberPeople, remember_people
from bot.services.recap import PreviewRecap, draw, preview_recap
from bot.services.revise import TakeBack, take_back
from db.models import Account, Person
from tests.recaps.test_figures import OCTOBER, snapshot
from tests.services.bench import ANA, BEN, PM, Bench

LARGE, SMALL = QuotaGroup("EMEA", "SEMEA"), QuotaGroup("Nordics", "SNORD")
Mode = Literal["off", "teams only", "full"]


def team(bench: Bench, group: QuotaGroup, names: Sequence[str]) -> list[str]:
    """Make a team of full members with these names, and return their ids."""
    ids = [f"U{group.usergroup_id}{number}" for number in range(len(names))]
    people = [PersonFacts(user, "T", name) for user, name in zip(ids, names, strict=True)]
    bench.run(remember_people, RememberPeople(bench.team_id, people))
    bench.group(group.usergroup_id, ids)
    return ids


def with_mode(bench: Bench, mode: Mode = "full") -> None:
    bench.policy = replace(bench.policy, quota=QuotaPolicy((LARGE, SMALL), mode=mode))


def share(bench: Bench, *users: str) -> None:
    for user in users:
        bench.capture("Acme is cheap", user, Kind.NUGGET)


def everywhere(bench: Bench) -> str:
    """Return all that anyone could read of the recap: the snapshot, the text, and the posts."""
    view = bench.run(preview_recap, PreviewRecap(bench.team_id, OCTOBER))
    message = draw(view)
    return json.dumps([snapshot(bench), message.text, message.blocks]) + recap_text(view)


def test_who_is_short_appears_nowhere(bench: Bench) -> None:
    with_mode(bench)
    large = team(bench, LARGE, ["Zoe", "Yann", "Xaver", "Wanda", "Viktor"])
    small = team(bench, SMALL, ["Ulla", "Till", "Sven", "Rosa"])
    share(bench, large[0], large[1], large[1], small[0])
    seen = everywhere(bench)
    assert snapshot(bench)["teams"] == [{"team": "EMEA", "reached": 2, "expected": 5}]
    for name, user in (("Xaver", large[2]), ("Wanda", large[3]), ("Viktor", large[4]), ("Till", small[1])):
        assert name not in seen
        assert user not in seen
    for name in ("Zoe", "Yann", "Ulla"):
        assert name in seen


def test_a_team_under_five_is_not_named(bench: Bench) -> None:
    with_mode(bench)
    share(bench, *team(bench, SMALL, ["Ulla", "Till", "Sven", "Rosa"]))
    assert snapshot(bench)["teams"] == []
    assert "Nordics" not in everywhere(bench)


def test_a_team_of_five_of_whom_one_just_joined_is_not_named_either(bench: Bench) -> None:
    with_mode(bench)
    ids = team(bench, LARGE, ["Zoe", "Yann", "Xaver", "Wanda", "Viktor"])
    assert len(snapshot(bench)["teams"]) == 1
    joined = datetime(2026, 9, 15, tzinfo=UTC)
    bench.change(Person, lambda person: setattr(person, "joined_at", joined), Person.slack_user_id == ids[0])
    assert snapshot(bench)["teams"] == []


@pytest.mark.parametrize(
    ("joined", "expected"),
    [
        ((2026, 8, 31, 12), 6),
        # The whole first full month is free: who joined in September is expected from November on.
        ((2026, 9, 1, 12), 5),
        ((2026, 10, 20, 12), 5),
    ],
)
def test_joiners_have_their_first_full_month_free(bench: Bench, joined: tuple[int, ...], expected: int) -> None:
    with_mode(bench)
    ids = team(bench, LARGE, ["Zoe", "Yann", "Xaver", "Wanda", "Viktor", "Ulla"])
    moment = datetime(*joined, tzinfo=UTC)  # type: ignore[misc,arg-type]
    bench.change(Person, lambda person: setattr(person, "joined_at", moment), Person.slack_user_id == ids[0])
    share(bench, ids[1])
    assert snapshot(bench)["teams"] == [{"team": "EMEA", "reached": 1, "expected": expected}]


def test_of_those_who_left_nothing_is_expected(bench: Bench) -> None:
    with_mode(bench)
    ids = team(bench, LARGE, ["Zoe", "Yann", "Xaver", "Wanda", "Viktor", "Ulla"])
    gone = [PersonFacts(ids[0], "T", "Zoe", is_deactivated=True)]
    bench.run(remember_people, RememberPeople(bench.team_id, gone))
    assert snapshot(bench)["teams"] == [{"team": "EMEA", "reached": 0, "expected": 5}]


@pytest.mark.parametrize(
    ("mode", "names", "teams"), [("off", False, False), ("teams only", False, True), ("full", True, True)]
)
def test_the_mode_says_how_much_is_shown(bench: Bench, mode: Mode, *, names: bool, teams: bool) -> None:
    with_mode(bench, mode)
    share(bench, *team(bench, LARGE, ["Zoe", "Yann", "Xaver", "Wanda", "Viktor"]))
    taken = snapshot(bench)
    assert (bool(taken["contributors"]), bool(taken["teams"])) == (names, teams)
    seen = everywhere(bench)
    assert ("Zoe" in seen, "EMEA" in seen) == (names, teams)


def test_contributors_stand_in_alphabetical_order(bench: Bench) -> None:
    with_mode(bench)
    ids = team(bench, LARGE, ["zoe", "Émile", "Adam", "bert", "Carl"])
    share(bench, *ids, ids[0])
    view = bench.run(preview_recap, PreviewRecap(bench.team_id, OCTOBER))
    assert view.contributors == ("Adam", "bert", "Carl", "zoe", "Émile")


def test_asks_and_what_was_taken_back_are_no_contribution(bench: Bench) -> None:
    bench.capture("SSO")
    captured = bench.capture("Acme", BEN, Kind.NUGGET)
    bench.run(take_back, TakeBack(bench.team_id, captured.report_id, BEN))
    assert snapshot(bench)["contributors"] == []
    share(bench, BEN)
    assert snapshot(bench)["contributors"] == [BEN]


def test_the_recap_names_no_account_no_amount_and_no_owner(bench: Bench) -> None:
    bench.capture("SSO for Globex, $120k", ANA)
    bench.capture("Acme at Globex for $7k, invoices", ANA, Kind.NUGGET)
    seen = everywhere(bench)
    accounts: list[Any] = [account.name for account in bench.rows(Account)]
    for hidden in (*accounts, "120", "$7", PM, "Priya"):
        assert hidden not in seen
