"""The forms for intel and asks as people meet them: suggestions, more fields, drafts, and editing one's own report."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.blocks import answers, modals
from bot.domain.words import Kind
from bot.operate.demo.world import FIELD, GUEST, rep_id
from tests.slack.harness.bot_at_work import BotAtWork, Mode, bot_at_work
from tests.slack.harness.payloads import last_form
from tests.slack.harness.talk import DEAL, kept, talking_company

ANA, BEN, PRIYA = rep_id(0), rep_id(1), "UPRIYA"
WORDS = "They retype every order by hand"


@pytest.fixture(params=["http", "socket"])
async def bot_in_both_modes(
    request: pytest.FixtureRequest, tmp_path: Path, database_url: str
) -> AsyncIterator[BotAtWork]:
    """Give a bot that Slack reaches over HTTP, and one that it reaches over Socket Mode."""
    mode: Mode = request.param
    async with bot_at_work(tmp_path, database_url, mode=mode) as at_work:
        yield at_work


def form_of(bot: BotAtWork, user: str = ANA) -> dict[str, Any]:
    view = bot.standin.open_view(user)
    assert view is not None, f"{user} has no form in front of them"
    return view


def shown(bot: BotAtWork, user: str = ANA) -> list[str]:
    """Return the fields that a person has in front of them."""
    return [block["block_id"] for block in form_of(bot, user)["blocks"] if block["type"] == "input"]


def standing(bot: BotAtWork, user: str = ANA) -> dict[str, Any]:
    """Return what stands in the fields of the form in front of a person."""
    found: dict[str, Any] = {}
    for name, inputs in form_of(bot, user)["state"]["values"].items():
        (state,) = inputs.values()
        value = next((value for key, value in state.items() if key != "type"), None)
        texts = [entry["text"]["text"] for entry in value] if isinstance(value, list) else value
        texts = texts["text"]["text"] if isinstance(texts, dict) else texts
        found |= {name: texts} if texts else {}
    return found


async def change(bot: BotAtWork, field: str, value: object, user: str = ANA) -> None:
    """Type or choose something in a field of the open form, of which the bot is told."""
    view = form_of(bot, user)
    element = next(block["element"] for block in view["blocks"] if block.get("block_id") == field)
    outcome = await bot.standin.click_in_view(
        user, view["id"], element["action_id"], block_id=field, selected=value
    )  # fmt: skip
    assert outcome.acknowledged, outcome
    await bot.settled()


async def press(bot: BotAtWork, action_id: str, user: str = ANA) -> None:
    outcome = await bot.standin.click_in_view(user, form_of(bot, user)["id"], action_id)
    assert outcome.acknowledged, outcome
    await bot.settled()


async def close(bot: BotAtWork, user: str = ANA) -> None:
    await bot.standin.close_view(user, form_of(bot, user)["id"])
    await bot.settled()


async def suggested(bot: BotAtWork, field: str, typed: str, user: str = ANA) -> list[dict[str, Any]]:
    view = form_of(bot, user)
    offered = await bot.standin.suggest(user, modals.ACTION_FIELD, typed, block_id=field, view_id=view["id"])
    return list(offered["options"])


def read(options: list[dict[str, Any]]) -> list[str]:
    return [option["text"]["text"] for option in options]


async def test_a_whole_ask_from_three_fields_to_all_of_them(bot_in_both_modes: BotAtWork) -> None:
    bot = bot_in_both_modes
    assert await bot.command(ANA, "/ask") == ""
    assert shown(bot) == ["words", "account", "wanted"]
    await change(bot, "words", WORDS)
    (globex,) = [
        option for option in await suggested(bot, "account", "globexx") if "Create" not in option["text"]["text"]
    ]
    await change(bot, "account", globex)
    await press(bot, modals.ACTION_DETAILS)
    assert shown(bot)[3:] == [
        *("opportunity", "stage", "amount", "close", "segment", "answer_by"),
        *("area", "competitor", "tags", "how_known", "restricted"),
    ]
    assert standing(bot) == {"words": WORDS, "account": "Globex", "how_known": "First-hand"}
    sent = await bot.fill_in(ANA, amount="a lot", close="2027-03-31", competitor="Hooli", tags="price list")
    assert sent == {"amount": "I cannot read this amount. Write it as in $120k or 80,000 EUR."}
    assert await bot.kept() == []
    assert await bot.fill_in(ANA, amount="120k") == {}
    said = bot.whispers(ANA, FIELD)[-1].text
    assert said.startswith(
        "Got it: A-1, Hooli, Globex, $120,000, #price-list, first-hand. Visible to everyone at work."
    )
    assert WORDS in bot.card("A-1").text
    await bot.command(ANA, "/ask")
    assert standing(bot) == {}, "what was sent leaves no draft"


async def test_intel_has_three_fields_and_its_own_details(bot: BotAtWork) -> None:
    await bot.command(ANA, "/intel")
    assert shown(bot) == ["words", "competitor", "how_known"]
    await press(bot, modals.ACTION_DETAILS)
    assert shown(bot)[3:] == ["category", "account", "area", "tags", "source", "restricted"]
    assert await bot.fill_in(ANA, words="They cut prices", competitor="Acme", category="people", area="Login") == {}
    (one,) = await kept(bot)
    assert (one.competitors, one.category, one.how_known) == (1, "people", "first-hand")
    assert bot.whispers(ANA, FIELD)[-1].text.startswith("Got it: N-1, Acme, people, Login, first-hand.")


async def test_suggestions_come_from_the_database_and_a_new_name_is_made_in_the_same_field(bot: BotAtWork) -> None:
    await bot.command(ANA, "/intel")
    assert "Acme" in read(await suggested(bot, "competitor", ""))
    assert read(await suggested(bot, "competitor", "acm"))[0] == "Acme"
    assert read(await suggested(bot, "competitor", "Stark"))[-1] == "Create “Stark”"
    assert await bot.fill_in(ANA, words="They hire", competitor="Stark") == {}
    await bot.command(BEN, "/intel")
    assert read(await suggested(bot, "competitor", "sta", BEN)) == ["Stark", "Create “sta”"]
    for odd in ({"value": 7}, {"block_id": None}, {"value": None, "user": None}):
        payload = {"type": "block_suggestion", "action_id": "field", "block_id": "competitor", "value": "a"}
        own = {"user": {"id": ANA}, "team": {"id": bot.spec.team_id}}
        assert (await bot.post("interactive", {**payload, **own, **odd})).is_taken


async def test_guests_and_strangers_are_suggested_nothing(bot: BotAtWork) -> None:
    for user, team in ((GUEST, bot.spec.team_id), (ANA, "TELSEWHERE"), ("UNOBODY", bot.spec.team_id)):
        payload = {"type": "block_suggestion", "action_id": "field", "block_id": "competitor", "value": "acm"}
        reply = await bot.post("interactive", {**payload, "user": {"id": user}, "team": {"id": team}})
        assert (reply.is_taken, reply.body) == (True, b'{"options": []}')


async def test_a_closed_form_is_offered_again_with_what_was_in_it(bot_in_both_modes: BotAtWork) -> None:
    bot = bot_in_both_modes
    await bot.command(ANA, "/ask")
    await change(bot, "words", "They ret")
    await change(bot, "words", WORDS)
    await press(bot, modals.ACTION_DETAILS)
    (acme, *_) = await suggested(bot, "competitor", "acme")
    await change(bot, "competitor", acme)
    await change(bot, "stage", "legal")
    await close(bot)
    told = "Your draft is kept, and only you see it. /ask opens it again, whenever you like."
    assert [message.text for message in bot.whispers(ANA, FIELD)] == [told]
    assert await bot.kept() == []
    await bot.command(ANA, "/intel")
    assert standing(bot) == {"how_known": "First-hand"}
    await close(bot)
    await bot.command(ANA, "/ask")
    assert standing(bot) == {"words": WORDS, "competitor": "Acme", "stage": "legal", "how_known": "First-hand"}
    assert form_of(bot)["blocks"][0]["text"]["text"].startswith("This is your draft of ")
    await close(bot)
    assert len(bot.whispers(ANA, FIELD)) == 1, "they are told once"
    await bot.command(ANA, "/ask")
    assert await bot.fill_in(ANA, wanted="An import") == {}
    assert await bot.kept(Kind.ASK) == [WORDS]
    await bot.command(ANA, "/ask")
    assert "draft" not in str(form_of(bot)["blocks"])


async def test_start_fresh_empties_the_form_and_forgets_the_draft(bot: BotAtWork) -> None:
    await bot.command(ANA, "/ask")
    await change(bot, "words", WORDS)
    await close(bot)
    await bot.command(ANA, "/ask")
    await press(bot, modals.ACTION_START_FRESH)
    assert standing(bot) == {}
    assert "draft" not in str(form_of(bot)["blocks"])
    await press(bot, modals.ACTION_DETAILS)
    assert standing(bot) == {"how_known": "First-hand"}
    await close(bot)
    await bot.command(ANA, "/ask")
    assert "draft" not in str(form_of(bot)["blocks"])
    await change(bot, "words", "Another matter")
    await press(bot, modals.ACTION_DETAILS)
    assert standing(bot) == {"words": "Another matter", "how_known": "First-hand"}
    assert await bot.fill_in(ANA, words="Another matter entirely") == {}
    assert await bot.kept() == ["Another matter entirely"]


async def test_a_change_that_comes_late_revives_nothing(bot: BotAtWork) -> None:
    await bot.command(ANA, "/ask")
    await change(bot, "words", WORDS)
    late = [dict(entry.given) for entry in bot.standin.record if entry.name == "block_actions"][-1]
    assert await bot.fill_in(ANA) == {}
    sent = last_form(bot)
    assert (await bot.post("interactive", late)).is_taken
    assert (await bot.post("interactive", sent)).is_taken
    await bot.settled()
    await bot.command(ANA, "/ask")
    assert standing(bot) == {}
    assert await bot.kept() == [WORDS]


async def test_a_form_closed_untouched_says_nothing_and_other_people_see_no_draft(bot: BotAtWork) -> None:
    await bot.command(ANA, "/intel")
    await change(bot, "how_known", "rumour")
    await close(bot)
    assert bot.whispers(ANA, FIELD) == []
    await bot.command(ANA, "/intel")
    assert standing(bot) == {"how_known": "First-hand"}
    await change(bot, "words", WORDS)
    await bot.command(BEN, "/intel")
    assert standing(bot, BEN) == {"how_known": "First-hand"}


async def test_if_slack_does_not_draw_the_form_anew_it_stands_and_the_person_is_told(bot: BotAtWork) -> None:
    await bot.command(ANA, "/ask")
    await change(bot, "words", WORDS)
    await bot.standin.set_fault("http_500_before", method="views.update", times=1)
    await press(bot, modals.ACTION_DETAILS)
    assert shown(bot) == ["words", "account", "wanted"]
    assert any("I could not do that just now." in text for text in bot.told(ANA))
    await press(bot, modals.ACTION_DETAILS)
    assert standing(bot) == {"words": WORDS, "how_known": "First-hand"}


async def test_in_a_private_place_there_is_nothing_to_restrict(tmp_path: Path, database_url: str) -> None:
    async with talking_company(tmp_path, database_url) as bot:
        await bot.command(ANA, "/intel", DEAL)
        await press(bot, modals.ACTION_DETAILS)
        assert "restricted" not in shown(bot)
        assert await bot.fill_in(ANA, words="Acme flew their board out") == {}
        (one,) = await kept(bot)
        assert one.privacy == "place"


async def test_a_restricted_item_is_never_shown_in_public(bot: BotAtWork) -> None:
    await bot.command(ANA, "/intel")
    await press(bot, modals.ACTION_DETAILS)
    view = form_of(bot)
    words, box = {"field": "Acme will sell itself"}, {"field": [modals.TICKED]}
    sent = await bot.standin.submit(ANA, view["id"], {"words": words, "restricted": box})
    await bot.settled()
    assert sent.acknowledged
    assert bot.posts() == []
    assert "Its text is visible to" in bot.whispers(ANA, FIELD)[-1].text


async def test_the_form_of_one_s_own_report_is_filled_and_a_change_of_words_loses_nothing(bot: BotAtWork) -> None:
    await bot.command(ANA, "/ask")
    await press(bot, modals.ACTION_DETAILS)
    first = {"words": WORDS, "account": "Globex", "amount": "$90k", "wanted": "An import", "competitor": "Hooli"}
    assert await bot.fill_in(ANA, **first) == {}
    await bot.press(ANA, FIELD, bot.whispers(ANA, FIELD)[-1], answers.ACTION_EDIT)
    assert standing(bot) == {
        "words": WORDS, "account": "Globex", "amount": "$90,000", "wanted": "An import", "competitor": ["Hooli"],
        "how_known": "First-hand",
    }  # fmt: skip
    assert await bot.fill_in(ANA, words=f"{WORDS}, for $5", how_known="document") == {}
    (one,) = await kept(bot)
    assert (one.words, one.account, one.money, one.competitors, one.how_known) == (
        f"{WORDS}, for $5", "Globex", (9_000_000, "USD"), 1, "document",
    )  # fmt: skip
    assert bot.whispers(ANA, FIELD)[-1].text.startswith("Got it: A-1, Hooli, Globex, $90,000, document.")
    await bot.press(ANA, FIELD, bot.whispers(ANA, FIELD)[-1], answers.ACTION_EDIT)
    assert await bot.fill_in(ANA, amount="?") == {
        "amount": "I cannot read this amount. Write it as in $120k or 80,000 EUR."
    }
    assert await bot.fill_in(ANA, amount="", account="Stark") == {}
    (one,) = await kept(bot)
    assert (one.account, one.money) == ("Stark", (None, None))
