"""Long and lively lists of messages."""

import pytest

from bot.playground.errors import RefusedGestureError
from bot.playground.world import Message
from tests.browser.conftest import Complaints
from tests.browser.shell.desk import BOT, Desk, Json, box, button, hovered, line

expect = pytest.importorskip("playwright.async_api").expect
pytestmark = pytest.mark.asyncio(loop_scope="session")


def fill(desk: Desk, count: int) -> None:
    channel = desk.standin.workspace.world.channels["CINTEL"]
    for number in range(count):
        channel.add(Message(desk.standin.workspace.world.next_ts(channel), "UPRIYA", f"Old {number}."))


async def test_of_a_long_channel_only_the_newest_are_drawn(desk: Desk) -> None:
    fill(desk, 3000)
    page = await desk.window("UANA")
    messages = page.locator(".conversation .message")
    await expect(messages.last).to_contain_text("Old 2999.")
    await expect(messages).to_have_count(200)
    await page.get_by_role("button", name="Show earlier messages (2800)").click()
    await expect(messages).to_have_count(400)
    await expect(line(page, "Old 2799.")).to_be_attached()


async def test_a_list_stays_at_its_end_unless_somebody_reads_further_up(desk: Desk) -> None:
    fill(desk, 60)
    await desk.standin.mark_read("UANA", "CINTEL")
    page = await desk.window("UANA")
    await desk.standin.say("UPRIYA", "CINTEL", "The newest")
    await expect(line(page, "The newest")).to_be_in_viewport()
    await page.locator(".conversation .timeline .scroller").evaluate("(list) => { list.scrollTop = 0; }")
    await expect(line(page, "Old 0.")).to_be_in_viewport()
    await desk.standin.say("UPRIYA", "CINTEL", "Even newer")
    more = page.get_by_role("button", name="New messages")
    await expect(more).to_be_visible()
    await expect(line(page, "Even newer")).not_to_be_in_viewport()
    await more.click()
    await expect(line(page, "Even newer")).to_be_in_viewport()
    await expect(more).to_be_hidden()


async def test_a_menu_and_the_focus_outlive_what_happens_meanwhile(desk: Desk) -> None:
    ts = await desk.standin.say("UPRIYA", "CINTEL", "Who said so?")
    page = await desk.window("UANA")
    await hovered(page, "Who said so?", "More for this message")
    item = page.get_by_role("menuitem", name="Save as intel")
    await expect(item).to_be_focused()
    await desk.standin.react("UPRIYA", "CINTEL", ts, "eyes")
    await desk.standin.say("UPRIYA", "CINTEL", "Anyone?")
    await expect(line(page, "Anyone?")).to_be_visible()
    await expect(item).to_be_focused()
    await item.press("Enter")
    await expect(page.get_by_role("dialog", name="Share intel")).to_be_visible()
    (payload,) = desk.bot.payloads
    assert (payload["callback_id"], payload["message"]["ts"]) == ("save", ts)


async def test_a_card_that_changes_keeps_the_focus_on_its_button(desk: Desk) -> None:
    def card(words: str) -> list[Json]:
        section: Json = {"type": "section", "text": {"type": "mrkdwn", "text": words}}
        return [section, {"type": "actions", "block_id": "acts", "elements": [button("seen", "Seen")]}]

    page = await desk.window("UANA")
    sent = await desk.bot.client.chat_postMessage(channel="CINTEL", text="A card", blocks=card("1 report"))
    await page.get_by_role("button", name="Seen").press("Enter")
    await desk.standin.wait_until(lambda: len(desk.bot.payloads) == 1)
    await desk.bot.client.chat_update(channel="CINTEL", ts=sent["ts"], text="A card", blocks=card("2 reports"))
    await expect(line(page, "2 reports")).to_be_visible()
    await expect(page.get_by_role("button", name="Seen")).to_be_focused()
    assert desk.bot.payloads[0]["user"]["id"] == "UANA"
    assert desk.standin.messages("UANA", "CINTEL")[-1].user == BOT


async def test_what_cannot_be_said_is_told_and_not_lost(
    desk: Desk, complaints: Complaints, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_given: object, **_more: object) -> None:
        raise RefusedGestureError("#intel is archived.")

    complaints.expect("409")
    page = await desk.window("UANA")
    await box(page).fill("Anyone here?")
    # As if somebody else had archived the channel in the moment before the words are sent.
    monkeypatch.setattr(desk.standin, "say", refuse)
    await box(page).press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="is archived")).to_be_visible()
    await expect(box(page)).to_have_value("Anyone here?")
