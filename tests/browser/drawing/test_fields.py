"""Every field can be filled in by keyboard alone, has its name, and yields what the stand-in takes."""

from typing import Any

import pytest

from bot.playground.elements import INPUTS, Json, chosen_state, initial_state
from tests.browser.drawing.conftest import Stage
from tests.browser.drawing.samples import PLANS, element, every_input, field, fields
from tests.playground.validation_samples import actions, an_input, option, plain, rich_section, rich_text, said, section

pytestmark = pytest.mark.asyncio(loop_scope="session")

EMPTY: dict[str, Json] = {
    kind: {key: value for key, value in keys.items() if not key.startswith("initial_")} for kind, keys in every_input()
}
GLOBEX = {"text": plain("Globex"), "value": "g"}
INITECH = {"text": plain("Initech"), "value": "i"}
RICH_TYPED = rich_text(
    rich_section(said("We need "), {**said("SSO"), "style": {"bold": True}}),
    {"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": [rich_section(said("now"))]},
)

BY_KEYBOARD: dict[str, tuple[list[str], Any]] = {
    "plain_text_input": (["a line"], "a line"),
    "email_text_input": (["ben@example.com"], "ben@example.com"),
    "url_text_input": (["https://example.com/y"], "https://example.com/y"),
    "number_input": (["-0.5"], "-0.5"),
    "rich_text_input": (["We need *SSO*\n- now"], RICH_TYPED),
    "datepicker": (["12312026"], "2026-12-31"),
    "timepicker": (["0515PM"], "17:15"),
    # Half past nine in Zurich's winter is 08:30 in UTC.
    "datetimepicker": (["12312026", "<ArrowRight>", "0930AM"], 1_798_705_800),
    "radio_buttons": (["<Space>", "<ArrowDown>"], "team"),
    "checkboxes": (["<Space>", "<Tab>", "<Space>"], ["a", "b"]),
    "static_select": (["team", "<Enter>"], "team"),
    "external_select": (["glo", "<wait>", "<Enter>"], GLOBEX),
    "users_select": (["chloe", "<Enter>"], "U3"),
    "conversations_select": (["deals", "<Enter>"], "C2"),
    "channels_select": (["<ArrowDown>", "<End>", "<ArrowDown>", "<Enter>"], "C3"),
    "multi_static_select": (["<Enter>", "<ArrowDown>", "<Enter>", "<ArrowUp>", "<Enter>"], ["free", "all"]),
    "multi_external_select": (["<Enter>", "<wait>", "<ArrowDown>", "<ArrowDown>", "<Enter>"], [INITECH]),
    "multi_users_select": (["ben", "<Enter>", "ada", "<Enter>", "<Escape>"], ["U2", "U1"]),
    "multi_conversations_select": (["#intel", "<Enter>", "<Backspace>", "globex", "<Enter>"], ["C3"]),
    "multi_channels_select": (["<ArrowUp>", "<Enter>", "<Escape>"], ["C3"]),
}


def name_of(kind: str) -> str:
    return f"Field {kind.replace('_', ' ')}"


async def first_of(stage: Stage, kind: str) -> Any:
    """Return what takes the focus in the field of this type, found by its role and name as a screen reader does."""
    if kind in ("radio_buttons", "checkboxes"):
        role: Any = "radiogroup" if kind == "radio_buttons" else "group"
        return stage.page.get_by_role(role, name=name_of(kind)).locator("input").first
    return stage.page.get_by_label(name_of(kind), exact=False).and_(stage.page.locator("input, textarea")).first


async def play(stage: Stage, keys: list[str]) -> None:
    for key in keys:
        if key == "<wait>":
            await stage.page.get_by_role("option").first.wait_for()
        elif key.startswith("<"):
            await stage.press(key.strip("<>"))
        else:
            await stage.type(key)


