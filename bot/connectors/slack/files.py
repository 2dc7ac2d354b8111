"""Asking Slack about a file, and reading the transcript of a recording."""

import re
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient

from bot.connectors.web import Web
from bot.domain.errors import TemporaryError

LARGEST_TRANSCRIPT = 500_000
# The token opens every file of the workspace, so it goes to Slack's own hosts alone.
SLACK_HOSTS = re.compile(r"(?:[a-z0-9-]{1,63}\.)*slack(?:-files)?\.com")
_CUE = re.compile(r"[\d:.]{5,20} --> [\d:.]{5,20}")
_MARKS = re.compile(r"<[^<>]{1,200}>")


async def fetch_file(client: AsyncWebClient, file_id: str) -> dict[str, Any]:
    """Return a file as Slack shows it now; raises what the client raises."""
    answer = await client.files_info(file=file_id)
    file = answer.get("file")
    return file if isinstance(file, dict) else {}


async def fetch_transcript(client: AsyncWebClient, web: Web, url: str) -> str:
    """Return the words of a transcript; raises `TemporaryError` where it is not to be had."""
    if not _is_slacks(client, url) or client.token is None:
        raise TemporaryError("the transcript is not at Slack's")
    text = await web.get_text(url, {"Authorization": f"Bearer {client.token}"}, LARGEST_TRANSCRIPT)
    if not text.lstrip("\ufeff").startswith("WEBVTT"):
        # A wrong token brings a page to sign in, with the status of a success.
        raise TemporaryError("this is no transcript")
    return words_of_vtt(text)


def _is_slacks(client: AsyncWebClient, url: str) -> bool:
    asked, own = urlsplit(url), urlsplit(client.base_url)
    if (asked.scheme, asked.netloc) == (own.scheme, own.netloc):
        return True
    return asked.scheme == "https" and SLACK_HOSTS.fullmatch(asked.hostname or "") is not None


def words_of_vtt(text: str) -> str:
    """Return what is said in a WebVTT transcript: its cues without their times, numbers, names of voices and notes."""
    said: list[str] = []
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.strip().split("\n")
        start = next((number for number, line in enumerate(lines) if _CUE.match(line)), None)
        if start is not None:
            said += [_MARKS.sub("", line).strip() for line in lines[start + 1 :]]
    return " ".join(line for line in said if line)
