"""The state of the stand-in: people, channels, memberships and messages, with no word of how Slack tells of them."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.playground.clock import NeutralClock
from bot.playground.spec import Channel, Person, UserGroup, WorldSpec

Json = dict[str, Any]
SLACKBOT = Person("USLACKBOT", "slackbot", "Slackbot", tz="America/Los_Angeles", is_bot=True)
MICROS = 1_000_000

Touched = Callable[[str, str], None]
"""Hears that a message or ephemeral came, changed or went: the id of its channel, and its ts."""


def _nobody(_channel_id: str, _ts: str) -> None:
    """Hear of what is touched where nobody listens."""


def micros_of(ts: str) -> int:
    """Return a timestamp ("1730000000.000100") in microseconds. Raises ValueError if it is none."""
    whole, _, part = ts.partition(".")
    digits = whole + part
    if not (digits.isascii() and digits.isdigit() and whole and len(part) <= len("000000")):
        raise ValueError(f"This is no timestamp: {ts!r}")
    return int(whole) * MICROS + int((part or "0").ljust(6, "0"))


def ts_of(micros: int) -> str:
    """Return microseconds since the epoch as Slack writes timestamps."""
    return f"{micros // MICROS}.{micros % MICROS:06d}"


@dataclass(slots=True)
class Message:
    """A message as everyone in its channel sees it. `reactions` maps an emoji name to who gave it, in order."""

    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    client_msg_id: str | None = None
    subtype: str | None = None
    is_from_app: bool = False
    metadata: Json | None = None
    edited: Json | None = None
    pings: tuple[str, ...] = ()
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[Json] = field(default_factory=list)

    @property
    def is_reply(self) -> bool:
        """Tell whether it stands in a thread and is not its parent."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def is_in_channel(self) -> bool:
        """Tell whether it stands in the channel itself: all but replies, and replies that were sent there too."""
        return not self.is_reply or self.subtype == "thread_broadcast"


@dataclass(slots=True)
class Ephemeral:
    """What one person alone sees in a channel. One in a thread that is not active is never shown."""

    ts: str
    user_id: str
    text: str
    blocks: list[Json]
    thread_ts: str | None
    is_shown: bool
    pings: tuple[str, ...] = ()


@dataclass
class ChannelState:
    """A conversation. `kind` is Slack's channel_type: channel, group (private) or im (with the app)."""

    channel_id: str
    name: str
    kind: str
    is_ext_shared: bool = False
    is_archived: bool = False
    created: int = 0
    members: dict[str, None] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    timeline: list[int] = field(default_factory=list)
    threads: dict[str, list[int]] = field(default_factory=dict)
    ephemerals: dict[str, Ephemeral] = field(default_factory=dict)
    last_micros: int = 0
    topic: str = ""
    on_touch: Touched = field(default=_nobody, repr=False, compare=False)

    def touch(self, ts: str) -> None:
        """Say that a message or ephemeral is not what it was."""
        self.on_touch(self.channel_id, ts)

    def replies_to(self, ts: str) -> list[Message]:
        """Return the replies of a thread, oldest first."""
        return [self.messages[ts_of(micros)] for micros in self.threads.get(ts, ())]

    def add(self, message: Message) -> None:
        """Take a message in; replies stand in their thread and not in the channel."""
        self.messages[message.ts] = message
        for line in self._lines(message):
            insort(line, micros_of(message.ts))
        self._touch_with_parent(message)

    def remove(self, message: Message) -> None:
        """Take a message out for good."""
        del self.messages[message.ts]
        for line in self._lines(message):
            line.pop(bisect_left(line, micros_of(message.ts)))
        self._touch_with_parent(message)

    def _touch_with_parent(self, message: Message) -> None:
        # A parent shows how many replies it has and by whom.
        self.touch(message.ts)
        if message.is_reply and message.thread_ts:
            self.touch(message.thread_ts)

    def _lines(self, message: Message) -> Iterator[list[int]]:
        if message.is_in_channel:
            yield self.timeline
        if message.is_reply and message.thread_ts:
            yield self.threads.setdefault(message.thread_ts, [])


