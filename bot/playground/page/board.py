"""The store that the page replicates: what each person may see of the world, and what of it a window lacks."""

from collections import Counter
from collections.abc import Callable, Iterator

from bot.playground.page.fragments import Fragments, Place, dumped
from bot.playground.page.offer import Due, PageOffer, Tour
from bot.playground.page.parts import can_be, channel_part, message_part, person_part, world_part
from bot.playground.page.reading import unread
from bot.playground.page.wire import Wire, wire_key
from bot.playground.spec import Person
from bot.playground.surfaces import View
from bot.playground.workspace import Workspace
from bot.playground.world import ChannelState, Ephemeral, Json, Message


class Board:
    """What is the same for all windows. Everything is JSON text, so that comparing and sending cost little."""

    def __init__(self, workspace: Workspace, offer: PageOffer, is_connected: Callable[[], bool]) -> None:
        self.workspace = workspace
        self.world = workspace.world
        self.offer = offer
        self.fragments = Fragments(workspace.world, message_part)
        self.wire = Wire(workspace.record, workspace.spec)
        self.versions: Counter[str] = Counter()
        self.next_due: Due | None = None
        self._is_connected = is_connected
        self._people: dict[str, tuple[Person, int, str]] = {}
        self._world_json = dumped(world_part(workspace.spec, _offers(offer)))
        self.world.on_touch.append(self._count)

    def close(self) -> None:
        """Stop listening to the world."""
        self.fragments.close()
        self.world.on_touch.remove(self._count)

    def _count(self, channel_id: str, _ts: str) -> None:
        self.versions[channel_id] += 1

    def somebody(self, user_id: str) -> str:
        """Return this person's id if the page may show the world as they see it, else the first such person's."""
        if self.is_somebody(user_id):
            return user_id
        return next((person.user_id for person in self.world.people.values() if can_be(person)), "")

    def is_somebody(self, user_id: str) -> bool:
        """Tell whether the page may show the world as this person sees it."""
        return user_id in self.world.people and can_be(self.world.people[user_id])

    def channels_of(self, user_id: str) -> dict[str, ChannelState]:
        """Return what a person may open; the conversation with the app is there for all who can have one."""
        person = self.world.people.get(user_id)
        if person is None:
            return {}
        if can_be(person) and not self.world.is_outsider(person):
            self.world.direct(user_id)
        return {known.channel_id: known for known in self.world.channels.values() if self.world.may_see(person, known)}

    def common_parts(self) -> Iterator[tuple[str, str]]:
        """Yield the keys that are the same for everybody."""
        yield "world", self._world_json
        yield "bot", dumped({"is_connected": self._is_connected()})
        if self.offer.busy.now is not None:
            yield "busy", dumped(self.offer.busy.now)
        if self.offer.tour is not None:
            yield "tour", dumped(_tour_part(self.offer.tour))
        for order, person in enumerate(self.world.people.values()):
            yield f"person:{person.user_id}", self._person(person, order)

    def _person(self, person: Person, order: int) -> str:
        known = self._people.get(person.user_id)
        if known is None or known[0] is not person or known[1] != order:
            known = (person, order, dumped(person_part(self.world, person, order)))
            self._people[person.user_id] = known
        return known[2]

    def view_parts(self, user_id: str) -> Iterator[tuple[str, str]]:
        """Yield the modal and the Home that a person has, if they have one."""
        surfaces = self.workspace.surfaces
        views: tuple[tuple[str, View | None], ...] = ("view", surfaces.top(user_id)), ("home", surfaces.home(user_id))
        for key, view in views:
            if view is not None:
                yield key, dumped(surfaces.full(view))

    def clock_state(self) -> tuple[float, Due | None]:
        """Return what has to be told of the clock; that it goes on by itself needs no telling."""
        return self.world.clock.offset, self.next_due

    def clock_json(self) -> str:
        """Return the clock as it is now."""
        due = self.next_due
        following = {"at": due.at.isoformat(), "what": due.what} if due else None
        return dumped({"now": self.world.clock.now().isoformat(), "next": following})


def _offers(offer: PageOffer) -> list[str]:
    offered = {"reset": offer.reset, "fill": offer.fill, "next": offer.next_due, "tour": offer.tour}
    return [name for name, what in offered.items() if what is not None]


def _tour_part(tour: Tour) -> Json:
    steps = tour.steps()
    current = next((index for index, step in enumerate(steps) if not step.get("is_done")), None)
    return {"is_hidden": tour.is_hidden, "steps": steps, "current": current}


