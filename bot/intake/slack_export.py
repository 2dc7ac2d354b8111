"""A workspace export of Slack: a folder, or the zip file that it came as, with a file for each channel and day.

Direct messages in it are left alone: they were said to somebody, and not to the company.
"""

import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.connectors.slack.directory import person_facts
from bot.domain.errors import MendableError
from bot.domain.facts import ChannelFacts, PersonFacts
from bot.domain.text import clean
from bot.intake.messages import is_message

Place = Path | zipfile.Path
# A day of the busiest channel is far smaller; a zip could claim to be anything once it is unpacked.
LARGEST_FILE = 200_000_000


@dataclass(frozen=True, slots=True)
class Said:
    """A message with the channel that it was said in."""

    channel_id: str
    message: dict[str, Any]


@dataclass
class SlackExport:
    """What an export holds. `problems` gathers files that could not be read; the others are."""

    place: Place
    people: Sequence[PersonFacts]
    channels: Sequence[ChannelFacts]
    problems: list[str] = field(default_factory=list)

    def messages(self, channels: Sequence[ChannelFacts], begins_at: float = 0.0) -> Iterator[Said]:
        """Yield what was said in these channels from a moment on, each channel from its beginning."""
        for channel in channels:
            for day in self._days(channel.name):
                said = [message for message in self._read_day(channel.name, day) if float(message["ts"]) >= begins_at]
                for message in sorted(said, key=lambda one: float(one["ts"])):
                    yield Said(channel.channel_id, message)

    def _days(self, name: str) -> list[Place]:
        folder = self.place / name
        if not folder.is_dir():
            return []
        return sorted((day for day in folder.iterdir() if day.name.endswith(".json")), key=lambda day: day.name)

    def _read_day(self, name: str, day: Place) -> list[dict[str, Any]]:
        try:
            listed = _json(day)
        except (ValueError, RecursionError, OSError) as error:
            self.problems.append(f"{name}/{day.name} could not be read ({type(error).__name__}).")
            return []
        return [message for message in listed if is_message(message)] if isinstance(listed, list) else []

    def named(self, wanted: Sequence[str]) -> list[ChannelFacts]:
        """Return the channels of these names or ids, all of them for none; raises `MendableError` for an unknown."""
        if not wanted:
            return list(self.channels)
        found: list[ChannelFacts] = []
        for name in wanted:
            bare = name.lstrip("#")
            match = next((one for one in self.channels if bare in {one.name, one.channel_id}), None)
            if match is None:
                there = ", ".join(f"#{one.name}" for one in self.channels) or "none"
                raise MendableError(f"The export has no channel {name}. There are: {there}.")
            found.append(match)
        return found


def open_export(path: Path, team_id: str) -> SlackExport:
    """Open an export; raises `MendableError` where this is none. Nothing was imported then."""
    place = _place(path)
    if not (place / "channels.json").is_file() or not (place / "users.json").is_file():
        raise MendableError(f"{path} is no Slack export: it has to hold channels.json and users.json.")
    users = [user for user in _listed(place, "users.json") if isinstance(user.get("id"), str)]
    public = [_channel(one, is_private=False) for one in _listed(place, "channels.json")]
    private = [_channel(one, is_private=True) for one in _listed(place, "groups.json")]
    channels = [channel for channel in (*public, *private) if channel is not None]
    return SlackExport(place, [person_facts(team_id, user) for user in users], channels)


def _place(path: Path) -> Place:
    if path.is_dir():
        return path
    if not zipfile.is_zipfile(path):
        raise MendableError(f"{path} is neither a folder nor a zip file.")
    archive = zipfile.ZipFile(path)
    if too_large := next((one.filename for one in archive.infolist() if one.file_size > LARGEST_FILE), None):
        raise MendableError(f"{too_large} in {path.name} is too large to be a day of messages. Unpack it and look.")
    return zipfile.Path(archive)


def _json(place: Place) -> Any:
    return json.loads(place.read_text(encoding="utf-8-sig"))


def _listed(place: Place, name: str) -> list[dict[str, Any]]:
    file = place / name
    if not file.is_file():
        return []
    try:
        listed = _json(file)
    except (ValueError, RecursionError, OSError) as error:
        raise MendableError(f"{name} of the export cannot be read: {error}. Nothing was imported.") from error
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _channel(described: dict[str, Any], *, is_private: bool) -> ChannelFacts | None:
    channel_id, name, members = described.get("id"), described.get("name"), described.get("members")
    if not isinstance(channel_id, str) or not isinstance(name, str) or not _is_folder_name(name):
        return None
    listed = frozenset(one for one in members if isinstance(one, str)) if isinstance(members, list) else frozenset()
    return ChannelFacts(
        channel_id=channel_id,
        name=clean(name),
        is_private=is_private or bool(described.get("is_private")),
        is_externally_shared=bool(described.get("is_ext_shared")),
        is_archived=bool(described.get("is_archived")),
        member_ids=listed if is_private else None,
    )


def _is_folder_name(name: str) -> bool:
    """Tell whether this names a folder of the export, and nothing outside of it."""
    return bool(name) and "/" not in name and "\\" not in name and name not in {".", ".."}
