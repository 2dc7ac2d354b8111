"""Whatever people do in whatever order: statuses, decisions, tallies and notices keep to the rules of the house."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine

from bot.domain.decisions import STATUSES, TABLE
from bot.domain.errors import MendableError
from bot.domain.periods import month_label
from bot.domain.policies import RolePolicy
from bot.domain.text import is_blank
from bot.domain.words import Effect, Kind, Role, Status
from bot.services.react import ReactTo, react_with
from bot.services.revise import EditWords, EraseMessage, TakeBack, edit_words, erase_message, take_back
from bot.services.undo import UndoGesture, undo_gesture
from db.engine import writer_engine
from db.models import Decision, Item, MonthlyTally, OutboxEntry, Report, ReportVersion, SearchEntry
from tests.databases import copy_sqlite
from tests.services.bench import ANA, BEN, CLEO, FIELD, GUEST, LEAD, PM, POLICY, Bench

# Most of what is tried should be allowed, or little would ever be built on anything.
PEOPLE = (PM, PM, PM, LEAD, ANA, BEN, CLEO, GUEST)
WORDS = ("Acme is cheap #deal", "invoices for Globex, $5k", "SSO is missing", "\u200b", "x" * 50)
EMOJI = ("eyes", "white_check_mark", "calendar", "calendar", "moneybag", "speech_balloon", "wastebasket", "tada")
ANSWERS = {row.effect.value for rows in TABLE.values() for row in rows if row.answers}
NEEDS_WORDS = {row.effect.value for rows in TABLE.values() for row in rows if row.needs_words}
GROUPS = {Role.PM: "SPM", Role.COMPETITIVE_LEAD: "SLEAD"}
POLICY_BY_GROUPS = replace(POLICY, roles=RolePolicy(frozenset({"SPM"}), frozenset({"SLEAD"})))

people, words, emoji = st.sampled_from(PEOPLE), st.sampled_from(WORDS), st.sampled_from(EMOJI)
picks = st.integers(0, 7)


class Company(RuleBasedStateMachine):
    """A few people with changing roles who share, edit, delete, react, take back, decide and answer."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench(self.engine, POLICY_BY_GROUPS).prepared()
        self.messages: list[str] = []
        self.reactions: list[tuple[str, str]] = []
        self.bench.group("SPM", [PM, CLEO])
        self.bench.group("SLEAD", [LEAD])
        for text, kind in (("SSO is missing", Kind.ASK), ("Acme is cheap", Kind.NUGGET), ("dark mode", Kind.ASK)):
            self.add(text, ANA, kind, as_message=True)

    def add(self, text: str, who: str, kind: Kind, *, as_message: bool) -> None:
        self.bench.wait(seconds=1)
        ts = self.bench.ts()
        place = {"channel_id": FIELD, "message_ts": ts} if as_message else {}
        self.bench.capture(text, who, kind, words_ts=ts, **place)
        if as_message:
            self.messages.append(ts)

    def pick(self, number: int) -> Item | None:
        items = self.bench.rows(Item)
        return items[number % len(items)] if items else None

    @rule(who=st.sets(people), role=st.sampled_from(list(GROUPS)))
    def change_roles(self, who: set[str], role: Role) -> None:
        self.bench.group(GROUPS[role], who)

    @rule(text=words, who=st.sampled_from([ANA, BEN, PM]), kind=st.sampled_from(list(Kind)), as_message=st.booleans())
    def share(self, text: str, who: str, kind: Kind, *, as_message: bool) -> None:
        self.add(text, who, kind, as_message=as_message)

    @precondition(lambda self: self.messages)
    @rule(number=picks, text=words, late=st.integers(-50, 50))
    def edit(self, number: int, text: str, late: int) -> None:
        ts = self.messages[number % len(self.messages)]
        command = EditWords(self.bench.team_id, FIELD, ts, text, f"{float(ts) + late:.6f}")
        before = {report.id: float(report.words_ts) for report in self.bench.rows(Report)}
        self.bench.run(edit_words, command)
        for report in self.bench.rows(Report):
            assert float(report.words_ts) >= before[report.id]

    @precondition(lambda self: self.messages)
    @rule(number=picks)
    def delete(self, number: int) -> None:
        ts = self.messages[number % len(self.messages)]
        self.bench.run(erase_message, EraseMessage(self.bench.team_id, FIELD, ts))
        assert not self.bench.run(erase_message, EraseMessage(self.bench.team_id, FIELD, ts))

    @rule(number=picks, who=people)
    def take_back(self, number: int, who: str) -> None:
        item = self.pick(number)
        if item is None:
            return
        report = item.reports[0]
        may = report.reporter == who and report.withdrawn_at is None
        try:
            self.bench.run(take_back, TakeBack(self.bench.team_id, report.id, who))
        except MendableError:
            assert not may
        else:
            assert may

    @rule(number=picks, who=people, name=emoji)
    def react(self, number: int, who: str, name: str) -> None:
        item = self.pick(number)
        report = item.reports[0] if item else None
        if report is None or report.message_ts is None:
            return
        decided = len(self.bench.rows(Decision))
        prefix = f"reaction:{report.message_ts}:{who}:{name}:"
        key = prefix + self.bench.next_key()
        self.bench.run(react_with, ReactTo(self.bench.team_id, FIELD, report.message_ts, who, name, key))
        if len(self.bench.rows(Decision)) > decided:
            self.reactions.append((prefix, who))

    @precondition(lambda self: self.reactions)
    @rule(number=picks)
    def unreact(self, number: int) -> None:
        prefix, who = self.reactions.pop(-1 - number % min(2, len(self.reactions)))
        before = {item.id: item.status for item in self.bench.rows(Item)}
        command = UndoGesture(self.bench.team_id, prefix, who, f"un{prefix}{self.bench.next_key()}")
        undone = self.bench.run(undo_gesture, command)
        after = {item.id: item.status for item in self.bench.rows(Item)}
        changed = {item_id for item_id, status in after.items() if status != before[item_id]}
        assert changed <= ({undone.item_id} if undone.is_done else set())

    @rule(
        number=picks,
        who=people,
        effect=st.sampled_from(sorted(set(Effect) - {Effect.WITHDRAW})),
        reason=st.sampled_from(["", " ", "Not this year."]),
    )
    def decide(self, number: int, who: str, effect: Effect, reason: str) -> None:
        item = self.pick(number)
        if item is None:
            return
        decisions = len(self.bench.rows(Decision))
        try:
            decided = self.bench.decide(item.id, effect, who, reason)
        except MendableError:
            assert who == GUEST
            return
        assert len(self.bench.rows(Decision)) == decisions + decided.is_done
        if not decided.is_done:
            assert self.bench.item(item.id).status == item.status

    @rule(seconds=st.integers(1, 200), days=st.sampled_from([0, 0, 0, 9]), sends=st.booleans())
    def let_time_pass(self, seconds: int, days: int, *, sends: bool) -> None:
        self.bench.wait(seconds=seconds, days=days)
        if sends:
            self.bench.send()

    def teardown(self) -> None:
        self.bench.wait(minutes=10)
        self.bench.send()
        everyone_hears_the_answer_that_stands(look_at(self.bench))

    @invariant()
    def the_rules_hold(self) -> None:
        # No two acts share a moment, as no two of Slack's timestamps do.
        self.bench.wait(seconds=1)
        standing = look_at(self.bench)
        for check in CHECKS:
            check(standing)


