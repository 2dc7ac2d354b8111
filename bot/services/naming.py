"""Names that people give: the competitor, account or area that is meant, added where nobody knows it yet."""

from bot.domain.choices import Choice
from bot.domain.errors import FieldError
from bot.domain.lines import ParsedLine
from bot.domain.names import fold
from bot.domain.text import clean, is_blank
from bot.domain.words import Role
from bot.services.item_views import may_see_accounts
from bot.services.people import roles_of
from db.models import Account, Competitor, ProductArea
from db.unit_of_work import UnitOfWork

LONGEST_NAME = 255
GONE = "This one is no longer listed. Choose another, or clear the field."
AREAS_BY_PMS = "Product areas are added by product managers. Choose one from the list, or clear the field."


def competitor_named(uow: UnitOfWork, team_id: str, name: str) -> Competitor:
    """Return the competitor of this name or alias, adding an unconfirmed one where nobody knows it."""
    wanted = fold(clean(name))[:LONGEST_NAME]
    for competitor in uow.catalogue.list_competitors(team_id):
        if wanted in {competitor.folded, *(alias.folded for alias in competitor.aliases)}:
            return competitor
    added = uow.catalogue.find_competitor(team_id, wanted)
    if added is None:
        added = Competitor(
            team_id=team_id, name=clean(name).strip()[:LONGEST_NAME], folded=wanted, is_confirmed=False, aliases=[]
        )
        uow.catalogue.add(added)
    added.archived_at = None
    uow.flush()
    return added


def account_named(uow: UnitOfWork, team_id: str, name: str, parsed: ParsedLine) -> Account | None:
    """Return the account that was meant: by its exact name, else the first known one in the text.

    A name that nobody knows is added unconfirmed; one that was archived is in use again.
    """
    if name:
        wanted = fold(name)[:LONGEST_NAME]
        for account in uow.catalogue.list_accounts(team_id):
            if wanted in {account.folded, *(alias.folded for alias in account.aliases)}:
                return account
        added = uow.catalogue.find_account(team_id, wanted)
        if added is None:
            added = Account(team_id=team_id, name=name[:LONGEST_NAME], folded=wanted, is_confirmed=False, aliases=[])
            uow.catalogue.add(added)
        added.archived_at = None
        uow.flush()
        return added
    by_id = {account.id: account for account in uow.catalogue.list_accounts(team_id)} if parsed.account_ids else {}
    return next((by_id[found] for found in parsed.account_ids if found in by_id), None)


def competitor_meant(uow: UnitOfWork, team_id: str, choice: Choice, field: str) -> Competitor:
    """Return the competitor that was chosen in a form; raises `FieldError` where it is no longer there."""
    if choice.row_id is None:
        _check_name(choice, field)
        return competitor_named(uow, team_id, choice.name)
    found = uow.catalogue.find_competitor_by_id(choice.row_id)
    if found is None or found.team_id != team_id or found.archived_at is not None:
        raise FieldError(field, GONE)
    return found


def account_meant(uow: UnitOfWork, team_id: str, actor: str, choice: Choice, field: str) -> Account:
    """Return the account that was chosen in a form; raises `FieldError` where it is gone or not open to this person."""
    _check_name(choice, field)
    named = account_named(uow, team_id, choice.name, ParsedLine()) if choice.row_id is None else None
    found = named or uow.catalogue.find_account_by_id(choice.row_id)
    if found is None or found.team_id != team_id or found.archived_at is not None:
        raise FieldError(field, GONE)
    is_open = named is not None or may_see_accounts(uow, team_id, actor)
    if not is_open and found.id not in uow.names.list_own_accounts(team_id, actor):
        raise FieldError(field, GONE)
    return found


def area_meant(uow: UnitOfWork, team_id: str, actor: str, choice: Choice, field: str) -> ProductArea:
    """Return the area that was chosen in a form; a new name is added only for product managers, who answer for it."""
    if choice.row_id is not None:
        found = uow.catalogue.find_area_by_id(choice.row_id)
        if found is None or found.team_id != team_id or found.archived_at is not None:
            raise FieldError(field, GONE)
        return found
    _check_name(choice, field)
    wanted = fold(choice.name)[:LONGEST_NAME]
    known = uow.catalogue.find_area(team_id, wanted)
    if known is not None and known.archived_at is None:
        return known
    if not may_add_area(uow, team_id, actor):
        raise FieldError(field, AREAS_BY_PMS)
    added = known or ProductArea(
        team_id=team_id, name=choice.name[:LONGEST_NAME], folded=wanted, keywords=[], owner=actor
    )
    added.archived_at = None
    uow.catalogue.add(added)
    uow.flush()
    return added


def _check_name(choice: Choice, field: str) -> None:
    if is_blank(choice.name):
        raise FieldError(field, GONE)


def may_add_area(uow: UnitOfWork, team_id: str, slack_user_id: str) -> bool:
    """Tell whether this person may add a product area: product managers do."""
    return Role.PM in roles_of(uow, team_id, slack_user_id)
