"""Wants: one question to the field with its day, asked in public and of those who might know."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.blocks import wants as drawn
from bot.blocks.message import Message
from bot.blocks.parts import day
from bot.blocks.wants import WantView
from bot.domain.errors import MendableError
from bot.domain.lines import parse_line
from bot.domain.periods import is_business_day, wall_to_utc
from bot.domain.service_levels import Calendar, add_business_days
from bot.domain.text import clean
from bot.domain.wants import question_of, read_want
from bot.domain.words import Kind, Privacy
from bot.services.announce import Address, change_message, post
from bot.services.item_views import item_view_for, name_of
from bot.services.known_names import known_names
from bot.services.merged import standing_item
from bot.services.people import is_full_member, names_of
from db.models import Channel, Item, Report, Want
from db.unit_of_work import UnitOfWork

PURPOSE = "want"
OPEN_FOR = 10
"""Business days that a question stays open, where its asker names no day."""
MORNING = time(9, 30)
"""When an asker hears that nobody knew, by their own clock."""
GONE = "This question is gone. Nothing was changed."


@dataclass(frozen=True, slots=True)
class AskField:
    """Someone asks the field. `gesture_key` names the act; `replaces` closes what they had open before."""

    team_id: str
    asker: str
    text: str
    gesture_key: str
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class CloseWant:
    """An asker takes their question back."""

    team_id: str
    actor: str
    want_id: int


@dataclass(frozen=True, slots=True)
class DropTyped:
    """A line that asked the field was meant to be kept as intel instead."""

    team_id: str
    actor: str
    line: str


@dataclass(frozen=True, slots=True)
class ReadWants:
    """The open questions, for one reader."""

    team_id: str
    slack_user_id: str


@dataclass(frozen=True, slots=True)
class ReadWant:
    """One open question, for the form that answers it."""

    team_id: str
    slack_user_id: str
    want_id: int


def ask_field(uow: UnitOfWork, command: AskField, *, now: datetime) -> Message:
    """Ask the field and return the private answer. Whoever has a question open is offered to replace it.

    Raises `MendableError` for a day that is over.
    """
    # Two questions of one person come one after the other, so that the second one sees the first.
    uow.people.lock(command.team_id, command.asker)
    repeated = uow.wants.find_by_gesture(command.team_id, command.gesture_key)
    if repeated is not None:
        return _asked(uow, repeated)
    today = now.astimezone(uow.policy(command.team_id).zone).date()
    asked = read_want(clean(command.text), today)
    if asked.by is not None and asked.by < today:
        raise MendableError(f"{day(asked.by)} is over, so nobody was asked. Name a later day, or none.")
    standing = uow.wants.lock_open(command.team_id, command.asker)
    if standing is not None and standing.words == asked.words:
        return _asked(uow, standing)
    if standing is not None and not command.replaces:
        return drawn.one_at_a_time(want_view(uow, standing), command.text)
    if standing is not None:
        close_want(uow, standing, "replaced", now=now)
    want = _add(uow, command, asked.words, asked.by or default_day(uow, command.team_id, now), now)
    put_want_card(uow, want, now=now)
    return _asked(uow, want)


def _add(uow: UnitOfWork, command: AskField, words: str, due_on: date, now: datetime) -> Want:
    parsed = parse_line(words, known_names(uow, command.team_id), uow.policy(command.team_id).currency)
    want = Want(
        team_id=command.team_id,
        gesture_key=command.gesture_key,
        asker=command.asker,
        words=words,
        competitor_id=next(iter(parsed.competitor_ids), None),
        due_on=due_on,
        asked_at=now,
    )
    uow.wants.add(want)
    uow.flush()
    return want


def default_day(uow: UnitOfWork, team_id: str, now: datetime) -> date:
    """Return the last day of a question whose asker names none."""
    policy = uow.policy(team_id)
    due_at = add_business_days(now, OPEN_FOR, Calendar(policy.zone, policy.holidays))
    return due_at.astimezone(policy.zone).date()


def _asked(uow: UnitOfWork, want: Want) -> Message:
    home = _home_of(uow, want.team_id) if want.card_outbox_id else None
    return drawn.asked(want_view(uow, want), (home.name or "intel") if home else None)


def close_want(uow: UnitOfWork, want: Want, outcome: str, *, now: datetime) -> None:
    """Close a want that the caller holds, and let its card say so."""
    want.closed_at, want.outcome = now, outcome
    uow.flush()
    put_want_card(uow, want, now=now)


def withdraw_want(uow: UnitOfWork, command: CloseWant, *, now: datetime) -> Message:
    """Take one's own open question back, erase its words, and return them to who wrote them."""
    uow.people.lock(command.team_id, command.actor)
    want = uow.wants.lock_open(command.team_id, command.actor)
    if want is None or want.id != command.want_id:
        raise MendableError("This question was closed before, or it is not yours. Nothing was changed.")
    return drawn.withdrawn(_erase(uow, want, now))


