"""After an unclear outcome: rest, look whether the message is there, and only then send again."""

import pytest

from bot.domain.errors import TemporaryError
from bot.domain.retry import Sent, Uncertain
from tests.outbox.memory_slack import Attempt, MemorySlack, direct
from tests.outbox.office import POLICY, Office, add_person

Q = POLICY.quarantine_seconds
PLACES = [("C1", None), ("C1", "1.000000"), ("U1", None)]
DAY = 86_400.0


async def lose(office: Office, slack: MemorySlack, place: tuple[str, str | None], *, lands: bool) -> str:
    """Send a message whose answer never comes, and return its id."""
    slack.plan.append(Attempt(Uncertain("reset"), lands=lands))
    await office.transact(add_person, "U1")
    lost = await office.post(*place)
    await office.quiet()
    assert await office.state(lost) == "uncertain"
    return lost


@pytest.mark.parametrize("place", PLACES)
async def test_what_is_found_was_sent(office: Office, slack: MemorySlack, place: tuple[str, str | None]) -> None:
    lost = await lose(office, slack, place, lands=True)
    await office.rest(Q)
    await office.quiet()
    entry = await office.entry(lost)
    assert (entry.state, entry.slack_ts) == ("sent", "1.000000")
    assert (len(slack.tried), office.reconciler.found_late) == (1, 1)
    assert [(where.channel_id, where.thread_ts) for where in slack.looked] == [(direct(place[0]), place[1])]
    assert entry.slack_channel_id == direct(place[0])


@pytest.mark.parametrize("place", PLACES)
async def test_what_is_not_found_is_sent_again(
    office: Office, slack: MemorySlack, place: tuple[str, str | None]
) -> None:
    lost = await lose(office, slack, place, lands=False)
    behind = await office.post(*place)
    await office.rest(Q)
    await office.wait(1)
    await office.wait(1)
    assert slack.ids_in(*place) == [lost, behind], "and in its old place in the order"
    assert (await office.state(lost), office.reconciler.found_late) == ("sent", 0)


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_message_found_in_a_direct_channel_can_be_changed_there(
    office: Office, slack: MemorySlack, is_first: bool
) -> None:
    await office.transact(add_person, "U1")
    if not is_first:
        await office.post("U1")
        await office.quiet()
    slack.plan.append(Attempt(Uncertain("reset"), lands=True))
    lost = await office.post("U1")
    await office.wait(1)
    await office.rest(Q)
    await office.change(lost, "second")
    await office.wait(5)
    change = slack.tried[-1]
    ts = "1.000000" if is_first else "2.000000"
    assert (change.kind, change.target_channel_id, change.target_ts) == ("update", direct("U1"), ts)


async def test_nothing_is_looked_up_before_the_rest_is_over(office: Office, slack: MemorySlack) -> None:
    lost = await lose(office, slack, ("C1", None), lands=False)
    await office.rest(Q - 1)
    assert slack.looked == []
    late = slack.land("C1", lost)
    await office.rest(1)
    assert (await office.entry(lost)).slack_ts == late, "a request may land after its timeout"
    await office.wait(DAY)
    assert len(slack.tried) == 1


async def test_the_rest_is_measured_by_the_own_monotonic_clock(office: Office, slack: MemorySlack) -> None:
    await lose(office, slack, ("C1", None), lands=True)
    await office.reconciler.look_once()
    office.clocks.real += 40 * DAY
    office.clocks.business += 40 * DAY
    await office.reconciler.look_once()
    assert slack.looked == [], "wall clocks may be moved, and differ between machines"
    office.clocks.real -= 80 * DAY
    office.clocks.monotonic += Q
    await office.reconciler.look_once()
    assert len(slack.looked) == 1


async def test_a_process_that_came_later_rests_from_its_own_first_sight(office: Office, slack: MemorySlack) -> None:
    await lose(office, slack, ("C1", None), lands=True)
    newcomer = office.colleague(slack)
    newcomer.clocks.monotonic += 100 * DAY
    await newcomer.reconciler.look_once()
    assert slack.looked == []
    await newcomer.rest(Q)
    assert len(slack.looked) == 1


async def test_each_lost_try_rests_anew(office: Office, slack: MemorySlack) -> None:
    lost = await lose(office, slack, ("C1", None), lands=False)
    slack.plan.append(Attempt(Uncertain("reset")))
    await office.rest(Q)
    await office.wait(1)
    assert (await office.state(lost), len(slack.tried)) == ("uncertain", 2)
    await office.rest(Q / 2)
    assert len(slack.looked) == 1
    await office.rest(Q / 2)
    await office.wait(1)
    assert (len(slack.looked), slack.ids_in("C1")) == (2, [lost])


async def test_one_look_serves_a_whole_conversation(office: Office, slack: MemorySlack) -> None:
    first = await lose(office, slack, ("C1", None), lands=True)
    created = office.clocks.business_now()
    slack.plan.append(Attempt(Uncertain("reset"), lands=False))
    second = await office.post("C2")
    await office.quiet()
    await office.rest(Q)
    assert {where.channel_id for where in slack.looked} == {"C1", "C2"}
    assert (await office.state(first), await office.state(second)) == ("sent", "pending")
    for where in slack.looked:
        assert float(where.oldest_ts) == pytest.approx(created.timestamp() - DAY), "clocks may differ by so much"


async def test_nothing_is_concluded_while_slack_shows_nothing(office: Office, slack: MemorySlack) -> None:
    lost = await lose(office, slack, ("C1", None), lands=True)
    slack.blind = True
    with pytest.raises(TemporaryError):
        await office.rest(Q)
    await office.quiet()
    assert (await office.state(lost), len(slack.tried)) == ("uncertain", 1)
    slack.blind = False
    await office.reconciler.look_once()
    assert await office.state(lost) == "sent"


async def test_the_later_of_two_is_removed_and_changes_go_to_the_first(office: Office, slack: MemorySlack) -> None:
    lost = await lose(office, slack, ("C1", None), lands=False)
    await office.rest(Q)
    first = slack.land("C1", lost)
    await office.quiet()
    assert slack.ids_in("C1") == [lost, lost], "the first request landed after the look, just before the second"
    await office.reconciler.sweep()
    assert slack.deleted == [("C1", "2.000000")]
    assert (slack.ids_in("C1"), office.reconciler.removed) == ([lost], 1)
    await office.change(lost, "second")
    await office.quiet()
    assert slack.tried[-1].target_ts == first
    await office.reconciler.sweep()
    assert len(slack.deleted) == 1


async def test_a_sweep_removes_nothing_that_stands_once(office: Office, slack: MemorySlack) -> None:
    await lose(office, slack, ("C1", None), lands=False)
    await office.rest(Q)
    await office.quiet()
    await office.reconciler.sweep()
    assert (len(slack.looked), slack.deleted) == (2, [])


async def test_nothing_is_swept_where_all_went_at_once(office: Office, slack: MemorySlack) -> None:
    await office.post()
    await office.quiet()
    await office.reconciler.sweep()
    assert slack.looked == []


async def test_an_answer_that_comes_after_all_is_believed(office: Office, slack: MemorySlack) -> None:
    slack.held = True
    queued = await office.post()
    await office.quiet(held=1)
    await office.rest(10 * POLICY.timeout_seconds)
    assert await office.state(queued) == "sending", "what this process is sending is not given up by itself"
    slack.plan.append(Attempt(Sent("9.000000", "C1")))
    slack.let_go()
    await office.quiet()
    assert (await office.state(queued), slack.looked) == ("sent", [])
