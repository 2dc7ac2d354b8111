"""Recordings: kept by their transcript, once, or their author is asked for one line, once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.blocks import clips
from bot.domain.facts import Waiting
from bot.operate.demo.world import BOT, FIELD, GUEST, VOICE
from bot.slack.frontdoor import SeenIds
from bot.slack.transcripts import Transcripts
from tests.slack.harness.bot_at_work import BotAtWork
from tests.slack.harness.payloads import deliver, event, fresh_ts, said
from tests.slack.harness.talk import ANA, BEN, TALK, kept, last, react, talking_company, told

WORDS = "Acme cut prices by a third"
SOON = (0.05, 0.2)


@pytest.fixture
async def bot(tmp_path: Path, sqlite_database_url: str) -> AsyncIterator[BotAtWork]:
    """Give a bot that waits for transcripts as long as a test may; runs once on SQLite and once on Postgres."""
    async with talking_company(tmp_path, sqlite_database_url) as at_work:
        at_work.nugget.facts.transcripts.waits = (0.05, 60.0)
        yield at_work


async def settled(bot: BotAtWork) -> None:
    """Wait until nothing waits any more; a recording is looked at again sooner than in life."""
    waking = asyncio.create_task(_keep_awake(bot))
    try:
        await bot.settled()
    finally:
        waking.cancel()


async def _keep_awake(bot: BotAtWork) -> None:
    while True:
        bot.nugget.inbox.wake()
        await asyncio.sleep(0.05)


async def record(bot: BotAtWork, user: str = ANA, channel_id: str = FIELD, **more: Any) -> str:
    return await bot.standin.send_recording(user, channel_id, **more)


async def words(bot: BotAtWork) -> list[tuple[str, str]]:
    return [(one.name, one.words) for one in await kept(bot)]


def prompts(bot: BotAtWork, user: str = ANA, channel_id: str = FIELD) -> list[str]:
    return [text for text in told(bot, user, channel_id) + bot.told(user) if text == clips.NO_TRANSCRIPT]


async def test_a_recording_is_kept_by_its_transcript_when_that_comes(bot: BotAtWork) -> None:
    ts = await record(bot)
    await bot.until(lambda: any(entry.name == "files.info" for entry in bot.standin.record))
    assert await words(bot) == []
    await bot.standin.transcribe(FIELD, ts, WORDS)
    await settled(bot)
    (one,) = await kept(bot)
    assert (one.name, one.words, one.reporter, one.how_known) == ("N-1", WORDS, ANA, "first-hand")
    assert "audio_message.m4a" in str(bot.card("N-1").blocks)
    assert [text[:12] for text in told(bot, ANA, FIELD)] == ["Got it: N-1,"]
    assert prompts(bot) == []


async def test_deleted_before_its_transcript_comes_it_is_gone(bot: BotAtWork) -> None:
    ts = await record(bot)
    await bot.standin.delete(ANA, FIELD, ts)
    bot.nugget.facts.transcripts.waits = SOON
    await settled(bot)
    assert (await words(bot), prompts(bot), bot.posts()) == ([], [], [])


@pytest.mark.parametrize(
    ("channel_id", "ending"), [(FIELD, "failed"), (VOICE, "failed"), (BOT, "failed"), (FIELD, "never")]
)
async def test_without_a_transcript_its_author_is_asked_once_and_one_line_is_enough(
    bot: BotAtWork, channel_id: str, ending: str
) -> None:
    ts = await record(bot, channel_id=channel_id)
    place = f"D{ANA}" if channel_id == BOT else channel_id
    if ending == "failed":
        await bot.standin.transcribe(place, ts, None)
    bot.nugget.facts.transcripts.waits = SOON
    await settled(bot)
    assert prompts(bot, channel_id=place) == [clips.NO_TRANSCRIPT]
    assert await words(bot) == []
    asked = last(bot, ANA, place) if channel_id != BOT else bot.standin.direct_messages(ANA)[-1]
    for attempt in range(2):
        await bot.press(ANA, place, asked, clips.ACTION_WRITE_LINE)
        errors = await bot.fill_in(ANA, words=WORDS)
        assert bool(errors) is bool(attempt), errors
    name = "A-1" if channel_id == VOICE else "N-1"
    assert await words(bot) == [(name, WORDS)]
    assert "audio_message.m4a" in str(bot.card(name).blocks)
    await bot.standin.delete(ANA, channel_id, ts)
    await settled(bot)
    assert await words(bot) == []
    assert WORDS not in str(bot.card(name).blocks)


async def test_in_a_channel_that_is_tagged_a_recording_that_names_nothing_is_left_alone(bot: BotAtWork) -> None:
    ts = await record(bot)
    await bot.standin.transcribe(FIELD, ts, "Lunch, anyone")
    await settled(bot)
    assert (await words(bot), told(bot, ANA, FIELD)) == ([], [])


@pytest.mark.parametrize(("user", "channel_id"), [(GUEST, FIELD), (ANA, TALK), (ANA, "C0SHARED")])
async def test_what_would_not_be_kept_is_not_waited_for(bot: BotAtWork, user: str, channel_id: str) -> None:
    await record(bot, user, channel_id)
    await bot.settled()
    assert not any(entry.name == "files.info" for entry in bot.standin.record)
    assert (await words(bot), told(bot, user, channel_id)) == ([], [])


async def test_a_recording_in_the_thread_of_an_item_is_a_note_of_it(bot: BotAtWork) -> None:
    about = await bot.say(ANA, FIELD, WORDS)
    ts = await record(bot, BEN, thread_ts=about)
    await bot.standin.transcribe(FIELD, ts, "They told me too")
    await settled(bot)
    assert (await bot.stock()).notes == ("They told me too",)
    assert prompts(bot, BEN) == []


async def test_told_twice_in_any_order_it_is_one_item(bot: BotAtWork) -> None:
    await bot.standin.set_fault("duplicate")
    ts = await record(bot)
    await bot.standin.transcribe(FIELD, ts, WORDS)
    file = bot.standin.workspace.world.channels[FIELD].messages[ts].files[0]
    before = {"type": "message", "subtype": "file_share", "user": ANA, "text": "", "ts": ts}
    parts = {"subtype": "message_changed", "channel": FIELD, "previous_message": before}
    changed = event(bot.spec, type="message", message={**before, "files": [file]}, ts=fresh_ts(), **parts)
    for seen in (bot.nugget.intake.seen, SeenIds()):
        bot.nugget.intake.seen = seen
        assert (await bot.post("event", changed)).is_taken
    await settled(bot)
    await react(bot, BEN, FIELD, ts)
    assert await words(bot) == [("N-1", WORDS)]
    assert len([text for text in told(bot, ANA, FIELD) if text.startswith("Got it")]) == 1
    assert told(bot, BEN, FIELD)[0].startswith("This is saved already, as N-1.")
    cut = {**file, "transcription": {"status": "complete", "preview": {"content": "Acme", "has_more": True}}}
    later = event(bot.spec, type="message", message={**before, "files": [cut]}, ts=fresh_ts(), **parts)
    assert await deliver(bot, later) == ("ignored", "captured before")
    assert await words(bot) == [("N-1", WORDS)]


async def test_words_that_come_with_the_change_of_the_message_are_taken_at_once(bot: BotAtWork) -> None:
    bot.nugget.facts.transcripts.waits = (60.0,)
    ts = await record(bot)
    file = bot.standin.workspace.world.channels[FIELD].messages[ts].files[0]
    told_ = {**file, "transcription": {"status": "complete", "preview": {"content": WORDS, "has_more": False}}}
    message = {"type": "message", "subtype": "file_share", "user": ANA, "text": "", "ts": ts, "files": [told_]}
    changed = event(bot.spec, type="message", subtype="message_changed", channel=FIELD, message=message, ts=fresh_ts())
    assert (await bot.post("event", changed)).is_taken
    await settled(bot)
    assert await words(bot) == [("N-1", WORDS)]


async def test_a_file_without_words_sent_to_nugget_is_asked_about_and_one_in_a_channel_is_not(bot: BotAtWork) -> None:
    files = [{"id": "F1", "title": "Price list", "permalink": "https://hooli.slack.example/files/F1"}]
    assert await deliver(bot, said(bot, ANA, VOICE, "", subtype="file_share", files=files)) == ("ignored", "no words")
    direct = said(bot, ANA, f"D{ANA}", "", subtype="file_share", files=files)
    bot.standin.workspace.world.direct(ANA)
    assert await deliver(bot, direct) == ("handled", "asked for a line")
    assert bot.told(ANA) == [clips.NO_WORDS]


def clip(**transcription: Any) -> dict[str, Any]:
    return {"id": "F1", "subtype": "slack_audio", "transcription": transcription}


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Files:
    """A client that answers `files.info` from a list, and counts."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.asked, self.token, self.base_url = list(answers), 0, None, "https://slack.com/api/"

    async def files_info(self, *, file: str) -> Any:
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"file": answer}


