"""Trigger ids and response URLs: short-lived, and counted."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.playground.clock import NeutralClock
from bot.playground.errors import ApiError
from bot.playground.handles import MOST_KEPT, Handles


def refused(use: Callable[[], object]) -> str:
    with pytest.raises(ApiError) as caught:
        use()
    return caught.value.code


def handles_at(moments: list[float], speed: float = 1.0) -> Handles:
    """Return handles on a real clock that shows these moments, one after the other."""
    return Handles(NeutralClock(), speed, iter(moments).__next__)


@pytest.mark.parametrize(("speed", "last"), [(1.0, 3.0), (10.0, 0.3)])
def test_slack_2_a_trigger_id_is_good_for_three_seconds(speed: float, last: float) -> None:
    handles = handles_at([0.0, last], speed)
    assert handles.use_trigger(handles.give_trigger("U1", "V1")).view_id == "V1"
    handles = handles_at([0.0, last + 0.001], speed)
    trigger_id = handles.give_trigger("U1")
    assert refused(lambda: handles.use_trigger(trigger_id)) == "expired_trigger_id"


def test_slack_2_a_trigger_id_is_good_once() -> None:
    handles = handles_at([0.0, 0.1])
    trigger_id = handles.give_trigger("U1")
    assert handles.use_trigger(trigger_id).user_id == "U1"
    assert refused(lambda: handles.use_trigger(trigger_id)) == "exchanged_trigger_id"
    assert refused(lambda: handles.use_trigger("1.2.3")) == "invalid_trigger_id"


def test_slack_2_a_response_url_is_good_five_times() -> None:
    handles = Handles(NeutralClock(), 1.0)
    key = handles.give_response("U1", "C1")
    for _ in range(5):
        assert handles.use_response(key).user_id == "U1"
    assert refused(lambda: handles.use_response(key)) == "used_url"


def test_slack_2_a_response_url_is_good_for_half_an_hour() -> None:
    clock = NeutralClock(real_seconds=lambda: 0.0)
    handles = Handles(clock, 1.0)
    key = handles.give_response("U1", "C1")
    clock.advance(timedelta(minutes=30))
    assert handles.use_response(key).channel_id == "C1"
    clock.advance(timedelta(seconds=1))
    assert refused(lambda: handles.use_response(key)) == "expired_url"
    assert refused(lambda: handles.use_response("invented")) == "invalid_url"


def test_the_oldest_handles_are_forgotten() -> None:
    handles = Handles(NeutralClock(), 1.0)
    first, *_, last = [handles.give_trigger("U1") for _ in range(MOST_KEPT + 1)]
    assert refused(lambda: handles.use_trigger(first)) == "invalid_trigger_id"
    assert handles.use_trigger(last).user_id == "U1"
