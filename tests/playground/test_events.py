"""Events: what the app hears of, and in which shape."""

from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from bot.playground.tokens_and_scopes import BOT_SCOPES
from tests.playground.apps import SocketApp
from tests.playground.asking import settled
from tests.playground.conftest import SPEC

Json = dict[str, Any]


async def heard(standin: StandIn, app: SocketApp, kind: str | None = None) -> list[Json]:
    await settled(standin)
    return app.events(kind)


async def test_slack_8_a_plain_message(standin: StandIn, app: SocketApp) -> None:
    ts = await standin.say("UANA", "CINTEL", "Acme cut prices & more", client_msg_id="one")
    [event] = await heard(standin, app)
    assert event.pop("blocks")[0]["elements"][0]["elements"] == [{"type": "text", "text": "Acme cut prices & more"}]
    assert event == {
        "type": "message",
        "channel": "CINTEL",
        "channel_type": "channel",
        "user": "UANA",
        "text": "Acme cut prices &amp; more",
        "ts": ts,
        "event_ts": ts,
        "team": "T0NUGGET",
        "client_msg_id": "one",
    }


async def test_slack_4_the_envelope(standin: StandIn, app: SocketApp) -> None:
    await standin.say("UOUT", "CSHARED", "hello from elsewhere")
    await settled(standin)
    [payload] = app.payloads("events_api")
    assert payload["type"] == "event_callback"
    assert (payload["team_id"], payload["api_app_id"]) == ("T0NUGGET", "ANUGGET")
    assert payload["event_id"].startswith("Ev")
    assert payload["is_ext_shared_channel"] is True
    [installed] = payload["authorizations"]
    assert (installed["user_id"], installed["is_bot"]) == ("UNUGGET", True)
    assert (payload["event"]["team"], payload["event"]["user_team"]) == ("TOTHER", "TOTHER")


async def test_slack_8_a_mention_comes_in_addition_with_the_same_ts(standin: StandIn, app: SocketApp) -> None:
    ts = await standin.say("UANA", "CINTEL", "@nugget file this")
    events = await heard(standin, app)
    assert {event["type"] for event in events} == {"message", "app_mention"}
    assert {event["ts"] for event in events} == {ts}
    assert {event["text"] for event in events} == {"<@UNUGGET> file this"}
    assert "channel_type" not in next(event for event in events if event["type"] == "app_mention")
    assert len({payload["event_id"] for payload in app.payloads("events_api")}) == 2


async def test_slack_8_a_direct_message_is_no_mention(standin: StandIn, app: SocketApp) -> None:
    await standin.say("UANA", "UNUGGET", "@nugget hello")
    [event] = await heard(standin, app)
    assert (event["type"], event["channel_type"]) == ("message", "im")
    assert event["channel"] == standin.direct_channel("UANA")


async def test_slack_8_channel_types(standin: StandIn, app: SocketApp) -> None:
    await standin.say("UANA", "CPRIVATE", "between us")
    [event] = await heard(standin, app)
    assert event["channel_type"] == "group"


async def test_slack_8_a_reply_names_its_thread(standin: StandIn, app: SocketApp) -> None:
    parent = await standin.say("UANA", "CINTEL", "a question")
    await standin.say("UBO", "CINTEL", "an answer", thread_ts=parent)
    _, reply = await heard(standin, app)
    assert (reply["thread_ts"], reply["parent_user_id"]) == (parent, "UANA")


async def test_slack_8_nothing_is_heard_where_the_app_is_not(standin: StandIn, app: SocketApp) -> None:
    ts = await standin.say("UANA", "CPUBLIC", "@nugget are you there?")
    await standin.react("UANA", "CPUBLIC", ts, "eyes")
    await standin.say("UBO", "CSECRET", "alone")
    assert await heard(standin, app) == []


async def test_slack_8_an_edit_holds_both_texts(standin: StandIn, app: SocketApp) -> None:
    ts = await standin.say("UANA", "CINTEL", "old")
    await standin.edit("UANA", "CINTEL", ts, "new")
    _, event = await heard(standin, app)
    assert (event["subtype"], event["hidden"], event["channel_type"]) == ("message_changed", True, "channel")
    assert (event["message"]["text"], event["message"]["ts"]) == ("new", ts)
    assert event["message"]["edited"]["user"] == "UANA"
    assert event["previous_message"]["text"] == "old"
    assert "edited" not in event["previous_message"]
    assert event["ts"] == event["event_ts"] > ts


async def test_slack_8_a_delete_holds_what_was_deleted(standin: StandIn, app: SocketApp) -> None:
    ts = await standin.say("UANA", "CINTEL", "a slip")
    await standin.delete("UANA", "CINTEL", ts)
    _, event = await heard(standin, app)
    assert (event["subtype"], event["deleted_ts"]) == ("message_deleted", ts)
    assert event["previous_message"]["text"] == "a slip"
    assert standin.messages("UANA", "CINTEL") == []


async def test_slack_8_a_deleted_parent_leaves_a_tombstone_until_its_last_reply_goes(
    standin: StandIn, app: SocketApp, client: AsyncWebClient
) -> None:
    parent = await standin.say("UANA", "CINTEL", "a parent")
    reply = await standin.say("UBO", "CINTEL", "a reply", thread_ts=parent)
    await standin.delete("UANA", "CINTEL", parent)
    tombstone = (await heard(standin, app))[-1]
    assert tombstone["subtype"] == "message_changed"
    assert (tombstone["message"]["subtype"], tombstone["message"]["user"]) == ("tombstone", "USLACKBOT")
    assert tombstone["previous_message"]["text"] == "a parent"
    [left] = (await client.conversations_history(channel="CINTEL"))["messages"]
    assert left["subtype"] == "tombstone"
    await standin.delete("UBO", "CINTEL", reply)
    last = (await heard(standin, app))[-2:]
    gone = {event["deleted_ts"]: event["previous_message"].get("subtype") for event in last}
    assert gone == {reply: None, parent: "tombstone"}
    assert (await client.conversations_history(channel="CINTEL"))["messages"] == []


