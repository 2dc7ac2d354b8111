"""The light quota and its board."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.policies import QuotaPolicy
from bot.domain.quota import Board, Contribution, TeamAttainment, TeamMembers, board, is_excused

POLICY = QuotaPolicy()
FIVE = frozenset({"U1", "U2", "U3", "U4", "U5"})
COUNTS = st.integers(-1, 3)
CONTRIBUTIONS = st.lists(
    st.builds(
        Contribution,
        slack_user_id=st.sampled_from(sorted(FIVE | {"U6", "U7", "U8"})),
        name=st.sampled_from(["Zoé", "ana", "Bo", "bo", ""]),
        nuggets=COUNTS,
        corroborations=COUNTS,
        confirmations=COUNTS,
        filled_wants=COUNTS,
        used=COUNTS,
    ),
    unique_by=lambda one: one.slack_user_id,
)


def test_contributors_stand_in_alphabetical_order_whatever_they_gave() -> None:
    given_ = [
        Contribution("U1", "Zoé", nuggets=1),
        Contribution("U2", "ana", corroborations=9),
        Contribution("U3", "Bo", confirmations=1),
        Contribution("U4", "Cy", filled_wants=1),
        Contribution("U5", "Di"),
    ]
    assert board(given_, [], POLICY).contributor_ids == ("U2", "U3", "U4", "U1")


def test_up_to_three_are_named_as_used_most_without_their_rank() -> None:
    given_ = [Contribution(f"U{used}", name, used=used) for used, name in enumerate(["E", "D", "C", "B", "A"])]
    assert board(given_, [], POLICY).most_used_ids == ("U4", "U3", "U2")
    assert board(given_[:2], [], POLICY).most_used_ids == ("U1",)
    assert board(given_[:1], [], POLICY).most_used_ids == ()


@pytest.mark.parametrize(("size", "is_named"), [(4, False), (5, True)])
def test_small_teams_are_not_named(size: int, is_named: bool) -> None:
    team = TeamMembers("North", frozenset(sorted(FIVE)[:size]))
    named = board([Contribution("U1", nuggets=1)], [team], POLICY).teams
    assert named == ((TeamAttainment("North", 1, 5),) if is_named else ())


def test_attainment_counts_members_who_gave_enough() -> None:
    given_ = [Contribution("U1", nuggets=2), Contribution("U2", nuggets=1), Contribution("U9", nuggets=5)]
    policy = replace(POLICY, per_month=2)
    teams = [TeamMembers("south", FIVE), TeamMembers("North", FIVE | {"U9"})]
    assert board(given_, teams, policy).teams == (TeamAttainment("North", 2, 6), TeamAttainment("south", 1, 5))


def test_the_mode_decides_what_is_shown() -> None:
    given_, teams = [Contribution("U1", nuggets=1, used=1)], [TeamMembers("North", FIVE)]
    assert board(given_, teams, replace(POLICY, mode="off")) == Board()
    only_teams = board(given_, teams, replace(POLICY, mode="teams only"))
    assert only_teams == Board(teams=(TeamAttainment("North", 1, 5),))
    assert board(given_, teams, POLICY) == Board(("U1",), ("U1",), only_teams.teams)


@given(CONTRIBUTIONS, st.sampled_from([1, 2, 5]))
def test_only_who_gave_something_is_ever_named(contributions: list[Contribution], per_month: int) -> None:
    drawn = board(contributions, [TeamMembers("North", FIVE)], replace(POLICY, per_month=per_month))
    gave = {one.slack_user_id for one in contributions if one.total}
    used = {one.slack_user_id for one in contributions if one.used > 0}
    assert set(drawn.contributor_ids) == gave
    assert set(drawn.most_used_ids) <= used
    assert len(drawn.most_used_ids) == min(3, len(used))
    assert all(0 <= team.reached <= team.expected for team in drawn.teams)


@given(CONTRIBUTIONS)
def test_the_order_of_counting_changes_nothing(contributions: list[Contribution]) -> None:
    turned = list(reversed(contributions))
    assert board(contributions, [], POLICY) == board(turned, [], POLICY)


SEPTEMBER = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("joined_at", "excused"),
    [
        (None, False),
        (SEPTEMBER - timedelta(days=400), False),
        (SEPTEMBER, False),
        (SEPTEMBER + timedelta(days=14), True),
        (SEPTEMBER + timedelta(days=45), True),
    ],
)
def test_joiners_are_excused_until_their_first_full_month_is_over(joined_at: datetime | None, excused: bool) -> None:
    assert is_excused(joined_at, SEPTEMBER) is excused
