"""files.*: what the app may know of a file."""

from collections.abc import Iterator

from bot.playground.errors import ApiError
from bot.playground.web_api.call import Arguments, Json, Method
from bot.playground.workspace import Workspace
from bot.playground.world import ChannelState


def info(workspace: Workspace, args: Arguments) -> Json:
    """Describe a file as it is now; one that stands where the app is not does not exist for it."""
    for channel in filter(workspace.world.has_bot, workspace.world.channels.values()):
        for file in _files_in(channel):
            if file["id"] == args.text("file"):
                return {"file": file}
    raise ApiError("file_not_found")


def _files_in(channel: ChannelState) -> Iterator[Json]:
    for message in channel.messages.values():
        yield from message.files


METHODS = {"files.info": Method(info, 4, ("files:read",), frozenset({"file"}))}