def delivery() -> Waiting:
    payload: dict[str, object] = {"event": {"files": [clip(status="processing")]}}
    return Waiting(1, "T1", "message", payload, None)  # type: ignore[arg-type]


async def test_slack_is_asked_at_four_moments_and_then_no_more() -> None:
    clock, files = Clock(), Files(*[clip(status="processing")] * 4)
    transcripts = Transcripts(lambda _: files, seconds=clock)  # type: ignore[arg-type,return-value]
    waiting, done_at = delivery(), None
    for second in range(400):
        clock.now = float(second)
        if await transcripts.hear(waiting, "F1"):
            done_at = second
            break
    assert (done_at, files.asked) == (300, 4)
    assert waiting.payload["event"]["files"][0]["transcription"]["status"] == "gave up"  # type: ignore[index]


async def test_a_change_of_the_file_hurries_it_and_a_failure_does_not_end_it() -> None:
    clock, files = Clock(), Files(OSError(), clip(status="complete", preview={"content": WORDS}))
    transcripts = Transcripts(lambda _: files, failures=(OSError,), seconds=clock)  # type: ignore[arg-type,return-value]
    waiting = delivery()
    assert not await transcripts.hear(waiting, "F1")
    transcripts.hurry("T1", "F1")
    transcripts.hurry("T1", "FOTHER")
    assert not await transcripts.hear(waiting, "F1")
    assert not await transcripts.hear(waiting, "F1")
    assert files.asked == 1
    clock.now = 6.0
    assert await transcripts.hear(waiting, "F1")
    assert files.asked == 2


async def test_the_beginning_is_taken_where_the_rest_cannot_be_read() -> None:
    clock, cut = Clock(), clip(status="complete", preview={"content": "Acme cut", "has_more": True})
    files = Files(*[{**cut, "vtt": "https://evil.example/F1"}] * 4)
    transcripts = Transcripts(lambda _: files, seconds=clock)  # type: ignore[arg-type,return-value]
    waiting = delivery()
    for moment in (0.0, 5.0, 15.0, 60.0):
        clock.now = moment
        assert not await transcripts.hear(waiting, "F1")
    clock.now = 300.0
    assert await transcripts.hear(waiting, "F1")
    shown = waiting.payload["event"]["files"][0]["transcription"]  # type: ignore[index]
    assert (shown["status"], shown["preview"]["content"]) == ("gave up", "Acme cut")
