"""Endings that are told apart for messages are told apart for changes and gestures too, each after one request."""

import socket
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.connectors.base import Dispatch
from bot.connectors.slack.client import open_session, slack_client
from bot.connectors.slack.sender import CALLS, SlackSender
from bot.domain.retry import NotSent, RateLimited, Refused, Uncertain
from tests.connectors.scripted_slack import HANGS_AFTER, RESET_AFTER, Reply, ScriptedSlack, failing

WORDS = {"text": "words", "blocks": []}
METHODS = {
    "update": "chat.update",
    "delete": "chat.delete",
    "ephemeral": "chat.postEphemeral",
    "react": "reactions.add",
}
ENDINGS = {
    "reset": (RESET_AFTER, Uncertain),
    "500": (failing(500), Uncertain),
    "503": (failing(503), Uncertain),
    "fatal_error": (Reply.of({"ok": False, "error": "fatal_error"}), Uncertain),
    "not JSON": (failing(200), Uncertain),
    "plainly refused": (Reply.of({"ok": False, "error": "is_archived"}), Refused),
    "rate limited": (Reply.of({"ok": False, "error": "ratelimited"}, 429, Retry_After="7"), RateLimited),
    "rate limited by a proxy": (failing(429), RateLimited),
}


def dispatch(kind: str) -> Dispatch:
    """Return an entry as the worker hands it over."""
    payload: dict[str, Any] = {"timestamp": "5.000000", "name": "eyes"} if kind == "react" else WORDS
    return Dispatch("id-1", "T1", "T1:C1", kind, "C1", None, "U1", payload, 1, 0.0, "C1", "5.000000")


def test_every_kind_is_tried_here_or_as_a_message() -> None:
    assert set(CALLS) == {*METHODS, "post"}


@pytest.mark.parametrize("kind", METHODS)
@pytest.mark.parametrize("name", ENDINGS)
async def test_each_ending_has_its_outcome_after_one_request(
    name: str, kind: str, slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    reply, expected = ENDINGS[name]
    slack.replies.append(reply)
    outcome = await SlackSender(lambda _: client, 5.0)(dispatch(kind))
    assert type(outcome) is expected, outcome
    assert slack.methods() == [METHODS[kind]], "whoever tries again is the worker"


@pytest.mark.parametrize("kind", METHODS)
async def test_a_slow_answer_is_given_up_at_the_deadline(
    kind: str, slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.replies.append(HANGS_AFTER)
    assert isinstance(await SlackSender(lambda _: client, 0.2)(dispatch(kind)), Uncertain)
    assert slack.methods() == [METHODS[kind]]


@pytest.mark.parametrize("kind", METHODS)
async def test_a_refused_connection_was_certainly_not_sent(kind: str) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        async with open_session(lambda _: None) as session:
            nobody = f"http://127.0.0.1:{held.getsockname()[1]}/api/"
            client = slack_client("xoxb-test", nobody, 5.0, session)
            assert isinstance(await SlackSender(lambda _: client, 5.0)(dispatch(kind)), NotSent)


@pytest.mark.parametrize("kind", METHODS)
async def test_only_messages_carry_an_id(kind: str, slack: ScriptedSlack, client: AsyncWebClient) -> None:
    await SlackSender(lambda _: client, 5.0)(dispatch(kind))
    [(_, asked)] = slack.asked
    assert "id-1" not in repr(asked), "a change without metadata leaves its message's own in place"
