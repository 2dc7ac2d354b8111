"""Recordings: somebody sends one without a word beside it, and Slack writes down what is said some time later."""

from bot.playground import posting
from bot.playground.errors import RefusedGestureError
from bot.playground.gestures import Acting
from bot.playground.world import Json, Message, World


class Recordings(Acting):
    """What people and Slack do with recordings. There is no sound in it; what is said is given as words."""

    async def send_recording(self, user_id: str, channel_id: str, *, thread_ts: str | None = None) -> str:
        """Send a recording of which Slack has yet to write down what is said, and return its ts."""
        _, channel = self._place(user_id, channel_id)
        world = self.workspace.world
        ts, file_id = world.next_ts(channel), world.next_id("F")
        message = Message(ts, user_id, "", thread_ts=thread_ts, subtype="file_share", files=[_file(world, file_id)])
        self.workspace.gesture("send_recording", user_id=user_id, channel_id=channel.channel_id, ts=ts)
        posting.post(self.workspace, channel, message)
        return ts

    async def transcribe(self, channel_id: str, ts: str, words: str | None) -> None:
        """Write down what is said in a recording; None where Slack cannot."""
        channel = self.workspace.world.channels[channel_id]
        message = channel.messages.get(ts)
        if message is None or not message.files:
            raise RefusedGestureError(f"There is no recording {ts} in {channel_id}.")
        preview = {"preview": {"content": words, "has_more": False}} if words is not None else {}
        told = {"status": "failed" if words is None else "complete", **preview}
        message.files = [{**file, "transcription": told} for file in message.files]
        self.workspace.gesture("transcribe", channel_id=channel_id, ts=ts)
        self.workspace.events.file_changed(channel, message.files[0]["id"])


def _file(world: World, file_id: str) -> Json:
    link = f"https://{world.spec.team_id.lower()}.slack.example/files/{file_id}/audio_message.m4a"
    return {
        "id": file_id,
        "name": "audio_message.m4a",
        "title": "audio_message.m4a",
        "mimetype": "audio/mp4",
        "filetype": "m4a",
        "subtype": "slack_audio",
        "mode": "hosted",
        "permalink": link,
        "transcription": {"status": "processing"},
    }
