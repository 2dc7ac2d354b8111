"""Tokens and scopes: who may call what."""

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from bot.playground.tokens_and_scopes import BOT_SCOPES
from bot.playground.web_api import METHODS
from tests.playground.asking import error_of, refusal
from tests.playground.conftest import SPEC


async def test_slack_17_each_answer_lists_the_scopes_that_are_held(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert answer["user_id"] == "UNUGGET"
    assert set(answer.headers["x-oauth-scopes"].split(",")) == BOT_SCOPES


async def test_slack_7_unknown_and_missing_tokens(standin: StandIn, session: aiohttp.ClientSession) -> None:
    for token, error in (("xoxb-other", "invalid_auth"), (None, "not_authed"), ("", "not_authed")):
        other = AsyncWebClient(token, base_url=standin.base_url, session=session, retry_handlers=[])
        assert await error_of(other.auth_test()) == error
    assert [entry.token_ok for entry in standin.record] == [False] * 3


async def test_slack_5_sockets_are_for_the_app_token_alone(client: AsyncWebClient) -> None:
    assert await error_of(client.apps_connections_open(app_token="xoxb-standin")) == "not_allowed_token_type"
    assert (await client.apps_connections_open(app_token="xapp-standin"))["url"].startswith("ws://127.0.0.1:")
    assert await error_of(client.auth_test(token="xapp-standin")) == "not_allowed_token_type"


CALLS = {
    "chat:write": ("chat.postMessage", {"channel": "CINTEL", "text": "x"}),
    "im:write": ("conversations.open", {"users": "UANA"}),
    "reactions:write": ("reactions.add", {"channel": "CINTEL", "timestamp": "1.0", "name": "eyes"}),
    "reactions:read": ("reactions.get", {"channel": "CINTEL", "timestamp": "1.0"}),
    "users:read": ("users.list", {}),
    "usergroups:read": ("usergroups.users.list", {"usergroup": "SPMS"}),
    "channels:history": ("conversations.history", {"channel": "CINTEL"}),
    "groups:history": ("conversations.history", {"channel": "CPRIVATE"}),
    "im:history": ("conversations.history", {"channel": "DUANA"}),
    "channels:read": ("conversations.info", {"channel": "CINTEL"}),
    "groups:read": ("conversations.members", {"channel": "CPRIVATE"}),
    "im:read": ("conversations.list", {"types": "im"}),
    "mpim:read": ("users.conversations", {"types": "public_channel,mpim"}),
}


@pytest.fixture
async def narrow(scope: str, session: aiohttp.ClientSession) -> AsyncIterator[AsyncWebClient]:
    """Give a client of an app that holds all scopes but this one, and its twin for group conversations."""
    held = BOT_SCOPES - {scope, "mpim:write"}
    standin = await StandIn.start(replace(SPEC, bot_scopes=held))
    standin.direct_channel("UANA")
    yield AsyncWebClient("xoxb-standin", base_url=standin.base_url, session=session, retry_handlers=[])
    await standin.stop()


@pytest.mark.parametrize("scope", CALLS)
async def test_slack_17_a_missing_scope_is_named(scope: str, narrow: AsyncWebClient) -> None:
    method, arguments = CALLS[scope]
    response = await refusal(narrow.api_call(method, json=arguments))
    assert response["error"] == "missing_scope"
    assert scope in response["needed"].split(",")
    assert scope not in response["provided"].split(",")


async def test_slack_17_with_the_scope_the_same_calls_get_past_it(standin: StandIn, client: AsyncWebClient) -> None:
    standin.direct_channel("UANA")
    for method, arguments in CALLS.values():
        response = (await client.api_call(method, json=arguments)) if "timestamp" not in arguments else None
        assert response is None or response["ok"]


@pytest.mark.parametrize(
    "name", [name for name, method in METHODS.items() if method.scopes and not method.is_for_app_token]
)
async def test_slack_17_each_method_with_scopes_is_refused_without_any(
    name: str, session: aiohttp.ClientSession
) -> None:
    standin = await StandIn.start(replace(SPEC, bot_scopes=frozenset()))
    client = AsyncWebClient("xoxb-standin", base_url=standin.base_url, session=session, retry_handlers=[])
    response = await refusal(client.api_call(name, json={}))
    assert (response["error"], response["needed"]) == ("missing_scope", ",".join(METHODS[name].scopes))
    await standin.stop()


REQUIRED = [(name, key) for name, method in METHODS.items() for key in sorted(method.required)]


@pytest.mark.parametrize(("name", "missing"), REQUIRED, ids=[f"slack 7, {name} {key}" for name, key in REQUIRED])
async def test_slack_7_each_required_argument_is_missed(client: AsyncWebClient, name: str, missing: str) -> None:
    given = {key: "x" for key in METHODS[name].required if key != missing}
    response = await refusal(client.api_call(name, json=given))
    assert response["error"] == "invalid_arguments"
    assert response["response_metadata"]["messages"] == [f"[ERROR] missing required field: {missing}"]


@pytest.mark.parametrize("name", METHODS)
async def test_slack_5_each_method_takes_one_kind_of_token(client: AsyncWebClient, name: str) -> None:
    wrong = "xoxb-standin" if METHODS[name].is_for_app_token else "xapp-standin"
    call = client.api_call(name, headers={"Authorization": f"Bearer {wrong}"})
    assert await error_of(call) == "not_allowed_token_type"


async def test_slack_14_after_uninstalling_the_token_is_void(standin: StandIn, client: AsyncWebClient) -> None:
    await standin.uninstall()
    assert await error_of(client.auth_test()) == "account_inactive"


async def test_tokens_are_never_written_down(standin: StandIn, client: AsyncWebClient) -> None:
    await client.api_call("chat.postMessage", data={"token": "xoxb-standin", "channel": "CINTEL", "text": "x"})
    assert "xoxb-standin" not in repr(standin.record)


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"{", "application/json", "invalid_json"),
        (b"[1]", "application/json; charset=utf-8", "json_not_object"),
        (b"[" * 100_000, "application/json", "invalid_json"),
        (b"x", "text/plain", "invalid_post_type"),
    ],
)
async def test_slack_7_bodies_that_are_no_arguments(
    standin: StandIn, session: aiohttp.ClientSession, body: bytes, content_type: str, error: str
) -> None:
    headers = {"Content-Type": content_type, "Authorization": "Bearer xoxb-standin"}
    async with session.post(f"{standin.base_url}chat.postMessage", data=body, headers=headers) as response:
        assert (await response.json())["error"] == error


async def test_slack_7_unknown_methods_and_arguments(client: AsyncWebClient) -> None:
    assert await error_of(client.api_call("chat.shout")) == "unknown_method"
    response = await refusal(client.api_call("chat.postMessage", json={"text": "x", "volume": 11}))
    assert response["error"] == "invalid_arguments"
    named = "[ERROR] missing required field: channel", "[ERROR] unknown field: volume"
    assert response["response_metadata"]["messages"] == list(named)
    assert await error_of(client.api_call("chat.postMessage", json={"channel": 7, "text": "x"})) == "invalid_arguments"


async def test_slack_7_a_form_means_the_same_as_json(standin: StandIn, client: AsyncWebClient) -> None:
    blocks = '[{"type":"section","text":{"type":"plain_text","text":"hi"}}]'
    await client.api_call("chat.postMessage", data={"channel": "CINTEL", "text": "x", "blocks": blocks})
    [seen] = standin.messages("UANA", "CINTEL")
    assert seen.blocks[0]["text"] == {"type": "plain_text", "text": "hi"}
    response = client.api_call("chat.postMessage", data={"channel": "CINTEL", "text": "x", "blocks": "["})
    assert await error_of(response) == "invalid_blocks_format"
