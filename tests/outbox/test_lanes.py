"""What waits goes out in the order of its lane, no lane waits for another, and never faster than Slack allows."""

import pytest

from bot.domain.retry import Refused, Uncertain
from tests.outbox.memory_slack import Attempt, MemorySlack
from tests.outbox.office import Office, add_person, find_direct_channel


async def test_a_lane_keeps_its_order_at_one_message_a_second(office: Office, slack: MemorySlack) -> None:
    queued = [await office.post() for _ in range(4)]
    await office.quiet()
    assert slack.ids_in("C1") == queued[:1]
    await office.wait(0.9)
    assert slack.ids_in("C1") == queued[:1], "Slack takes one message a second in a channel"
    for sent in (2, 3, 4):
        await office.wait(1.0)
        assert slack.ids_in("C1") == queued[:sent]
    assert await office.states() == {"sent": 4}
    entry = await office.entry(queued[0])
    assert (entry.slack_channel_id, entry.slack_ts) == ("C1", "1.000000")
    assert entry.settled_at == entry.created_at


async def test_the_second_of_a_lane_waits_until_the_first_is_settled(office: Office, slack: MemorySlack) -> None:
    slack.held = True
    first, second = await office.post(), await office.post()
    await office.quiet(held=1)
    await office.wait(30, held=1)
    assert [dispatch.outbox_id for dispatch in slack.tried] == [first]
    assert await office.state(first) == "sending", "what is on its way is marked on disk before it goes"
    slack.let_go()
    await office.quiet()
    assert slack.ids_in("C1") == [first, second]


async def test_a_lane_that_is_stuck_holds_no_other_up(office: Office, slack: MemorySlack) -> None:
    slack.plan.append(Attempt(Uncertain("reset")))
    stuck = await office.post("C1")
    await office.quiet()
    behind, elsewhere, thread = await office.post("C1"), await office.post("C2"), await office.post("C1", "1.000000")
    await office.wait(5)
    assert await office.state(stuck) == "uncertain"
    assert await office.state(behind) == "pending", "order in a lane goes before speed"
    assert slack.ids_in("C2") == [elsewhere]
    assert slack.ids_in("C1", "1.000000") == [thread]


async def test_a_dead_entry_lets_the_next_of_its_lane_go(office: Office, slack: MemorySlack) -> None:
    slack.plan.append(Attempt(Refused("msg_too_long")))
    await office.post()
    after = await office.post()
    await office.quiet()
    await office.wait(1)
    assert slack.ids_in("C1") == [after]


async def test_a_notice_that_still_rests_holds_nobody_up(office: Office, slack: MemorySlack) -> None:
    resting, later = await office.post(rest_seconds=120), await office.post()
    await office.quiet()
    assert slack.ids_in("C1") == [later]
    office.clocks.real += 500
    office.clocks.monotonic += 500
    await office.quiet()
    assert slack.ids_in("C1") == [later], "its rest is measured by the business clock"
    office.clocks.business += 119
    await office.quiet()
    assert slack.ids_in("C1") == [later]
    office.clocks.business += 1
    await office.quiet()
    assert slack.ids_in("C1") == [later, resting]


async def test_threads_share_the_pace_of_their_channel(office: Office, slack: MemorySlack) -> None:
    await office.post("C1", "1.000000")
    await office.post("C1", "2.000000")
    await office.quiet()
    first = len(slack.tried)
    await office.wait(1)
    assert (first, len(slack.tried)) == (1, 2)


async def test_a_workspace_is_not_flooded(office: Office, slack: MemorySlack) -> None:
    for number in range(12):
        await office.post(f"C{number}")
    sent = []
    await office.quiet()
    sent.append(len(slack.tried))
    for _ in range(3):
        await office.wait(0.5)
        sent.append(len(slack.tried))
    assert sent == [3, 5, 8, 10], "a burst of three, then five a second"


async def test_changes_of_a_message_that_waits_are_one_message(office: Office, slack: MemorySlack) -> None:
    card = await office.post(rest_seconds=60)
    await office.change(card, "second")
    await office.change(card, "third")
    await office.wait(60)
    [dispatch] = slack.tried
    assert (dispatch.kind, dispatch.payload["text"]) == ("post", "third")


async def test_changes_of_a_message_that_went_become_one_change(office: Office, slack: MemorySlack) -> None:
    card = await office.post()
    await office.quiet()
    for text in ("second", "third", "fourth"):
        await office.change(card, text)
    await office.quiet()
    [_, change] = slack.tried
    assert (change.kind, change.payload["text"]) == ("update", "fourth")
    assert (change.target_channel_id, change.target_ts) == ("C1", "1.000000")


async def test_a_change_made_while_its_message_is_on_its_way_comes_after_it(office: Office, slack: MemorySlack) -> None:
    slack.held = True
    card = await office.post()
    await office.quiet(held=1)
    await office.change(card, "second")
    slack.let_go()
    await office.quiet()
    assert [(one.kind, one.payload["text"]) for one in slack.tried][1:] == [("update", "second")]
    assert slack.tried[0].payload["text"] != "second"


async def test_a_change_of_a_message_that_never_went_is_cancelled(office: Office, slack: MemorySlack) -> None:
    slack.held = True
    slack.plan.append(Attempt(Refused("is_archived")))
    card = await office.post()
    await office.quiet(held=1)
    await office.change(card, "second")
    slack.let_go()
    await office.quiet()
    assert len(slack.tried) == 1
    assert await office.states() == {"dead": 1, "cancelled": 1}
    after = await office.post("C1")
    await office.wait(1)
    assert await office.state(after) == "sent", "what was cancelled is out of the way"


@pytest.mark.parametrize("person", ["U1", "W1"])
async def test_the_direct_channel_of_a_person_is_remembered(office: Office, slack: MemorySlack, person: str) -> None:
    await office.transact(add_person, person)
    await office.post(person)
    await office.quiet()
    assert slack.tried[0].direct_channel_id is None
    assert await office.transact.read(find_direct_channel, person) == f"D{person}"
    await office.post(person)
    await office.wait(1)
    assert slack.tried[1].direct_channel_id == f"D{person}"


async def test_a_database_that_goes_away_is_waited_for(office: Office, slack: MemorySlack) -> None:
    queued = await office.post()
    office.worker_database.fails = 1
    await office.quiet()
    assert slack.ids_in("C1") == [queued]


async def test_an_answer_is_kept_until_the_database_is_back(office: Office, slack: MemorySlack) -> None:
    slack.held = True
    queued = await office.post()
    await office.quiet(held=1)
    office.worker_database.fails = 2
    slack.let_go()
    await office.quiet()
    assert await office.state(queued) == "sent"
    assert len(slack.tried) == 1, "what Slack has said is not asked for again"
