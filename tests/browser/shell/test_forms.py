"""Forms of the app, and its Home."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.shell.desk import Desk, box, button

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

expect = pytest.importorskip("playwright.async_api").expect
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def opened(page: "Page") -> "Locator":
    await box(page).fill("/intel")
    await box(page).press("Enter")
    dialog = page.get_by_role("dialog", name="Share intel")
    await dialog.wait_for()
    return dialog


async def test_a_form_says_what_is_wrong_and_goes_when_it_is_sent(desk: Desk) -> None:
    page = await desk.window("UANA")
    dialog = await opened(page)
    heard = dialog.get_by_role("textbox", name="What did you hear?")
    await expect(heard).to_be_focused()
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_text("Please complete this required field.")).to_be_visible()
    await dialog.get_by_role("textbox", name="Account").fill("Globex")
    await heard.fill("too short")
    await heard.press("Enter")
    await expect(dialog.get_by_text("A few more words, please.")).to_be_visible()
    await expect(dialog.get_by_role("alert")).to_contain_text("One field needs another look.")
    await expect(heard).to_be_focused()
    await expect(dialog.get_by_role("textbox", name="Account")).to_have_value("Globex")
    await heard.fill("Acme cut prices by 20%")
    await dialog.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(box(page)).to_be_focused()
    values = desk.bot.payloads[-1]["view"]["state"]["values"]
    assert values["heard"]["v"]["value"] == "Acme cut prices by 20%"
    assert values["account"]["v"]["value"] == "Globex"


async def test_a_form_that_changes_keeps_what_is_typed_and_one_on_top_leads_back(desk: Desk) -> None:
    page = await desk.window("UANA")
    dialog = await opened(page)
    heard = dialog.get_by_role("textbox", name="What did you hear?")
    await heard.fill("more")
    await dialog.get_by_role("button", name="Add deal details").click()
    await expect(dialog.get_by_role("textbox", name="Deal")).to_be_visible()
    await expect(heard).to_have_value("more")
    await dialog.get_by_role("button", name="Save").click()
    pushed = page.get_by_role("dialog", name="Who said it")
    await expect(pushed.get_by_role("textbox", name="Their name")).to_be_focused()
    await pushed.get_by_role("button", name="Back").click()
    await expect(heard).to_have_value("more")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert desk.standin.open_view("UANA") is None


async def test_a_menu_is_filled_by_the_app_as_one_types(desk: Desk) -> None:
    page = await desk.window("UANA")
    await box(page).fill("/intel want")
    await box(page).press("Enter")
    dialog = page.get_by_role("dialog", name="Want to know")
    about = dialog.get_by_role("combobox", name="About whom?")
    await about.press_sequentially("um")
    await expect(page.get_by_role("option")).to_have_text(["Umbrella"])
    await about.press("ArrowDown")
    await about.press("Enter")
    await expect(about).to_have_value("Umbrella")
    await dialog.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    sent = desk.bot.payloads[-1]
    assert sent["type"] == "view_submission"
    assert sent["view"]["state"]["values"]["about"]["v"]["selected_option"]["value"] == "umbrella"


async def test_home_is_told_of_visits_and_takes_presses(desk: Desk) -> None:
    page = await desk.window("UANA", "home")
    await expect(page.get_by_text("Nugget has drawn nothing here yet.")).to_be_visible()
    ask = {
        "title": {"type": "plain_text", "text": "Take it back?"},
        "text": {"type": "plain_text", "text": "It goes away."},
    }
    ask |= {"confirm": {"type": "plain_text", "text": "Take back"}, "deny": {"type": "plain_text", "text": "Keep"}}
    blocks = [{"type": "actions", "elements": [button("back", "Take N-12 back", confirm=ask)]}]
    await desk.bot.client.views_publish(user_id="UANA", view={"type": "home", "blocks": blocks})
    press = page.get_by_role("button", name="Take N-12 back")
    await press.click()
    await page.get_by_role("dialog").get_by_role("button", name="Keep").click()
    assert desk.bot.payloads == []
    await press.click()
    await page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    await desk.standin.wait_until(lambda: len(desk.bot.payloads) == 1)
    await page.get_by_role("link", name="Messages").click()
    await expect(box(page)).to_be_visible()
    await desk.standin.wait_until(lambda: len(desk.bot.app.events("app_home_opened")) == 2)
    assert [event["tab"] for event in desk.bot.app.events("app_home_opened")] == ["home", "messages"]


async def test_a_shortcut_is_found_beside_the_box(desk: Desk) -> None:
    page = await desk.window("UANA")
    await page.get_by_role("button", name="Shortcuts", exact=True).click()
    await page.get_by_role("menuitem", name="Share intel").click()
    await expect(page.get_by_role("dialog", name="Share intel")).to_be_visible()
    assert desk.bot.payloads[0]["callback_id"] == "share"
