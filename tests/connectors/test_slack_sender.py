"""What the sender makes of each way in which a call to Slack can end; and what it asks for."""

import socket
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.connectors.base import Dispatch
from bot.connectors.slack.client import open_session, slack_client
from bot.connectors.slack.sender import SlackSender
from bot.domain.retry import NotSent, RateLimited, Refused, Sent, Uncertain
from tests.connectors.scripted_slack import HANGS_AFTER, RESET_AFTER, RESET_BEFORE, Reply, ScriptedSlack, failing

HOSTILE = "see https://example.com <!channel> @here <@U1> & #general"
BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "words"}}]
UNNAMED_WAIT = 30.0


def dispatch(kind: str = "post", channel_id: str = "C1", **more: Any) -> Dispatch:
    """Return an entry as the worker hands it over."""
    words = {"text": HOSTILE, "blocks": BLOCKS}
    entry = Dispatch("id-1", "T1", f"T1:{channel_id}", kind, channel_id, None, None, words, 1, 0.0)
    return replace(entry, **more)


def ok_false(error: str, status: int = 200, **headers: str) -> Reply:
    return Reply.of({"ok": False, "error": error}, status, **headers)


ENDINGS = {
    "reset before": (RESET_BEFORE, Uncertain),
    "reset after": (RESET_AFTER, Uncertain),
    "500": (failing(500), Uncertain),
    "500 after": (failing(500, acts=True), Uncertain),
    "502": (failing(502), Uncertain),
    "503": (failing(503), Uncertain),
    "503 as Slack words it": (ok_false("service_unavailable", 503), Uncertain),
    "fatal_error": (ok_false("fatal_error"), Uncertain),
    "internal_error": (ok_false("internal_error"), Uncertain),
    "request_timeout": (ok_false("request_timeout"), Uncertain),
    "not JSON": (Reply(200, "<html>hello</html>", (("Content-Type", "text/html"),)), Uncertain),
    "not JSON, though it says so": (Reply(200, "oops", (("Content-Type", "application/json"),)), Uncertain),
    "cut JSON": (Reply(200, '{"ok": true, "ts": "1', (("Content-Type", "application/json"),)), Uncertain),
    "a list": (Reply.of(["ok"]), Uncertain),
    "nothing at all": (Reply(200, ""), Uncertain),
    "ok without a ts": (Reply.of({"ok": True, "channel": "C1"}), Uncertain),
    "channel_not_found": (ok_false("channel_not_found"), Refused),
    "is_archived": (ok_false("is_archived"), Refused),
    "invalid_blocks": (ok_false("invalid_blocks"), Refused),
    "a code of next year": (ok_false("no_such_thing_yet"), Refused),
    "a lost token": (ok_false("token_revoked"), NotSent),
    "invalid_auth": (ok_false("invalid_auth"), NotSent),
}


