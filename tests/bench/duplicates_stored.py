"""Real requests as stored asks, in a fresh database of either sort, with what a model read of them."""

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, insert, update
from sqlalchemy.orm import Session

from bot.domain.duplicates import TwinWords
from bot.domain.meaning import Meaning, vector_of
from bot.domain.policies import Policy
from bot.services.read_items import KeepVectors, ListUnread, keep_vectors, list_unread
from db.engine import is_sqlite, reader_engine
from db.models import Account, Item, ItemTag, ItemVector, Numbering, Person, Report, SearchEntry
from db.unit_of_work import UnitOfWork
from migrations import runner
from tests import databases

NOON = datetime(2026, 10, 14, 10, 0, tzinfo=UTC)
TEAM, ASKER, OTHER, SECRET = "TBENCH", "UASKER", "UOTHER", "CSECRET"
SEED = 20_261_014
BATCH = 5_000
TAGS = 50
READ = 50
"""Where it only matters how long a search takes, so many requests are read, and stand for the others."""

BOTH = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True)
class Request:
    """A request of the corpus; `cluster` is shared by those that maintainers linked as duplicates."""

    title: str
    body: str
    cluster: str | None = None


class Remembering:
    """A model that reads each text once, however often it is asked."""

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = meaning
        self._read: dict[str, Sequence[float]] = {}
        self.name = meaning.name

    def directions_of(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        for text in texts:
            if text not in self._read:
                self._read[text] = self._meaning.directions_of([text])[0]
        return [self._read[text] for text in texts]


def unit_of_work(session: Session) -> UnitOfWork:
    """Return what a use case is given, with nothing decided about the workspace."""
    return UnitOfWork(session, lambda _: Policy(zone=ZoneInfo("UTC")))


def fill(engine: Engine, requests: Sequence[Request]) -> None:
    """Store each request as an ask that is open to everyone, numbered by its place from 1."""
    with engine.begin() as connection:
        person = {"team_id": TEAM, "slack_user_id": ASKER, "home_team_id": TEAM, "name": "Ana", "refreshed_at": NOON}
        flags = dict.fromkeys(("is_bot", "is_guest", "is_outsider", "is_deactivated"), False)
        connection.execute(insert(Person).values(**person, **flags))
        connection.execute(insert(Numbering).values(team_id=TEAM, kind="ask", last_number=len(requests)))
    for start in range(0, len(requests), BATCH):
        batch = list(enumerate(requests[start : start + BATCH], start + 1))
        with engine.begin() as connection:
            connection.execute(insert(Item), [_item(number) for number, _ in batch])
            connection.execute(insert(Report), [_report(number, request) for number, request in batch])
            connection.execute(insert(SearchEntry), [_entry(number, request) for number, request in batch])
    _settle(engine)


def add_tags_and_accounts(engine: Engine, count: int) -> None:
    """Give each of the stored asks a tag, and each third an account; answering then takes as many queries as it may."""
    with engine.begin() as connection:
        account = {"team_id": TEAM, "is_confirmed": True, "is_seeded": True}
        names = [{**account, "id": n, "name": f"Account {n}", "folded": f"account {n}"} for n in range(1, TAGS + 1)]
        connection.execute(insert(Account), names)
        tags = [{"item_id": n, "tag": f"tag{n % TAGS}", "team_id": TEAM} for n in range(1, count + 1)]
        connection.execute(insert(ItemTag), tags)
        connection.execute(update(Report).where(Report.id % 3 == 0).values(account_id=1 + Report.id % TAGS))
    _settle(engine)


def read_all(engine: Engine, meaning: Meaning) -> None:
    """Let the model read every stored request, as it does beside everything else."""
    with Session(engine) as session:
        uow = unit_of_work(session)
        while found := list_unread(uow, ListUnread(meaning.name, BATCH), now=NOON):
            read = [(one.unread, vector_of(one.words, meaning)) for one in found]
            keep_vectors(uow, KeepVectors(meaning.name, read), now=NOON)
            session.commit()


def store_some_vectors(engine: Engine, requests: Sequence[Request], meaning: Meaning) -> None:
    """Give each stored request the vector of one that was read."""
    texts = random.Random(SEED).sample(requests, READ)
    vectors = [vector_of(TwinWords(0, request.title, request.body), meaning) for request in texts]
    kept = {"team_id": TEAM, "model": meaning.name}
    for start in range(0, len(requests), BATCH):
        numbers = range(start + 1, min(start + BATCH, len(requests)) + 1)
        with engine.begin() as connection:
            rows = [{**kept, "item_id": number, "vector": vectors[number % READ]} for number in numbers]
            connection.execute(insert(ItemVector), rows)
    _settle(engine)


def _settle(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        # What its housekeeping does by itself within minutes.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _item(number: int) -> dict[str, Any]:
    created = NOON + timedelta(seconds=number)
    kept = {"id": number, "team_id": TEAM, "kind": "ask", "number": number, "created_at": created}
    return {**kept, "status": "new", "privacy": "workspace"}


def _report(number: int, request: Request) -> dict[str, Any]:
    kept = {"id": number, "team_id": TEAM, "item_id": number, "gesture_key": f"request-{number}", "reporter": OTHER}
    told = {"words": f"{request.title}\n{request.body}", "words_ts": f"{number}.000000", "how_known": "first-hand"}
    return {**kept, **told, "deal": {}, "reported_at": NOON}


def _entry(number: int, request: Request) -> dict[str, Any]:
    words = f"{request.title}\n{request.body}"
    kept = {"item_id": number, "team_id": TEAM, "privacy": "workspace", "scope": f"u_{OTHER.lower()} w"}
    return {**kept, "words": words, "changed_at": NOON}


@contextmanager
def filled(
    sort: str, requests: Sequence[Request], *, meaning: Meaning | None = None, for_latency: bool = False
) -> Iterator[Engine]:
    """Give the engine that reads a fresh database of this sort with these requests in it; it is removed afterwards.

    `for_latency`, there is more to look up beside the words, and of what the model reads only so much is true.
    """
    with tempfile.TemporaryDirectory() as folder, _fresh(sort, Path(folder)) as url:
        runner.upgrade(url)
        with databases.engine_of(url) as engine:
            fill(engine, requests)
            if for_latency:
                add_tags_and_accounts(engine, len(requests))
            if meaning is not None:
                _add_vectors(engine, requests, meaning, for_latency=for_latency)
            if not is_sqlite(url):
                yield engine
                return
        reader = reader_engine(url)
        yield reader
        reader.dispose()


def _add_vectors(engine: Engine, requests: Sequence[Request], meaning: Meaning, *, for_latency: bool) -> None:
    if for_latency:
        store_some_vectors(engine, requests, meaning)
    else:
        read_all(engine, meaning)


@contextmanager
def _fresh(sort: str, folder: Path) -> Iterator[str]:
    if sort == "sqlite":
        yield databases.sqlite_url(folder / "nugget.sqlite3")
        return
    with databases.postgres_database() as url:
        yield url
