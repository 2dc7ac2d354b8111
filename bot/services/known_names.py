"""The names that one-line texts are read for, compiled once and kept until one of them changes."""

from threading import Lock

from bot.domain.lines import KnownNames
from db.unit_of_work import UnitOfWork

_compiled: dict[str, tuple[tuple[int, ...], KnownNames]] = {}
_guard = Lock()


def known_names(uow: UnitOfWork, team_id: str) -> KnownNames:
    """Return the compiled names of a workspace's competitors, areas and accounts.

    A cheap fingerprint of the catalogue decides whether what was compiled before still holds, so that several
    processes on one database never disagree for longer than a transaction.
    """
    fingerprint = uow.catalogue.fingerprint(team_id)
    with _guard:
        held = _compiled.get(team_id)
    if held is not None and held[0] == fingerprint:
        return held[1]
    names = _compile(uow, team_id)
    with _guard:
        _compiled[team_id] = (fingerprint, names)
    return names


def _compile(uow: UnitOfWork, team_id: str) -> KnownNames:
    competitors = uow.catalogue.list_competitors(team_id)
    accounts = uow.catalogue.list_accounts(team_id)
    return KnownNames.build(
        competitors={row.id: (row.name, *(alias.name for alias in row.aliases)) for row in competitors},
        areas={row.id: (row.name, *row.keywords) for row in uow.catalogue.list_areas(team_id)},
        accounts={row.id: (row.name, *(alias.name for alias in row.aliases)) for row in accounts},
    )
