"""Notices: every reporter hears an answer once, after a rest in which it can be taken back."""

from datetime import timedelta

import pytest

from bot.domain.words import Effect, NoiseReason
from bot.services.revise import TakeBack, take_back
from db.models import Decision
from tests.services.bench import ANA, BEN, PM, Bench, everything_stored
from tests.services.test_revise import LATEST, add_report, erase

NO = "We build for teams under 50."


@pytest.fixture
def shared(bench: Bench) -> int:
    """An ask that Ana and Ben reported."""
    item_id = bench.capture("dark mode").item_id
    add_report(bench, item_id, BEN, "dark, please")
    return item_id


def test_each_reporter_hears_once_after_two_minutes(bench: Bench, shared: int) -> None:
    decided = bench.decide(shared, Effect.DECLINE, reason=NO)
    notices = bench.notices()
    assert [(notice.channel_id, notice.decision_id) for notice in notices] == [
        (ANA, decided.decision_id),
        (BEN, decided.decision_id),
    ]
    for notice in notices:
        assert notice.due_at == bench.now + timedelta(seconds=120)
        assert (notice.kind, notice.item_id) == ("post", shared)
        assert NO in notice.payload["text"]
        assert "Priya said no to A-1" in notice.payload["text"]


def test_who_reported_twice_hears_once(bench: Bench, shared: int) -> None:
    add_report(bench, shared, f"{ANA}", "still dark")
    bench.decide(shared, Effect.DECLINE, reason=NO)
    assert sorted(notice.channel_id for notice in bench.notices()) == [ANA, BEN]


def test_who_decides_on_their_own_report_is_not_told(bench: Bench) -> None:
    captured = bench.capture("dark mode", PM)
    bench.decide(captured.item_id, Effect.DECLINE, PM, NO)
    assert bench.notices() == []


@pytest.mark.parametrize("effect", [Effect.SEE, Effect.ROUTE, Effect.ACCEPT])
def test_what_is_no_answer_tells_nobody(bench: Bench, shared: int, effect: Effect) -> None:
    bench.decide(shared, effect)
    assert bench.outbox(purpose="notice") == []


@pytest.mark.parametrize(
    ("effect", "actor"),
    [(Effect.REOPEN, PM), (Effect.ACCEPT, PM), (Effect.PLAN, PM), (Effect.WITHDRAW, ANA)],
)
def test_an_answer_overtaken_while_it_rests_tells_nobody(bench: Bench, shared: int, effect: Effect, actor: str) -> None:
    declined = bench.decide(shared, Effect.DECLINE, reason=NO)
    bench.wait(seconds=110)
    assert bench.decide(shared, effect, actor).is_done
    assert {notice.decision_id for notice in bench.notices("cancelled")} == {declined.decision_id}
    assert all(notice.decision_id != declined.decision_id for notice in bench.notices())
    assert bool(bench.notices()) is (effect is Effect.PLAN)


def test_routing_while_an_answer_rests_leaves_it_to_be_told(bench: Bench, shared: int) -> None:
    bench.decide(shared, Effect.DECLINE, reason=NO)
    bench.decide(shared, Effect.ROUTE)
    assert len(bench.notices()) == 2


def test_what_was_told_stays_told_and_the_next_answer_comes_anew(bench: Bench, shared: int) -> None:
    bench.decide(shared, Effect.DECLINE, reason=NO)
    bench.wait(minutes=3)
    bench.send()
    bench.decide(shared, Effect.PLAN)
    assert len(bench.notices("sent")) == len(bench.notices()) == 2
    assert [decision.effect for decision in bench.rows(Decision)] == ["decline", "plan"]


def test_an_item_taken_back_while_its_answer_rests_tells_nobody(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    bench.decide(captured.item_id, Effect.MARK_NOISE, reason=NoiseReason.TEST)
    bench.run(take_back, TakeBack(bench.team_id, captured.report_id, ANA))
    assert bench.notices() == []
    (cancelled,) = bench.notices("cancelled")
    assert cancelled.payload == {}


def test_who_took_their_report_back_hears_no_more(bench: Bench, shared: int) -> None:
    assert erase(bench, LATEST)
    bench.decide(shared, Effect.DECLINE, reason=NO)
    assert [notice.channel_id for notice in bench.notices()] == [ANA]
    assert "dark, please" not in str(everything_stored(bench))
