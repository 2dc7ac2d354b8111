"""The form with one line for a recording or file: kept as what its author says of it, together with the file."""

from dataclasses import replace

from bot.blocks import modals
from bot.blocks.clips import FIELD_KIND
from bot.domain.text import is_blank
from bot.domain.words import Kind
from bot.services.confirm import AnswerLater, answer_later
from bot.services.save_message import SaveMessage, save_own
from bot.slack.desk import Desk
from bot.slack.events.keeping import message_words
from bot.slack.modals.base import FieldErrors, SentForm
from bot.slack.spoken import FindSpoken, find_spoken, message_key

GONE = "The message is gone, or it is not yours. Copy your line and send it to me directly, and I keep it."
WHY_NOT = {
    "saved before": "This is saved already. To change its words, press Edit on the answer to it.",
    "kept out": "A line that begins like this is kept out of Nugget. Nothing was saved.",
}


async def submit_line(desk: Desk, form: SentForm) -> FieldErrors:
    """Keep the line under the message's own key, so that it is kept once, however often it is sent."""
    words, gesture = form.field(modals.FIELD_WORDS), form.gesture
    if is_blank(words):
        return {modals.FIELD_WORDS: "One line is enough, but a line it needs."}
    channel_id, ts = str(form.about.get("of")), str(form.about.get("ts"))
    spoken = await desk.transact.read(find_spoken, FindSpoken(gesture.team_id, channel_id, ts))
    if spoken is None or spoken.author != gesture.slack_user_id:
        return {modals.FIELD_WORDS: GONE}
    said = replace(message_words(spoken), words=words, words_ts=f"{desk.now().timestamp():.6f}")
    command = SaveMessage(
        team_id=gesture.team_id,
        kind=Kind.ASK if form.field(FIELD_KIND) == Kind.ASK else Kind.NUGGET,
        channel_id=channel_id,
        message_ts=ts,
        key=message_key(channel_id, ts),
        saver=gesture.slack_user_id,
        said=said,
    )
    saved = await desk.transact(save_own, command)
    if saved.outcome != "saved":
        return {modals.FIELD_WORDS: WHY_NOT.get(saved.outcome, GONE)}
    answer = AnswerLater(
        team_id=gesture.team_id,
        slack_user_id=gesture.slack_user_id,
        channel_id=form.channel_id,
        message=saved.answer,
        key=saved.answer_key,
        thread_ts=spoken.replied_in,
        item_id=saved.item_id,
    )
    await desk.transact(answer_later, answer)
    return {}
