"""What can be found by words, and which items share the rare words of a new one."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    column,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from bot.domain.clues import Clue
from bot.domain.visibility import Viewer, viewer_tokens
from bot.domain.words import Kind, Status
from db.models import (
    Account,
    AccountAlias,
    Competitor,
    CompetitorAlias,
    Item,
    ItemCompetitor,
    ItemTag,
    ItemVector,
    Numbering,
    Report,
    SearchEntry,
)
from db.search_index import SEARCH_INDEX, SEARCH_VECTOR_SQL

# Each clue is one look into the full-text index; no row's words are read again, which is what ranking there would cost.
# Whole numbers add up the same everywhere, so that both databases give the same items in the same order.
_SQLITE_HITS = f"""
    SELECT {SEARCH_INDEX}.rowid AS item_id, sum(json_extract(clue.value, '$[1]')) AS weight
    FROM json_each(:clues) AS clue CROSS JOIN {SEARCH_INDEX}
    WHERE {SEARCH_INDEX} MATCH json_extract(clue.value, '$[0]')
    GROUP BY 1 ORDER BY 2 DESC, 1 DESC LIMIT :looked_up
"""  # noqa: S608
_POSTGRES_HITS = f"""
    SELECT search_entry.item_id, CAST(sum(clue.weight) AS bigint) AS weight
    FROM unnest(CAST(:words AS text[]), CAST(:weights AS integer[])) AS clue (words, weight)
    JOIN search_entry ON {SEARCH_VECTOR_SQL} @@ to_tsquery('simple', clue.words)
    GROUP BY 1 ORDER BY 2 DESC, 1 DESC LIMIT :looked_up
"""  # noqa: S608

# Of the hits, so many times the wanted number are looked up at first; there are never as many as `_ALL`.
_LOOKED_UP = 4
_ALL = 2**31 - 1

# A duplicate is found as well: it points on to the item that it was joined to.
_NEVER_OFFERED = (Status.WITHDRAWN.value, Status.NOISE.value)

# Postgres indexes tokens beside the words, and takes them apart: as a word, each of these letters is in every entry.
_IN_EVERY_SCOPE = frozenset("lpuwx")

# A person's own token, everyone's and that of two sorts of leads; places are looked up by their ids.
_TOKENS = ("token_0", "token_1", "token_2", "token_3")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that shares words with another one, as far as the gate and the choice among candidates look at it."""

    item_id: int
    team_id: str
    kind: str
    number: int
    status: str
    merged_into_id: int | None
    privacy: str
    place_id: str | None
    owner: str | None
    weight: int


@dataclass(frozen=True, slots=True)
class Told:
    """One report of an item: who said what, and for which account."""

    item_id: int
    reporter: str
    words: str
    wanted: str | None
    account_id: int | None
    account_words: str | None
    is_confirmed: bool | None
    """Whether the account is on the list; None without an account."""


_COLUMNS: tuple[Any, ...] = (
    *(Item.id, Item.team_id, Item.kind, Item.number, Item.status),
    *(Item.merged_into_id, Item.privacy, Item.place_id, Item.owner),
)
_ITEMS = select(*_COLUMNS, literal(0)).where(Item.id.in_(bindparam("item_ids", expanding=True)))
_REPORTS = (
    select(
        *(Report.item_id, Report.reporter, Report.words, Report.wanted),
        *(Report.account_id, Report.account_words, Account.is_confirmed),
    )
    .join(Item, Item.id == Report.item_id)
    .outerjoin(Account, Account.id == Report.account_id)
    .where(Report.withdrawn_at.is_(None))
)
_REPORTS_OF = _REPORTS.where(Report.item_id.in_(bindparam("item_ids", expanding=True))).order_by(Report.id)

