"""Transcripts of recordings: read in full from Slack's own hosts, with the token, and from nowhere else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.connectors.slack.files import LARGEST_TRANSCRIPT, fetch_transcript, words_of_vtt
from bot.connectors.web import Web
from bot.domain.errors import TemporaryError

VTT = """WEBVTT

NOTE said by a machine

1
00:00:00.000 --> 00:00:01.500
<v Ana>Acme cut prices</v>

00:00:01.500 --> 00:00:03.000 align:start
by a third,
they say
"""


@pytest.mark.parametrize(
    ("vtt", "words"),
    [
        (VTT, "Acme cut prices by a third, they say"),
        (VTT.replace("\n", "\r\n"), "Acme cut prices by a third, they say"),
        ("WEBVTT", ""),
        ("", ""),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n", ""),
    ],
)
def test_the_words_are_read_without_times_and_marks(vtt: str, words: str) -> None:
    assert words_of_vtt(vtt) == words


class Host:
    """A web server of one answer that keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer = b""
        self.origin = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(self.answer)
        await writer.drain()
        writer.close()

    def says(self, body: str, status: str = "200 OK", more: str = "") -> None:
        content = body.encode()
        self.answer = f"HTTP/1.1 {status}\r\n{more}Content-Length: {len(content)}\r\n\r\n".encode() + content


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    host = Host()
    server = await asyncio.start_server(host.serve, "127.0.0.1", 0)
    host.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield host


Fetch = Callable[[str], Awaitable[str]]


@pytest.fixture
async def fetch(host: Host) -> AsyncIterator[Fetch]:
    client = AsyncWebClient("a-token", base_url=f"{host.origin}/api/")
    async with Web(2.0) as web:
        yield lambda url: fetch_transcript(client, web, url)


async def test_it_is_fetched_with_the_token(host: Host, fetch: Fetch) -> None:
    host.says(VTT)
    assert await fetch(f"{host.origin}/files/F1.vtt") == "Acme cut prices by a third, they say"
    assert "authorization: bearer a-token" in host.asked[0].lower()


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com.evil.example/F1",
        "https://evilslack.com/F1",
        "http://files.slack.com/F1",
        "https://127.0.0.1:9/F1",
        "file:///etc/passwd",
        "",
    ],
)
async def test_the_token_goes_to_slack_alone(host: Host, fetch: Fetch, url: str) -> None:
    with pytest.raises(TemporaryError, match="not at Slack's"):
        await fetch(url)
    assert host.asked == []


async def test_a_page_a_refusal_a_redirect_and_a_flood_are_no_transcript(host: Host, fetch: Fetch) -> None:
    answers = (
        ("<!doctype html>Sign in", "200 OK", ""),
        (VTT, "403 Forbidden", ""),
        ("", "302 Found", f"Location: {host.origin}/elsewhere\r\n"),
        ("WEBVTT" + "x" * LARGEST_TRANSCRIPT, "200 OK", ""),
    )
    for body, status, more in answers:
        host.says(body, status, more)
        with pytest.raises(TemporaryError):
            await fetch(f"{host.origin}/files/F1.vtt")
    assert len(host.asked) == len(answers)
