"""The outbox with its real sender and look-up, against a Slack on a socket that fails after it has posted."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.connectors.slack.client import open_session, slack_client
from bot.connectors.slack.lookup import SlackLookup
from bot.connectors.slack.sender import SlackSender
from bot.domain.errors import TemporaryError
from tests.connectors.scripted_slack import HANGS_AFTER, RESET_AFTER, RESET_BEFORE, Reply, ScriptedSlack, failing
from tests.connectors.scripted_slack import scripted_slack as open_slack
from tests.outbox.office import POLICY, Office, add_person, open_office

Q = POLICY.quarantine_seconds
CUT = Reply(200, '{"ok": true, "ts": "10', (("Content-Type", "application/json"),), acts=True)
AFTER = {
    "reset": RESET_AFTER,
    "500": failing(500, acts=True),
    "503": failing(503, acts=True),
    "cut": CUT,
    "fatal_error": Reply(200, '{"ok": false, "error": "fatal_error"}', acts=True),
    "another shape": Reply(200, "[]", (("Content-Type", "application/json"),), acts=True),
    "slow": HANGS_AFTER,
}
POSTS = frozenset({"chat.postMessage"})


@pytest.fixture
async def web_slack() -> AsyncIterator[ScriptedSlack]:
    """Give a Slack on a socket, whose script is for posts alone."""
    async with open_slack() as scripted:
        scripted.scripted = POSTS
        yield scripted


@pytest.fixture
async def office(database_url: str, web_slack: ScriptedSlack) -> AsyncIterator[Office]:
    """Give the outbox with real connectors; the test runs once on SQLite and once on Postgres."""
    async with open_session(lambda _: None) as session:
        client = slack_client("xoxb-test", web_slack.url, 5.0, session)
        sender, lookup = SlackSender(lambda _: client, 1.0), SlackLookup(lambda _: client, 5.0)
        async with open_office(database_url, sender, lookup) as opened:
            yield opened


def posts(slack: ScriptedSlack) -> int:
    return slack.methods().count("chat.postMessage")


@pytest.mark.parametrize("name", AFTER)
async def test_what_was_posted_before_slack_failed_stands_once(
    office: Office, web_slack: ScriptedSlack, name: str
) -> None:
    web_slack.replies.append(AFTER[name])
    queued = await office.post()
    await office.quiet()
    assert await office.state(queued) == "uncertain"
    await office.rest(Q)
    await office.wait(10)
    entry = await office.entry(queued)
    assert (entry.state, entry.slack_ts, entry.slack_channel_id) == ("sent", "1000.000000", "C1")
    assert (posts(web_slack), web_slack.ids_in("C1")) == (1, [queued])


@pytest.mark.parametrize("reply", [RESET_BEFORE, failing(503), failing(200)])
async def test_what_was_not_posted_before_slack_failed_is_posted_after_a_look(
    office: Office, web_slack: ScriptedSlack, reply: Reply
) -> None:
    web_slack.replies.append(reply)
    queued = await office.post()
    await office.quiet()
    await office.rest(Q)
    await office.wait(10)
    assert web_slack.ids_in("C1") == [queued]
    assert web_slack.methods() == ["chat.postMessage", "conversations.history", "chat.postMessage"]


@pytest.mark.parametrize("place", [("C1", "1.000000"), ("U1", None)])
async def test_threads_and_direct_messages_are_found_where_they_stand(
    office: Office, web_slack: ScriptedSlack, place: tuple[str, str | None]
) -> None:
    await office.transact(add_person, "U1")
    web_slack.replies.append(RESET_AFTER)
    queued = await office.post(*place)
    await office.quiet()
    await office.rest(Q)
    await office.wait(10)
    assert (await office.state(queued), posts(web_slack)) == ("sent", 1)
    await office.change(queued, "second")
    await office.wait(10)
    method, asked = web_slack.asked[-1]
    where = "DU1" if place[0] == "U1" else "C1"
    assert (method, asked["channel"], asked["ts"]) == ("chat.update", where, "1000.000000")


async def test_a_rate_limit_is_kept_to_the_second(office: Office, web_slack: ScriptedSlack) -> None:
    web_slack.replies.append(Reply.of({"ok": False, "error": "ratelimited"}, 429, Retry_After="17"))
    await office.post()
    await office.quiet()
    await office.wait(16.5)
    assert posts(web_slack) == 1
    await office.wait(1)
    assert posts(web_slack) == 2


async def test_a_history_that_cannot_be_read_is_read_again_later(office: Office, web_slack: ScriptedSlack) -> None:
    web_slack.scripted = frozenset()
    web_slack.replies += [RESET_AFTER, failing(500), Reply.of({"ok": True})]
    queued = await office.post()
    await office.quiet()
    for _ in range(2):
        with pytest.raises(TemporaryError):
            await office.rest(Q)
        assert (await office.state(queued), posts(web_slack)) == ("uncertain", 1)
    await office.rest(Q)
    assert (await office.state(queued), posts(web_slack)) == ("sent", 1)


async def test_a_second_message_with_one_id_is_taken_away(office: Office, web_slack: ScriptedSlack) -> None:
    web_slack.replies.append(RESET_BEFORE)
    queued = await office.post()
    await office.quiet()
    await office.rest(Q)
    metadata = {"event_type": "nugget_outbox", "event_payload": {"outbox_id": queued}}
    web_slack.standing["C1"].append({"ts": "999.000000", "text": "late", "thread_ts": None, "metadata": metadata})
    await office.wait(10)
    assert web_slack.ids_in("C1") == [queued, queued]
    await office.reconciler.sweep()
    assert [message["ts"] for message in web_slack.standing["C1"]] == ["999.000000"]
    assert (await office.entry(queued)).slack_ts == "999.000000"


async def test_the_reconciler_at_work_settles_and_sweeps_by_itself(office: Office, web_slack: ScriptedSlack) -> None:
    web_slack.replies.append(RESET_AFTER)
    queued = await office.post()
    await office.quiet()
    office.reconciler.policy = replace(POLICY, quarantine_seconds=0.2)
    working = asyncio.create_task(office.reconciler.run())
    async with asyncio.timeout(30):
        while await office.state(queued) != "sent":
            office.clocks.advance(1)
        web_slack.standing["C1"].append(web_slack.standing["C1"][0] | {"ts": "2000.000000"})
        office.clocks.advance(POLICY.sweep_seconds)
        while len(web_slack.ids_in("C1")) > 1:
            await office.reconciler.look_once()
    working.cancel()
    await asyncio.wait([working])
    assert posts(web_slack) == 1
