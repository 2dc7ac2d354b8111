"""What is captured where, who may say so, and the one greeting."""

from dataclasses import replace
from typing import Any

import pytest

from bot.blocks import channels as blocks
from bot.domain.errors import MendableError
from bot.domain.facts import ChannelFacts, Settled, Waiting
from bot.domain.policies import WatchedChannel
from bot.domain.words import CaptureMode, Effect, Kind
from bot.services.channels import (
    LookUpChannel,
    SetChannel,
    capture_mode,
    list_set_channels,
    list_watched,
    look_up_channel,
    set_channel,
)
from bot.services.people import RememberOurselves, remember_ourselves
from bot.slack.events.message import on_message
from bot.slack.events.people import on_joined, on_left
from db.models import Channel, ChannelMember, ChannelSetting, Item
from tests.services.bench import (
    ANA,
    ASK_HOME,
    BEN,
    BOSS,
    DIRECT,
    FIELD,
    GUEST,
    INTEL_HOME,
    LEAD,
    OUTSIDER,
    PM,
    SECRET,
    Bench,
)

US = "UNUGGET"
TALK, QUIET, SHARED = "CTALK", "GQUIET", "CSHARED"
TAGGED, ALL, OFF = CaptureMode.TAGGED, CaptureMode.ALL, CaptureMode.OFF


@pytest.fixture
def bench(bench: Bench) -> Bench:
    """A workspace with a lead, who Nugget is, and channels that the settings do not name."""
    bench.policy = replace(bench.policy, roles=replace(bench.policy.roles, leads=frozenset({LEAD})))
    bench.run(remember_ourselves, RememberOurselves(bench.team_id, None, "Hooli", US, "BNUGGET"))
    bench.channel(ChannelFacts(TALK, "talk", is_private=False, has_bot=True))
    bench.channel(ChannelFacts(QUIET, "quiet", is_private=True, has_bot=True, member_ids=frozenset({ANA})))
    bench.channel(ChannelFacts(SHARED, "both", is_private=False, is_externally_shared=True, has_bot=True))
    bench.channel(ChannelFacts("CAWAY", "away", is_private=False))
    return bench


def mode(bench: Bench, channel_id: str) -> WatchedChannel | None:
    return bench.run(lambda uow, channel, *, now: capture_mode(uow, bench.team_id, channel), channel_id)


def set_(bench: Bench, channel_id: str = TALK, actor: str = LEAD, **what: Any) -> str:
    return bench.run(set_channel, SetChannel(bench.team_id, channel_id, actor, **what)).text


def look_up(bench: Bench, actor: str = LEAD, channel_id: str | None = TALK) -> Any:
    return bench.run(look_up_channel, LookUpChannel(bench.team_id, actor, channel_id))


def came(bench: Bench, channel_id: str, *, who: str = US, inviter: Any = BEN, **envelope: Any) -> Settled:
    event = {"type": "member_joined_channel", "user": who, "channel": channel_id, "event_ts": bench.ts()}
    payload = {"event": {**event, "inviter": inviter}, **envelope}
    return bench.run(on_joined, Waiting(1, bench.team_id, "member_joined_channel", payload, bench.now))


def went(bench: Bench, channel_id: str, who: str = US) -> Settled:
    event = {"type": "member_left_channel", "user": who, "channel": channel_id}
    return bench.run(on_left, Waiting(1, bench.team_id, "member_left_channel", {"event": event}, bench.now))


def say(bench: Bench, text: str, channel_id: str = TALK, **more: Any) -> Settled:
    event = {"type": "message", "channel": channel_id, "user": ANA, "text": text, "ts": bench.ts(), **more}
    bench.wait(seconds=1)
    return bench.run(on_message, Waiting(1, bench.team_id, "message", {"event": event}, bench.now))


def greetings(bench: Bench) -> list[tuple[str, str]]:
    return [(entry.channel_id, entry.payload["text"]) for entry in bench.outbox(purpose="greeting")]


def actions_of(message: Any) -> list[str]:
    return [part["action_id"] for block in message.blocks for part in block["elements"] if "action_id" in part]


def test_a_channel_that_nobody_set_captures_nothing(bench: Bench) -> None:
    assert mode(bench, TALK) is None
    assert say(bench, "Acme cut prices #pricing") == Settled("ignored", "channel not watched")
    assert bench.rows(Item) == []