class Window:
    """One browser window: as whom it looks, and what it was sent so far."""

    def __init__(self, board: Board, user_id: str, *, is_inspecting: bool = False) -> None:
        self.user_id = user_id
        self.is_inspecting = is_inspecting
        self._board = board
        self._touched: set[Place] = set()
        self._parts: dict[str, str] = {}
        self._messages: dict[Place, str] = {}
        self._scope: tuple[str, frozenset[str]] = ("", frozenset())
        self._clock: object = None
        self._wire = range(0)
        self._unread: dict[str, tuple[object, int]] = {}
        board.world.on_touch.append(self._touch)

    def close(self) -> None:
        """Stop listening to the world."""
        self._board.world.on_touch.remove(self._touch)

    def _touch(self, channel_id: str, ts: str) -> None:
        self._touched.add((channel_id, ts))

    def difference(self) -> str | None:
        """Return the frame that brings the window up to date, or None if nothing is new to it."""
        channels = self._board.channels_of(self.user_id)
        added: list[str] = []
        gone: list[str] = []
        self._compare_parts(channels, added, gone)
        self._compare_messages(channels, added, gone)
        self._compare_wire(added, gone)
        if self._clock != self._board.clock_state():
            self._clock = self._board.clock_state()
            added.append(f'"clock":{self._board.clock_json()}')
        return f'{{"set":{{{",".join(added)}}},"gone":{dumped(gone)}}}' if added or gone else None

    def _compare_parts(self, channels: dict[str, ChannelState], added: list[str], gone: list[str]) -> None:
        parts = {"me": dumped({"id": self.user_id}), **dict(self._board.common_parts())}
        parts |= self._board.view_parts(self.user_id)
        world = self._board.world
        for order, channel in enumerate(world.channels.values()):
            if channel.channel_id in channels:
                count = self._unread_in(channel)
                part = channel_part(world, self.user_id, channel, order, count)
                parts[f"channel:{channel.channel_id}"] = dumped(part)
        added += [f"{dumped(key)}:{text}" for key, text in parts.items() if self._parts.get(key) != text]
        gone += [key for key in self._parts if key not in parts]
        self._parts = parts

    def _unread_in(self, channel: ChannelState) -> int:
        world, channel_id = self._board.world, channel.channel_id
        mark = world.read_marks.get((self.user_id, channel_id))
        state = (self.user_id, self._board.versions[channel_id], mark, self.user_id in channel.members)
        known = self._unread.get(channel_id)
        if known is None or known[0] != state:
            known = self._unread[channel_id] = (state, unread(world, self.user_id, channel))
        return known[1]

    def _compare_messages(self, channels: dict[str, ChannelState], added: list[str], gone: list[str]) -> None:
        scope = (self.user_id, frozenset(channels))
        places: set[Place] | dict[Place, None] = self._touched
        if scope != self._scope:
            self._scope = scope
            everything = ((known.channel_id, ts) for known in channels.values() for ts in _all_ts(known))
            places = dict.fromkeys((*self._messages, *everything))
        for place in places:
            text = self._text_of(channels, place)
            if text is None:
                if self._messages.pop(place, None) is not None:
                    gone.append(f"message:{place[0]}:{place[1]}")
            elif self._messages.get(place) != text:
                self._messages[place] = text
                added.append(f'"message:{place[0]}:{place[1]}":{text}')
        self._touched.clear()

    def _text_of(self, channels: dict[str, ChannelState], place: Place) -> str | None:
        channel = channels.get(place[0])
        if channel is None:
            return None
        entry: Message | Ephemeral | None = channel.messages.get(place[1])
        if entry is None:
            entry = channel.ephemerals.get(place[1])
            if entry is None or entry.user_id != self.user_id or not entry.is_shown:
                return None
        return self._board.fragments.of(channel, entry)

    def _compare_wire(self, added: list[str], gone: list[str]) -> None:
        wire = self._board.wire
        now = wire.numbers() if self.is_inspecting else range(0)
        gone += [wire_key(number) for number in self._wire if number not in now]
        added += [f'"{wire_key(number)}":{wire.fragment(number)}' for number in now if number not in self._wire]
        self._wire = now


def _all_ts(channel: ChannelState) -> Iterator[str]:
    yield from channel.messages
    yield from channel.ephemerals
