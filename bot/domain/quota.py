"""The light quota and its board. Nobody is ever listed as short: the board has no place for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.policies import QuotaPolicy

MOST_NAMED_AS_USED = 3


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one person contributed in one month, counted by kind, and how often others used their news in it."""

    slack_user_id: str
    name: str = ""
    nuggets: int = 0
    corroborations: int = 0
    confirmations: int = 0
    filled_wants: int = 0
    used: int = 0

    @property
    def total(self) -> int:
        """How many contributions count for the quota; asks do not, and a roll-up below zero counts as none."""
        counts = (self.nuggets, self.corroborations, self.confirmations, self.filled_wants)
        return sum(max(0, count) for count in counts)


@dataclass(frozen=True, slots=True)
class TeamMembers:
    """A team with the members of whom a contribution was expected in the month (see `is_excused`)."""

    name: str
    member_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class TeamAttainment:
    """How many members of a team met the quota, out of those of whom it was expected."""

    team: str
    reached: int
    expected: int


@dataclass(frozen=True, slots=True)
class Board:
    """What everyone may read about a month's contributions; people stand in alphabetical order."""

    contributor_ids: tuple[str, ...] = ()
    most_used_ids: tuple[str, ...] = ()
    teams: tuple[TeamAttainment, ...] = ()


def board(contributions: Iterable[Contribution], teams: Iterable[TeamMembers], policy: QuotaPolicy) -> Board:
    """Return the board of a month: everything in mode `full`, no names in `teams only`, nothing when `off`."""
    if policy.mode == "off":
        return Board()
    given = [contribution for contribution in contributions if contribution.total or contribution.used > 0]
    attained = tuple(_attainment(team, given, policy) for team in _named_teams(teams, policy))
    if policy.mode == "teams only":
        return Board(teams=attained)
    return Board(
        contributor_ids=_alphabetical(contribution for contribution in given if contribution.total),
        most_used_ids=_alphabetical(_most_used(given)),
        teams=attained,
    )


def _alphabetical(contributions: Iterable[Contribution]) -> tuple[str, ...]:
    ordered = sorted(contributions, key=lambda one: (one.name.casefold(), one.slack_user_id))
    return tuple(one.slack_user_id for one in ordered)


def _most_used(contributions: Sequence[Contribution]) -> list[Contribution]:
    used = [contribution for contribution in contributions if contribution.used > 0]
    return sorted(used, key=lambda one: (-one.used, one.name.casefold(), one.slack_user_id))[:MOST_NAMED_AS_USED]


def _named_teams(teams: Iterable[TeamMembers], policy: QuotaPolicy) -> list[TeamMembers]:
    """Leave out teams so small that a figure would point at a person."""
    large = [team for team in teams if len(team.member_ids) >= policy.smallest_team]
    return sorted(large, key=lambda team: team.name.casefold())


def _attainment(team: TeamMembers, contributions: Sequence[Contribution], policy: QuotaPolicy) -> TeamAttainment:
    met = {one.slack_user_id for one in contributions if one.total >= policy.per_month}
    return TeamAttainment(team.name, len(team.member_ids & met), len(team.member_ids))


def is_excused(joined_at: datetime | None, month_before_begins_at: datetime) -> bool:
    """Tell whether a member is excused from a month because they joined in it, or it is their first full one.

    `month_before_begins_at` is when the month before it began: who joined after that had no full month yet.
    """
    return joined_at is not None and joined_at > month_before_begins_at