@dataclass(frozen=True)
class Standing:
    """All that stands in a workspace at one moment."""

    items: list[Item]
    decisions: list[Decision]
    outbox: list[OutboxEntry]
    tallies: list[MonthlyTally]
    versions: list[ReportVersion]
    found: list[SearchEntry]

    @property
    def reports(self) -> list[Report]:
        return [report for item in self.items for report in item.reports]

    @property
    def notices(self) -> list[OutboxEntry]:
        return [entry for entry in self.outbox if entry.purpose == "notice"]


def look_at(bench: Bench) -> Standing:
    return Standing(
        bench.rows(Item),
        bench.rows(Decision),
        bench.outbox(),
        bench.rows(MonthlyTally),
        bench.rows(ReportVersion),
        bench.rows(SearchEntry),
    )


def every_status_is_where_its_decisions_lead(standing: Standing) -> None:
    for item in standing.items:
        assert Status(item.status) in STATUSES[Kind(item.kind)]
        status = Status.NEW.value
        for decision in (one for one in standing.decisions if one.item_id == item.id):
            assert decision.from_status == status
            assert decision.undoes_id is not None or is_in_table(item, decision)
            status = decision.to_status
        assert item.status == status
        all_gone = all(report.withdrawn_at is not None for report in item.reports)
        assert not all_gone or item.status == Status.WITHDRAWN


def every_decision_has_an_author_and_its_words(standing: Standing) -> None:
    for decision in standing.decisions:
        by_rule = decision.gesture_key.startswith("rule:")
        assert (decision.actor is None) is by_rule
        assert decision.actor != GUEST
        if decision.effect in NEEDS_WORDS or by_rule or decision.effect == Effect.UNDO:
            assert not is_blank(decision.reason)


