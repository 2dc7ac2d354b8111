"""What of a channel's history never came in."""

import pytest

from bot.domain.facts import Delivery
from bot.services.catch_up import FindMissed, find_missed
from bot.services.receive import receive_deliveries
from tests.services.bench import FIELD, Bench

FIRST, SECOND = "1791360000.000100", "1791360001.000100"


def receive(bench: Bench, kind: str, ts: str) -> None:
    delivery = Delivery(bench.team_id, f"{kind}:{ts}", kind, b"{}", FIELD, ts)
    bench.run(lambda uow, deliveries, *, now: receive_deliveries(uow, deliveries, now=now), [delivery])


def missed(bench: Bench) -> frozenset[str]:
    return bench.run(find_missed, FindMissed(bench.team_id, FIELD, frozenset({FIRST, SECOND})))


def test_what_was_delivered_is_not_missed(bench: Bench) -> None:
    receive(bench, "message", FIRST)
    assert missed(bench) == {SECOND}


@pytest.mark.parametrize("kind", ["reaction_added", "reaction_removed", "app_mention"])
def test_what_is_about_a_message_says_nothing_of_whether_it_came(bench: Bench, kind: str) -> None:
    receive(bench, kind, FIRST)
    assert missed(bench) == {FIRST, SECOND}
