"""What Slack's client lets people do, and what it does not offer them (slack 7, 8, 12, 14)."""

from typing import Any

import pytest

from bot.playground.clock import NeutralClock
from bot.playground.server import StandIn
from bot.playground.spec import Channel, Person, WorldSpec
from bot.playground.world import World
from tests.playground.apps import SocketApp
from tests.playground.asking import refused, settled

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("user", "channel", "reason"),
    [
        ("UNOBODY", "CINTEL", "UNOBODY has no active account."),
        ("UGONE", "CINTEL", "UGONE has no active account."),
        ("UANA", "CNONE", "There is no channel CNONE."),
        ("UANA", "CSECRET", "UANA is not in CSECRET."),
        ("UGUEST", "CINTEL", "UGUEST is not in CINTEL."),
        ("UOUT", "CINTEL", "UOUT is not in CINTEL."),
    ],
)
async def test_slack_14_only_members_write_in_a_channel(standin: StandIn, user: str, channel: str, reason: str) -> None:
    assert await refused(standin.say(user, channel, "x")) == reason
    assert standin.record == []


async def test_slack_14_members_guests_and_outsiders_write_where_they_are(standin: StandIn) -> None:
    for user, channel in (("UANA", "CINTEL"), ("UGUEST", "CMORE"), ("UOUT", "CSHARED")):
        assert await standin.say(user, channel, "x")


async def test_slack_7_an_archived_channel_takes_no_gesture(standin: StandIn) -> None:
    ts = await standin.say("UANA", "CINTEL", "x")
    await standin.archive_channel("UBO", "CINTEL")
    for gesture in (
        standin.say("UANA", "CINTEL", "y"),
        standin.edit("UANA", "CINTEL", ts, "y"),
        standin.delete("UANA", "CINTEL", ts),
        standin.react("UANA", "CINTEL", ts, "eyes"),
        standin.command("UANA", "CINTEL", "/intel", "y"),
    ):
        assert await refused(gesture) == "CINTEL is archived."


@pytest.mark.parametrize("blank", ["", " ", "\n\t "])
async def test_slack_7_a_message_needs_words(standin: StandIn, blank: str) -> None:
    ts = await standin.say("UANA", "CINTEL", "x")
    assert await refused(standin.say("UANA", "CINTEL", blank)) == "A message needs some words."
    assert await refused(standin.edit("UANA", "CINTEL", ts, blank)) == "A message needs some words."


async def test_slack_8_a_reply_needs_its_thread(standin: StandIn) -> None:
    assert await refused(standin.say("UANA", "CINTEL", "x", thread_ts="1.0")) == "There is no thread 1.0."


async def test_slack_8_people_change_only_messages_of_their_own(standin: StandIn) -> None:
    ts = await standin.say("UANA", "CINTEL", "x")
    reason = f"The message {ts} is not by UBO."
    assert await refused(standin.edit("UBO", "CINTEL", ts, "y")) == reason
    assert await refused(standin.delete("UBO", "CINTEL", ts)) == reason
    await standin.delete("UANA", "CINTEL", ts)
    gone = f"There is no message {ts} in CINTEL."
    assert await refused(standin.edit("UANA", "CINTEL", ts, "y")) == gone
    assert await refused(standin.react("UBO", "CINTEL", ts, "eyes")) == gone


async def test_slack_8_a_tombstone_is_no_message(standin: StandIn) -> None:
    ts = await standin.say("UANA", "CINTEL", "x")
    await standin.say("UBO", "CINTEL", "y", thread_ts=ts)
    await standin.delete("UANA", "CINTEL", ts)
    assert await refused(standin.react("UBO", "CINTEL", ts, "eyes")) == f"There is no message {ts} in CINTEL."


async def test_slack_8_a_reaction_is_given_once_and_taken_once(standin: StandIn) -> None:
    ts = await standin.say("UANA", "CINTEL", "x")
    assert await refused(standin.react("UBO", "CINTEL", ts, "💎")) == "'💎' is no emoji."
    assert await refused(standin.unreact("UBO", "CINTEL", ts, "gem")) == "UBO has not reacted with gem."
    await standin.react("UBO", "CINTEL", ts, "gem")
    assert await refused(standin.react("UBO", "CINTEL", ts, "gem")) == "UBO has reacted with gem already."
    await standin.unreact("UBO", "CINTEL", ts, "gem")
    assert await refused(standin.unreact("UBO", "CINTEL", ts, "gem")) == "UBO has not reacted with gem."


