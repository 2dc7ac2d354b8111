"""What goes wrong in the simulation, and when: rates for calls and deliveries, spells that last, and deaths.

Every kind comes in its turn, so that a few seeds in a row meet them all; when and how often is drawn.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot import failpoints
from bot.playground.faults import fault_of
from tests.faults.sim_bot import Disk, Life
from tests.faults.sim_world import Slack, World

# Shares of the whole rate: each call of the bot meets one of these at most.
CALLS: Mapping[str, float] = {
    "answer_late": 0.05, "land_late": 0.2, "drop_before": 0.05, "drop_after": 0.1, "reset_before": 0.05,
    "reset_after": 0.1, "rate_limited": 0.05, "http_500_before": 0.05, "http_503_before": 0.05, "http_500_after": 0.1,
    "http_503_after": 0.05, "fatal_error": 0.05, "cut_body": 0.1,
}  # fmt: skip
DELIVERIES: Mapping[str, float] = {"duplicate": 0.5, "reorder": 0.5, "ack_lost": 0.25}
SOCKETS: Mapping[str, float] = {"socket_closed": 0.1, "socket_warning": 0.1, "socket_refresh": 0.1}
# A call that lands later than half a quarantine after its timeout is what the outbox does not promise anything about.
SECONDS: Mapping[str, float] = {"answer_late": 5.0, "land_late": 60.0, "rate_limited": 10.0, "reorder": 20.0}

# Where a process dies: at each point of our own code, and at a moment that no point names.
ANY_MOMENT = "moment"
RECAP_POINTS = ("tick", "decided", "ticked")
POINTS = (
    "receive", "received", "claim", "claimed", "handle", "handled", "send", "sent", "settle", "settled", ANY_MOMENT,
    *RECAP_POINTS,
)  # fmt: skip

# What lasts for a while: how long at least and at most (seconds).
SPELLS: Mapping[str, tuple[float, float]] = {
    "database_locked": (2, 40), "database_away": (2, 60), "database_slow": (10, 60), "token_revoked": (10, 120),
    "clock_skew": (60, 600), "host_skew": (60, 600), "socket_silent": (20, 90), "slack_away": (5, 90),
}  # fmt: skip
SLACK_SKEWS = (5.0, 60.0, 110.0)
SKEWS = (-400.0, -150.0, -90.0, -5.0, 5.0, 90.0, 150.0, 400.0)
# How long the bot stays down after a death, mostly and at times (seconds); Slack gives an event up after six minutes.
SHORT_REST, LONG_REST = (0.2, 20.0), (200.0, 2000.0)


def switch_on(slack: Slack, rate: float, only: str | None = None) -> None:
    """Let calls and deliveries fail at this rate from now on: in every way, or in one alone."""
    shares = {**CALLS, **DELIVERIES, **SOCKETS} if only is None else {only: 1.0}
    for name, share in shares.items():
        slack.switches.switch_on(fault_of(name, rate * share, seconds=SECONDS.get(name), most=3))


@dataclass
class Trouble:
    """Makes spells and deaths happen. `replace` builds the bot anew after its end."""

    world: World
    slack: Slack
    disk: Disk
    replace: Callable[[float], Awaitable[None]]
    life: Life | None = None
    armed: str | None = None
    context: contextvars.Context = field(default_factory=contextvars.copy_context)
    """Of nobody's life: what brings the bot back must not die with it."""
    has_ceased: bool = False
    _under_way: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    # Deaths.

    def arm(self, point: str, count: int) -> None:
        """Let the bot die when it passes a point for the n-th time, or at some moment of the next minutes."""
        self.armed = point
        if point == ANY_MOMENT:
            self.world.loop.call_later(self.world.chance["deaths"].uniform(1, 60), self._die_now, point)
        else:
            failpoints.arm({"NUGGET_FAILPOINTS": f"{point}=kill#{count}"})

    def disarm(self) -> None:
        self.armed = None
        failpoints.arm({})

    def _die_now(self, point: str) -> None:
        if self.armed == point and self.life is not None and not self.life.is_over:
            self.die()

    def die(self) -> None:
        """Kill the bot where it stands; it comes back by itself after a while."""
        assert self.life is not None
        self.world.counts[f"death at {self.armed}"] += 1
        self.armed = None
        self.life.die()
        chance = self.world.chance["deaths"]
        rest = chance.uniform(*(LONG_REST if chance.random() < 0.15 else SHORT_REST))
        self.world.loop.create_task(self.replace(rest), context=self.context)

    # Spells.

    def begin_spell(self, kind: str) -> None:
        """Let something go wrong for a while, unless it does already."""
        if kind not in self._under_way and not (kind == "socket_silent" and self.world.mode == "http"):
            self._under_way[kind] = self.world.loop.create_task(self._spell(kind))

    async def _spell(self, kind: str) -> None:
        seconds = self.world.chance["plan"].uniform(*SPELLS[kind])
        self.world.note(f"spell {kind} for {seconds:.1f} s")
        self.world.counts[kind] += 1
        try:
            self._switch(kind, is_on=True)
            await asyncio.sleep(seconds)
        finally:
            self._switch(kind, is_on=False)
            self._under_way.pop(kind, None)
            self.world.note(f"spell {kind} is over")

    def _switch(self, kind: str, *, is_on: bool) -> None:
        match kind:
            case "database_locked":
                self.disk.lock() if is_on else self.disk.unlock()
            case "database_away":
                self.disk.is_away = is_on
            case "database_slow":
                self.world.slow_database = is_on
            case "host_skew":
                self.world.host_skew = self.world.chance["plan"].choice(SKEWS) if is_on else 0.0
            case "slack_away":
                self.slack.go_away() if is_on else self.slack.open()
            case "clock_skew" if is_on:
                seconds = self.world.chance["plan"].choice(SLACK_SKEWS)
                self.slack.switches.switch_on(fault_of(kind, seconds=seconds))
            case "clock_skew":
                # Slack's own clock does not go back, so it stays ahead until the end.
                return
            case _ if is_on:
                self.slack.switches.switch_on(fault_of(kind))
            case _:
                self.slack.switches.switch_off(kind)

    async def cease(self) -> None:
        """Let nothing go wrong any more, from now on."""
        self.has_ceased = True
        self.disarm()
        for task in list(self._under_way.values()):
            task.cancel()
        await asyncio.sleep(0)
        self.slack.switches.switch_off()
        self.world.note("the faults cease")
