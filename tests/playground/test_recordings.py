"""Recordings: sent without a word, written down later, and shown to the app where it is."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from tests.playground.asking import error_of, refused


async def test_slack_13_a_recording_is_a_file_without_words_until_slack_has_written_it_down(
    standin: StandIn, client: AsyncWebClient
) -> None:
    ts = await standin.send_recording("UANA", "CINTEL")
    (message,) = (await client.conversations_history(channel="CINTEL", latest=ts, inclusive=True, limit=1))["messages"]
    assert (message["subtype"], message["text"]) == ("file_share", "")
    (file,) = message["files"]
    assert (file["subtype"], file["transcription"]) == ("slack_audio", {"status": "processing"})
    await standin.transcribe("CINTEL", ts, "Acme cut prices")
    shown = (await client.files_info(file=file["id"]))["file"]
    preview = {"content": "Acme cut prices", "has_more": False}
    assert shown == {**file, "transcription": {"status": "complete", "preview": preview}}


async def test_slack_13_not_every_recording_can_be_written_down(standin: StandIn, client: AsyncWebClient) -> None:
    ts = await standin.send_recording("UANA", "CINTEL")
    await standin.transcribe("CINTEL", ts, None)
    file_id = standin.workspace.world.channels["CINTEL"].messages[ts].files[0]["id"]
    assert (await client.files_info(file=file_id))["file"]["transcription"] == {"status": "failed"}


async def test_slack_13_what_is_not_there_is_not_shown(standin: StandIn, client: AsyncWebClient) -> None:
    assert await error_of(client.files_info(file="FNONE")) == "file_not_found"
    ts = await standin.send_recording("UANA", "CINTEL")
    file_id = standin.workspace.world.channels["CINTEL"].messages[ts].files[0]["id"]
    await standin.delete("UANA", "CINTEL", ts)
    assert await error_of(client.files_info(file=file_id)) == "file_not_found"
    said = await standin.say("UANA", "CINTEL", "no sound")
    assert "There is no recording" in await refused(standin.transcribe("CINTEL", said, "words"))


@pytest.mark.parametrize("user", ["UNOBODY"])
async def test_only_people_of_the_channel_send_one(standin: StandIn, user: str) -> None:
    assert "no active account" in await refused(standin.send_recording(user, "CINTEL"))