@pytest.mark.parametrize("length", [100, 101])
async def test_slack_8_an_emoji_name_of_100_characters_and_one_more(standin: StandIn, length: int) -> None:
    ts = await standin.say("UANA", "CINTEL", "x")
    if length > 100:
        assert (await refused(standin.react("UBO", "CINTEL", ts, "e" * length))).endswith("is no emoji.")
    else:
        await standin.react("UBO", "CINTEL", ts, "e" * length)


async def test_slack_14_coming_and_going(standin: StandIn) -> None:
    assert await refused(standin.join("UANA", "CINTEL")) == "UANA is in CINTEL already."
    assert await refused(standin.join("UGONE", "CINTEL")) == "UGONE has no active account."
    assert await refused(standin.leave("UGUEST", "CINTEL")) == "UGUEST is not in CINTEL."
    await standin.join("UGUEST", "CINTEL")
    await standin.leave("UGUEST", "CINTEL")
    assert await refused(standin.say("UGUEST", "CINTEL", "x")) == "UGUEST is not in CINTEL."


async def test_slack_14_an_account_is_given_once(standin: StandIn) -> None:
    person = Person("UNEW", "new", "Nina New")
    await standin.add_person(person)
    assert await refused(standin.add_person(person)) == "UNEW has an account already."


async def test_slack_14_the_home_of_the_app_is_not_for_outsiders(standin: StandIn) -> None:
    reason = "UOUT belongs to another company, where this app is not installed."
    assert await refused(standin.open_home("UOUT")) == reason
    await standin.open_home("UGUEST")


def test_slack_14_a_world_has_no_members_who_do_not_exist() -> None:
    spec = WorldSpec(channels=(Channel("C1", "one", members=("UNOBODY",)),))
    with pytest.raises(ValueError, match="#one has members who do not exist: UNOBODY"):
        World(spec, NeutralClock())


TYPED: list[tuple[str, str, list[Json]]] = [
    ("a & b < c > d", "a &amp; b &lt; c &gt; d", [{"type": "text", "text": "a & b < c > d"}]),
    ("<@UBO> <!channel>", "&lt;@UBO&gt; &lt;!channel&gt;", [{"type": "text", "text": "<@UBO> <!channel>"}]),
    ("@bo", "<@UBO>", [{"type": "user", "user_id": "UBO"}]),
    ("@bo.", "<@UBO>.", [{"type": "user", "user_id": "UBO"}, {"type": "text", "text": "."}]),
    ("me@bo", "me@bo", [{"type": "text", "text": "me@bo"}]),
    ("@nobody", "@nobody", [{"type": "text", "text": "@nobody"}]),
    ("@here", "<!here>", [{"type": "broadcast", "range": "here"}]),
    ("#asks", "<#CASKS|asks>", [{"type": "channel", "channel_id": "CASKS"}]),
    ("#none", "#none", [{"type": "text", "text": "#none"}]),
    (":gem:", ":gem:", [{"type": "emoji", "name": "gem"}]),
    (
        "see https://x.example/a?b=1&c=2).",
        "see <https://x.example/a?b=1&amp;c=2>).",
        [
            {"type": "text", "text": "see "},
            {"type": "link", "url": "https://x.example/a?b=1&c=2"},
            {"type": "text", "text": ")."},
        ],
    ),
]


@pytest.mark.parametrize(("typed", "text", "elements"), TYPED, ids=[typed for typed, _, _ in TYPED])
async def test_slack_12_what_is_typed_is_escaped_and_names_become_tokens(
    standin: StandIn, app: SocketApp, typed: str, text: str, elements: list[Json]
) -> None:
    await standin.say("UANA", "CINTEL", typed)
    await settled(standin)
    event = app.events("message")[0]
    assert event["text"] == text
    [block] = event["blocks"]
    assert block["elements"] == [{"type": "rich_text_section", "elements": elements}]


async def test_slack_3_a_command_gets_names_with_ids_and_private_channels_as_ids_alone(
    standin: StandIn, app: SocketApp
) -> None:
    await standin.command("UANA", "CINTEL", "/intel", " @bo #asks #private @here :gem: https://x.example & ")
    [payload] = app.payloads("slash_commands")
    assert payload["text"] == "<@UBO|bo> <#CASKS|asks> <#CPRIVATE> @here :gem: <https://x.example> &amp;"
