"""One transaction's view of the database: its repositories, its savepoints, and what to wake once it is committed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy.orm import Session

from bot.domain.policies import Policy
from db.repositories.catalogue import Catalogue
from db.repositories.channel_settings import ChannelSettings
from db.repositories.demand import Voices
from db.repositories.drafts import Drafts
from db.repositories.inbox import Inbox
from db.repositories.items import Items
from db.repositories.names import Names
from db.repositories.outbox import Outbox
from db.repositories.people import People
from db.repositories.runs import Runs
from db.repositories.search import Search
from db.repositories.sharing import CoachedPeople, Confirmations
from db.repositories.tallies import Tallies
from db.repositories.vectors import Vectors
from db.repositories.waiting import WaitingItems
from db.repositories.wants import Wants
from db.repositories.workspaces import Workspaces

PolicyOf = Callable[[str], Policy]


class UnitOfWork:
    """What a use case is given: it reads and writes through the repositories, and never commits."""

    def __init__(self, session: Session, policy_of: PolicyOf) -> None:
        self._session = session
        self._policy_of = policy_of
        self.to_wake: set[str] = set()
        """Names of the workers that have something to do after the commit."""

    def policy(self, team_id: str) -> Policy:
        """Return what this workspace has decided about how Nugget behaves."""
        return self._policy_of(team_id)

    @property
    def sql(self) -> Session:
        """The session itself, for the queries of the recap's sections; everyone else asks a repository."""
        return self._session

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Run a part that may fail by itself: an exception undoes this part only, and is passed on."""
        with self._session.begin_nested():
            yield
            self._session.flush()

    def flush(self) -> None:
        """Send what was changed so far to the database, so that keys exist and constraints have spoken."""
        self._session.flush()

    @cached_property
    def workspaces(self) -> Workspaces:
        return Workspaces(self._session)

    @cached_property
    def people(self) -> People:
        return People(self._session)

    @cached_property
    def channel_settings(self) -> ChannelSettings:
        return ChannelSettings(self._session)

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(self._session)

    @cached_property
    def items(self) -> Items:
        return Items(self._session)

    @cached_property
    def names(self) -> Names:
        return Names(self._session)

    @cached_property
    def confirmations(self) -> Confirmations:
        return Confirmations(self._session)

    @cached_property
    def wants(self) -> Wants:
        return Wants(self._session)

    @cached_property
    def coached(self) -> CoachedPeople:
        return CoachedPeople(self._session)

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self._session)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self._session, lambda: self.to_wake.add("inbox"))

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self._session, lambda: self.to_wake.add("outbox"))

    @cached_property
    def runs(self) -> Runs:
        return Runs(self._session)

    @cached_property
    def tallies(self) -> Tallies:
        return Tallies(self._session)

    @cached_property
    def search(self) -> Search:
        return Search(self._session)

    @cached_property
    def vectors(self) -> Vectors:
        return Vectors(self._session)

    @cached_property
    def voices(self) -> Voices:
        return Voices(self._session)

    @cached_property
    def waiting(self) -> WaitingItems:
        return WaitingItems(self._session)
