"""A modal that its app changes: what a person is typing, choosing and looking at stays."""

from typing import Any

import pytest

from tests.browser.drawing.conftest import Stage
from tests.browser.drawing.samples import PLANS, element, field
from tests.playground.validation_samples import actions, button, plain, section

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORDS = field("plain_text_input", {})
MENU = field("multi_static_select", {"options": PLANS})


async def redraw(stage: Stage, *blocks: Any, **context: Any) -> None:
    assert await stage.call("redraw", list(blocks), context)


async def caret(stage: Stage) -> Any:
    return await stage.page.evaluate(
        "[document.activeElement.value, document.activeElement.selectionStart, document.activeElement.selectionEnd]"
    )


async def test_typing_goes_on_through_a_change_of_the_field_itself(stage: Stage) -> None:
    await stage.draw(WORDS, MENU, surface="modal")
    await stage.page.get_by_role("textbox").focus()
    await stage.type("hello")
    await stage.press("ArrowLeft", "Shift+ArrowLeft")
    await redraw(stage, section(text=plain("New")), WORDS, MENU, errors={"plain_text_input": "Too short."})
    assert await caret(stage) == ["hello", 3, 4]
    assert await stage.page.get_by_text("Too short.").is_visible()
    await stage.type("LL")
    assert (await stage.values())["plain_text_input"]["plain_text_input"] == "helLLo"


async def test_blocks_that_did_not_change_are_left_alone(stage: Stage) -> None:
    await stage.draw(section(text=plain("One")), WORDS, section(text=plain("Two")))
    await stage.page.evaluate("harness.before = [...harness.root.children]")
    await redraw(stage, section(text=plain("Two")), section(text=plain("New")), WORDS)
    kept = await stage.page.evaluate("[...harness.root.children].map((node) => harness.before.indexOf(node))")
    assert kept == [2, -1, 1]


async def test_choices_stay_as_far_as_they_are_still_offered(stage: Stage) -> None:
    radio = field("radio_buttons", {"options": PLANS})
    await stage.draw(MENU, radio, field("datepicker", {}), surface="modal")
    await stage.page.get_by_role("combobox").click()
    for name in ("Free plan", "Team plan"):
        await stage.page.get_by_role("option", name=name).click()
    await stage.press("Escape")
    await stage.page.get_by_role("radio", name="Team plan").check()
    await stage.page.get_by_label("Field datepicker").fill("2026-12-31")
    fewer = [{**part, "element": {**part["element"], "options": PLANS[1:]}} for part in (MENU, radio)]
    await redraw(stage, *fewer, field("datepicker", {}, optional=True))
    assert await stage.values() == {
        "multi_static_select": {"multi_static_select": ["team"]},
        "radio_buttons": {"radio_buttons": "team"},
        "datepicker": {"datepicker": "2026-12-31"},
    }


async def test_another_id_or_type_starts_afresh(stage: Stage) -> None:
    await stage.draw(WORDS, surface="modal")
    await stage.page.get_by_role("textbox").fill("old")
    await redraw(stage, {**WORDS, "block_id": "other"})
    assert await stage.values() == {"other": {"plain_text_input": None}}
    await stage.page.get_by_role("textbox").fill("old")
    email = element("email_text_input", {"action_id": "plain_text_input", "initial_value": "a@b.ch"})
    await redraw(stage, {**WORDS, "block_id": "other", "element": email})
    assert await stage.values() == {"other": {"plain_text_input": "a@b.ch"}}


async def test_the_focus_stays_on_a_button_that_is_still_there(stage: Stage) -> None:
    await stage.draw(actions(button(value="1"), button(action_id="two", value="2"), block_id="row"))
    await stage.page.get_by_role("button").nth(1).focus()
    await redraw(stage, actions(button(action_id="two", value="2", text=plain("Renamed")), block_id="row"))
    assert await stage.page.evaluate("document.activeElement.innerText") == "Renamed"


async def test_a_draft_is_told_once_after_a_redraw(stage: Stage) -> None:
    draft = field("plain_text_input", {}, dispatch_action=True)
    await stage.draw(draft, WORDS | {"block_id": "next"}, surface="modal")
    await stage.page.get_by_role("textbox").first.focus()
    await stage.type("draft")
    await redraw(stage, {**draft, "hint": plain("Another hint")}, WORDS | {"block_id": "next"})
    assert await stage.acts() == []
    await stage.press("Tab")
    assert [act["selected"] for act in await stage.acts()] == ["draft"]
    await redraw(stage, draft, WORDS | {"block_id": "next"})
    await stage.page.get_by_role("textbox").first.focus()
    await stage.press("Tab")
    assert len(await stage.acts()) == 1


async def test_presses_after_a_redraw_go_to_the_newest_context(stage: Stage) -> None:
    await stage.draw(actions(button(), block_id="row"))
    await stage.page.evaluate(
        "harness.redraw([{ type: 'actions', block_id: 'row', elements: [{ type: 'button', action_id: 'press',"
        " text: { type: 'plain_text', text: 'text' } }] }], { act: async (press) => { harness.newest = press; } })"
    )
    await stage.page.get_by_role("button").click()
    assert await stage.page.evaluate("harness.newest.action_id") == "press"
    assert await stage.acts() == []
