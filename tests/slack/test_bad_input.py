"""What people and networks do wrong: each gets a plain answer or is ignored on purpose, and no words are lost.

That nothing is logged as an error is checked whenever a bot goes off work.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text as sql

from bot.blocks import answers, card
from bot.domain.words import Kind
from bot.operate.demo.world import ASKS, FIELD, GUEST, OUTSIDER, VOICE, rep_id
from bot.playground.delivery.http import encode, sign
from bot.slack.frontdoor import LARGEST_BODY
from db.models import InboxEntry, Report
from tests.databases import engine_of
from tests.slack.harness.bot_at_work import PATIENCE, BotAtWork
from tests.slack.harness.payloads import deliver, event, fresh_ts, last_form, reacted, said, type_raw

ANA, BEN, PRIYA = rep_id(0), rep_id(1), "UPRIYA"
NOBODY = "U0NOBODY"

# What is sent, and how it reads where it is kept.
TEXTS = {
    "40,000 characters": ("Acme " + "x" * 39_995, "Acme " + "x" * 39_995),
    "40,000 that have to be escaped": ("&" * 40_000, "&" * 40_000),
    "only emoji": ("🔥👩🏽‍🚀🇫🇷", "🔥👩🏽‍🚀🇫🇷"),
    "only emoji by name": (":fire::fire:", ":fire::fire:"),
    "right-to-left": ("\u202eخفضت Acme الأسعار\u202c", "\u202eخفضت Acme الأسعار\u202c"),
    "combining": ("Z" + "\u0335\u031b" * 500 + "algo", "Z" + "\u0335\u031b" * 500 + "algo"),
    "NUL": ("before\x00after", "before\ufffdafter"),
    "a lone surrogate": ("before\ud800after", "before\ufffdafter"),
    "everyone": ("<!channel> <!here> Acme cut prices", "@channel @here Acme cut prices"),
    "a person": ("<@UPRIYA|priya> Acme cut prices", "@priya Acme cut prices"),
    "links": ("see <https://a.example/?q=1&amp;b=2|their site>", "see their site (https://a.example/?q=1&b=2)"),
    "a code fence": ("```\nif a &lt; b:\n```", "```\nif a < b:\n```"),
    "markup that is none": ("*_~`> &amp;lt;", "*_~`> &lt;"),
    "one letter": ("x", "x"),
}
# A form has no way to write half a character, so each of its three bytes is one that cannot be read.
IN_A_FORM = {"a lone surrogate": "before\ufffd\ufffd\ufffdafter"}
BODIES = ((b"{bad", 400), (b"", 400), (b"[1]", 400), (b"\xff\xfe", 400), (b"x" * (LARGEST_BODY + 1), 413))
BLANKS = ("", "   ", "\u200b\u2060", "\u3164", "\n\t")


async def test_any_words_in_a_watched_channel_are_kept_as_they_read(bot: BotAtWork) -> None:
    endings = {}
    for name, (text, _) in TEXTS.items():
        payload = said(bot, ANA, VOICE, text)
        state, _reason = await deliver(bot, payload)
        row = await bot.delivery(payload["event_id"])
        assert row is not None
        assert row.body == encode("event", payload)[0], "the inbox holds the very bytes that came"
        endings[name] = (state, (await bot.kept(Kind.ASK))[-1])
    assert endings == {name: ("handled", kept) for name, (_, kept) in TEXTS.items()}
    assert len(bot.posts()) == len(TEXTS)
    assert _pings(bot) == []


async def test_any_words_after_a_command_are_kept_as_they_read(bot: BotAtWork) -> None:
    endings = {}
    for name, (text, _) in TEXTS.items():
        answer = await type_raw(bot, ANA, FIELD, "/ask", text)
        endings[name] = (answer[:10], (await bot.kept(Kind.ASK))[-1])
    assert endings == {name: ("Got it: A-", IN_A_FORM.get(name, kept)) for name, (_, kept) in TEXTS.items()}
    assert len(bot.posts()) == len(TEXTS)
    assert _pings(bot) == []


async def test_words_as_long_as_slack_allows_can_be_edited_and_come_back_when_taken_back(bot: BotAtWork) -> None:
    for number, words in enumerate(("x" * 39_999 + "!", "<&>" * 13_000)):
        await deliver(bot, said(bot, ANA, VOICE, words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")))
        assert (await bot.kept())[-1] == words
        own = bot.offered(ANA, VOICE, answers.ACTION_EDIT)
        await bot.press(ANA, VOICE, own, answers.ACTION_EDIT)
        assert await bot.fill_in(ANA, words=f"{number}".ljust(3000, "-")) == {}
        edited = f"{number}".ljust(3000, "-") + words[3000:]
        assert (await bot.kept())[-1] == edited
        await bot.press(ANA, VOICE, bot.offered(ANA, VOICE, answers.ACTION_TAKE_BACK), answers.ACTION_TAKE_BACK)
        await _comes_back(bot, edited)
    assert await bot.kept() == []


async def test_words_that_no_form_can_hold_can_still_be_taken_back(bot: BotAtWork) -> None:
    words = "é" * 40_000
    await deliver(bot, said(bot, ANA, VOICE, words))
    own = bot.offered(ANA, VOICE, answers.ACTION_EDIT)
    await bot.press(ANA, VOICE, own, answers.ACTION_EDIT)
    view = bot.standin.open_view(ANA)
    assert view is not None
    assert "too long to be edited in a form" in str(view["blocks"])
    await bot.press(ANA, VOICE, own, answers.ACTION_TAKE_BACK)
    await _comes_back(bot, words)
    assert await bot.kept() == []


async def _comes_back(bot: BotAtWork, words: str) -> None:
    """Wait until a person's words have come back whole, in as many private messages as they need."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    async with asyncio.timeout(PATIENCE):
        while True:
            told = [message.text for message in bot.whispers(ANA, VOICE) if "Your words" in message.text]
            if "".join(text.split(":\n", 1)[1] for text in told).endswith(escaped):
                return
            await asyncio.sleep(0.01)


