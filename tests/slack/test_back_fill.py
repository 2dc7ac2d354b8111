"""After an outage: what history shows and was never delivered comes in, once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from bot.operate.demo.world import FIELD, VOICE
from db.unit_of_work import UnitOfWork
from tests.slack.harness.bot_at_work import BotAtWork


@contextmanager
def outage(bot: BotAtWork) -> Iterator[None]:
    """Let nothing that Slack delivers arrive; it tries again later."""
    bot.standin.request_url = None
    yield
    bot.standin.request_url = bot.url


async def fill(bot: BotAtWork) -> int:
    return await bot.nugget.back_fill.fill(bot.spec.team_id)


async def test_missed_messages_are_captured_once_even_when_slack_delivers_them_after_all(bot: BotAtWork) -> None:
    await fill(bot)
    before = bot.nugget.back_fill.found
    with outage(bot):
        await bot.standin.say("UREP00", VOICE, "Globex wants a calendar export")
        await bot.standin.say("UREP01", FIELD, "Acme cut prices again #pricing")
        await bot.standin.say("UREP01", FIELD, "Lunch, anyone")
        await fill(bot)
        # The bot looks by itself as well, so the two may have shared the work.
        await bot.until(lambda: bot.nugget.back_fill.found - before == 3)
    await bot.settled()
    assert sorted(await bot.kept()) == ["Acme cut prices again #pricing", "Globex wants a calendar export"]
    assert len([text for text in bot.posts() if "calendar export" in text]) == 1
    assert await fill(bot) == 0


async def test_a_missed_reply_becomes_a_note_and_a_missed_edit_changes_the_words(bot: BotAtWork) -> None:
    await fill(bot)
    ts = await bot.say("UREP00", VOICE, "Globex wants a calendar")
    with outage(bot):
        await bot.standin.say("UREP01", VOICE, "Wayne Foods asked as well", thread_ts=ts)
        await bot.standin.edit("UREP00", VOICE, ts, "Globex wants a calendar export")
        await fill(bot)
    await bot.settled()
    assert await bot.kept() == ["Globex wants a calendar export"]
    assert (await bot.stock()).notes == ("Wayne Foods asked as well",)


def forget_mark(uow: UnitOfWork, team_id: str, *, now: datetime) -> None:
    """Let a channel be one that was never looked into; the bot may have looked by itself as it started."""
    channel = uow.people.find_channel(team_id, VOICE)
    if channel is not None:
        channel.last_message_ts = None


async def test_what_was_said_before_nugget_came_is_left_alone(bot: BotAtWork) -> None:
    with outage(bot):
        await bot.standin.say("UREP00", VOICE, "Long before")
        bot.standin.workspace.deliveries._tasks.copy().pop().cancel()
    await bot.nugget.transact(forget_mark, bot.spec.team_id)
    assert await fill(bot) == 0
    await bot.settled()
    assert await bot.kept() == []
