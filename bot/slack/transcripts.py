"""Waiting for the transcript of a recording: Slack writes it some time after the message, and tells nobody for sure."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.connectors.slack.client import MALFORMED, error_code
from bot.connectors.slack.files import fetch_file, fetch_transcript
from bot.connectors.web import Web
from bot.domain.errors import TemporaryError
from bot.domain.facts import Waiting
from bot.services.channels import capture_mode
from bot.services.people import is_full_member
from bot.services.revise import find_item_by_message
from bot.slack.attached import GAVE_UP, Clip, clip_of, files_of, read_clip
from bot.slack.spoken import Spoken, hearing_in, read_spoken, text_of
from db.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

# When Slack is asked for a transcript, counted from the first look at its message; then it is given up (seconds).
WAITS = (5.0, 15.0, 60.0, 300.0)
# Answers after which no later one is different.
HOPELESS = frozenset({"missing_scope", "file_not_found", "file_deleted", "not_allowed_token_type", "unknown_method"})


@dataclass(frozen=True, slots=True)
class WaitedFor:
    """A recording whose words would be kept, if only they were known."""

    file_id: str


def may_hold_clip(waiting: Waiting) -> bool:
    """Tell whether this is a message with a recording, which is all that is worth a closer look."""
    event = waiting.payload.get("event")
    return waiting.kind == "message" and isinstance(event, dict) and clip_of(event) is not None


def find_waited_for(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> WaitedFor | None:  # noqa: ARG001
    """Return the recording that this message is to wait for, or None where nothing would be kept of it anyway."""
    event = waiting.payload.get("event")
    if not isinstance(event, dict):
        return None
    team_id, channel_id = waiting.team_id, text_of(event.get("channel"))
    event_ts = text_of(event.get("event_ts")) or text_of(event.get("ts"))
    spoken = read_spoken(team_id, channel_id, event, event_ts, hearing_in(uow, team_id, channel_id))
    if spoken.clip is None or not spoken.clip.is_pending or not is_full_member(uow, team_id, spoken.author):
        return None
    is_gone = uow.items.is_erased(team_id, channel_id, spoken.ts)
    is_kept = uow.items.find_report_by_gesture(team_id, spoken.key) is not None
    return WaitedFor(spoken.clip.file_id) if not is_gone and not is_kept and _is_wanted(uow, spoken) else None


def _is_wanted(uow: UnitOfWork, spoken: Spoken) -> bool:
    if spoken.is_addressed:
        return True
    if spoken.is_reply:
        return find_item_by_message(uow, spoken.team_id, spoken.channel_id, spoken.thread_ts or "") is not None
    return capture_mode(uow, spoken.team_id, spoken.channel_id) is not None


@dataclass
class _Asked:
    """One recording that is waited for."""

    since: float
    times: int = 0
    is_hurried: bool = False


@dataclass
class Transcripts:
    """Asks Slack for transcripts from time to time. What was asked is forgotten with the process, and asked anew."""

    client_of: Callable[[str], AsyncWebClient]
    web: Web | None = None
    failures: tuple[type[Exception], ...] = MALFORMED
    waits: Sequence[float] = WAITS
    seconds: Callable[[], float] = time.monotonic
    _asked: dict[tuple[str, str], _Asked] = field(default_factory=dict)

    def hurry(self, team_id: str, file_id: str) -> None:
        """Say that something about a file has changed, so that it is asked for at once if it is waited for."""
        asked = self._asked.get((team_id, file_id))
        if asked is not None:
            asked.is_hurried = True

    async def hear(self, delivery: Waiting, file_id: str) -> bool:
        """Put what is said in a recording into the delivery of its message; False while that has to be waited for.

        In the end it is given up, with as many of its words as Slack has shown.
        """
        key = (delivery.team_id, file_id)
        asked = self._asked.setdefault(key, _Asked(self.seconds()))
        if not self._is_time(asked):
            return False
        asked.is_hurried = False
        file, is_hopeless = await self._ask(delivery.team_id, file_id)
        clip = read_clip({"id": file_id, **file})
        if clip.is_pending and not (is_hopeless or asked.times >= len(self.waits)):
            return False
        _show(delivery, file_id, file, None if not clip.is_pending else GAVE_UP)
        del self._asked[key]
        return True

    def _is_time(self, asked: _Asked) -> bool:
        is_due = self.seconds() - asked.since >= self.waits[min(asked.times, len(self.waits) - 1)]
        asked.times += is_due
        return is_due or asked.is_hurried

    async def _ask(self, team_id: str, file_id: str) -> tuple[dict[str, Any], bool]:
        """Return the file as it is now, with its whole transcript if there is one, and whether to ask no more."""
        client = self.client_of(team_id)
        try:
            file = await fetch_file(client, file_id)
        except SlackApiError as error:
            log.info("recording_not_shown", error=error_code(error))
            return {}, error_code(error) in HOPELESS
        except self.failures:
            return {}, False
        clip = read_clip({"id": file_id, **file})
        return await self._in_full(client, file, clip), False

    async def _in_full(self, client: AsyncWebClient, file: dict[str, Any], clip: Clip) -> dict[str, Any]:
        if not clip.is_pending or clip.vtt is None or self.web is None:
            return file
        try:
            words = await fetch_transcript(client, self.web, clip.vtt)
        except TemporaryError as error:
            log.info("transcript_not_read", error=str(error))
            return file
        return {**file, "transcription": {"status": "complete", "preview": {"content": words, "has_more": False}}}


def _show(delivery: Waiting, file_id: str, file: dict[str, Any], status: str | None) -> None:
    """Put what is known of a recording into the message in the delivery, for this one handling of it."""
    event = delivery.payload.get("event")
    for shown in files_of(event) if isinstance(event, dict) else ():
        if shown.get("id") == file_id and isinstance(shown, dict):
            shown.update(file)
            if status is not None:
                told = shown.get("transcription")
                shown["transcription"] = {**(told if isinstance(told, dict) else {}), "status": status}
