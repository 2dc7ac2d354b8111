"""The press that writes one line for a recording or file of which nobody can say what is in it."""

import json
from collections.abc import Mapping

from bot.blocks import clips
from bot.domain.errors import MendableError
from bot.services.channels import FindKind, find_kind
from bot.slack.actions.base import Press, PressHandler
from bot.slack.desk import Desk
from bot.slack.spoken import FindSpoken, find_spoken


async def open_line(desk: Desk, press: Press) -> None:
    """Open the form for the line, to whoever sent the recording."""
    gesture = press.gesture
    channel_id, _, ts = press.value.partition(":")
    spoken = await desk.transact.read(find_spoken, FindSpoken(gesture.team_id, channel_id, ts))
    if spoken is None or spoken.author != gesture.slack_user_id:
        raise MendableError("The message is gone, or it is not yours. One line sent to me works as well.")
    kind = await desk.transact.read(find_kind, FindKind(gesture.team_id, channel_id))
    about = json.dumps({"of": channel_id, "ts": ts, "channel": gesture.channel_id})
    await desk.open_form(gesture, clips.one_line_form(kind, private_metadata=about))


HANDLERS: Mapping[str, PressHandler] = {clips.ACTION_WRITE_LINE: open_line}
