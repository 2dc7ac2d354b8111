"""The names that forms suggest, each only where it is open to whoever types.

A name that somebody added is known from what names it, so it is open where one of these items or reports is: a private
place keeps its names to itself.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.names import fold
from bot.domain.suggestions import Known
from bot.domain.words import Privacy
from db.models import (
    Account,
    AccountAlias,
    Competitor,
    CompetitorAlias,
    Item,
    ItemCompetitor,
    ItemTag,
    ProductArea,
    Report,
)

RECENT_ITEMS = 500
"""Of so many of the newest items the tags are offered before anything is typed."""


class Names:
    """Competitors, accounts, areas and tags by name, as plain values: a form asks for them with each key pressed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list_competitors(self, team_id: str, slack_user_id: str) -> list[Known]:
        """Return the competitors, and their aliases, that are confirmed or named where this person may read."""
        named = (
            select(ItemCompetitor.item_id)
            .join(Item, Item.id == ItemCompetitor.item_id)
            .where(ItemCompetitor.competitor_id == Competitor.id, _is_open(slack_user_id))
        )
        standing = (
            Competitor.team_id == team_id,
            Competitor.archived_at.is_(None),
            or_(Competitor.is_confirmed, named.exists()),
        )
        aliases = select(Competitor.id, Competitor.name, CompetitorAlias.folded, CompetitorAlias.name)
        return [
            *self._known(select(Competitor.id, Competitor.name, Competitor.folded).where(*standing)),
            *self._known(aliases.join(CompetitorAlias).where(*standing)),
        ]

    def list_accounts(self, team_id: str, slack_user_id: str, *, only_own: bool) -> list[Known]:
        """Return the accounts with their aliases: all that are open to this person, or those of their own reports."""
        own = Account.id.in_(_accounts_of(team_id, slack_user_id))
        named = (
            select(Report.id)
            .join(Item, Item.id == Report.item_id)
            .where(Report.account_id == Account.id, Item.privacy == Privacy.WORKSPACE.value)
        )
        is_open: ColumnElement[bool] = own if only_own else or_(Account.is_confirmed, own, named.exists())
        standing = (Account.team_id == team_id, Account.archived_at.is_(None), is_open)
        aliases = select(Account.id, Account.name, AccountAlias.folded, AccountAlias.name)
        return [
            *self._known(select(Account.id, Account.name, Account.folded).where(*standing)),
            *self._known(aliases.join(AccountAlias).where(*standing)),
        ]

    def list_own_accounts(self, team_id: str, slack_user_id: str) -> frozenset[int]:
        """Return the accounts that this person has reported for."""
        return frozenset(self._session.scalars(_accounts_of(team_id, slack_user_id)))

    def list_areas(self, team_id: str) -> list[Known]:
        """Return the product areas, by their names and by their keywords."""
        query = select(ProductArea.id, ProductArea.name, ProductArea.folded, ProductArea.keywords)
        found = self._session.execute(query.where(ProductArea.team_id == team_id, ProductArea.archived_at.is_(None)))
        known: list[Known] = []
        for row_id, name, folded, keywords in found:
            known += [Known(row_id, name, folded), *(Known(row_id, name, fold(word), word) for word in keywords)]
        return known

    def list_tags(self, team_id: str) -> list[str]:
        """Return every tag there is, wherever it stands; what of it a person may read is said by `list_open_tags`."""
        return list(self._session.scalars(select(ItemTag.tag).where(ItemTag.team_id == team_id).distinct()))

    def list_open_tags(self, team_id: str, slack_user_id: str, tags: Collection[str]) -> frozenset[str]:
        """Return those of these tags that stand on an item which this person may read."""
        if not tags:
            return frozenset()
        query = (
            select(ItemTag.tag)
            .join(Item, Item.id == ItemTag.item_id)
            .where(ItemTag.team_id == team_id, ItemTag.tag.in_(tags), _is_open(slack_user_id))
        )
        return frozenset(self._session.scalars(query.distinct()))

    def list_recent_tags(self, team_id: str, slack_user_id: str) -> list[str]:
        """Return the tags of the newest items that this person may read, those used most first."""
        recent = (
            select(Item.id)
            .where(Item.team_id == team_id, _is_open(slack_user_id))
            .order_by(Item.id.desc())
            .limit(RECENT_ITEMS)
        )
        query = select(ItemTag.tag).where(ItemTag.item_id.in_(recent)).group_by(ItemTag.tag)
        return list(self._session.scalars(query.order_by(func.count().desc(), ItemTag.tag)))

    def _known(self, query: Executable) -> list[Known]:
        return list(_as_known(self._session.execute(query).all()))


def _as_known(rows: Iterable[Sequence[Any]]) -> Iterable[Known]:
    return (Known(*row) for row in rows)


def _accounts_of(team_id: str, slack_user_id: str) -> Select[Any]:
    return select(Report.account_id).where(
        Report.team_id == team_id,
        Report.reporter == slack_user_id,
        Report.withdrawn_at.is_(None),
        Report.account_id.is_not(None),
    )


def _is_open(slack_user_id: str) -> ColumnElement[bool]:
    """Say of an item that everyone at work may read it, or that this person reported it themselves."""
    own = select(Report.id).where(
        Report.item_id == Item.id, Report.reporter == slack_user_id, Report.withdrawn_at.is_(None)
    )
    return or_(Item.privacy == Privacy.WORKSPACE.value, own.exists())
