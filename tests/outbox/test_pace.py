"""The pace: never above what Slack allows, never slower than it has to be."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.policies import DeliveryPolicy
from bot.outbox.pace import BURST, Pace


class Seconds:
    """A monotonic clock that tests move."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_channel_gets_one_message_a_second() -> None:
    clock = Seconds()
    pace = Pace(DeliveryPolicy(), clock)
    assert pace.full_channels("T1") == []
    pace.spend("T1", "post", "C1")
    assert pace.full_channels("T1") == ["C1"]
    clock.now += 0.9
    assert pace.full_channels("T1") == ["C1"]
    clock.now += 0.2
    assert pace.full_channels("T1") == []


def test_a_ban_holds_for_its_whole_time_and_not_longer() -> None:
    clock = Seconds()
    pace = Pace(DeliveryPolicy(), clock)
    pace.ban("T1", "post", 30)
    clock.now += 29.7
    assert pace.spare("T1", "post") == 0
    assert pace.spare("T1", "update") > 0
    assert pace.spare("T2", "post") > 0
    clock.now += 0.4
    assert pace.spare("T1", "post") >= 1


def test_a_shorter_ban_does_not_lift_a_longer_one() -> None:
    clock = Seconds()
    pace = Pace(DeliveryPolicy(), clock)
    pace.ban("T1", "post", 60)
    pace.ban("T1", "post", 0.5)
    clock.now += 59
    assert pace.spare("T1", "post") == 0
    clock.now += 2
    assert pace.spare("T1", "post") >= 1


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60), st.floats(0.5, 20))
def test_no_stretch_of_time_sees_more_than_its_share_and_one_burst(pauses: list[float], rate: float) -> None:
    clock = Seconds()
    pace = Pace(DeliveryPolicy(workspace_pace=rate), clock)
    sent: list[float] = []
    for pause in pauses:
        clock.now += pause
        for number in range(pace.spare("T1", "post")):
            pace.spend("T1", "post", f"C{number}")
            sent.append(clock.now)
    for begin in sent:
        for end in sent:
            within = sum(1 for moment in sent if begin <= moment <= end)
            assert within <= BURST + (end - begin) * rate + 1e-6 or end < begin


def test_it_says_when_to_come_back() -> None:
    clock = Seconds()
    pace = Pace(DeliveryPolicy(channel_pace=2.0), clock)
    assert pace.seconds_until_spare() is None
    pace.spend("T1", "post", "C1")
    assert pace.seconds_until_spare() is None, "nothing was kept back yet"
    assert pace.full_channels("T1") == ["C1"]
    wait = pace.seconds_until_spare()
    assert wait is not None
    assert 0.4 < wait <= 0.5


def test_what_was_kept_back_is_looked_at_again_even_when_its_token_came_meanwhile() -> None:
    clock = Seconds()
    pace = Pace(DeliveryPolicy(channel_pace=2.0), clock)
    pace.spend("T1", "post", "C1")
    assert pace.full_channels("T1") == ["C1"]
    clock.now += 5
    assert pace.seconds_until_spare() == 0.0
    assert pace.seconds_until_spare() is None, "it is said once"
