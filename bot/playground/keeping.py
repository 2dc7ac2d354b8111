"""Keeping the world of a stand-in in a file, so that the next run goes on where this one ended."""

import asyncio
import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from bot.playground.page.fragments import Fragments, dumped
from bot.playground.spec import Person, UserGroup, WorldSpec
from bot.playground.surfaces import View
from bot.playground.workspace import Workspace
from bot.playground.world import MICROS, SLACKBOT, ChannelState, Ephemeral, Json, Message, World, micros_of

KIND = "nugget playground"
VERSION = 1
SAVING_SECONDS = 0.5
OF_A_CHANNEL = ("channel_id", "name", "kind", "is_ext_shared", "is_archived", "created", "last_micros", "topic")

log = logging.getLogger(__name__)


class KeptFileError(Exception):
    """A kept file that cannot be used; its text says what to do."""


@dataclass(frozen=True)
class Kept:
    """What a file held. Open modals are not kept: nobody has their trigger any more."""

    people: dict[str, Person]
    groups: dict[str, UserGroup]
    channels: dict[str, ChannelState]
    homes: list[View]
    read_marks: dict[tuple[str, str], str]
    ids_given: int
    hashes_given: int
    is_installed: bool


def restore(spec: WorldSpec, path: Path) -> Kept | None:
    """Return what was kept in a file, or None if there is no such file.

    Raises KeptFileError for one that is damaged, or that belongs to another workspace. The file is left as it is.
    """
    try:
        found = json.loads(path.read_bytes())
        if (found["kind"], found["version"]) != (KIND, VERSION):
            raise KeptFileError(_advice(path, "it is not a kept playground of this version"))
        if found["team_id"] != spec.team_id:
            raise KeptFileError(_advice(path, f"it belongs to the workspace {found['team_id']}"))
        return _kept(found)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise KeptFileError(_advice(path, f"{type(error).__name__}: {error}")) from error


def _advice(path: Path, what: str) -> str:
    return (
        f"The playground kept in {path} cannot be continued: {what}. Nothing was changed. "
        "Move that file away to begin with a new company, or put a copy of an earlier one in its place."
    )


def _kept(found: Json) -> Kept:
    groups = [UserGroup(**{**entry, "members": tuple(entry["members"])}) for entry in found["groups"]]
    channels = [_channel(entry) for entry in found["channels"]]
    return Kept(
        {entry["user_id"]: Person(**entry) for entry in found["people"]},
        {group.group_id: group for group in groups},
        {channel.channel_id: channel for channel in channels},
        [_home(entry) for entry in found["homes"]],
        {(str(user_id), str(channel_id)): str(ts) for user_id, channel_id, ts in found["read_marks"]},
        int(found["ids_given"]),
        int(found["hashes_given"]),
        bool(found["is_installed"]),
    )


def _channel(found: Json) -> ChannelState:
    channel = ChannelState(**{key: found[key] for key in OF_A_CHANNEL})
    channel.members = dict.fromkeys(found["members"])
    for entry in found["messages"]:
        channel.add(Message(**{**entry, "pings": tuple(entry["pings"])}))
    for entry in found["ephemerals"]:
        channel.ephemerals[entry["ts"]] = Ephemeral(**{**entry, "pings": tuple(entry["pings"])})
    return channel


def _home(found: Json) -> View:
    chosen = {(block_id, action_id): state for block_id, action_id, state in found["chosen"]}
    return View(**{**found, "chosen": chosen})


def put_back(workspace: Workspace, kept: Kept) -> None:
    """Make a new workspace what the kept one was. What the spec has beyond it is there as well."""
    world = workspace.world
    own = (SLACKBOT.user_id, world.spec.bot_user_id)
    # People, groups and channels keep the order that they had; what is new in the spec comes after them.
    first = {user_id: world.people.pop(user_id) for user_id in own}
    world.people = first | kept.people | {known: who for known, who in world.people.items() if known not in kept.people}
    world.groups = kept.groups | {known: who for known, who in world.groups.items() if known not in kept.groups}
    new = [channel for known, channel in world.channels.items() if known not in kept.channels]
    world.channels = {}
    for channel in (*kept.channels.values(), *new):
        world.take_in(channel)
        _fill_ledger(workspace, channel)
    for home in kept.homes:
        workspace.surfaces.take_in_home(home)
    world.read_marks = dict(kept.read_marks)
    world.ids_given, world.is_installed = kept.ids_given, kept.is_installed
    workspace.surfaces.hashes_given = kept.hashes_given


