"""Frozen views: what is drawn for people, already cut down to what its readers may see.

Names of people are display names, never mentions: showing a view to someone pings nobody.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from bot.domain.demand import Demand
from bot.domain.policies import Bar
from bot.domain.shelf_life import Fresh, Stale
from bot.domain.words import Category, Effect, HowKnown, Kind, NoiseReason, Privacy, Status


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision as people read it; without an actor it was made by a rule or by the passing of time."""

    effect: Effect
    at: datetime
    reason: str = ""
    actor_id: str | None = None
    actor_name: str | None = None
    look_again: date | None = None
    condition: str | None = None
    """What else would make its author look again, in their words."""
    instead: str | None = None
    """What the customer can do today, in the words of who decided."""
    noise_reason: NoiseReason | None = None
    other_item: str | None = None
    """The name of the item that this one is a duplicate of."""
    area: str | None = None
    """The area that the item was given to."""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A further person's account of the same item, in their words."""

    text: str
    reporter_name: str
    how_known: HowKnown


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file that came with somebody's words, as its link in Slack; Slack decides who may open it."""

    name: str
    link: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item as one reader sees it. `account` and `amount` are None for readers who may not see them."""

    item_id: int
    name: str
    """As in A-7."""
    kind: Kind
    status: Status
    text: str
    """The exact words of the first report; empty once they were taken back."""
    how_known: HowKnown
    reporter_ids: tuple[str, ...] = ()
    reporter_names: tuple[str, ...] = ()
    saved_by_name: str | None = None
    """Who saved it on behalf of its reporter, if someone did."""
    category: Category | None = None
    competitors: tuple[str, ...] = ()
    area: str | None = None
    owner_id: str | None = None
    owner_name: str | None = None
    tags: tuple[str, ...] = ()
    account: str | None = None
    amount: str | None = None
    """As in $120,000."""
    wanted: str | None = None
    """What the customer asked for, apart from the problem that they have."""
    privacy: Privacy = Privacy.WORKSPACE
    needs_answer_by: date | None = None
    decision: DecisionView | None = None
    """The decision that led to the status."""
    bar: Bar = field(default_factory=Bar)
    """The bar of the item's area, shown with each decline."""
    evidence: tuple[EvidenceView, ...] = ()
    demand: Demand = field(default_factory=Demand)
    """Who asks for it; readers who may not see deals are shown its counts and no money."""
    may_see_money: bool = False
    joined: tuple[str, ...] = ()
    """The names of the items that were joined to this one."""
    history: tuple[DecisionView, ...] = ()
    """All decisions, oldest first, where the item is looked at by itself."""
    is_lapsed: bool = False
    """Whether the question to its reporter was left without an answer."""
    files: tuple[FileLink, ...] = ()
    freshness: Fresh | Stale | None = None
    """How fresh a nugget is today; None for what does not age, and where nobody looked."""
    corroborations: int = 0
    """How many people beside the first reported the same nugget."""
    doubted_by: tuple[str, ...] = ()
    """Names of those who say that it no longer holds."""


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """What came in for one product area in a month, and how much of it was answered; no area means not routed."""

    area: str | None
    received: int
    answered: int


@dataclass(frozen=True, slots=True)
class TeamFigures:
    """How many people of a team shared something in a month, out of those of whom it was expected."""

    team: str
    reached: int
    expected: int


@dataclass(frozen=True, slots=True)
class RecapView:
    """The figures of one month, without any account, amount, or figure of a single owner."""

    month: date
    """Any day of the month."""
    people: int
    """Members who shared at least one nugget."""
    nuggets: int
    asks_received: int
    asks_seen: int
    asks_answered: int
    asks_open: int
    """Asks without an answer when the month ended, whenever they came in."""
    median_days: float | None = None
    """Median days from an ask to its answer over all areas; None if nothing was answered."""
    oldest_open_days: int | None = None
    areas: tuple[AreaFigures, ...] = ()
    contributors: tuple[str, ...] = ()
    most_used: tuple[str, ...] = ()
    """Names of up to three people whose news was used most, drawn in alphabetical order."""
    teams: tuple[TeamFigures, ...] = ()
    """Only teams that are large enough to be named."""
    mode: Literal["off", "teams only", "full"] = "full"
