"""Keeping what a person says to Nugget, or where it listens."""

from datetime import datetime

from bot.domain.facts import Settled
from bot.domain.words import HowKnown, Kind
from bot.services.capture import CaptureWords, capture_words
from bot.services.confirm import ConfirmCapture, confirm_capture
from bot.services.people import is_full_member
from bot.services.save_message import MessageWords
from bot.slack.spoken import Spoken
from db.unit_of_work import UnitOfWork

# Subtypes that carry a person's own words; every other one is Slack telling what happened in the channel.
SPOKEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})
NOT_A_MEMBER = Settled("refused", "not a full member")


def why_not_heard(uow: UnitOfWork, spoken: Spoken) -> Settled | None:
    """Return how a message ends that is no full member's own, or that was deleted; None for one that may be kept."""
    if spoken.subtype not in SPOKEN:
        return Settled("ignored", f"subtype {spoken.subtype}"[:64])
    if spoken.is_by_bot or not spoken.author:
        return Settled("ignored", "not a person")
    if uow.items.is_erased(spoken.team_id, spoken.channel_id, spoken.ts):
        return Settled("ignored", "deleted before", forget_body=True)
    if not is_full_member(uow, spoken.team_id, spoken.author):
        return NOT_A_MEMBER
    return None


def keep_spoken(uow: UnitOfWork, spoken: Spoken, kind: Kind, now: datetime) -> Settled:
    """Keep a message as what its author shared; the channel sees one reaction, its author what was understood."""
    captured = capture_words(
        uow,
        CaptureWords(
            team_id=spoken.team_id,
            kind=kind,
            words=spoken.words,
            reporter=spoken.author,
            gesture_key=spoken.key,
            words_ts=spoken.words_ts,
            channel_id=spoken.channel_id,
            message_ts=spoken.ts,
            files=spoken.files,
            assumed=HowKnown.SECOND_HAND if spoken.is_retold else HowKnown.FIRST_HAND,
            thread_ts=spoken.replied_in,
        ),
        now=now,
    )
    if not captured.is_new:
        return Settled("ignored", "captured before")
    command = ConfirmCapture(captured.item_id, captured.report_id, captured.is_first, spoken.replied_in)
    confirm_capture(uow, command, now=now)
    return Settled("handled", "captured")


def message_words(spoken: Spoken) -> MessageWords:
    """Return what a message says to whoever saves it; what an app wrote has no author among people."""
    is_told = spoken.subtype in SPOKEN or spoken.subtype == "bot_message"
    author = "" if spoken.is_by_bot else spoken.author
    words = spoken.words if is_told else ""
    return MessageWords(author, words, spoken.words_ts, spoken.files if is_told else (), spoken.is_retold)
