"""The checks of what falls due: each period is decided once and posted once, and says what its rows say."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.domain.periods import due_labels, month_label, previous_label, recap_due
from tests.faults.facts import Case, Row, instant, known_instant

NOT_COUNTED = ("withdrawn", "noise", "duplicate")


def periods_are_decided_once(case: Case) -> Iterator[str]:
    policy, began = case.settings.policy, instant(case.stored.us["first_seen_at"])
    if began is None or not policy.recap.channel_ids:
        return
    before = previous_label(month_label(began, policy.zone))
    due = due_labels(before, case.settings.ended_at, policy.recap, policy.zone, policy.holidays)
    runs = Counter(run["period_key"] for run in case.stored.runs if run["kind"] == "recap" and run["number"] == 1)
    for label in sorted(runs.keys() | set(due)):
        if label not in due:
            yield f"recap {label} was decided and is not due"
        elif runs[label] != 1 and case.settings.is_at_rest:
            yield f"recap {label} fell due and was decided {runs[label]} times"


def decided_periods_are_posted(case: Case) -> Iterator[str]:
    policy = case.settings.policy
    for run in case.stored.runs:
        if run["kind"] != "recap":
            continue
        label, due_at = run["period_key"], recap_due(run["period_key"], policy.recap, policy.zone, policy.holidays)
        late = known_instant(run["decided_at"]) - due_at
        if late < timedelta(0):
            yield f"recap {label} was decided {-late} before it was due"
        if run["state"] == "skipped_late" and late <= timedelta(days=policy.recap.latest_days):
            yield f"recap {label} was skipped as late and was not"
        yield from _posts_of(case, run)


def _posts_of(case: Case, run: Row) -> Iterator[str]:
    prefix = f"recap:{run['period_key']}:{run['number']}:"
    posted = {key.removeprefix(prefix) for key in case.stored.keys if key.startswith(prefix)}
    wanted = set(case.settings.policy.recap.channel_ids) if run["state"] == "posted" else set()
    for channel in sorted(posted ^ wanted):
        what = "has no post" if channel in wanted else "has a post that nothing asked for"
        yield f"recap {run['period_key']} is {run['state']} and {what} in {channel}"


def snapshots_are_what_rows_say(case: Case) -> Iterator[str]:
    for run in case.stored.runs:
        if run["kind"] != "recap" or not run["snapshot"]:
            continue
        for figure, counted in _figures(case, run).items():
            if figure in run["snapshot"] and run["snapshot"][figure] != counted:
                frozen = run["snapshot"][figure]
                yield f"recap {run['period_key']} says {figure} = {frozen}, and its rows say {counted}"


def _figures(case: Case, run: Row) -> dict[str, Any]:
    """Count anew what stood in the window when the run was decided; what changed afterwards does not change it."""
    begin, end = known_instant(run["window_from"]), known_instant(run["window_to"])
    at = known_instant(run["decided_at"])
    status = _status_at(case, at)
    stood = [
        item for item in case.stored.items
        if known_instant(item["created_at"]) <= at and status.get(item["id"], "new") not in NOT_COUNTED
    ]  # fmt: skip
    inside = {item["id"]: item["kind"] for item in stood if begin <= known_instant(item["created_at"]) < end}
    reports = [
        report for report in case.stored.reports
        if known_instant(report["reported_at"]) <= at and (instant(report["withdrawn_at"]) or end) >= min(at, end)
    ]  # fmt: skip
    nuggets = {item["id"] for item in stood if item["kind"] == "nugget"}
    # A second report by the same person on the same item is an update of the first, and counts in no month.
    first: dict[tuple[int, str], datetime] = {}
    for report in reports:
        if report["item_id"] in nuggets:
            first.setdefault((report["item_id"], report["reporter"]), known_instant(report["reported_at"]))
    shared = [reporter for (_, reporter), at in first.items() if begin <= at < end]
    asks = sum(kind == "ask" for kind in inside.values())
    return {"nuggets": len(shared), "asks_received": asks, "people": len(set(shared))}


def _status_at(case: Case, at: datetime) -> dict[int, str]:
    status: dict[int, str] = {}
    for decision in case.stored.select("SELECT * FROM decision WHERE team_id = :team ORDER BY id"):
        if known_instant(decision["decided_at"]) <= at:
            status[decision["item_id"]] = decision["to_status"]
    return status
