"""Whatever the stand-in accepts is drawn, says all its words, and is accessible in both colour schemes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.playground.elements import with_ids
from tests.browser.conftest import Check
from tests.browser.drawing.conftest import Stage
from tests.browser.drawing.samples import drawn_samples, objects_in
from tests.playground.validation_samples import Json, section

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORDS = ("text", "alt_text", "title", "label", "name", "author_name", "provider_name")
SHORT_NAME = re.compile(r":[a-z0-9_+-]+:")
MARKS = re.compile(r"[*_~`]|<[^>]*>|:[a-z_]+:")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
async def test_every_sample_is_drawn_and_accessible(
    open_stage: Any, assert_accessible: Check, scheme: str, width: int
) -> None:
    stage = await open_stage(color_scheme=scheme, viewport={"width": width, "height": 900}, reduced_motion="reduce")
    await stage.call("drawAll", drawn_samples())
    assert await stage.call("undrawn") == []
    await assert_accessible(stage.page)
    assert await stage.page.evaluate("document.documentElement.scrollWidth") <= width


def words_of(entry: Json) -> Iterator[str]:
    """Yield the words of one object that a person has to see, in pieces without marks."""
    if entry.get("type") in ("emoji", "markdown"):
        return
    for key in WORDS:
        if isinstance(value := entry.get(key), str) and not (key == "text" and "url" in entry and not value):
            pieces = MARKS.split(value) if entry.get("type") == "mrkdwn" else SHORT_NAME.split(value)
            yield from (part.strip() for piece in pieces for part in piece.split("\n") if part.strip())


# What is behind a press is not seen at first: options of menus, questions of buttons, tables of charts.
BEHIND = {
    "options",
    "option_groups",
    "initial_options",
    "initial_option",
    "confirm",
    "series",
    "axis_config",
    "element",
}


def seen_at_first(value: Any) -> Any:
    if isinstance(value, list):
        return [seen_at_first(entry) for entry in value]
    if isinstance(value, dict):
        return {key: seen_at_first(entry) for key, entry in value.items() if key not in BEHIND}
    return value


async def test_every_word_is_seen(stage: Stage) -> None:
    await stage.call("drawAll", drawn_samples())
    seen = await stage.page.evaluate(
        "document.body.innerText + [...document.querySelectorAll('[placeholder], [alt], [aria-label]')]"
        ".map((node) => [node.placeholder, node.alt, node.ariaLabel].join(' ')).join(' ')"
    )
    for _, blocks in drawn_samples():
        for entry in objects_in(seen_at_first(blocks)):
            for words in words_of(entry):
                assert words in seen, words


CANNOT_DRAW: list[tuple[Json, str]] = [
    ({"type": "hologram"}, "hologram"),
    ({}, "something without a type"),
    ({"type": "actions", "elements": [{"type": "lever", "action_id": "a"}]}, "lever"),
    (section(text={"type": "html", "text": "<b>x</b>"}), "html"),
    ({"type": "rich_text", "elements": [{"type": "rich_text_table"}]}, "rich_text_table"),
    ({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "gif"}]}]}, "gif"),
    ({"type": "table", "rows": [[{"type": "formula"}]]}, "formula"),
    ({"type": "data_visualization", "title": "t", "chart": {"type": "radar"}}, "chart radar"),
    ({"type": "constructor"}, "constructor"),
    ({"type": "section", "fields": 7}, "section ("),
]


async def test_what_cannot_be_drawn_is_said_where_it_stands(stage: Stage) -> None:
    around = section(text={"type": "plain_text", "text": "around"})
    await stage.draw(around, *(block for block, _ in CANNOT_DRAW), around)
    said = await stage.page.get_by_role("alert").all_inner_texts()
    expected = [f"Cannot draw: {name}" for _, name in CANNOT_DRAW]
    assert [words[: len(start)] for words, start in zip(said, expected, strict=True)] == expected
    assert await stage.page.get_by_text("around").count() == 2


async def test_pictures_from_elsewhere_are_boxes_with_their_words(stage: Stage) -> None:
    await stage.draw(*with_ids([{"type": "image", "alt_text": "A chart.", "image_url": "https://example.com/a.png"}]))
    assert await stage.page.locator("img").count() == 0
    text = await stage.page.locator(".bk-picture-box").inner_text()
    assert text.split("\n") == ["A chart.", "not loaded: this page loads nothing from elsewhere"]
