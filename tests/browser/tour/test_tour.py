"""The guided tour against the real bot: by pointer as three people, and once more by keyboard alone."""

import re
from typing import TYPE_CHECKING

import pytest

from bot.operate.demo.tour import PRIYA, STEPS
from bot.operate.demo.world import ASKS, FIELD, INTEL, RECAP, rep_id
from tests.browser.conftest import Check
from tests.browser.tour.visit import Visit, box, line, press, tab_to, tour

if TYPE_CHECKING:
    from playwright.async_api import Page

expect = pytest.importorskip("playwright.async_api").expect
pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]
ANA, BEN = rep_id(0), rep_id(1)
REASON = "The audit log has to be rebuilt first."
PROBLEM = "Their auditors get screenshots by mail, and reject half of them."


async def say_what_stops_them(page: "Page", name: str, assert_accessible: Check) -> None:
    await line(page, "what can't Globex do today?").get_by_role("button", name="Answer").click()
    await fill(page, "What can't Globex do today?", PROBLEM, assert_accessible)
    await page.get_by_role("dialog").get_by_role("button", name="Add").click()
    await expect(line(page, f"Added to {name}")).to_contain_text("Only visible to you")
    await expect(tour(page)).to_contain_text("Step 4 of 7")


async def fill(page: "Page", label: str, words: str, assert_accessible: Check) -> None:
    await page.get_by_role("dialog").get_by_label(label).fill(words)
    await assert_accessible(page)


async def test_three_people_take_the_tour(visit: Visit, assert_accessible: Check) -> None:
    ana, ben = await visit.window(ANA, FIELD), await visit.window(BEN, FIELD)
    priya = await visit.window(PRIYA, ASKS)
    await expect(tour(ana)).to_contain_text("Step 1 of 7")

    await tour(ana).get_by_role("button", name="Put it in the box").click()
    await box(ana).press("Enter")
    await expect(line(ana, "Got it: N-")).to_contain_text("Only visible to you")
    await expect(tour(ana)).to_contain_text("Step 2 of 7")
    await visit.picture(ana, "1-share")

    await tour(ana).get_by_role("button", name="Put it in the box").click()
    await box(ana).press("Enter")
    await expect(line(ana, "Got it: A-")).to_contain_text("Globex, $90,000, first-hand")
    await expect(tour(ana)).to_contain_text("Step 3 of 7")
    await visit.picture(ana, "2-ask")
    name = re.findall(r"Got it: (A-[0-9]+)", await line(ana, "Got it: A-").inner_text())[0]
    await expect(line(ben, f"Got it: {name}")).to_have_count(0)

    await say_what_stops_them(ana, name, assert_accessible)
    await visit.picture(ana, "3-coach")

    card = line(priya, "figures for auditors")
    await expect(card).to_contain_text(PROBLEM)
    await expect(card).to_contain_text("no owner yet")
    await card.hover()
    await priya.get_by_role("toolbar").get_by_role("button", name="React").click()
    await priya.keyboard.type("key")
    await priya.keyboard.press("Enter")
    await expect(card).to_contain_text("Login · Priya Nair")
    await expect(tour(priya)).to_contain_text("Step 5 of 7")
    await visit.picture(priya, "4-route")

    await card.get_by_role("button", name="Answer in words").click()
    await line(priya, "Only visible to you").get_by_role("button", name="Not now").click()
    await fill(priya, "What comes first?", REASON, assert_accessible)
    await visit.picture(priya, "5-form")
    await priya.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(card).to_contain_text(REASON)
    await expect(line(priya, "Only visible to you")).to_contain_text(f"Your answer to {name} is recorded")
    await expect(tour(ana)).to_contain_text("Step 6 of 7")

    await tour(ana).get_by_role("button", name="Go to Nugget").click()
    await tour(ana).get_by_role("button", name="Skip").click()
    await expect(line(ana, "Not now for A-")).to_contain_text(REASON)
    await expect(tour(ana)).to_contain_text("Step 7 of 7")
    await visit.picture(ana, "6-answer")

    await tour(ana).get_by_role("button", name="Go to #revenue-recap").click()
    await tour(ana).get_by_role("button", name="Go to what falls due next").click()
    recap = line(ana, "Recap of October 2026")
    await expect(recap).to_contain_text("Login: ")
    await expect(tour(ana)).to_contain_text("That was the tour")
    await assert_accessible(ana)
    await visit.picture(ana, "recap")
    await ben.goto(f"{visit.url}?as={BEN}#{RECAP}")
    await expect(line(ben, "Recap of October 2026")).to_be_visible()
    for page in (ana, ben, priya):
        await expect(page.locator(".cannot-draw")).to_have_count(0)


async def test_the_tour_is_taken_by_keyboard_alone(visit: Visit) -> None:
    page = await visit.window(ANA, INTEL)
    for step in ("Step 2 of 7", "Step 3 of 7"):
        if "Step 1" in await tour(page).inner_text():
            await press(page, "Go to #field-notes")
        await press(page, "Put it in the box")
        await expect(box(page)).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(tour(page)).to_contain_text(step)

    await press(page, "Answer")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.type(PROBLEM)
    await press(page, "Add")
    await expect(tour(page)).to_contain_text("Step 4 of 7")

    await press(page, "Be Priya")
    await press(page, "Go to #asks")
    await tab_to(page, "figures for auditors", backwards=True)
    await page.keyboard.press("r")
    await page.keyboard.type("key")
    await page.keyboard.press("Enter")
    await expect(tour(page)).to_contain_text("Step 5 of 7")

    await tab_to(page, "figures for auditors", backwards=True)
    await page.keyboard.press("Enter")
    await press(page, "Answer in words")
    await expect(line(page, "Only visible to you")).to_be_visible()
    await press(page, "Not now")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.type(REASON)
    await press(page, "Send")
    await expect(tour(page)).to_contain_text("Step 6 of 7")

    await press(page, "Be Ana")
    await press(page, "Go to Nugget")
    await press(page, "Skip")
    await expect(line(page, "Not now for A-")).to_contain_text(REASON)
    await expect(tour(page)).to_contain_text("Step 7 of 7")
    await press(page, "Go to #revenue-recap")
    await press(page, "Go to what falls due next")
    await expect(line(page, "Recap of October 2026")).to_be_visible()
    await expect(tour(page)).to_contain_text("That was the tour")
    assert len(STEPS) == 7
