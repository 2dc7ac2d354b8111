"""What is scheduled waits while our clock and Slack's differ."""

import pytest
from structlog.testing import capture_logs

from bot.jobs.clock_guard import PAUSE_SECONDS, WARN_SECONDS, ClockGuard


class Clocks:
    """A host's two clocks, and Slack's; a call to Slack tells its time, or fails."""

    def __init__(self) -> None:
        self.real, self.monotonic, self.slack = 1_000_000.0, 50.0, 1_000_000.0
        self.is_slack_away = False
        self.asked = 0
        self.guard = ClockGuard(lambda: self.real, lambda: self.monotonic, self._ask)

    async def _ask(self) -> None:
        self.asked += 1
        if self.is_slack_away:
            raise OSError("away")
        self.guard.observe(self.slack)

    def live(self, seconds: float) -> None:
        """Let the same time pass on every clock."""
        self.real, self.monotonic, self.slack = (one + seconds for one in (self.real, self.monotonic, self.slack))


async def test_nothing_is_decided_before_slack_was_heard_of() -> None:
    clocks = Clocks()
    clocks.is_slack_away = True
    assert not await clocks.guard.agrees()
    clocks.is_slack_away = False
    assert await clocks.guard.agrees()


async def test_clocks_that_agree_are_not_asked_about_again() -> None:
    clocks = Clocks()
    clocks.guard.observe(clocks.slack)
    clocks.live(86_400)
    assert await clocks.guard.agrees()
    assert clocks.asked == 0


@pytest.mark.parametrize("step", [PAUSE_SECONDS + 1, -PAUSE_SECONDS - 1, 40 * 86_400.0, -40 * 86_400.0])
async def test_a_step_of_our_clock_pauses_at_once_and_is_told(step: float) -> None:
    clocks = Clocks()
    clocks.guard.observe(clocks.slack)
    clocks.live(60)
    clocks.real += step
    with capture_logs() as logs:
        assert not await clocks.guard.agrees()
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["scheduled_posts_paused_by_clock"]
    clocks.real -= step
    assert await clocks.guard.agrees()


async def test_a_machine_that_slept_asks_and_goes_on() -> None:
    clocks = Clocks()
    clocks.guard.observe(clocks.slack)
    # The monotonic clock stands still while a machine sleeps.
    clocks.real += 3600
    clocks.slack += 3600
    assert await clocks.guard.agrees()
    assert clocks.asked == 1


async def test_a_smaller_difference_is_a_warning() -> None:
    clocks = Clocks()
    clocks.guard.observe(clocks.slack)
    clocks.real += WARN_SECONDS + 1
    with capture_logs() as logs:
        assert await clocks.guard.agrees()
    assert [entry["event"] for entry in logs] == ["clock_differs_from_slack"]
