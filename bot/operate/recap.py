"""`nugget recap`: look at the recap of a month without posting anything."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Literal

from bot.blocks.recap import recap_text
from bot.bootstrap import read_database
from bot.domain.errors import PermanentError
from bot.services.people import list_ourselves
from bot.services.recap import PreviewRecap, draw, preview_recap
from bot.settings import Settings


async def preview(
    settings: Settings,
    now: Callable[[], datetime],
    *,
    month: str,
    as_format: Literal["text", "json"],
    team_id: str | None = None,
) -> str:
    """Return a month's recap as text, or as the exact Slack payloads as JSON."""
    transact = read_database(settings, now)
    try:
        team_id = team_id or only_team([known.team_id for known in await transact.read(list_ourselves, None)])
        view = await transact.read(preview_recap, PreviewRecap(team_id, month))
    finally:
        await transact.close()
    if as_format == "text":
        return recap_text(view)
    channels = settings.policy().recap.channel_ids
    payloads = [{"channel": channel, **asdict(draw(view))} for channel in channels]
    return json.dumps(payloads, ensure_ascii=False, indent=2)


def only_team(team_ids: list[str]) -> str:
    """Return the one workspace of this database; raises `PermanentError` where there is none, or a choice."""
    match team_ids:
        case [only]:
            return only
        case []:
            raise PermanentError("This database holds no workspace yet. Start `nugget run` once, then try again.")
        case _:
            raise PermanentError(f"This database holds several workspaces; name one with --team: {', '.join(team_ids)}")
