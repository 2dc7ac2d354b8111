"""What a new day brings: answers that come due, questions that lapse, and one list to each owner who has work waiting.

Each person's morning is theirs: the list goes out at 09:30 by their own clock, on business days, and only if something
waits. What the passing of time does to items is done once a day by the clock of the workspace.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.blocks.daily import DailyLine, daily_list
from bot.domain.periods import is_business_day, wall_to_utc
from bot.domain.service_levels import Calendar, Pause, add_business_days, answer_due, seen_due
from bot.domain.words import Effect, Kind, Status
from bot.services.announce import Address, post
from bot.services.decide import decide_by_time
from bot.services.guards import may_see
from bot.services.people import is_full_member, viewer_of
from db.models import Run
from db.repositories.waiting import WaitingItem
from db.unit_of_work import UnitOfWork

AT = time(9, 30)
TIME_PASSES, DAILY_LIST = "day", "daily list"
QUESTION_LAPSES_AFTER = 10
"""Business days that a question to a reporter stays open (product: Status, needs info)."""
ACCEPTED_RETURNS_AFTER = timedelta(days=30)
"""After so long an accepted ask without a next date is on its owner's list again (product: Status)."""
LEAST_URGENT = 9
# A list that could not go out in the morning is no longer that day's.
LATEST = timedelta(hours=8)


def let_time_pass(uow: UnitOfWork, team_id: str, *, now: datetime) -> list[str]:
    """Do what the present day brings to items, once; return the day if this call did it."""
    calendar = _calendar(uow, team_id)
    today = now.astimezone(calendar.zone).date()
    is_done = uow.runs.find(team_id, TIME_PASSES, "workspace", today.isoformat()) is not None
    if is_done or not _take(uow, team_id, TIME_PASSES, "workspace", today, now, now, "posted"):
        return []
    for item_id in uow.waiting.list_to_look_again(team_id, today):
        item = uow.items.lock(item_id)
        if item is not None and item.look_again_on is not None:
            key = f"look again:{item_id}:{item.look_again_on.isoformat()}"
            decide_by_time(uow, item, Effect.REOPEN, "The day to look again has come.", key, now=now)
    for item_id, decision_id, asked_at in uow.waiting.list_asked(team_id):
        if add_business_days(asked_at, QUESTION_LAPSES_AFTER, calendar) > now:
            continue
        item = uow.items.lock(item_id)
        if item is not None:
            reason = "The question stayed open for ten business days."
            decide_by_time(uow, item, Effect.LAPSE, reason, f"lapse:{decision_id}", now=now)
    return [today.isoformat()]


def post_daily_lists(uow: UnitOfWork, team_id: str, *, now: datetime) -> list[str]:
    """Send each owner whose morning it is the list of what waits for them; return those whom this call decided."""
    decided = []
    for owner in uow.waiting.list_owners(team_id):
        zone = _zone_of(uow, team_id, owner)
        today = now.astimezone(zone).date()
        due_at = wall_to_utc(today, AT, zone)
        is_open = is_business_day(today, uow.policy(team_id).holidays)
        if is_open and timedelta(0) <= now - due_at < LATEST and _decide(uow, team_id, owner, today, due_at, now):
            decided.append(f"{owner} {today.isoformat()}")
    return decided


def _decide(uow: UnitOfWork, team_id: str, owner: str, today: date, due_at: datetime, now: datetime) -> bool:
    if uow.runs.find(team_id, DAILY_LIST, owner, today.isoformat()) is not None:
        return False
    due = list_due(uow, team_id, owner, now=now) if is_full_member(uow, team_id, owner) else []
    lines = [DailyLine(one.name, one.words, one.because) for one in due]
    if not _take(uow, team_id, DAILY_LIST, owner, today, due_at, now, "posted" if lines else "nothing_to_say"):
        return False
    if lines:
        key = f"daily:{owner}:{today.isoformat()}"
        post(uow, Address(team_id, owner), daily_list(lines), purpose="daily list", key=key, now=now)
    return True


def _take(
    uow: UnitOfWork, team_id: str, kind: str, scope: str, day: date, due_at: datetime, now: datetime, state: str
) -> bool:
    return uow.runs.take(
        Run(
            team_id=team_id,
            kind=kind,
            scope=scope,
            period_key=day.isoformat(),
            number=1,
            due_at=due_at,
            window_from=due_at,
            window_to=now,
            state=state,
            snapshot={},
            decided_at=now,
        )
    )


@dataclass(frozen=True, slots=True)
class Due:
    """An item that waits for its owner, and why."""

    item_id: int
    name: str
    words: str
    because: str


