"""chat.*: where the app may post, what it may change, and what everyone then sees."""

from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from bot.playground.tokens_and_scopes import BOT_SCOPES
from tests.playground.asking import error_of, refusal
from tests.playground.conftest import SPEC


async def post(client: AsyncWebClient, channel: str = "CINTEL", **fields: Any) -> str:
    return str((await client.chat_postMessage(channel=channel, **{"text": "hello", **fields}))["ts"])


async def test_slack_7_a_post_is_seen_by_members_and_full_members_only(
    standin: StandIn, client: AsyncWebClient
) -> None:
    ts = await post(client, metadata={"event_type": "card", "event_payload": {"id": "1"}})
    [seen] = standin.messages("UANA", "CINTEL")
    assert (seen.ts, seen.user, seen.text, seen.is_from_app) == (ts, "UNUGGET", "hello", True)
    assert seen.metadata == {"event_type": "card", "event_payload": {"id": "1"}}
    assert standin.messages("UGUEST", "CINTEL") == standin.messages("UOUT", "CINTEL") == []
    assert standin.messages("UGONE", "CINTEL") == []


async def test_slack_7_timestamps_are_unique_and_rise_with_the_neutral_clock(
    standin: StandIn, client: AsyncWebClient
) -> None:
    stamps = [await post(client) for _ in range(3)]
    assert stamps == sorted(set(stamps))
    assert abs(float(stamps[-1]) - standin.clock.now().timestamp()) < 2


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("CNONE", "channel_not_found"),
        ("CSECRET", "channel_not_found"),
        ("#intel", "channel_not_found"),
        ("CPUBLIC", "not_in_channel"),
        ("UNOBODY", "channel_not_found"),
        ("UGONE", "channel_not_found"),
    ],
)
async def test_slack_7_places_where_the_app_may_not_post(client: AsyncWebClient, channel: str, error: str) -> None:
    assert await error_of(client.chat_postMessage(channel=channel, text="x")) == error


async def test_slack_7_an_archived_channel_takes_nothing(standin: StandIn, client: AsyncWebClient) -> None:
    ts = await post(client)
    await standin.archive_channel("UANA", "CINTEL")
    assert await error_of(client.chat_postMessage(channel="CINTEL", text="x")) == "is_archived"
    assert await error_of(client.chat_update(channel="CINTEL", ts=ts, text="x")) == "is_archived"
    assert await error_of(client.reactions_add(channel="CINTEL", timestamp=ts, name="eyes")) == "is_archived"


async def test_slack_7_write_public_lets_the_app_post_uninvited(session: aiohttp.ClientSession) -> None:
    standin = await StandIn.start(replace(SPEC, bot_scopes=BOT_SCOPES | {"chat:write.public"}))
    client = AsyncWebClient("xoxb-standin", base_url=standin.base_url, session=session, retry_handlers=[])
    assert await post(client, "CPUBLIC")
    assert await error_of(client.chat_postMessage(channel="CSECRET", text="x")) == "channel_not_found"
    await standin.stop()


async def test_slack_7_posting_to_a_person_answers_the_direct_channel(standin: StandIn, client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel="UANA", text="for you")
    assert answer["channel"] == standin.direct_channel("UANA")
    assert [seen.text for seen in standin.direct_messages("UANA")] == ["for you"]
    assert standin.messages("UBO", answer["channel"]) == []
    assert await error_of(client.chat_update(channel="UANA", ts=answer["ts"], text="x")) == "channel_not_found"
    assert (await client.chat_update(channel=answer["channel"], ts=answer["ts"], text="x"))["ok"]


async def test_slack_7_a_post_needs_something_to_show(client: AsyncWebClient) -> None:
    for method, more in (("chat.postMessage", {}), ("chat.postEphemeral", {"user": "UANA"})):
        assert await error_of(client.api_call(method, json={"channel": "CINTEL", **more})) == "no_text"
    nothing = {"channel": "CINTEL", "text": "", "blocks": []}
    assert await error_of(client.api_call("chat.postMessage", json=nothing)) == "no_text"


async def test_slack_7_text_of_40000_characters_and_one_more(client: AsyncWebClient) -> None:
    assert await post(client, text="é" * 40_000)
    assert await error_of(client.chat_postMessage(channel="CINTEL", text="é" * 40_001)) == "msg_too_long"