def _pings(bot: BotAtWork) -> list[str]:
    return [ping for message in bot.standin.messages(ANA, ASKS) for ping in message.pings]


async def test_a_blank_line_is_no_item_whichever_way_it_comes(bot: BotAtWork) -> None:
    for blank in BLANKS:
        assert await bot.command(ANA, f"/intel {blank}") == ""
        assert list(await bot.fill_in(ANA, words=blank)) == ["words"]
        assert await deliver(bot, said(bot, ANA, VOICE, blank)) == ("ignored", "no words")
        # Its trigger is one that Slack does not know, so that no form opens.
        assert (await type_raw(bot, ANA, FIELD, "/intel", blank)).startswith("This could not be saved just now.")
    assert (await bot.stock()).items == 0


async def test_words_of_those_who_may_not_share_come_back_or_stay_where_they_are(bot: BotAtWork) -> None:
    words = "Acme cut prices"
    for user in (GUEST, OUTSIDER, NOBODY, "USLACKBOT"):
        answer = await type_raw(bot, user, FIELD, "/intel", words)
        assert answer == f"Nugget keeps what full members of this workspace share. Your words:\n{words}"
    by_bot = {"bot_id": "BOTHER", "app_id": "AOTHER"}
    endings = {
        "a guest": await deliver(bot, said(bot, GUEST, FIELD, words)),
        "an outsider": await deliver(bot, said(bot, OUTSIDER, FIELD, words)),
        "nobody we know": await deliver(bot, said(bot, NOBODY, FIELD, words)),
        "a bot": await deliver(bot, said(bot, ANA, FIELD, words, **by_bot)),
        "a bot of old": await deliver(bot, said(bot, "", FIELD, words, subtype="bot_message", **by_bot)),
        "ourselves": await deliver(bot, said(bot, bot.spec.bot_user_id, FIELD, words, bot_id=bot.spec.bot_id)),
    }
    assert endings == {
        "a guest": ("refused", "not a full member"),
        "an outsider": ("refused", "not a full member"),
        "nobody we know": ("refused", "not a full member"),
        "a bot": ("ignored", "not a person"),
        "a bot of old": ("ignored", "subtype bot_message"),
        "ourselves": ("dropped", ""),
    }
    assert (await bot.stock()).items == 0


async def test_reactions_that_mean_nothing_change_nothing(bot: BotAtWork) -> None:
    await bot.command(ANA, "/ask They need a dark mode")
    ts = bot.card("dark mode").ts
    before = await bot.stock()
    endings = {
        "an unknown emoji": await deliver(bot, reacted(bot, PRIYA, ASKS, ts, "no_such_emoji")),
        "no emoji at all": await deliver(bot, reacted(bot, PRIYA, ASKS, ts, "")),
        "an unknown channel": await deliver(bot, reacted(bot, PRIYA, "C0NOWHERE", ts, "eyes")),
        "an unknown message": await deliver(bot, reacted(bot, PRIYA, ASKS, "1.000100", "eyes")),
        "a guest": await deliver(bot, reacted(bot, GUEST, ASKS, ts, "eyes")),
        "an outsider": await deliver(bot, reacted(bot, OUTSIDER, ASKS, ts, "white_check_mark")),
        "a file": await deliver(bot, event(bot.spec, type="reaction_added", user=PRIYA, item={"type": "file"})),
        "no item": await deliver(bot, event(bot.spec, type="reaction_added", user=PRIYA, reaction="eyes", item=None)),
        "a word in an unknown channel": await deliver(bot, said(bot, ANA, "C0NOWHERE", "Acme cut prices")),
        "an event of no kind": await deliver(bot, event(bot.spec, kind="?")),
    }
    assert endings == {
        "an unknown emoji": ("ignored", "emoji without effect"),
        "no emoji at all": ("ignored", "not on a message"),
        "an unknown channel": ("ignored", "not an item's message"),
        "an unknown message": ("ignored", "not an item's message"),
        "a guest": ("refused", "not a full member"),
        "an outsider": ("refused", "not a full member"),
        "a file": ("ignored", "not on a message"),
        "no item": ("ignored", "not on a message"),
        "a word in an unknown channel": ("ignored", "channel not watched"),
        "an event of no kind": ("ignored", "not wanted"),
    }
    assert await bot.stock() == before


