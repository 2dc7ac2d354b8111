"""The steps of a rep's three commonest paths: one line, one entry of a menu, one emoji.

Each ends in one item, kept once, and in one private answer.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.slack.shortcuts.save import SAVE_INTEL
from tests.slack.harness.bot_at_work import BotAtWork
from tests.slack.harness.talk import ANA, BEN, CHLOE, PRIYA, TALK, kept, talking_company

LINE = "Acme quotes $40k at Globex, saw the offer"
EVERYBODY = (ANA, BEN, CHLOE, PRIYA)


@pytest.fixture
async def bot(tmp_path: Path, database_url: str) -> AsyncIterator[BotAtWork]:
    """Give a bot in a company that talks; the test runs once on SQLite and once on Postgres."""
    async with talking_company(tmp_path, database_url) as at_work:
        yield at_work


@dataclass
class Hands:
    """What somebody does, counted as they would count it."""

    bot: BotAtWork
    steps: list[str] = field(default_factory=list)

    async def type_line(self, line: str) -> None:
        self.steps.append("type a line")
        command, _, text = line.partition(" ")
        assert (await self.bot.standin.command(ANA, TALK, command, text)).acknowledged

    def open_menu(self, ts: str) -> list[str]:
        """Open the menu of a message, and return what may be picked there."""
        self.steps.append("open the menu")
        assert any(message.ts == ts for message in self.bot.standin.messages(ANA, TALK))
        return [entry.callback_id for entry in self.bot.spec.message_shortcuts]

    async def pick(self, entry: str, ts: str) -> None:
        self.steps.append("pick an entry")
        assert (await self.bot.standin.message_shortcut(ANA, entry, TALK, ts)).acknowledged

    async def react(self, ts: str, emoji: str) -> None:
        self.steps.append("react")
        await self.bot.standin.react(ANA, TALK, ts, emoji)


async def by_line(hands: Hands, ts: str) -> None:
    await hands.type_line(f"/intel {LINE}")


async def by_menu(hands: Hands, ts: str) -> None:
    (entry,) = (entry for entry in hands.open_menu(ts) if entry == SAVE_INTEL)
    await hands.pick(entry, ts)


async def by_emoji(hands: Hands, ts: str) -> None:
    await hands.react(ts, "gem")


Path_ = Callable[[Hands, str], Awaitable[None]]
PATHS: tuple[tuple[Path_, list[str], str], ...] = (
    (by_line, ["type a line"], ANA),
    (by_menu, ["open the menu", "pick an entry"], BEN),
    (by_emoji, ["react"], BEN),
)


@pytest.mark.parametrize(("path", "steps", "credit"), PATHS, ids=[path.__name__ for path, _, _ in PATHS])
async def test_a_path_ends_in_one_item_and_one_private_answer(
    bot: BotAtWork, path: Path_, steps: list[str], credit: str
) -> None:
    hands = Hands(bot)
    ts = await bot.say(BEN, TALK, LINE)
    await path(hands, ts)
    await bot.settled()
    # Whatever rests before it is sent has been sent by then; a second answer would be there as well.
    await bot.later(3_600)
    assert hands.steps == steps
    (item,) = await kept(bot)
    assert (item.name, item.words, item.reporter) == ("N-1", LINE, credit)
    (answer,) = bot.whispers(ANA, TALK)
    assert answer.text.startswith("Got it: N-1, Acme")
    (card,) = bot.posts()
    assert LINE in card
    assert bot.standin.open_view(ANA) is None
    assert [text for user in EVERYBODY for text in bot.told(user)] == []
    assert [whisper.text for user in EVERYBODY if user != ANA for whisper in bot.whispers(user, TALK)] == []
