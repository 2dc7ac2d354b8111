"""Recordings and files that came without words: where no transcript comes, their author is asked for a line, once."""

from datetime import datetime

from bot.blocks.clips import one_line_prompt
from bot.domain.facts import Settled, Waiting
from bot.services.confirm import AnswerLater, answer_later, heard_key
from bot.slack.spoken import Spoken
from db.unit_of_work import UnitOfWork


def ask_for_line(uow: UnitOfWork, spoken: Spoken, now: datetime) -> Settled:
    """Ask the author of a recording or file, privately and once, for one line in its place."""
    if spoken.clip is not None and spoken.clip.is_pending:
        # The delivery of the message itself waits for the transcript, and asks in the end.
        return Settled("ignored", "no transcript yet")
    message = one_line_prompt(spoken.channel_id, spoken.ts, is_recording=spoken.clip is not None)
    answer = AnswerLater(
        team_id=spoken.team_id,
        slack_user_id=spoken.author,
        channel_id=spoken.channel_id,
        message=message,
        key=heard_key(spoken.channel_id, spoken.ts),
        thread_ts=spoken.replied_in,
    )
    answer_later(uow, answer, now=now)
    return Settled("handled", "asked for a line")


def on_file_changed(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:  # noqa: ARG001
    """`file_change`: whoever waits for this recording has been told to look again; nothing else follows from it."""
    return Settled("handled", "looked at again")
