"""Acting as a person: writing, changing, reacting, coming and going."""

import uuid
from dataclasses import dataclass
from typing import Any, Literal

from bot.playground import posting
from bot.playground.composing import compose
from bot.playground.errors import RefusedGestureError
from bot.playground.spec import Person
from bot.playground.web_api.reactions import EMOJI
from bot.playground.workspace import Workspace
from bot.playground.world import ChannelState, Message


@dataclass(frozen=True)
class GestureOutcome:
    """What became of a gesture that the app has to answer.

    `error` is what the person is shown: operation_timeout if the answer was late, dispatch_failed if the app could
    not be reached or answered with an error. `response` is what came back with the acknowledgement.
    """

    acknowledged: bool
    error: str | None
    response: dict[str, Any] | None
    trigger_id: str


class Acting:
    """Finds who acts and where, and refuses what Slack's client would not offer them."""

    workspace: Workspace

    def _person(self, user_id: str) -> Person:
        person = self.workspace.world.people.get(user_id)
        if person is None or person.is_deleted:
            raise RefusedGestureError(f"{user_id} has no active account.")
        return person

    def _own_person(self, user_id: str) -> Person:
        person = self._person(user_id)
        if self.workspace.world.is_outsider(person):
            raise RefusedGestureError(f"{user_id} belongs to another company, where this app is not installed.")
        return person

    def _channel(self, channel_id: str, user_id: str) -> ChannelState:
        world = self.workspace.world
        if channel_id == world.spec.bot_user_id:
            return world.direct(user_id)
        channel = world.channels.get(channel_id)
        if channel is None:
            raise RefusedGestureError(f"There is no channel {channel_id}.")
        return channel

    def _place(self, user_id: str, channel_id: str) -> tuple[Person, ChannelState]:
        """Return a person and a conversation that they are in and that is not archived."""
        person, channel = self._person(user_id), self._channel(channel_id, user_id)
        if user_id not in channel.members:
            raise RefusedGestureError(f"{user_id} is not in {channel_id}.")
        if channel.is_archived:
            raise RefusedGestureError(f"{channel_id} is archived.")
        return person, channel

    def _seen_message(self, channel: ChannelState, ts: str) -> Message:
        message = channel.messages.get(ts)
        if message is None or message.subtype == "tombstone":
            raise RefusedGestureError(f"There is no message {ts} in {channel.channel_id}.")
        return message


