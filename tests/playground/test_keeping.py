"""Keeping a world: what is restored is what was saved, goes on, and is never half written."""

import asyncio
import json
import os
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground import keeping, posting
from bot.playground.clock import NeutralClock
from bot.playground.delivery.transport import Kind, Reply
from bot.playground.faults import Faults
from bot.playground.forms import Forms
from bot.playground.gestures import Gestures
from bot.playground.keeping import Keeper, KeptFileError, put_back, restore, save
from bot.playground.page.reading import Reading, unread
from bot.playground.record import Changes
from bot.playground.server import StandIn
from bot.playground.spec import Channel, Person, UserGroup
from bot.playground.views_of_people import Sight
from bot.playground.workspace import Workspace, assemble
from bot.playground.world import Message
from tests.playground.conftest import SPEC
from tests.playground.validation_samples import actions, option

Json = dict[str, Any]
PEOPLE = ("UANA", "UBO")
PICK = actions({"type": "static_select", "action_id": "pick", "options": [option("a"), option("b")]}, block_id="x")


class Deaf:
    """An app that acknowledges everything."""

    async def send(self, kind: Kind, payload: Json, attempt: int = 0, reason: str = "") -> Reply:
        return Reply("ok")

    async def close(self) -> None:
        """Have nothing to close."""


class People(Gestures, Forms, Sight, Reading):
    """The gestures of a workspace that no server serves."""

    def __init__(self) -> None:
        clock, faults = NeutralClock(real_seconds=lambda: 1_790_000_000.0), Faults(0, 1.0)
        self.workspace: Workspace = assemble(
            SPEC,
            clock,
            Deaf(),
            Changes(),
            faults=faults,
            speed=1.0,
            deadline_speed=1.0,
            delayed_events=False,
            origin="http://127.0.0.1:1",
            open_socket_address=lambda: "",
        )


def state_of(workspace: Workspace) -> Json:
    """Return all that has to be the same in a restored world."""
    world = workspace.world
    channels = {}
    for channel in world.channels.values():
        threads = {ts: list(line) for ts, line in channel.threads.items() if line}
        # The order of members, messages and reactions is a part of the state.
        listed = [list(channel.members), list(channel.messages.values()), list(channel.ephemerals.values())]
        reactions = [list(message.reactions.items()) for message in channel.messages.values()]
        brief = {key: getattr(channel, key) for key in keeping.OF_A_CHANNEL}
        channels[channel.channel_id] = [brief, listed, reactions, threads, list(channel.timeline)]
    return {
        "people": list(world.people.items()),
        "groups": list(world.groups.items()),
        "channels": list(channels.items()),
        "homes": workspace.surfaces.homes(),
        "marks": world.read_marks,
        "ids": (world.ids_given, workspace.surfaces.hashes_given, world.is_installed),
        "unread": {
            (user, channel.channel_id): unread(world, user, channel)
            for user in PEOPLE
            for channel in world.channels.values()
        },
    }


async def live(people: People, moves: list[int]) -> None:
    """Do a gesture for each number, as far as there is something to do it to."""
    for move in moves:
        draw = random.Random(move)
        user, channel_id = draw.choice(PEOPLE), draw.choice(("CINTEL", "CASKS", f"D{draw.choice(PEOPLE)}"))
        await one_move(people, draw, user, channel_id)


async def one_move(people: People, draw: random.Random, user: str, channel_id: str) -> None:
    workspace, world = people.workspace, people.workspace.world
    if channel_id.startswith("D"):
        user = channel_id[1:]
        world.direct(user)
    channel = world.channels[channel_id]
    own = [message.ts for message in channel.messages.values() if message.user == user and not message.is_reply]
    there = [message.ts for message in channel.messages.values() if message.subtype != "tombstone"]
    deeds: list[Callable[[], Any]] = [
        lambda: people.say(user, channel_id, draw.choice(["Acme & <co> @bo :gem:", "half \ud83d", "line\nline"])),
        lambda: people.mark_read(user, channel_id),
        lambda: posting.whisper(
            workspace, channel, user, "psst", [{"type": "divider", "block_id": "b1"}], pings=("@x",)
        ),
        lambda: publish(workspace, user, draw),
        lambda: workspace.clock.advance(timedelta(seconds=draw.randint(0, 100_000))),
        lambda: posting.post(workspace, channel, card(workspace, channel_id)),
    ]
    if own:
        deeds += [
            lambda: people.edit(user, channel_id, own[-1], "edited"),
            lambda: people.delete(user, channel_id, own[0]),
        ]
    if there:
        ts = draw.choice(there)
        deeds += [
            lambda: posting.react(workspace, channel, channel.messages[ts], user, draw.choice(["eyes", "gem"])),
            lambda: posting.unreact(workspace, channel, channel.messages[ts], user, "eyes"),
        ]
    roots = [ts for ts in there if not channel.messages[ts].is_reply]
    if roots:
        deeds.append(lambda: people.say(user, channel_id, "a reply", thread_ts=roots[-1]))
    if shown := [entry.ts for entry in channel.ephemerals.values() if entry.user_id == user and entry.is_shown]:
        deeds.append(lambda: people.dismiss(user, channel_id, shown[0]))
    done = draw.choice(deeds)()
    if asyncio.iscoroutine(done):
        await done


