"""Select menus as WAI-ARIA's comboboxes, overflow menus, and what the app is asked for."""

from typing import Any

import pytest

from tests.browser.conftest import Check
from tests.browser.drawing.conftest import Stage
from tests.browser.drawing.samples import GROUPS, PLANS, element, field
from tests.playground.validation_samples import actions, confirm, option, plain

pytestmark = pytest.mark.asyncio(loop_scope="session")

GLOBEX = {"text": plain("Globex"), "value": "g"}


async def shown(stage: Stage) -> list[str]:
    """Return the entries of the open menu."""
    return await stage.page.get_by_role("option").locator(".bk-choice-label").all_inner_texts()


async def active(stage: Stage) -> Any:
    """Return the words of the entry that a screen reader is on, or None."""
    return await stage.page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.innerText ?? null"
    )


async def test_a_menu_opens_moves_and_closes_as_a_combobox_does(stage: Stage, assert_accessible: Check) -> None:
    await stage.draw(field("static_select", {"option_groups": GROUPS, "initial_option": PLANS[0]}), surface="modal")
    box = stage.page.get_by_role("combobox")
    assert await box.get_attribute("aria-expanded") == "false"
    await box.focus()
    await stage.press("ArrowDown")
    assert await box.get_attribute("aria-expanded") == "true"
    assert await shown(stage) == ["Free plan", "Team plan", "Everyone 🎉"]
    assert await stage.page.get_by_role("group", name="Large").get_by_role("option").count() == 2
    assert await stage.page.get_by_role("option", selected=True).inner_text() == "Free plan"
    await assert_accessible(stage.page)
    seen = []
    for key in ("ArrowDown", "PageDown", "ArrowDown", "ArrowUp"):
        await stage.press(key)
        seen.append(await active(stage))
    assert seen == ["Team plan\nUp to ten people", "Everyone 🎉", "Free plan", "Everyone 🎉"]
    await stage.press("Escape")
    assert await box.get_attribute("aria-expanded") == "false"
    assert await box.input_value() == "Free plan"
    assert await active(stage) is None


async def test_typing_narrows_a_menu_and_leaving_it_keeps_the_choice(stage: Stage) -> None:
    await stage.draw(field("users_select", {"initial_user": "U2"}), field("plain_text_input", {}), surface="modal")
    box = stage.page.get_by_role("combobox")
    await box.focus()
    await stage.type("CHLOE")
    assert await shown(stage) == ["Chloé Durand"]
    await stage.type("x")
    assert await shown(stage) == []
    assert await stage.page.get_by_text("Nothing matches.").first.is_visible()
    await stage.press("Enter", "Tab")
    assert await box.input_value() == "Ben Okri"
    assert await box.get_attribute("aria-expanded") == "false"
    assert (await stage.values())["users_select"]["users_select"] == "U2"


async def test_people_and_conversations_are_those_that_slack_offers(stage: Stage) -> None:
    only_own = {"filter": {"include": ["public"], "exclude_external_shared_channels": True}}
    await stage.draw(field("users_select", {}), field("channels_select", {}), field("conversations_select", only_own))
    found = []
    for box in await stage.page.get_by_role("combobox").all():
        await box.click()
        found.append(await shown(stage))
        await stage.press("Escape")
    assert found == [["Ada Lovelace", "Ben Okri", "Chloé Durand"], ["#intel", "#globex"], ["#intel"]]


async def test_no_more_can_be_chosen_than_the_app_wants(stage: Stage) -> None:
    await stage.draw(field("multi_static_select", {"options": PLANS, "max_selected_items": 2}))
    await stage.page.get_by_role("combobox").click()
    for name in ("Free plan", "Team plan", "Everyone"):
        # What is disabled is pressed all the same.
        await stage.page.get_by_role("option", name=name).click(force=True)
    assert (await stage.values())["multi_static_select"]["multi_static_select"] == ["free", "team"]
    assert await stage.page.locator("[role=option][aria-disabled=true]").inner_text() == "Everyone 🎉"


async def test_what_is_chosen_can_be_taken_away_again(stage: Stage) -> None:
    several = {"options": PLANS, "initial_options": PLANS[:2]}
    one = {"options": PLANS, "initial_option": PLANS[0]}
    await stage.draw(field("multi_static_select", several), field("static_select", one, optional=True))
    await stage.page.get_by_role("button", name="Remove Free plan").press("Enter")
    assert await stage.page.evaluate("document.activeElement.role") == "combobox"
    await stage.page.get_by_role("button", name="Clear Field static select").click()
    values = await stage.values()
    assert values["multi_static_select"]["multi_static_select"] == ["team"]
    assert values["static_select"]["static_select"] is None


async def test_the_app_is_asked_once_enough_is_typed(stage: Stage) -> None:
    await stage.answer(suggest={"option_groups": [{"label": plain("Accounts"), "options": [GLOBEX]}]})
    await stage.draw(field("external_select", {}), surface="modal")
    await stage.page.get_by_role("combobox").focus()
    await stage.type("gl")
    assert await stage.page.get_by_text("Type one more character to search.").first.is_visible()
    await stage.type("o")
    await stage.page.get_by_role("option", name="Globex").wait_for()
    asked = await stage.page.evaluate("harness.log.asked")
    assert asked == [{"block_id": "external_select", "action_id": "external_select", "value": "glo"}]
    await stage.press("Enter")
    assert (await stage.values())["external_select"]["external_select"] == GLOBEX


