"""`nugget import slack-history`: what was said in channels before Nugget came, as Slack shows it."""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.connectors.slack.client import open_session, slack_client
from bot.connectors.slack.directory import fetch_channel, fetch_person
from bot.connectors.slack.history import HistoryReader
from bot.domain.errors import MendableError
from bot.domain.facts import ChannelFacts
from bot.intake.messages import Wish, is_message, message_row, place_of, row_key
from bot.operate.import_counter import Counter, open_counter
from bot.operate.import_items import RowsReport, meet
from bot.operate.import_report import Bar, bar
from bot.operate.import_rows import Handed, Handover
from bot.services.import_rows import LookAgain
from bot.services.people import FindUnknown, find_unknown
from bot.settings import Settings

_ID = re.compile(r"[CG][A-Z0-9]{4,30}")


async def import_history(
    settings: Settings,
    now: Callable[[], datetime],
    wish: Wish,
    channels: Sequence[str],
    *,
    team: str | None,
    dry_run: bool,
) -> RowsReport:
    """Take messages over from channels that Nugget is in; threads that were read before are not read again."""
    if not settings.bot_token():
        raise MendableError("SLACK_BOT_TOKEN is not set, and Slack shows its history to Nugget's own token alone.")
    async with AsyncExitStack() as stack:
        shown = stack.enter_context(bar())
        session = await stack.enter_async_context(open_session(lambda _: None))
        timeout = settings.delivery().timeout_seconds
        client = slack_client(settings.bot_token(), settings.slack.base_url, timeout, session)
        reader = HistoryReader(client, shown.waiting)
        counter = await stack.enter_async_context(open_counter(settings, now, is_rehearsal=dry_run))
        team_id = await counter.team(team)
        handover = Handover(counter, team_id, shown)
        walk = _Walk(settings, reader, counter, team_id, wish, handover, shown, set(), [])
        for channel_id in await _ids_of(reader, channels):
            await walk.channel(channel_id)
        return RowsReport(await handover.finish(), notes=walk.too_large)


async def _ids_of(reader: HistoryReader, wanted: Sequence[str]) -> list[str]:
    """Return the ids of channels that are named by id, or by the name of one that Nugget is in."""
    bare = [name.lstrip("#") for name in wanted]
    if all(_ID.fullmatch(name) for name in bare):
        return list(dict.fromkeys(bare))
    by_name = {str(one.get("name")): str(one.get("id")) for one in await reader.channels()}
    unknown = [name for name in bare if name not in by_name and not _ID.fullmatch(name)]
    if unknown:
        there = ", ".join(f"#{name}" for name in sorted(by_name)) or "none"
        raise MendableError(f"Nugget is in no channel #{unknown[0]}. It is in: {there}. Invite it there first.")
    return list(dict.fromkeys(by_name.get(name, name) for name in bare))


@dataclass
class _Walk:
    """Goes through channels from their beginning, thread by thread."""

    settings: Settings
    reader: HistoryReader
    counter: Counter
    team_id: str
    wish: Wish
    handover: Handover
    bar: Bar
    met: set[str]
    too_large: list[str]

    async def channel(self, channel_id: str) -> None:
        """Hand a channel in, each thread with its replies, so that an ended one was read to its end."""
        channel = await self._meet_channel(channel_id)
        self.bar.begin(f"Reading #{channel.name}")
        heads: list[dict[str, Any]] = []
        async for page in self.reader.history(channel_id, self.wish.begins_at()):
            heads += [message for message in page if is_message(message)]
            self.bar.at(len(heads))
        heads.sort(key=lambda message: float(message["ts"]))
        self.bar.begin(f"Reading the threads of #{channel.name}", len(heads))
        for number, head in enumerate(heads, 1):
            async for message in self._thread(channel_id, head):
                await self._hand_in(channel, message)
            self.bar.at(number)

    async def _thread(self, channel_id: str, head: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        yield head
        if not head.get("reply_count") or await self._was_read(channel_id, head):
            return
        for reply in await self.reader.replies(channel_id, str(head["ts"])):
            if is_message(reply):
                yield reply

    async def _was_read(self, channel_id: str, head: dict[str, Any]) -> bool:
        """Tell whether the last reply is in the inbox; then all before it are as well, and Slack need not be asked.

        What was no note because its thread was no item's is looked at again: by now it may be.
        """
        latest = head.get("latest_reply")
        if not isinstance(latest, str):
            return False
        key = row_key(channel_id, latest)
        if key not in await self.counter.outcomes(self.team_id, [key]):
            return False
        await self.handover.again(LookAgain(self.team_id, channel_id, str(head["ts"]), latest))
        return True

    async def _hand_in(self, channel: ChannelFacts, message: dict[str, Any]) -> None:
        row = message_row(channel.channel_id, message, self.wish)
        place = place_of(channel.name, str(message["ts"]), self.settings.policy().zone)
        if row is None:
            self.too_large.append(f"Left out, as it is too large to be a person's: {place}.")
            return
        author = message.get("user")
        if isinstance(author, str) and not message.get("bot_id"):
            await self._meet_person(author)
        await self.handover.add(Handed(place, row))

    async def _meet_person(self, slack_user_id: str) -> None:
        if slack_user_id in self.met:
            return
        query = FindUnknown(self.team_id, frozenset({slack_user_id}), frozenset())
        if (await self.counter.read(find_unknown, query)).slack_user_ids:
            person = await self.reader.patiently(lambda: fetch_person(self.reader.client, self.team_id, slack_user_id))
            await meet(self.counter, self.team_id, [person], [])
        self.met.add(slack_user_id)

    async def _meet_channel(self, channel_id: str) -> ChannelFacts:
        channel = await self.reader.patiently(lambda: fetch_channel(self.reader.client, channel_id), channel_id)
        await meet(self.counter, self.team_id, [], [channel])
        return channel
