"""conversations.*: history page by page, threads, and who is where."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from tests.playground.asking import error_of
from tests.playground.faulty import client_of, fast_standin


async def write(standin: StandIn, count: int, **where: Any) -> list[str]:
    return [await standin.say("UANA", "CINTEL", f"message {number}", **where) for number in range(count)]


async def test_slack_8_history_is_newest_first_and_without_replies(standin: StandIn, client: AsyncWebClient) -> None:
    first, second = await write(standin, 2)
    await write(standin, 2, thread_ts=first)
    found = (await client.conversations_history(channel="CINTEL"))["messages"]
    assert [message["ts"] for message in found] == [second, first]
    assert (found[1]["reply_count"], found[1]["reply_users"]) == (2, ["UANA"])


async def test_slack_6_history_comes_in_pages(standin: StandIn, client: AsyncWebClient) -> None:
    written, found, cursor = await write(standin, 5), list[str](), None
    while True:
        answer = await client.conversations_history(channel="CINTEL", limit=2, cursor=cursor)
        found += [message["ts"] for message in answer["messages"]]
        if not answer["has_more"]:
            break
        cursor = answer["response_metadata"]["next_cursor"]
    assert found == written[::-1]


PAGED: list[tuple[str, int, dict[str, Any]]] = [
    ("conversations.history", 999, {"channel": "CINTEL"}),
    ("conversations.replies", 999, {"channel": "CINTEL"}),
    ("conversations.members", 1000, {"channel": "CINTEL"}),
    ("conversations.list", 1000, {}),
    ("users.conversations", 1000, {}),
    ("users.list", 1000, {}),
]


@pytest.mark.parametrize(("method", "most", "where"), PAGED, ids=[entry[0] for entry in PAGED])
async def test_slack_6_a_page_has_a_most(
    session: aiohttp.ClientSession, method: str, most: int, where: dict[str, Any]
) -> None:
    async with fast_standin(speed=1_000_000.0) as standin:
        client = client_of(standin, session)
        if method == "conversations.replies":
            where = {**where, "ts": await standin.say("UANA", "CINTEL", "x")}
        for limit in (most, 1):
            assert (await client.api_call(method, params={**where, "limit": limit}))["ok"]
        for wrong in (str(most + 1), "-1", "x", "1.5", "1" * 10):
            assert await error_of(client.api_call(method, params={**where, "limit": wrong})) == "invalid_limit"


@pytest.mark.parametrize("cursor", ["x", "bmV4dDp4", "bmV4dDo5OTk5OTk5OTk5", "Li4u"])
async def test_slack_6_invented_cursors_are_refused(client: AsyncWebClient, cursor: str) -> None:
    assert await error_of(client.conversations_history(channel="CINTEL", cursor=cursor)) == "invalid_cursor"


async def test_slack_8_oldest_and_latest_leave_themselves_out_unless_inclusive(
    standin: StandIn, client: AsyncWebClient
) -> None:
    stamps = await write(standin, 4)

    async def found(**window: Any) -> list[str]:
        answer = await client.conversations_history(channel="CINTEL", **window)
        return [message["ts"] for message in reversed(answer["messages"])]

    assert await found(oldest=stamps[0], latest=stamps[3]) == stamps[1:3]
    assert await found(oldest=stamps[0], latest=stamps[3], inclusive=True) == stamps
    assert await found(oldest=stamps[1], latest=stamps[1], inclusive=True, limit=1) == [stamps[1]]
    assert await found(oldest=stamps[3]) == []


@pytest.mark.parametrize("key", ["oldest", "latest"])
async def test_slack_8_moments_that_are_none(client: AsyncWebClient, key: str) -> None:
    call = client.api_call("conversations.history", params={"channel": "CINTEL", key: "soon"})
    assert await error_of(call) == f"invalid_ts_{key}"


async def test_slack_6_metadata_is_shown_only_if_asked_for(client: AsyncWebClient) -> None:
    metadata = {"event_type": "card", "event_payload": {"id": "7"}}
    ts = (await client.chat_postMessage(channel="CINTEL", text="x", metadata=metadata))["ts"]
    await client.chat_postMessage(channel="CINTEL", text="y", thread_ts=ts, metadata=metadata)
    for call in (client.conversations_history, client.conversations_replies):
        where = {"channel": "CINTEL", **({"ts": ts} if call == client.conversations_replies else {})}
        assert all("metadata" not in message for message in (await call(**where))["messages"])
        shown = (await call(**where, include_all_metadata=True))["messages"]
        assert all(message["metadata"] == metadata for message in shown)


async def test_slack_6_history_is_for_members(client: AsyncWebClient) -> None:
    errors = {"CPUBLIC": "not_in_channel", "CSECRET": "channel_not_found", "CNONE": "channel_not_found"}
    for channel, error in errors.items():
        assert await error_of(client.conversations_history(channel=channel)) == error
        assert await error_of(client.conversations_replies(channel=channel, ts="1.0")) == error


async def test_slack_8_a_thread_starts_with_its_parent(standin: StandIn, client: AsyncWebClient) -> None:
    [parent] = await write(standin, 1)
    replies = await write(standin, 3, thread_ts=parent)
    answer = await client.conversations_replies(channel="CINTEL", ts=parent)
    assert [message["ts"] for message in answer["messages"]] == [parent, *replies]
    assert answer["messages"][1]["parent_user_id"] == "UANA"
    later = await client.conversations_replies(channel="CINTEL", ts=parent, oldest=replies[0])
    assert [message["ts"] for message in later["messages"]] == [parent, *replies[1:]]
    alone = await client.conversations_replies(channel="CINTEL", ts=replies[1])
    assert [message["ts"] for message in alone["messages"]] == [replies[1]]
    assert await error_of(client.conversations_replies(channel="CINTEL", ts="1.0")) == "thread_not_found"


async def test_slack_8_a_reply_sent_to_the_channel_too_stands_in_both(standin: StandIn, client: AsyncWebClient) -> None:
    [parent] = await write(standin, 1)
    sent = await client.chat_postMessage(channel="CINTEL", text="both", thread_ts=parent, reply_broadcast=True)
    found = (await client.conversations_history(channel="CINTEL"))["messages"]
    assert (found[0]["ts"], found[0]["subtype"]) == (sent["ts"], "thread_broadcast")
    await client.chat_delete(channel="CINTEL", ts=sent["ts"])
    assert len((await client.conversations_history(channel="CINTEL"))["messages"]) == 1


async def test_slack_14_what_a_channel_is(client: AsyncWebClient) -> None:
    described = {
        channel: (await client.conversations_info(channel=channel))["channel"]
        for channel in ("CINTEL", "CPUBLIC", "CPRIVATE", "CSHARED")
    }
    assert [described[name]["is_member"] for name in described] == [True, False, True, True]
    assert [described[name]["is_private"] for name in described] == [False, False, True, False]
    assert [described[name]["is_ext_shared"] for name in described] == [False, False, False, True]
    assert await error_of(client.conversations_info(channel="CSECRET")) == "channel_not_found"
    counted = await client.conversations_info(channel="CINTEL", include_num_members=True)
    assert counted["channel"]["num_members"] == 3


async def test_slack_14_strange_channels_have_no_members_to_be_seen(client: AsyncWebClient) -> None:
    for channel in ("CSECRET", "CNONE"):
        assert await error_of(client.conversations_members(channel=channel)) == "channel_not_found"


async def test_slack_14_who_is_in_a_channel(client: AsyncWebClient) -> None:
    first = await client.conversations_members(channel="CINTEL", limit=2)
    assert first["members"] == ["UANA", "UBO"]
    cursor = first["response_metadata"]["next_cursor"]
    last = await client.conversations_members(channel="CINTEL", limit=2, cursor=cursor)
    assert (last["members"], last["response_metadata"]["next_cursor"]) == (["UNUGGET"], "")


async def test_slack_14_lists_of_channels_know_no_strange_private_ones(client: AsyncWebClient) -> None:
    every = await client.conversations_list(types="public_channel,private_channel")
    ids = {channel["id"] for channel in every["channels"]}
    assert ids == {"CINTEL", "CASKS", "CMORE", "CPUBLIC", "CPRIVATE", "CSHARED"}
    own = await client.users_conversations(types="public_channel,private_channel")
    assert {channel["id"] for channel in own["channels"]} == ids - {"CPUBLIC"}
    assert [channel["id"] for channel in (await client.users_conversations(user="UBO"))["channels"]] == [
        "CINTEL",
        "CASKS",
    ]
    assert await error_of(client.conversations_list(types="secret")) == "invalid_types"
    assert await error_of(client.users_conversations(user="UNOBODY")) == "user_not_found"


async def test_slack_7_opening_a_direct_conversation(standin: StandIn, client: AsyncWebClient) -> None:
    opened = (await client.conversations_open(users="UANA"))["channel"]["id"]
    assert opened == standin.direct_channel("UANA")
    assert (await client.conversations_open(users="UANA", return_im=True))["channel"]["user"] == "UANA"
    assert (await client.conversations_info(channel=opened))["channel"]["is_im"]
    for users, error in (("UNOBODY", "user_not_found"), ("UGONE", "user_disabled"), ("UNUGGET", "cannot_dm_bot")):
        assert await error_of(client.conversations_open(users=users)) == error
    assert await error_of(client.conversations_open(users="")) == "users_list_not_supplied"
    assert await error_of(client.conversations_open(users="UANA,UBO")) == "too_many_users"
    assert (await client.conversations_open(channel=opened))["channel"]["id"] == opened
    assert await error_of(client.conversations_open(channel="DUNKNOWN")) == "channel_not_found"


async def test_history_follows_the_neutral_clock(standin: StandIn, client: AsyncWebClient) -> None:
    [before] = await write(standin, 1)
    standin.clock.advance(timedelta(days=30))
    [after] = await write(standin, 1)
    assert float(after) - float(before) > timedelta(days=29).total_seconds()
    answer = await client.conversations_history(channel="CINTEL", oldest=before)
    assert [message["ts"] for message in answer["messages"]] == [after]
