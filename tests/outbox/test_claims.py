"""Claims of processes that died or froze: given up on one's own clock, and nothing is sent on one that is too old."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.policies import DeliveryPolicy
from tests.outbox.memory_slack import Attempt, MemorySlack
from tests.outbox.office import POLICY, Office, open_office

LEASE = 2 * POLICY.timeout_seconds
Q = POLICY.quarantine_seconds
DAY = 86_400.0


async def die_sending(office: Office, slack: MemorySlack, outbox_id: str, *, lands: bool) -> None:
    """Let another process claim what waits, and end before it knows."""
    slack.plan.append(Attempt(None, lands=lands))
    gone = office.colleague(slack)
    await gone.quiet()
    await gone.close()
    assert await office.state(outbox_id) == "sending"


async def test_a_claim_outlives_its_process_by_its_lease_on_our_own_clock(office: Office, slack: MemorySlack) -> None:
    queued = await office.post()
    await die_sending(office, slack, queued, lands=True)
    await office.reconciler.look_once()
    office.clocks.real += 40 * DAY
    office.clocks.business += 40 * DAY
    office.clocks.monotonic += LEASE - 1
    await office.reconciler.look_once()
    assert await office.state(queued) == "sending", "a wall clock says nothing of a lease"
    office.clocks.monotonic += 1
    await office.reconciler.look_once()
    assert await office.state(queued) == "uncertain"


@pytest.mark.parametrize("lands", [True, False])
async def test_what_a_dead_process_sent_is_looked_up(office: Office, slack: MemorySlack, lands: bool) -> None:
    queued = await office.post()
    await die_sending(office, slack, queued, lands=lands)
    await office.rest(LEASE)
    assert slack.looked == []
    await office.rest(Q)
    await office.quiet()
    assert slack.ids_in("C1") == [queued]
    assert (await office.state(queued), len(slack.tried)) == ("sent", 1 if lands else 2)


async def test_a_reaction_of_a_dead_process_is_made_again(office: Office, slack: MemorySlack) -> None:
    reaction = await office.react()
    await die_sending(office, slack, reaction, lands=True)
    await office.rest(LEASE)
    await office.quiet()
    assert (await office.state(reaction), len(slack.tried)) == ("sent", 2)


async def test_an_ephemeral_of_a_dead_process_is_not_sent_again(office: Office, slack: MemorySlack) -> None:
    told = await office.tell()
    await die_sending(office, slack, told, lands=True)
    await office.rest(LEASE)
    await office.wait(DAY)
    assert (await office.state(told), len(slack.tried)) == ("unproven", 1)


async def test_a_claim_that_was_made_anew_has_a_lease_of_its_own(office: Office, slack: MemorySlack) -> None:
    reaction = await office.react()
    await die_sending(office, slack, reaction, lands=False)
    watcher = office.colleague(slack)
    await watcher.rest(LEASE - 1)
    await office.rest(LEASE)
    slack.held = True
    await office.quiet(held=1)
    await watcher.rest(LEASE - 1)
    assert await office.state(reaction) == "sending", "what was seen before was another claim"
    await watcher.rest(1)
    assert await office.state(reaction) == "pending"
    slack.let_go()


async def test_an_answer_for_a_claim_that_was_given_up_changes_nothing(office: Office, slack: MemorySlack) -> None:
    slack.held = True
    queued = await office.post()
    await office.quiet(held=1)
    watcher = office.colleague(slack)
    await watcher.rest(LEASE)
    assert await office.state(queued) == "uncertain"
    slack.let_go()
    await office.quiet()
    assert await office.state(queued) == "uncertain", "who lost the claim has no say; a look-up decides"
    await watcher.rest(Q)
    assert (await office.state(queued), slack.ids_in("C1")) == ("sent", [queued])


@pytest.mark.parametrize("kind", ["post", "ephemeral"])
async def test_a_frozen_process_sends_nothing_on_its_old_claim(office: Office, slack: MemorySlack, kind: str) -> None:
    began = office.clocks.real_now()
    queued = await office.any_of(kind)
    office.worker_database.freezes = POLICY.timeout_seconds
    await office.quiet()
    await office.wait(1)
    entry = await office.entry(queued)
    assert (entry.state, entry.tries, len(slack.tried)) == ("sent", 1, 1), "nobody is to blame for a freeze"
    assert entry.claimed_at is not None
    assert entry.claimed_at >= began + timedelta(seconds=POLICY.timeout_seconds), "it was claimed anew"


async def test_a_short_pause_between_claim_and_send_does_no_harm(office: Office, slack: MemorySlack) -> None:
    began = office.clocks.real_now()
    queued = await office.post()
    office.worker_database.freezes = POLICY.timeout_seconds / 4
    await office.quiet()
    assert (await office.entry(queued)).claimed_at == began


async def test_two_processes_on_one_postgres_send_each_message_once(postgres_database_url: str) -> None:
    slack = MemorySlack()
    fast = DeliveryPolicy(channel_pace=1000, workspace_pace=1000)
    async with open_office(postgres_database_url, slack, slack, fast) as office:
        queued = [await office.post(f"C{number % 5}") for number in range(40)]
        other = office.colleague(slack, office.clocks)
        while len(slack.tried) < len(queued):
            office.clocks.advance(0.1)
            await asyncio.gather(office.quiet(), other.quiet())
        await other.close()
        assert sorted(one.outbox_id for one in slack.tried) == sorted(queued)
        for number in range(5):
            assert slack.ids_in(f"C{number}") == queued[number::5]
        assert await office.states() == {"sent": 40}