async def test_slack_7_an_update_takes_4000_characters_and_no_more(client: AsyncWebClient) -> None:
    ts = await post(client)
    assert (await client.chat_update(channel="CINTEL", ts=ts, text="é" * 4_000))["ok"]
    assert await error_of(client.chat_update(channel="CINTEL", ts=ts, text="é" * 4_001)) == "msg_too_long"


def sections(count: int, characters: int = 10) -> list[dict[str, Any]]:
    return [{"type": "section", "text": {"type": "plain_text", "text": "é" * characters}} for _ in range(count)]


async def test_slack_11_fifty_blocks_and_one_more(client: AsyncWebClient) -> None:
    assert await post(client, blocks=sections(50))
    response = await refusal(client.chat_postMessage(channel="CINTEL", text="x", blocks=sections(51)))
    assert response["error"] == "invalid_blocks"
    assert "50" in response["response_metadata"]["messages"][0]


async def test_slack_7_all_blocks_hold_13200_characters_and_no_more(client: AsyncWebClient) -> None:
    full = sections(4, 3000) + sections(1, 1200)
    assert await post(client, blocks=full)
    over = full + sections(1, 1)
    assert await error_of(client.chat_postMessage(channel="CINTEL", text="x", blocks=over)) == "msg_blocks_too_long"


async def test_slack_11_wrong_blocks_are_refused_everywhere(client: AsyncWebClient) -> None:
    ts, wrong = await post(client), [{"type": "sectoin"}]
    calls = (
        client.chat_postMessage(channel="CINTEL", text="x", blocks=wrong),
        client.chat_update(channel="CINTEL", ts=ts, text="x", blocks=wrong),
        client.chat_postEphemeral(channel="CINTEL", user="UANA", text="x", blocks=wrong),
    )
    for call in calls:
        assert await error_of(call) == "invalid_blocks"
    not_a_list = {"channel": "CINTEL", "text": "x", "blocks": {"type": "section"}}
    assert await error_of(client.api_call("chat.postMessage", json=not_a_list)) == "invalid_blocks_format"


def metadata(size: int) -> dict[str, Any]:
    """Return metadata of so many bytes as JSON."""
    frame = len('{"event_type":"card","event_payload":{"id":""}}')
    return {"event_type": "card", "event_payload": {"id": "x" * (size - frame)}}


async def test_slack_7_metadata_of_a_kilobyte_and_one_byte_more(client: AsyncWebClient) -> None:
    assert await post(client, metadata=metadata(1024))
    over = client.chat_postMessage(channel="CINTEL", text="x", metadata=metadata(1025))
    assert await error_of(over) == "metadata_too_large"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ("[1]", "invalid_metadata_format"),
        ("{", "invalid_metadata_format"),
        ('{"event_type":"x"}', "invalid_metadata_schema"),
        ('{"event_type":1,"event_payload":{}}', "invalid_metadata_schema"),
    ],
)
async def test_slack_7_metadata_of_the_wrong_form(client: AsyncWebClient, given: str, error: str) -> None:
    fields = {"channel": "CINTEL", "text": "x", "metadata": given}
    assert await error_of(client.api_call("chat.postMessage", json=fields)) == error


async def test_slack_7_an_update_keeps_metadata_and_blocks_that_it_does_not_name(
    standin: StandIn, client: AsyncWebClient
) -> None:
    ts = await post(client, metadata=metadata(100), blocks=sections(1))
    await client.chat_update(channel="CINTEL", ts=ts, text="new")
    [seen] = standin.messages("UANA", "CINTEL")
    assert (seen.text, seen.metadata, len(seen.blocks)) == ("new", metadata(100), 1)
    assert seen.edited is not None
    assert seen.edited["user"] == "UNUGGET"
    await client.chat_update(channel="CINTEL", ts=ts, text="bare", blocks=[], metadata=metadata(200))
    assert standin.messages("UANA", "CINTEL")[0].blocks == []
    assert standin.messages("UANA", "CINTEL")[0].metadata == metadata(200)


async def test_slack_7_only_own_messages_can_be_changed(standin: StandIn, client: AsyncWebClient) -> None:
    ts = await standin.say("UANA", "CINTEL", "mine")
    assert await error_of(client.chat_update(channel="CINTEL", ts=ts, text="x")) == "cant_update_message"
    assert await error_of(client.chat_delete(channel="CINTEL", ts=ts)) == "cant_delete_message"
    assert await error_of(client.chat_update(channel="CINTEL", ts="1.0", text="x")) == "message_not_found"


