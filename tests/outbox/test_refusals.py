"""What certainly did not reach Slack is tried again with patience, and ends as dead where that is hopeless."""

import pytest

from bot.domain.retry import NotSent, Outcome, RateLimited, Refused, Uncertain
from tests.outbox.memory_slack import Attempt, MemorySlack
from tests.outbox.office import POLICY, Office

Q = POLICY.quarantine_seconds

HOUR = 3600.0


async def test_a_rate_limit_is_obeyed_for_the_method_in_the_workspace(office: Office, slack: MemorySlack) -> None:
    slack.plan.append(Attempt(RateLimited(30)))
    limited = await office.post("C1")
    await office.quiet()
    await office.post("C2")
    await office.react()
    await office.tell()
    await office.wait(29.5)
    assert [one.kind for one in slack.tried[1:]] == ["ephemeral", "react"], "other methods have limits of their own"
    entry = await office.entry(limited)
    assert (entry.state, entry.tries) == ("pending", 0), "being asked to wait is no failure"
    await office.wait(0.5)
    assert limited in slack.ids_in("C1")
    await office.wait(0.5)
    assert len(slack.ids_in("C2")) == 1


@pytest.mark.parametrize("kind", ["post", "ephemeral", "react"])
async def test_a_plain_refusal_is_dead_and_says_why(office: Office, slack: MemorySlack, kind: str) -> None:
    slack.plan.append(Attempt(Refused("is_archived")))
    refused = await office.any_of(kind)
    await office.quiet()
    await office.wait(2 * HOUR)
    entry = await office.entry(refused)
    assert (entry.state, entry.error, len(slack.tried)) == ("dead", "is_archived", 1)
    assert entry.settled_at is not None


async def test_a_refusal_that_says_it_is_done_is_done(office: Office, slack: MemorySlack) -> None:
    slack.plan.append(Attempt(Refused("already_reacted")))
    reaction = await office.react()
    await office.quiet()
    assert await office.state(reaction) == "sent"


async def next_pause(office: Office, outbox_id: str) -> float:
    """Return how long an entry has to wait until it may be tried again."""
    retry_at = (await office.entry(outbox_id)).retry_at
    assert retry_at is not None
    return (retry_at - office.clocks.real_now()).total_seconds()


async def test_a_refused_connection_is_tried_again_after_growing_pauses_and_then_works(
    office: Office, slack: MemorySlack
) -> None:
    slack.plan += [Attempt(NotSent("no connection"))] * 4
    queued = await office.post()
    await office.quiet()
    for number, pause in enumerate((1.0, 2.0, 4.0, 8.0), start=1):
        assert await next_pause(office, queued) == pause
        await office.wait(pause - 0.01)
        assert len(slack.tried) == number, "it was tried before its time"
        await office.wait(0.01)
    assert slack.ids_in("C1") == [queued]
    assert (await office.entry(queued)).tries == 5


async def test_after_so_many_tries_it_is_dead(office: Office, slack: MemorySlack) -> None:
    slack.always = Attempt(NotSent("no connection"))
    queued = await office.post()
    pauses: list[float] = []
    await office.quiet()
    while await office.state(queued) == "pending":
        pauses.append(await next_pause(office, queued))
        await office.wait(pauses[-1])
    assert len(slack.tried) == POLICY.most_tries
    assert max(pauses) == POLICY.sweep_seconds, "the pauses grow no longer than that"
    entry = await office.entry(queued)
    assert (entry.state, entry.tries, entry.error) == ("dead", POLICY.most_tries, "no connection")


async def test_after_a_day_it_is_dead_however_few_the_tries(office: Office, slack: MemorySlack) -> None:
    slack.always = Attempt(NotSent("no connection"))
    queued = await office.post()
    await office.quiet()
    await office.wait(23.9 * HOUR)
    assert await office.state(queued) == "pending"
    await office.wait(0.2 * HOUR)
    entry = await office.entry(queued)
    assert (entry.state, entry.tries) == ("dead", 3)


async def test_waiting_behind_a_rate_limit_for_a_day_ends_too(office: Office, slack: MemorySlack) -> None:
    slack.always = Attempt(RateLimited(60))
    queued = await office.post()
    await office.quiet()
    await office.wait(25 * HOUR)
    assert await office.state(queued) == "dead"


async def test_an_ephemeral_of_unknown_fate_is_sent_only_once(office: Office, slack: MemorySlack) -> None:
    slack.plan.append(Attempt(Uncertain("reset")))
    told = await office.tell()
    await office.quiet()
    await office.rest(10 * POLICY.quarantine_seconds)
    await office.wait(HOUR)
    entry = await office.entry(told)
    assert (entry.state, len(slack.tried), slack.looked) == ("unproven", 1, [])
    assert entry.settled_at is not None


async def test_an_ephemeral_that_certainly_did_not_go_is_sent_again(office: Office, slack: MemorySlack) -> None:
    slack.plan.append(Attempt(NotSent("no connection")))
    told = await office.tell()
    await office.quiet()
    await office.wait(1)
    assert (await office.state(told), len(slack.tried)) == ("sent", 2)


@pytest.mark.parametrize("outcome", [Uncertain("reset"), NotSent("no connection")])
async def test_what_may_be_done_twice_is_simply_done_again(
    office: Office, slack: MemorySlack, outcome: Outcome
) -> None:
    await office.post()
    await office.quiet()
    slack.plan.append(Attempt(outcome))
    await office.react()
    await office.quiet()
    await office.wait(1.2)
    assert [one.kind for one in slack.tried] == ["post", "react", "react"]
    assert await office.states() == {"sent": 2}
    assert slack.looked == []


async def test_a_change_that_may_still_land_is_waited_for_before_the_next_is_said(
    office: Office, slack: MemorySlack
) -> None:
    card = await office.post()
    await office.quiet()
    slack.plan.append(Attempt(Uncertain("timeout"), lands=True))
    await office.change(card, "second")
    await office.quiet()
    await office.change(card, "third")
    await office.rest(Q - 1)
    await office.quiet()
    assert [one.payload.get("text") for one in slack.tried if one.kind == "update"] == ["second"]
    await office.rest(1)
    await office.quiet()
    assert [one.payload.get("text") for one in slack.tried if one.kind == "update"] == ["second", "second", "third"]
    assert slack.looked == []


async def test_a_change_that_did_not_leave_is_said_again_soon(office: Office, slack: MemorySlack) -> None:
    card = await office.post()
    await office.quiet()
    slack.plan.append(Attempt(NotSent("no connection")))
    await office.change(card, "second")
    await office.quiet()
    await office.wait(1.2)
    assert [one.kind for one in slack.tried] == ["post", "update", "update"]
