"""Bringing the catalogue in line with the settings file, which wins for what it names."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.domain.names import fold
from bot.domain.policies import AccountSeed, AreaSeed, CompetitorSeed
from db.models import Account, AccountAlias, Competitor, CompetitorAlias, ProductArea
from db.unit_of_work import UnitOfWork


def welcome_workspace(uow: UnitOfWork, team_id: str, *, now: datetime) -> None:
    """Remember a workspace when it is first met in this process, and bring its catalogue in line with the settings."""
    uow.workspaces.get_or_add(team_id, now=now)
    uow.flush()
    seed_catalogue(uow, team_id, now=now)


def seed_catalogue(uow: UnitOfWork, team_id: str, *, now: datetime) -> None:
    """Add or refresh what the settings name, and archive (never delete) what they named before and no longer do."""
    policy = uow.policy(team_id)
    competitors = uow.catalogue.list_competitors(team_id, with_archived=True)
    accounts = uow.catalogue.list_accounts(team_id, with_archived=True)
    _release_aliases(competitors, {fold(seed.name): _folded(seed.aliases) for seed in policy.competitors})
    _release_aliases(accounts, {fold(seed.name): _folded(seed.aliases) for seed in policy.accounts})
    uow.flush()
    for competitor in policy.competitors:
        _seed_competitor(uow, team_id, competitor)
    for area in policy.areas:
        _seed_area(uow, team_id, area)
    for account in policy.accounts:
        _seed_account(uow, team_id, account)
    _archive_unnamed(uow, team_id, now)


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(name) for name in names)


def _release_aliases(rows: Iterable[Competitor] | Iterable[Account], named: Mapping[str, frozenset[str]]) -> None:
    """Take an alias from whoever held it, where it now names another: it names one of them only."""
    given = frozenset(named).union(*named.values())
    for row in rows:
        taken = given - named.get(row.folded, frozenset())
        for alias in [alias for alias in row.aliases if alias.folded in taken]:
            row.aliases.remove(alias)  # type: ignore[arg-type]


def _seed_competitor(uow: UnitOfWork, team_id: str, seed: CompetitorSeed) -> None:
    row = uow.catalogue.find_competitor(team_id, fold(seed.name))
    if row is None:
        row = Competitor(team_id=team_id, folded=fold(seed.name), aliases=[])
        uow.catalogue.add(row)
    row.name, row.is_seeded, row.is_confirmed, row.archived_at = seed.name, True, True, None
    standing = {alias.folded for alias in row.aliases}
    row.aliases += [
        CompetitorAlias(team_id=team_id, name=alias, folded=fold(alias))
        for alias in seed.aliases
        if fold(alias) not in standing
    ]
    uow.flush()


def _seed_area(uow: UnitOfWork, team_id: str, seed: AreaSeed) -> None:
    row = uow.catalogue.find_area(team_id, fold(seed.name))
    if row is None:
        row = ProductArea(team_id=team_id, folded=fold(seed.name), keywords=[])
        uow.catalogue.add(row)
    row.name, row.is_seeded, row.archived_at = seed.name, True, None
    row.keywords, row.emoji = list(seed.keywords), seed.emoji
    row.owner, row.channel_id = seed.owner, seed.channel_id
    row.what_we_build_for, row.what_gets_in = seed.bar.what_we_build_for, seed.bar.what_gets_in
    row.what_we_will_not_do = seed.bar.what_we_will_not_do
    uow.flush()


def _seed_account(uow: UnitOfWork, team_id: str, seed: AccountSeed) -> None:
    row = uow.catalogue.find_account(team_id, fold(seed.name))
    if row is None:
        row = Account(team_id=team_id, folded=fold(seed.name), aliases=[])
        uow.catalogue.add(row)
    row.name, row.is_seeded, row.is_confirmed, row.archived_at = seed.name, True, True, None
    # Where the file names no segment, the one of the CRM list stands.
    row.segment = seed.segment or row.segment
    standing = {alias.folded for alias in row.aliases}
    row.aliases += [
        AccountAlias(team_id=team_id, name=alias, folded=fold(alias))
        for alias in seed.aliases
        if fold(alias) not in standing
    ]
    uow.flush()


def _archive_unnamed(uow: UnitOfWork, team_id: str, now: datetime) -> None:
    policy = uow.policy(team_id)
    named = (
        ({fold(seed.name) for seed in policy.competitors}, uow.catalogue.list_competitors(team_id)),
        ({fold(seed.name) for seed in policy.areas}, uow.catalogue.list_areas(team_id)),
        ({fold(seed.name) for seed in policy.accounts}, uow.catalogue.list_accounts(team_id)),
    )
    for names, rows in named:
        for row in rows:
            if row.is_seeded and row.folded not in names:
                row.archived_at, row.is_seeded = now, False
