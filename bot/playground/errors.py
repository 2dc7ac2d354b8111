"""What the stand-in refuses: calls of the app, and gestures of people."""

from collections.abc import Mapping, Sequence
from typing import Any


class ApiError(Exception):
    """A Web API answer with `ok: false`: the error code, messages for developers and further fields of the answer."""

    def __init__(
        self,
        code: str,
        *,
        messages: Sequence[str] = (),
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.messages = tuple(messages)
        self.status = status
        self.headers = dict(headers or {})
        self.fields = fields


class RefusedGestureError(Exception):
    """Something that Slack's own client would not let this person do; its text says why."""
