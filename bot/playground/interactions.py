"""Gestures that the app has to answer: commands, shortcuts and presses."""

from typing import Any

from bot.playground.answers import show_answer
from bot.playground.composing import command_text
from bot.playground.delivery.transport import Kind
from bot.playground.elements import INPUTS, Json, chosen_state, find, option_of, states_of
from bot.playground.errors import ApiError, RefusedGestureError
from bot.playground.gestures import Acting, GestureOutcome
from bot.playground.shapes import message_json
from bot.playground.spec import Person
from bot.playground.suggestions import check_suggestions
from bot.playground.surfaces import View
from bot.playground.world import ChannelState, Message

FILLED_BY_APP = ("external_select", "multi_external_select")
SHORTEST_QUERY = 3
"""Characters that have to be typed before the app is asked, where the menu sets no other number."""
NO_SUGGESTIONS = "No suggestions came. What you typed is still here; type on, or try again in a moment."
TIMEOUTS = ("http_timeout", "timeout")
PLACE_NAMES = {"im": "directmessage", "group": "privategroup"}


class Interactions(Acting):
    """What people do in Slack that the app answers within three seconds; nothing of it is delivered twice."""

    async def command(self, user_id: str, channel_id: str, command: str, text: str) -> GestureOutcome:
        """Run a slash command; what the acknowledgement holds is shown to the person, or to all if it says so."""
        person = self._own_person(user_id)
        _, channel = self._place(user_id, channel_id)
        world = self.workspace.world
        if command not in world.spec.commands:
            raise RefusedGestureError(f"{command} is not a command here.")
        trigger_id = self.workspace.handles.give_trigger(user_id)
        key = self.workspace.handles.give_response(user_id, channel.channel_id)
        payload = {
            "token": "deprecated",
            "team_id": world.spec.team_id,
            "team_domain": "playground",
            "channel_id": channel.channel_id,
            "channel_name": PLACE_NAMES.get(channel.kind, channel.name),
            "user_id": user_id,
            "user_name": person.name,
            "command": command,
            "text": command_text(world, text).strip(),
            "api_app_id": world.spec.app_id,
            "is_enterprise_install": "false",
            "response_url": self._response_url(key),
            "trigger_id": trigger_id,
        }
        outcome = await self._ask("command", payload, trigger_id)
        if outcome.response:
            self._show(key, outcome.response)
        return outcome

    def _show(self, key: str, answer: Json) -> None:
        try:
            show_answer(self.workspace, key, answer)
        except ApiError as error:
            self.workspace.refuse("command answer", error.code, answer)

    async def message_shortcut(self, user_id: str, callback_id: str, channel_id: str, ts: str) -> GestureOutcome:
        """Use a message shortcut. Its response URL answers in the channel, even for a message in a thread."""
        person = self._own_person(user_id)
        _, channel = self._place(user_id, channel_id)
        message = self._seen_message(channel, ts)
        key = self.workspace.handles.give_response(user_id, channel.channel_id, origin_ts=ts)
        payload = {
            "type": "message_action",
            "callback_id": callback_id,
            "action_ts": self.workspace.world.event_ts(),
            "message_ts": ts,
            "message": message_json(self.workspace.world, channel, message),
            "channel": self._channel_brief(channel),
            "response_url": self._response_url(key),
        }
        return await self._interact(person, payload)

    async def global_shortcut(self, user_id: str, callback_id: str) -> GestureOutcome:
        """Use a global shortcut; there is no channel and no response URL."""
        person = self._own_person(user_id)
        moment = self.workspace.world.event_ts()
        return await self._interact(person, {"type": "shortcut", "callback_id": callback_id, "action_ts": moment})

    async def click(
        self,
        user_id: str,
        channel_id: str,
        ts: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value: object = None,
        selected: object = None,
    ) -> GestureOutcome:
        """Press a button or choose from a menu in a message, or in an ephemeral one that this person sees.

        Of several buttons with one action_id `value` tells which. `selected` is what is chosen: the value of an
        option, an id, a date, a text, or a list of those. Outsiders can press what stands in a shared channel.
        """
        person, channel = self._place(user_id, channel_id)
        blocks, thread_ts, message = self._blocks_at(user_id, channel, ts)
        block, element = find(blocks, action_id, block_id, value)
        action, state = self._action(block, element, selected)
        key = self.workspace.handles.give_response(
            user_id, channel.channel_id, origin_ts=ts, is_ephemeral=message is None, thread_ts=thread_ts
        )
        payload = {
            **self._container(channel, ts, thread_ts, message),
            "response_url": self._response_url(key),
            "state": {"values": states_of(blocks, state)},
            "actions": [action],
        }
        return await self._interact(person, {"type": "block_actions", **payload})

    def _blocks_at(self, user_id: str, channel: ChannelState, ts: str) -> tuple[list[Json], str | None, Message | None]:
        """Return blocks, thread and message of what this person sees at a ts; an ephemeral has no message."""
        ephemeral = channel.ephemerals.get(ts)
        if ephemeral and ephemeral.user_id == user_id and ephemeral.is_shown:
            return ephemeral.blocks, ephemeral.thread_ts, None
        message = self._seen_message(channel, ts)
        return message.blocks, message.thread_ts, message

    def _container(self, channel: ChannelState, ts: str, thread_ts: str | None, message: Message | None) -> Json:
        container: Json = {"type": "message", "message_ts": ts, "channel_id": channel.channel_id}
        container["is_ephemeral"] = message is None
        if thread_ts:
            container["thread_ts"] = thread_ts
        found: Json = {"container": container, "channel": self._channel_brief(channel)}
        if message is not None:
            found["message"] = message_json(self.workspace.world, channel, message)
        return found

    async def click_in_view(
        self,
        user_id: str,
        view_id: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value: object = None,
        selected: object = None,
    ) -> GestureOutcome:
        """Press or choose something in the modal on top; what is chosen stays filled in."""
        view = self.workspace.surfaces.top(user_id)
        if view is None or view.view_id != view_id:
            raise RefusedGestureError(f"{user_id} does not have the view {view_id} in front of them.")
        return await self._click_view(user_id, view, action_id, block_id, value, selected)

    async def click_in_home(
        self,
        user_id: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value: object = None,
        selected: object = None,
    ) -> GestureOutcome:
        """Press or choose something in one's Home."""
        home = self.workspace.surfaces.home(user_id)
        if home is None:
            raise RefusedGestureError(f"No Home was published for {user_id}.")
        return await self._click_view(user_id, home, action_id, block_id, value, selected)

    async def _click_view(
        self, user_id: str, view: View, action_id: str, block_id: str | None, value: object, selected: object
    ) -> GestureOutcome:
        person = self._person(user_id)
        block, element = find(view.blocks, action_id, block_id, value)
        action, state = self._action(block, element, selected)
        view.chosen |= state
        container = {"type": "view", "view_id": view.view_id}
        full = self.workspace.surfaces.full(view)
        payload = {"type": "block_actions", "container": container, "view": full, "state": full["state"]}
        payload["actions"] = [action]
        return await self._interact(person, payload, view)

    async def suggest(
        self,
        user_id: str,
        action_id: str,
        value: str,
        *,
        block_id: str | None = None,
        view_id: str | None = None,
        channel_id: str | None = None,
        ts: str | None = None,
        home: bool = False,
    ) -> Json:
        """Type into a menu that the app fills, and return what it offers: `options` or `option_groups`.

        The menu stands in the modal on top, in a message, or at Home. What is shorter than the menu's
        `min_query_length` asks nobody. Raises RefusedGestureError, too, if the app gives no answer that can be shown.
        """
        person = self._person(user_id)
        blocks, place = self._menus(person, view_id, channel_id, ts, is_home=home)
        block, element = find(blocks, action_id, block_id)
        if element["type"] not in FILLED_BY_APP:
            raise RefusedGestureError(f"{action_id!r} is no menu that the app fills.")
        if len(value) < element.get("min_query_length", SHORTEST_QUERY):
            return {"options": []}
        typed = {"action_id": element["action_id"], "block_id": block["block_id"], "value": value}
        payload = {"type": "block_suggestion", **typed, **place}
        outcome = await self._ask("interactive", self._signed_by(person, payload, None), "")
        if not outcome.acknowledged:
            raise RefusedGestureError(NO_SUGGESTIONS)
        return self._offered(outcome.response or {})

    def _menus(
        self, person: Person, view_id: str | None, channel_id: str | None, ts: str | None, *, is_home: bool
    ) -> tuple[list[Json], Json]:
        """Return the blocks that hold a menu, and what the app is told of their place."""
        if channel_id is not None and ts is not None:
            _, channel = self._place(person.user_id, channel_id)
            blocks, thread_ts, message = self._blocks_at(person.user_id, channel, ts)
            return blocks, self._container(channel, ts, thread_ts, message)
        surfaces = self.workspace.surfaces
        view = surfaces.home(person.user_id) if is_home else surfaces.top(person.user_id)
        if view is None or (not is_home and view.view_id != view_id):
            raise RefusedGestureError(f"{person.user_id} does not have that view in front of them.")
        return view.blocks, {"container": {"type": "view", "view_id": view.view_id}, "view": surfaces.full(view)}

    def _offered(self, answer: Json) -> Json:
        if problems := check_suggestions(answer):
            self.workspace.refuse(
                "block_suggestion answer", "invalid_options", {"answer": answer, "problems": problems}
            )
            raise RefusedGestureError(NO_SUGGESTIONS)
        return {key: answer[key] for key in ("options", "option_groups") if key in answer}

    def _action(self, block: Json, element: Json, selected: object) -> tuple[Json, dict[tuple[str, str], Json]]:
        """Return the entry for `actions`, and what this changes in the state."""
        action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
        action["action_ts"] = self.workspace.world.event_ts()
        if element["type"] == "button":
            kept: Json = {key: element[key] for key in ("text", "value", "style") if key in element}
            return {**kept, **action}, {}
        if element["type"] == "overflow":
            return {**action, "selected_option": option_of(element, selected)}, {}
        if element["type"] not in INPUTS:
            raise RefusedGestureError(f"A {element['type']} cannot be pressed here.")
        state = chosen_state(element, selected)
        return {**action, **state}, {(block["block_id"], element["action_id"]): state}

    async def _interact(self, person: Person, payload: Json, view: View | None = None) -> GestureOutcome:
        trigger_id = self.workspace.handles.give_trigger(person.user_id, view.view_id if view else None)
        return await self._ask("interactive", self._signed_by(person, payload, trigger_id), trigger_id)

    def _signed_by(self, person: Person, payload: Json, trigger_id: str | None) -> Json:
        spec = self.workspace.spec
        team_id = person.team_id or spec.team_id
        user = {"id": person.user_id, "username": person.name, "name": person.name, "team_id": team_id}
        domain = "playground" if team_id == spec.team_id else "elsewhere"
        found: Json = {
            **payload,
            "user": user,
            "team": {"id": team_id, "domain": domain},
            "enterprise": None,
            "api_app_id": spec.app_id,
            "token": "deprecated",
            "is_enterprise_install": False,
        }
        return found if trigger_id is None else {**found, "trigger_id": trigger_id}

    async def _ask(self, kind: Kind, payload: Json, trigger_id: str) -> GestureOutcome:
        reply = await self.workspace.deliveries.ask(kind, payload)
        if reply.outcome == "ok":
            body: Any = reply.body if isinstance(reply.body, dict) and reply.body else None
            return GestureOutcome(True, None, body, trigger_id)
        error = "operation_timeout" if reply.outcome in TIMEOUTS else "dispatch_failed"
        return GestureOutcome(False, error, None, trigger_id)

    def _channel_brief(self, channel: ChannelState) -> Json:
        return {"id": channel.channel_id, "name": PLACE_NAMES.get(channel.kind, channel.name)}

    def _response_url(self, key: str) -> str:
        return f"{self.workspace.origin}/response/{key}"
