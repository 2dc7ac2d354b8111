"""What falls due next: what rests in the outbox, and the recap, whichever comes first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.policies import RecapPolicy
from bot.domain.words import Effect
from bot.services.next_due import NextDue, find_next_due
from bot.services.recap import post_due_recaps
from tests.services.bench import POLICY, Bench

OCTOBER_DUE = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)


def with_recap(bench: Bench) -> Bench:
    bench.policy = replace(POLICY, recap=RecapPolicy(channel_ids=("CRECAP",)))
    return bench


def next_due(bench: Bench) -> NextDue | None:
    return bench.run(find_next_due, bench.team_id)


def test_where_nothing_is_scheduled_and_nothing_rests_nothing_is_next(bench: Bench) -> None:
    assert next_due(bench) is None


def test_an_answer_that_rests_comes_before_the_recap(bench: Bench) -> None:
    item_id = with_recap(bench).capture("dark mode").item_id
    assert next_due(bench) == NextDue(OCTOBER_DUE, "the recap of October 2026")
    bench.decide(item_id, Effect.DECLINE, reason="no")
    assert next_due(bench) == NextDue(bench.now + timedelta(minutes=2), "an answer to a rep")
    bench.wait(minutes=3)
    assert next_due(bench) == NextDue(OCTOBER_DUE, "the recap of October 2026")


def test_a_recap_that_is_overdue_is_not_ahead_and_a_decided_one_gives_way_to_the_next(bench: Bench) -> None:
    with_recap(bench).now = OCTOBER_DUE + timedelta(seconds=1)
    assert next_due(bench) is None
    bench.run(post_due_recaps, bench.team_id)
    november = next_due(bench)
    assert november is not None
    assert november.what == "the recap of November 2026"
    assert november.at > bench.now


def test_an_unknown_workspace_has_nothing_due(bench: Bench) -> None:
    assert with_recap(bench).run(find_next_due, "TNEVERSEEN") is None
