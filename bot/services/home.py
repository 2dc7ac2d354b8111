"""What a person finds on their Home: what waits for them, and what became of what they shared."""

from dataclasses import dataclass
from datetime import datetime

from bot.blocks.home import MOST_OWN, MOST_WAITING, HomeItem, HomeView
from bot.domain.views import ItemView
from bot.domain.words import Kind, Role
from bot.services.daily import list_inbox
from bot.services.item_views import item_view_for
from bot.services.people import is_full_member, roles_of
from db.models import Item
from db.unit_of_work import UnitOfWork

DECIDES = {Role.PM: frozenset(Kind), Role.COMPETITIVE_LEAD: frozenset({Kind.NUGGET})}
"""What a person with a role may be the first to look at."""


@dataclass(frozen=True, slots=True)
class ReadHome:
    """The Home of this person."""

    team_id: str
    slack_user_id: str


def read_home(uow: UnitOfWork, query: ReadHome, *, now: datetime) -> HomeView | None:
    """Return what this person's Home shows now; None for whoever is no full member, who has none."""
    team_id, user = query.team_id, query.slack_user_id
    if not is_full_member(uow, team_id, user):
        return None
    policy = uow.policy(team_id)
    kinds = frozenset().union(*(DECIDES.get(role, frozenset()) for role in roles_of(uow, team_id, user)))
    owed = _owed(uow, query)
    waiting = list_inbox(uow, team_id, user, kinds, now=now)
    due = [one for one in waiting if one.item_id not in {item.item_id for item in owed}]
    found = [(_view(uow, one.item_id, user), one.because) for one in due[:MOST_WAITING]]
    return HomeView(
        decides=bool(kinds or waiting),
        owed=tuple(owed),
        waiting=tuple(HomeItem(view, because) for view, because in found if view is not None),
        waiting_count=len(due),
        asks=tuple(_own(uow, query, Kind.ASK)),
        nuggets=tuple(_own(uow, query, Kind.NUGGET)),
        intel_command=policy.command_intel,
        ask_command=policy.command_ask,
    )


def _view(uow: UnitOfWork, item_id: int, user: str) -> ItemView | None:
    item = uow.items.find(item_id)
    return item_view_for(uow, item, user) if item is not None else None


def _owed(uow: UnitOfWork, query: ReadHome) -> list[ItemView]:
    item_ids = uow.items.list_owed(query.team_id, query.slack_user_id)
    views = (_view(uow, item_id, query.slack_user_id) for item_id in item_ids)
    return [view for view in views if view is not None]


def _own(uow: UnitOfWork, query: ReadHome, kind: Kind) -> list[ItemView]:
    latest: list[Item] = list(uow.items.list_latest(query.team_id, query.slack_user_id, kind, MOST_OWN))
    views = (item_view_for(uow, item, query.slack_user_id) for item in latest)
    return [view for view in views if view is not None]
