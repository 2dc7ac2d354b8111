"""`nugget import slack-export` and `nugget import csv`: what was said before, out of files."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.connectors.slack.client import open_session, slack_client
from bot.connectors.slack.directory import find_by_address
from bot.connectors.slack.history import HistoryReader
from bot.domain.facts import ChannelFacts, PersonFacts
from bot.domain.words import Kind
from bot.intake.item_table import Reading, list_reporters, read_items
from bot.intake.messages import Wish, message_row, place_of
from bot.intake.slack_export import SlackExport, open_export
from bot.intake.table import Problem
from bot.intake.values import DayOrder
from bot.intake.who import Directory, is_address
from bot.operate.import_counter import Counter, open_counter
from bot.operate.import_report import Bar, Told, bar, unused_note
from bot.operate.import_rows import Handed, Handover
from bot.services.import_rows import MeetPeople, list_members
from bot.settings import Settings

PART = 200


@dataclass(frozen=True, slots=True)
class RowsReport:
    """What became of messages or lines, and what an operator should know beside."""

    told: Told
    problems: Sequence[Problem] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class TableWish:
    """How a table is imported: what lines are that say no kind, whose they are, and which way round dates are."""

    kind: Kind | None = None
    reporter: str | None = None
    order: DayOrder | None = None


async def import_export(
    settings: Settings,
    now: Callable[[], datetime],
    path: Path,
    wish: Wish,
    channels: Sequence[str],
    *,
    team: str | None,
    dry_run: bool,
) -> RowsReport:
    """Take messages over from an export of a workspace, by those who are full members."""
    with bar() as shown:
        async with open_counter(settings, now, is_rehearsal=dry_run) as counter:
            team_id = await counter.team(team)
            export = open_export(path, team_id)
            wanted = export.named(channels)
            await meet(counter, team_id, export.people, wanted)
            handover = Handover(counter, team_id, shown)
            shown.begin("Reading the export")
            too_large = await _hand_in(settings, export, wanted, wish, handover)
            told = await handover.finish()
    return RowsReport(told, notes=[*export.problems, *too_large])


async def _hand_in(
    settings: Settings, export: SlackExport, wanted: Sequence[ChannelFacts], wish: Wish, handover: Handover
) -> list[str]:
    names, zone = {channel.channel_id: channel.name for channel in wanted}, settings.policy().zone
    too_large: list[str] = []
    for number, said in enumerate(export.messages(wanted, wish.begins_at()), 1):
        row = message_row(said.channel_id, said.message, wish)
        place = place_of(names[said.channel_id], said.message["ts"], zone)
        if row is None:
            too_large.append(f"Left out, as it is too large to be a person's: {place}.")
        else:
            await handover.add(Handed(place, row))
        handover.bar.at(number)
    return too_large


async def meet(counter: Counter, team_id: str, people: Sequence[PersonFacts], channels: Sequence[ChannelFacts]) -> None:
    """Let people and channels be known that nobody described before."""
    for begin in range(0, len(people), PART):
        await counter.write("people", MeetPeople(team_id, people[begin : begin + PART]))
    for channel in channels:
        await counter.write("people", MeetPeople(team_id, channels=[channel]))


async def import_table(
    settings: Settings,
    now: Callable[[], datetime],
    path: Path,
    wish: TableWish,
    *,
    team: str | None,
    dry_run: bool,
) -> RowsReport:
    """Take the lines of a table over; wrong lines are told, and the others go in."""
    reporters = [*list_reporters(path), *([wish.reporter] if wish.reporter else [])]
    with bar() as shown:
        async with open_counter(settings, now, is_rehearsal=dry_run) as counter:
            team_id = await counter.team(team)
            by_address = await _people_of(settings, [who for who in reporters if is_address(who)], shown)
            directory = Directory(await counter.read(list_members, team_id), by_address)
            policy = settings.policy()
            reading = Reading(directory.find, policy.zone, now(), policy.currency, wish.kind, wish.reporter, wish.order)
            table = read_items(path, reading)
            handover = Handover(counter, team_id, shown)
            for line, row in table.rows:
                await handover.add(Handed(f"line {line}", row))
            told = await handover.finish()
    return RowsReport(told, table.problems, unused_note(table.unused))


async def _people_of(settings: Settings, addresses: Sequence[str], shown: Bar) -> Mapping[str, str]:
    """Ask Slack whose addresses these are, where there is a token; what it does not tell is left out."""
    if not addresses or not settings.bot_token():
        return {}
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(open_session(lambda _: None))
        timeout = settings.delivery().timeout_seconds
        client = slack_client(settings.bot_token(), settings.slack.base_url, timeout, session)
        reader = HistoryReader(client, shown.waiting)
        found: dict[str, str | None] = {}
        for address in dict.fromkeys(written.strip().casefold() for written in addresses):
            found[address] = await reader.patiently(partial(find_by_address, client, address))
    return {address: user for address, user in found.items() if user is not None}
