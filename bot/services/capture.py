"""Sharing: one line, a message or a form becomes an item with its report, found, counted and announced at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.blocks.modals import FIELD_ACCOUNT
from bot.domain.choices import Filled
from bot.domain.lines import ParsedLine, parse_line
from bot.domain.periods import month_label
from bot.domain.text import clean
from bot.domain.views import FileLink
from bot.domain.visibility import RESTRICTED_TAG
from bot.domain.words import Category, Effect, HowKnown, Kind, Privacy, Status
from bot.services.accounts import find_opportunity
from bot.services.cards import put_card
from bot.services.details import only_filled, set_details
from bot.services.index import index_item
from bot.services.known_names import known_names
from bot.services.naming import account_named, competitor_named
from bot.services.receive import plan_follow_up
from db.models import Decision, Item, ItemCompetitor, ItemTag, ProductArea, Report
from db.repositories.tallies import Counted
from db.unit_of_work import UnitOfWork

# The same line by the same person within so many minutes was typed again because nobody had seemed to answer.
REPEATED_WITHIN = 10


@dataclass(frozen=True, slots=True)
class CaptureWords:
    """Keep what a person shared. `words` are readable text, `gesture_key` names the act of sharing."""

    team_id: str
    kind: Kind
    words: str
    reporter: str
    gesture_key: str
    words_ts: str
    channel_id: str | None = None
    message_ts: str | None = None
    saved_by: str | None = None
    permalink: str | None = None
    how_known: HowKnown | None = None
    assumed: HowKnown = HowKnown.FIRST_HAND
    """How it is known where neither the person nor the words say."""
    competitor: str | None = None
    account: str | None = None
    wanted: str | None = None
    deal: Mapping[str, str] = field(default_factory=dict)
    details: Filled = field(default_factory=dict)
    """What a form says beside the words; a field that was left empty says nothing."""
    files: Sequence[FileLink] = ()
    thread_ts: str | None = None
    """The thread in which its author looks for an answer, if it is one."""
    is_typed: bool = False
    """Whether this is one line behind a command, so that the same line again within minutes is the same act."""
    said_at: datetime | None = None
    """When it was said, where that was long before it came in; it counts in that month."""
    is_quiet: bool = False
    """Whether nobody hears of it: no card, no question, and no word to its author."""


@dataclass(frozen=True, slots=True)
class Captured:
    """What became of a capture.

    `is_new` is False when the same act was captured before; `is_first` is True for a person's very first one, whether
    they shared or saved it.
    """

    item_id: int
    report_id: int
    is_new: bool
    is_first: bool = False


def capture_words(uow: UnitOfWork, command: CaptureWords, *, now: datetime) -> Captured:
    """Store an item with its first report, its search entry, its count and its public card, and return both ids."""
    words = clean(command.words)
    before = uow.items.find_report_by_gesture(command.team_id, command.gesture_key) or _typed_before(
        uow, command, words, now
    )
    if before is not None:
        return Captured(before.item_id, before.id, is_new=False)
    parsed = parse_line(words, known_names(uow, command.team_id), uow.policy(command.team_id).currency)
    said_at = command.said_at or now
    item = _new_item(uow, command, parsed, said_at)
    report = _new_report(uow, command, words, parsed, said_at)
    item.reports.append(report)
    describe_item(uow, item, parsed, command.competitor)
    uow.items.add(item)
    uow.flush()
    set_details(uow, report, only_filled(command.details), command.reporter, adds=True, now=now)
    link_deal(uow, report)
    if item.area_id is None:
        _route_by_rule(uow, item, parsed, now)
    month = month_label(said_at, uow.policy(command.team_id).zone)
    uow.tallies.count(command.team_id, month, command.reporter, counted_as(command.kind), 1)
    index_item(uow, item, now=now)
    put_card(uow, item, now=now)
    if command.is_quiet:
        return Captured(item.id, report.id, is_new=True)
    plan_follow_up(uow, report, command.thread_ts, now=now)
    # Whoever acts is the one who reads the answer.
    sharing = command.saved_by or command.reporter
    is_first = uow.people.tell_once(command.team_id, sharing, "nothing under NDA", now=now)
    return Captured(item.id, report.id, is_new=True, is_first=is_first)


def link_deal(uow: UnitOfWork, report: Report) -> None:
    """Say which deal a report is about, where its reporter did not and only one can be meant."""
    deal = find_opportunity(uow, report) if report.opportunity_id is None else None
    report.opportunity_id = deal.id if deal is not None else report.opportunity_id


def _typed_before(uow: UnitOfWork, command: CaptureWords, words: str, now: datetime) -> Report | None:
    """Return the report of a line that the same person has just typed.

    Slack never repeats a command by itself, but its reader does after *operation timed out*; the first one may have
    been kept all the same.
    """
    if not command.is_typed or words.strip() == "":
        return None
    # The first one may be on its way in another transaction at this very moment.
    uow.people.lock(command.team_id, command.reporter)
    since = now - timedelta(minutes=REPEATED_WITHIN)
    return uow.items.find_same_words(command.team_id, command.reporter, command.kind.value, words, since=since)


def counted_as(kind: Kind) -> Counted:
    """Return the figure of the monthly roll-up in which a new item of this kind counts."""
    return "nuggets" if kind is Kind.NUGGET else "asks"


def describe_item(uow: UnitOfWork, item: Item, parsed: ParsedLine, competitor: str | None = None) -> None:
    """Set what an item is about from its words: tags, category and competitors."""
    item.tags = [ItemTag(team_id=item.team_id, tag=tag) for tag in sorted(set(parsed.tags))]
    item.category = parsed.category.value if item.kind == Kind.NUGGET and parsed.category else item.category
    ids = set(parsed.competitor_ids)
    if competitor and competitor.strip():
        ids.add(competitor_named(uow, item.team_id, competitor).id)
    item.competitors = [ItemCompetitor(team_id=item.team_id, competitor_id=found) for found in sorted(ids)]


def _new_item(uow: UnitOfWork, command: CaptureWords, parsed: ParsedLine, now: datetime) -> Item:
    private_place = place_that_hides(uow, command.team_id, command.channel_id)
    category = (parsed.category or Category.PRODUCT).value if command.kind is Kind.NUGGET else None
    return Item(
        team_id=command.team_id,
        kind=command.kind.value,
        number=uow.items.next_number(command.team_id, command.kind),
        status=Status.NEW.value,
        category=category,
        privacy=_privacy(private_place, parsed).value,
        place_id=private_place,
        is_quiet=command.is_quiet,
        created_at=now,
    )


def _privacy(private_place: str | None, parsed: ParsedLine) -> Privacy:
    """Return who may read it: a private place stays private, else its author may keep it for few."""
    if private_place is not None:
        return Privacy.PLACE
    return Privacy.RESTRICTED if RESTRICTED_TAG in parsed.tags else Privacy.WORKSPACE


def place_that_hides(uow: UnitOfWork, team_id: str, channel_id: str | None) -> str | None:
    """Return the channel if what is said there is private: not public, or a place that Slack would not describe.

    The direct channel with Nugget hides nothing: what is written there is told to Nugget itself.
    """
    if channel_id is None:
        return None
    channel = uow.people.find_channel(team_id, channel_id)
    if channel is None:
        return channel_id
    is_open = not channel.is_private or (channel.is_direct and channel.has_bot)
    return None if is_open else channel_id


def _new_report(uow: UnitOfWork, command: CaptureWords, words: str, parsed: ParsedLine, now: datetime) -> Report:
    amount = parsed.amounts[0] if parsed.amounts else None
    account_words = clean(command.account or parsed.account_text or "").strip()
    account = account_named(uow, command.team_id, account_words, parsed)
    return Report(
        team_id=command.team_id,
        gesture_key=command.gesture_key,
        reporter=command.reporter,
        saved_by=command.saved_by,
        words=words,
        words_ts=command.words_ts,
        how_known=(command.how_known or parsed.how_known or command.assumed).value,
        channel_id=command.channel_id,
        message_ts=command.message_ts,
        permalink=command.permalink,
        account_id=account.id if account else None,
        account_words=account_words[:255] or None,
        wanted=clean(command.wanted) if command.wanted else None,
        claimed_minor=amount.minor if amount else None,
        claimed_currency=amount.currency if amount else None,
        deal=deal_of(parsed) | dict(command.deal),
        stated=[FIELD_ACCOUNT] if command.account else [],
        files=files_as_stored(command.files),
        counted_as=counted_as(command.kind),
        reported_at=now,
    )


def files_as_stored(files: Sequence[FileLink]) -> list[dict[str, str]]:
    """Return files as a report keeps them."""
    return [{"name": clean(file.name), "link": file.link} for file in files]


def deal_of(parsed: ParsedLine) -> dict[str, str]:
    """Return what a line says of the deal, as written: stage, close date, source, segment."""
    close = parsed.close.isoformat() if parsed.close else None
    told = {"stage": parsed.stage, "close": close, "source": parsed.source, "segment": parsed.segment}
    return {key: value for key, value in told.items() if value}


def _route_by_rule(uow: UnitOfWork, item: Item, parsed: ParsedLine, now: datetime) -> None:
    """Give the item the first area whose keyword its words name. A rule's routing acknowledges nothing."""
    area = uow.catalogue.find_area_by_id(parsed.area_ids[0]) if parsed.area_ids else None
    if area is None:
        return
    _record_rule(uow, item, area, now)
    item.area_id, item.owner = area.id, area.owner


def _record_rule(uow: UnitOfWork, item: Item, area: ProductArea, now: datetime) -> None:
    uow.items.add(
        Decision(
            team_id=item.team_id,
            item_id=item.id,
            effect=Effect.ROUTE.value,
            from_status=item.status,
            to_status=item.status,
            actor=None,
            reason=f"Its words name {area.name}.",
            detail={"area_id": area.id},
            gesture_key=f"rule:{item.id}:area",
            decided_at=now,
        )
    )