def _fill_ledger(workspace: Workspace, channel: ChannelState) -> None:
    ledger = workspace.ledger
    for message in channel.messages.values():
        ledger.posted(channel, message)
        ledger.messages[channel.channel_id, message.ts].at = micros_of(message.ts) / MICROS
        if message.subtype == "tombstone":
            ledger.deleted(channel, message)
    for ephemeral in channel.ephemerals.values():
        ledger.whispered(channel, workspace.spec.bot_user_id, ephemeral)
        ledger.ephemerals[channel.channel_id, ephemeral.ts].at = micros_of(ephemeral.ts) / MICROS


def _entry_json(_world: World, _channel: ChannelState, entry: Message | Ephemeral) -> Json:
    return {known.name: getattr(entry, known.name) for known in fields(entry)}


def written(workspace: Workspace, fragments: Fragments) -> str:
    """Return the whole world as JSON."""
    world, spec = workspace.world, workspace.spec
    own = (SLACKBOT.user_id, spec.bot_user_id)
    head = {
        "kind": KIND,
        "version": VERSION,
        "team_id": spec.team_id,
        "ids_given": world.ids_given,
        "hashes_given": workspace.surfaces.hashes_given,
        "is_installed": world.is_installed,
        "people": [asdict(person) for person in world.people.values() if person.user_id not in own],
        "groups": [asdict(group) for group in world.groups.values()],
        "homes": [_home_json(view) for view in workspace.surfaces.homes()],
        "read_marks": [[*place, ts] for place, ts in world.read_marks.items()],
    }
    channels = ",\n".join(_channel_json(channel, fragments) for channel in world.channels.values())
    return f'{dumped(head)[:-1]},"channels":[\n{channels}\n]}}\n'


def _home_json(view: View) -> Json:
    found: Json = {known.name: getattr(view, known.name) for known in fields(view)}
    return {**found, "chosen": [[*place, state] for place, state in view.chosen.items()]}


def _channel_json(channel: ChannelState, fragments: Fragments) -> str:
    head: dict[str, Any] = {key: getattr(channel, key) for key in OF_A_CHANNEL}
    head["members"] = list(channel.members)

    def listed(entries: Iterator[Message] | Iterator[Ephemeral]) -> str:
        return ",\n".join(fragments.of(channel, entry) for entry in entries)

    messages, ephemerals = listed(iter(channel.messages.values())), listed(iter(channel.ephemerals.values()))
    return f'{dumped(head)[:-1]},"messages":[\n{messages}],"ephemerals":[\n{ephemerals}]}}'


def save(workspace: Workspace, path: Path) -> None:
    """Write the whole world to a file, which is replaced at once or not at all. Raises OSError."""
    fragments = Fragments(workspace.world, _entry_json)
    try:
        _replace(path, written(workspace, fragments))
    finally:
        fragments.close()


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f"{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class Keeper:
    """Saves a workspace half a second after it changed, and once more at the end."""

    def __init__(
        self,
        workspace: Workspace,
        path: Path,
        replace: Callable[[Path, str], None] = _replace,
        seconds: float = SAVING_SECONDS,
    ) -> None:
        self._workspace = workspace
        self._path = path
        self._replace = replace
        self._seconds = seconds
        self._fragments = Fragments(workspace.world, _entry_json)
        self._changed = asyncio.Event()
        self._over = asyncio.Event()
        workspace.changes.listeners.append(self._changed.set)
        self._saving = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        while not self._over.is_set():
            await self._changed.wait()
            try:
                async with asyncio.timeout(self._seconds):
                    await self._over.wait()
            except TimeoutError:
                await self._save_or_log()

    async def _save_or_log(self) -> None:
        try:
            await self._save()
        except OSError:
            # The next change tries again, and the end says so if it is of no use.
            log.exception("The playground could not be kept in %s.", self._path)

    async def _save(self) -> None:
        self._changed.clear()
        await asyncio.to_thread(self._replace, self._path, written(self._workspace, self._fragments))

    async def stop(self) -> None:
        """Save for the last time. Raises KeptFileError if that cannot be; what was kept before is still there."""
        if self._over.is_set():
            return
        self._over.set()
        self._changed.set()
        await self._saving
        self._workspace.changes.listeners.remove(self._changed.set)
        try:
            await self._save()
        except OSError as error:
            what = (
                f"The playground could not be kept in {self._path}: {error}. What was kept there before is unchanged."
            )
            raise KeptFileError(what) from error
        finally:
            self._fragments.close()