def tallies_equal_a_recount(standing: Standing) -> None:
    counted: Counter[tuple[str, str, str]] = Counter()
    for item in standing.items:
        for report in item.reports:
            month = month_label(report.reported_at, POLICY.zone)
            counted[month, report.reporter, item.kind] += report.withdrawn_at is None
    stored: Counter[tuple[str, str, str]] = Counter()
    for tally in standing.tallies:
        stored[tally.month, tally.slack_user_id, Kind.NUGGET] += tally.nuggets
        stored[tally.month, tally.slack_user_id, Kind.ASK] += tally.asks
    assert +stored == +counted
    assert min(stored.values(), default=0) >= 0


def nobody_has_two_live_notices(standing: Standing) -> None:
    live = Counter((notice.channel_id, notice.item_id) for notice in standing.notices if notice.state == "pending")
    told = Counter((notice.channel_id, notice.decision_id) for notice in standing.notices)
    assert max(live.values(), default=0) <= 1
    assert max(told.values(), default=0) <= 1


def a_waiting_notice_tells_what_stands(standing: Standing) -> None:
    decisions = {decision.id: decision for decision in standing.decisions}
    items = {item.id: item for item in standing.items}
    for notice in standing.notices:
        if notice.state == "pending":
            assert notice.item_id is not None
            assert notice.decision_id is not None
            assert decisions[notice.decision_id].to_status == items[notice.item_id].status


def nothing_of_withdrawn_words_is_left(standing: Standing) -> None:
    gone = {report.id for report in standing.reports if report.withdrawn_at is not None}
    assert all(report.words == "" for report in standing.reports if report.id in gone)
    assert not [version for version in standing.versions if version.report_id in gone]
    assert {entry.item_id for entry in standing.found} == {
        report.item_id for report in standing.reports if report.id not in gone
    }


def each_item_has_one_card(standing: Standing) -> None:
    cards = Counter(entry.item_id for entry in standing.outbox if (entry.kind, entry.purpose) == ("post", "card"))
    assert cards == Counter(item.id for item in standing.items)


CHECKS = (
    every_status_is_where_its_decisions_lead,
    every_decision_has_an_author_and_its_words,
    tallies_equal_a_recount,
    nobody_has_two_live_notices,
    a_waiting_notice_tells_what_stands,
    nothing_of_withdrawn_words_is_left,
    each_item_has_one_card,
)


def everyone_hears_the_answer_that_stands(standing: Standing) -> None:
    """In the end nobody waits for an answer that was given: no answer is silent."""
    undone = {decision.undoes_id for decision in standing.decisions}
    for item in standing.items:
        decisions = [d for d in standing.decisions if d.item_id == item.id and d.id not in undone]
        moving = [d for d in decisions if d.from_status != d.to_status and d.undoes_id is None]
        if not moving or moving[-1].effect not in ANSWERS:
            continue
        live = {report.reporter for report in item.reports if report.withdrawn_at is None}
        told = {n.channel_id for n in standing.notices if n.state == "sent" and n.decision_id == moving[-1].id}
        assert live - {moving[-1].actor} <= told


def is_in_table(item: Item, decision: Decision) -> bool:
    """Tell whether some row of the domain's table leads from where this decision began to where it ended."""
    if decision.effect == Effect.WITHDRAW:
        return decision.to_status == Status.WITHDRAWN
    if decision.actor is None:
        return decision.effect == Effect.ROUTE and decision.from_status == decision.to_status
    return any(
        row.effect == decision.effect
        and decision.from_status in row.from_
        and decision.to_status == (row.to or decision.from_status)
        for row in TABLE[Kind(item.kind)]
    )


@contextmanager
def fast_engine(template: Path) -> Iterator[Engine]:
    """Give a fresh SQLite database whose commits need not survive a power cut."""
    with TemporaryDirectory() as folder:
        engine = writer_engine(copy_sqlite(template, Path(folder)), "NORMAL")
        try:
            yield engine
        finally:
            engine.dispose()


def test_whatever_people_do_the_rules_hold(sqlite_template: Path) -> None:
    with fast_engine(sqlite_template) as engine:
        machine = type("Company", (Company,), {"engine": engine})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=30,
                stateful_step_count=30,
                deadline=None,
                # Each step asks the database for everything, so a failure is shown as it was found.
                phases=[Phase.explicit, Phase.reuse, Phase.generate],
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