async def test_an_app_that_does_not_answer_is_said(stage: Stage) -> None:
    await stage.answer(suggest=None)
    await stage.draw(field("external_select", {"min_query_length": 0}))
    await stage.page.get_by_role("combobox").click()
    note = stage.page.locator(".bk-choices-note", has_text="The choices could not be loaded.")
    await note.wait_for()


async def test_a_late_answer_does_not_replace_a_later_one(stage: Stage) -> None:
    await stage.draw(field("external_select", {"min_query_length": 1}))
    await stage.page.evaluate(
        """() => {
          const drawn = (value) => ({ options: [{ text: { type: "plain_text", text: value }, value }] });
          const { waiting } = harness.log;
          const wait = (done) => {
            const answer = drawn(`answer ${waiting.length + 1}`);
            waiting.push(() => done(answer));
          };
          harness.answers.suggest = { then: wait };
        }"""
    )
    await stage.page.get_by_role("combobox").focus()
    await stage.type("a")
    await stage.until("waiting", 1)
    await stage.type("b")
    await stage.until("waiting", 2)
    await stage.page.evaluate("harness.log.waiting[1]()")
    await stage.page.get_by_role("option").wait_for()
    await stage.page.evaluate("harness.log.waiting[0]()")
    assert [entry["value"] for entry in await stage.page.evaluate("harness.log.asked")] == ["a", "ab"]
    assert await stage.page.get_by_role("option").count() == 1
    await stage.press("Enter")
    assert (await stage.values())["external_select"]["external_select"]["value"] == "answer 2"


async def test_an_overflow_menu_is_used_by_keyboard(stage: Stage, assert_accessible: Check) -> None:
    entries = [option("e", text=plain("Edit")), option("t", text=plain("Take back")), option("l", text=plain("Look"))]
    await stage.draw(actions(element("overflow", {"options": entries, "confirm": confirm()}), block_id="row"))
    button = stage.page.get_by_role("button", name="More actions")
    await button.focus()
    await stage.press("ArrowUp")
    await assert_accessible(stage.page)
    seen = []
    for key in ("Home", "ArrowUp", "ArrowDown", "t"):
        await stage.press(key)
        seen.append(await stage.page.evaluate("document.activeElement.innerText"))
    assert seen == ["Edit", "Look", "Edit", "Take back"]
    await stage.press("Escape")
    assert await button.get_attribute("aria-expanded") == "false"
    assert await button.evaluate("(node) => node === document.activeElement")
    await stage.press("Enter", "ArrowDown", "Enter")
    assert await stage.acts() == [{"block_id": "row", "action_id": "overflow", "selected": "t"}]
    assert await stage.page.evaluate("harness.log.confirmed.length") == 1


async def test_an_open_menu_closes_when_something_else_is_pressed(stage: Stage) -> None:
    await stage.draw(actions(element("overflow", {"options": PLANS})), field("static_select", {"options": PLANS}))
    await stage.page.get_by_role("button", name="More actions").click()
    await stage.page.get_by_role("combobox").click()
    assert await stage.page.get_by_role("menu").count() == 0
    assert await stage.page.get_by_role("listbox").count() == 1
    await stage.page.get_by_role("heading", name="Drawing").click()
    assert await stage.page.get_by_role("listbox").count() == 0


async def test_escape_closes_a_menu_and_not_the_form_around_it(stage: Stage) -> None:
    menu = actions(element("overflow", {"options": PLANS}), block_id="row")
    await stage.draw(field("static_select", {"options": PLANS}), menu, surface="modal")
    await stage.call("openDialog")
    for name in ("Field static select", "More actions"):
        await stage.page.get_by_label(name).first.focus()
        await stage.press("Enter")
        assert await stage.page.locator(":popover-open").count() == 1
        await stage.press("Escape")
        assert await stage.page.locator(":popover-open").count() == 0
        assert await stage.page.locator("dialog:modal").count() == 1
    await stage.press("Escape")
    assert await stage.page.locator("dialog:modal").count() == 0


async def test_a_menu_near_the_lower_edge_opens_upwards(stage: Stage) -> None:
    await stage.page.set_viewport_size({"width": 1280, "height": 400})
    await stage.draw(*[field("static_select", {"options": PLANS})] * 4)
    await stage.page.get_by_role("combobox").last.scroll_into_view_if_needed()
    await stage.page.get_by_role("combobox").last.click()
    box = await stage.page.locator(":popover-open").bounding_box()
    field_box = await stage.page.get_by_role("combobox").last.bounding_box()
    await stage.page.set_viewport_size({"width": 1280, "height": 800})
    assert box is not None
    assert field_box is not None
    assert 0 <= box["y"] < box["y"] + box["height"] <= field_box["y"]
