"""What people live through with the whole bot: sharing, changing their mind, routing, answers, who hears of them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.blocks import answers, card
from bot.domain.words import Kind, NoiseReason
from bot.operate.demo.world import ASKS, BOT, FIELD, LEAD, VOICE, build_world, rep_id
from bot.playground.spec import Channel
from tests.slack.harness.bot_at_work import BotAtWork, Mode, bot_at_work

ANA, BEN, CHLOE, PRIYA, TOM = rep_id(0), rep_id(1), rep_id(2), "UPRIYA", "UTOM"
# Notices rest for two minutes (product rule 12); the seconds before and after leave room for what takes real time.
ALMOST_RESTED, THE_REST = 90, 35
DEAL = "C0DEAL"
SSO = "Globex cannot log in without SSO"


@pytest.fixture(params=["http", "socket"])
async def bot_in_both_modes(
    request: pytest.FixtureRequest, tmp_path: Path, database_url: str
) -> AsyncIterator[BotAtWork]:
    """Give a bot that Slack reaches over HTTP, and one that it reaches over Socket Mode."""
    mode: Mode = request.param
    async with bot_at_work(tmp_path, database_url, mode=mode) as at_work:
        yield at_work


async def status_of(bot: BotAtWork, words: str) -> str:
    """Return the status of the one item with these words."""
    (status,) = {report.status for report in (await bot.stock()).reports if report.words == words}
    return status


async def ask(bot: BotAtWork, words: str = SSO, by: str = ANA) -> None:
    """Share an ask by command."""
    assert (await bot.command(by, f"/ask {words}")).startswith("Got it: A-")


async def answer_in_words(bot: BotAtWork, action: str, *, by: str = PRIYA, about: str = SSO) -> None:
    """React with a speech balloon and press one of the answers that it brings."""
    await bot.react(by, about, "speech_balloon")
    offer = bot.whispers(by, ASKS)[-1]
    assert "Nothing has happened until you send your words." in offer.text
    await bot.press(by, ASKS, offer, action)


async def test_from_a_line_to_an_answer_that_reaches_its_reporter(bot_in_both_modes: BotAtWork) -> None:
    bot = bot_in_both_modes
    said = await bot.command(ANA, f"/ask {SSO}")
    assert said.startswith("Got it: A-1, Login, Globex, first-hand. Visible to everyone at work.")
    assert "New: nobody has looked at it yet." in bot.card(SSO).text
    await bot.react(PRIYA, SSO, "eyes")
    assert "Seen by Priya Nair." in bot.card(SSO).text
    await answer_in_words(bot, answers.ACTION_DECLINE)
    assert await status_of(bot, SSO) == "acknowledged"
    assert await bot.fill_in(PRIYA, reason="We build for teams under 50.", instead="Use a shared login.") == {}
    assert "Declined by Priya Nair." in bot.card(SSO).text
    await bot.later(ALMOST_RESTED)
    assert bot.told(ANA) == []
    await bot.later(THE_REST)
    (notice,) = bot.told(ANA)
    assert notice.startswith(f"Priya Nair said no to A-1 ({SSO}): “We build for teams under 50.”")
    assert "You can do today: Use a shared login." in notice
    assert "What we will not do: Password rules of a single customer." in notice


async def test_the_bare_command_opens_a_form_and_what_is_sent_is_kept(bot: BotAtWork) -> None:
    assert await bot.command(ANA, "/intel") == ""
    assert await bot.fill_in(ANA, words="They cut prices by a fifth", competitor="Hooli", how_known="rumour") == {}
    assert await bot.kept(Kind.NUGGET) == ["They cut prices by a fifth"]
    assert bot.whispers(ANA, FIELD)[-1].text.startswith("Got it: N-1, Hooli, ")
    assert "They cut prices by a fifth" in bot.card("N-1").text
    assert await bot.command(ANA, "/ask ") == ""
    assert await bot.fill_in(ANA, words="They retype every order", account="Globex", wanted="An import") == {}
    assert await bot.kept(Kind.ASK) == ["They retype every order"]
    assert bot.whispers(ANA, FIELD)[-1].text.startswith("Got it: A-1, Globex, ")


async def test_what_is_shared_in_a_private_place_stays_there_until_its_author_shares_it(
    tmp_path: Path, database_url: str
) -> None:
    company = build_world(3)
    spec = replace(company, channels=(*company.channels, Channel(DEAL, "deal", is_private=True, members=(ANA, BOT))))
    async with bot_at_work(tmp_path, database_url, spec=spec) as bot:
        await bot.command(ANA, "/intel", DEAL)
        assert await bot.fill_in(ANA, words="Acme gave them a secret discount") == {}
        await bot.command(ANA, "/intel Acme flew their board out", DEAL)
        assert {report.privacy for report in (await bot.stock()).reports} == {"place"}
        assert bot.posts() == []
        assert "There is no N-1 that you can see." in await bot.command(BEN, "/intel N-1")
        by_form = bot.whispers(ANA, DEAL)[0]
        await bot.press(ANA, DEAL, by_form, answers.ACTION_SHARE_TEXT)
        (posted,) = bot.posts()
        assert posted.endswith("Acme gave them a secret discount")


async def test_a_watched_message_is_kept_followed_and_erased(bot: BotAtWork) -> None:
    ts = await bot.say(ANA, FIELD, "Acme cut prises by 20%")
    assert await bot.kept(Kind.NUGGET) == ["Acme cut prises by 20%"]
    (seen,) = [message for message in bot.standin.messages(BEN, FIELD) if message.ts == ts]
    assert len(seen.reactions) == 1, "the channel sees one reaction and nothing else"
    assert bot.whispers(BEN, FIELD) == []
    assert bot.whispers(ANA, FIELD)[-1].text.startswith("Got it: N-1, Acme, ")
    await bot.standin.edit(ANA, FIELD, ts, "Acme cut prices by 20%")
    await bot.settled()
    stock = await bot.stock()
    assert ([report.words for report in stock.reports], stock.earlier_words) == (
        ["Acme cut prices by 20%"],
        ("Acme cut prises by 20%",),
    )
    assert "Acme cut prices by 20%" in bot.card("N-1").text
    await bot.say(BEN, FIELD, "Heard it too, from Wayne Foods", thread_ts=ts)
    assert (await bot.stock()).notes == ("Heard it too, from Wayne Foods",)
    await bot.standin.delete(ANA, FIELD, ts)
    await bot.settled()
    stock = await bot.stock()
    assert [(report.status, report.words) for report in stock.reports] == [("withdrawn", "")]
    assert stock.earlier_words == ()
    assert "Acme cut" not in str(bot.card("N-1"))


async def test_what_names_nothing_known_and_what_is_kept_out_stays_where_it_was(bot: BotAtWork) -> None:
    for text in ("Lunch at one?", "(off) Acme cut prices", ":shushing_face: Acme cut prices"):
        await bot.say(ANA, FIELD, text)
    await bot.say(ANA, VOICE, "They want a darker theme")
    assert await bot.kept() == ["They want a darker theme"]


async def test_edit_and_take_back_are_under_the_private_answer(bot: BotAtWork) -> None:
    await ask(bot)
    await bot.press(ANA, FIELD, bot.whispers(ANA, FIELD)[-1], answers.ACTION_EDIT)
    view = bot.standin.open_view(ANA)
    assert view is not None
    assert view["blocks"][0]["element"]["initial_value"] == SSO
    assert await bot.fill_in(ANA, words="Globex cannot log in without SAML") == {}
    assert await bot.kept() == ["Globex cannot log in without SAML"]
    assert "without SAML" in bot.card("A-1").text
    await bot.press(ANA, FIELD, bot.whispers(ANA, FIELD)[-1], answers.ACTION_TAKE_BACK)
    assert [(report.status, report.words) for report in (await bot.stock()).reports] == [("withdrawn", "")]
    assert "without SAML" in bot.whispers(ANA, FIELD)[-1].text, "the words come back to their author"
    assert "SAML" not in str(bot.card("A-1"))


async def test_emoji_route_for_those_who_may_and_explain_once_to_others(bot: BotAtWork) -> None:
    words = "They want to see it in the dark"
    await ask(bot, words)
    for emoji in ("eyes", "key", "white_check_mark", "speech_balloon"):
        await bot.react(BEN, words, emoji)
    assert await status_of(bot, words) == "new"
    (explained,) = bot.whispers(BEN, ASKS)
    assert explained.text.endswith("Nothing was changed. You are told this only once.")
    assert "No area yet" in str(bot.card(words).blocks)
    await bot.react(TOM, words, "key")
    assert "Login · Priya Nair" in str(bot.card(words).blocks)
    assert await status_of(bot, words) == "acknowledged"
    await bot.react(PRIYA, words, "white_check_mark")
    assert "Accepted by Priya Nair. Not for customers yet." in bot.card(words).text
    await bot.later(ALMOST_RESTED + THE_REST)
    assert bot.told(ANA) == [], "seeing, routing and accepting only update the card"


async def test_a_competitive_lead_verifies_intel_and_decides_no_asks(bot: BotAtWork) -> None:
    await bot.command(ANA, "/intel Acme hired away our best partner")
    await bot.react(LEAD, "best partner", "white_check_mark")
    assert "Verified by Mara Costa." in bot.card("best partner").text
    await ask(bot)
    await bot.react(LEAD, SSO, "white_check_mark")
    assert await status_of(bot, SSO) == "new"


async def test_not_now_names_the_day_and_reaches_every_reporter(bot: BotAtWork) -> None:
    await ask(bot)
    await answer_in_words(bot, answers.ACTION_NOT_NOW)
    too_late = (bot.standin.clock.now() + timedelta(days=400)).date().isoformat()
    errors = await bot.fill_in(PRIYA, reason="Needs the new billing first.", look_again=too_late)
    assert list(errors) == ["look_again"]
    assert await status_of(bot, SSO) == "new"
    day = (bot.standin.clock.now() + timedelta(days=90)).date().isoformat()
    assert await bot.fill_in(PRIYA, look_again=day, condition="two more ask") == {}
    assert "Not now, says Priya Nair, who looks again on" in bot.card(SSO).text
    await bot.until(lambda: "Your answer to A-1 is recorded." in bot.whispers(PRIYA, ASKS)[-1].text)
    assert not any("Nothing has happened" in offer.text for offer in bot.whispers(PRIYA, ASKS))
    await bot.later(ALMOST_RESTED + THE_REST)
    (notice,) = bot.told(ANA)
    assert notice.startswith(f"Not now for A-1 ({SSO}), says Priya Nair: “Needs the new billing first.”")
    assert "or sooner if: two more ask" in notice


async def test_planned_and_shipped_are_buttons_with_a_confirmation(bot: BotAtWork) -> None:
    await ask(bot)
    assert _confirms(bot, card.ACTION_PLAN)
    assert _confirms(bot, card.ACTION_NOISE)
    await bot.press_card(BEN, SSO, card.ACTION_PLAN)
    assert await status_of(bot, SSO) == "new"
    assert bot.whispers(BEN, ASKS)[-1].text.endswith("Nothing was changed.")
    await bot.press_card(PRIYA, SSO, card.ACTION_PLAN)
    await bot.later(ALMOST_RESTED + THE_REST)
    assert _confirms(bot, card.ACTION_SHIP)
    await bot.press_card(PRIYA, SSO, card.ACTION_SHIP)
    assert "Shipped, says Priya Nair." in bot.card(SSO).text
    await bot.later(ALMOST_RESTED + THE_REST)
    planned, shipped = bot.told(ANA)
    assert planned.startswith(f"A-1 ({SSO}) is on Priya Nair's plan. Please don't tell Globex yet")
    assert shipped.startswith(f"A-1 ({SSO}) has shipped, says Priya Nair.")


def _confirms(bot: BotAtWork, action: str) -> bool:
    buttons = [part for block in bot.card(SSO).blocks for part in block.get("elements", ())]
    return any(button.get("action_id") == action and "confirm" in button for button in buttons)


async def test_noise_needs_a_reason_names_no_account_and_can_be_sent_back(bot: BotAtWork) -> None:
    await ask(bot)
    await bot.press_card(PRIYA, SSO, card.ACTION_NOISE)
    assert bot.standin.open_view(PRIYA) is None
    assert bot.whispers(PRIYA, ASKS)[-1].text.startswith("What names an account cannot be set aside as noise.")
    words = "Just testing this thing"
    await bot.command(BEN, f"/ask {words}")
    await bot.press_card(PRIYA, words, card.ACTION_NOISE)
    assert await bot.fill_in(PRIYA, noise_reason=NoiseReason.TEST.value) == {}
    assert await status_of(bot, words) == "noise"
    await bot.later(ALMOST_RESTED + THE_REST)
    (notice,) = bot.told(BEN)
    assert notice.startswith(f"Priya Nair set A-2 ({words}) aside as noise: a test.")
    direct = bot.standin.direct_channel(BEN)
    await bot.press(BEN, direct, bot.standin.direct_messages(BEN)[-1], "notice_look_again")
    assert await status_of(bot, words) == "new"


async def test_taking_the_reaction_away_undoes_its_effect_while_nobody_was_told(bot: BotAtWork) -> None:
    await ask(bot)
    await bot.react(PRIYA, SSO, "eyes")
    await bot.unreact(PRIYA, SSO, "eyes")
    assert await status_of(bot, SSO) == "new"
    assert "New: nobody has looked at it yet." in bot.card(SSO).text
    await bot.react(PRIYA, SSO, "white_check_mark")
    await bot.press_card(PRIYA, SSO, card.ACTION_PLAN)
    await bot.unreact(PRIYA, SSO, "white_check_mark")
    assert await status_of(bot, SSO) == "planned", "something was built on it"


PLANNED_BY_EMOJI = '\n[emoji]\nplanned = ["calendar"]\n'


@pytest.mark.parametrize(
    ("waits", "status", "hears"), [(ALMOST_RESTED, "new", 0), (ALMOST_RESTED + THE_REST, "planned", 1)]
)
async def test_an_answer_by_emoji_can_be_taken_back_until_its_reporter_was_told(
    tmp_path: Path, database_url: str, waits: int, status: str, hears: int
) -> None:
    async with bot_at_work(tmp_path, database_url, more_settings=PLANNED_BY_EMOJI) as bot:
        await ask(bot)
        await bot.react(PRIYA, SSO, "calendar")
        await bot.later(waits)
        await bot.unreact(PRIYA, SSO, "calendar")
        await bot.later(ALMOST_RESTED + THE_REST)
        assert (await status_of(bot, SSO), len(bot.told(ANA))) == (status, hears)


async def test_a_look_up_offers_to_save_its_line_instead(bot: BotAtWork) -> None:
    await bot.command(ANA, "/intel help")
    assert await bot.kept() == []
    await bot.press(ANA, FIELD, bot.whispers(ANA, FIELD)[-1], answers.ACTION_SAVE_INTEL_INSTEAD)
    assert await bot.kept() == ["help"]
    assert bot.card("N-1").text.endswith("help")