def drop_typed(uow: UnitOfWork, command: DropTyped, *, now: datetime) -> bool:
    """Take one's own open question back, if it came from this line; True if it did."""
    uow.people.lock(command.team_id, command.actor)
    want = uow.wants.lock_open(command.team_id, command.actor)
    today = now.astimezone(uow.policy(command.team_id).zone).date()
    question = question_of(clean(command.line))
    if want is None or question is None or want.words != read_want(question, today).words:
        return False
    _erase(uow, want, now)
    return True


def _erase(uow: UnitOfWork, want: Want, now: datetime) -> str:
    words, want.words = want.words, ""
    close_want(uow, want, "withdrawn", now=now)
    if want.card_outbox_id is not None:
        uow.outbox.empty_versions(want.card_outbox_id)
    return words


def open_again(uow: UnitOfWork, want: Want, *, now: datetime) -> None:
    """Open a want that the caller holds again; its day moves on if it has passed."""
    today = now.astimezone(uow.policy(want.team_id).zone).date()
    want.due_on = want.due_on if want.due_on >= today else default_day(uow, want.team_id, now)
    want.closed_at = want.outcome = want.filled_item_id = want.filled_by = None
    uow.flush()
    put_want_card(uow, want, now=now)


def forget_answer(uow: UnitOfWork, report: Report, *, now: datetime) -> None:
    """Open again what a report answered that was taken back; whoever asked and has not heard of it never does."""
    item_ids = [report.item_id, *uow.items.list_merged(report.item_id)]
    for want_id in uow.wants.list_filled_with(item_ids, report.reporter):
        want = uow.wants.lock(want_id)
        if want is None or want.outcome != "filled":
            continue
        told = uow.outbox.find_by_key(want.team_id, told_key(want, report.id))
        if told is not None and told.state == "pending":
            told.state, told.settled_at = "cancelled", now
        if uow.wants.lock_open(want.team_id, want.asker) is None:
            open_again(uow, want, now=now)
        else:
            put_want_card(uow, want, now=now)


def hide_answer(uow: UnitOfWork, item: Item, *, now: datetime) -> None:
    """Let no asker read what came to be restricted before they were told of it."""
    for want_id in uow.wants.list_filled_with([item.id], None):
        want = uow.wants.lock(want_id)
        if want is None:
            continue
        waiting = (uow.outbox.find_by_key(want.team_id, told_key(want, report.id)) for report in item.reports)
        view = item_view_for(uow, item, want.asker)
        for told in waiting:
            if told is not None and told.state == "pending":
                change_message(uow, told, drawn.filled(want_view(uow, want), view), now=now)
        put_want_card(uow, want, now=now)


def told_key(want: Want, report_id: int) -> str:
    """Return the key of the one message that tells an asker of an answer. Opened again, it may be answered anew."""
    return f"want filled:{want.id}:{report_id}"


def list_wants(uow: UnitOfWork, query: ReadWants, *, now: datetime) -> Message:  # noqa: ARG001
    """Return the open questions: one's own, those about competitors that one has reported on, then the others."""
    known = uow.wants.list_known_competitors(query.team_id, query.slack_user_id)
    wants = sorted(
        uow.wants.list_open(query.team_id),
        key=lambda want: (want.asker != query.slack_user_id, want.competitor_id not in known, want.due_on, want.id),
    )
    command = uow.policy(query.team_id).command_intel
    return drawn.want_list([want_view(uow, want, query.slack_user_id) for want in wants], command)