async def test_every_field_is_filled_in_by_keyboard(stage: Stage) -> None:
    assert BY_KEYBOARD.keys() == INPUTS.keys()
    await stage.answer(suggest={"options": [GLOBEX, INITECH]})
    await stage.draw(*(field(kind, EMPTY[kind]) for kind in INPUTS), surface="modal")
    for kind, (keys, _) in BY_KEYBOARD.items():
        await (await first_of(stage, kind)).focus()
        await play(stage, keys)
    values = await stage.values()
    assert {kind: values[kind][kind] for kind in INPUTS} == {kind: value for kind, (_, value) in BY_KEYBOARD.items()}
    for kind in INPUTS:
        state = chosen_state(element(kind, EMPTY[kind]), values[kind][kind])
        assert state["type"] == kind


async def test_what_an_app_fills_in_is_read_back_unchanged(stage: Stage) -> None:
    await stage.draw(*fields(), surface="modal")
    values = await stage.values()
    given = {kind: element(kind, keys) for kind, keys in every_input() if kind in INPUTS}
    read = {kind: chosen_state(part, values[kind][kind]) for kind, part in given.items()}
    assert read == {kind: initial_state(part) for kind, part in given.items()}


async def test_what_is_empty_is_null_or_an_empty_list(stage: Stage) -> None:
    await stage.draw(*(field(kind, EMPTY[kind]) for kind in INPUTS), surface="modal")
    values = await stage.values()
    for kind in INPUTS:
        assert chosen_state(element(kind, {}), values[kind][kind]) == initial_state(element(kind, {}))


async def test_what_was_chosen_before_stands_in_the_fields(stage: Stage) -> None:
    state = {
        "plain_text_input": {"plain_text_input": {"type": "plain_text_input", "value": "kept"}},
        "multi_static_select": {"multi_static_select": {"type": "multi_static_select", "selected_options": PLANS[1:]}},
        "checkboxes": {"checkboxes": {"type": "checkboxes", "selected_options": []}},
    }
    await stage.draw(*fields(), surface="modal", state=state)
    values = await stage.values()
    assert [values[kind][kind] for kind in state] == ["kept", ["team", "all"], []]


async def test_fields_say_their_hint_their_error_and_that_they_are_needed(stage: Stage) -> None:
    wrong = {kind: f"Wrong {kind}" for kind in INPUTS}
    await stage.draw(*(field(kind, EMPTY[kind]) for kind in INPUTS), surface="modal", errors=wrong)
    for kind in INPUTS:
        node = await first_of(stage, kind)
        if kind in ("radio_buttons", "checkboxes"):
            node = node.locator("xpath=ancestor::fieldset")
        said = await node.evaluate(
            "(node) => node.getAttribute('aria-describedby').split(' ')"
            ".map((id) => document.getElementById(id).textContent)"
        )
        assert said[:2] == [f"Wrong {kind}", "A hint"]
        if kind != "checkboxes":
            assert await node.get_attribute("aria-invalid") == "true"
            assert await node.get_attribute("aria-required") == "true"
    assert await stage.call("focusFirst")
    assert await stage.page.evaluate("document.activeElement.dataset.focus.includes('plain_text_input')")


async def test_an_optional_field_says_so_and_is_not_required(stage: Stage) -> None:
    await stage.draw(
        field("plain_text_input", {}, optional=True), field("static_select", {"options": PLANS}, optional=True)
    )
    assert await stage.page.get_by_text("(optional)").count() == 2
    assert await stage.page.locator("[aria-required]").count() == 0


async def test_a_count_shows_near_the_limit_and_nothing_typed_is_cut(stage: Stage) -> None:
    await stage.draw(field("plain_text_input", {"max_length": 10}))
    await (await first_of(stage, "plain_text_input")).focus()
    counter = stage.page.locator(".bk-field-counter")
    await stage.type("12345")
    assert not await counter.is_visible()
    await stage.type("678")
    assert await counter.inner_text() == "2 left"
    await stage.type("9🙂12")
    assert await counter.inner_text() == "2 too many"
    assert (await stage.values())["plain_text_input"]["plain_text_input"] == "123456789🙂12"


