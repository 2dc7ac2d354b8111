"""Rate limits: a burst, then a steady rate, per method and per channel."""

from collections.abc import Callable
from itertools import count

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.errors import ApiError
from bot.playground.rate_limits import CHANNEL_BURST, RateLimits, Tier
from tests.playground.asking import refusal


class Stopwatch:
    """Real time that a test moves by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def taken(take: Callable[[], None]) -> tuple[int, int]:
    """Return how often something was allowed before the first refusal, and the seconds that it named."""
    for times in count():
        try:
            take()
        except ApiError as error:
            if (error.code, error.status) != ("ratelimited", 429):
                raise
            return times, int(error.headers["Retry-After"])
    raise AssertionError


@pytest.mark.parametrize(("tier", "burst", "wait"), [(1, 1, 60), (2, 5, 3), (3, 12, 2), (4, 25, 1), ("special", 75, 1)])
def test_slack_6_each_tier_has_its_burst_and_its_rate(tier: Tier, burst: int, wait: int) -> None:
    watch = Stopwatch()
    limits = RateLimits(1.0, watch)
    assert taken(lambda: limits.take("a.method", tier)) == (burst, wait)
    watch.seconds += wait
    limits.take("a.method", tier)


def test_slack_6_methods_do_not_hinder_each_other() -> None:
    limits = RateLimits(1.0, Stopwatch())
    taken(lambda: limits.take("a.method", 2))
    limits.take("another.method", 2)


def test_slack_6_a_channel_takes_one_post_a_second_after_a_short_burst() -> None:
    watch = Stopwatch()
    limits = RateLimits(1.0, watch)
    assert taken(lambda: limits.take("chat.postMessage", "special", "C1")) == (CHANNEL_BURST, 1)
    limits.take("chat.postMessage", "special", "C2")
    watch.seconds += 1
    assert taken(lambda: limits.take("chat.postMessage", "special", "C1")) == (1, 1)


def test_speed_multiplies_the_rate_and_leaves_the_burst() -> None:
    watch = Stopwatch()
    limits = RateLimits(20.0, watch)
    assert taken(lambda: limits.take("chat.postMessage", "special", "C1"))[0] == CHANNEL_BURST
    watch.seconds += 0.05
    assert taken(lambda: limits.take("chat.postMessage", "special", "C1"))[0] == 1


async def test_slack_6_too_many_calls_get_429_with_retry_after(client: AsyncWebClient) -> None:
    answers = 0
    with pytest.raises(SlackApiError) as caught:  # noqa: PT012 - which of the calls is the first refused is not fixed.
        for _ in range(CHANNEL_BURST + 2):
            await client.chat_postMessage(channel="CINTEL", text="x")
            answers += 1
    assert answers >= CHANNEL_BURST
    assert caught.value.response.status_code == 429
    assert caught.value.response["error"] == "ratelimited"
    assert caught.value.response.headers["Retry-After"] == "1"
    assert (await client.chat_postMessage(channel="CASKS", text="x"))["ok"]


async def test_slack_6_a_person_and_their_direct_channel_are_one_place(client: AsyncWebClient) -> None:
    channel = str((await client.conversations_open(users="UANA"))["channel"]["id"])
    for place in (channel, "UANA") * (CHANNEL_BURST // 2):
        await client.chat_postMessage(channel=place, text="x")
    assert (await refusal(client.chat_postMessage(channel="UANA", text="x"))).status_code == 429
