"""Every way in (command, form, watched message, emoji, menu, mention, direct message) keeps the same item, once."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.blocks import answers
from bot.operate.demo.world import BOT, FIELD, GUEST
from bot.slack.shortcuts.save import SAVE_ASK
from tests.slack.harness.bot_at_work import BotAtWork
from tests.slack.harness.payloads import deliver, fresh_ts, reacted
from tests.slack.harness.talk import (
    ANA,
    BEN,
    CHLOE,
    ELSEWHERE,
    PRIYA,
    ROBOT,
    TALK,
    Kept,
    kept,
    last,
    names,
    pick,
    react,
    talking_company,
    told,
    unheard,
    unreact,
)

LINE = "Acme quotes $40k for SSO at Globex #pricing"


@pytest.fixture
async def bot(tmp_path: Path, database_url: str) -> AsyncIterator[BotAtWork]:
    """Give a bot in a company that talks; the test runs once on SQLite and once on Postgres."""
    async with talking_company(tmp_path, database_url) as at_work:
        yield at_work


# Each way, taken by Ana for her own words, or by Ben for hers.


async def by_command(bot: BotAtWork) -> None:
    await bot.command(ANA, f"/intel {LINE}")


async def by_form(bot: BotAtWork) -> None:
    await bot.command(ANA, "/intel")
    assert await bot.fill_in(ANA, words=LINE) == {}


async def by_watched_message(bot: BotAtWork) -> None:
    await bot.say(ANA, FIELD, LINE)


async def by_emoji(bot: BotAtWork) -> None:
    await react(bot, BEN, TALK, await bot.say(ANA, TALK, LINE))


async def by_emoji_on_an_old_reply(bot: BotAtWork) -> None:
    parent = unheard(bot, BEN, TALK, "What do they charge?")
    await react(bot, BEN, TALK, unheard(bot, ANA, TALK, LINE, parent))


async def by_menu(bot: BotAtWork) -> None:
    await pick(bot, BEN, TALK, await bot.say(ANA, TALK, LINE))


async def by_menu_where_the_bot_is_not(bot: BotAtWork) -> None:
    await pick(bot, BEN, ELSEWHERE, await bot.say(ANA, ELSEWHERE, LINE))


async def by_mention(bot: BotAtWork) -> None:
    await bot.say(ANA, TALK, f"@nugget {LINE}")


async def by_mention_in_a_thread(bot: BotAtWork) -> None:
    parent = await bot.say(BEN, TALK, "What do they charge?")
    await bot.say(ANA, TALK, f"@nugget: intel {LINE}", thread_ts=parent)


async def by_direct_message(bot: BotAtWork) -> None:
    await bot.say(ANA, BOT, LINE)


async def by_direct_message_with_its_kind(bot: BotAtWork) -> None:
    await bot.say(ANA, BOT, f"/intel {LINE}")


WAYS: tuple[Callable[[BotAtWork], Awaitable[None]], ...] = (
    by_command,
    by_form,
    by_watched_message,
    by_emoji,
    by_emoji_on_an_old_reply,
    by_menu,
    by_menu_where_the_bot_is_not,
    by_mention,
    by_mention_in_a_thread,
    by_direct_message,
    by_direct_message_with_its_kind,
)
BY_ANOTHER = {by_emoji, by_emoji_on_an_old_reply, by_menu, by_menu_where_the_bot_is_not}
# Slack gives the bot no link to what stands where it is not.
WITH_LINK = BY_ANOTHER - {by_menu_where_the_bot_is_not}


async def test_each_way_in_yields_the_same_item_for_the_same_words(bot: BotAtWork) -> None:
    found: dict[str, Kept] = {}
    for number, way in enumerate(WAYS, start=1):
        await way(bot)
        items = await kept(bot)
        assert len(items) == number, way.__name__
        found[way.__name__] = items[-1]
    first = found["by_command"]
    assert (first.account, first.money, first.tags, first.competitors, first.how_known, first.category) == (
        "Globex", (4_000_000, "USD"), ("pricing",), 1, "first-hand", "pricing",
    )  # fmt: skip
    assert first.area_id is not None
    assert found == {
        way.__name__: replace(
            first, name=f"N-{number}", saved_by=BEN if way in BY_ANOTHER else None, has_link=way in WITH_LINK
        )
        for number, way in enumerate(WAYS, start=1)
    }
    assert len(bot.posts()) == len(WAYS)


def answered(bot: BotAtWork, user: str, channel_id: str = TALK) -> list[str]:
    """Return what a person alone was told in a channel, but for the question whether two items say the same."""
    return [text for text in told(bot, user, channel_id) if "say the same" not in text]


async def test_duplicated_late_and_reordered_it_is_one_item_and_everyone_is_told_once(bot: BotAtWork) -> None:
    for fault in ("duplicate", "reorder"):
        await bot.standin.set_fault(fault)
    await bot.standin.set_fault("ack_lost", 0.3)
    standin = bot.standin
    watched = await standin.say(ANA, FIELD, "Acme said one")
    await standin.react(BEN, FIELD, watched, "gem")
    await standin.react(CHLOE, FIELD, watched, "memo")
    talk = await standin.say(ANA, TALK, "Acme said two")
    await standin.react(BEN, TALK, talk, "gem")
    await standin.react(CHLOE, TALK, talk, "memo")
    parent = await standin.say(BEN, TALK, "What is new?")
    await standin.say(ANA, TALK, "@nugget Acme said three", thread_ts=parent)
    await standin.say(ANA, BOT, "ask Acme said four")
    await standin.say(CHLOE, BOT, "Nobody known said five")
    gone = await standin.say(ANA, TALK, "Acme said six")
    await standin.react(BEN, TALK, gone, "gem")
    await standin.unreact(BEN, TALK, gone, "gem")
    await bot.settled()
    assert sorted(one.words for one in await kept(bot)) == [
        f"Acme said {word}" for word in ("four", "one", "three", "two")
    ]
    assert len([text for text in bot.posts() if "Acme said" in text]) == 4
    all_told = [text for user in (ANA, BEN, CHLOE) for text in answered(bot, user, FIELD)]
    assert len([text for text in all_told if text.startswith("Got it: ")]) == 1
    assert [len(answered(bot, user, FIELD)) for user in (BEN, CHLOE)] == [1, 1]
    # Of what Ben saved and took away again he may have been told before he took it away.
    about_two = [text for text in answered(bot, BEN) + answered(bot, CHLOE) if "This is saved already" in text]
    assert (len(about_two), len(answered(bot, CHLOE))) == (1, 1)
    assert len(answered(bot, BEN)) in (1, 2)
    assert [text[:10] for text in answered(bot, ANA)] == ["Got it: N-"]
    assert [text[:10] for text in bot.told(ANA) if "?" not in text] == ["Got it: A-"]
    assert [text[:12] for text in bot.told(CHLOE)] == ["Is this news"]


async def test_an_emoji_is_confirmed_to_its_giver_alone_and_a_second_saver_is_told_once(bot: BotAtWork) -> None:
    parent = await bot.say(BEN, TALK, "What is new?")
    ts = await bot.say(ANA, TALK, "They plan a price list", thread_ts=parent)
    await react(bot, BEN, TALK, ts)
    confirmed = last(bot, BEN)
    assert confirmed.text.startswith(
        "Got it: N-1, pricing, first-hand. The credit is Ana Ruiz's, saved by you. Visible"
    )
    assert confirmed.thread_ts == parent
    assert "Shared by Ana Ruiz (saved by Ben Okafor)" in str(bot.card("N-1").blocks)
    for emoji in ("gem", "memo"):
        await react(bot, CHLOE, TALK, ts, emoji)
    await pick(bot, ANA, TALK, ts, SAVE_ASK)
    assert await names(bot) == ["N-1"]
    (second,) = told(bot, CHLOE)
    assert second == "This is saved already, as N-1. New: nobody has looked at it yet. Nothing was added."
    assert told(bot, ANA) == [second]
    assert (told(bot, GUEST), bot.told(ANA)) == ([], [])
    (seen,) = [message for message in bot.standin.messages(GUEST, TALK) if message.ts == ts]
    assert sorted(seen.reactions) == ["gem", "memo"], "the channel sees what people put there, and nothing of the bot"


@pytest.mark.parametrize(("writer", "text"), [(GUEST, "I saw a price list of Acme"), (ROBOT, "Feed: Acme cut prices")])
async def test_what_a_guest_or_an_app_wrote_is_second_hand_unless_its_saver_says_otherwise(
    bot: BotAtWork, writer: str, text: str
) -> None:
    ts = unheard(bot, writer, TALK, text)
    await react(bot, BEN, TALK, ts)
    (one,) = await kept(bot)
    assert (one.reporter, one.saved_by, one.how_known, one.words) == (BEN, None, "second-hand", text)
    await bot.press(BEN, TALK, last(bot, BEN), answers.ACTION_FIRST_HAND)
    (one,) = await kept(bot)
    assert one.how_known == "first-hand"
    assert ", first-hand. Visible" in last(bot, BEN).text


async def test_taking_the_emoji_away_takes_back_what_it_saved_while_nothing_is_built_on_it(bot: BotAtWork) -> None:
    ts = await bot.say(ANA, TALK, "They plan a price list")
    await react(bot, BEN, TALK, ts)
    await react(bot, CHLOE, TALK, ts)
    await unreact(bot, CHLOE, TALK, ts)
    assert await names(bot) == ["N-1"], "it was not this emoji that saved it"
    await unreact(bot, BEN, TALK, ts)
    assert await kept(bot) == []
    assert "price list" not in str(bot.card("N-1"))
    await react(bot, BEN, TALK, ts, "memo")
    assert await names(bot) == ["A-1"]
    await bot.react(PRIYA, "A-1", "eyes")
    await unreact(bot, BEN, TALK, ts, "memo")
    assert await names(bot) == ["A-1"], "Priya has seen it"
    await pick(bot, BEN, TALK, other := await bot.say(ANA, TALK, "They hired a new chief"))
    await react(bot, BEN, TALK, other)
    await unreact(bot, BEN, TALK, other)
    assert await names(bot) == ["A-1", "N-2"], "the menu saved it"
    own = next(message for message in bot.whispers(BEN, TALK) if message.text.startswith("Got it: N-2"))
    await bot.press(BEN, TALK, own, answers.ACTION_UNSAVE)
    assert "N-2 is taken back. The message itself is untouched." in told(bot, BEN)
    assert await names(bot) == ["A-1"]


async def test_edits_and_deletion_of_a_saved_message_are_followed(bot: BotAtWork) -> None:
    ts = await bot.say(ANA, TALK, "@nugget ask They want a darker theem")
    await bot.standin.edit(ANA, TALK, ts, "@nugget ask They want a darker theme")
    await bot.settled()
    assert [one.words for one in await kept(bot)] == ["They want a darker theme"]
    saved = await bot.say(ANA, TALK, "Acme is cheep")
    await react(bot, BEN, TALK, saved)
    await bot.standin.edit(ANA, TALK, saved, "Acme is cheap")
    await bot.settled()
    assert [one.words for one in await kept(bot)][1:] == ["Acme is cheap"]
    await bot.standin.delete(ANA, TALK, saved)
    await bot.settled()
    assert await names(bot) == ["A-1"]
    assert "cheap" not in str(bot.card("N-1"))


async def test_what_slack_does_not_show_is_said_and_what_it_shows_late_is_saved(bot: BotAtWork) -> None:
    gone = fresh_ts()
    assert await deliver(bot, reacted(bot, BEN, TALK, gone, "gem")) == ("ignored", "unreadable")
    assert last(bot, BEN).text.startswith("I cannot read that message, so nothing was saved.")
    await bot.standin.set_fault("fatal_error", method="conversations.history", times=1)
    await bot.standin.set_fault("fatal_error", method="chat.getPermalink", times=1)
    ts = unheard(bot, ANA, TALK, "They plan a price list")
    await react(bot, BEN, TALK, ts)
    (one,) = await kept(bot)
    assert (one.words, one.reporter, one.saved_by) == ("They plan a price list", ANA, BEN)
    assert one.has_link is False or bot.standin.fault_counts().get("fatal_error") == 2


async def test_an_emoji_that_was_taken_away_before_it_was_heard_saves_nothing(bot: BotAtWork) -> None:
    ts = unheard(bot, ANA, TALK, "They plan a price list")
    added = reacted(bot, BEN, TALK, ts, "gem")
    removed = reacted(bot, BEN, TALK, ts, "gem")
    removed["event"]["type"] = "reaction_removed"
    assert await deliver(bot, removed) == ("ignored", "had no effect")
    assert await deliver(bot, added) == ("ignored", "taken away before")
    assert await kept(bot) == []
