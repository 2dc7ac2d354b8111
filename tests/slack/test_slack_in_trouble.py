"""What Slack's own troubles do to the bot: a silent socket, a revoked token, a clock that differs."""

import asyncio
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.periods import month_label, recap_due
from bot.operate.demo.world import ASKS, RECAP, VOICE
from bot.slack import commands
from db.engine import is_sqlite
from tests.slack.harness.bot_at_work import PATIENCE, BotAtWork, bot_at_work


async def logged(bot: BotAtWork, event: str) -> None:
    """Wait until the bot has logged an event."""
    async with asyncio.timeout(PATIENCE):
        while not any(entry["event"] == event for entry in bot.logs):
            await asyncio.sleep(0.01)


async def test_a_silent_socket_is_replaced_and_what_was_said_meanwhile_comes_in(
    tmp_path: Path, sqlite_database_url: str
) -> None:
    async with bot_at_work(tmp_path, sqlite_database_url, mode="socket") as bot:
        assert bot.nugget.socket is not None
        await bot.nugget.back_fill.fill(bot.spec.team_id)
        await bot.standin.set_fault("socket_silent")
        bot.nugget.socket._silence_seconds = 0.5
        await bot.standin.say("UREP00", VOICE, "Globex wants a calendar export")
        await logged(bot, "socket_silent")
        await bot.standin.clear_faults("socket_silent")
        await bot.settled()
        assert await bot.kept() == ["Globex wants a calendar export"]


async def test_while_the_token_is_revoked_messages_wait_and_then_go_out_once(bot: BotAtWork) -> None:
    await bot.standin.set_fault("token_revoked")
    assert "Got it" in (await bot.standin.command("UREP00", "C0FIELD", "/ask", "Globex needs SSO")).response["text"]  # type: ignore[index]
    async with asyncio.timeout(PATIENCE):
        while not bot.standin.fault_counts().get("token_revoked", 0):
            await asyncio.sleep(0.01)
    assert not [text for text in bot.posts() if "Globex needs SSO" in text]
    await bot.standin.clear_faults()
    await bot.settled()
    assert len([message for message in bot._posted(ASKS) if "Globex needs SSO" in message.text]) == 1


async def test_the_recap_waits_while_the_clocks_differ(bot: BotAtWork) -> None:
    await bot.command("UREP00", "/intel Acme cut prices")
    bot.expected_errors.add("scheduled_posts_paused_by_clock")
    await bot.standin.set_fault("clock_skew", seconds=600)
    await bot.nugget.desk.client_of(bot.spec.team_id).auth_test()
    policy, now = bot.nugget.settings.policy(), bot.standin.clock.now()
    due_at = recap_due(month_label(now, policy.zone), policy.recap, policy.zone, policy.holidays)
    await bot.later((due_at - now + timedelta(hours=1)).total_seconds())
    assert bot.standin.messages("UREP00", RECAP) == []
    await bot.standin.clear_faults()
    await bot.nugget.wake()
    await bot.settled()
    assert len(bot.standin.messages("UREP00", RECAP)) == 1


async def test_a_database_that_hangs_gives_people_their_words_back_and_keeps_a_line_once(
    bot: BotAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "COMMAND_SECONDS", 0.1)
    released = threading.Event()

    def hang(_uow: object, _command: None, *, now: datetime) -> None:
        released.wait(PATIENCE)

    threads = 1 if is_sqlite(bot.nugget.settings.database_url) else 6
    hanging = [asyncio.create_task(bot.nugget.transact(hang, None)) for _ in range(threads)]
    answer = (await bot.standin.command("UREP00", "C0FIELD", "/ask", "Globex needs SSO")).response or {}
    assert "could not be saved" in answer["text"]
    assert "Globex needs SSO" in answer["text"]
    released.set()
    await asyncio.gather(*hanging)
    monkeypatch.setattr(commands, "COMMAND_SECONDS", 2.6)
    assert "Got it" in await bot.command("UREP00", "/ask Globex needs SSO")
    assert await bot.kept() == ["Globex needs SSO"]


async def test_a_very_long_line_that_is_not_kept_comes_back_whole(
    bot: BotAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "COMMAND_SECONDS", 0.0)
    line = "".join(f"word{number} " for number in range(5000))[:39_900]
    answer = (await bot.standin.command("UREP00", "C0FIELD", "/ask", line)).response or {}
    async with asyncio.timeout(PATIENCE):
        while not (rest := [one for one in bot.whispers("UREP00", "C0FIELD") if "part 2 of 2" in one.text]):
            await asyncio.sleep(0.01)
    came_back = answer["text"].split("Your words:\n", 1)[1] + rest[0].text.split(":\n", 1)[1]
    assert came_back == line