@pytest.mark.parametrize("name", ENDINGS)
async def test_each_ending_has_its_outcome_after_one_request(
    name: str, slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    reply, expected = ENDINGS[name]
    slack.replies.append(reply)
    outcome = await SlackSender(lambda _: client, 5.0)(dispatch())
    assert type(outcome) is expected, outcome
    assert slack.methods() == ["chat.postMessage"], "a second request may post a second time"


@pytest.mark.parametrize("reply", [RESET_BEFORE, RESET_AFTER])
async def test_a_connection_that_worked_before_is_no_reason_to_post_again(
    reply: Reply, slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    sender = SlackSender(lambda _: client, 5.0)
    assert isinstance(await sender(dispatch()), Sent)
    slack.replies.append(reply)
    assert isinstance(await sender(dispatch()), Uncertain)
    assert len(slack.asked) == 2, "HTTP libraries like to ask again on a kept connection that broke"


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (ok_false("ratelimited", 429, Retry_After="7"), 7.0),
        (Reply(429, "<html>slow down</html>", (("Retry-After", "3"),)), 3.0),
        (ok_false("ratelimited", 429), UNNAMED_WAIT),
        (ok_false("ratelimited"), UNNAMED_WAIT),
        (ok_false("message_limit_exceeded"), UNNAMED_WAIT),
        (ok_false("ratelimited", 429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"), UNNAMED_WAIT),
        (ok_false("ratelimited", 429, Retry_After="inf"), UNNAMED_WAIT),
        (ok_false("ratelimited", 429, Retry_After="nan"), UNNAMED_WAIT),
        (ok_false("ratelimited", 429, Retry_After="-5"), 0.0),
    ],
)
async def test_a_rate_limit_names_its_seconds(
    reply: Reply, seconds: float, slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.replies.append(reply)
    assert await SlackSender(lambda _: client, 5.0)(dispatch()) == RateLimited(seconds)
    assert len(slack.asked) == 1, "whoever waits is the worker, and not the library"


async def test_a_slow_answer_is_given_up_at_the_deadline(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.replies.append(HANGS_AFTER)
    outcome = await SlackSender(lambda _: client, 0.2)(dispatch())
    assert isinstance(outcome, Uncertain)
    assert slack.ids_in("C1") == ["id-1"], "it was posted all the same, which is why nobody may call it not sent"
    assert len(slack.asked) == 1


async def test_a_refused_connection_was_certainly_not_sent() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{held.getsockname()[1]}/api/"
        async with open_session(lambda _: None) as session:
            client = slack_client("xoxb-test", nobody, 5.0, session)
            assert isinstance(await SlackSender(lambda _: client, 5.0)(dispatch()), NotSent)


async def test_a_proxy_in_the_environment_is_not_used(
    slack: ScriptedSlack, client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert isinstance(await SlackSender(lambda _: client, 5.0)(dispatch()), Sent)


async def test_a_post_says_only_what_it_has_to(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    sent = await SlackSender(lambda _: client, 5.0)(dispatch(thread_ts="1.000000"))
    assert sent == Sent("1000.000000", "C1")
    [(_, asked)] = slack.asked
    assert not {"link_names", "parse", "username", "as_user", "reply_broadcast"} & set(asked)
    assert (asked["unfurl_links"], asked["unfurl_media"]) == (False, False)
    assert (asked["channel"], asked["text"], asked["thread_ts"]) == ("C1", HOSTILE, "1.000000")
    assert asked["metadata"] == {"event_type": "nugget_outbox", "event_payload": {"outbox_id": "id-1"}}


@pytest.mark.parametrize(
    ("entry", "method"),
    [
        (dispatch("update", target_channel_id="C9", target_ts="5.000000"), "chat.update"),
        (dispatch("ephemeral", recipient="U1"), "chat.postEphemeral"),
    ],
)
async def test_words_are_never_parsed_for_mentions(
    entry: Dispatch, method: str, slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    assert isinstance(await SlackSender(lambda _: client, 5.0)(entry), Sent)
    [(asked_method, asked)] = slack.asked
    assert asked_method == method
    assert asked["text"] == HOSTILE
    assert not {"link_names", "parse", "as_user"} & set(asked)


@pytest.mark.parametrize("kind", ["update", "delete"])
async def test_a_change_goes_to_where_its_message_stands(
    kind: str, slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    entry = dispatch(kind, "U1", target_channel_id="D9", target_ts="5.000000")
    assert await SlackSender(lambda _: client, 5.0)(entry) == Sent("5.000000", "D9")
    [(_, asked)] = slack.asked
    assert (asked["channel"], asked["ts"]) == ("D9", "5.000000")


@pytest.mark.parametrize("kind", ["update", "delete"])
async def test_a_change_of_a_message_that_is_known_by_its_person_finds_the_channel(
    kind: str, slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    entry = dispatch(kind, "U1", target_channel_id="U1", target_ts="5.000000")
    assert await SlackSender(lambda _: client, 5.0)(entry) == Sent("5.000000", "DU1")
    assert slack.methods()[0] == "conversations.open", "Slack changes nothing in a channel that is named by a person"


@pytest.mark.parametrize("person", ["U1", "W1"])
async def test_a_person_is_written_to_in_their_direct_channel(
    person: str, slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    sender = SlackSender(lambda _: client, 5.0)
    first = await sender(dispatch(channel_id=person))
    assert isinstance(first, Sent)
    assert first.channel == f"D{person}"
    await sender(dispatch(channel_id=person, direct_channel_id="DKNOWN"))
    assert slack.methods() == ["conversations.open", "chat.postMessage", "chat.postMessage"]
    assert slack.ids_in("DKNOWN") == ["id-1"]


async def test_a_direct_channel_without_an_id_leads_nowhere(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.answers["conversations.open"] = lambda _: {"ok": True}
    assert isinstance(await SlackSender(lambda _: client, 5.0)(dispatch(channel_id="U1")), Uncertain)
    assert slack.methods() == ["conversations.open"]


async def test_a_reaction_names_the_message_and_the_emoji(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    entry = dispatch("react", payload={"timestamp": "5.000000", "name": "eyes"})
    assert isinstance(await SlackSender(lambda _: client, 5.0)(entry), Sent)
    [(method, asked)] = slack.asked
    assert (method, asked["channel"], asked["timestamp"], asked["name"]) == ("reactions.add", "C1", "5.000000", "eyes")


async def test_the_clock_of_each_answer_is_told(slack: ScriptedSlack) -> None:
    told: list[float] = []
    slack.replies += [
        Reply.of({"ok": True}, Date="Thu, 01 Oct 2026 12:00:00 GMT"),
        Reply.of({"ok": True}, Date="no date at all"),
    ]
    async with open_session(told.append) as session:
        client = slack_client("xoxb-test", slack.url, 5.0, session)
        await client.api_call("api.test")
        await client.api_call("api.test")
    assert told == [1790856000.0]
