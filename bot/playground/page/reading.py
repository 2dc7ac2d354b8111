"""What a person has read: marks in conversations, unread counts, and ephemerals that they put away."""

from typing import TypeVar

from bot.playground.errors import RefusedGestureError
from bot.playground.gestures import Acting
from bot.playground.world import ChannelState, Ephemeral, Message, World

Entry = TypeVar("Entry", Message, Ephemeral)
NEVER_NEW = ("channel_join", "channel_leave", "tombstone")


class Reading(Acting):
    """Reading, as a person. It tells the app nothing."""

    async def mark_read(self, user_id: str, channel_id: str) -> None:
        """Take all that is in a conversation now as read by this person."""
        person, channel = self._person(user_id), self._channel(channel_id, user_id)
        world = self.workspace.world
        if not world.may_see(person, channel):
            raise RefusedGestureError(f"{user_id} cannot open {channel_id}.")
        if last := last_ts(channel):
            world.read_marks[user_id, channel.channel_id] = last
            self.workspace.changes.tell()

    async def dismiss(self, user_id: str, channel_id: str, ts: str) -> None:
        """Put an ephemeral away. The app does not hear of it, and can still replace what nobody sees."""
        channel = self._channel(channel_id, user_id)
        ephemeral = channel.ephemerals.get(ts)
        if ephemeral is None or ephemeral.user_id != user_id or not ephemeral.is_shown:
            raise RefusedGestureError(f"There is no message {ts} in {channel_id} that only {user_id} sees.")
        ephemeral.is_shown = False
        channel.touch(ts)
        self.workspace.gesture("dismiss", user_id=user_id, channel_id=channel.channel_id, ts=ts)


def last_ts(channel: ChannelState) -> str:
    """Return the newest ts of a conversation, or an empty text. Both kinds are kept in the order of their ts."""
    newest = [next(reversed(found)) for found in (channel.messages, channel.ephemerals) if found]
    return max(newest, default="")


def unread(world: World, user_id: str, channel: ChannelState) -> int:
    """Count what came after a person's mark: not their own words, nor replies in threads that they are not in."""
    if user_id not in channel.members:
        return 0
    mark = world.read_marks.get((user_id, channel.channel_id), "")
    threads: dict[str, bool] = {}
    count = sum(_is_shown_to(entry, user_id) for entry in _after(channel.ephemerals, mark))
    for message in _after(channel.messages, mark):
        if message.user == user_id or message.subtype in NEVER_NEW:
            continue
        count += message.is_in_channel or _is_in_thread(channel, message.thread_ts or "", user_id, threads)
    return count


def _after(entries: dict[str, Entry], mark: str) -> list[Entry]:
    """Return what is newer than the mark, the newest first."""
    found: list[Entry] = []
    for ts in reversed(entries):
        if ts <= mark:
            break
        found.append(entries[ts])
    return found


def _is_shown_to(entry: Ephemeral, user_id: str) -> bool:
    return entry.user_id == user_id and entry.is_shown


def _is_in_thread(channel: ChannelState, thread_ts: str, user_id: str, known: dict[str, bool]) -> bool:
    if thread_ts not in known:
        parent = channel.messages.get(thread_ts)
        people = {reply.user for reply in channel.replies_to(thread_ts)} | ({parent.user} if parent else set())
        known[thread_ts] = user_id in people
    return known[thread_ts]