def publish(workspace: Workspace, user: str, draw: random.Random) -> None:
    home = workspace.surfaces.publish(user, {"type": "home", "blocks": [PICK]})
    if draw.random() < 0.5:
        home.chosen["x", "pick"] = {"type": "static_select", "selected_option": option("b")}


def card(workspace: Workspace, channel_id: str) -> Message:
    ts = workspace.world.next_ts(workspace.world.channels[channel_id])
    metadata = {"event_type": "card", "event_payload": {"id": "7"}}
    return Message(ts, "UNUGGET", "a card", [PICK], is_from_app=True, metadata=metadata, pings=("<@UANA>",))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2**32), max_size=40), st.lists(st.integers(0, 2**32), max_size=8))
def test_a_restored_world_equals_the_saved_one_and_goes_on(
    tmp_path_factory: pytest.TempPathFactory, before: list[int], after: list[int]
) -> None:
    path = tmp_path_factory.mktemp("kept") / "world.json"

    async def scenario() -> None:
        first = People()
        await live(first, before)
        save(first.workspace, path)
        second = People()
        second.workspace.clock.advance(first.workspace.clock.now() - second.workspace.clock.now())
        kept = restore(SPEC, path)
        assert kept is not None
        put_back(second.workspace, kept)
        assert state_of(second.workspace) == state_of(first.workspace)
        save(second.workspace, path.with_name("again.json"))
        assert path.read_bytes() == path.with_name("again.json").read_bytes()
        for people in (first, second):
            await live(people, after)
            await people.workspace.deliveries.close()
        assert seen(second) == seen(first)

    asyncio.run(scenario())


def seen(people: People) -> list[Any]:
    """Return what Ana and Bo see, without ids that are drawn anew each time."""
    found: list[Any] = []
    for user in PEOPLE:
        for channel_id in ("CINTEL", "CASKS"):
            found += [
                (entry.ts, entry.user, entry.text, entry.thread_ts, entry.reactions, entry.is_ephemeral)
                for entry in people.messages(user, channel_id)
            ]
        home = people.home(user)
        found.append(home and (home["id"], home["hash"], home["state"]))
    return found


async def test_no_id_is_given_twice(tmp_path: Path) -> None:
    first = People()
    await live(first, list(range(200)))
    save(first.workspace, tmp_path / "kept")
    second = People()
    kept = restore(SPEC, tmp_path / "kept")
    assert kept is not None
    put_back(second.workspace, kept)
    await live(second, list(range(500, 700)))
    events = [event.payload["event_id"] for people in (first, second) for event in people.workspace.deliveries.events]
    assert len(events) == len(set(events))
    for channel in second.workspace.world.channels.values():
        assert list(channel.messages) == sorted(channel.messages)
    assert second.workspace.ledger.messages.keys() >= {
        (channel.channel_id, ts) for channel in second.workspace.world.channels.values() for ts in channel.messages
    }
    for people in (first, second):
        await people.workspace.deliveries.close()


