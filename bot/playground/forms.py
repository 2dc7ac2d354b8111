"""Modals: filling in, sending and closing them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.playground.elements import INPUTS, Json, chosen_state, elements_of, find, initial_state, is_empty
from bot.playground.errors import ApiError, RefusedGestureError
from bot.playground.interactions import Interactions
from bot.playground.surfaces import View

Values = Mapping[str, Mapping[str, object]]

MISSING = "Please complete this required field."
NO_FILES = "Files cannot be picked in the playground."
NUMERAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LINK = re.compile(r"https?://\S+")
TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True)
class SubmitOutcome:
    """What became of a form that was sent.

    `errors` are those under its fields (by block_id), from the app or from Slack's client, which then sends nothing.
    `response_action` is what the app asked for (errors, update, push, clear) or None. `view` is what the person has in
    front of them now. `error` is what went wrong between Slack and the app.
    """

    acknowledged: bool
    response_action: str | None
    errors: dict[str, str] = field(default_factory=dict)
    view: dict[str, Any] | None = None
    error: str | None = None


class Forms(Interactions):
    """What people do with modals."""

    async def submit(self, user_id: str, view_id: str, values: Values) -> SubmitOutcome:
        """Fill in what is given (by block_id and action_id), keep what is there otherwise, and send the form.

        Raises RefusedGestureError for a form that is not in front of this person, a field that it does not have, or
        an option that a field does not offer.
        """
        view = self._front(user_id, view_id)
        if view.body.get("submit") is None:
            raise RefusedGestureError("This view has nothing to send it with.")
        fill_in(view, values)
        if problems := client_errors(view):
            return SubmitOutcome(False, None, problems, self.workspace.surfaces.full(view))
        person = self._person(user_id)
        payload = {"type": "view_submission", "view": self.workspace.surfaces.full(view), "response_urls": []}
        trigger_id = self.workspace.handles.give_trigger(user_id, view_id)
        outcome = await self._ask("interactive", self._signed_by(person, payload, trigger_id), trigger_id)
        if not outcome.acknowledged:
            return self._outcome(user_id, False, None, error=outcome.error)
        return self._follow(view, outcome.response or {})

    def _front(self, user_id: str, view_id: str) -> View:
        self._person(user_id)
        view = self.workspace.surfaces.top(user_id)
        if view is None or view.view_id != view_id:
            raise RefusedGestureError(f"{user_id} does not have the view {view_id} in front of them.")
        return view

    def _follow(self, view: View, answer: Json) -> SubmitOutcome:
        action = answer.get("response_action")
        try:
            errors = self._obey(view, action, answer)
        except ApiError as error:
            self.workspace.refuse("view_submission answer", error.code, answer)
            return self._outcome(view.user_id, True, action, error=TROUBLE)
        self.workspace.changes.tell()
        return self._outcome(view.user_id, True, action, errors)

    def _obey(self, view: View, action: object, answer: Json) -> dict[str, str]:
        surfaces = self.workspace.surfaces
        if action == "errors":
            return _field_errors(view, answer.get("errors"))
        if action == "update":
            surfaces.update(view, _body(answer))
        elif action == "push":
            surfaces.push(view.user_id, _body(answer))
        elif action == "clear":
            surfaces.clear(view.user_id)
        elif action is None:
            self._close_if_open(view)
        else:
            raise ApiError("invalid_response_action")
        return {}

    def _close_if_open(self, view: View) -> None:
        # While it was sent the app may have closed or replaced it by other means.
        if view in self.workspace.surfaces.stack(view.user_id):
            self.workspace.surfaces.close(view)

    def _outcome(
        self,
        user_id: str,
        acknowledged: bool,
        action: Any,
        errors: dict[str, str] | None = None,
        *,
        error: str | None = None,
    ) -> SubmitOutcome:
        top = self.workspace.surfaces.top(user_id)
        view = self.workspace.surfaces.full(top) if top else None
        return SubmitOutcome(acknowledged, action, errors or {}, view, error)

    async def close_view(self, user_id: str, view_id: str) -> None:
        """Close the modal in front; the app hears of it only if it asked to (`notify_on_close`)."""
        view = self._front(user_id, view_id)
        is_cleared = view.body.get("clear_on_close") is True
        closed = list(self.workspace.surfaces.stack(user_id)) if is_cleared else [view]
        payloads = [self._closing(entry, is_cleared) for entry in closed if entry.body.get("notify_on_close")]
        for entry in closed:
            self.workspace.surfaces.close(entry)
        self.workspace.gesture("close_view", user_id=user_id, view_id=view_id)
        person = self._person(user_id)
        for payload in payloads:
            await self._ask("interactive", self._signed_by(person, payload, None), "")

    def _closing(self, view: View, is_cleared: bool) -> Json:
        return {"type": "view_closed", "view": self.workspace.surfaces.full(view), "is_cleared": is_cleared}


def fill_in(view: View, values: Values) -> None:
    """Put what a person types and chooses into a view."""
    for block_id, fields in values.items():
        for action_id, given in fields.items():
            block, element = find(view.blocks, action_id, block_id)
            view.chosen[block["block_id"], action_id] = chosen_state(element, given)


def client_errors(view: View) -> dict[str, str]:
    """Return what Slack's client itself says under the fields, before anything is sent."""
    found: dict[str, str] = {}
    for block in view.blocks:
        if block["type"] != "input":
            continue
        for element in elements_of(block):
            if element["type"] not in INPUTS:
                # Files cannot be picked here, so that one that is required can never be sent.
                if not block.get("optional"):
                    found[block["block_id"]] = NO_FILES
                continue
            state = view.chosen.get((block["block_id"], element["action_id"])) or initial_state(element)
            if problem := _problem(block, element, state):
                found[block["block_id"]] = problem
    return found


def _problem(block: Json, element: Json, state: Json) -> str | None:
    if is_empty(state):
        return None if block.get("optional") else MISSING
    value = state.get("value")
    if not isinstance(value, str):
        return None
    if len(value) > element.get("max_length", 3000 if element["type"] == "plain_text_input" else len(value)):
        return f"Please use at most {element.get('max_length', 3000)} characters."
    if len(value) < element.get("min_length", 0):
        return f"Please use at least {element['min_length']} characters."
    return _shape_problem(element, value)


def _shape_problem(element: Json, value: str) -> str | None:
    kind = element["type"]
    if kind == "email_text_input" and not MAIL.fullmatch(value):
        return "Please enter an email address."
    if kind == "url_text_input" and not LINK.fullmatch(value):
        return "Please enter a link."
    return _number_problem(element, value) if kind == "number_input" else None


def _number_problem(element: Json, value: str) -> str | None:
    if not NUMERAL.fullmatch(value) or ("." in value and not element["is_decimal_allowed"]):
        return "Please enter a number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter {element['min_value']} or more."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter {element['max_value']} or less."
    return None


def _field_errors(view: View, errors: object) -> dict[str, str]:
    fields = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not fields.issuperset(errors):
        raise ApiError("invalid_errors")
    return {str(block_id): str(words) for block_id, words in errors.items()}


def _body(answer: Json) -> Json:
    body = answer.get("view")
    if not isinstance(body, dict):
        raise ApiError("invalid_arguments", messages=["[ERROR] missing required field: view"])
    return body
