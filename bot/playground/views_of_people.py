"""What a person sees: messages, forms and their Home."""

from dataclasses import dataclass, field
from typing import Any

from bot.playground.gestures import Acting
from bot.playground.world import ChannelState, Ephemeral, Message


@dataclass(frozen=True)
class SeenMessage:
    """A message on a person's screen.

    `pings` are the mentions and @channel words with which a message of the app would notify people.
    """

    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]]
    thread_ts: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    is_ephemeral: bool = False
    edited: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    pings: tuple[str, ...] = ()
    subtype: str | None = None
    is_from_app: bool = False


class Sight(Acting):
    """Reading as a person."""

    def messages(self, user_id: str, channel_id: str) -> list[SeenMessage]:
        """Return all that this person sees in a conversation, thread replies and their own ephemerals too, by time.

        Nothing, if they cannot open it.
        """
        person = self.workspace.world.people.get(user_id)
        channel = self._channel(channel_id, user_id)
        if person is None or not self.workspace.world.may_see(person, channel):
            return []
        seen = [_message(message) for message in channel.messages.values()]
        seen += [self._ephemeral(entry) for entry in _whispers(channel, user_id)]
        return sorted(seen, key=lambda entry: entry.ts)

    def direct_messages(self, user_id: str) -> list[SeenMessage]:
        """Return a person's conversation with the app."""
        return self.messages(user_id, self.workspace.world.direct(user_id).channel_id)

    def open_view(self, user_id: str) -> dict[str, Any] | None:
        """Return the modal in front of a person, as Slack describes it, if there is one."""
        view = self.workspace.surfaces.top(user_id)
        return self.workspace.surfaces.full(view) if view else None

    def home(self, user_id: str) -> dict[str, Any] | None:
        """Return a person's Home, if one was published."""
        view = self.workspace.surfaces.home(user_id)
        return self.workspace.surfaces.full(view) if view else None

    def _ephemeral(self, entry: Ephemeral) -> SeenMessage:
        bot = self.workspace.spec.bot_user_id
        return SeenMessage(
            entry.ts,
            bot,
            entry.text,
            entry.blocks,
            entry.thread_ts,
            is_ephemeral=True,
            pings=entry.pings,
            is_from_app=True,
        )


def _whispers(channel: ChannelState, user_id: str) -> list[Ephemeral]:
    return [entry for entry in channel.ephemerals.values() if entry.user_id == user_id and entry.is_shown]


def _message(message: Message) -> SeenMessage:
    return SeenMessage(
        message.ts,
        message.user,
        message.text,
        message.blocks,
        message.thread_ts,
        {name: list(users) for name, users in message.reactions.items()},
        edited=message.edited,
        metadata=message.metadata,
        pings=message.pings,
        subtype=message.subtype,
        is_from_app=message.is_from_app,
    )
