"""What Slack says of people and channels, as far as Nugget needs it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person as Slack describes them; `home_team_id` is the workspace that they belong to."""

    slack_user_id: str
    home_team_id: str | None
    name: str
    zone: str | None = None
    is_bot: bool = False
    is_guest: bool = False
    is_outsider: bool = False
    is_deactivated: bool = False


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """A channel as Slack describes it; one that Slack will not describe counts as private (fail closed)."""

    channel_id: str
    name: str = ""
    is_private: bool = True
    is_direct: bool = False
    is_externally_shared: bool = False
    is_archived: bool = False
    has_bot: bool = False
    member_ids: frozenset[str] | None = None
    """Who is in a private channel; None where nobody had to ask."""


FOLLOW_UP = "follow_up"
"""The kind of what Nugget hands to its own inbox: to look, once nothing else waits, what is worth asking about a report
that was just kept."""

IMPORTED_MESSAGE, IMPORTED_LINE = "imported_message", "imported_line"
IMPORTS = (IMPORTED_MESSAGE, IMPORTED_LINE)
"""The kinds of what an import hands to the inbox: a message of Slack's history, and a line of a table."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something that Slack delivered, as it is handed to the inbox."""

    team_id: str
    dedupe_key: str
    kind: str
    body: bytes
    channel_id: str | None = None
    message_ts: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery that waits in the inbox, decoded."""

    inbox_id: int
    team_id: str
    kind: str
    payload: dict[str, object]
    received_at: datetime
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """How a delivery ended. `outcome` says why in a word or two; `forget_body` empties what was stored of it."""

    state: Literal["handled", "ignored", "refused"]
    outcome: str
    forget_body: bool = False
