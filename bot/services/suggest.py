"""What a field of a form offers while somebody types: names that are open to them, and the typed one as a new one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.blocks.modals import FIELD_ACCOUNT, FIELD_AREA, FIELD_COMPETITOR, FIELD_TAGS
from bot.domain.choices import Choice, new_choice, row_choice
from bot.domain.suggestions import Known, is_known, suggest_names
from bot.domain.tags import tag_of
from bot.domain.text import clean, is_blank
from bot.services.item_views import may_see_accounts
from bot.services.naming import may_add_area
from bot.services.people import is_full_member
from db.unit_of_work import UnitOfWork

MOST_OFFERED = 100
"""Options that Slack takes in one answer."""


@dataclass(frozen=True, slots=True)
class Suggest:
    """Somebody types into a field."""

    team_id: str
    slack_user_id: str
    field: str
    typed: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What a field offers: known names first, and what was typed as a new one where it is none of them."""

    known: Sequence[Choice] = ()
    new: Choice | None = None


def suggest(uow: UnitOfWork, query: Suggest, *, now: datetime) -> Offered:  # noqa: ARG001
    """Return what to offer this person in this field; nothing to guests and people of other companies."""
    if not is_full_member(uow, query.team_id, query.slack_user_id):
        return Offered()
    offer = OFFERS.get(query.field)
    typed = "" if is_blank(query.typed) else clean(query.typed).strip()
    return offer(uow, query, typed) if offer else Offered()


def _competitors(uow: UnitOfWork, query: Suggest, typed: str) -> Offered:
    return _named(uow.names.list_competitors(query.team_id, query.slack_user_id), typed)


def _accounts(uow: UnitOfWork, query: Suggest, typed: str) -> Offered:
    """Offer the accounts that this person may read; before anything is typed, those that they spoke of come first."""
    only_own = not may_see_accounts(uow, query.team_id, query.slack_user_id)
    known = uow.names.list_accounts(query.team_id, query.slack_user_id, only_own=only_own)
    if typed:
        return _named(known, typed)
    own = uow.names.list_own_accounts(query.team_id, query.slack_user_id)
    first = suggest_names([name for name in known if name.row_id in own], "", MOST_OFFERED)
    rest = suggest_names([name for name in known if name.row_id not in own], "", MOST_OFFERED)
    return Offered(_chosen([*first, *rest][:MOST_OFFERED]))


def _areas(uow: UnitOfWork, query: Suggest, typed: str) -> Offered:
    """Offer the areas by name and by keyword; a new one only to product managers, who answer for it."""
    offered = _named(uow.names.list_areas(query.team_id), typed)
    if may_add_area(uow, query.team_id, query.slack_user_id):
        return offered
    return Offered(offered.known)


def _named(known: Sequence[Known], typed: str) -> Offered:
    if not typed:
        return Offered(_chosen(suggest_names(known, "", MOST_OFFERED)))
    found = _chosen(suggest_names(known, typed, MOST_OFFERED - 1))
    return Offered(found, None if is_known(known, typed) else new_choice(typed))


def _chosen(names: Iterable[Known]) -> list[Choice]:
    return [row_choice(one.row_id, f"{one.name} ({one.alias})" if one.alias else one.name) for one in names]


def _tags(uow: UnitOfWork, query: Suggest, typed: str) -> Offered:
    """Offer the tags that are in use, by how much they are; what was typed is written as a tag is."""
    if not typed:
        recent = uow.names.list_recent_tags(query.team_id, query.slack_user_id)
        return Offered([new_choice(tag, f"#{tag}") for tag in recent[:MOST_OFFERED]])
    wanted = tag_of(typed)
    if not wanted:
        return Offered()
    known = (Known(number, tag, tag) for number, tag in enumerate(uow.names.list_tags(query.team_id)))
    found = [one.name for one in suggest_names(known, wanted, MOST_OFFERED - 1)]
    is_open = uow.names.list_open_tags(query.team_id, query.slack_user_id, found)
    shown = [new_choice(tag, f"#{tag}") for tag in found if tag in is_open]
    return Offered(shown, None if wanted in is_open else new_choice(wanted, f"#{wanted}"))


OFFERS: Mapping[str, Callable[[UnitOfWork, Suggest, str], Offered]] = {
    FIELD_COMPETITOR: _competitors,
    FIELD_ACCOUNT: _accounts,
    FIELD_AREA: _areas,
    FIELD_TAGS: _tags,
}
