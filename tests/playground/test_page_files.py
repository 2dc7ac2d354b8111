"""The files of the page, and its emoji."""

import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.playground.page import site
from bot.playground.page.emojis import short_names
from bot.playground.server import StandIn


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the page a folder of the test's own."""
    inner = tmp_path / "static"
    inner.mkdir()
    monkeypatch.setattr(site, "STATIC", inner)
    return inner


async def test_files_are_served_with_their_types(
    session: aiohttp.ClientSession, standin: StandIn, folder: Path
) -> None:
    types = {"index.html": "text/html", "shell.js": "text/javascript", "a.css": "text/css", "b.svg": "image/svg+xml"}
    for name in types:
        (folder / name).write_text(f"this is {name}", encoding="utf-8")
    for name, kind in types.items():
        async with session.get(f"{standin.page_url}page/{name}") as response:
            assert (response.status, response.content_type) == (200, kind)
            assert await response.text() == f"this is {name}"
    async with session.get(standin.page_url) as response:
        assert await response.text() == "this is index.html"


async def test_nothing_else_is_served(session: aiohttp.ClientSession, standin: StandIn, folder: Path) -> None:
    (folder.parent / "secret.js").write_text("secret", encoding="utf-8")
    (folder / ".hidden.js").write_text("secret", encoding="utf-8")
    (folder / "notes.txt").write_text("secret", encoding="utf-8")
    for name in ("", "page/..%2Fsecret.js", "page/%2e%2e/secret.js", "page/.hidden.js", "page/notes.txt", "page/x.js"):
        async with session.get(standin.page_url + name) as response:
            assert response.status == 404
            assert "secret" not in await response.text()


async def test_the_emoji_are_sent(session: aiohttp.ClientSession, standin: StandIn) -> None:
    async with session.get(f"{standin.page_url}page/emoji.json") as response:
        assert await response.json() == dict(short_names())


@pytest.mark.parametrize(
    ("name", "character"),
    [
        ("gem", "💎"),
        ("memo", "📝"),
        ("eyes", "👀"),
        ("white_check_mark", "✅"),
        ("speech_balloon", "💬"),
        ("heavy_plus_sign", "➕"),
        ("shushing_face", "🤫"),
        ("key", "🔑"),
        ("bar_chart", "📊"),
        ("iphone", "📱"),
        ("+1", "👍"),
        ("thumbsup::skin-tone-3", "👍🏼"),
        ("wave::skin-tone-6", "👋🏿"),
        ("simple_smile", "🙂"),
        ("slightly_smiling_face", "🙂"),
        ("face_with_cowboy_hat", "🤠"),
        ("large_green_circle", "🟢"),
        ("the_horns", "🤘"),
        ("dog", "🐶"),
        ("flag-fr", "🇫🇷"),
        ("fr", "🇫🇷"),
        ("male-technologist", "👨‍💻"),
        ("woman-shrugging", "🤷‍♀️"),
        ("man-woman-girl", "👨‍👩‍👧"),
        ("female_mage", "🧙‍♀️"),
        ("skin-tone-2", "🏻"),
    ],
)
def test_emoji_go_by_slacks_names(name: str, character: str) -> None:
    assert short_names()[name] == character


def test_the_emoji_library_is_loaded_for_the_page_alone() -> None:
    code = "import sys, bot.playground.server; sys.exit('emoji' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
