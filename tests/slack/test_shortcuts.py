"""Saving from the menu of a message: also where the bot is not, and quickly or with a plain word."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.blocks import answers
from bot.operate.demo.world import BOT, GUEST
from bot.slack.shortcuts import save
from bot.slack.shortcuts.save import SAVE_ASK, SAVE_INTEL
from tests.slack.harness.bot_at_work import BotAtWork
from tests.slack.harness.talk import (
    ANA,
    BEN,
    CHLOE,
    DEAL,
    ELSEWHERE,
    HIDDEN,
    ROBOT,
    TALK,
    kept,
    last,
    pick,
    react,
    talking_company,
    told,
    unheard,
)


@pytest.fixture
async def bot(tmp_path: Path, database_url: str) -> AsyncIterator[BotAtWork]:
    """Give a bot in a company that talks; the test runs once on SQLite and once on Postgres."""
    async with talking_company(tmp_path, database_url) as at_work:
        yield at_work


async def test_what_an_app_says_in_attachments_alone_is_saved_from_its_menu(bot: BotAtWork) -> None:
    ts = unheard(bot, ROBOT, ELSEWHERE, "")
    shown = {"type": "message", "subtype": "bot_message", "bot_id": "BFEED", "text": "", "ts": ts}
    attachments = [{"text": "Acme cut prices", "fallback": "[no preview]"}, {"fallback": "by a fifth"}, "odd"]
    picked = {
        "type": "message_action", "callback_id": SAVE_INTEL, "trigger_id": "1.2.feed", "team": {"id": bot.spec.team_id},
        "user": {"id": BEN}, "channel": {"id": ELSEWHERE}, "message": {**shown, "attachments": attachments},
    }  # fmt: skip
    for _ in range(2):
        assert (await bot.post("interactive", picked)).is_taken
    assert (await bot.post("interactive", {**picked, "message": "odd"})).is_taken
    await bot.settled()
    (one,) = await kept(bot)
    assert (one.words, one.reporter, one.how_known) == ("Acme cut prices\nby a fifth", BEN, "second-hand")


async def test_nobody_saves_as_a_guest_and_keep_out_is_respected(bot: BotAtWork) -> None:
    ts = await bot.say(ANA, TALK, "They plan a price list")
    await react(bot, GUEST, TALK, ts)
    await pick(bot, GUEST, TALK, ts)
    assert told(bot, GUEST) == [answers.MEMBERS_ONLY]
    out = [await bot.say(ANA, TALK, text) for text in ("(off) Acme is cheap", ":shushing_face: @nugget Acme is cheap")]
    out.append(await bot.say(ANA, TALK, "@nugget ask (off) Acme is cheap"))
    await bot.say(ANA, BOT, "(off) Acme is cheap")
    for where in out:
        await react(bot, BEN, TALK, where)
    await pick(bot, BEN, TALK, out[0], SAVE_ASK)
    assert await kept(bot) == []
    assert set(told(bot, BEN)) == {"Its author keeps that message out of Nugget, so nothing was saved."}
    assert (told(bot, ANA), bot.told(ANA)) == ([], [])


async def test_a_private_place_asks_and_a_hidden_one_is_private(bot: BotAtWork) -> None:
    await react(bot, BEN, DEAL, await bot.say(ANA, DEAL, "Acme flew their board out"))
    asked = last(bot, BEN, DEAL)
    assert "only its members can see it" in asked.text
    await pick(bot, BEN, HIDDEN, await bot.say(ANA, HIDDEN, "Acme offered them shares"))
    assert [(one.privacy, one.reporter) for one in await kept(bot)] == [("place", ANA)] * 2
    assert bot.posts() == []
    assert "There is no N-2 that you can see." in await bot.command(CHLOE, "/intel N-2")
    await bot.press(BEN, DEAL, asked, answers.ACTION_SHARE_TEXT)
    await bot.press(BEN, HIDDEN, last(bot, BEN, HIDDEN), answers.ACTION_KEEP_IN_CHANNEL)
    (posted,) = bot.posts()
    assert posted.endswith("Acme flew their board out")


async def test_in_a_thread_the_answer_stands_in_the_thread(bot: BotAtWork) -> None:
    parent = await bot.say(BEN, TALK, "What is new?")
    await pick(bot, BEN, TALK, await bot.say(ANA, TALK, "They want it offline", thread_ts=parent), SAVE_ASK)
    answer = last(bot, BEN)
    assert (answer.thread_ts, answer.text[:12]) == (parent, "Got it: A-1,")


async def test_a_database_that_takes_too_long_is_said_and_picking_again_saves_once(
    bot: BotAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    ts = await bot.say(ANA, TALK, "They plan a price list")
    with monkeypatch.context() as impatient:
        impatient.setattr(save, "SAVE_SECONDS", 0.0)
        await pick(bot, BEN, TALK, ts)
    assert last(bot, BEN).text == answers.MENU_NOT_SAVED
    for _ in range(2):
        await pick(bot, BEN, TALK, ts)
    assert [one.words for one in await kept(bot)] == ["They plan a price list"]
    assert "This is saved already, as N-1." in last(bot, BEN).text


async def test_what_is_no_entry_of_ours_is_acknowledged_and_nothing_more(bot: BotAtWork) -> None:
    ts = await bot.say(ANA, TALK, "They plan a price list")
    await pick(bot, BEN, TALK, ts, "of_another_time")
    assert (await bot.standin.global_shortcut(BEN, SAVE_ASK)).acknowledged
    assert (await kept(bot), told(bot, BEN)) == ([], [])
