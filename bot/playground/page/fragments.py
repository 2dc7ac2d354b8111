"""Messages as JSON texts: each is written once, and again only when it was touched."""

import json
from collections.abc import Callable
from typing import Any

from bot.playground.world import ChannelState, Ephemeral, Json, Message, World

Place = tuple[str, str]
"""The id of a channel and a ts."""
Write = Callable[[World, ChannelState, Message | Ephemeral], Json]


def dumped(value: Any) -> str:
    """Return JSON in ASCII, since what people typed may hold half a character that no other encoding takes."""
    return json.dumps(value, separators=(",", ":"))


class Fragments:
    """The JSON of every message and ephemeral, in the form that `write` gives them."""

    def __init__(self, world: World, write: Write) -> None:
        self._world = world
        self._write = write
        self._kept: dict[Place, str] = {}
        world.on_touch.append(self._forget)

    def close(self) -> None:
        """Stop listening."""
        self._world.on_touch.remove(self._forget)

    def _forget(self, channel_id: str, ts: str) -> None:
        self._kept.pop((channel_id, ts), None)

    def of(self, channel: ChannelState, entry: Message | Ephemeral) -> str:
        """Return the JSON of a message or an ephemeral."""
        place = (channel.channel_id, entry.ts)
        found = self._kept.get(place)
        if found is None:
            found = self._kept[place] = dumped(self._write(self._world, channel, entry))
        return found
