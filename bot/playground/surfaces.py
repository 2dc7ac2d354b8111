"""Modals and Homes: each person's stack of views, and what they have filled in so far."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.playground.elements import Json, elements_of, states_of, with_ids
from bot.playground.errors import ApiError
from bot.playground.validation import check_view
from bot.playground.world import World

DEEPEST_STACK = 3
LARGEST_VIEW = 250_000
"""Bytes of a view as JSON."""


@dataclass
class View:
    """A view in front of a person (or waiting below another one), and what they have chosen in it."""

    view_id: str
    user_id: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None
    chosen: dict[tuple[str, str], Json] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """Return the blocks, with ids for all."""
        found: list[Json] = self.body["blocks"]
        return found


def check(view: Json, kind: str) -> None:
    """Refuse a view that Slack would not take on this surface (`modal` or `home`)."""
    if len(json.dumps(view, ensure_ascii=False).encode(errors="surrogatepass")) > LARGEST_VIEW:
        raise ApiError("view_too_large")
    problems = check_view(view)
    if not problems and view["type"] != kind:
        problems = [f"/view/type must be {kind} here."]
    if problems:
        raise ApiError("invalid_arguments", messages=problems)


class Surfaces:
    """All views of a workspace."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._views: dict[str, View] = {}
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}
        self.hashes_given = 0

    def open(self, user_id: str, body: Json) -> View:
        """Open a modal; whatever was open for that person is gone."""
        check(body, "modal")
        self._need_new_external_id(body, None)
        self.clear(user_id)
        return self._stack(user_id, body)

    def push(self, user_id: str, body: Json) -> View:
        """Put a modal on top of the one that is open; Slack takes three in all."""
        check(body, "modal")
        self._need_new_external_id(body, None)
        if not self._stacks.get(user_id):
            raise ApiError("not_found")
        if len(self._stacks[user_id]) >= DEEPEST_STACK:
            raise ApiError("push_limit_reached")
        return self._stack(user_id, body)

    def update(self, view: View, body: Json, hash_: str | None = None) -> View:
        """Replace what a modal shows. What was filled in stays where block_id and action_id stay the same."""
        check(body, "modal")
        if hash_ is not None and hash_ != view.hash:
            raise ApiError("hash_conflict")
        self._need_new_external_id(body, view)
        self._redraw(view, body)
        return view

    def publish(self, user_id: str, body: Json, hash_: str | None = None) -> View:
        """Set what a person's Home shows."""
        check(body, "home")
        home = self._homes.get(user_id)
        if home is None:
            home = self._new(user_id, body, None)
            self._homes[user_id] = home
        elif hash_ is not None and hash_ != home.hash:
            raise ApiError("hash_conflict")
        else:
            self._redraw(home, body)
        return home

    def find(self, view_id: str | None, external_id: str | None = None) -> View:
        """Return an open modal by its id or external id. Refuses with `not_found`."""
        for view in self._views.values():
            if view.view_id == view_id or (external_id and view.body.get("external_id") == external_id):
                return view
        raise ApiError("not_found")

    def top(self, user_id: str) -> View | None:
        """Return the modal that a person sees, if there is one."""
        stack = self._stacks.get(user_id)
        return stack[-1] if stack else None

    def home(self, user_id: str) -> View | None:
        """Return a person's Home, if one was published."""
        return self._homes.get(user_id)

    def homes(self) -> list[View]:
        """Return the Homes of all people."""
        return list(self._homes.values())

    def take_in_home(self, view: View) -> None:
        """Set a person's Home to a view that was kept from an earlier run."""
        self._homes[view.user_id] = view

    def close(self, view: View) -> None:
        """Take a modal away; the one below it shows again."""
        self._stacks[view.user_id].remove(view)
        del self._views[view.view_id]

    def clear(self, user_id: str) -> None:
        """Take all of a person's modals away."""
        for view in self._stacks.pop(user_id, []):
            del self._views[view.view_id]

    def stack(self, user_id: str) -> Iterator[View]:
        """Yield a person's modals, the one on top first."""
        return reversed(list(self._stacks.get(user_id, [])))

    def full(self, view: View) -> Json:
        """Describe a view as Slack does in answers and payloads."""
        spec = self._world.spec
        is_modal = view.body["type"] == "modal"
        shown: Json = {"title": {"type": "plain_text", "text": spec.bot_name}, "close": None, "submit": None}
        return {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            **shown,
            **view.body,
            "id": view.view_id,
            "team_id": self._world.team_of(view.user_id) if is_modal else spec.team_id,
            "state": {"values": states_of(view.blocks, view.chosen)},
            "hash": view.hash,
            "previous_view_id": view.previous_id,
            "root_view_id": view.root_id,
            "app_id": spec.app_id,
            "app_installed_team_id": spec.team_id,
            "bot_id": spec.bot_id,
        }

    def _stack(self, user_id: str, body: Json) -> View:
        stack = self._stacks.setdefault(user_id, [])
        view = self._new(user_id, body, stack[-1] if stack else None)
        stack.append(view)
        self._views[view.view_id] = view
        return view

    def _new(self, user_id: str, body: Json, below: View | None) -> View:
        view_id = self._world.next_id("V")
        filled = {**body, "blocks": with_ids(body["blocks"])}
        root_id = below.root_id if below else view_id
        return View(view_id, user_id, filled, self._hash(), root_id, below.view_id if below else None)

    def _redraw(self, view: View, body: Json) -> None:
        view.body = {**body, "blocks": with_ids(body["blocks"])}
        view.hash = self._hash()
        # Ids that the app did not give are made up anew with each view, so nothing is found again under them.
        places = {
            (block["block_id"], element["action_id"]): element["type"]
            for block in body["blocks"]
            for element in elements_of(block)
            if "block_id" in block and "action_id" in element
        }
        view.chosen = {place: state for place, state in view.chosen.items() if places.get(place) == state["type"]}

    def _hash(self) -> str:
        self.hashes_given += 1
        return f"{int(self._world.clock.seconds())}.{self.hashes_given:08x}"

    def _need_new_external_id(self, body: Json, own: View | None) -> None:
        wanted = body.get("external_id")
        if wanted and any(view is not own and view.body.get("external_id") == wanted for view in self._views.values()):
            raise ApiError("duplicate_external_id")
