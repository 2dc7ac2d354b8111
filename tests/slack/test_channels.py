"""Channels as people live with them: who turns them on, what is kept there, and the one hello."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.blocks import channels, restrict
from bot.operate.demo.world import BOT, FIELD, SHARED
from tests.slack.harness.bot_at_work import BotAtWork
from tests.slack.harness.payloads import deliver, event, fresh_ts, said
from tests.slack.harness.talk import ANA, BEN, CHLOE, ELSEWHERE, HIDDEN, PRIYA, TALK, kept, last, talking_company, told

LEAD = "UTOM"
LINE = "Acme cut prices by a third"


@pytest.fixture
async def bot(tmp_path: Path, sqlite_database_url: str) -> AsyncIterator[BotAtWork]:
    """Give a bot in a company that talks, its lead in the channel; runs once on SQLite and once on Postgres."""
    async with talking_company(tmp_path, sqlite_database_url) as at_work:
        await at_work.standin.join(LEAD, TALK)
        await at_work.settled()
        yield at_work


async def set_up(bot: BotAtWork, *actions: str, channel_id: str = TALK) -> str:
    """Have the lead type the command and press buttons; return what stands there then."""
    await bot.command(LEAD, "/intel setup", channel_id)
    for action in actions:
        await bot.press(LEAD, channel_id, last(bot, LEAD, channel_id), action)
    return last(bot, LEAD, channel_id).text


async def words(bot: BotAtWork) -> list[str]:
    return [one.words for one in await kept(bot)]


async def test_a_lead_turns_a_channel_on_and_off_and_everyone_there_can_read_it(bot: BotAtWork) -> None:
    await bot.say(ANA, TALK, LINE)
    assert await words(bot) == []
    assert "Tom Becker set this on" in await set_up(bot, channels.ACTION_TAGGED)
    assert [text for text in bot.posts() if text.startswith("Hello, I'm Nugget.")] == [bot.card("Hello").text]
    assert "I keep messages here that carry a #tag" in bot.card("Hello").text
    await bot.say(ANA, TALK, LINE)
    await bot.say(BEN, TALK, "Lunch, anyone")
    assert await words(bot) == [LINE]
    await set_up(bot, channels.ACTION_ALL, channels.ACTION_ASKS)
    assert "I keep every message here, as asks." in bot.card("Hello").text
    await bot.say(BEN, TALK, "Globex cannot print")
    assert [one.name for one in await kept(bot)] == ["N-1", "A-1"]
    await set_up(bot, channels.ACTION_OFF)
    assert "I keep nothing of what is said here." in bot.card("Hello").text
    await bot.say(BEN, TALK, LINE)
    assert len(await words(bot)) == 2
    assert len([text for text in bot.posts() if "Hello" in text]) == 1


async def test_only_a_lead_presses_and_the_line_can_be_saved_instead(bot: BotAtWork) -> None:
    answer = await bot.command(ANA, "/intel setup", TALK)
    assert answer == "I keep nothing of what is said here. Nobody has set this channel yet. A lead can change it."
    await bot.command(LEAD, "/intel setup", TALK)
    drawn = last(bot, LEAD)
    press = {
        "type": "block_actions", "trigger_id": "1.2.x", "team": {"id": bot.spec.team_id}, "user": {"id": ANA},
        "channel": {"id": TALK}, "actions": [{"action_id": channels.ACTION_ALL, "value": TALK}],
    }  # fmt: skip
    assert "channel_all" in str(drawn.blocks)
    assert (await bot.post("interactive", press)).is_taken
    await bot.settled()
    assert told(bot, ANA)[-1] == channels.FOR_LEADS
    await bot.say(ANA, TALK, LINE)
    assert await words(bot) == []
    await bot.command(ANA, "/intel setup of Acme takes a day", TALK)
    await bot.command(ANA, "/ask setup", TALK)
    assert await words(bot) == ["setup of Acme takes a day", "setup"], "more than the word is a line to keep"


async def test_what_the_file_says_wins_and_where_nugget_is_not_there_is_nothing_to_set(bot: BotAtWork) -> None:
    assert "it wins over what is set here" in await bot.command(LEAD, "/intel setup", FIELD)
    await bot.standin.join(LEAD, ELSEWHERE)
    assert "Invite me with /invite" in await bot.command(LEAD, "/intel setup", ELSEWHERE)
    assert "in the channel that it is about" in await bot.command(LEAD, "/intel setup", BOT)


async def test_nugget_says_hello_once_to_those_who_bring_it_in(bot: BotAtWork) -> None:
    for _ in range(2):
        await bot.standin.set_fault("duplicate")
        await bot.standin.join(BOT, ELSEWHERE)
        await bot.settled()
        await bot.standin.leave(BOT, ELSEWHERE)
        await bot.settled()
    await bot.standin.join(BOT, HIDDEN)
    await bot.settled()
    hellos = [text for text in bot.posts() if text.startswith("Hello, I'm Nugget. I keep nothing")]
    assert len(hellos) == 2


async def test_where_another_company_reads_nothing_is_said(bot: BotAtWork) -> None:
    joined = event(bot.spec, type="member_joined_channel", user=BOT, channel=SHARED, inviter=ANA, event_ts=fresh_ts())
    assert await deliver(bot, joined) == ("handled", "greeted")
    assert bot.posts() == []
    assert bot.told(ANA)[0].startswith("You added me to a channel that another company shares")
    outsider = event(
        bot.spec, type="member_joined_channel", user=BOT, channel=SHARED, inviter="WOSCAR", event_ts=fresh_ts()
    )
    assert await deliver(bot, outsider) == ("handled", "joined")
    assert bot.told("WOSCAR") == []


async def test_a_channel_turned_on_here_is_caught_up_on_after_an_outage_and_only_from_then(bot: BotAtWork) -> None:
    await bot.standin.say(ANA, TALK, "Acme said before")
    await set_up(bot, channels.ACTION_ALL)
    bot.standin.request_url = None
    await bot.standin.say(ANA, TALK, LINE)
    await bot.nugget.back_fill.fill(bot.spec.team_id)
    bot.standin.request_url = bot.url
    await bot.settled()
    assert await words(bot) == [LINE]


async def test_a_forwarded_message_is_kept_with_its_words_as_second_hand(bot: BotAtWork) -> None:
    await set_up(bot, channels.ACTION_TAGGED)
    shared = {"is_share": True, "is_msg_unfurl": True, "author_id": BEN, "text": "Acme cuts &amp; runs"}
    assert (await deliver(bot, said(bot, ANA, TALK, "Look:", attachments=[shared])))[1] == "captured"
    preview = {**shared, "is_share": False}
    assert (await deliver(bot, said(bot, ANA, TALK, "Look here", attachments=[preview])))[1] == "names nothing known"
    (one,) = await kept(bot)
    assert (one.words, one.reporter, one.how_known) == ("Look:\n\nAcme cuts & runs", ANA, "second-hand")


async def test_a_reply_sent_to_the_channel_too_is_a_note_under_an_item_and_else_a_message(bot: BotAtWork) -> None:
    await set_up(bot, channels.ACTION_ALL)
    about = await bot.say(ANA, TALK, LINE)
    under = said(bot, BEN, TALK, "They told me too", thread_ts=about, subtype="thread_broadcast")
    assert await deliver(bot, under) == ("handled", "noted")
    question = await bot.say(BEN, TALK, "(off) What is new?")
    answer = said(bot, CHLOE, TALK, "Acme hired a chief", thread_ts=question, subtype="thread_broadcast")
    assert await deliver(bot, answer) == ("handled", "captured")
    plain = said(bot, CHLOE, TALK, "Acme, I mean", thread_ts=question)
    assert await deliver(bot, plain) == ("ignored", "a reply elsewhere")
    assert await words(bot) == [LINE, "Acme hired a chief"]
    assert (await bot.stock()).notes == ("They told me too",)


async def test_the_preview_of_a_link_changes_nothing_and_an_edit_can_make_it_news(bot: BotAtWork) -> None:
    ts = await bot.say(ANA, TALK, LINE)
    await set_up(bot, channels.ACTION_ALL)
    message = {"type": "message", "user": ANA, "text": LINE, "ts": ts}
    parts = {"subtype": "message_changed", "channel": TALK, "previous_message": message}
    shown = {**message, "attachments": [{"from_url": "https://acme.example", "text": "Acme"}]}
    unfurled = event(bot.spec, type="message", message=shown, ts=fresh_ts(), **parts)
    assert await deliver(bot, unfurled) == ("ignored", "says the same")
    by_hand = {**message, "text": f"{LINE}, they say", "edited": {"user": ANA, "ts": fresh_ts()}}
    edited = event(bot.spec, type="message", message=by_hand, ts=fresh_ts(), **parts)
    assert await deliver(bot, edited) == ("handled", "captured")


@pytest.mark.parametrize(
    "odd",
    [
        {"subtype": "bot_message", "bot_id": "B9"},
        {"bot_id": "B9", "bot_profile": {"app_id": "A9"}},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"subtype": "channel_name"},
        {"subtype": "ekm_access_denied"},
        {"subtype": "reminder_add"},
    ],
)
async def test_what_no_person_says_is_not_kept_where_every_message_is(bot: BotAtWork, odd: dict[str, object]) -> None:
    await set_up(bot, channels.ACTION_ALL)
    state, _ = await deliver(bot, said(bot, ANA, TALK, LINE, **odd))
    assert state == "ignored"
    assert await words(bot) == []


async def test_files_come_as_links_and_go_when_they_are_deleted(bot: BotAtWork) -> None:
    await set_up(bot, channels.ACTION_TAGGED)
    link = "https://hooli.slack.example/files/F1/prices.pdf"
    payload = said(
        bot, ANA, TALK, LINE, subtype="file_share", files=[{"id": "F1", "title": "Price list", "permalink": link}]
    )
    assert await deliver(bot, payload) == ("handled", "captured")
    assert link in str(bot.card("N-1").blocks)
    await bot.command(BEN, "/intel N-1", TALK)
    assert "Price list" in str(last(bot, BEN).blocks)
    inner = payload["event"]
    gone = {"id": "F1", "mode": "tombstone"}
    parts = {"subtype": "message_changed", "channel": TALK, "ts": fresh_ts()}
    changed = event(bot.spec, type="message", message={**inner, "files": [gone]}, previous_message=inner, **parts)
    assert await deliver(bot, changed) == ("handled", "changed")
    assert link not in str(bot.card("N-1").blocks)


async def test_whoever_may_restricts_an_item_beside_its_details(bot: BotAtWork) -> None:
    await bot.command(ANA, "/ask Globex cannot log in without SSO", TALK)
    for user, may in ((ANA, True), (PRIYA, True), (BEN, False)):
        await bot.command(user, "/ask A-1", FIELD)
        assert (restrict.ACTION_RESTRICT in str(last(bot, user, FIELD).blocks)) is may
    await bot.press(ANA, FIELD, last(bot, ANA, FIELD), restrict.ACTION_RESTRICT)
    assert last(bot, ANA, FIELD).text.startswith("A-1 is restricted: its text is for its owner, leads, and whoever")
    assert "without SSO" not in str(bot.card("A-1"))
    assert await bot.command(BEN, "/ask A-1", FIELD) == "There is no A-1 that you can see."
    await bot.press(ANA, FIELD, last(bot, ANA, FIELD), restrict.ACTION_UNRESTRICT)
    assert "without SSO" in str(bot.card("A-1"))
