"""The door for other processes: `/_standin/act/…`, `/_standin/see/…` and `/_standin/clock`, as JSON."""

import dataclasses
import json
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.playground.errors import RefusedGestureError
from bot.playground.workspace import Workspace

ACTS = frozenset(
    {
        "say",
        "edit",
        "delete",
        "react",
        "unreact",
        "command",
        "click",
        "click_in_view",
        "click_in_home",
        "submit",
        "close_view",
        "message_shortcut",
        "global_shortcut",
        "suggest",
        "mark_read",
        "dismiss",
        "open_home",
        "join",
        "leave",
        "rename_channel",
        "archive_channel",
        "set_group_members",
        "change_person",
        "uninstall",
        "disconnect_sockets",
        "deliver_raw",
        "set_fault",
        "clear_faults",
        "seed_faults",
        "set_delayed_events",
    }
)
SIGHTS = frozenset(
    {
        "messages",
        "direct_messages",
        "direct_channel",
        "open_view",
        "home",
        "pending_deliveries",
        "pending_landings",
        "socket_connections",
        "faults",
        "fault_counts",
        "violations",
        "history",
    }
)


class Control:
    """Lets another process on this machine act as people and see what they see."""

    def __init__(self, acting: Any, workspace: Workspace) -> None:
        self._acting = acting
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """Return the routes, all below `/_standin`."""
        return [
            Route("/_standin/act/{name}", self.act, methods=["POST"]),
            Route("/_standin/see/record", self.see_record, methods=["GET"]),
            Route("/_standin/see/{name}", self.see, methods=["GET"]),
            Route("/_standin/clock", self.clock, methods=["GET", "POST"]),
        ]

    async def act(self, request: Request) -> Response:
        """Do a gesture with the arguments of a JSON object; 409 if Slack's client would not let the person."""
        name = request.path_params["name"]
        if name not in ACTS:
            return _refused(404, f"There is no gesture {name}.")
        given = await _json_object(request)
        if given is None:
            return _refused(400, "The body has to be a JSON object.")
        try:
            result = await getattr(self._acting, name)(**given)
        except RefusedGestureError as error:
            return _refused(409, str(error))
        except (TypeError, KeyError, ValueError) as error:
            return _refused(400, f"Wrong arguments: {error}")
        return _result(result)

    async def see(self, request: Request) -> Response:
        """Look as a person, with the arguments of the query."""
        name = request.path_params["name"]
        if name not in SIGHTS:
            return _refused(404, f"There is nothing to see by the name {name}.")
        try:
            result = getattr(self._acting, name)(**request.query_params)
        except RefusedGestureError as error:
            return _refused(409, str(error))
        except TypeError as error:
            return _refused(400, f"Wrong arguments: {error}")
        return _result(result)

    async def see_record(self, request: Request) -> Response:
        """Return the record from the entry with this number on (`since`, default 0)."""
        digits = request.query_params.get("since", "0")
        start = int(digits) if digits.isascii() and digits.isdigit() else 0
        entries = self._workspace.record[start:]
        shown = ("at", "kind", "name", "outcome", "event_id", "attempt", "token_ok", "fault")
        return _result([{key: getattr(entry, key) for key in shown} for entry in entries])

    async def clock(self, request: Request) -> Response:
        """Tell the business time; a POST moves it by `seconds` or to `to` (ISO 8601 with an offset) first."""
        clock = self._workspace.clock
        if request.method == "POST":
            given = await _json_object(request) or {}
            try:
                clock.advance(timedelta(seconds=float(given.get("seconds", 0))))
                if "to" in given:
                    clock.move_to(datetime.fromisoformat(given["to"]))
            except (TypeError, ValueError, OverflowError) as error:
                return _refused(400, f"The clock cannot be moved so: {error}")
        return _result({"now": clock.now().isoformat(), "seconds": clock.seconds()})


async def _json_object(request: Request) -> dict[str, Any] | None:
    try:
        found = await request.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _result(result: Any) -> Response:
    # Written in ASCII, since what people typed may hold half a character that no other encoding takes.
    return Response(json.dumps({"ok": True, "result": _plain(result)}), media_type="application/json")


def _refused(status: int, sentence: str) -> Response:
    return JSONResponse({"ok": False, "error": sentence}, status)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return [_plain(entry) for entry in value] if isinstance(value, list) else value