async def test_a_stand_in_goes_on_where_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    first = await StandIn.start(SPEC, keep_in=path)
    ts = await first.say("UANA", "CINTEL", "hello")
    await first.add_person(Person("UNEW", "new", "New Person"))
    await first.set_group_members("SPMS", ("UANA",))
    await first.mark_read("UBO", "CINTEL")
    await first.stop()
    await first.stop()
    spec = SPEC.__class__(
        people=(*SPEC.people, Person("ULATER", "later", "Later")),
        channels=(*SPEC.channels, Channel("CNEW", "new", members=("ULATER",))),
        usergroups=SPEC.usergroups,
    )
    second = await StandIn.start(spec, keep_in=path)
    assert [message.text for message in second.messages("UBO", "CINTEL")] == ["hello"]
    await second.edit("UANA", "CINTEL", ts, "hello again")
    assert second.history()["messages"][0]["text"] == "hello again"
    world = second.workspace.world
    assert (world.people["UNEW"].name, world.people["ULATER"].name) == ("new", "later")
    assert world.groups["SPMS"] == UserGroup("SPMS", "pms", ("UANA",))
    assert list(world.channels)[-1] == "CNEW"
    await second.say("ULATER", "CNEW", "first words")
    await second.stop()
    kept = restore(spec, path)
    assert kept is not None
    assert [message.text for message in kept.channels["CNEW"].messages.values()] == ["first words"]


async def test_nothing_is_kept_where_nobody_asked(tmp_path: Path, standin: StandIn) -> None:
    await standin.say("UANA", "CINTEL", "hello")
    await standin.stop()
    assert list(tmp_path.iterdir()) == []
    assert restore(SPEC, tmp_path / "none") is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: "[]",
        lambda text: "{}",
        lambda text: "\x00" + text,
        lambda text: text.replace('"version":1', '"version":2'),
        lambda text: text.replace('"people":[', '"people":[7,'),
        lambda text: text.replace('"real_name"', '"unreal_name"', 1),
        lambda text: text.replace('"ts":"', '"ts":"x'),
        lambda text: text.replace("T0NUGGET", "T0OTHER"),
        lambda text: "[" * 100_000,
    ],
)
async def test_a_broken_file_is_named_and_left_as_it_is(tmp_path: Path, spoil: Callable[[str], str]) -> None:
    path = tmp_path / "kept.json"
    first = await StandIn.start(SPEC, keep_in=path)
    await first.say("UANA", "CINTEL", "hello")
    await first.stop()
    text = spoil(path.read_text(encoding="ascii"))
    path.write_text(text, encoding="ascii")
    with pytest.raises(KeptFileError) as caught:
        await StandIn.start(SPEC, keep_in=path)
    assert str(path) in str(caught.value)
    assert "Nothing was changed." in str(caught.value)
    assert "Move that file away" in str(caught.value)
    assert path.read_text(encoding="ascii") == text
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept.json"]


async def test_it_is_saved_soon_after_a_change_without_being_stopped(tmp_path: Path) -> None:
    people, path, written = People(), tmp_path / "kept.json", asyncio.Event()
    loop = asyncio.get_running_loop()

    def replace(where: Path, text: str) -> None:
        where.write_text(text, encoding="ascii")
        loop.call_soon_threadsafe(written.set)

    keeper = Keeper(people.workspace, path, replace, seconds=0.01)
    for text in ("one", "two"):
        written.clear()
        await people.say("UANA", "CINTEL", text)
        await asyncio.wait_for(written.wait(), 10)
        found = json.loads(path.read_text(encoding="ascii"))
        channel = next(entry for entry in found["channels"] if entry["channel_id"] == "CINTEL")
        assert channel["messages"][-1]["text"] == text
    await keeper.stop()
    await people.workspace.deliveries.close()


async def test_a_write_that_fails_leaves_what_was_kept_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    people, path, tried = People(), tmp_path / "kept.json", asyncio.Event()
    path.write_text("what was kept before", encoding="ascii")
    loop = asyncio.get_running_loop()

    def fail(where: Path, text: str) -> None:
        loop.call_soon_threadsafe(tried.set)
        raise OSError(28, "No space left on device")

    keeper = Keeper(people.workspace, path, fail, seconds=0.01)
    await people.say("UANA", "CINTEL", "hello")
    await asyncio.wait_for(tried.wait(), 10)
    with pytest.raises(KeptFileError, match="No space left on device"):
        await keeper.stop()
    assert path.read_text(encoding="ascii") == "what was kept before"
    assert "could not be kept" in caplog.text
    await people.workspace.deliveries.close()


async def test_a_file_is_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people, path = People(), tmp_path / "kept.json"
    save(people.workspace, path)
    before = path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    await people.say("UANA", "CINTEL", "hello")

    def fail(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output"):
        save(people.workspace, path)
    assert path.read_bytes() == before
    await people.workspace.deliveries.close()
