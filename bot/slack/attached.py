"""What a message carries beside its words: files, a recorded clip with its transcript, and forwarded messages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.text import clean
from bot.domain.views import FileLink

CLIPS = frozenset({"slack_audio", "slack_video"})
MOST_FILES = 10
LONGEST_NAME, LONGEST_LINK = 200, 1000
# Slack's own states of a transcript that is not to be waited for, and ours for one that was waited for long enough.
GAVE_UP = "gave up"
ENDED = frozenset({"complete", "failed", "none", GAVE_UP})
# Deleted, or beyond what the plan shows: there is nothing behind such a link.
GONE = frozenset({"tombstone", "hidden_by_limit"})

Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording, as far as Slack has written down what is said in it."""

    file_id: str
    words: str
    """What is said, as far as it is known."""
    is_pending: bool
    """Whether more may come of it: Slack still listens, or has shown only the beginning."""
    vtt: str | None = None
    """Where the whole transcript is, once it is complete."""


def files_of(message: Shown) -> Iterator[Shown]:
    """Yield the files of a message that are really files; the list may be anything at all."""
    files = message.get("files")
    for file in files if isinstance(files, list) else ():
        if isinstance(file, dict) and file.get("mode") not in GONE:
            yield file


def links_of(message: Shown) -> tuple[FileLink, ...]:
    """Return the files of a message as names and links into Slack, which shows them only to whoever may see them."""
    found: dict[str, FileLink] = {}
    for file in files_of(message):
        link, name = file.get("permalink"), file.get("title") or file.get("name")
        if isinstance(link, str) and link.startswith("https://") and len(link) <= LONGEST_LINK:
            shown = clean(name)[:LONGEST_NAME] if isinstance(name, str) and name.strip() else "file"
            found.setdefault(link, FileLink(shown, link))
    return tuple(found.values())[:MOST_FILES]


def clip_of(message: Shown) -> Clip | None:
    """Return the recording in a message, if there is one; of several the first."""
    file = next((file for file in files_of(message) if file.get("subtype") in CLIPS), None)
    return read_clip(file) if file is not None and isinstance(file.get("id"), str) else None


def read_clip(file: Shown) -> Clip:
    """Read a file object of Slack's as a recording."""
    transcription = file.get("transcription")
    told: Shown = transcription if isinstance(transcription, dict) else {}
    preview = told.get("preview")
    shown: Shown = preview if isinstance(preview, dict) else {}
    words, vtt = shown.get("content"), file.get("vtt")
    is_cut = bool(shown.get("has_more"))
    is_complete = told.get("status") == "complete"
    return Clip(
        file_id=str(file["id"]),
        words=words if isinstance(words, str) and told.get("status") in {"complete", GAVE_UP} else "",
        is_pending=told.get("status") not in ENDED or (is_complete and is_cut),
        vtt=vtt if isinstance(vtt, str) and is_complete else None,
    )


def forwarded(message: Shown) -> tuple[str, bool]:
    """Return the raw text of what a message forwards, and whether somebody other than its author wrote that.

    The preview under a link to a message is none: Slack puts that there by itself.
    """
    attachments = message.get("attachments")
    shared = [
        part
        for part in (attachments if isinstance(attachments, list) else ())
        if isinstance(part, dict) and part.get("is_share") is True
    ]
    texts = [part["text"] for part in shared if isinstance(part.get("text"), str) and part["text"]]
    is_anothers = any(part.get("author_id") != message.get("user") for part in shared)
    return "\n\n".join(texts), bool(texts) and is_anothers