_TAGS = select(ItemTag.item_id, ItemTag.tag, cast(null(), Integer)).where(
    ItemTag.item_id.in_(bindparam("item_ids", expanding=True))
)
_MARKS = _TAGS.union_all(
    select(ItemCompetitor.item_id, null(), ItemCompetitor.competitor_id).where(
        ItemCompetitor.item_id.in_(bindparam("item_ids", expanding=True))
    )
)
_ACCOUNTS: BindParameter[list[int]] = bindparam("account_ids", expanding=True)
_COMPETITORS: BindParameter[list[int]] = bindparam("competitor_ids", expanding=True)
_NAMES = union_all(
    select(Account.name).where(Account.id.in_(_ACCOUNTS)),
    select(AccountAlias.name).where(AccountAlias.account_id.in_(_ACCOUNTS)),
    select(Competitor.name).where(Competitor.id.in_(_COMPETITORS)),
    select(CompetitorAlias.name).where(CompetitorAlias.competitor_id.in_(_COMPETITORS)),
)
_IS_OWN = and_(Numbering.team_id == bindparam("team_id"), Numbering.kind == bindparam("kind"))
_NUMBERED = select(func.sum(case((_IS_OWN, Numbering.last_number))), func.sum(Numbering.last_number))


class Search:
    """The search entries of items."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, item: Item, words: str, scope: Iterable[str], *, now: datetime) -> None:
        """Make an item findable by these words for the holders of these tokens."""
        entry = self._session.get(SearchEntry, item.id)
        if entry is None:
            entry = SearchEntry(item_id=item.id, team_id=item.team_id)
            self._session.add(entry)
        entry.privacy, entry.place_id = item.privacy, item.place_id
        entry.scope, entry.changed_at = " ".join(scope), now
        if entry.words != words:
            entry.words = words
            # What a model read of the former words goes with them. Only now, since writing the entry waits for whoever
            # is just keeping what was read of it.
            self._session.flush()
            self._session.execute(delete(ItemVector).where(ItemVector.item_id == item.id))

    def remove(self, item_id: int) -> None:
        entry = self._session.get(SearchEntry, item_id)
        if entry is not None:
            self._session.delete(entry)

    def find_candidates(
        self,
        team_id: str,
        kind: Kind,
        clues: Sequence[Clue],
        viewer: Viewer,
        *,
        besides: int,
        limit: int,
        competitor_ids: Collection[int] | None = None,
    ) -> list[Candidate]:
        """Return the items of this kind that share the most telling words, the newest first among equals.

        What the viewer holds no token of is left out here so that it crowds out nothing; the gate itself has yet to
        look at each. With `competitor_ids`, an item names one of these, or, where that is empty, none at all.
        """
        query = _candidates(
            self._session.get_bind().dialect.name, None if competitor_ids is None else bool(competitor_ids)
        )
        asked = {
            **self._asked(clues),
            **_what_may_be_open(viewer),
            "sort": f"{team_id} {kind.value}",
            "besides": besides,
            "most": limit,
            **({"competitor_ids": list(competitor_ids)} if competitor_ids else {}),
        }
        # Looking each hit's item up costs more than finding the hits, so the most telling are looked up first. Where
        # these fill the list, no other could have come before them.
        found = self._session.execute(query, {**asked, "looked_up": _LOOKED_UP * limit}).all()
        if len(found) < limit:
            found = self._session.execute(query, {**asked, "looked_up": _ALL}).all()
        return [_candidate(row) for row in found]

    def list_candidates(self, item_ids: Collection[int]) -> list[Candidate]:
        """Return these items as candidates without any weight."""
        return [_candidate(row) for row in self._session.execute(_ITEMS, {"item_ids": list(item_ids)})]

    def list_told(self, item_ids: Collection[int]) -> list[Told]:
        """Return the reports of these items that were not withdrawn, in their order."""
        return [Told(*row) for row in self._session.execute(_REPORTS_OF, {"item_ids": list(item_ids)})]

    def list_newest_told(self, team_id: str, kind: Kind, limit: int) -> list[Told]:
        """Return the reports of a workspace's newest items of a kind, as a sample of its words."""
        query = (
            _REPORTS.where(Item.team_id == team_id, Item.kind == kind.value)
            .order_by(Item.number.desc(), Report.id)
            .limit(limit)
        )
        return [Told(*row) for row in self._session.execute(query)]

    def list_marks(self, item_ids: Collection[int]) -> list[tuple[int, str | None, int | None]]:
        """Return the tags and the competitors of these items, each with its item and without the other."""
        found = self._session.execute(_MARKS, {"item_ids": list(item_ids)})
        return [(item_id, tag, competitor_id) for item_id, tag, competitor_id in found]

    def list_names(self, account_ids: Collection[int], competitor_ids: Collection[int]) -> list[str]:
        """Return the names and aliases of these accounts and competitors."""
        asked = {"account_ids": list(account_ids), "competitor_ids": list(competitor_ids)}
        return list(self._session.scalars(_NAMES, asked))

    def count_numbered(self, team_id: str, kind: Kind) -> tuple[int, int]:
        """Return how many items of this kind a workspace ever had, and how many items of any kind there ever were."""
        own, every = self._session.execute(_NUMBERED, {"team_id": team_id, "kind": kind.value}).one()
        return own or 0, every or 0

    def _asked(self, clues: Sequence[Clue]) -> dict[str, Any]:
        """Return clues as the statement for this database takes them."""
        if self._session.get_bind().dialect.name == "sqlite":
            return {"clues": json.dumps([[_fts5(clue), clue.weight] for clue in clues])}
        asked = [(query, clue.weight) for clue in clues if (query := _tsquery(clue))]
        return {"words": [query for query, _ in asked], "weights": [weight for _, weight in asked]}


