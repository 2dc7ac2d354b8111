"""Reading back what of ours stands in a conversation: all of it, or nothing is concluded."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.connectors.base import Conversation
from bot.connectors.slack.lookup import SlackLookup, fetch_message, fetch_permalink
from bot.domain.errors import TemporaryError
from tests.connectors.scripted_slack import (
    HANGS_AFTER,
    RESET_BEFORE,
    Json,
    Reply,
    ScriptedSlack,
    failing,
)


def ours(outbox_id: str, ts: str, thread_ts: str | None = None, event_type: str = "nugget_outbox") -> Json:
    metadata = {"event_type": event_type, "event_payload": {"outbox_id": outbox_id}}
    return {"ts": ts, "text": "words", "thread_ts": thread_ts, "metadata": metadata}


def place(channel_id: str = "C1", thread_ts: str | None = None) -> Conversation:
    return Conversation("T1", channel_id, thread_ts, "900.000000")


async def test_every_page_of_a_history_is_read(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.page = 3
    slack.standing["C1"] = [ours(f"id-{number}", f"{1000 + number}.000000") for number in range(8)]
    found = await SlackLookup(lambda _: client, 5.0).find_posted(place())
    assert found == {f"id-{number}": [f"{1000 + number}.000000"] for number in range(8)}
    assert slack.methods() == ["conversations.history"] * 3
    for _, asked in slack.asked:
        assert asked["oldest"] == "900.000000"
        assert str(asked["include_all_metadata"]).lower() in {"1", "true"}, "without it Slack leaves the ids out"


async def test_replies_are_looked_for_in_their_thread(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.page = 2
    slack.standing["C1"] = [ours("top", "1.000000")] + [ours(f"id-{n}", f"{n}.000000", "1.000000") for n in (2, 3, 4)]
    found = await SlackLookup(lambda _: client, 5.0).find_posted(place(thread_ts="1.000000"))
    assert set(found) == {"id-2", "id-3", "id-4"}
    assert slack.methods() == ["conversations.replies"] * 2
    assert {asked["ts"] for _, asked in slack.asked} == {"1.000000"}


@pytest.mark.parametrize("person", ["U1", "W1"])
async def test_a_persons_direct_channel_is_opened_first(
    person: str, slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.standing[f"D{person}"] = [ours("id-1", "1000.000000")]
    assert await SlackLookup(lambda _: client, 5.0).find_posted(place(person)) == {"id-1": ["1000.000000"]}
    assert slack.methods() == ["conversations.open", "conversations.history"]


async def test_one_id_twice_is_listed_earliest_first_by_number(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.standing["C1"] = [ours("id-1", "1000.000000"), ours("id-1", "999.000000")]
    found = await SlackLookup(lambda _: client, 5.0).find_posted(place())
    assert found == {"id-1": ["999.000000", "1000.000000"]}


async def test_a_message_on_two_pages_is_one_message(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.page = 1
    slack.standing["C1"] = [ours("id-1", "1000.000000")] * 2
    assert await SlackLookup(lambda _: client, 5.0).find_posted(place()) == {"id-1": ["1000.000000"]}


async def test_what_is_not_ours_is_passed_over(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    strange: list[Json] = [
        {"ts": "1.000000", "text": "no metadata"},
        {"ts": "2.000000", "metadata": "text"},
        {"ts": "3.000000", "metadata": {"event_type": "nugget_outbox"}},
        {"ts": "4.000000", "metadata": {"event_type": "nugget_outbox", "event_payload": {"outbox_id": 5}}},
        ours("id-9", "5.000000", event_type="another_app"),
    ]
    slack.standing["C1"] = [*strange, ours("id-1", "6.000000")]
    assert await SlackLookup(lambda _: client, 5.0).find_posted(place()) == {"id-1": ["6.000000"]}


INCOMPLETE = {
    "reset": RESET_BEFORE,
    "500": failing(500),
    "not JSON": failing(200),
    "rate limited": Reply.of({"ok": False, "error": "ratelimited"}, 429, Retry_After="30"),
    "not a member any more": Reply.of({"ok": False, "error": "not_in_channel"}),
    "a list": Reply.of([]),
    "no messages named": Reply.of({"ok": True}),
    "a message without a ts": Reply.of({"ok": True, "messages": [ours("id-1", "1.000000") | {"ts": None}]}),
    "slow": HANGS_AFTER,
}


@pytest.mark.parametrize("name", INCOMPLETE)
async def test_nothing_is_concluded_from_half_a_history(
    name: str, slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    first = {"ok": True, "messages": [ours("id-1", "1.000000")], "response_metadata": {"next_cursor": "1"}}
    # Reading is asked again by the HTTP library where a connection broke, which harms nobody.
    slack.replies += [Reply.of(first), *[INCOMPLETE[name]] * (3 if name == "reset" else 1)]
    with pytest.raises(TemporaryError):
        await SlackLookup(lambda _: client, 0.3 if name == "slow" else 5.0).find_posted(place())
    assert len(slack.asked) >= 2, "the second page was asked for"


async def test_a_double_is_removed_and_one_that_is_gone_is_as_good(
    slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    lookup = SlackLookup(lambda _: client, 5.0)
    slack.standing["C1"] = [ours("id-1", "1.000000"), ours("id-1", "2.000000")]
    await lookup.delete("T1", "C1", "2.000000")
    assert [message["ts"] for message in slack.standing["C1"]] == ["1.000000"]
    slack.replies.append(Reply.of({"ok": False, "error": "message_not_found"}))
    await lookup.delete("T1", "C1", "2.000000")


@pytest.mark.parametrize("reply", [RESET_BEFORE, failing(503), Reply.of({"ok": False, "error": "cant_delete_message"})])
async def test_a_double_that_stands_still_is_for_the_next_sweep(
    reply: Reply, slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.replies.append(reply)
    with pytest.raises(TemporaryError):
        await SlackLookup(lambda _: client, 5.0).delete("T1", "C1", "2.000000")
    assert slack.methods() == ["chat.delete"]


def shows(*messages: Json) -> Reply:
    return Reply.of({"ok": True, "messages": list(messages)})


def refuses(error: str) -> Reply:
    return Reply.of({"ok": False, "error": error})


async def test_a_message_is_read_from_the_history_and_a_reply_from_its_thread(
    slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    wanted: Json = {"ts": "5.000100", "text": "words"}
    slack.replies += [shows(wanted), shows({"ts": "4.000100"}), shows("odd", {"ts": "1.000100"}, wanted)]  # type: ignore[arg-type]
    assert await fetch_message(client, "C1", "5.000100") == wanted
    assert await fetch_message(client, "C1", "5.000100") == wanted
    assert slack.methods() == ["conversations.history", "conversations.history", "conversations.replies"]
    history, replies = slack.asked[1][1], slack.asked[2][1]
    assert (history["oldest"], history["latest"], replies["ts"]) == ("5.000100",) * 3


@pytest.mark.parametrize("error", ["not_in_channel", "channel_not_found", "thread_not_found", "missing_scope"])
async def test_a_message_that_slack_does_not_show_is_none(
    error: str, slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.replies += [refuses(error), refuses(error)]
    assert await fetch_message(client, "C1", "5.000100") is None


async def test_no_answer_is_not_taken_for_no_message(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.replies.append(refuses("ratelimited"))
    with pytest.raises(SlackApiError):
        await fetch_message(client, "C1", "5.000100")


NO_LINK = {
    "refused": refuses("message_not_found"),
    "500": failing(500),
    "slow": HANGS_AFTER,
    "none named": Reply.of({"ok": True}),
    "longer than any": Reply.of({"ok": True, "permalink": "https://hooli.example/" + "x" * 500}),
}


@pytest.mark.parametrize("name", NO_LINK)
async def test_without_a_link_in_time_there_is_none(name: str, slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.replies.append(NO_LINK[name])
    assert await fetch_permalink(client, "C1", "5.000100", 0.3) is None


async def test_a_link_is_kept_as_slack_gives_it(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.replies.append(Reply.of({"ok": True, "permalink": "https://hooli.example/archives/C1/p5000100"}))
    assert await fetch_permalink(client, "C1", "5.000100", 5.0) == "https://hooli.example/archives/C1/p5000100"
