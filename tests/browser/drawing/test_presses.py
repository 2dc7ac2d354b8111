"""What the app hears: presses of buttons, choices, and fields that dispatch what is typed in them."""

import pytest

from tests.browser.drawing.conftest import Stage
from tests.browser.drawing.samples import CHOICES, EVERY_BUTTON, FEEDBACK, PLANS, element, field
from tests.playground.validation_samples import actions, button, confirm, icon_button, plain, section

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_buttons_tell_the_app_their_value(stage: Stage) -> None:
    row = actions(*EVERY_BUTTON, block_id="row")
    below = {
        "type": "context_actions",
        "block_id": "below",
        "elements": [FEEDBACK, icon_button(action_id="i", value="9")],
    }
    await stage.draw(row, below, section(block_id="beside", text=plain(), accessory=button(text=plain("Beside"))))
    for name in ("Plain gem", "Go", "Drop", "Good answer", "Bad answer, sadly", "text", "Beside"):
        await stage.page.get_by_role("button", name=name, exact=True).click()
    told = [(act["block_id"], act["action_id"], act.get("value")) for act in await stage.acts()]
    assert told == [
        ("row", "press", None),
        ("row", "go", "1"),
        ("row", "drop", "2"),
        ("below", "helped", "good"),
        ("below", "helped", "bad"),
        ("below", "i", "9"),
        ("beside", "press", None),
    ]


async def test_a_question_comes_before_the_press(stage: Stage) -> None:
    question = confirm(title=plain("Sure?"))
    await stage.answer(confirm=False)
    await stage.draw(actions(button(confirm=question), block_id="row"))
    await stage.page.get_by_role("button").click()
    assert await stage.page.evaluate("harness.log.confirmed") == [question]
    assert await stage.acts() == []
    await stage.answer(confirm=True)
    await stage.page.get_by_role("button").click()
    assert len(await stage.acts()) == 1


async def test_a_link_button_opens_its_page_and_tells_the_app(stage: Stage, origin: str) -> None:
    url = f"{origin}/harness.css"
    await stage.draw(actions(button(url=url, text=plain("Open"), value="v"), block_id="row"))
    async with stage.page.expect_popup() as opened:
        await stage.page.get_by_role("link", name="Open").click()
    assert (await opened.value).url == url
    assert await stage.acts() == [{"block_id": "row", "action_id": "press", "value": "v"}]


async def test_an_address_that_runs_code_makes_no_link(stage: Stage) -> None:
    code = "javascript:alert(1)"
    link = {"type": "link", "url": code, "text": "here"}
    await stage.draw(
        actions(button(url=code, text=plain("Open")), block_id="row"),
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [link]}]},
    )
    assert await stage.page.locator("#stage a").count() == 0
    assert await stage.page.get_by_text("here").count() == 1


async def test_a_workflow_is_not_run(stage: Stage) -> None:
    workflow = {"trigger": {"url": "https://example.com/w"}}
    await stage.draw(actions({"type": "workflow_button", "text": plain("Start"), "workflow": workflow}))
    await stage.page.get_by_role("button", name="Start").click()
    assert (
        await stage.page.get_by_role("status").inner_text() == "A workflow would start here. The playground runs none."
    )
    assert await stage.acts() == []


async def test_a_press_that_fails_is_said_beside_it_and_two_at_once_are_one(stage: Stage) -> None:
    await stage.draw(actions(button(), block_id="row"))
    await stage.answer(fails="The app did not answer.")
    press = "(node) => { node.click(); node.click(); }"
    await stage.page.get_by_role("button").evaluate(press)
    await stage.page.get_by_role("alert").wait_for()
    assert await stage.page.get_by_role("alert").inner_text() == "The app did not answer."
    assert len(await stage.acts()) == 1
    await stage.answer(fails=None)
    await stage.page.get_by_role("button").click()
    assert await stage.page.get_by_role("alert").count() == 0


async def test_choices_in_rows_are_told_at_once(stage: Stage) -> None:
    row = [element("static_select", {"options": PLANS}), *(element(kind, keys) for kind, keys in CHOICES.items())]
    await stage.draw(actions(*row, block_id="row"))
    await stage.page.get_by_role("combobox").click()
    await stage.page.get_by_role("option", name="Team plan").click()
    await stage.page.get_by_role("radio", name="Free plan").check()
    await stage.page.get_by_role("checkbox", name="Bold words").check()
    told = [(act["action_id"], act["selected"]) for act in await stage.acts()]
    assert told == [("static_select", "team"), ("radio_buttons", "free"), ("checkboxes", ["a", "b"])]


async def test_a_choice_that_is_taken_back_at_the_question_stays_as_it_was(stage: Stage) -> None:
    asked = {"confirm": confirm()}
    await stage.answer(confirm=False)
    await stage.draw(
        actions(
            element("static_select", {"options": PLANS, "initial_option": PLANS[0]}, **asked),
            element("radio_buttons", CHOICES["radio_buttons"], **asked),
            block_id="row",
        )
    )
    await stage.page.get_by_role("combobox").click()
    await stage.page.get_by_role("option", name="Team plan").click()
    await stage.page.get_by_role("radio", name="Free plan").click()
    assert await stage.acts() == []
    assert await stage.values() == {"row": {"static_select": "free", "radio_buttons": "team"}}


async def test_a_form_that_does_not_dispatch_tells_nothing(stage: Stage) -> None:
    await stage.draw(field("plain_text_input", {}), field("static_select", {"options": PLANS}), surface="modal")
    await stage.page.get_by_role("textbox").fill("words")
    await stage.page.get_by_role("combobox").click()
    await stage.page.get_by_role("option", name="Free plan").click()
    assert await stage.acts() == []


async def test_what_is_typed_is_told_on_enter_and_when_it_is_left(stage: Stage) -> None:
    await stage.draw(
        field("plain_text_input", {}, dispatch_action=True), field("email_text_input", {}), surface="modal"
    )
    await stage.page.get_by_label("Field plain text input").focus()
    await stage.type("a")
    await stage.press("Enter")
    await stage.type("b")
    await stage.press("Tab", "Shift+Tab", "Tab")
    expected = [
        {"block_id": "plain_text_input", "action_id": "plain_text_input", "selected": text} for text in ("a", "ab")
    ]
    assert await stage.acts() == expected


async def test_each_pause_in_typing_is_told_where_the_app_wants_it(stage: Stage) -> None:
    wants = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    await stage.draw(field("plain_text_input", wants, dispatch_action=True), surface="modal")
    await stage.page.get_by_role("textbox").focus()
    await stage.type("ab")
    await stage.press("Enter")
    await stage.until("acts")
    assert [act["selected"] for act in await stage.acts()] == ["ab"]


async def test_lines_are_told_when_the_field_is_left(stage: Stage) -> None:
    await stage.draw(field("plain_text_input", {"multiline": True}, dispatch_action=True), surface="modal")
    await stage.page.get_by_role("textbox").focus()
    await stage.type("one\ntwo")
    assert await stage.acts() == []
    await stage.press("Tab")
    assert [act["selected"] for act in await stage.acts()] == ["one\ntwo"]


async def test_a_date_is_told_once_it_is_whole(stage: Stage) -> None:
    await stage.draw(actions(element("datepicker", {}), block_id="row"), field("email_text_input", {}))
    await stage.page.get_by_label("Date").focus()
    await stage.type("12312026")
    await stage.page.get_by_label("Field email text input").focus()
    assert [act["selected"] for act in await stage.acts()] == ["2026-12-31"]
