"""The month that a recap is about."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Window:
    """One calendar month of one workspace: half-open, in UTC; `label` is its name, as in 2026-10."""

    team_id: str
    label: str
    begins_at: datetime
    ends_at: datetime