async def test_a_deleted_message_does_not_come_back(bot: BotAtWork) -> None:
    payload = said(bot, ANA, FIELD, "Acme cut prices")
    ts = payload["event"]["ts"]
    place = {"type": "message", "channel": FIELD, "event_ts": fresh_ts(), "ts": fresh_ts()}
    gone = event(bot.spec, **place, subtype="message_deleted", deleted_ts=ts)
    edited = {"user": ANA, "text": "Acme cut all prices", "ts": ts, "edited": {"user": ANA, "ts": fresh_ts()}}
    endings = [
        await deliver(bot, gone),
        await deliver(bot, payload),
        await deliver(bot, event(bot.spec, **place, subtype="message_changed", message=edited)),
        await deliver(bot, reacted(bot, PRIYA, FIELD, ts, "eyes")),
        await deliver(bot, {**gone, "event_id": "EvAGAIN"}),
    ]
    assert endings == [
        ("ignored", "nothing kept of it"),
        ("ignored", "deleted before"),
        ("ignored", "deleted before"),
        ("ignored", "not an item's message"),
        ("ignored", "nothing kept of it"),
    ]
    assert (await bot.stock()).items == 0
    row = await bot.delivery(payload["event_id"])
    assert row is not None
    assert row.body == b""


async def test_an_edit_may_come_before_its_message_and_the_older_words_after_it(bot: BotAtWork) -> None:
    payload = said(bot, ANA, FIELD, "Acme cut prises")
    ts = payload["event"]["ts"]
    edited = {"user": ANA, "text": "Acme cut prices", "ts": ts, "edited": {"user": ANA, "ts": fresh_ts()}}
    place = {"type": "message", "channel": FIELD, "event_ts": fresh_ts(), "ts": fresh_ts()}
    assert (await deliver(bot, event(bot.spec, **place, subtype="message_changed", message=edited)))[0] == "handled"
    assert await deliver(bot, payload) == ("ignored", "captured before")
    assert await bot.kept() == ["Acme cut prices"]


async def test_a_form_sent_twice_has_one_effect(bot: BotAtWork) -> None:
    await bot.command(ANA, "/ask")
    assert await bot.fill_in(ANA, words="They need a dark mode") == {}
    await _send_again(bot)
    await bot.react(PRIYA, "dark mode", "speech_balloon")
    await bot.press(PRIYA, ASKS, bot.whispers(PRIYA, ASKS)[-1], answers.ACTION_DECLINE)
    assert await bot.fill_in(PRIYA, reason="It is on no one's list.") == {}
    await _send_again(bot)


async def _send_again(bot: BotAtWork) -> None:
    before = await bot.stock()
    reply = await bot.post("interactive", last_form(bot))
    assert (reply.is_taken, reply.body) == (True, b"")
    await bot.settled()
    assert await bot.stock() == before


async def test_a_form_whose_item_is_gone_keeps_its_words_and_says_so(bot: BotAtWork) -> None:
    await bot.command(ANA, "/ask They need a dark mode")
    own = bot.offered(ANA, FIELD, answers.ACTION_EDIT)
    await bot.press(ANA, FIELD, own, answers.ACTION_EDIT)
    await bot.react(PRIYA, "dark mode", "speech_balloon")
    offer = bot.whispers(PRIYA, ASKS)[-1]
    await bot.press(PRIYA, ASKS, offer, answers.ACTION_DECLINE)
    reply = await bot.standin.click(ANA, FIELD, own.ts, answers.ACTION_TAKE_BACK)
    assert reply.acknowledged
    await bot.settled()
    before = await bot.stock()
    declined = await bot.fill_in(PRIYA, reason="It is on no one's list.")
    edited = await bot.fill_in(ANA, words="They need a darker mode")
    assert list(declined) == ["reason"]
    assert declined["reason"].endswith("Nothing was changed.")
    assert edited == {"words": "This was taken back before, or it is not yours. Nothing was changed."}
    for action in (answers.ACTION_NOT_NOW, answers.ACTION_DECLINE):
        await bot.press(PRIYA, ASKS, offer, action)
        assert bot.whispers(PRIYA, ASKS)[-1].text.endswith("Nothing was changed.")
    assert await bot.stock() == before