def read_want_for(uow: UnitOfWork, query: ReadWant, *, now: datetime) -> WantView:  # noqa: ARG001
    """Return an open question; raises `MendableError` that says what became of one that is closed."""
    want = uow.wants.find(query.want_id)
    if want is None or want.team_id != query.team_id:
        raise MendableError(GONE)
    if want.closed_at is not None:
        command = uow.policy(query.team_id).command_intel
        raise MendableError(f"This question is closed by now. If you know more, {command} and one line keeps it.")
    return want_view(uow, want, query.slack_user_id)


def want_view(uow: UnitOfWork, want: Want, slack_user_id: str = "") -> WantView:
    """Return a want as people read it."""
    names = names_of(uow, want.team_id, [want.asker, want.filled_by])
    competitor = uow.catalogue.find_competitor_by_id(want.competitor_id)
    return WantView(
        want_id=want.id,
        words=want.words,
        asker_name=names[want.asker],
        due_on=want.due_on,
        competitor=competitor.name if competitor else None,
        outcome=want.outcome,
        filled_by_name=names[want.filled_by] if want.filled_by else None,
        item_name=_item_name(uow, want),
        is_own=want.asker == slack_user_id,
    )


def _item_name(uow: UnitOfWork, want: Want) -> str | None:
    found = uow.items.find(want.filled_item_id) if want.filled_item_id is not None else None
    item = standing_item(uow, found) if found is not None else None
    return name_of(item) if item is not None and item.privacy == Privacy.WORKSPACE else None


def put_want_card(uow: UnitOfWork, want: Want, *, now: datetime) -> None:
    """Post the public question in the home of intel, or bring the posted one up to date."""
    if want.card_outbox_id is not None:
        posted = uow.outbox.lock(want.card_outbox_id)
        if posted is not None:
            channel = uow.people.find_channel(want.team_id, posted.channel_id)
            is_hidden = channel is not None and channel.is_externally_shared
            change_message(uow, posted, drawn.want_card(want_view(uow, want), is_hidden=is_hidden), now=now)
            uow.flush()
        return
    home = _home_of(uow, want.team_id)
    if home is None:
        return
    to = Address(want.team_id, home.channel_id)
    entry = post(uow, to, drawn.want_card(want_view(uow, want)), purpose=PURPOSE, key=f"want:{want.id}", now=now)
    want.card_outbox_id = entry.id


def _home_of(uow: UnitOfWork, team_id: str) -> Channel | None:
    """Return the home of intel; none where people of other companies would read along."""
    channel_id = uow.policy(team_id).channels.home_of(Kind.NUGGET)
    channel = uow.people.find_channel(team_id, channel_id) if channel_id else None
    return None if channel is None or channel.is_externally_shared else channel


def close_lapsed_wants(uow: UnitOfWork, team_id: str, *, now: datetime) -> list[str]:
    """Close the questions whose day has passed, each on its asker's next business morning; return which."""
    today = now.astimezone(uow.policy(team_id).zone).date()
    # Somebody far to the east has their next morning a day before the workspace has.
    over = uow.wants.list_over(team_id, today + timedelta(days=1))
    return [f"want {want_id}" for want_id in over if _lapse(uow, want_id, now)]


def _lapse(uow: UnitOfWork, want_id: int, now: datetime) -> bool:
    want = uow.wants.lock(want_id)
    if want is None or want.closed_at is not None or now < _told_at(uow, want):
        return False
    close_want(uow, want, "lapsed", now=now)
    if is_full_member(uow, want.team_id, want.asker):
        message, key = drawn.lapsed(want_view(uow, want)), f"want lapsed:{want.id}:{want.due_on.isoformat()}"
        post(uow, Address(want.team_id, want.asker), message, purpose="notice", key=key, now=now)
    return True


def _told_at(uow: UnitOfWork, want: Want) -> datetime:
    morning = want.due_on + timedelta(days=1)
    while not is_business_day(morning, uow.policy(want.team_id).holidays):
        morning += timedelta(days=1)
    return wall_to_utc(morning, MORNING, _zone_of(uow, want))


def _zone_of(uow: UnitOfWork, want: Want) -> ZoneInfo:
    person = uow.people.find(want.team_id, want.asker)
    try:
        return ZoneInfo(person.zone) if person is not None and person.zone else uow.policy(want.team_id).zone
    except (ZoneInfoNotFoundError, ValueError):
        return uow.policy(want.team_id).zone
