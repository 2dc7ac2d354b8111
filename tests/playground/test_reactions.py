"""reactions.*: each once, with a name that can be one, on what is there."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from tests.playground.asking import error_of


async def test_slack_8_a_reaction_is_seen_and_can_be_read(standin: StandIn, client: AsyncWebClient) -> None:
    ts = await standin.say("UANA", "CINTEL", "look")
    await client.reactions_add(channel="CINTEL", timestamp=ts, name="eyes")
    await standin.react("UBO", "CINTEL", ts, "eyes")
    assert standin.messages("UANA", "CINTEL")[0].reactions == {"eyes": ["UNUGGET", "UBO"]}
    answer = await client.reactions_get(channel="CINTEL", timestamp=ts)
    assert answer["message"]["reactions"] == [{"name": "eyes", "users": ["UNUGGET", "UBO"], "count": 2}]


async def test_slack_8_once_there_and_once_gone(standin: StandIn, client: AsyncWebClient) -> None:
    ts = await standin.say("UANA", "CINTEL", "look")
    where = {"channel": "CINTEL", "timestamp": ts, "name": "eyes"}
    assert await error_of(client.reactions_remove(**where)) == "no_reaction"
    await client.reactions_add(**where)
    assert await error_of(client.reactions_add(**where)) == "already_reacted"
    await client.reactions_remove(**where)
    assert standin.messages("UANA", "CINTEL")[0].reactions == {}
    assert await error_of(client.reactions_remove(**where)) == "no_reaction"


@pytest.mark.parametrize("name", ["white_check_mark", "+1", "thumbsup::skin-tone-3", "8ball", "e-mail", ":eyes:"])
async def test_slack_8_names_that_can_be_an_emoji(standin: StandIn, client: AsyncWebClient, name: str) -> None:
    ts = await standin.say("UANA", "CINTEL", "look")
    assert (await client.reactions_add(channel="CINTEL", timestamp=ts, name=name))["ok"]


@pytest.mark.parametrize("name", ["💎", "Eyes", "two words", "thumbsup::skin-tone-7", "<!here>"])
async def test_slack_8_names_that_cannot(standin: StandIn, client: AsyncWebClient, name: str) -> None:
    ts = await standin.say("UANA", "CINTEL", "look")
    assert await error_of(client.reactions_add(channel="CINTEL", timestamp=ts, name=name)) == "invalid_name"


async def test_slack_8_what_is_not_there_takes_no_reaction(standin: StandIn, client: AsyncWebClient) -> None:
    ts = await standin.say("UANA", "CPUBLIC", "look")
    errors = {"CINTEL": "message_not_found", "CPUBLIC": "not_in_channel", "CSECRET": "channel_not_found"}
    for channel, error in errors.items():
        assert await error_of(client.reactions_add(channel=channel, timestamp=ts, name="eyes")) == error
    call = client.api_call("reactions.add", params={"channel": "CINTEL", "name": "eyes"})
    assert await error_of(call) == "invalid_arguments"
    for method in ("reactions.get", "reactions.remove"):
        call = client.api_call(
            method, params={"channel": "CINTEL", **({} if method.endswith("get") else {"name": "x"})}
        )
        assert await error_of(call) == "invalid_arguments"


@pytest.mark.parametrize("length", [100, 101])
async def test_slack_8_a_name_of_100_characters_and_one_more(
    standin: StandIn, client: AsyncWebClient, length: int
) -> None:
    ts = await standin.say("UANA", "CINTEL", "look")
    call = client.reactions_add(channel="CINTEL", timestamp=ts, name="e" * length)
    assert length > 100 or (await call)["ok"]
    assert length == 100 or await error_of(call) == "invalid_name"
