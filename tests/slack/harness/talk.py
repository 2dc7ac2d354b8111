"""A company that talks: a bot in an unwatched and in a private channel, and a public and a private one without it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from bot.operate.demo.world import BOT, GUEST, build_world, rep_id
from bot.playground.spec import Channel, Person
from bot.playground.views_of_people import SeenMessage
from bot.playground.world import Message
from bot.slack.shortcuts.save import SAVE_INTEL
from db.models import Account, Item, Report
from db.unit_of_work import UnitOfWork
from tests.slack.harness.bot_at_work import BotAtWork, bot_at_work
from tests.slack.harness.payloads import fresh_ts

ANA, BEN, CHLOE, PRIYA, ROBOT = rep_id(0), rep_id(1), rep_id(2), "UPRIYA", "UROBOT"
TALK, DEAL, ELSEWHERE, HIDDEN = "C0TALK", "C0DEAL", "C0ELSE", "C0HIDDEN"


@asynccontextmanager
async def talking_company(folder: Path, database_url: str) -> AsyncIterator[BotAtWork]:
    """Give the bot at work in this company."""
    company = build_world(3)
    people = (ANA, BEN, CHLOE, GUEST, ROBOT)
    channels = (
        Channel(TALK, "talk", members=(*people, BOT)),
        Channel(DEAL, "deal", is_private=True, members=(ANA, BEN, BOT)),
        Channel(ELSEWHERE, "elsewhere", members=people),
        Channel(HIDDEN, "hidden", is_private=True, members=(ANA, BEN)),
    )
    robot = Person(ROBOT, "robot", "Robot", is_bot=True)
    spec = replace(company, people=(*company.people, robot), channels=(*company.channels, *channels))
    async with bot_at_work(folder, database_url, spec=spec) as at_work:
        yield at_work


@dataclass(frozen=True, slots=True)
class Kept:
    """What was understood of a report, and who has its credit."""

    name: str
    words: str
    competitors: int
    tags: tuple[str, ...]
    account: str | None
    money: tuple[int | None, str | None]
    how_known: str
    category: str | None
    area_id: int | None
    privacy: str
    reporter: str
    saved_by: str | None
    has_link: bool


def list_kept(uow: UnitOfWork, query: None, *, now: datetime) -> list[Kept]:
    """Read every report that stands, oldest first."""
    reports = uow.sql.scalars(select(Report).where(Report.withdrawn_at.is_(None)).order_by(Report.id))
    return [_kept(uow, report, report.item) for report in reports]


def _kept(uow: UnitOfWork, report: Report, item: Item) -> Kept:
    account = uow.sql.get(Account, report.account_id) if report.account_id else None
    return Kept(
        name=f"{'N' if item.kind == 'nugget' else 'A'}-{item.number}",
        words=report.words,
        competitors=len(item.competitors),
        tags=tuple(tag.tag for tag in item.tags),
        account=account.name if account else None,
        money=(report.claimed_minor, report.claimed_currency),
        how_known=report.how_known,
        category=item.category,
        area_id=item.area_id,
        privacy=item.privacy,
        reporter=report.reporter,
        saved_by=report.saved_by,
        has_link=report.permalink is not None,
    )


async def kept(bot: BotAtWork) -> list[Kept]:
    return await bot.nugget.transact.read(list_kept, None)


async def names(bot: BotAtWork) -> list[str]:
    return [one.name for one in await kept(bot)]


def unheard(bot: BotAtWork, user: str, channel_id: str, text: str, thread_ts: str | None = None) -> str:
    """Let a message stand in Slack that was written before the bot came, and return its ts."""
    ts = fresh_ts()
    bot.standin.workspace.world.channels[channel_id].add(Message(ts, user, text, thread_ts=thread_ts))
    return ts


async def react(bot: BotAtWork, user: str, channel_id: str, ts: str, emoji: str = "gem") -> None:
    await bot.standin.react(user, channel_id, ts, emoji)
    await bot.settled()


async def unreact(bot: BotAtWork, user: str, channel_id: str, ts: str, emoji: str = "gem") -> None:
    await bot.standin.unreact(user, channel_id, ts, emoji)
    await bot.settled()


async def pick(bot: BotAtWork, user: str, channel_id: str, ts: str, entry: str = SAVE_INTEL) -> None:
    """Pick an entry of a message's menu."""
    outcome = await bot.standin.message_shortcut(user, entry, channel_id, ts)
    assert outcome.acknowledged, outcome
    await bot.settled()


def told(bot: BotAtWork, user: str, channel_id: str = TALK) -> list[str]:
    """Return what this person alone was told in a channel."""
    return [message.text for message in bot.whispers(user, channel_id)]


def last(bot: BotAtWork, user: str, channel_id: str = TALK) -> SeenMessage:
    return bot.whispers(user, channel_id)[-1]