class Gestures(Acting):
    """What people do that needs no answer of the app. Each returns once Slack has taken it."""

    async def say(
        self,
        user_id: str,
        channel_id: str,
        text: str,
        *,
        thread_ts: str | None = None,
        client_msg_id: str | None = None,
    ) -> str:
        """Write a message, typed as in the composer, and return its ts.

        The app's own user id as the channel means the direct messages with it. `@name` and `#channel` become mentions;
        & < > are escaped. Raises RefusedGestureError for a blank message.
        """
        _, channel = self._place(user_id, channel_id)
        if not text.strip():
            raise RefusedGestureError("A message needs some words.")
        if thread_ts is not None and channel.messages.get(thread_ts) is None:
            raise RefusedGestureError(f"There is no thread {thread_ts}.")
        written, blocks = compose(self.workspace.world, text)
        message = Message(
            self.workspace.world.next_ts(channel),
            user_id,
            written,
            blocks,
            thread_ts=thread_ts,
            client_msg_id=client_msg_id or str(uuid.uuid4()),
        )
        self.workspace.gesture("say", user_id=user_id, channel_id=channel.channel_id, ts=message.ts)
        posting.post(self.workspace, channel, message)
        return message.ts

    async def edit(self, user_id: str, channel_id: str, ts: str, text: str) -> None:
        """Change a message of one's own."""
        channel, message = self._own_message(user_id, channel_id, ts)
        if not text.strip():
            raise RefusedGestureError("A message needs some words.")
        written, blocks = compose(self.workspace.world, text)
        self.workspace.gesture("edit", user_id=user_id, channel_id=channel.channel_id, ts=ts)
        posting.edit(self.workspace, channel, message, by=user_id, text=written, blocks=blocks)

    async def delete(self, user_id: str, channel_id: str, ts: str) -> None:
        """Delete a message of one's own."""
        channel, message = self._own_message(user_id, channel_id, ts)
        self.workspace.gesture("delete", user_id=user_id, channel_id=channel.channel_id, ts=ts)
        posting.delete(self.workspace, channel, message)

    def _own_message(self, user_id: str, channel_id: str, ts: str) -> tuple[ChannelState, Message]:
        _, channel = self._place(user_id, channel_id)
        message = self._seen_message(channel, ts)
        if message.user != user_id:
            raise RefusedGestureError(f"The message {ts} is not by {user_id}.")
        return channel, message

    async def react(self, user_id: str, channel_id: str, ts: str, name: str) -> None:
        """Add a reaction by the emoji's short name, without colons."""
        _, channel = self._place(user_id, channel_id)
        message = self._seen_message(channel, ts)
        if not EMOJI.fullmatch(name):
            raise RefusedGestureError(f"{name!r} is no emoji.")
        if not posting.react(self.workspace, channel, message, user_id, name):
            raise RefusedGestureError(f"{user_id} has reacted with {name} already.")
        self.workspace.gesture("react", user_id=user_id, channel_id=channel.channel_id, ts=ts, emoji=name)

    async def unreact(self, user_id: str, channel_id: str, ts: str, name: str) -> None:
        """Take one's own reaction away."""
        _, channel = self._place(user_id, channel_id)
        message = self._seen_message(channel, ts)
        if not posting.unreact(self.workspace, channel, message, user_id, name):
            raise RefusedGestureError(f"{user_id} has not reacted with {name}.")
        self.workspace.gesture("unreact", user_id=user_id, channel_id=channel.channel_id, ts=ts, emoji=name)

    async def join(self, user_id: str, channel_id: str) -> None:
        """Come into a channel; into a private one by somebody's invitation. The app itself can be brought in too."""
        channel = self._channel(channel_id, user_id)
        self._person(user_id)
        if user_id in channel.members:
            raise RefusedGestureError(f"{user_id} is in {channel_id} already.")
        channel.members[user_id] = None
        self._announce(channel, user_id, "channel_join", "has joined the channel")
        self.workspace.events.membership(user_id, channel, is_joined=True)
        self.workspace.gesture("join", user_id=user_id, channel_id=channel_id)

    async def leave(self, user_id: str, channel_id: str) -> None:
        """Leave a channel."""
        channel = self._channel(channel_id, user_id)
        if user_id not in channel.members:
            raise RefusedGestureError(f"{user_id} is not in {channel_id}.")
        self._announce(channel, user_id, "channel_leave", "has left the channel")
        del channel.members[user_id]
        self.workspace.events.membership(user_id, channel, is_joined=False)
        self.workspace.gesture("leave", user_id=user_id, channel_id=channel_id)

    def _announce(self, channel: ChannelState, user_id: str, subtype: str, words: str) -> None:
        ts = self.workspace.world.next_ts(channel)
        message = Message(ts, user_id, f"<@{user_id}> {words}", subtype=subtype)
        posting.post(self.workspace, channel, message)

    async def open_home(self, user_id: str, tab: Literal["home", "messages"] = "home") -> None:
        """Open the app's Home tab, or its direct messages."""
        self._own_person(user_id)
        home = self.workspace.surfaces.home(user_id)
        view = self.workspace.surfaces.full(home) if home and tab == "home" else None
        self.workspace.gesture("open_home", user_id=user_id)
        self.workspace.events.home_opened(user_id, tab, view)

    def direct_channel(self, user_id: str) -> str:
        """Return the channel id of a person's direct messages with the app."""
        return self.workspace.world.direct(user_id).channel_id