async def test_slack_8_what_the_app_posts_comes_back_with_its_bot_id(
    standin: StandIn, app: SocketApp, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel="CINTEL", text="a card"))["ts"]
    await client.reactions_add(channel="CINTEL", timestamp=ts, name="eyes")
    await client.chat_update(channel="CINTEL", ts=ts, text="a newer card")
    await client.chat_delete(channel="CINTEL", ts=ts)
    posted, reacted, changed, deleted = await heard(standin, app)
    assert (posted["bot_id"], posted["user"], posted.get("subtype")) == ("BNUGGET", "UNUGGET", None)
    assert posted["bot_profile"]["app_id"] == "ANUGGET"
    assert (reacted["type"], reacted["user"]) == ("reaction_added", "UNUGGET")
    assert changed["message"]["bot_id"] == deleted["previous_message"]["bot_id"] == "BNUGGET"


async def test_slack_8_reactions_come_and_go(standin: StandIn, app: SocketApp) -> None:
    ts = await standin.say("UANA", "CINTEL", "look")
    await standin.react("UBO", "CINTEL", ts, "thumbsup::skin-tone-3")
    await standin.unreact("UBO", "CINTEL", ts, "thumbsup::skin-tone-3")
    _, added, removed = await heard(standin, app)
    assert (added["type"], removed["type"]) == ("reaction_added", "reaction_removed")
    for event in (added, removed):
        assert event["item"] == {"type": "message", "channel": "CINTEL", "ts": ts}
        assert (event["reaction"], event["item_user"]) == ("thumbsup::skin-tone-3", "UANA")
        assert "text" not in event


async def test_slack_8_coming_and_going(standin: StandIn, app: SocketApp) -> None:
    await standin.join("UBO", "CMORE")
    await standin.leave("UBO", "CMORE")
    events = await heard(standin, app)
    subtypes = [event.get("subtype") or event["type"] for event in events]
    assert subtypes == ["channel_join", "member_joined_channel", "channel_leave", "member_left_channel"]
    assert (events[1]["user"], events[1]["channel"], events[1]["channel_type"]) == ("UBO", "CMORE", "C")


async def test_slack_8_the_app_hears_that_it_was_invited(standin: StandIn, app: SocketApp) -> None:
    await standin.join("UNUGGET", "CSECRET")
    [event] = await heard(standin, app, "member_joined_channel")
    assert (event["user"], event["channel"]) == ("UNUGGET", "CSECRET")
    await standin.leave("UNUGGET", "CSECRET")
    [event] = await heard(standin, app, "member_left_channel")
    assert event["user"] == "UNUGGET"


async def test_slack_8_a_home_is_opened_with_its_view_once_there_is_one(
    standin: StandIn, app: SocketApp, client: AsyncWebClient
) -> None:
    await standin.open_home("UANA")
    await settled(standin)
    view = (await client.views_publish(user_id="UANA", view={"type": "home", "blocks": []}))["view"]
    await standin.open_home("UANA")
    await standin.open_home("UANA", "messages")
    first, second, third = await heard(standin, app, "app_home_opened")
    assert ("view" in first, second["view"], "view" in third) == (False, view, False)
    assert (second["tab"], third["tab"]) == ("home", "messages")


async def test_slack_8_people_groups_and_channels_change(standin: StandIn, app: SocketApp) -> None:
    await standin.change_person("UBO", real_name="Bo Blom", is_deleted=True)
    await standin.set_group_members("SPMS", ("UANA",))
    await standin.rename_channel("CINTEL", "news")
    await standin.archive_channel("UANA", "CASKS")
    events = {event["type"]: event for event in await heard(standin, app)}
    assert events["user_change"]["user"]["deleted"]
    changed = events["subteam_members_changed"]
    assert (changed["added_users"], changed["removed_users"]) == (["UANA"], ["UBO"])
    assert events["subteam_updated"]["subteam"]["users"] == ["UANA"]
    assert events["channel_rename"]["channel"]["name"] == "news"
    assert events["channel_archive"] == {
        "type": "channel_archive",
        "channel": "CASKS",
        "user": "UANA",
        "event_ts": events["channel_archive"]["event_ts"],
    }


async def test_slack_8_the_app_is_removed(standin: StandIn, app: SocketApp) -> None:
    await standin.uninstall()
    events = {event["type"]: event for event in await heard(standin, app)}
    assert events["tokens_revoked"]["tokens"] == {"oauth": [], "bot": ["UNUGGET"]}
    assert "app_uninstalled" in events


async def test_slack_4_events_need_a_subscription_and_a_scope(session: aiohttp.ClientSession) -> None:
    spec = replace(
        SPEC,
        bot_scopes=BOT_SCOPES - {"app_mentions:read"},
        subscriptions=SPEC.subscriptions - {"message.channels"},
    )
    standin = await StandIn.start(spec)
    app = SocketApp(AsyncWebClient("xoxb-standin", base_url=standin.base_url, session=session, retry_handlers=[]))
    await app.connect()
    await standin.say("UANA", "CINTEL", "@nugget hello")
    await standin.say("UANA", "CPRIVATE", "@nugget hello")
    assert [event["channel_type"] for event in await heard(standin, app)] == ["group"]
    await app.close()
    await standin.stop()