@pytest.mark.parametrize(
    ("capture", "text", "kept"),
    [
        (TAGGED, "Acme cut prices", True),
        (TAGGED, "Lunch #today", True),
        (TAGGED, "Lunch, anyone", False),
        (ALL, "Lunch, anyone", True),
        (ALL, "(off) Lunch, anyone", False),
        (ALL, "🤫 Lunch, anyone", False),
        (ALL, ":shushing_face: Acme", False),
        (OFF, "Acme cut prices", False),
    ],
)
def test_what_a_lead_set_is_what_is_captured(bench: Bench, capture: CaptureMode, text: str, kept: bool) -> None:
    set_(bench, capture=capture, kind=Kind.ASK)
    say(bench, text)
    assert [item.kind for item in bench.rows(Item)] == (["ask"] if kept else [])


def test_the_kind_is_kept_through_off_and_on_and_intel_at_first(bench: Bench) -> None:
    set_(bench, capture=TAGGED)
    assert mode(bench, TALK) == WatchedChannel(TALK, TAGGED, Kind.NUGGET)
    set_(bench, kind=Kind.ASK)
    set_(bench, capture=OFF)
    assert mode(bench, TALK) is None
    set_(bench, capture=ALL)
    assert mode(bench, TALK) == WatchedChannel(TALK, ALL, Kind.ASK)


@pytest.mark.parametrize("actor", [ANA, PM, BOSS, GUEST, OUTSIDER, "UNEVERSEEN"])
def test_only_leads_set_it_whenever_the_button_was_drawn(bench: Bench, actor: str) -> None:
    with pytest.raises(MendableError, match="Only leads"):
        set_(bench, actor=actor, capture=ALL)
    assert bench.rows(ChannelSetting) == []
    assert actions_of(look_up(bench, actor)) == []


@pytest.mark.parametrize("channel_id", [FIELD, SECRET])
def test_the_settings_file_wins_and_says_so(bench: Bench, channel_id: str) -> None:
    before = mode(bench, channel_id)
    with pytest.raises(MendableError, match="The settings file says so"):
        set_(bench, channel_id, capture=OFF)
    assert mode(bench, channel_id) == before
    shown = look_up(bench, channel_id=channel_id)
    assert "it wins over what is set here" in shown.text
    assert actions_of(shown) == []


def test_a_channel_that_the_file_comes_to_name_follows_the_file(bench: Bench) -> None:
    set_(bench, capture=ALL)
    named = {**bench.policy.channels.watched, TALK: WatchedChannel(TALK, OFF)}
    bench.policy = replace(bench.policy, channels=replace(bench.policy.channels, watched=named))
    assert mode(bench, TALK) is None
    assert bench.run(list_watched, bench.team_id) == sorted([FIELD, SECRET])


def test_what_is_caught_up_on_and_what_is_learnt_at_start(bench: Bench) -> None:
    set_(bench, capture=TAGGED)
    set_(bench, QUIET, capture=OFF)
    assert bench.run(list_watched, bench.team_id) == sorted([FIELD, SECRET, TALK])
    assert bench.run(list_set_channels, bench.team_id) == sorted([QUIET, TALK])


def test_what_was_said_while_it_was_off_is_not_caught_up_on(bench: Bench) -> None:
    set_(bench, capture=ALL)
    set_(bench, capture=OFF)
    bench.wait(days=7)
    set_(bench, capture=TAGGED)
    (channel,) = bench.rows(Channel, Channel.channel_id == TALK)
    assert channel.last_message_ts == bench.ts()
    bench.wait(days=1)
    set_(bench, capture=ALL)
    (channel,) = bench.rows(Channel, Channel.channel_id == TALK)
    assert channel.last_message_ts == bench.ts(-24 * 3600), "it was on all the time, and is read from where it was"


def test_what_stands_is_said_with_who_set_it_and_when(bench: Bench) -> None:
    assert look_up(bench).text == "I keep nothing of what is said here. Nobody has set this channel yet."
    assert actions_of(look_up(bench)) == [blocks.ACTION_TAGGED, blocks.ACTION_ALL, blocks.ACTION_OFF]
    set_(bench, capture=TAGGED, kind=Kind.ASK)
    shown = look_up(bench, ANA)
    assert shown.text == (
        "I keep messages here that carry a #tag or name a competitor, an account or a product area, as asks."
        " Lena set this on 14 October 2026. A lead can change it."
    )
    assert len(actions_of(look_up(bench))) == 5


@pytest.mark.parametrize(
    ("channel_id", "says"),
    [(None, "in the channel that it is about"), (DIRECT, "in the channel that it is about"), ("CAWAY", "/invite")],
)
def test_it_is_set_where_nugget_is(bench: Bench, channel_id: str | None, says: str) -> None:
    with pytest.raises(MendableError, match=says):
        look_up(bench, channel_id=channel_id)


