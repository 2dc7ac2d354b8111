"""Questions to the field and the coaching question, as people meet them in Slack."""

from bot.blocks import answers, coaching, wants
from bot.operate.demo.world import FIELD, INTEL, rep_id
from bot.playground.views_of_people import SeenMessage
from tests.slack.harness.bot_at_work import BotAtWork

ANA, BEN, CHLOE = rep_id(0), rep_id(1), rep_id(2)
A_DAY = 86_400
ASKED = "What does Acme charge a seat"
KNOWN = "Acme charges 36 a seat, saw the offer"


def question_card(bot: BotAtWork) -> SeenMessage:
    return bot.card("asks the field")


def last(bot: BotAtWork, user: str, channel_id: str = FIELD) -> SeenMessage:
    return bot.whispers(user, channel_id)[-1]


async def test_one_asks_another_knows_and_the_asker_hears_it(bot: BotAtWork) -> None:
    assert (await bot.command(ANA, f"/intel want {ASKED}")).startswith("Asked in #intel, until ")
    assert await bot.kept() == []
    await bot.press_card(BEN, "asks the field", wants.ACTION_KNOW)
    assert await bot.fill_in(BEN, words=" ") != {}
    assert await bot.fill_in(BEN, words=KNOWN) == {}
    assert "Got it: N-1, Acme" in last(bot, BEN, INTEL).text
    assert "Answered by" in question_card(bot).text
    assert not any("answers your question" in text for text in bot.told(ANA))
    await bot.later(150)
    (heard,) = [text for text in bot.told(ANA) if "answers your question" in text]
    assert KNOWN in heard


async def test_going_on_looking_opens_it_again(bot: BotAtWork) -> None:
    await bot.command(ANA, f"/intel want {ASKED}")
    await bot.press_card(BEN, "asks the field", wants.ACTION_KNOW)
    await bot.fill_in(BEN, words=KNOWN)
    await bot.later(150)
    heard = bot.standin.direct_messages(ANA)[-1]
    await bot.press(ANA, bot.standin.direct_channel(ANA), heard, wants.ACTION_STILL_LOOKING)
    assert "Open until" in question_card(bot).text
    await bot.press_card(CHLOE, "asks the field", wants.ACTION_KNOW)
    assert await bot.fill_in(CHLOE, words="Acme charges 40") == {}
    assert "Answered by" in question_card(bot).text


async def test_who_shares_on_the_same_competitor_is_asked_whether_it_answers(bot: BotAtWork) -> None:
    await bot.command(ANA, f"/intel want {ASKED}")
    await bot.command(BEN, f"/intel {KNOWN}")
    asked = last(bot, BEN)
    assert asked.text.endswith("Does N-1 answer it?")
    await bot.press(BEN, FIELD, asked, wants.ACTION_ANSWERS)
    assert last(bot, BEN).text.startswith("Thank you: N-1 answers")
    assert "N-1" in question_card(bot).text


async def test_no_leaves_it_open(bot: BotAtWork) -> None:
    await bot.command(ANA, f"/intel want {ASKED}")
    await bot.command(BEN, f"/intel {KNOWN}")
    await bot.press(BEN, FIELD, last(bot, BEN), wants.ACTION_ANSWERS_NOT)
    assert last(bot, BEN).text.endswith("goes on looking.")
    assert "Open until" in question_card(bot).text


async def test_a_reply_in_its_thread_becomes_the_answer_by_one_press(bot: BotAtWork) -> None:
    await bot.command(ANA, f"/intel want {ASKED}")
    thread = question_card(bot).ts
    await bot.say(ANA, INTEL, "Anybody?", thread_ts=thread)
    ts = await bot.say(BEN, INTEL, "36 a seat, I saw it", thread_ts=thread)
    assert bot.whispers(ANA, INTEL) == []
    assert await bot.kept() == []
    offer = last(bot, BEN, INTEL)
    assert offer.text.startswith("Does this answer ")
    await bot.press(BEN, INTEL, offer, wants.ACTION_REPLY_ANSWERS)
    assert "Got it: N-1, Acme" in last(bot, BEN, INTEL).text
    assert await bot.kept() == ["36 a seat, I saw it"]
    assert "Answered by" in question_card(bot).text
    await bot.standin.delete(BEN, INTEL, ts)
    await bot.settled()
    assert await bot.kept() == []
    assert "Open until" in question_card(bot).text


