"""What the bot posts and opens, and what real workspaces sent, is drawn whole and accessible."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.playground.elements import with_ids
from tests.blocks.samples import NASTY
from tests.browser.conftest import Check
from tests.browser.drawing.conftest import Stage
from tests.browser.drawing.own import every_own
from tests.browser.drawing.samples import objects_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_everything_of_the_bot_is_drawn(stage: Stage, assert_accessible: Check) -> None:
    own = [entry for entry in every_own() if not entry[0].startswith("nasty")]
    await stage.call("drawAll", own)
    assert await stage.call("undrawn") == []
    await assert_accessible(stage.page)


async def test_nothing_that_people_write_becomes_more_than_words(stage: Stage) -> None:
    nasty = [entry for entry in every_own() if entry[0].startswith("nasty")]
    await stage.call("drawAll", nasty)
    assert await stage.call("undrawn") == []
    assert await stage.page.locator(".mention, .sample a, .sample code, .sample pre, .sample strong > em").count() == 0
    quotes = await stage.page.locator(".sample blockquote").all_inner_texts()
    for number in (2, 3, 4):
        assert any(NASTY[number] in quote for quote in quotes)
    assert await stage.page.evaluate("document.documentElement.scrollWidth") <= 1280


def lists_of_blocks(value: Any) -> list[list[Any]]:
    """Return the Block Kit inside a recorded payload; an element without ids gets those that Slack makes up."""
    found = [entry["blocks"] for entry in objects_in(value) if isinstance(entry.get("blocks"), list)]
    return [with_ids(blocks) for blocks in found if blocks and all("type" in block for block in blocks)]


async def test_recorded_blocks_are_drawn(stage: Stage, corpus: Path) -> None:
    folder = corpus / "slack_payloads"
    files = sorted(folder.rglob("*.json"))
    named = [
        (f"{path.name} {number}", blocks)
        for path in files
        for number, blocks in enumerate(lists_of_blocks(json.loads(path.read_text())))
    ]
    assert named
    await stage.call("drawAll", named)
    assert await stage.call("undrawn") == []