async def test_files_are_not_read(stage: Stage) -> None:
    await stage.draw(field("file_input", {"filetypes": ["png"], "max_files": 1}))
    node = stage.page.get_by_label("Field file input")
    assert await node.get_attribute("accept") == ".png"
    assert await stage.values() == {}


async def test_fields_outside_of_forms_have_names_too(stage: Stage) -> None:
    menu = element("static_select", {"options": PLANS})
    await stage.draw(
        section(block_id="s1", text=plain("Which plan"), accessory=menu),
        section(block_id="s2", text=plain("Which day"), accessory=element("datepicker", {})),
        section(
            block_id="s3", text=plain("Who"), accessory=element("users_select", {"placeholder": plain("Pick one")})
        ),
        section(block_id="s4", text=plain("What"), accessory=element("checkboxes", {"options": [option("b")]})),
        actions(element("timepicker", {}), block_id="a1"),
    )
    for role, name in (("combobox", "Which plan"), ("combobox", "Pick one"), ("group", "What")):
        assert await stage.page.get_by_role(role, name=name).count() == 1  # type: ignore[arg-type]
    for label in ("Which day", "Time"):
        assert await stage.page.get_by_label(label, exact=True).count() == 1


@pytest.mark.parametrize(
    ("zone", "typed", "seconds"),
    [
        ("America/New_York", "2026-11-01T01:30", 1_793_511_000),
        ("America/New_York", "2026-03-08T02:30", 1_772_955_000),
        ("Asia/Kolkata", "2026-06-01T00:00", 1_780_252_200),
        ("Not/AZone", "2026-06-01T00:00", 1_780_272_000),
    ],
)
async def test_moments_are_read_in_the_zone_of_the_person(stage: Stage, zone: str, typed: str, seconds: int) -> None:
    await stage.draw(field("datetimepicker", {}), surface="modal", tz=zone)
    await stage.page.locator("input").fill(typed)
    assert (await stage.values())["datetimepicker"]["datetimepicker"] == seconds


RICH_VALUES = {
    "plain\nlines": rich_text(rich_section(said("plain\nlines"))),
    "> said\n> so": rich_text({"type": "rich_text_quote", "elements": [said("said\nso")]}),
    "```\nx = 1\n\ny = 2\n```": rich_text({"type": "rich_text_preformatted", "elements": [said("x = 1\n\ny = 2")]}),
    "`code` _it_ ~no~": rich_text(
        rich_section(
            {**said("code"), "style": {"code": True}},
            said(" "),
            {**said("it"), "style": {"italic": True}},
            said(" "),
            {**said("no"), "style": {"strike": True}},
        )
    ),
    "see https://example.com/x": rich_text(
        rich_section(said("see "), {"type": "link", "url": "https://example.com/x"})
    ),
    "1. one\n2. two": rich_text(
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 0,
            "elements": [rich_section(said("one")), rich_section(said("two"))],
        }
    ),
    "<script> 2*3*4": rich_text(rich_section(said("<script> 2*3*4"))),
    "   ": None,
}


async def test_rich_text_is_typed_with_marks_and_can_be_typed_on(stage: Stage) -> None:
    read = {}
    for typed in RICH_VALUES:
        await stage.draw(field("rich_text_input", {}))
        await stage.page.locator("textarea").fill(typed)
        read[typed] = (await stage.values())["rich_text_input"]["rich_text_input"]
    assert read == RICH_VALUES
    for typed, value in read.items():
        if value is not None:
            await stage.draw(field("rich_text_input", {"initial_value": value}))
            assert await stage.page.locator("textarea").input_value() == typed


async def test_a_field_may_ask_for_the_focus(stage: Stage) -> None:
    await stage.draw(
        an_input(element("plain_text_input", {}), block_id="a"), field("users_select", {"focus_on_load": True})
    )
    await stage.page.locator("[role=combobox]:focus").wait_for()
