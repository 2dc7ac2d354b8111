"""Queries on competitors, product areas, accounts and opportunities."""

from collections.abc import Sequence

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from db.models import Account, AccountAlias, Competitor, CompetitorAlias, Opportunity, ProductArea, Report


class Catalogue:
    """What items can be about."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Competitor | ProductArea | Account | Opportunity) -> None:
        self._session.add(row)

    def fingerprint(self, team_id: str) -> tuple[int, ...]:
        """Return figures that change whenever a name of this workspace is added or archived."""
        columns: list[ScalarSelect[int | None]] = []
        for model in (Competitor, ProductArea, Account):
            figures = (func.count(model.id), func.max(model.id), func.count(model.archived_at))
            columns += [select(figure).where(model.team_id == team_id).scalar_subquery() for figure in figures]
        for alias in (CompetitorAlias, AccountAlias):
            both = (func.count(alias.id), func.max(alias.id))
            columns += [select(figure).where(alias.team_id == team_id).scalar_subquery() for figure in both]
        return tuple(value or 0 for value in self._session.execute(select(*columns)).one())

    def list_competitors(self, team_id: str, *, with_archived: bool = False) -> Sequence[Competitor]:
        query = select(Competitor).where(Competitor.team_id == team_id).order_by(Competitor.id)
        if not with_archived:
            query = query.where(Competitor.archived_at.is_(None))
        return self._session.scalars(query).all()

    def list_areas(self, team_id: str, *, with_archived: bool = False) -> Sequence[ProductArea]:
        query = select(ProductArea).where(ProductArea.team_id == team_id).order_by(ProductArea.id)
        if not with_archived:
            query = query.where(ProductArea.archived_at.is_(None))
        return self._session.scalars(query).all()

    def list_accounts(self, team_id: str, *, with_archived: bool = False) -> Sequence[Account]:
        query = select(Account).where(Account.team_id == team_id).order_by(Account.id)
        if not with_archived:
            query = query.where(Account.archived_at.is_(None))
        return self._session.scalars(query).all()

    def find_competitor(self, team_id: str, folded: str) -> Competitor | None:
        query = select(Competitor).where(Competitor.team_id == team_id, Competitor.folded == folded)
        return self._session.scalars(query).one_or_none()

    def find_area(self, team_id: str, folded: str) -> ProductArea | None:
        query = select(ProductArea).where(ProductArea.team_id == team_id, ProductArea.folded == folded)
        return self._session.scalars(query).one_or_none()

    def find_account(self, team_id: str, folded: str) -> Account | None:
        query = select(Account).where(Account.team_id == team_id, Account.folded == folded)
        return self._session.scalars(query).one_or_none()

    def find_account_called(self, team_id: str, folded: str) -> Account | None:
        """Return the account of this name or alias; one that was archived only where no other has it."""
        by_name = self.find_account(team_id, folded)
        if by_name is not None and by_name.archived_at is None:
            return by_name
        query = select(Account).join(AccountAlias).where(AccountAlias.team_id == team_id, AccountAlias.folded == folded)
        return self._session.scalars(query).one_or_none() or by_name

    def lock_account(self, team_id: str, account_id: int) -> Account | None:
        """Return an account, held until the end of the transaction so that two answers about it follow one another."""
        account = self._session.get(Account, account_id, with_for_update=True, populate_existing=True)
        return account if account is not None and account.team_id == team_id else None

    def list_account_reports(self, account_id: int) -> Sequence[Report]:
        """Return every report that names this account, withdrawn or not."""
        return self._session.scalars(select(Report).where(Report.account_id == account_id).order_by(Report.id)).all()

    def find_opportunity(self, team_id: str, external_id: str) -> Opportunity | None:
        query = select(Opportunity).where(Opportunity.team_id == team_id, Opportunity.external_id == external_id)
        return self._session.scalars(query).one_or_none()

    def list_opportunities(self, account_id: int) -> Sequence[Opportunity]:
        query = select(Opportunity).where(Opportunity.account_id == account_id).order_by(Opportunity.id)
        return self._session.scalars(query).all()

    def find_area_by_id(self, area_id: int | None) -> ProductArea | None:
        return None if area_id is None else self._session.get(ProductArea, area_id)

    def find_competitor_by_id(self, competitor_id: int | None) -> Competitor | None:
        return None if competitor_id is None else self._session.get(Competitor, competitor_id)

    def find_account_by_id(self, account_id: int | None) -> Account | None:
        return None if account_id is None else self._session.get(Account, account_id)

    def list_competitor_names(self, competitor_ids: Sequence[int]) -> list[str]:
        """Return the names of these competitors, in the order in which they became known."""
        if not competitor_ids:
            return []
        query = select(Competitor.name).where(Competitor.id.in_(competitor_ids)).order_by(Competitor.id)
        return list(self._session.scalars(query))
