"""*Same as A-1?* and *Me too*, as people meet them: asked once the line is kept, answered by one press."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.blocks import joining
from bot.operate.demo.world import ASKS, FIELD
from bot.playground.views_of_people import SeenMessage
from tests.slack.harness.bot_at_work import BotAtWork
from tests.slack.harness.talk import ANA, BEN, PRIYA, names, talking_company

FIRST = "Contact list: nightly CSV export for the finance team"
AGAIN = "Finance wants the contact list exported as CSV nightly"


@pytest.fixture
async def bot(tmp_path: Path, database_url: str) -> AsyncIterator[BotAtWork]:
    """Give a bot in a company that talks; the test runs once on SQLite and once on Postgres."""
    async with talking_company(tmp_path, database_url) as at_work:
        yield at_work


def drawn(bot: BotAtWork, name: str) -> str:
    return repr(bot.card(f"Ask {name}.").blocks)


async def type_twice(bot: BotAtWork) -> SeenMessage:
    """Let two people share the same, and return what the second one is asked."""
    await bot.command(ANA, f"/ask {FIRST}")
    await bot.settled()
    await bot.command(BEN, f"/ask {AGAIN}")
    await bot.settled()
    return bot.whispers(BEN, FIELD)[-1]


async def test_who_shares_the_same_is_asked_once_and_joins_by_one_press(bot: BotAtWork) -> None:
    asked = await type_twice(bot)
    assert asked.text.startswith("Does A-2 say the same as this one? A-1: Contact list: nightly CSV")
    assert len([seen for seen in bot.whispers(ANA, FIELD) if "say the same" in seen.text]) == 0
    await bot.press(BEN, FIELD, asked, f"{joining.ACTION_SAME}:0")
    await bot.settled()
    assert "A-2 is now part of A-1. New: nobody has looked at it yet." in bot.whispers(BEN, FIELD)[-1].text
    assert "Joined here: A-2" in drawn(bot, "A-1")
    assert AGAIN not in drawn(bot, "A-2")
    undone = bot.whispers(BEN, FIELD)[-1]
    await bot.press(BEN, FIELD, undone, joining.ACTION_PART)
    await bot.settled()
    assert "A-2 and A-1 are two again" in bot.whispers(BEN, FIELD)[-1].text
    assert AGAIN in drawn(bot, "A-2")


async def test_no_it_is_new_leaves_both(bot: BotAtWork) -> None:
    asked = await type_twice(bot)
    await bot.press(BEN, FIELD, asked, joining.ACTION_NOT_SAME)
    await bot.settled()
    assert bot.whispers(BEN, FIELD)[-1].text == "A-2 stays on its own. Thank you for looking."
    assert await names(bot) == ["A-1", "A-2"]


async def test_the_plus_sign_asks_for_whom_and_adds_an_account(bot: BotAtWork) -> None:
    await bot.command(ANA, f"/ask {FIRST} at Globex")
    await bot.settled()
    await bot.react(BEN, "Ask A-1.", "heavy_plus_sign")
    await bot.settled()
    offer = bot.whispers(BEN, ASKS)[-1]
    assert offer.text == "You know of A-1 too? Nothing is added until you say for whom."
    await bot.press(BEN, ASKS, offer, joining.ACTION_ME_TOO)
    assert await bot.fill_in(BEN, account="Umbrella", words="They print it today.") == {}
    await bot.settled()
    assert "and 1 unconfirmed" in drawn(bot, "A-1")
    assert "You are now a reporter of A-1." in bot.whispers(BEN, ASKS)[-1].text


async def test_the_button_on_the_card_does_the_same_and_says_what_is_there_already(bot: BotAtWork) -> None:
    await bot.command(ANA, f"/ask {FIRST} at Globex")
    await bot.settled()
    await bot.press_card(ANA, "Ask A-1.", joining.ACTION_ME_TOO)
    errors = await bot.fill_in(ANA, account="Globex")
    assert list(errors.values()) == ["You reported this already. Nothing was added."]
    await bot.press_card(PRIYA, "Ask A-1.", joining.ACTION_ME_TOO)
    assert await bot.fill_in(PRIYA, account="Hooli") == {}