def _candidate(row: Sequence[Any]) -> Candidate:
    return Candidate(*row)


def _fts5(clue: Clue) -> str:
    """Return a clue as SQLite's full-text search reads it; only what was said is looked at, not who may find it."""
    beginnings = [f'"{beginning}" *' for beginning in clue.beginnings]
    return "words : (" + " OR ".join([*beginnings, *(f'"{form}"' for form in clue.forms)]) + ")"


def _tsquery(clue: Clue) -> str:
    """Return a clue as Postgres reads it; its words are letters and digits only, so that nothing needs escaping."""
    forms = [f"'{form}'" for form in clue.forms if form not in _IN_EVERY_SCOPE]
    return " | ".join([*(f"'{beginning}':*" for beginning in clue.beginnings), *forms])


# Building such a statement anew takes Python as long as the database takes to answer it.
@cache
def _candidates(dialect: str, names_competitors: bool | None) -> Select[Any]:
    """Return the statement for a database; items name one of the given competitors, or none; None is for both."""
    hits_sql = _SQLITE_HITS if dialect == "sqlite" else _POSTGRES_HITS
    hits = text(hits_sql).columns(column("item_id", Integer), column("weight", Integer)).subquery("hits")
    found = _found(names_competitors).where(Item.id == hits.c.item_id)
    if dialect == "sqlite":
        query = found.add_columns(hits.c.weight)
    else:
        # Looked up one by one, in the order of the hits and no more than are wanted: Postgres would else rather read
        # every item there is, as it takes hits for rarer and items for fewer than they are.
        one = found.offset(0).lateral("found")
        query = select(*one.c, hits.c.weight).select_from(hits.join(one, true()))
    return query.order_by(hits.c.weight.desc(), hits.c.item_id.desc()).limit(bindparam("most"))


def _found(names_competitors: bool | None) -> Select[Any]:
    """Return the statement for the items that may be offered, whatever they say."""
    padded = " " + SearchEntry.scope + " "
    query = (
        select(*_COLUMNS)
        .join(SearchEntry, SearchEntry.item_id == Item.id)
        .where(
            # Compared as one, since SQLite would else walk an index over all items, and look each up among the hits.
            Item.team_id + " " + Item.kind == bindparam("sort"),
            Item.id != bindparam("besides"),
            Item.status.not_in(_NEVER_OFFERED),
            or_(
                *(padded.like(bindparam(token)) for token in _TOKENS),
                SearchEntry.place_id.in_(bindparam("place_ids", expanding=True)),
            ),
        )
    )
    if names_competitors is None:
        return query
    named = exists().where(ItemCompetitor.item_id == Item.id)
    if not names_competitors:
        return query.where(~named)
    return query.where(named.where(ItemCompetitor.competitor_id.in_(bindparam("competitor_ids", expanding=True))))


def _what_may_be_open(viewer: Viewer) -> dict[str, Any]:
    """Return what narrows entries down to those that this person may see: never to fewer than the gate allows."""
    tokens = [token for token in viewer_tokens(viewer) if not token.startswith("p_")]
    # The underscore in a token stands for any character here; that lets a few more through to the gate, never fewer.
    patterns = {name: f"% {token} %" for name, token in zip(_TOKENS, tokens, strict=False)}
    return {**dict.fromkeys(_TOKENS, ""), **patterns, "place_ids": sorted(viewer.place_ids)}
