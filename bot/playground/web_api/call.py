"""One call of the Web API: its arguments, who makes it, and its answer."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from bot.playground.errors import ApiError
from bot.playground.rate_limits import PacedError, Tier
from bot.playground.tokens_and_scopes import APP_SCOPES, need_scope
from bot.playground.workspace import Workspace

Json = dict[str, Any]
NUMBER = re.compile(r"[0-9]{1,9}")
EVERYWHERE = frozenset({"token", "team_id"})
"""Arguments that any method takes; the second one matters for organisations only."""


class Arguments:
    """The arguments of a call, from a form or from JSON alike. Getters refuse what has the wrong form."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given

    def text(self, key: str, default: str = "") -> str:
        """Return a text."""
        value = self.given.get(key)
        if value is None:
            return default
        if not isinstance(value, str):
            raise invalid(f"[ERROR] must be a string: {key}")
        return value

    def flag(self, key: str) -> bool:
        """Return a yes or no, which forms write as 1, 0, true or false."""
        return self.given.get(key) in (True, 1, "1", "true", "True")

    def number(self, key: str, default: int, most: int, error: str = "invalid_limit") -> int:
        """Return a whole number from 1 to `most`."""
        value = self.given.get(key)
        if value in (None, "", 0, "0"):
            return default
        number = int(value) if isinstance(value, (str, int)) and NUMBER.fullmatch(str(value)) else 0
        if not 1 <= number <= most:
            raise ApiError(error)
        return number

    def json(self, key: str, error: str) -> Any:
        """Return a JSON value, which forms carry as text; None if it was not given."""
        value = self.given.get(key)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise ApiError(error) from None


def invalid(message: str) -> ApiError:
    """Return the refusal of arguments that are missing, unknown or of the wrong form."""
    return ApiError("invalid_arguments", messages=[message])


@dataclass(frozen=True)
class Method:
    """What the table says of a method: who runs it, the scopes of which one is needed, its tier, its arguments."""

    run: Callable[[Workspace, Arguments], Json]
    tier: Tier
    scopes: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    is_for_app_token: bool = False
    is_paced_by_channel: bool = False


def read_arguments(content_type: str, query: bytes, body: bytes) -> Json:
    """Return the arguments of a request from its query and its body, a form or JSON."""
    found: Json = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    if content_type.startswith("application/json"):
        found |= _json_object(body)
    elif content_type.startswith("application/x-www-form-urlencoded") or not body:
        found |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    else:
        raise ApiError("invalid_post_type")
    return found


def _json_object(body: bytes) -> Json:
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise ApiError("invalid_json") from None
    if not isinstance(found, dict):
        raise ApiError("json_not_object")
    return found


def authorize(workspace: Workspace, name: str, method: Method, token: str) -> frozenset[str]:
    """Return the scopes of the token. Refuses a missing, unknown, void or wrong kind of token."""
    spec = workspace.spec
    if not token:
        raise ApiError("not_authed")
    if token not in (spec.bot_token, spec.app_token):
        raise ApiError("invalid_auth")
    if not workspace.world.is_installed:
        raise ApiError("account_inactive")
    if workspace.faults.occurs("token_revoked", name):
        raise ApiError("token_revoked")
    if (token == spec.app_token) is not method.is_for_app_token:
        raise ApiError("not_allowed_token_type")
    return APP_SCOPES if method.is_for_app_token else spec.bot_scopes


def admit(workspace: Workspace, name: str, method: Method, given: Json, scopes: frozenset[str]) -> None:
    """Refuse what a method does not get to see, from a token that was found good: bans, pace, scopes, arguments."""
    channel_id = _paced_channel(method, given)
    workspace.bans.check(name, channel_id)
    try:
        workspace.limits.take(name, method.tier, channel_id)
    except PacedError as error:
        workspace.bans.speak(name, error.channel_id, error.seconds, is_enforced=False)
        raise
    need_scope(scopes, method.scopes)
    _check_names(method, given)


def run(workspace: Workspace, method: Method, given: Json) -> Json:
    """Run a method for a call that was admitted."""
    return {"ok": True, **method.run(workspace, Arguments(given))}


def _paced_channel(method: Method, given: Json) -> str:
    channel = given.get("channel")
    if not method.is_paced_by_channel or not isinstance(channel, str):
        return ""
    # A person's id stands for the conversation with them, whose own id is made of it.
    return f"D{channel}" if channel[:1] in ("U", "W") else channel


def _check_names(method: Method, given: Json) -> None:
    missing = sorted(key for key in method.required if given.get(key) in (None, ""))
    unknown = sorted(given.keys() - method.required - method.optional - EVERYWHERE)
    if missing or unknown:
        messages = [f"[ERROR] missing required field: {key}" for key in missing]
        raise ApiError("invalid_arguments", messages=messages + [f"[ERROR] unknown field: {key}" for key in unknown])
