"""What a way to reach the app has to do, and what can come back."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

Kind = Literal["event", "interactive", "command"]

ACK_SECONDS = 3.0


@dataclass(frozen=True)
class Reply:
    """What became of one delivery.

    `outcome` is "ok" or Slack's word for the failure (http_timeout, connection_failed, http_error, …). `body` is what
    came back with the acknowledgement, if anything. `is_final` says that the app wants no retry of this event.
    `fault` is what was made to go wrong.
    """

    outcome: str
    body: Any = None
    is_final: bool = False
    fault: str = ""


class Transport(Protocol):
    """Brings one payload to the app, once, and waits for its acknowledgement."""

    async def send(self, kind: Kind, payload: dict[str, Any], attempt: int = 0, reason: str = "") -> Reply:
        """Deliver. `attempt` counts from 0; `reason` says why the attempt before failed."""

    async def close(self) -> None:
        """Let go of all connections."""
