"""A small workspace to call use cases in: people of every sort, a catalogue, channels, and what stands afterwards."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.domain.facts import ChannelFacts, PersonFacts
from bot.domain.policies import (
    AccountSeed,
    AreaSeed,
    Bar,
    ChannelPolicy,
    CompetitorSeed,
    Policy,
    RolePolicy,
    WatchedChannel,
)
from bot.domain.reactions import DEFAULT_EMOJI
from bot.domain.words import CaptureMode, Effect, Kind
from bot.services.capture import Captured, CaptureWords, capture_words
from bot.services.decide import ApplyEffect, Decided, apply_effect
from bot.services.people import RememberChannel, RememberGroups, RememberPeople
from bot.services.people import remember_channel as remember_channel_facts
from bot.services.people import remember_groups as remember_group_members
from bot.services.people import remember_people as remember_people_facts
from bot.services.seed import welcome_workspace
from db.base import Base
from db.models import Item, OutboxEntry, Report
from db.transact import UseCase
from db.unit_of_work import UnitOfWork

R = TypeVar("R")
C = TypeVar("C")
Row = TypeVar("Row", bound=Base)

NOON = datetime(2026, 10, 14, 10, 0, tzinfo=UTC)
PM, LEAD, BOSS, ANA, BEN, CLEO = "UPM", "UCOMP", "UBOSS", "UANA", "UBEN", "UCLEO"
GUEST, OUTSIDER, ROBOT, GONE = "UGUEST", "UOUT", "UBOT", "UGONE"
NOT_MEMBERS = (GUEST, OUTSIDER, ROBOT, GONE, "UNEVERSEEN")
INTEL_HOME, ASK_HOME, FIELD, SECRET, DIRECT = "CINTEL", "CASKS", "CFIELD", "CSECRET", "DANA"
PM_GROUP = "SPMS"

FACTS = (
    *(PersonFacts(user, "T", name) for user, name in ((PM, "Priya"), (LEAD, "Lena"), (BOSS, "Bo"))),
    *(PersonFacts(user, "T", name) for user, name in ((ANA, "Ana"), (BEN, "Ben"), (CLEO, "Cleo"))),
    PersonFacts(GUEST, "T", "Gus", is_guest=True),
    PersonFacts(OUTSIDER, "TOTHER", "Olga", is_outsider=True),
    PersonFacts(ROBOT, "T", "Robot", is_bot=True),
    PersonFacts(GONE, "T", "Gil", is_deactivated=True),
)
CHANNELS = (
    *(ChannelFacts(channel, channel, is_private=False, has_bot=True) for channel in (INTEL_HOME, ASK_HOME, FIELD)),
    ChannelFacts(SECRET, "deal-room", is_private=True, has_bot=True, member_ids=frozenset({ANA, BEN})),
    ChannelFacts(DIRECT, "", is_private=True, is_direct=True, has_bot=True),
)
POLICY = Policy(
    zone=ZoneInfo("Europe/Paris"),
    channels=ChannelPolicy(
        INTEL_HOME,
        ASK_HOME,
        {
            FIELD: WatchedChannel(FIELD, CaptureMode.TAGGED, Kind.NUGGET),
            SECRET: WatchedChannel(SECRET, CaptureMode.ALL, Kind.NUGGET),
        },
    ),
    roles=RolePolicy(pms=frozenset({PM, PM_GROUP}), competitive_leads=frozenset({LEAD}), executives=frozenset({BOSS})),
    emoji={**DEFAULT_EMOJI, "calendar": "planned", "wastebasket": "noise"},
    areas=(
        AreaSeed("Billing", ("invoice", "invoices"), emoji="moneybag", owner=PM, bar=Bar("Teams under 50.")),
        AreaSeed("Login", ("sso",), emoji="key", owner=LEAD),
    ),
    competitors=(CompetitorSeed("Acme", ("Acme Corp",)), CompetitorSeed("Initech")),
    accounts=(AccountSeed("Globex", ("Globex Corp",), "mid-market"),),
)


@dataclass
class Bench:
    """One workspace of its own in a database; every call is one transaction at the bench's own time."""

    engine: Engine
    policy: Policy = POLICY
    team_id: str = field(default_factory=lambda: f"T{uuid4().hex[:12].upper()}")
    now: datetime = NOON
    _ticks: "count[int]" = field(default_factory=lambda: count(1))

    def prepared(self) -> "Bench":
        """Return the bench with its people, channels and catalogue in place."""
        self.run(lambda uow, team_id, *, now: welcome_workspace(uow, team_id, now=now), self.team_id)
        self.run(remember_people_facts, RememberPeople(self.team_id, FACTS))
        for channel in CHANNELS:
            self.channel(channel)
        return self

    def run(self, use_case: UseCase[C, R], command: C) -> R:
        """Run a use case and commit it."""
        with self.engine.begin() as connection, self._session(connection) as session:
            result = use_case(UnitOfWork(session, lambda _: self.policy), command, now=self.now)
            session.commit()
            return result

    @staticmethod
    def _session(connection: Any) -> Session:
        return Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)

    def wait(self, **parts: float) -> None:
        """Let time pass."""
        self.now += timedelta(**parts)

    def next_key(self) -> str:
        """Return the name of a gesture that nobody has made before."""
        return f"gesture-{next(self._ticks)}"

    def ts(self, seconds: float = 0) -> str:
        """Return Slack's string for the present moment, or one so many seconds away."""
        return f"{self.now.timestamp() + seconds:.6f}"

    def channel(self, facts: ChannelFacts) -> None:
        """Say what Slack says of a channel."""
        self.run(remember_channel_facts, RememberChannel(self.team_id, facts))

    def group(self, usergroup_id: str, members: Iterable[str]) -> None:
        """Say who is in a user group."""
        self.run(remember_group_members, RememberGroups(self.team_id, {usergroup_id: list(members)}))

    def capture(self, words: str, reporter: str = ANA, kind: Kind = Kind.ASK, **more: Any) -> Captured:
        """Share something, as a command would."""
        command = CaptureWords(self.team_id, kind, words, reporter, more.pop("key", None) or self.next_key(), self.ts())
        return self.run(capture_words, replace(command, **more))

    def capture_message(self, words: str, ts: str, channel_id: str = FIELD, reporter: str = ANA) -> Captured:
        """Share something by a message in a channel."""
        return self.capture(words, reporter, Kind.NUGGET, channel_id=channel_id, message_ts=ts, words_ts=ts)

    def decide(self, item_id: int, effect: Effect, actor: str = PM, reason: str = "", **more: Any) -> Decided:
        """Have someone do something to an item."""
        key = more.pop("key", None) or self.next_key()
        return self.run(apply_effect, ApplyEffect(self.team_id, item_id, effect, actor, key, reason, **more))

    def rows(self, model: type[Row], *conditions: Any) -> list[Row]:
        """Return this workspace's rows of a table, in their order."""
        with self.engine.connect() as connection, self._session(connection) as session:
            query = select(model).where(model.team_id == self.team_id, *conditions)  # type: ignore[attr-defined]
            return list(session.scalars(query.order_by(*model.__mapper__.primary_key)).unique())

    def item(self, item_id: int) -> Item:
        """Return an item as it stands."""
        (item,) = self.rows(Item, Item.id == item_id)
        return item

    def report(self, report_id: int) -> Report:
        """Return a report as it stands."""
        (report,) = self.rows(Report, Report.id == report_id)
        return report

    def outbox(self, *conditions: Any, purpose: str | None = None) -> list[OutboxEntry]:
        """Return what was queued, oldest first; for one purpose, if it is named."""
        entries = sorted(self.rows(OutboxEntry, *conditions), key=lambda entry: entry.seq)
        return [entry for entry in entries if purpose in {None, entry.purpose}]

    def notices(self, state: str = "pending") -> list[OutboxEntry]:
        """Return the notices in this state."""
        return [entry for entry in self.outbox(purpose="notice") if entry.state == state]

    def send(self, *conditions: Any) -> None:
        """Let everything that is due reach Slack, as the outbox would record it."""
        self.change(
            OutboxEntry,
            lambda entry: _sent(entry, self.now),
            OutboxEntry.state == "pending",
            OutboxEntry.due_at <= self.now,
            *conditions,
        )

    def change(self, model: type[Row], how: Callable[[Row], None], *conditions: Any) -> None:
        """Change this workspace's rows of a table as something outside of the use cases would."""
        with self.engine.begin() as connection, self._session(connection) as session:
            query = select(model).where(model.team_id == self.team_id, *conditions)  # type: ignore[attr-defined]
            for row in session.scalars(query).unique():
                how(row)
            session.commit()

    def card_of(self, item_id: int) -> OutboxEntry:
        """Return the entry of an item's public card."""
        (entry,) = self.outbox(OutboxEntry.id == self.item(item_id).card_outbox_id)
        return entry


def _sent(entry: OutboxEntry, now: datetime) -> None:
    entry.state, entry.settled_at, entry.slack_channel_id = "sent", now, entry.channel_id
    if entry.kind == "post":
        entry.slack_ts = f"{now.timestamp():.0f}.{entry.seq:06}"


def everything_stored(bench: Bench) -> dict[str, str]:
    """Return the text of every table of the database, to look for words that should be nowhere."""
    with bench.engine.connect() as connection:
        tables = Base.metadata.sorted_tables
        return {table.name: repr(list(connection.execute(table.select()).all())) for table in tables}


def places_of(bench: Bench, words: str) -> set[str]:
    """Return the tables in which these words stand."""
    return {table for table, rows in everything_stored(bench).items() if words in rows}
