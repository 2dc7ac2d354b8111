"""The recap's figures equal those of an independent query, whatever happened, and stay what they were."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.domain.periods import month_window
from bot.domain.words import Effect, Kind, NoiseReason
from bot.recaps import take_snapshot
from bot.recaps.window import Window
from bot.services.revise import TakeBack, take_back
from bot.services.undo import UndoGesture, undo_gesture
from db.unit_of_work import UnitOfWork
from tests.recaps.conftest import RECAP_POLICY
from tests.recaps.independent import figures_of, recount
from tests.services.bench import ANA, BEN, CLEO, LEAD, PM, Bench

OCTOBER = "2026-10"
BEGINS, ENDS = month_window(OCTOBER, RECAP_POLICY.zone)
NO = "Not this year."

EFFECTS = st.sampled_from([effect for effect in Effect if effect not in {Effect.UNDO, Effect.WITHDRAW}])
# Days of the month at which something is shared: from before its first day until after its last.
SHARED = st.integers(-5 * 24, 36 * 24)
STEPS = st.lists(
    st.tuples(
        st.integers(0, 15 * 24), EFFECTS, st.sampled_from([PM, LEAD, ANA]), st.sampled_from(["keep", "keep", "undo"])
    ),
    max_size=4,
)
LIVES = st.lists(
    st.tuples(
        SHARED,
        st.sampled_from(list(Kind)),
        st.sampled_from([ANA, BEN, CLEO]),
        st.sampled_from(["invoices are odd", "SSO is missing", "Acme is cheap"]),
        STEPS,
        st.booleans(),
    ),
    max_size=8,
)


def snapshot(bench: Bench, label: str = OCTOBER) -> dict[str, Any]:
    def take(uow: UnitOfWork, label: str, *, now: datetime) -> dict[str, Any]:
        return take_snapshot(uow, Window(bench.team_id, label, *month_window(label, bench.policy.zone)))

    return bench.run(take, label)


def both_ways(bench: Bench, label: str = OCTOBER) -> tuple[dict[str, Any], dict[str, Any]]:
    url = bench.engine.url.render_as_string(hide_password=False)
    return figures_of(snapshot(bench, label)), recount(url, *month_window(label, bench.policy.zone), bench.team_id)


def at(bench: Bench, *parts: int) -> Bench:
    """Set the bench's time, in UTC."""
    bench.now = datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]
    return bench


def live(bench: Bench, life: tuple[Any, ...]) -> None:
    """Share one item, and let happen to it what its life says."""
    shared, kind, reporter, words, steps, is_taken_back = life
    bench.now = BEGINS + timedelta(hours=shared, microseconds=shared % 3)
    captured = bench.capture(words, reporter, kind)
    for number, (hours, effect, actor, fate) in enumerate(steps):
        bench.now += timedelta(hours=hours, minutes=7 * number, microseconds=number)
        if bench.now >= ENDS and (effect is Effect.REOPEN or fate == "undo"):
            # Opening again after the month ended is compared by itself, below.
            continue
        key = f"reaction:{captured.item_id}:{number}:"
        bench.decide(captured.item_id, effect, actor, NO, key=key)
        if fate == "undo":
            bench.now += timedelta(seconds=30)
            if bench.now < ENDS:
                bench.run(undo_gesture, UndoGesture(bench.team_id, key, actor, f"un{key}"))
    if is_taken_back and len(steps) % 2:
        bench.run(take_back, TakeBack(bench.team_id, captured.report_id, reporter))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives=LIVES)
def test_the_figures_are_those_of_an_independent_query(engine: Engine, lives: list[tuple[Any, ...]]) -> None:
    bench = Bench(engine, RECAP_POLICY).prepared()
    for life in lives:
        live(bench, life)
    for label in ("2026-09", OCTOBER, "2026-11"):
        if label == OCTOBER:
            recap, counted = both_ways(bench, label)
            assert recap == counted
        else:
            assert figures_of(snapshot(bench, label))["nuggets"] == both_ways(bench, label)[1]["nuggets"]


def test_a_month_in_figures(bench: Bench) -> None:
    """Both ways could share a mistake; this month was counted by hand."""
    at(bench, 2026, 9, 20, 12).capture("old SSO")
    at(bench, 2026, 10, 2, 12).capture("Acme", kind=Kind.NUGGET)
    bench.capture("Acme again", kind=Kind.NUGGET)
    bench.capture("Acme too", BEN, Kind.NUGGET)
    asks = [bench.capture("invoices"), bench.capture("invoices", BEN), bench.capture("SSO"), bench.capture("dark mode")]
    at(bench, 2026, 10, 4, 12).decide(asks[0].item_id, Effect.DECLINE, reason=NO)
    at(bench, 2026, 10, 7, 12).decide(asks[1].item_id, Effect.ACCEPT)
    bench.decide(asks[2].item_id, Effect.SEE)
    expected = {
        "people": 2,
        "nuggets": 3,
        "median_days": 3.5,
        "asks_received": 4,
        "asks_seen": 3,
        "asks_answered": 2,
        "asks_open": 3,
        "oldest_open_days": 41,
        "areas": {("Billing", 2, 2), ("Login", 1, 0), (None, 1, 0)},
    }
    assert both_ways(bench) == (expected, expected)


