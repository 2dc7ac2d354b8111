"""The monthly recap: taken once when it falls due, frozen, and posted from what was frozen."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.blocks.message import Message
from bot.blocks.recap import recap as draw_recap
from bot.domain.periods import due_labels, month_label, month_window, next_label, recap_due
from bot.domain.policies import Policy
from bot.domain.views import AreaFigures, RecapView, TeamFigures
from bot.failpoints import failpoint
from bot.recaps import take_snapshot
from bot.recaps.window import Window
from bot.services.announce import Address, post
from bot.services.people import names_of
from db.models import Run
from db.unit_of_work import UnitOfWork

KIND = "recap"
SCOPE = "workspace"


@dataclass(frozen=True, slots=True)
class PreviewRecap:
    """The recap of a month ("2026-10") as it would be posted now; posts and stores nothing."""

    team_id: str
    label: str


def post_due_recaps(uow: UnitOfWork, team_id: str, *, now: datetime) -> list[str]:
    """Decide every month that fell due and was not decided yet; return the labels that this call decided.

    A label is decided by whoever inserts its run first, in one transaction with its snapshot and its posts, so that
    neither several processes nor a repeated month of the clock can post it twice.
    """
    policy = uow.policy(team_id)
    workspace = uow.workspaces.find(team_id)
    if workspace is None or not policy.recap.channel_ids:
        return []
    begin = _last_decided(uow, team_id, policy, workspace.first_seen_at)
    labels = due_labels(begin, now, policy.recap, policy.zone, policy.holidays)
    return [label for label in labels if _decide(uow, team_id, label, policy, now)]


def find_next_recap(uow: UnitOfWork, team_id: str) -> tuple[str, datetime] | None:
    """Return the month whose recap is decided next, and when it falls due; it may have fallen due already."""
    policy = uow.policy(team_id)
    workspace = uow.workspaces.find(team_id)
    if workspace is None or not policy.recap.channel_ids:
        return None
    label = next_label(_last_decided(uow, team_id, policy, workspace.first_seen_at))
    return label, recap_due(label, policy.recap, policy.zone, policy.holidays)


def _last_decided(uow: UnitOfWork, team_id: str, policy: Policy, first_seen_at: datetime) -> str:
    last = uow.runs.find_last(team_id, KIND, SCOPE)
    return last.period_key if last else _month_before(month_label(first_seen_at, policy.zone))


def _month_before(label: str) -> str:
    first = date.fromisoformat(f"{label}-01")
    return (first - timedelta(days=1)).strftime("%Y-%m")


def _decide(uow: UnitOfWork, team_id: str, label: str, policy: Policy, now: datetime) -> bool:
    begins_at, ends_at = month_window(label, policy.zone)
    due_at = recap_due(label, policy.recap, policy.zone, policy.holidays)
    snapshot = take_snapshot(uow, Window(team_id, label, begins_at, ends_at))
    state = _state(snapshot, due_at, policy, now)
    run = Run(
        team_id=team_id,
        kind=KIND,
        scope=SCOPE,
        period_key=label,
        number=1,
        due_at=due_at,
        window_from=begins_at,
        window_to=ends_at,
        state=state,
        snapshot=snapshot,
        decided_at=now,
    )
    if not uow.runs.take(run):
        return False
    failpoint("decided")
    if state == "posted":
        message = draw_recap(view_of(uow, team_id, snapshot))
        for channel_id in policy.recap.channel_ids:
            to = Address(team_id, channel_id)
            post(uow, to, message, purpose="recap", key=f"recap:{label}:1:{channel_id}", now=now)
    return True


def _state(snapshot: dict[str, Any], due_at: datetime, policy: Policy, now: datetime) -> str:
    if now - due_at > timedelta(days=policy.recap.latest_days):
        return "skipped_late"
    has_something = snapshot["nuggets"] or snapshot["asks_received"] or snapshot["asks_open"]
    return "posted" if has_something else "nothing_to_say"


def preview_recap(uow: UnitOfWork, query: PreviewRecap, *, now: datetime) -> RecapView:  # noqa: ARG001
    """Return the recap of a month: as it was frozen if it was decided, else as the figures stand now."""
    run = uow.runs.find(query.team_id, KIND, SCOPE, query.label)
    if run is not None:
        return view_of(uow, query.team_id, run.snapshot)
    begins_at, ends_at = month_window(query.label, uow.policy(query.team_id).zone)
    return view_of(uow, query.team_id, take_snapshot(uow, Window(query.team_id, query.label, begins_at, ends_at)))


def draw(view: RecapView) -> Message:
    """Return the recap exactly as it is posted."""
    return draw_recap(view)


def view_of(uow: UnitOfWork, team_id: str, snapshot: dict[str, Any]) -> RecapView:
    """Return what is drawn of a snapshot: the frozen figures, with the names that people have now."""
    names = names_of(uow, team_id, [*snapshot["contributors"], *snapshot["most_used"]])
    return RecapView(
        month=date.fromisoformat(f"{snapshot['month']}-01"),
        people=snapshot["people"],
        nuggets=snapshot["nuggets"],
        asks_received=snapshot["asks_received"],
        asks_seen=snapshot["asks_seen"],
        asks_answered=snapshot["asks_answered"],
        asks_open=snapshot["asks_open"],
        median_days=snapshot["median_days"],
        oldest_open_days=snapshot["oldest_open_days"],
        areas=tuple(AreaFigures(**area) for area in snapshot["areas"]),
        contributors=tuple(sorted((names[user] for user in snapshot["contributors"]), key=str.casefold)),
        most_used=tuple(sorted((names[user] for user in snapshot["most_used"]), key=str.casefold)),
        teams=tuple(TeamFigures(**team) for team in snapshot["teams"]),
        mode=snapshot["mode"],
    )
