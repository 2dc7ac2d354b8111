"""Writing, as one does in a chat: messages, commands, changes, threads."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.shell.desk import Desk, box, hovered, line, start

if TYPE_CHECKING:
    from playwright.async_api import Page

expect = pytest.importorskip("playwright.async_api").expect
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def send(page: "Page", text: str) -> None:
    await box(page).fill(text)
    await page.keyboard.press("Enter")


async def test_enter_sends_and_shift_enter_begins_a_line(desk: Desk) -> None:
    page = await desk.window("UANA")
    await box(page).fill("Acme cut prices")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("by 20%")
    await page.keyboard.press("Enter")
    await expect(line(page, "by 20%")).to_be_visible()
    await expect(box(page)).to_have_value("")
    assert desk.standin.messages("UPRIYA", "CINTEL")[-1].text == "Acme cut prices\nby 20%"


async def test_the_last_message_is_changed_where_it_stands_and_deleted_after_asking(desk: Desk) -> None:
    page = await desk.window("UANA")
    await send(page, "Acme & @priya")
    await expect(line(page, "Acme & @Priya Nair")).to_be_visible()
    await box(page).press("ArrowUp")
    area = page.get_by_role("textbox", name="Edit your message")
    await expect(area).to_have_value("Acme & @priya")
    await area.fill("Globex & @priya")
    await area.press("Enter")
    changed = line(page, "Globex & @Priya Nair")
    await expect(changed).to_contain_text("(edited)")
    await expect(changed).to_be_focused()
    await page.keyboard.press("Delete")
    await page.get_by_role("button", name="Delete", exact=True).click()
    await expect(changed).to_have_count(0)
    assert desk.standin.messages("UANA", "CINTEL") == []


async def test_a_draft_waits_for_its_person_in_its_place(desk: Desk) -> None:
    page = await desk.window("UANA")
    await box(page).fill("half a thought")
    await page.get_by_role("link", name="asks").click()
    await expect(box(page)).to_have_value("")
    await page.get_by_role("button", name="You are: Ana Ruiz – Rep, EMEA").click()
    await page.get_by_role("button", name="Priya Nair").click()
    await page.get_by_role("link", name="intel").click()
    await expect(box(page)).to_have_value("")
    await page.get_by_role("button", name="You are: Priya Nair").click()
    await page.get_by_role("button", name="Ana Ruiz").click()
    await expect(box(page)).to_have_value("half a thought")
    assert page.url.endswith("?as=UANA#CINTEL")


async def test_a_slash_lists_the_commands_and_an_unknown_one_keeps_its_words(desk: Desk) -> None:
    page = await desk.window("UANA")
    await box(page).press_sequentially("/")
    options = page.get_by_role("listbox", name="Commands").get_by_role("option")
    await expect(options).to_have_count(2)
    await expect(options.first).to_contain_text("Share what you heard")
    await page.keyboard.press("Enter")
    await expect(box(page)).to_have_value("/intel ")
    await send(page, "/inetl Acme cut prices")
    await expect(page.get_by_role("alert").filter(has_text="There is no command /inetl here")).to_be_visible()
    await expect(box(page)).to_have_value("/inetl Acme cut prices")


async def test_names_are_completed(desk: Desk) -> None:
    page = await desk.window("UANA")
    await box(page).press_sequentially("Ask @pri")
    await page.keyboard.press("Tab")
    await page.keyboard.type("in #as")
    await page.keyboard.press("Enter")
    await page.keyboard.type(":white_check")
    await page.keyboard.press("Enter")
    await expect(box(page)).to_have_value("Ask @priya in #asks :white_check_mark: ")
    await page.keyboard.press("Enter")
    await expect(line(page, "Ask @Priya Nair in #asks ✅")).to_be_visible()


async def test_what_a_late_app_did_not_take_comes_back_into_the_box(open_page: OpenPage) -> None:
    standin = await start(deadline_speed=30)
    desk = Desk(standin, None, open_page)  # type: ignore[arg-type]
    page = await desk.window("UANA")
    await send(page, "/intel nobody listens")
    await expect(page.get_by_role("alert").filter(has_text="/intel failed because the app")).to_be_visible()
    await expect(box(page)).to_have_value("/intel nobody listens")
    await desk.close_windows()
    await standin.stop()


async def test_a_thread_stands_beside_its_conversation_and_in_the_address(desk: Desk) -> None:
    ts = await desk.standin.say("UPRIYA", "CINTEL", "Who said so?")
    page = await desk.window("UANA")
    await hovered(page, "Who said so?", "Reply in thread")
    reply = page.get_by_role("textbox", name="Reply in the thread")
    await expect(reply).to_be_focused()
    await reply.fill("/intel no commands here")
    await reply.press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="does not work in threads")).to_be_visible()
    await reply.fill("Their CFO")
    await reply.press("Enter")
    await expect(page.locator(".thread").get_by_text("Their CFO")).to_be_visible()
    await expect(page.get_by_role("button", name="1 reply")).to_be_visible()
    assert page.url.endswith(f"#CINTEL/{ts}")
    await page.reload()
    await expect(page.locator(".thread").get_by_text("Their CFO")).to_be_visible()
    await page.get_by_role("button", name="Close the thread").click()
    await expect(page.locator(".thread")).to_be_hidden()