async def test_slack_7_a_deleted_message_is_gone(standin: StandIn, client: AsyncWebClient) -> None:
    ts = await post(client)
    await client.chat_delete(channel="CINTEL", ts=ts)
    assert standin.messages("UANA", "CINTEL") == []
    assert await error_of(client.chat_delete(channel="CINTEL", ts=ts)) == "message_not_found"


async def test_slack_7_replies_need_a_parent_that_is_no_reply(standin: StandIn, client: AsyncWebClient) -> None:
    parent = await post(client)
    reply = await post(client, thread_ts=parent)
    assert standin.messages("UANA", "CINTEL")[1].thread_ts == parent
    for thread_ts in (reply, "1.000000"):
        call = client.chat_postMessage(channel="CINTEL", text="x", thread_ts=thread_ts)
        assert await error_of(call) == "cannot_reply_to_message"


async def test_slack_7_an_ephemeral_is_seen_by_one_person_in_the_channel(
    standin: StandIn, client: AsyncWebClient
) -> None:
    answer = await client.chat_postEphemeral(channel="CINTEL", user="UANA", text="psst")
    [seen] = standin.messages("UANA", "CINTEL")
    assert (seen.text, seen.is_ephemeral, seen.ts) == ("psst", True, answer["message_ts"])
    assert standin.messages("UBO", "CINTEL") == []
    for user in ("UGUEST", "UNOBODY", "UGONE"):
        call = client.chat_postEphemeral(channel="CINTEL", user=user, text="x")
        assert await error_of(call) == "user_not_in_channel"
    call = client.chat_update(channel="CINTEL", ts=answer["message_ts"], text="x")
    assert await error_of(call) == "message_not_found"


async def test_slack_7_an_ephemeral_in_a_thread_shows_only_if_the_thread_is_active(
    standin: StandIn, client: AsyncWebClient
) -> None:
    ts = await post(client)
    await client.chat_postEphemeral(channel="CINTEL", user="UANA", text="unseen", thread_ts=ts)
    await standin.say("UBO", "CINTEL", "a reply", thread_ts=ts)
    await client.chat_postEphemeral(channel="CINTEL", user="UANA", text="seen", thread_ts=ts)
    assert [seen.text for seen in standin.messages("UANA", "CINTEL")] == ["hello", "a reply", "seen"]


async def test_slack_7_a_permalink_names_channel_and_message(client: AsyncWebClient) -> None:
    ts = await post(client)
    reply = await post(client, thread_ts=ts)
    link = (await client.chat_getPermalink(channel="CINTEL", message_ts=ts))["permalink"]
    assert link.endswith(f"/archives/CINTEL/p{ts.replace('.', '')}")
    assert f"thread_ts={ts}" in (await client.chat_getPermalink(channel="CINTEL", message_ts=reply))["permalink"]
    assert await error_of(client.chat_getPermalink(channel="CINTEL", message_ts="1.0")) == "message_not_found"
    assert await error_of(client.chat_getPermalink(channel="CSECRET", message_ts=ts)) == "channel_not_found"


PINGS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({"text": "hi <@UANA> and <!channel>"}, ("<@UANA>", "<!channel>")),
    ({"text": "&lt;@UANA&gt; @channel"}, ()),
    ({"text": "@here", "link_names": True}, ("@here",)),
    ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "@everyone"}}]}, ("@everyone",)),
    ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "@everyone", "verbatim": True}}]}, ()),
    ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "<!here>", "verbatim": True}}]}, ("<!here>",)),
    ({"blocks": [{"type": "section", "text": {"type": "plain_text", "text": "<!here> @here"}}]}, ()),
    (
        {
            "blocks": [
                {
                    "type": "rich_text",
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "<!here>"}]}],
                }
            ]
        },
        (),
    ),
    (
        {
            "blocks": [
                {
                    "type": "rich_text",
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "user", "user_id": "UBO"}]}],
                }
            ]
        },
        ("<@UBO>",),
    ),
]


@pytest.mark.parametrize(("fields", "pings"), PINGS)
async def test_slack_12_what_would_ping_people_is_noted(
    standin: StandIn, client: AsyncWebClient, fields: dict[str, Any], pings: tuple[str, ...]
) -> None:
    await client.chat_postMessage(channel="CINTEL", **{"text": "a post", **fields})
    assert standin.messages("UANA", "CINTEL")[0].pings == pings
