"""One stand-in's parts in one place: what the Web API and people's gestures work on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.playground.bans import Bans
from bot.playground.clock import NeutralClock
from bot.playground.delivery.queue import Deliveries
from bot.playground.delivery.transport import Transport
from bot.playground.envelopes import Events
from bot.playground.faults import Faults
from bot.playground.handles import Handles
from bot.playground.ledger import Ledger
from bot.playground.rate_limits import RateLimits
from bot.playground.record import Changes, Entry
from bot.playground.spec import WorldSpec
from bot.playground.surfaces import Surfaces
from bot.playground.world import World


@dataclass
class Workspace:
    """The whole state of a stand-in. `origin` is its own address ("http://127.0.0.1:PORT")."""

    spec: WorldSpec
    clock: NeutralClock
    world: World
    handles: Handles
    limits: RateLimits
    surfaces: Surfaces
    events: Events
    deliveries: Deliveries
    record: list[Entry]
    changes: Changes
    faults: Faults
    bans: Bans
    ledger: Ledger
    origin: str
    open_socket_address: Callable[[], str]

    def note(self, entry: Entry) -> None:
        """Write an entry into the record and wake who waits."""
        self.record.append(entry)
        self.changes.tell()

    def gesture(self, name: str, **given: object) -> None:
        """Write down what a person did."""
        self.note(Entry(self.clock.seconds(), "gesture", name, given=given))

    def refuse(self, name: str, code: str, given: dict[str, Any]) -> None:
        """Write down an answer of the app that Slack's client could not use."""
        self.note(Entry(self.clock.seconds(), "refusal", name, code, given))


def assemble(
    spec: WorldSpec,
    clock: NeutralClock,
    transport: Transport,
    changes: Changes,
    *,
    faults: Faults,
    speed: float,
    deadline_speed: float,
    delayed_events: bool,
    origin: str,
    open_socket_address: Callable[[], str],
) -> Workspace:
    """Put the parts of a workspace together; what happens in it goes to the app over `transport`."""
    world = World(spec, clock, faults.skew)
    record: list[Entry] = []

    def note(entry: Entry) -> None:
        record.append(entry)
        changes.tell()

    deliveries = Deliveries(transport, faults, note, clock.seconds, changes.tell, delayed_events=delayed_events)
    return Workspace(
        spec=spec,
        clock=clock,
        world=world,
        handles=Handles(clock, deadline_speed),
        limits=RateLimits(speed),
        surfaces=Surfaces(world),
        events=Events(world, deliveries.offer),
        deliveries=deliveries,
        record=record,
        changes=changes,
        faults=faults,
        bans=Bans(clock.seconds),
        ledger=Ledger(clock.seconds),
        origin=origin,
        open_socket_address=open_socket_address,
    )
