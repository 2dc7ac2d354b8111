"""The board: who contributed, and how many of each team met the light quota. Who is short stands nowhere."""

from typing import Any

from sqlalchemy import func, select

from bot.domain.periods import month_window, previous_label
from bot.domain.quota import Contribution, TeamMembers, board, is_excused
from bot.domain.words import Kind, Status
from bot.recaps.window import Window
from db.models import Item, Report
from db.unit_of_work import UnitOfWork


def take(uow: UnitOfWork, window: Window) -> dict[str, Any]:
    """Return contributors and most used (people's ids), and attainment for teams that are large enough to be named."""
    policy = uow.policy(window.team_id).quota
    noise = _noise(uow, window)
    contributions = [
        Contribution(
            tally.slack_user_id,
            nuggets=tally.nuggets - noise.get((tally.slack_user_id, "nuggets"), 0),
            corroborations=tally.corroborations - noise.get((tally.slack_user_id, "corroborations"), 0),
            confirmations=tally.confirmations,
            filled_wants=tally.filled_wants - noise.get((tally.slack_user_id, "filled_wants"), 0),
        )
        for tally in uow.tallies.list_month(window.team_id, window.label)
    ]
    teams = [TeamMembers(group.name, frozenset(_expected(uow, window, group.usergroup_id))) for group in policy.groups]
    drawn = board(contributions, teams, policy)
    return {
        "contributors": sorted(drawn.contributor_ids),
        "most_used": list(drawn.most_used_ids),
        "teams": [{"team": team.team, "reached": team.reached, "expected": team.expected} for team in drawn.teams],
        "mode": policy.mode,
    }


def _noise(uow: UnitOfWork, window: Window) -> dict[tuple[str, str], int]:
    """Return how much of each person's figures the roll-up holds that was set aside as noise, and counts no more."""
    query = (
        select(Report.reporter, Report.counted_as, func.count(Report.id))
        .join(Item)
        .where(
            Item.team_id == window.team_id,
            Item.kind == Kind.NUGGET,
            Item.status == Status.NOISE,
            Report.withdrawn_at.is_(None),
            Report.reported_at >= window.begins_at,
            Report.reported_at < window.ends_at,
        )
        .group_by(Report.reporter, Report.counted_as)
    )
    return {(reporter, figure): count for reporter, figure, count in uow.sql.execute(query)}


def _expected(uow: UnitOfWork, window: Window, usergroup_id: str) -> list[str]:
    """Return the members of a group of whom a contribution was expected; joiners have their first full month free."""
    zone = uow.policy(window.team_id).zone
    month_before, _ = month_window(previous_label(window.label), zone)
    members = uow.people.list_group(window.team_id, usergroup_id)
    known = uow.people.list_known(window.team_id, members)
    return [
        user
        for user in members
        if (person := known.get(user)) is not None
        and not person.is_deactivated
        and not is_excused(person.joined_at, month_before)
    ]
