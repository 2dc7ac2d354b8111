"""What was ever shown in the workspace: each message and ephemeral, with its metadata, deleted ones too."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.playground.world import ChannelState, Ephemeral, Json, Message


@dataclass
class Shown:
    """One message, or one ephemeral if it has a recipient, as it was last. `at` and `deleted_at` are business time.

    An ephemeral in a thread that was not active was taken by Slack and never seen (`is_seen`).
    """

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json]
    thread_ts: str | None
    subtype: str | None
    metadata: Json | None
    is_from_app: bool
    at: float
    recipient: str | None = None
    is_seen: bool = True
    edits: int = 0
    deleted_at: float | None = None


class Ledger:
    """Keeps all that was shown, for a checker that comes afterwards."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self.messages: dict[tuple[str, str], Shown] = {}
        self.ephemerals: dict[tuple[str, str], Shown] = {}

    def posted(self, channel: ChannelState, message: Message) -> None:
        """Take a new message down."""
        self.messages[channel.channel_id, message.ts] = Shown(
            channel.channel_id,
            message.ts,
            message.user,
            message.text,
            message.blocks,
            message.thread_ts,
            message.subtype,
            message.metadata,
            message.is_from_app,
            self._seconds(),
        )

    def edited(self, channel: ChannelState, message: Message) -> None:
        """Take down what a message says now."""
        shown = self.messages[channel.channel_id, message.ts]
        shown.text, shown.blocks, shown.metadata = message.text, message.blocks, message.metadata
        shown.edits += 1

    def deleted(self, channel: ChannelState, message: Message) -> None:
        """Mark a message as deleted; what it said stays here, also where a tombstone takes its place."""
        shown = self.messages[channel.channel_id, message.ts]
        shown.deleted_at = shown.deleted_at or self._seconds()

    def whispered(self, channel: ChannelState, sender: str, ephemeral: Ephemeral) -> None:
        """Take an ephemeral down."""
        self.ephemerals[channel.channel_id, ephemeral.ts] = Shown(
            channel.channel_id,
            ephemeral.ts,
            sender,
            ephemeral.text,
            ephemeral.blocks,
            ephemeral.thread_ts,
            None,
            None,
            True,
            self._seconds(),
            ephemeral.user_id,
            ephemeral.is_shown,
        )

    def whisper_replaced(self, channel: ChannelState, ephemeral: Ephemeral) -> None:
        """Take down what an ephemeral says now."""
        shown = self.ephemerals[channel.channel_id, ephemeral.ts]
        shown.text, shown.blocks = ephemeral.text, ephemeral.blocks
        shown.edits += 1
        channel.touch(ephemeral.ts)

    def whisper_deleted(self, channel: ChannelState, ephemeral: Ephemeral) -> None:
        """Mark an ephemeral as deleted."""
        channel.touch(ephemeral.ts)
        self.ephemerals[channel.channel_id, ephemeral.ts].deleted_at = self._seconds()
