"""What becomes of something that was sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.policies import DeliveryPolicy
from bot.domain.retry import (
    PASSING_CODES,
    RATE_LIMIT_CODES,
    REFUSAL_CODES,
    UNCLEAR_CODES,
    NextState,
    NotSent,
    NotStarted,
    Outcome,
    RateLimited,
    Refused,
    Sent,
    Uncertain,
    after,
    backoff_seconds,
    classify_slack_error,
)

POLICY = DeliveryPolicy()
KINDS = ["post", "update", "delete", "react", "ephemeral"]
ERRORS = st.sampled_from(["already_reacted", "message_not_found", "channel_not_found", "cut"])
OUTCOMES = st.one_of(
    st.builds(Sent, st.just("1.0"), st.just("C1")),
    st.builds(RateLimited, st.floats(0, 3600)),
    st.builds(Refused, ERRORS),
    st.builds(NotSent, ERRORS),
    st.builds(NotStarted, ERRORS),
    st.builds(Uncertain, ERRORS),
)


def settle(outcome: Outcome, kind: str = "post", tries: int = 1, age: float = 0.0) -> NextState:
    return after(outcome, kind=kind, tries=tries, age_seconds=age, policy=POLICY)


@pytest.mark.parametrize("kind", KINDS)
def test_what_slack_has_is_sent(kind: str) -> None:
    assert settle(Sent("1.0", "C1"), kind) == NextState("sent")


@pytest.mark.parametrize("kind", KINDS)
def test_a_refusal_is_final_and_says_why(kind: str) -> None:
    assert settle(Refused("channel_not_found"), kind) == NextState("dead", error="channel_not_found")


@pytest.mark.parametrize(
    ("kind", "error", "state"),
    [
        ("react", "already_reacted", "sent"),
        ("unreact", "no_reaction", "sent"),
        ("delete", "message_not_found", "sent"),
        ("update", "message_not_found", "dead"),
        ("post", "already_reacted", "dead"),
        ("react", "message_not_found", "cancelled"),
    ],
)
def test_a_refusal_may_say_that_it_was_done_before(kind: str, error: str, state: str) -> None:
    assert settle(Refused(error), kind).state == state


def test_a_rate_limit_is_obeyed_and_no_fault_of_the_entry() -> None:
    assert settle(RateLimited(17.0), tries=POLICY.most_tries) == NextState("pending", 17.0, "rate limited")


@pytest.mark.parametrize("kind", KINDS)
def test_what_did_not_leave_is_tried_again(kind: str) -> None:
    assert settle(NotSent("refused"), kind) == NextState("pending", 1.0, "refused")


@pytest.mark.parametrize(
    ("kind", "state", "delay"),
    [
        ("post", "uncertain", 120.0),
        ("update", "uncertain", 120.0),
        ("delete", "pending", 1.0),
        ("react", "pending", 1.0),
    ],
)
def test_an_unclear_outcome_is_looked_up_or_tried_again_where_that_is_harmless(
    kind: str, state: str, delay: float
) -> None:
    assert settle(Uncertain("timeout"), kind).state == state
    assert settle(Uncertain("timeout"), kind).delay_seconds == delay


def test_what_can_be_neither_looked_up_nor_repeated_is_sent_once() -> None:
    step = settle(Uncertain("timeout"), "ephemeral")
    assert (step.state, step.error) == ("unproven", "timeout; it is sent only once, as nobody can look it up")


@pytest.mark.parametrize(
    ("tries", "age", "state"),
    [(19, 0, "pending"), (20, 0, "dead"), (1, 24 * 3600 - 1, "pending"), (1, 24 * 3600, "dead")],
)
def test_trying_ends_after_twenty_tries_or_a_day(tries: int, age: float, state: str) -> None:
    assert settle(NotSent("refused"), tries=tries, age=age).state == state


@pytest.mark.parametrize(("age", "state"), [(24 * 3600 - 1, "pending"), (24 * 3600, "dead")])
def test_waiting_for_a_rate_limit_ends_after_a_day(age: float, state: str) -> None:
    assert settle(RateLimited(5), age=age).state == state


def test_an_unclear_post_is_never_given_up_unseen() -> None:
    assert settle(Uncertain("timeout"), tries=99, age=10**6).state == "uncertain"


def test_pauses_double_up_to_the_sweeper_s_interval() -> None:
    pauses = [backoff_seconds(tries, POLICY) for tries in range(1, 12)]
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    faster = DeliveryPolicy(timeout_seconds=1, sweep_seconds=30)
    assert [backoff_seconds(tries, faster) * 10 for tries in range(1, 12)] == pytest.approx(pauses)


@given(OUTCOMES, st.sampled_from(KINDS), st.integers(0, 10**6), st.floats(0, 10**9))
def test_nothing_that_slack_may_have_is_posted_again_unseen(
    outcome: Outcome, kind: str, tries: int, age: float
) -> None:
    step = settle(outcome, kind, tries, age)
    assert step.delay_seconds >= 0
    assert step.is_final == (step.state in {"sent", "dead", "cancelled", "unproven"})
    assert (step.error is None) == isinstance(outcome, Sent)
    if isinstance(outcome, Uncertain) and kind in {"post", "ephemeral"}:
        assert step.state != "pending"


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("channel_not_found", 200, Refused("channel_not_found")),
        ("some_new_refusal", 200, Refused("some_new_refusal")),
        ("invalid_auth", 200, NotSent("invalid_auth")),
        ("token_revoked", 200, NotSent("token_revoked")),
        ("fatal_error", 200, Uncertain("fatal_error")),
        ("internal_error", 200, Uncertain("internal_error")),
        ("service_unavailable", 503, Uncertain("service_unavailable")),
        ("request_timeout", 408, Uncertain("request_timeout")),
        ("", 408, Uncertain("HTTP 408")),
        ("", 500, Uncertain("HTTP 500")),
        ("", 502, Uncertain("HTTP 502")),
        ("", 200, Uncertain("HTTP 200")),
        ("", 0, Uncertain("HTTP 0")),
        ("", 404, Refused("HTTP 404")),
        ("", 302, Uncertain("HTTP 302")),
        ("new_code", 500, Uncertain("new_code")),
    ],
)
def test_slack_s_errors_mean_what_they_say(code: str, status: int, expected: Outcome) -> None:
    assert classify_slack_error(code, status) == expected


@pytest.mark.parametrize(
    ("code", "status", "retry_after", "seconds"),
    [("ratelimited", 429, 12.0, 12.0), ("", 429, None, 30.0), ("rate_limited", 200, None, 30.0), ("", 429, -1.0, 0.0)],
)
def test_rate_limits_carry_their_seconds(code: str, status: int, retry_after: float | None, seconds: float) -> None:
    assert classify_slack_error(code, status, retry_after=retry_after) == RateLimited(seconds)


def test_each_code_means_one_thing() -> None:
    groups = [PASSING_CODES, RATE_LIMIT_CODES, REFUSAL_CODES, UNCLEAR_CODES]
    assert sum(len(group) for group in groups) == len(frozenset().union(*groups))


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_never_tried_waits_on_whatever_its_tries_and_age(kind: str) -> None:
    tries, age = POLICY.most_tries + 1, POLICY.latest_hours * 3600 + 1
    assert settle(NotStarted("held up"), kind, tries, age).state == "pending"