async def test_a_reply_that_is_gone_answers_nothing(bot: BotAtWork) -> None:
    await bot.command(ANA, f"/intel want {ASKED}")
    ts = await bot.say(BEN, INTEL, "36 a seat", thread_ts=question_card(bot).ts)
    offer = last(bot, BEN, INTEL)
    await bot.standin.delete(BEN, INTEL, ts)
    await bot.settled()
    await bot.press(BEN, INTEL, offer, wants.ACTION_REPLY_ANSWERS)
    assert "Your reply is gone" in last(bot, BEN, INTEL).text
    assert "Open until" in question_card(bot).text


async def test_a_second_question_is_offered_in_the_place_of_the_first(bot: BotAtWork) -> None:
    await bot.command(ANA, f"/intel want {ASKED}")
    assert "one thing already" in await bot.command(ANA, "/intel want Who runs Initech")
    await bot.press(ANA, FIELD, last(bot, ANA), wants.ACTION_REPLACE)
    assert "Who runs Initech" in last(bot, ANA).text
    texts = [text for text in bot.posts() if "asks the field" in text]
    assert len(texts) == 2
    assert sum("asks something else" in text for text in texts) == 1


async def test_alone_it_lists_what_is_asked_and_own_questions_are_taken_back(bot: BotAtWork) -> None:
    assert "Nobody asks the field anything" in await bot.command(BEN, "/intel want")
    await bot.command(ANA, f"/intel want {ASKED}")
    assert ASKED in await bot.command(BEN, "/intel want")
    await bot.press(BEN, FIELD, last(bot, BEN), wants.ACTION_KNOW)
    assert bot.standin.open_view(BEN) is not None
    await bot.command(ANA, "/intel want")
    await bot.press(ANA, FIELD, last(bot, ANA), wants.ACTION_WITHDRAW)
    assert ASKED in last(bot, ANA).text
    assert ASKED not in question_card(bot).text
    errors = await bot.fill_in(BEN, words=KNOWN)
    assert errors == {}
    assert await bot.kept() == [KNOWN]


async def test_a_line_that_was_meant_as_intel_is_saved_and_asks_nobody(bot: BotAtWork) -> None:
    line = "want to leave Acme, says Globex"
    await bot.command(ANA, f"/intel {line}")
    await bot.press(ANA, FIELD, last(bot, ANA), answers.ACTION_SAVE_INTEL_INSTEAD)
    assert await bot.kept() == [line]
    assert "Taken back by" in question_card(bot).text


async def test_a_day_that_is_over_gives_the_words_back(bot: BotAtWork) -> None:
    answer = await bot.command(ANA, f"/intel want {ASKED} by 12 March 2020")
    assert "is over" in answer
    assert ASKED in answer


async def test_nobody_knew_by_its_day(bot: BotAtWork) -> None:
    await bot.command(ANA, f"/intel want {ASKED} by tomorrow")
    await bot.later(6 * A_DAY)
    (heard,) = [text for text in bot.told(ANA) if text.startswith("Nobody knew by ")]
    assert ASKED in heard
    assert "Nobody knew by" in question_card(bot).text
    message = next(one for one in bot.standin.direct_messages(ANA) if one.text == heard)
    await bot.press(ANA, bot.standin.direct_channel(ANA), message, wants.ACTION_STILL_LOOKING)
    assert "Open until" in question_card(bot).text


async def test_a_bare_ask_is_coached_once_and_the_answer_stands_on_its_card(bot: BotAtWork) -> None:
    await bot.command(ANA, "/ask Dark mode for Globex")
    asked = last(bot, ANA)
    assert asked.text.endswith("what can't Globex do today?")
    await bot.press(ANA, FIELD, asked, coaching.ACTION_ANSWER)
    assert await bot.fill_in(ANA, words=" ") != {}
    assert await bot.fill_in(ANA, words="Their night shift cannot read the screen.") == {}
    await bot.until(lambda: last(bot, ANA).text.startswith("Added to A-1"))
    assert "Their night shift cannot read the screen." in repr(bot.card("Ask A-1.").blocks)
    assert not any("what can't Globex" in message.text for message in bot.whispers(ANA, FIELD))


async def test_two_skips_bring_rest(bot: BotAtWork) -> None:
    for line, answer in (("Dark mode", "A-1 stands as you wrote it."), ("Kanban board", "I ask you again only from")):
        await bot.command(ANA, f"/ask {line}")
        await bot.press(ANA, FIELD, last(bot, ANA), coaching.ACTION_SKIP)
        assert answer in last(bot, ANA).text
    before = len(bot.whispers(ANA, FIELD))
    await bot.command(ANA, "/ask Bulk import")
    assert [message.text[:7] for message in bot.whispers(ANA, FIELD)[before:]] == ["Got it:"]