def test_it_says_hello_once_whatever_happens(bench: Bench) -> None:
    assert came(bench, TALK).outcome == "greeted"
    (said,) = greetings(bench)
    assert said == (
        TALK,
        "Hello, I'm Nugget. I keep nothing of what is said here. Anyone can save a message from its menu. A lead turns"
        " it on with /intel setup.",
    )
    bench.send()
    assert came(bench, TALK).outcome == "joined"
    went(bench, TALK)
    bench.wait(days=3)
    bench.channel(ChannelFacts(TALK, "talk", is_private=False, has_bot=True))
    assert came(bench, TALK).outcome == "joined"
    assert greetings(bench) == [said]


def test_the_greeting_reads_as_things_stand_now(bench: Bench) -> None:
    came(bench, TALK)
    set_(bench, capture=TAGGED)
    (rewritten,) = greetings(bench)
    assert "I keep messages here that carry a #tag" in rewritten[1]
    assert "Lena set this; a lead changes it with /intel setup." in rewritten[1]
    bench.send()
    set_(bench, capture=ALL)
    update = bench.outbox(purpose="greeting")[-1]
    assert (update.kind, update.target_id) == ("update", bench.outbox(purpose="greeting")[0].id)
    assert "I keep every message here, as intel." in update.payload["text"]


def test_a_channel_in_which_it_was_before_is_greeted_when_a_lead_sets_it(bench: Bench) -> None:
    set_(bench, capture=TAGGED)
    assert [channel for channel, _ in greetings(bench)] == [TALK]
    assert came(bench, TALK).outcome == "joined"
    assert len(greetings(bench)) == 1


def test_a_home_says_what_is_posted_there(bench: Bench) -> None:
    came(bench, INTEL_HOME)
    came(bench, FIELD)
    texts = dict(greetings(bench))
    assert "I post a card for each piece of intel." in texts[INTEL_HOME]
    assert "setup" not in texts[FIELD], "the file says what is kept there, so no lead can change it here"


@pytest.mark.parametrize("inviter", [BEN, OUTSIDER, GUEST, None, 7])
def test_where_another_company_reads_nothing_is_posted_and_only_a_member_is_told(bench: Bench, inviter: Any) -> None:
    for _ in range(2):
        came(bench, SHARED, inviter=inviter)
    told = [channel for channel, _ in greetings(bench)]
    assert told == ([BEN] if inviter == BEN else [])
    set_(bench, SHARED, capture=TAGGED)
    assert SHARED not in dict(greetings(bench))
    assert "People of another company are here." in look_up(bench, channel_id=SHARED).text


def test_a_channel_that_the_event_itself_calls_shared_is_not_greeted(bench: Bench) -> None:
    came(bench, TALK, inviter=None, is_ext_shared_channel=True)
    assert greetings(bench) == []


def test_someone_elses_coming_brings_no_greeting(bench: Bench) -> None:
    assert came(bench, QUIET, who=BEN) == Settled("handled", "joined")
    assert greetings(bench) == []
    assert came(bench, "CNEVER", who=BEN) == Settled("ignored", "not a known channel")


def test_where_nugget_left_nobody_is_known_to_be(bench: Bench) -> None:
    words = bench.capture("Acme cut prices", channel_id=QUIET)
    assert [row.slack_user_id for row in bench.rows(ChannelMember, ChannelMember.channel_id == QUIET)] == [ANA]
    went(bench, QUIET)
    assert bench.rows(ChannelMember, ChannelMember.channel_id == QUIET) == []
    (channel,) = bench.rows(Channel, Channel.channel_id == QUIET)
    assert not channel.has_bot
    assert bench.item(words.item_id).privacy == "place"


def test_what_was_said_while_nugget_was_away_is_not_caught_up_on(bench: Bench) -> None:
    came(bench, TALK)
    bench.wait(days=5)
    came(bench, TALK)
    (channel,) = bench.rows(Channel, Channel.channel_id == TALK)
    assert channel.last_message_ts == bench.ts()


def test_a_card_in_a_channel_that_came_to_be_shared_says_nothing_more(bench: Bench) -> None:
    item = bench.capture("Globex leaves over rounding")
    bench.send()
    bench.channel(ChannelFacts(ASK_HOME, "asks", is_private=False, is_externally_shared=True, has_bot=True))
    bench.decide(item.item_id, Effect.SEE)
    update = bench.outbox(purpose="card")[-1]
    assert update.kind == "update"
    assert "rounding" not in str(update.payload)
    assert "Seen by Priya" in str(update.payload)
