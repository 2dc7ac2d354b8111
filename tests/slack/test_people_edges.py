"""Guests, outsiders, bots, those who left, organisations and odd ids: the same answer at every way in."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.blocks import answers, card
from bot.domain.facts import PersonFacts
from bot.operate.demo.world import BOT, FIELD, GUEST, OUTSIDER, VOICE, build_world, rep_id
from bot.playground.spec import Channel, Person, WorldSpec
from bot.services.people import RememberPeople, remember_people
from bot.slack.shortcuts.save import SAVE_INTEL
from db.unit_of_work import UnitOfWork
from tests.slack.harness.bot_at_work import BotAtWork, bot_at_work
from tests.slack.harness.payloads import deliver, event, fresh_ts, reacted, said, typed

ANA, BEN, MIRA, PRIYA = rep_id(0), rep_id(1), "WMIRA", "UPRIYA"
ROBOT, GONE, SINGLE, FOREIGN_GUEST = "UROBOT", "UGONE", "USINGLE", "WFOREIGN"
STRANGERS = (GUEST, SINGLE, OUTSIDER, FOREIGN_GUEST, ROBOT, GONE, "USLACKBOT", "UNEVERSEEN", "")
# Slack itself shows nothing to whoever has no account that is active; nobody else is pressed a button by them either.
CANNOT_BE_TOLD = {user: {"outbox_dead"} for user in (GONE, "USLACKBOT", "UNEVERSEEN", "")}
LINE = "Acme quotes $40k for SSO"
ORGANISATION = "E0HOOLI"
Json = dict[str, Any]


def company(team_id: str | None = None) -> WorldSpec:
    spec = build_world(2)
    people = (
        Person(MIRA, "mira", "Mira Lang"),
        Person(ROBOT, "robot", "Robot", is_bot=True),
        Person(GONE, "gil", "Gil Gone", is_deleted=True),
        Person(SINGLE, "sue", "Sue Single", is_guest=True),
        Person(FOREIGN_GUEST, "fay", "Fay Foreign", is_guest=True, team_id="T0GLOBEX"),
    )
    everyone = (PRIYA, *(person.user_id for person in (*spec.people, *people) if person.user_id != PRIYA))
    channels = tuple(
        replace(channel, members=(*everyone, BOT), is_ext_shared=channel.is_ext_shared) for channel in spec.channels
    )
    return replace(
        spec,
        people=(*spec.people, *people),
        channels=(*channels, Channel("C0TALK", "talk", members=(*everyone, BOT))),
        team_id=team_id or spec.team_id,
    )


@pytest.fixture
async def bot(tmp_path: Path, sqlite_database_url: str) -> AsyncIterator[BotAtWork]:
    """Give a bot among people of every sort; who may do what is decided in services, which run on both databases."""
    async with bot_at_work(tmp_path, sqlite_database_url, spec=company()) as at_work:
        yield at_work


@asynccontextmanager
async def whole_organisation(folder: Path, database_url: str) -> AsyncIterator[BotAtWork]:
    """Give a bot that is installed for a whole organisation."""
    async with bot_at_work(folder, database_url, spec=company(ORGANISATION)) as at_work:
        yield at_work


def interaction(bot: BotAtWork, user: str, kind: str, **more: Any) -> Json:
    trigger = f"1.{fresh_ts()}"
    who: Json = {"id": user, "team_id": bot.spec.team_id}
    return {"type": kind, "trigger_id": trigger, "user": who, "team": {"id": bot.spec.team_id}, **more}


async def by_command(bot: BotAtWork, user: str, /, **envelope: Any) -> None:
    assert (await bot.post("command", typed(bot, user, FIELD, "/intel", f"{LINE} {fresh_ts()}") | envelope)).is_taken


async def by_form(bot: BotAtWork, user: str, /, **envelope: Any) -> None:
    await bot.command(BEN, "/intel")
    view = bot.standin.open_view(BEN)
    assert view is not None
    values = {"words": {"field": {"type": "plain_text_input", "value": LINE}}}
    # Each form that is sent is a view of its own.
    sent = {**view, "id": f"V{fresh_ts()}", "root_view_id": f"V{fresh_ts()}", "state": {"values": values}}
    payload = interaction(bot, user, "view_submission", view=sent)
    assert (await bot.post("interactive", payload | envelope)).is_taken


async def by_button(bot: BotAtWork, user: str, /, **envelope: Any) -> None:
    pressed = {"action_id": answers.ACTION_SAVE_INTEL_INSTEAD, "value": f"{LINE} {fresh_ts()}"}
    payload = interaction(bot, user, "block_actions", channel={"id": FIELD}, actions=[pressed])
    assert (await bot.post("interactive", payload | envelope)).is_taken


async def by_menu(bot: BotAtWork, user: str, /, **envelope: Any) -> None:
    ts = await bot.standin.say(BEN, "C0TALK", LINE)
    message = {"type": "message", "user": BEN, "text": LINE, "ts": ts}
    payload = interaction(
        bot, user, "message_action", callback_id=SAVE_INTEL, channel={"id": "C0TALK"}, message=message
    )
    assert (await bot.post("interactive", payload | envelope)).is_taken


async def by_emoji(bot: BotAtWork, user: str, /, **envelope: Any) -> None:
    ts = await bot.standin.say(BEN, "C0TALK", LINE)
    await deliver(bot, reacted(bot, user, "C0TALK", ts, "gem") | envelope)


async def by_mention(bot: BotAtWork, user: str, /, **envelope: Any) -> None:
    ts = fresh_ts()
    parts = {"channel": "C0TALK", "user": user, "text": f"<@{BOT}> {LINE}", "ts": ts, "event_ts": ts}
    await deliver(bot, event(bot.spec, type="app_mention", **parts) | envelope)


async def by_direct_message(bot: BotAtWork, user: str, /, **envelope: Any) -> None:
    bot.standin.workspace.world.direct(user)
    await deliver(bot, said(bot, user, f"D{user}", LINE) | envelope)


async def by_watched_message(bot: BotAtWork, user: str, /, **envelope: Any) -> None:
    await deliver(bot, said(bot, user, FIELD, LINE) | envelope)


Way = Callable[..., Awaitable[None]]
WAYS: tuple[Way, ...] = (
    by_command,
    by_form,
    by_button,
    by_menu,
    by_emoji,
    by_mention,
    by_direct_message,
    by_watched_message,
)
# A guest who writes to Nugget is told, once, that it is for members; a guest's command is answered at its own address.
TOLD = {by_direct_message, by_button, by_menu}


@pytest.mark.parametrize("user", STRANGERS)
async def test_who_is_no_full_member_keeps_nothing_by_any_way(bot: BotAtWork, user: str) -> None:
    bot.expected_errors |= CANNOT_BE_TOLD.get(user, set())
    for way in WAYS:
        before = await bot.stock()
        await way(bot, user)
        await bot.settled()
        after = await bot.stock()
        assert (after.items, after.notes, after.decisions) == (before.items, before.notes, before.decisions), way
        assert after.messages - before.messages <= (1 if way in TOLD else 0), way
    assert bot.posts() == []
    sent = "".join(text for text in (bot.told(user) if user else []))
    assert "Got it" not in sent


@pytest.mark.parametrize("user", [ANA, MIRA])
async def test_a_member_keeps_one_item_by_each_way_whatever_their_id_begins_with(bot: BotAtWork, user: str) -> None:
    for number, way in enumerate(WAYS, start=1):
        await way(bot, user)
        await bot.settled()
        stock = await bot.stock()
        assert stock.items == number, way
        credit = BEN if way in {by_menu, by_emoji} else user
        assert stock.reports[-1].reporter == credit, way


async def test_without_a_team_it_is_found_in_the_other_places(bot: BotAtWork) -> None:
    team = bot.spec.team_id
    for number, way in enumerate((by_form, by_button, by_menu), start=1):
        await way(bot, ANA, team=None)
        await bot.settled()
        assert (await bot.stock()).items == number, way
    for number, way in enumerate((by_emoji, by_mention, by_direct_message, by_watched_message), start=4):
        await way(bot, ANA, team_id=None)
        await bot.settled()
        assert (await bot.stock()).items == number, way
    assert await bot.nugget.transact.read(list_teams, None) == [team]


def list_teams(uow: UnitOfWork, query: None, *, now: Any) -> list[str]:
    return uow.workspaces.list_ids()


async def test_an_organisation_is_one_place_whatever_workspace_it_is_used_from(
    tmp_path: Path, sqlite_database_url: str
) -> None:
    of_all = {"enterprise_id": ORGANISATION, "team_id": None, "is_bot": True, "is_enterprise_install": True}
    async with whole_organisation(tmp_path, sqlite_database_url) as bot:
        command = {"team_id": "T1", "enterprise_id": ORGANISATION, "is_enterprise_install": "true"}
        who = {"team": None, "user": {"id": ANA, "team_id": "T2"}}
        press = {**who, "enterprise": {"id": ORGANISATION}, "is_enterprise_install": True}
        told = {"team_id": "T3", "enterprise_id": ORGANISATION, "authorizations": [of_all]}
        gestures: dict[Way, Json] = {by_command: command, by_form: press, by_button: press, by_menu: press}
        events: tuple[Way, ...] = (by_emoji, by_mention, by_direct_message, by_watched_message)
        envelopes = {**gestures, **dict.fromkeys(events, told)}
        for number, (way, envelope) in enumerate(envelopes.items(), start=1):
            await way(bot, ANA, **envelope)
            await bot.settled()
            assert (await bot.stock()).items == number, way
        assert await bot.nugget.transact.read(list_teams, None) == [ORGANISATION]


async def test_someone_of_another_company_presses_nothing_with_their_own_workspaces_id(bot: BotAtWork) -> None:
    """In a shared channel our message can be pressed by them; Slack then names their workspace."""
    theirs = {"team": {"id": "T0GLOBEX"}, "user": {"id": OUTSIDER, "team_id": "T0GLOBEX"}}
    for way in (by_button, by_menu, by_form):
        await way(bot, OUTSIDER, **theirs)
        await bot.settled()
    assert (await bot.stock()).items == 0
    assert await bot.nugget.transact.read(list_teams, None) == [bot.spec.team_id]
    assert bot.posts() == []


@pytest.mark.parametrize("user", STRANGERS)
async def test_who_is_no_full_member_decides_nothing(bot: BotAtWork, user: str) -> None:
    bot.expected_errors |= CANNOT_BE_TOLD.get(user, set())
    await bot.command(ANA, f"/ask {LINE}")
    before = await bot.stock()
    item_id = before.reports[0].item_id
    place, ts = bot._place_of("A-1")
    for action in (card.ACTION_SEE, card.ACTION_ACCEPT, card.ACTION_DECLINE, card.ACTION_ANSWER):
        pressed = {"action_id": action, "value": str(item_id)}
        payload = interaction(bot, user, "block_actions", channel={"id": place}, actions=[pressed])
        assert (await bot.post("interactive", payload)).is_taken
    for emoji in ("eyes", "white_check_mark", "speech_balloon", "heavy_plus_sign", "key"):
        await deliver(bot, reacted(bot, user, place, ts, emoji))
    await bot.settled()
    after = await bot.stock()
    assert (after.decisions, after.reports) == (before.decisions, before.reports)


@pytest.mark.parametrize(
    "change", [{"is_guest": True}, {"is_deleted": True}, {"team_id": "T0GLOBEX"}, {"is_bot": True}]
)
async def test_who_stops_being_a_member_loses_sight_and_is_told_nothing_more_at_once(
    bot: BotAtWork, change: dict[str, Any]
) -> None:
    # Their own workspace shows nothing more to whoever has left it.
    bot.expected_errors |= {"outbox_dead"} if "is_deleted" in change else set()
    await bot.command(ANA, f"/ask {LINE}")
    await bot.press_card(PRIYA, "A-1", card.ACTION_PLAN)
    await bot.settled()
    await bot.standin.change_person(ANA, **change)
    await bot.settled()
    await bot.later(180)
    assert bot.told(ANA) == []
    await bot.press_card(PRIYA, "A-1", card.ACTION_SHIP)
    await bot.later(180)
    assert bot.told(ANA) == []
    reply = await bot.post("command", typed(bot, ANA, FIELD, "/ask", "A-1"))
    assert "Nugget keeps what full members of this workspace share." in reply.body.decode()
    assert LINE not in reply.body.decode()
    for way in WAYS:
        await way(bot, ANA)
        await bot.settled()
    assert (await bot.stock()).items == 1


async def test_a_guest_who_becomes_a_member_may_share_at_once(bot: BotAtWork) -> None:
    await bot.say(GUEST, FIELD, LINE)
    assert await bot.kept() == []
    await bot.standin.change_person(GUEST, is_guest=False)
    await bot.settled()
    await bot.say(GUEST, FIELD, LINE)
    assert await bot.kept() == [LINE]


async def test_a_person_reads_with_their_new_name(bot: BotAtWork) -> None:
    await bot.command(ANA, f"/ask {LINE}")
    assert "Shared by Ana Ruiz" in str(bot.card("A-1").blocks)
    await bot.standin.change_person(ANA, display_name="Ana Ruiz-Lund")
    await bot.settled()
    await bot.command(BEN, "/ask A-1", VOICE)
    assert "Shared by Ana Ruiz-Lund" in str(bot.whispers(BEN, VOICE)[-1].blocks)
    await bot.react(PRIYA, "A-1", "eyes")
    assert "Shared by Ana Ruiz-Lund" in str(bot.card("A-1").blocks)


async def test_a_person_whom_slack_will_not_show_is_taken_for_an_outsider(bot: BotAtWork) -> None:
    unknown = PersonFacts("UHIDDEN", None, "", is_outsider=True)
    await bot.nugget.transact(remember_people, RememberPeople(bot.spec.team_id, [unknown]))
    assert await deliver(bot, said(bot, "UHIDDEN", FIELD, LINE)) == ("refused", "not a full member")