async def test_a_press_from_another_time_changes_nothing(bot: BotAtWork) -> None:
    await bot.command(ANA, "/ask They need a dark mode")
    message = bot.card("dark mode")
    await bot.press(PRIYA, ASKS, message, card.ACTION_SEE)
    pressed = [dict(entry.given) for entry in bot.standin.record if entry.name == "block_actions"][-1]
    before = await bot.stock()
    for value in ("", "x", "-1", "99999", "9" * 40, "١"):
        action = {**pressed["actions"][0], "value": value}
        await bot.standin.deliver_raw({**pressed, "actions": [action], "trigger_id": value}, kind="interactive")
        await bot.settled()
    assert (await bot.stock()).decisions == before.decisions


async def test_a_body_that_slack_never_sends_gets_a_plain_answer(sqlite_bot: BotAtWork) -> None:
    for body, status in BODIES:
        headers = {"Content-Type": "application/json", **sign(sqlite_bot.spec.signing_secret, body)}
        reply = await sqlite_bot.post_raw(body, headers)
        assert reply.status == status
        assert reply.body.isascii()
        assert reply.body


async def test_only_what_slack_signed_just_now_is_taken(bot: BotAtWork) -> None:
    body, content_type = encode("event", said(bot, ANA, VOICE, "They need a dark mode"))
    signed = sign(bot.spec.signing_secret, body)
    old = {**signed, "X-Slack-Request-Timestamp": str(int(time.time()) - 400)}
    refused = [sign("another secret", body), {}, old, {**signed, "X-Slack-Signature": "v0="}]
    for headers in refused:
        assert (await bot.post_raw(body, {"Content-Type": content_type, **headers})).status == 401
        changed = body.replace(b"dark", b"pink")
        assert (await bot.post_raw(changed, {"Content-Type": content_type, **signed})).status == 401
    assert await bot.kept() == []
    for _ in range(3):
        assert (await bot.post_raw(body, {"Content-Type": content_type, **signed})).is_taken
    await bot.settled()
    assert await bot.kept() == ["They need a dark mode"]


@asynccontextmanager
async def away(database_url: str, table: str) -> AsyncIterator[None]:
    """Take a table away meanwhile, so that the database can neither be written nor read where it is needed."""
    with engine_of(database_url) as engine:
        with engine.begin() as connection:
            connection.execute(sql(f"ALTER TABLE {table} RENAME TO {table}_away"))
        try:
            yield
        finally:
            with engine.begin() as connection:
                connection.execute(sql(f"ALTER TABLE {table}_away RENAME TO {table}"))


async def test_words_come_back_to_whoever_typed_them_if_they_cannot_be_kept(bot: BotAtWork, database_url: str) -> None:
    words = "They need a dark mode"
    await bot.command(BEN, "/ask")
    await bot.command(ANA, "/ask They need an import")
    own = bot.offered(ANA, FIELD, answers.ACTION_EDIT)
    async with away(database_url, Report.__tablename__):
        answer = await bot.standin.command(ANA, FIELD, "/ask", words)
        sent = await bot.standin.submit(BEN, _view_of(bot, BEN), {"words": {"field": words}})
        pressed = await bot.standin.click(ANA, FIELD, own.ts, answers.ACTION_EDIT)
    await bot.settled()
    text = (answer.response or {})["text"]
    assert text == f"This could not be saved just now. Please send it again in a few minutes. Your words:\n{words}"
    assert "Your words are still here" in sent.errors["words"]
    assert pressed.acknowledged
    assert bot.whispers(ANA, FIELD)[-1].text.startswith("I could not do that just now. Nothing was changed.")
    assert await bot.fill_in(BEN) == {}
    assert await bot.kept() == ["They need an import", words]


def _view_of(bot: BotAtWork, user: str) -> str:
    view = bot.standin.open_view(user)
    assert view is not None
    return str(view["id"])


async def test_what_cannot_be_stored_is_not_acknowledged_and_is_kept_when_slack_sends_it_again(
    bot: BotAtWork, database_url: str
) -> None:
    payload = said(bot, ANA, VOICE, "They need a dark mode")
    async with away(database_url, InboxEntry.__tablename__):
        assert (await bot.post("event", payload)).status == 503
    assert await deliver(bot, payload) == ("handled", "captured")
    assert await bot.kept() == ["They need a dark mode"]
