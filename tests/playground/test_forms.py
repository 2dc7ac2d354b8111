"""Forms: what Slack's client asks for before it sends them, and what it makes of the app's answer (slack 9, 11)."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from tests.playground.apps import SocketApp
from tests.playground.asking import refused
from tests.playground.validation_samples import an_input, modal, option, plain

Json = dict[str, Any]
MISSING = "Please complete this required field."


def field(kind: str = "plain_text_input", **keys: Any) -> Json:
    optional = keys.pop("optional", False)
    return an_input({"type": kind, "action_id": "a", **keys}, block_id="b", optional=optional)


async def opened(standin: StandIn, client: AsyncWebClient, view: Json) -> str:
    """Open a form for Ana and return its id."""
    trigger_id = standin.workspace.handles.give_trigger("UANA")
    return str((await client.views_open(trigger_id=trigger_id, view=view))["view"]["id"])


async def pushed(standin: StandIn, client: AsyncWebClient, below: str, view: Json) -> str:
    trigger_id = standin.workspace.handles.give_trigger("UANA", below)
    return str((await client.views_push(trigger_id=trigger_id, view=view))["view"]["id"])


async def errors_for(standin: StandIn, client: AsyncWebClient, block: Json, given: object) -> dict[str, str]:
    view_id = await opened(standin, client, modal(block))
    return (await standin.submit("UANA", view_id, {"b": {"a": given}})).errors


NUMBER = {"kind": "number_input", "is_decimal_allowed": False, "min_value": "-2", "max_value": "10"}
FIELDS: list[tuple[str, Json, object, object, str]] = [
    ("3000 characters", {}, "x" * 3000, "x" * 3001, "Please use at most 3000 characters."),
    ("max_length", {"max_length": 5}, "x" * 5, "x" * 6, "Please use at most 5 characters."),
    ("min_length", {"min_length": 3}, "xxx", "xx", "Please use at least 3 characters."),
    ("required", {}, "x", "", MISSING),
    ("required, not chosen", {"kind": "users_select"}, "UBO", None, MISSING),
    ("required, nobody", {"kind": "multi_users_select"}, ["UBO"], [], MISSING),
    ("mail", {"kind": "email_text_input"}, "a@b.example", "a@b", "Please enter an email address."),
    ("link", {"kind": "url_text_input"}, "https://b.example", "b.example", "Please enter a link."),
    ("least number", NUMBER, "-2", "-3", "Please enter -2 or more."),
    ("most number", NUMBER, "10", "11", "Please enter 10 or less."),
    ("whole number", NUMBER, "1", "1.5", "Please enter a number."),
    ("number", {**NUMBER, "is_decimal_allowed": True}, "1.5", "one", "Please enter a number."),
]


@pytest.mark.parametrize(("keys", "good", "bad", "words"), [entry[1:] for entry in FIELDS], ids=[f[0] for f in FIELDS])
async def test_slack_11_a_field_is_checked_before_the_form_is_sent(
    standin: StandIn, app: SocketApp, client: AsyncWebClient, keys: Json, good: object, bad: object, words: str
) -> None:
    assert await errors_for(standin, client, field(**keys), bad) == {"b": words}
    assert app.got == []
    assert await errors_for(standin, client, field(**keys), good) == {}
    assert len(app.payloads("interactive")) == 1


async def test_slack_9_an_optional_field_may_stay_empty(
    standin: StandIn, app: SocketApp, client: AsyncWebClient
) -> None:
    assert await errors_for(standin, client, field(optional=True), None) == {}
    [payload] = app.payloads("interactive")
    assert (payload["type"], payload["response_urls"]) == ("view_submission", [])
    assert payload["view"]["state"]["values"] == {"b": {"a": {"type": "plain_text_input", "value": None}}}


async def test_slack_9_an_empty_acknowledgement_closes_the_form(
    standin: StandIn, app: SocketApp, client: AsyncWebClient
) -> None:
    below = await opened(standin, client, modal())
    top = await pushed(standin, client, below, modal())
    outcome = await standin.submit("UANA", top, {})
    assert (outcome.acknowledged, outcome.response_action, outcome.error) == (True, None, None)
    assert outcome.view is not None
    assert outcome.view["id"] == below


async def test_slack_9_errors_stand_under_input_blocks(
    standin: StandIn, app: SocketApp, client: AsyncWebClient
) -> None:
    view_id = await opened(standin, client, modal(field(optional=True)))
    app.answer = lambda _: {"response_action": "errors", "errors": {"b": "Pick one"}}
    outcome = await standin.submit("UANA", view_id, {})
    assert (outcome.errors, outcome.response_action) == ({"b": "Pick one"}, "errors")
    assert standin.open_view("UANA") is not None


WRONG_ANSWERS: list[tuple[Json, str]] = [
    ({"response_action": "errors", "errors": {"none": "x"}}, "invalid_errors"),
    ({"response_action": "errors", "errors": {}}, "invalid_errors"),
    ({"response_action": "errors"}, "invalid_errors"),
    ({"response_action": "explode"}, "invalid_response_action"),
    ({"response_action": "update"}, "invalid_arguments"),
    ({"response_action": "push", "view": {"type": "modal"}}, "invalid_arguments"),
    ({"response_action": "update", "view": {"type": "home", "blocks": []}}, "invalid_arguments"),
]


@pytest.mark.parametrize(("answer", "code"), WRONG_ANSWERS)
async def test_slack_9_an_answer_that_slack_cannot_use_is_recorded_and_the_form_stays(
    standin: StandIn, app: SocketApp, client: AsyncWebClient, answer: Json, code: str
) -> None:
    view_id = await opened(standin, client, modal(field(optional=True)))
    app.answer = lambda _: answer
    outcome = await standin.submit("UANA", view_id, {})
    assert outcome.error == "We had some trouble connecting. Try again?"
    assert (standin.record[-1].kind, standin.record[-1].outcome) == ("refusal", code)
    assert outcome.view is not None
    assert outcome.view["id"] == view_id


async def test_slack_9_a_form_is_updated_pushed_and_cleared_by_the_answer(
    standin: StandIn, app: SocketApp, client: AsyncWebClient
) -> None:
    view_id = await opened(standin, client, modal())
    answers: list[Json] = [
        {"response_action": "update", "view": modal(title=plain("Newer"))},
        {"response_action": "push", "view": modal(title=plain("Above"))},
        {"response_action": "clear"},
    ]
    app.answer = lambda _: answers.pop(0)
    updated = await standin.submit("UANA", view_id, {})
    assert updated.view is not None
    assert (updated.view["id"], updated.view["title"]["text"]) == (view_id, "Newer")
    above = await standin.submit("UANA", view_id, {})
    assert above.view is not None
    assert (above.view["previous_view_id"], above.view["title"]["text"]) == (view_id, "Above")
    assert (await standin.submit("UANA", above.view["id"], {})).view is None


async def test_slack_9_an_answer_pushes_no_fourth_form(
    standin: StandIn, app: SocketApp, client: AsyncWebClient
) -> None:
    view_id = await opened(standin, client, modal())
    view_id = await pushed(standin, client, view_id, modal())
    app.answer = lambda _: {"response_action": "push", "view": modal()}
    third = await standin.submit("UANA", view_id, {})
    assert third.error is None
    assert third.view is not None
    assert (await standin.submit("UANA", third.view["id"], {})).error is not None
    assert standin.record[-1].outcome == "push_limit_reached"


async def test_slack_2_a_form_without_an_answer_stays_open(standin: StandIn, client: AsyncWebClient) -> None:
    view_id = await opened(standin, client, modal())
    outcome = await standin.submit("UANA", view_id, {})
    assert (outcome.acknowledged, outcome.error) == (False, "dispatch_failed")
    assert standin.open_view("UANA") is not None


async def test_slack_9_only_the_form_in_front_can_be_filled_in_and_sent(
    standin: StandIn, app: SocketApp, client: AsyncWebClient
) -> None:
    below = await opened(standin, client, modal(field()))
    top = await pushed(standin, client, below, modal(field("static_select", options=[option("x")])))
    assert await refused(standin.submit("UANA", below, {})) == f"UANA does not have the view {below} in front of them."
    assert await refused(standin.submit("UBO", top, {})) == f"UBO does not have the view {top} in front of them."
    assert await refused(standin.close_view("UBO", top)) == f"UBO does not have the view {top} in front of them."
    nothing = "There is nothing here with the action_id 'none'."
    assert await refused(standin.submit("UANA", top, {"b": {"none": "x"}})) == nothing
    assert await refused(standin.submit("UANA", top, {"b": {"a": "y"}})) == "'a' does not offer 'y'."
    bare = {"type": "modal", "title": plain("Bare"), "blocks": []}
    view_id = await opened(standin, client, bare)
    assert await refused(standin.submit("UANA", view_id, {})) == "This view has nothing to send it with."
    assert app.got == []


@pytest.mark.parametrize("clears", [False, True])
async def test_slack_9_closing_is_told_only_where_it_was_asked_for(
    standin: StandIn, app: SocketApp, client: AsyncWebClient, clears: bool
) -> None:
    below = await opened(standin, client, modal(notify_on_close=True, callback_id="below"))
    top = await pushed(standin, client, below, modal(notify_on_close=clears, callback_id="top", clear_on_close=clears))
    await standin.close_view("UANA", top)
    told = [(payload["view"]["callback_id"], payload["is_cleared"]) for payload in app.payloads("interactive")]
    assert told == ([("top", True), ("below", True)] if clears else [])
    assert (standin.open_view("UANA") is None) == clears
    assert all("trigger_id" not in payload for payload in app.payloads("interactive"))


async def test_slack_9_a_new_form_takes_the_place_of_all_that_were_open(
    standin: StandIn, client: AsyncWebClient
) -> None:
    first = await opened(standin, client, modal(external_id="draft"))
    await pushed(standin, client, first, modal())
    await opened(standin, client, modal(external_id="draft2"))
    answer = await client.views_update(external_id="draft2", view=modal(title=plain("Only")))
    assert answer["view"]["previous_view_id"] is None
    assert await refused(standin.submit("UANA", first, {})) == f"UANA does not have the view {first} in front of them."


@pytest.mark.parametrize(
    ("optional", "errors"), [(False, {"b": "Files cannot be picked in the playground."}), (True, {})]
)
async def test_a_form_that_wants_a_file_says_that_none_can_be_picked(
    standin: StandIn, client: AsyncWebClient, app: SocketApp, optional: bool, errors: dict[str, str]
) -> None:
    view_id = await opened(standin, client, modal(field("file_input", optional=optional)))
    assert (await standin.submit("UANA", view_id, {})).errors == errors
