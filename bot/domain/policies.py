"""Frozen policy objects: all that the layers below the settings ever see of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.words import CaptureMode, Category, Kind


@dataclass(frozen=True, slots=True)
class WatchedChannel:
    """A channel whose top-level messages are captured, and as what."""

    channel_id: str
    capture: CaptureMode = CaptureMode.TAGGED
    kind: Kind = Kind.NUGGET


@dataclass(frozen=True, slots=True)
class ChannelPolicy:
    """Where public cards go when an area names no channel of its own, and which channels are listened to."""

    intel_home: str | None = None
    ask_home: str | None = None
    watched: Mapping[str, WatchedChannel] = field(default_factory=dict)

    def home_of(self, kind: Kind) -> str | None:
        """Return the home channel of this kind of item, if one is set."""
        return self.intel_home if kind is Kind.NUGGET else self.ask_home


@dataclass(frozen=True, slots=True)
class RolePolicy:
    """Who has which role: Slack user ids and user group ids (S…), mixed."""

    pms: frozenset[str] = frozenset()
    competitive_leads: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    executives: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class QuotaGroup:
    """A team with a quota: the name that people read, and its Slack user group."""

    name: str
    usergroup_id: str


@dataclass(frozen=True, slots=True)
class QuotaPolicy:
    """The light quota of product rule 7."""

    groups: tuple[QuotaGroup, ...] = ()
    per_month: int = 1
    mode: Literal["off", "teams only", "full"] = "full"
    smallest_team: int = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """The three lines in which a PM says what gets into an area."""

    what_we_build_for: str = ""
    what_gets_in: str = ""
    what_we_will_not_do: str = ""


@dataclass(frozen=True, slots=True)
class AreaSeed:
    """A product area as the settings file names it."""

    name: str
    keywords: tuple[str, ...] = ()
    emoji: str | None = None
    owner: str | None = None
    channel_id: str | None = None
    bar: Bar = Bar()


@dataclass(frozen=True, slots=True)
class CompetitorSeed:
    """A competitor as the settings file names it."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountSeed:
    """An account as the settings file names it."""

    name: str
    aliases: tuple[str, ...] = ()
    segment: str | None = None


@dataclass(frozen=True, slots=True)
class RecapPolicy:
    """When the monthly recap falls due, and where it goes."""

    channel_ids: tuple[str, ...] = ()
    business_day: int = 2
    at: time = time(10, 0)
    latest_days: int = 14


SHELF_LIFE: Mapping[Category, int] = {
    Category.PRICING: 90,
    Category.PRODUCT: 180,
    Category.POSITIONING: 180,
    Category.PEOPLE: 120,
    Category.WIN: 365,
    Category.LOSS: 365,
}


@dataclass(frozen=True, slots=True)
class ShelfLifePolicy:
    """For how many days news is fresh, by its category (product rule 5); a rumour has its own, shorter time."""

    days: Mapping[Category, int] = field(default_factory=lambda: SHELF_LIFE)
    rumour_days: int = 30


@dataclass(frozen=True, slots=True)
class RatePolicy:
    """What one unit of a currency was worth in the workspace's own currency, and on which day."""

    on: date | None = None
    worth: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that one workspace has decided about how Nugget behaves there."""

    zone: ZoneInfo
    holidays: str | None = None
    currency: str = "USD"
    command_intel: str = "/intel"
    command_ask: str = "/ask"
    channels: ChannelPolicy = ChannelPolicy()
    roles: RolePolicy = RolePolicy()
    quota: QuotaPolicy = QuotaPolicy()
    emoji: Mapping[str, str] = field(default_factory=dict)
    """Short name without colons → the name of an effect, as `reactions.EFFECT_NAMES` lists them."""
    areas: tuple[AreaSeed, ...] = ()
    competitors: tuple[CompetitorSeed, ...] = ()
    accounts: tuple[AccountSeed, ...] = ()
    recap: RecapPolicy = RecapPolicy()
    shelf_life: ShelfLifePolicy = ShelfLifePolicy()
    rates: RatePolicy = RatePolicy()
    notice_rest_seconds: int = 120


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """How the outbox sends: times in seconds of real time, paces in messages a second."""

    timeout_seconds: float = 10.0
    quarantine_seconds: float = 120.0
    sweep_seconds: float = 300.0
    channel_pace: float = 1.0
    workspace_pace: float = 5.0
    latest_hours: float = 24.0
    most_tries: int = 20
    in_flight: int = 16
