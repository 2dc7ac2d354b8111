"""App Home: drawn anew for its reader whenever they open it, or press something on it. Nothing of it is stored."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.home import home
from bot.domain.facts import Settled, Waiting
from bot.services.home import ReadHome, read_home
from db.transact import Transact
from db.unit_of_work import UnitOfWork

OPENED = "app_home_opened"


async def publish_home(transact: Transact, client: AsyncWebClient, team_id: str, slack_user_id: str) -> None:
    """Show a person their Home as it stands now; whoever is no full member has none."""
    view = await transact.read(read_home, ReadHome(team_id, slack_user_id))
    if view is not None:
        await client.views_publish(user_id=slack_user_id, view=home(view))


def opener_of(waiting: Waiting) -> str | None:
    """Return who opened their Home; None where this is about something else, such as the tab of messages."""
    event = waiting.payload.get("event")
    if waiting.kind != OPENED or not isinstance(event, dict) or event.get("tab") != "home":
        return None
    user = event.get("user")
    return user if isinstance(user, str) and user else None


def is_home(body: Mapping[str, Any]) -> bool:
    """Tell whether a press was made on somebody's Home."""
    view = body.get("view")
    return isinstance(view, dict) and view.get("type") == "home"


def on_home_opened(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:  # noqa: ARG001
    """`app_home_opened`: it was drawn before this, since only that needs Slack."""
    return Settled("handled", "home shown") if opener_of(waiting) else Settled("ignored", "another tab")