def list_due(uow: UnitOfWork, team_id: str, owner: str, *, now: datetime) -> list[Due]:
    """Return what is due from this owner, what is late first; items that only wait for others are not among it."""
    items = [item for item in uow.waiting.list_of(team_id, owner) if _is_open_to(uow, item, owner)]
    return _ranked(uow, team_id, items, "", now)


def list_inbox(uow: UnitOfWork, team_id: str, owner: str, kinds: Collection[Kind], *, now: datetime) -> list[Due]:
    """Return all that waits for this person, due or not, and what of these kinds nobody owns yet."""
    unowned = [item for item in uow.waiting.list_of(team_id, None) if item.kind in kinds]
    items = [item for item in (*uow.waiting.list_of(team_id, owner), *unowned) if _is_open_to(uow, item, owner)]
    undone = [item for item in items if item.answered_at is None and (item.kind is Kind.ASK or item.seen_at is None)]
    accepted = [item for item in items if item.status is Status.ACCEPTED]
    return [
        *_ranked(uow, team_id, undone, "waits for you", now),
        *_ranked(uow, team_id, accepted, "", now),
    ]


def _ranked(uow: UnitOfWork, team_id: str, items: Sequence[WaitingItem], else_because: str, now: datetime) -> list[Due]:
    """Return these items with why they wait, the most urgent first; what is not due is left out without a reason."""
    calendar = _calendar(uow, team_id)
    pauses = _pauses(uow.waiting.list_moves([item.item_id for item in items]))
    not_due = (LEAST_URGENT, else_because) if else_because else None
    found = [
        (why, item) for item in items if (why := _why(item, pauses[item.item_id], calendar, now) or not_due) is not None
    ]
    found.sort(key=lambda one: (one[0][0], one[1].created_at, one[1].item_id))
    return [Due(item.item_id, f"{item.kind.letter}-{item.number}", item.words, why[1]) for why, item in found]


def _is_open_to(uow: UnitOfWork, item: WaitingItem, owner: str) -> bool:
    """Tell whether the owner may read it; what came from a private place may belong to someone who is not there."""
    if item.is_open_to_all:
        return True
    stored = uow.items.find(item.item_id)
    return stored is not None and may_see(viewer_of(uow, stored.team_id, owner), stored)


def _why(item: WaitingItem, pauses: Sequence[Pause], calendar: Calendar, now: datetime) -> tuple[int, str] | None:
    """Return how urgent an item is (0 first) and why it is on the list; None where nothing is due."""
    if item.kind is Kind.ASK and item.answered_at is None:
        due = answer_due(item.created_at, pauses, calendar)
        if due is not None and due <= now:
            return 0, "its answer is late"
    if item.seen_at is None and item.status is Status.NEW and seen_due(item.kind, item.created_at, calendar) <= now:
        return 1, "nobody has looked at it yet"
    if item.kind is Kind.ASK and item.answered_at is None:
        due = answer_due(item.created_at, pauses, calendar)
        if due is not None and due <= add_business_days(now, 1, calendar):
            return 2, "its answer is due by tomorrow"
    if item.status is Status.ACCEPTED and item.look_again_on is None and _rests_since(item, now):
        return 3, "accepted a month ago, and has no next date"
    return None


def _rests_since(item: WaitingItem, now: datetime) -> bool:
    return item.decided_at is not None and now - item.decided_at >= ACCEPTED_RETURNS_AFTER


def _pauses(moves: Iterable[tuple[int, str, str, datetime]]) -> defaultdict[int, list[Pause]]:
    """Return the times in which each item waited for its reporter."""
    pauses: defaultdict[int, list[Pause]] = defaultdict(list)
    for item_id, before, after, at in moves:
        if before == Status.NEEDS_INFO and pauses[item_id]:
            pauses[item_id][-1] = Pause(pauses[item_id][-1].begins_at, at)
        if after == Status.NEEDS_INFO:
            pauses[item_id].append(Pause(at))
    return pauses


def _calendar(uow: UnitOfWork, team_id: str) -> Calendar:
    policy = uow.policy(team_id)
    return Calendar(policy.zone, policy.holidays)


def _zone_of(uow: UnitOfWork, team_id: str, slack_user_id: str) -> ZoneInfo:
    """Return the zone in which a person has their morning; the workspace's where theirs is not known."""
    person = uow.people.find(team_id, slack_user_id)
    try:
        return ZoneInfo(person.zone) if person is not None and person.zone else uow.policy(team_id).zone
    except (ZoneInfoNotFoundError, ValueError):
        return uow.policy(team_id).zone
