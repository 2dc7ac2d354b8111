"""What a rep's three commonest paths cost in clicks and keys, counted in the page: a line, a menu's entry, an emoji."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from bot.operate.demo.world import FIELD, INTEL, rep_id
from tests.browser.tour.visit import Visit, box, line

if TYPE_CHECKING:
    from playwright.async_api import Page, Request

expect = pytest.importorskip("playwright.async_api").expect
pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]
ANA, BEN = rep_id(0), rep_id(1)
COUNTING = """
window.steps = { clicks: 0, enters: 0 };
addEventListener("click", (event) => { if (event.isTrusted && event.detail > 0) window.steps.clicks += 1; }, true);
addEventListener("keydown", (event) => { if (event.key === "Enter") window.steps.enters += 1; }, true);
"""
BESIDES = "mark_read"
"""What the page tells of by itself, while somebody only looks."""


async def by_line(page: "Page", words: str) -> None:
    await box(page).fill(f"/intel {words}")
    await page.keyboard.press("Enter")


async def by_menu(page: "Page", words: str) -> None:
    await line(page, words).hover()
    await page.get_by_role("toolbar").get_by_role("button", name="More for this message").click()
    await page.get_by_role("menuitem", name="Save as intel").click()


async def by_emoji(page: "Page", words: str) -> None:
    await line(page, words).hover()
    await page.get_by_role("toolbar").get_by_role("button", name="React").click()
    await page.keyboard.type("gem")
    await page.keyboard.press("Enter")


Way = Callable[["Page", str], Awaitable[None]]
WAYS: tuple[tuple[Way, str, dict[str, int], str], ...] = (
    (by_line, "Initech opens an office in Lyon", {"clicks": 0, "enters": 1}, "command"),
    (by_menu, "They let the whole night shift go", {"clicks": 2, "enters": 0}, "message_shortcut"),
    (by_emoji, "Someone demoed a robot that files taxes", {"clicks": 1, "enters": 1}, "react"),
)


async def test_each_path_is_one_gesture_one_item_and_one_private_answer(visit: Visit) -> None:
    ben, ana = await visit.window(BEN, FIELD), await visit.window(ANA, FIELD)
    reader = await visit.window(BEN, INTEL)
    acts: list[str] = []

    def count_act(request: "Request") -> None:
        path = urlsplit(request.url).path
        if "/page/act/" in path and not path.endswith(BESIDES):
            acts.append(path.rpartition("/")[2])

    ana.on("request", count_act)
    await ana.evaluate(COUNTING)
    answers = ana.locator(".conversation .message").filter(has_text="Only visible to you")
    for way, words, steps, act in WAYS:
        if way is not by_line:
            # It names nothing known, so that the channel itself keeps nothing.
            await box(ben).fill(words)
            await ben.keyboard.press("Enter")
            await expect(line(ana, words)).to_be_visible()
        told = await answers.count()
        await ana.evaluate("window.steps = { clicks: 0, enters: 0 }")
        acts.clear()
        await way(ana, words)
        await expect(line(ana, "Got it: N-")).to_be_visible()
        await expect(answers).to_have_count(told + 1)
        assert (await ana.evaluate("window.steps"), acts) == (steps, [act]), way.__name__
        await expect(reader.locator(".conversation .message").filter(has_text=words)).to_have_count(1)