def test_an_empty_month(bench: Bench) -> None:
    recap, counted = both_ways(bench)
    assert recap == counted
    assert (recap["people"], recap["median_days"], recap["oldest_open_days"], recap["areas"]) == (0, None, None, set())


def test_figures_are_as_the_month_ended(bench: Bench) -> None:
    answered_late = at(bench, 2026, 10, 30, 12).capture("invoices")
    at(bench, 2026, 11, 2, 8).capture("in November")
    bench.capture("in November", kind=Kind.NUGGET)
    bench.decide(answered_late.item_id, Effect.DECLINE, reason=NO)
    recap, counted = both_ways(bench)
    assert recap == counted
    assert (recap["asks_received"], recap["asks_seen"], recap["asks_answered"], recap["asks_open"]) == (1, 0, 0, 1)
    assert (recap["nuggets"], recap["median_days"], recap["oldest_open_days"]) == (0, None, 1)


@pytest.mark.parametrize(("minute", "label"), [((2026, 10, 31, 22, 59), OCTOBER), ((2026, 10, 31, 23, 0), "2026-11")])
def test_the_last_minute_in_paris_belongs_to_its_month(bench: Bench, minute: tuple[int, ...], label: str) -> None:
    at(bench, *minute)
    bench.capture("Acme", kind=Kind.NUGGET)
    bench.capture("SSO")
    for month in (OCTOBER, "2026-11"):
        recap, counted = both_ways(bench, month)
        assert recap == counted
        assert recap["nuggets"] == recap["asks_received"] == (1 if month == label else 0)
        assert snapshot(bench, month)["contributors"] == ([ANA] if month == label else [])


def test_an_answer_in_the_last_microsecond_counts_and_one_at_the_stroke_does_not(bench: Bench) -> None:
    asks = [at(bench, 2026, 10, 20, 12).capture("SSO") for _ in range(2)]
    bench.now = ENDS - timedelta(microseconds=1)
    bench.decide(asks[0].item_id, Effect.PLAN)
    bench.now = ENDS
    bench.decide(asks[1].item_id, Effect.PLAN)
    recap, counted = both_ways(bench)
    assert recap == counted
    assert (recap["asks_answered"], recap["asks_open"]) == (1, 1)


def test_noise_and_what_was_taken_back_count_nowhere(bench: Bench) -> None:
    for kind in Kind:
        noise, taken = bench.capture("x", ANA, kind), bench.capture("y", BEN, kind)
        bench.decide(noise.item_id, Effect.MARK_NOISE, reason=NoiseReason.TEST)
        bench.run(take_back, TakeBack(bench.team_id, taken.report_id, BEN))
    recap, counted = both_ways(bench)
    assert recap == counted
    assert not any(recap.values())
    assert snapshot(bench)["contributors"] == []


def test_noise_that_is_sent_back_counts_again(bench: Bench) -> None:
    captured = bench.capture("x", kind=Kind.NUGGET)
    bench.decide(captured.item_id, Effect.MARK_NOISE, reason=NoiseReason.TEST)
    bench.decide(captured.item_id, Effect.REOPEN, ANA)
    recap, counted = both_ways(bench)
    assert recap == counted
    assert recap["nuggets"] == 1
    assert snapshot(bench)["contributors"] == [ANA]


def test_an_answer_taken_back_before_the_month_ended_is_none(bench: Bench) -> None:
    for undone in (False, True):
        captured = bench.capture("SSO")
        bench.decide(captured.item_id, Effect.PLAN, key=f"reaction:{captured.item_id}:")
        if undone:
            bench.run(
                undo_gesture, UndoGesture(bench.team_id, f"reaction:{captured.item_id}:", PM, f"un{captured.item_id}")
            )
    reopened = bench.capture("invoices")
    bench.decide(reopened.item_id, Effect.DECLINE, reason=NO)
    bench.decide(reopened.item_id, Effect.REOPEN)
    recap, counted = both_ways(bench)
    assert recap == counted
    assert (recap["asks_seen"], recap["asks_answered"], recap["asks_open"]) == (2, 1, 2)


def test_another_workspace_is_another_recap(bench: Bench, engine: Engine) -> None:
    other = Bench(engine, RECAP_POLICY).prepared()
    other.capture("Acme", kind=Kind.NUGGET)
    other.capture("SSO")
    recap, counted = both_ways(bench)
    assert recap == counted
    assert recap["nuggets"] == recap["asks_received"] == 0
    assert recount(engine.url.render_as_string(hide_password=False), BEGINS, ENDS)["nuggets"] == 1
