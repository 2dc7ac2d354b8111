"""What is written to Nugget by name or directly: a line is kept, a question answered, nothing lost."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.blocks import answers
from bot.operate.demo.world import BOT, GUEST, VOICE
from tests.slack.harness.bot_at_work import BotAtWork
from tests.slack.harness.payloads import deliver, event, fresh_ts, said
from tests.slack.harness.talk import (
    ANA,
    BEN,
    PRIYA,
    ROBOT,
    TALK,
    kept,
    last,
    names,
    talking_company,
    told,
    unheard,
)


@pytest.fixture
async def bot(tmp_path: Path, database_url: str) -> AsyncIterator[BotAtWork]:
    """Give a bot in a company that talks; the test runs once on SQLite and once on Postgres."""
    async with talking_company(tmp_path, database_url) as at_work:
        yield at_work


async def test_a_line_that_says_no_kind_is_asked_about_privately_and_nothing_is_lost(bot: BotAtWork) -> None:
    parent = await bot.say(BEN, TALK, "How was the call?")
    await bot.say(ANA, TALK, "@nugget They retype every order", thread_ts=parent)
    await bot.say(ANA, BOT, "They print every invoice")
    assert await kept(bot) == []
    asked = last(bot, ANA)
    assert (asked.thread_ts, asked.text[:12]) == (parent, "Is this news")
    assert (told(bot, BEN), told(bot, GUEST)) == ([], [])
    await bot.press(ANA, TALK, asked, answers.ACTION_SAVE_AS_ASK)
    directly = bot.standin.direct_messages(ANA)[-1]
    await bot.press(ANA, BOT, directly, answers.ACTION_SAVE_AS_INTEL)
    assert [(one.name, one.words) for one in await kept(bot)] == [
        ("A-1", "They retype every order"),
        ("N-1", "They print every invoice"),
    ]
    assert any(text.startswith("Got it: A-1, ") for text in told(bot, ANA))
    assert bot.told(ANA)[-1].startswith("Got it: N-1, ")
    await bot.say(ANA, BOT, "Twenty a day", thread_ts=directly.ts)
    assert (await bot.stock()).notes == ("Twenty a day",)


async def test_the_kind_is_the_first_word_else_the_channel_s_else_intel_for_a_known_competitor(bot: BotAtWork) -> None:
    for channel_id, text in (
        (TALK, "@nugget Acme raised prices"),
        (TALK, "@nugget ASK: they need SCIM"),
        (TALK, "They want it offline @nugget"),
        (VOICE, "@nugget Acme exports faster"),
        (VOICE, "@nugget intel they exported it"),
        (BOT, "/ask they need SAML"),
        (BOT, "Initech hired their founder"),
    ):
        await bot.say(ANA, channel_id, text)
    assert [(one.name, one.words) for one in await kept(bot)] == [
        ("N-1", "Acme raised prices"),
        ("A-1", "they need SCIM"),
        ("A-2", "Acme exports faster"),
        ("N-2", "they exported it"),
        ("A-3", "they need SAML"),
        ("N-3", "Initech hired their founder"),
    ]
    assert "Is this news" in last(bot, ANA).text


async def test_a_mention_alone_says_how_and_look_ups_are_answered_without_anybody_s_words(bot: BotAtWork) -> None:
    await bot.say(ANA, TALK, "@nugget")
    assert "After my name, write what you heard in one line" in last(bot, ANA).text
    await bot.say(ANA, BOT, "ask They retype every order")
    for line in ("help", "mine", "me", "A-1", "a-9", "intel"):
        await bot.say(ANA, BOT, line)
    _, helped, mine, me, one, none, how = [text for text in bot.told(ANA) if "One thing would help" not in text]
    for expected in ("intel TEXT", "ask TEXT", "mine", "A-7", "Save as ask", ":gem:"):
        assert expected in helped
    assert mine == "Your items. A-1: New: nobody has looked at it yet."
    assert me.startswith("You have not shared anything of this kind yet.")
    assert one == "Ask A-1. New: nobody has looked at it yet. /ask A-1 shows its words."
    assert none == "There is no A-9 that you can see."
    assert how.startswith("Write what you heard")
    assert await names(bot) == ["A-1"]
    offer = next(message for message in bot.standin.direct_messages(ANA) if "A-9" in message.text)
    await bot.press(ANA, BOT, offer, answers.ACTION_SAVE_ASK_INSTEAD)
    assert [one.words for one in await kept(bot)][1:] == ["a-9"]


async def test_bots_guests_and_the_bot_itself_are_not_heard(bot: BotAtWork) -> None:
    mention = f"<@{BOT}> Acme raised prices"
    by_app = said(bot, ROBOT, TALK, mention, bot_id="BOTHER")
    assert await deliver(bot, by_app) == ("ignored", "not a person")
    named = {"channel": TALK, "text": mention, "ts": fresh_ts(), "event_ts": fresh_ts()}
    assert await deliver(bot, event(bot.spec, type="app_mention", user=GUEST, **named)) == (
        "refused", "not a full member",
    )  # fmt: skip
    assert await deliver(bot, event(bot.spec, type="app_mention", user=BOT, bot_id=bot.spec.bot_id, **named)) == (
        "dropped", "",
    )  # fmt: skip
    for text in ("Acme raised prices", "hello"):
        await bot.say(GUEST, BOT, text)
    assert bot.told(GUEST) == [answers.MEMBERS_ONLY]
    assert await kept(bot) == []


async def test_a_mention_that_comes_as_one_event_only_is_kept_too(bot: BotAtWork) -> None:
    ts = unheard(bot, ANA, TALK, f"<@{BOT}> Acme raised prices")
    parts = {"channel": TALK, "user": ANA, "text": f"<@{BOT}> Acme raised prices", "ts": ts, "event_ts": ts}
    assert await deliver(bot, event(bot.spec, type="app_mention", **parts)) == ("handled", "captured")
    assert await deliver(bot, event(bot.spec, type="message", **parts)) == ("ignored", "captured before")
    assert await deliver(bot, event(bot.spec, type="app_mention")) == ("ignored", "no channel")
    assert await names(bot) == ["N-1"]


async def test_a_reply_to_an_answer_is_a_note_on_its_item(bot: BotAtWork) -> None:
    await bot.say(ANA, BOT, "ask They retype every order")
    answer = bot.standin.direct_messages(ANA)[-1]
    await bot.say(ANA, BOT, "ask them at Globex, they showed me", thread_ts=answer.ts)
    assert (await bot.stock()).notes == ("ask them at Globex, they showed me",)
    await bot.react(PRIYA, "A-1", "speech_balloon")
    await bot.press(PRIYA, "C0ASKS", bot.whispers(PRIYA, "C0ASKS")[-1], answers.ACTION_DECLINE)
    assert await bot.fill_in(PRIYA, reason="Not this year.") == {}
    await bot.later(150)
    notice = bot.standin.direct_messages(ANA)[-1]
    assert "said no" in notice.text
    await bot.say(ANA, BOT, "Acme does it already", thread_ts=notice.ts)
    assert (await bot.stock()).notes[1:] == ("Acme does it already",)
    assert await names(bot) == ["A-1"]
