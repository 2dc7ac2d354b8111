"""Reading history for as long as it takes: pages, waits that Slack asks for, and failures that pass or do not."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.connectors.slack.client import open_session, slack_client
from bot.connectors.slack.directory import find_by_address
from bot.connectors.slack.history import HistoryReader
from bot.domain.errors import MendableError, TemporaryError
from tests.connectors.scripted_slack import Reply, ScriptedSlack, failing, scripted_slack


@dataclass
class Desk:
    slack: ScriptedSlack
    reader: HistoryReader
    waits: list[float] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    async def read(self) -> list[str]:
        return [message["ts"] async for page in self.reader.history("C1", 0.0) for message in page]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with scripted_slack() as slack, open_session(lambda _: None) as session:
        waits: list[float] = []
        slept: list[float] = []

        async def sleep(seconds: float) -> None:
            slept.append(seconds)

        client = slack_client("xoxb-test", slack.url, 5, session)
        yield Desk(slack, HistoryReader(client, waits.append, sleep), waits, slept)


def page(*stamps: str, cursor: str = "") -> Reply:
    messages = [{"ts": ts} for ts in stamps]
    return Reply.of({"ok": True, "messages": messages, "response_metadata": {"next_cursor": cursor}})


def refused(code: str) -> Reply:
    return Reply.of({"ok": False, "error": code})


LIMITED = Reply.of({"ok": False, "error": "ratelimited"}, 429, Retry_After="17")


async def test_pages_follow_one_another_and_slacks_waits_are_kept(desk: Desk) -> None:
    desk.slack.replies.extend([page("3.0", cursor="a"), LIMITED, LIMITED, page("2.0", cursor="b"), page("1.0")])
    assert await desk.read() == ["3.0", "2.0", "1.0"]
    assert desk.waits == desk.slept == [17.0, 17.0]
    assert [arguments.get("cursor") for _, arguments in desk.slack.asked] == [None, "a", "a", "a", "b"]


async def test_a_wait_without_a_time_is_a_cautious_one(desk: Desk) -> None:
    desk.slack.replies.extend([Reply.of({"ok": False, "error": "ratelimited"}, 429), page("1.0")])
    assert await desk.read() == ["1.0"]
    assert desk.slept == [30.0]


async def test_what_passes_is_tried_again_and_what_does_not_ends_with_a_sentence(desk: Desk) -> None:
    desk.slack.replies.extend([failing(502), failing(503), refused("internal_error"), page("1.0")])
    assert await desk.read() == ["1.0"]
    assert desk.slept == [1.0, 5.0, 20.0]
    desk.slack.replies.extend([refused("fatal_error")] * 4)
    with pytest.raises(TemporaryError, match=r"Slack does not answer just now \(fatal_error\)"):
        await desk.read()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("not_in_channel", "Nugget is not in C1"),
        ("channel_not_found", "cannot see a channel C1"),
        ("missing_scope", "may not read the history of C1"),
        ("invalid_auth", "SLACK_BOT_TOKEN"),
    ],
)
async def test_what_an_operator_can_mend_is_said_at_once(desk: Desk, code: str, sentence: str) -> None:
    desk.slack.replies.append(refused(code))
    with pytest.raises(MendableError, match=sentence):
        await desk.read()
    assert desk.slept == []


async def test_replies_come_without_the_head_of_their_thread(desk: Desk) -> None:
    desk.slack.replies.extend([page("1.0", "1.1", cursor="a"), page("1.0", "1.2")])
    assert [reply["ts"] for reply in await desk.reader.replies("C1", "1.0")] == ["1.1", "1.2"]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply.of({"ok": True, "user": {"id": "UANA"}}), "UANA"),
        (refused("users_not_found"), None),
        (refused("missing_scope"), None),
    ],
)
async def test_an_address_is_somebodys_or_nobodys(desk: Desk, reply: Reply, expected: str | None) -> None:
    desk.slack.replies.append(reply)
    assert await find_by_address(desk.reader.client, "ana@example.com") == expected
