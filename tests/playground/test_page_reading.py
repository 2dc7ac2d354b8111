"""What counts as unread, and how it is read."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.page.reading import unread
from bot.playground.server import StandIn
from tests.playground.asking import refused


def count(standin: StandIn, user_id: str, channel_id: str = "CINTEL") -> int:
    world = standin.workspace.world
    return unread(world, user_id, world.channels[channel_id])


async def test_what_others_wrote_is_unread_until_it_is_read(standin: StandIn, client: AsyncWebClient) -> None:
    await standin.say("UANA", "CINTEL", "one")
    await client.chat_postMessage(channel="CINTEL", text="two")
    assert (count(standin, "UANA"), count(standin, "UBO")) == (1, 2)
    await standin.mark_read("UBO", "CINTEL")
    assert (count(standin, "UANA"), count(standin, "UBO")) == (1, 0)
    await standin.say("UANA", "CINTEL", "three")
    assert count(standin, "UBO") == 1


async def test_arrivals_do_not_count_and_strangers_have_nothing_unread(standin: StandIn) -> None:
    await standin.say("UANA", "CPUBLIC", "one")
    assert count(standin, "UBO", "CPUBLIC") == 0
    await standin.join("UGUEST", "CPUBLIC")
    await standin.leave("UGUEST", "CPUBLIC")
    assert count(standin, "UANA", "CPUBLIC") == 0


async def test_replies_count_for_those_who_are_in_the_thread(standin: StandIn, client: AsyncWebClient) -> None:
    ts = str((await client.chat_postMessage(channel="CINTEL", text="a card"))["ts"])
    for user in ("UANA", "UBO"):
        await standin.mark_read(user, "CINTEL")
    await client.chat_postMessage(channel="CINTEL", text="first reply", thread_ts=ts)
    assert (count(standin, "UANA"), count(standin, "UBO")) == (0, 0)
    await standin.say("UBO", "CINTEL", "second reply", thread_ts=ts)
    assert (count(standin, "UANA"), count(standin, "UBO")) == (0, 1)
    own = await standin.say("UANA", "CINTEL", "mine")
    await standin.say("UBO", "CINTEL", "a reply to Ana", thread_ts=own)
    assert count(standin, "UANA") == 1
    await client.chat_postMessage(channel="CINTEL", text="to all", thread_ts=ts, reply_broadcast=True)
    assert count(standin, "UANA") == 2


async def test_what_is_deleted_does_not_count(standin: StandIn) -> None:
    ts = await standin.say("UANA", "CINTEL", "one")
    own = await standin.say("UBO", "CINTEL", "mine", thread_ts=ts)
    assert count(standin, "UBO") == 1
    await standin.delete("UANA", "CINTEL", ts)
    assert count(standin, "UBO") == 0
    await standin.delete("UBO", "CINTEL", own)
    await standin.mark_read("UBO", "CINTEL")
    await standin.say("UANA", "CINTEL", "two")
    assert count(standin, "UBO") == 1


async def test_ephemerals_count_for_their_person_until_they_are_put_away(
    standin: StandIn, client: AsyncWebClient
) -> None:
    whispered = await client.chat_postEphemeral(channel="CINTEL", user="UANA", text="psst")
    ts = whispered["message_ts"]
    assert (count(standin, "UANA"), count(standin, "UBO")) == (1, 0)
    assert await refused(standin.dismiss("UBO", "CINTEL", ts)) == (
        f"There is no message {ts} in CINTEL that only UBO sees."
    )
    await standin.dismiss("UANA", "CINTEL", ts)
    assert count(standin, "UANA") == 0
    assert standin.messages("UANA", "CINTEL") == []
    assert "only UANA sees" in await refused(standin.dismiss("UANA", "CINTEL", ts))
    assert standin.history()["ephemerals"][0]["exists"]


async def test_reading_up_to_an_ephemeral_reads_what_is_before_it(standin: StandIn, client: AsyncWebClient) -> None:
    await standin.say("UBO", "CINTEL", "one")
    await client.chat_postEphemeral(channel="CINTEL", user="UANA", text="psst")
    await standin.mark_read("UANA", "CINTEL")
    assert count(standin, "UANA") == 0
    await standin.mark_read("UANA", "UNUGGET")
    await client.chat_postMessage(channel="UANA", text="hello")
    assert count(standin, "UANA", "DUANA") == 1
    await standin.mark_read("UANA", "UNUGGET")
    assert count(standin, "UANA", "DUANA") == 0
