"""Presses that join what says the same, take it apart again, or add a further report."""

import json
from collections.abc import Mapping

from bot.blocks import joining
from bot.blocks.modals.me_too import me_too_form
from bot.domain.errors import MendableError
from bot.services.ask_same import LookUpJoined, look_up_joined
from bot.services.join import JoinItems, PartItems, join_items, part_items
from bot.services.look_up import ReadItem, read_item
from bot.slack.actions.base import Press, PressHandler
from bot.slack.desk import Desk


async def join(desk: Desk, press: Press) -> None:
    """Join two items, judged as they stand now; the question becomes its answer."""
    item_id, _, into_id = press.value.partition(":")
    if not (item_id.isascii() and item_id.isdigit() and into_id.isascii() and into_id.isdigit()):
        raise MendableError("This button is from an older message. Nothing was changed.")
    gesture = press.gesture
    key = f"join:{item_id}:{into_id}:{gesture.trigger_id}"
    command = JoinItems(gesture.team_id, int(item_id), int(into_id), gesture.slack_user_id, key)
    done = await desk.transact(join_items, command)
    query = LookUpJoined(gesture.team_id, gesture.slack_user_id, done)
    await desk.reply(gesture, await desk.transact.read(look_up_joined, query), replace=True)


async def keep_apart(desk: Desk, press: Press) -> None:
    """Leave the item on its own."""
    query = ReadItem(press.gesture.team_id, press.gesture.slack_user_id, press.number)
    item = await desk.transact.read(read_item, query)
    await desk.reply(press.gesture, joining.kept_apart(item.name), replace=True)


async def part(desk: Desk, press: Press) -> None:
    """Take two items apart again."""
    gesture = press.gesture
    command = PartItems(gesture.team_id, press.number, gesture.slack_user_id, f"part:{gesture.trigger_id}")
    done = await desk.transact(part_items, command)
    await desk.reply(gesture, joining.parted(done.name, done.into_name), replace=True)


async def open_me_too(desk: Desk, press: Press) -> None:
    """Open the form for a further report on an item."""
    gesture = press.gesture
    item = await desk.transact.read(read_item, ReadItem(gesture.team_id, gesture.slack_user_id, press.number))
    about = json.dumps({"item": item.item_id, "channel": gesture.channel_id})
    await desk.open_form(gesture, me_too_form(item, private_metadata=about))


HANDLERS: Mapping[str, PressHandler] = {
    **{f"{joining.ACTION_SAME}:{number}": join for number in range(joining.MOST_OFFERED)},
    joining.ACTION_NOT_SAME: keep_apart,
    joining.ACTION_PART: part,
    joining.ACTION_ME_TOO: open_me_too,
}
