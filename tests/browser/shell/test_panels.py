"""What stands around the conversation: who to be, the clock, the tour, the inspector, and the line to the server."""

import asyncio

import pytest

from bot.playground.page.offer import Busy, PageOffer
from bot.playground.server import StandIn
from tests.browser.conftest import Complaints, OpenPage
from tests.browser.shell.desk import SPEC, Desk, box, line, start

expect = pytest.importorskip("playwright.async_api").expect
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_tour_leads_and_notices_what_is_done_by_hand(desk: Desk) -> None:
    page = await desk.window("UANA")
    tour = page.get_by_role("complementary", name="Guided tour")
    await tour.get_by_role("button", name="Be Priya").click()
    await tour.get_by_role("button", name="Go to #asks").click()
    await tour.get_by_role("button", name="Put it in the box").click()
    await expect(box(page)).to_be_focused()
    await expect(box(page)).to_have_value("/intel Acme cut prices")
    await box(page).press("Enter")
    await expect(tour.get_by_role("button", name="Share what you heard (done)")).to_be_visible()
    before = desk.standin.clock.now()
    await tour.get_by_role("button", name="Skip two minutes").click()
    await expect(page.locator("#polite")).to_contain_text("It is now")
    assert (desk.standin.clock.now() - before).total_seconds() >= 150
    await tour.get_by_role("button", name="Hide the tour").click()
    await expect(tour).to_be_hidden()
    await page.get_by_role("button", name="Tour").click()
    await expect(tour).to_be_visible()


async def test_the_clock_goes_to_what_falls_due(desk: Desk) -> None:
    page = await desk.window("UPRIYA")
    clock = page.get_by_role("region", name="Clock")
    await expect(clock).to_contain_text("Next: the recap of October")
    before = desk.standin.clock.now()
    await clock.get_by_role("button", name="Move the clock 1 hour ahead").click()
    await expect(page.locator("#polite")).to_contain_text("It is now")
    await clock.get_by_role("button", name="Go there").click()
    await expect(page.locator("#polite p")).to_have_count(2)
    assert (desk.standin.clock.now() - before).total_seconds() >= 2 * 86_400


async def test_the_inspector_shows_what_went_to_and_fro(desk: Desk) -> None:
    page = await desk.window("UANA")
    await page.get_by_role("button", name="Inspector").click()
    inspector = page.get_by_role("complementary", name="Inspector")
    await box(page).fill("/intel Acme cut prices")
    await box(page).press("Enter")
    row = inspector.get_by_role("row").filter(has_text="command")
    await expect(row).to_contain_text("Slack → bot")
    await row.get_by_role("button", name="/intel").click()
    await expect(inspector.get_by_text('"Acme cut prices"')).to_be_visible()
    await inspector.get_by_role("combobox", name="Kind").select_option("api")
    await expect(row).to_have_count(0)
    assert "xoxb" not in await inspector.inner_text()


async def test_another_person_can_be_opened_in_a_window_of_their_own(desk: Desk) -> None:
    page = await desk.window("UANA", "CASKS")
    await page.get_by_role("button", name="You are: Ana Ruiz").press("Enter")
    dialog = page.get_by_role("dialog", name="Who to be")
    await expect(dialog.get_by_role("button", name="Ana Ruiz")).to_be_focused()
    await expect(dialog.get_by_role("list", name="Product manager")).to_contain_text("Priya Nair")
    async with page.expect_popup() as popup:
        await dialog.get_by_role("link", name="Open as Priya Nair in a new window").click()
    other = await popup.value
    await expect(other.get_by_role("button", name="You are: Priya Nair – Product manager, Login")).to_be_visible()
    assert other.url.endswith("?as=UPRIYA#CASKS")


async def test_starting_over_asks_first_and_tells_how_far_it_is(open_page: OpenPage) -> None:
    busy, done = Busy(), asyncio.Event()

    async def reset() -> None:
        busy.set("Starting over", 3, 10)
        await done.wait()
        busy.clear()

    standin = await start(PageOffer(reset=reset, busy=busy))
    desk = Desk(standin, None, open_page)  # type: ignore[arg-type]
    page = await desk.window("UANA")
    await expect(page.get_by_text("Nugget is not connected.")).to_be_visible()
    await page.get_by_role("button", name="More about the playground").click()
    await expect(page.get_by_role("menuitem", name="Fill with a quarter")).to_have_count(0)
    await page.get_by_role("menuitem", name="Reset the playground…").click()
    await page.get_by_role("dialog", name="Reset the playground?").get_by_role("button", name="Reset").click()
    await expect(page.get_by_text("Starting over… 3 of 10")).to_be_visible()
    await expect(page.get_by_role("progressbar", name="Starting over")).to_have_attribute("value", "3")
    done.set()
    await expect(page.get_by_text("Starting over… 3 of 10")).to_have_count(0)
    await desk.close_windows()
    await standin.stop()


async def test_the_page_comes_back_by_itself_after_a_restart(desk: Desk, complaints: Complaints) -> None:
    complaints.expect("ERR_CONNECTION_REFUSED")
    complaints.expect("WebSocket connection")
    page = await desk.window("UANA")
    await box(page).fill("half a thought")
    port = int(desk.standin.page_url.rstrip("/").rsplit(":", 1)[1])
    await desk.bot.app.close()
    await desk.standin.stop()
    await expect(page.get_by_text("Reconnecting…")).to_be_visible()
    again = await StandIn.start(SPEC, port=port)
    await expect(page.get_by_text("Reconnecting…")).to_have_count(0)
    await expect(box(page)).to_have_value("half a thought")
    await again.say("UPRIYA", "CINTEL", "Back again")
    await expect(line(page, "Back again")).to_be_visible()
    await desk.close_windows()
    await again.stop()
