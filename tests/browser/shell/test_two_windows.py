"""Two windows as two people: each sees what is theirs to see, at once."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.shell.desk import Desk, box, hovered, line

if TYPE_CHECKING:
    from playwright.async_api import Page

expect = pytest.importorskip("playwright.async_api").expect
pytestmark = pytest.mark.asyncio(loop_scope="session")
LONGEST_MS = 300

WATCH = """() => {
  window.seen = {};
  new MutationObserver(() => {
    for (const body of document.querySelectorAll(".message-body")) window.seen[body.innerText.trim()] ??= Date.now();
  }).observe(document.querySelector(".messages"), { childList: true, subtree: true });
}"""
NOTE_ENTER = """() => document.addEventListener("keydown", (event) => {
  if (event.key === "Enter") window.entered = Date.now();
}, true)"""


async def delay_ms(sender: "Page", watcher: "Page", text: str) -> float:
    """Send a message in one window and return how long it took until it stood in the other."""
    await box(sender).fill(text)
    await box(sender).press("Enter")
    await line(watcher, text).wait_for()
    entered = await sender.evaluate("window.entered")
    return float(await watcher.evaluate("(text) => window.seen[text]", text)) - float(entered)


async def test_what_one_does_stands_in_the_other_window_in_a_moment(desk: Desk) -> None:
    ana, priya = await desk.window("UANA"), await desk.window("UPRIYA")
    await ana.evaluate(NOTE_ENTER)
    await priya.evaluate(WATCH)
    delays = sorted([await delay_ms(ana, priya, f"Message {number}") for number in range(5)])
    assert delays[len(delays) // 2] < LONGEST_MS, delays
    await hovered(priya, "Message 4", "React")
    await priya.keyboard.type("white_check_mark")
    await priya.keyboard.press("Enter")
    reaction = line(ana, "Message 4").get_by_role("button", name="white check mark, 1: Priya Nair")
    await reaction.click()
    await expect(line(priya, "Message 4").get_by_role("button", name="2: you and Ana Ruiz")).to_be_visible()
    await expect(reaction).to_have_count(0)


async def test_an_answer_to_one_person_is_for_them_alone_and_can_be_put_away(desk: Desk) -> None:
    ana, priya = await desk.window("UANA"), await desk.window("UPRIYA")
    await box(ana).fill("/intel Acme cut prices")
    await box(ana).press("Enter")
    await expect(line(ana, "Got it: N-12")).to_contain_text("Only visible to you")
    await desk.standin.say("UANA", "CINTEL", "Did you see it?")
    await expect(line(priya, "Did you see it?")).to_be_visible()
    await expect(line(priya, "Got it")).to_have_count(0)
    await ana.get_by_role("button", name="Dismiss").click()
    await expect(line(ana, "Got it")).to_have_count(0)


async def test_unread_marks_count_until_the_channel_is_opened(desk: Desk) -> None:
    await desk.standin.say("UPRIYA", "CASKS", "Seen by all")
    await desk.standin.mark_read("UANA", "CASKS")
    ana = await desk.window("UANA")
    for number in range(2):
        await desk.standin.say("UPRIYA", "CASKS", f"News {number}")
    await expect(ana.get_by_role("link", name="asks 2 unread")).to_be_visible()
    await expect(ana).to_have_title("(2) #intel – Ana Ruiz – Nugget playground")
    await ana.get_by_role("link", name="asks").click()
    await expect(ana.locator(".new-line + .message")).to_contain_text("News 0")
    await expect(ana.get_by_role("link", name="unread")).to_have_count(0)
    await desk.standin.say("UPRIYA", "CASKS", "News 2")
    await expect(line(ana, "News 2")).to_be_visible()
    await expect(ana.locator(".new-line + .message")).to_contain_text("News 0")


async def test_a_guest_and_a_stranger_find_only_their_own_places(desk: Desk) -> None:
    olga = await desk.window("UOLGA", "CINTEL")
    await expect(olga.get_by_role("navigation", name="Channels and apps").get_by_role("link")).to_have_count(1)
    await expect(olga.get_by_role("heading", name="globex")).to_be_visible()
    gil = await desk.window("UGIL", "CINTEL")
    await expect(gil.get_by_role("link", name="Nugget")).to_be_visible()
    await expect(gil.get_by_role("link", name="intel")).to_have_count(0)


async def test_a_channel_can_be_looked_into_joined_and_left(desk: Desk) -> None:
    ana = await desk.window("UANA", "CPLAY")
    await ana.get_by_role("button", name="Join #play").click()
    await expect(box(ana)).to_be_visible()
    await ana.get_by_role("button", name="Leave #play").click()
    await expect(ana.get_by_role("button", name="Join #play")).to_be_visible()