class World:
    """Everything that exists in the workspace. `skew` tells how many seconds Slack's clock is ahead.

    `read_marks` maps a person and a channel to the ts up to which this person has read there.
    """

    def __init__(self, spec: WorldSpec, clock: NeutralClock, skew: Callable[[], float] = lambda: 0.0) -> None:
        self.spec = spec
        self.clock = clock
        self._skew = skew
        bot = Person(spec.bot_user_id, spec.bot_name, spec.bot_name.capitalize(), is_bot=True)
        self.people: dict[str, Person] = {person.user_id: person for person in (SLACKBOT, bot, *spec.people)}
        self.channels: dict[str, ChannelState] = {}
        self.groups: dict[str, UserGroup] = {group.group_id: group for group in spec.usergroups}
        self.is_installed = True
        self.ids_given = 0
        self.read_marks: dict[tuple[str, str], str] = {}
        self.on_touch: list[Touched] = []
        for channel in spec.channels:
            self._add_channel(channel)

    def _add_channel(self, channel: Channel) -> None:
        unknown = [user for user in channel.members if user not in self.people]
        if unknown:
            raise ValueError(f"#{channel.name} has members who do not exist: {', '.join(unknown)}")
        self.channels[channel.channel_id] = ChannelState(
            channel.channel_id,
            channel.name,
            "group" if channel.is_private else "channel",
            is_ext_shared=channel.is_ext_shared,
            created=int(self.clock.seconds()),
            members=dict.fromkeys(channel.members),
            topic=channel.topic,
            on_touch=self._touch,
        )

    def take_in(self, channel: ChannelState) -> None:
        """Add a conversation that was made elsewhere, or put it in the place of the one with its id."""
        channel.on_touch = self._touch
        self.channels[channel.channel_id] = channel

    def _touch(self, channel_id: str, ts: str) -> None:
        for listener in self.on_touch:
            listener(channel_id, ts)

    def stamp(self) -> float:
        """Return the seconds that Slack writes on what happens now."""
        return self.clock.seconds() + self._skew()

    def next_ts(self, channel: ChannelState) -> str:
        """Return a timestamp from Slack's clock: unique in its channel and above all earlier ones."""
        channel.last_micros = max(channel.last_micros + 1, int(self.stamp() * MICROS))
        return ts_of(channel.last_micros)

    def event_ts(self) -> str:
        """Return the present moment as a timestamp that belongs to no channel."""
        return ts_of(int(self.stamp() * MICROS))

    def next_id(self, prefix: str) -> str:
        """Return an id that was never used before, such as "Ev00000A1"."""
        self.ids_given += 1
        return f"{prefix}{self.ids_given:08X}"

    def direct(self, user_id: str) -> ChannelState:
        """Return the conversation between a person and the app; there is one as soon as somebody asks for it."""
        channel_id = f"D{user_id}"
        if channel_id not in self.channels:
            self.channels[channel_id] = ChannelState(
                channel_id,
                "directmessage",
                "im",
                created=int(self.clock.seconds()),
                members=dict.fromkeys((user_id, self.spec.bot_user_id)),
                on_touch=self._touch,
            )
        return self.channels[channel_id]

    def has_bot(self, channel: ChannelState) -> bool:
        """Tell whether the app is in a conversation."""
        return self.spec.bot_user_id in channel.members

    def team_of(self, user_id: str) -> str:
        """Return the workspace that a person belongs to, which may be another company's."""
        person = self.people.get(user_id)
        return person.team_id or self.spec.team_id if person else self.spec.team_id

    def is_outsider(self, person: Person) -> bool:
        """Tell whether somebody belongs to another workspace."""
        return person.team_id not in (None, self.spec.team_id)

    def may_see(self, person: Person, channel: ChannelState) -> bool:
        """Tell whether somebody can open a conversation: its members, and full members any public channel."""
        if person.is_deleted:
            return False
        if person.user_id in channel.members:
            return True
        return channel.kind == "channel" and not person.is_guest and not self.is_outsider(person)

    def members_of(self, channel: ChannelState) -> Iterator[Person]:
        """Yield who is in a conversation, in the order of joining."""
        return (self.people[user] for user in channel.members)
