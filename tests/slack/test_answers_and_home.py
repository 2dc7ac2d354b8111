"""Answers in words and App Home, as a PM and a rep meet them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.blocks import answers, card, notices
from bot.blocks.home import ACTION_SHARE_ASK
from bot.operate.demo.world import ASKS, BOT, FIELD, GUEST
from bot.playground.views_of_people import SeenMessage
from tests.slack.harness.bot_at_work import BotAtWork
from tests.slack.harness.talk import ANA, BEN, PRIYA, talking_company

WORDS = "They need the invoice as PDF"


@pytest.fixture
async def bot(tmp_path: Path, database_url: str) -> AsyncIterator[BotAtWork]:
    """Give a bot in a company that talks; the test runs once on SQLite and once on Postgres."""
    async with talking_company(tmp_path, database_url) as at_work:
        yield at_work


async def asked(bot: BotAtWork) -> None:
    await bot.command(ANA, f"/ask {WORDS}")
    await bot.settled()


async def answer(bot: BotAtWork, action_id: str, **fields: str) -> None:
    """Have Priya answer the first ask in words, and let its notice go out."""
    await bot.react(PRIYA, "Ask A-1.", "speech_balloon")
    await bot.settled()
    offer = bot.whispers(PRIYA, ASKS)[-1]
    await bot.press(PRIYA, ASKS, offer, action_id)
    assert await bot.fill_in(PRIYA, **fields) == {}
    await bot.later(150)


def last_told(bot: BotAtWork, user: str) -> SeenMessage:
    return [message for message in bot.standin.direct_messages(user) if message.is_from_app][-1]


async def test_a_question_is_answered_in_its_thread_and_the_ask_is_open_again(bot: BotAtWork) -> None:
    await asked(bot)
    await answer(bot, answers.ACTION_NEEDS_INFO, reason="Which invoices?")
    question = last_told(bot, ANA)
    assert "has one question on A-1" in question.text
    assert "A question from" in repr(bot.card("Ask A-1.").blocks)
    await bot.standin.say(ANA, BOT, "Those of last year.", thread_ts=question.ts)
    await bot.settled()
    assert "answered your question on A-1" in last_told(bot, PRIYA).text
    assert "Those of last year." in last_told(bot, PRIYA).text
    assert "New: nobody has looked at it yet." in bot.card("Ask A-1.").text


async def test_a_reply_to_a_no_reaches_who_said_it_and_one_press_opens_it_again(bot: BotAtWork) -> None:
    await asked(bot)
    await answer(bot, answers.ACTION_DECLINE, reason="We build for teams under 50.")
    no = last_told(bot, ANA)
    await bot.standin.say(ANA, BOT, "They are forty.", thread_ts=no.ts)
    await bot.settled()
    passed_on = last_told(bot, PRIYA)
    assert "replied to your no on A-1" in passed_on.text
    channel = bot.standin.direct_channel(PRIYA)
    await bot.press(PRIYA, channel, passed_on, notices.ACTION_OPEN_AGAIN)
    assert "Seen by" in bot.card("Ask A-1.").text


async def test_already_possible_says_how(bot: BotAtWork) -> None:
    await asked(bot)
    await answer(bot, answers.ACTION_ALREADY_POSSIBLE, reason="Settings, Export, PDF.")
    assert "is possible today" in last_told(bot, ANA).text
    assert "Already possible, says" in bot.card("Ask A-1.").text


async def test_a_pm_joins_a_duplicate_by_its_name_and_its_reporter_is_told(bot: BotAtWork) -> None:
    await asked(bot)
    await bot.command(BEN, "/ask Dark mode at night")
    await bot.settled()
    await bot.react(PRIYA, "Ask A-1.", "speech_balloon")
    await bot.settled()
    await bot.press(PRIYA, ASKS, bot.whispers(PRIYA, ASKS)[-1], answers.ACTION_DUPLICATE)
    for wrong, said in (("seven", "Write the name"), ("A-99", "There is no such item"), ("A-1", "One of the two")):
        errors = await bot.fill_in(PRIYA, other_item=wrong, reason="")
        assert said in errors["other_item"]
    assert await bot.fill_in(PRIYA, other_item="a-2", reason="Both are about looks.") == {}
    await bot.later(150)
    assert "is the same as A-2" in last_told(bot, ANA).text
    assert "Joined here: A-1" in repr(bot.card("Ask A-2.").blocks)


async def home_of(bot: BotAtWork, user: str) -> str:
    await bot.standin.open_home(user)
    await bot.settled()
    return home_now(bot, user)


def home_now(bot: BotAtWork, user: str) -> str:
    view = bot.standin.workspace.surfaces.home(user)
    return repr(bot.standin.workspace.surfaces.full(view)["blocks"]) if view else ""


async def test_home_shows_a_rep_what_became_of_theirs_from_the_first_day(bot: BotAtWork) -> None:
    assert "Nothing yet." in await home_of(bot, ANA)
    await asked(bot)
    shown = await home_of(bot, ANA)
    assert WORDS in shown
    assert "New: nobody has looked at it yet." in shown
    assert WORDS not in await home_of(bot, BEN)


async def test_home_shows_a_pm_what_waits_and_a_press_takes_it_off(bot: BotAtWork) -> None:
    await asked(bot)
    shown = await home_of(bot, PRIYA)
    assert "waits for you" in shown
    assert card.ACTION_SEE in shown
    await bot.standin.click_in_home(PRIYA, card.ACTION_ACCEPT)
    await bot.settled()
    assert "Accepted by" in bot.card("Ask A-1.").text
    assert "Nothing waits for you." in home_now(bot, PRIYA)


async def test_words_that_are_owed_stand_first_and_are_given_from_home(bot: BotAtWork) -> None:
    await asked(bot)
    await bot.react(PRIYA, "Ask A-1.", "speech_balloon")
    await bot.settled()
    assert "Waiting for your words" in await home_of(bot, PRIYA)
    await bot.standin.click_in_home(PRIYA, card.ACTION_ANSWER, block_id="home_1")
    await bot.settled()
    assert "How would you like to answer A-1?" in last_told(bot, PRIYA).text


async def test_a_guest_has_no_home(bot: BotAtWork) -> None:
    await bot.command(ANA, f"/ask {WORDS}", FIELD)
    assert WORDS not in await home_of(bot, GUEST)


async def test_home_opens_the_form_that_the_command_opens(bot: BotAtWork) -> None:
    await home_of(bot, ANA)
    await bot.standin.click_in_home(ANA, ACTION_SHARE_ASK)
    assert await bot.fill_in(ANA, words=WORDS) == {}
    await bot.settled()
    assert WORDS in await home_of(bot, ANA)
