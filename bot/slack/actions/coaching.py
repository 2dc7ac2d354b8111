"""Presses on the coaching question: answer it in a form, or skip it."""

import json
from collections.abc import Mapping

from bot.blocks import coaching
from bot.services.coach import ReadCoached, SkipCoaching, read_coached, skip_coaching
from bot.slack.actions.base import Press, PressHandler
from bot.slack.desk import Desk


async def answer(desk: Desk, press: Press) -> None:
    """Open the form with its one field."""
    gesture = press.gesture
    query = ReadCoached(gesture.team_id, gesture.slack_user_id, press.number)
    report = await desk.transact.read(read_coached, query)
    about = json.dumps({"report": press.number, "channel": gesture.channel_id, "offer": gesture.response_url})
    form = coaching.answer_form(report.name, report.words, report.customer, private_metadata=about)
    await desk.open_form(gesture, form)


async def skip(desk: Desk, press: Press) -> None:
    """Leave the ask as it is; the question goes."""
    command = SkipCoaching(press.gesture.team_id, press.number, press.gesture.slack_user_id)
    await desk.reply(press.gesture, await desk.transact(skip_coaching, command), replace=True)


HANDLERS: Mapping[str, PressHandler] = {coaching.ACTION_ANSWER: answer, coaching.ACTION_SKIP: skip}
