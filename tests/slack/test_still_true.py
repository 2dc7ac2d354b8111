"""Still true, or no longer: pressed on the card and in the details, as people meet it."""

from bot.blocks import shelf_life
from bot.operate.demo.world import FIELD, INTEL, rep_id
from bot.playground.views_of_people import SeenMessage
from tests.slack.harness.bot_at_work import BotAtWork

ANA, BEN, MARA = rep_id(0), rep_id(1), "UMARA"
A_DAY = 86_400
NEWS = "/intel Acme cut its price to $36 a seat"


async def details(bot: BotAtWork, user: str) -> SeenMessage:
    """Look the nugget up, and return what this person reads."""
    await bot.command(user, "/intel N-1")
    return bot.whispers(user, FIELD)[-1]


async def test_news_that_became_stale_is_confirmed_in_its_details(bot: BotAtWork) -> None:
    await bot.command(ANA, NEWS)
    assert "Fresh until" in repr(bot.card("Nugget N-1.").blocks)
    await bot.later(91 * A_DAY)
    read = await details(bot, BEN)
    assert ": is it still true?" in repr(read.blocks)
    await bot.press(BEN, FIELD, read, shelf_life.ACTION_STILL_TRUE)
    assert bot.whispers(BEN, FIELD)[-1].text.startswith("Thank you. N-1 is fresh until ")
    assert "Stale" not in repr((await details(bot, ANA)).blocks)


async def test_anyone_doubts_it_on_its_card_and_its_owner_is_asked(bot: BotAtWork) -> None:
    await bot.command(ANA, NEWS)
    await bot.react(MARA, "Nugget N-1.", "eyes")
    await bot.press_card(BEN, "Nugget N-1.", shelf_life.ACTION_NO_LONGER_TRUE)
    assert "Noted with N-1" in bot.whispers(BEN, INTEL)[-1].text
    assert "says that it no longer holds." in repr(bot.card("Nugget N-1.").blocks)
    (asked,) = [message for message in bot.standin.direct_messages(MARA) if "no longer holds" in message.text]
    await bot.press(MARA, bot.standin.direct_channel(MARA), asked, shelf_life.ACTION_NO_LONGER_TRUE)
    assert "Outdated, says" in bot.card("Nugget N-1.").text
