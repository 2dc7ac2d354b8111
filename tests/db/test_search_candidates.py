"""Finding the items that share the rare words of a new one: the same on both databases, and only what may be seen."""

from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from bot.domain.clues import Clue
from bot.domain.visibility import Viewer
from bot.domain.words import Kind, Role
from db.models import Competitor, Item, ItemCompetitor, Numbering, SearchEntry
from db.repositories.search import Search
from tests import databases
from tests.db.rows import NOON

ANA = Viewer("UANA", is_full_member=True)
EXPORT, CSV = Clue(10, ("export",)), Clue(25, (), ("csv", "csvs"))


def add(engine: Engine, item_id: int, words: str, scope: str = "w", place_id: str | None = None, **more: Any) -> None:
    """Store an ask with what is found of it; `more` are other columns of the item."""
    item = {"id": item_id, "team_id": "T1", "kind": "ask", "number": item_id, "status": "new", "privacy": "workspace"}
    entry = {"item_id": item_id, "team_id": "T1", "privacy": "workspace", "words": words, "changed_at": NOON}
    with engine.begin() as connection:
        connection.execute(insert(Item).values(**{**item, "created_at": NOON, "place_id": place_id, **more}))
        connection.execute(insert(SearchEntry).values(**entry, scope=scope, place_id=place_id))


def found(engine: Engine, *clues: Clue, viewer: Viewer = ANA, limit: int = 10, **more: Any) -> list[int]:
    """Return the ids of the candidates, in their order."""
    with Session(engine) as session:
        asked = {"besides": 0, "limit": limit, "kind": Kind.ASK, "team_id": "T1", **more}
        team_id, kind = asked.pop("team_id"), asked.pop("kind")
        return [row.item_id for row in Search(session).find_candidates(team_id, kind, clues, viewer, **asked)]


def test_the_most_telling_words_come_first_and_the_newest_of_equal_ones(engine: Engine) -> None:
    for item_id, words in enumerate(["export", "a csv", "csv exports", "PDF", "Exporter"], 1):
        add(engine, item_id, words)
    assert found(engine, EXPORT, CSV) == [3, 2, 5, 1]
    assert found(engine, EXPORT, CSV, limit=2) == [3, 2]


def test_a_word_said_often_counts_once(engine: Engine) -> None:
    add(engine, 1, "export export exports exported")
    add(engine, 2, "export")
    assert found(engine, EXPORT) == [2, 1]


def test_a_short_word_is_found_whole_only(engine: Engine) -> None:
    add(engine, 1, "csvkit")
    add(engine, 2, "two CSVs")
    assert found(engine, CSV) == [2]


@pytest.mark.parametrize("more", [{"team_id": "T2"}, {"kind": "nugget"}, {"status": "noise"}, {"status": "withdrawn"}])
def test_what_is_never_offered_is_no_candidate(engine: Engine, more: dict[str, str]) -> None:
    add(engine, 1, "export")
    add(engine, 2, "export", **more)
    assert found(engine, EXPORT) == [1]


def test_the_item_itself_is_no_candidate_and_a_duplicate_is_one(engine: Engine) -> None:
    add(engine, 1, "export")
    add(engine, 2, "export", status="duplicate", merged_into_id=1)
    with Session(engine) as session:
        (row,) = Search(session).find_candidates("T1", Kind.ASK, [EXPORT], ANA, besides=1, limit=5)
    assert (row.item_id, row.status, row.merged_into_id) == (2, "duplicate", 1)


def test_what_is_not_open_crowds_out_nothing(engine: Engine) -> None:
    add(engine, 1, "export")
    for item_id in range(2, 30):
        add(engine, item_id, "export csv", scope="p_c9 u_uben", place_id="C9", privacy="place")
    assert found(engine, EXPORT, CSV, limit=3) == [1]
    inside = Viewer("UANA", is_full_member=True, place_ids=frozenset({"C9"}))
    assert found(engine, EXPORT, CSV, viewer=inside, limit=3) == [29, 28, 27]
    assert found(engine, EXPORT, CSV, viewer=Viewer("UBEN", is_full_member=True), limit=30)[-1] == 1
    assert found(engine, EXPORT, CSV, viewer=Viewer("UANA", is_full_member=False)) == []


def test_leads_find_what_is_restricted(engine: Engine) -> None:
    add(engine, 1, "export", scope="l_ask u_uben", privacy="restricted")
    assert found(engine, EXPORT) == []
    assert found(engine, EXPORT, viewer=Viewer("UANA", is_full_member=True, roles=frozenset({Role.LEAD}))) == [1]


def test_nuggets_are_narrowed_to_competitors(engine: Engine) -> None:
    for item_id in (1, 2, 3):
        add(engine, item_id, "export", kind="nugget")
    with engine.begin() as connection:
        for key in (7, 8):
            flags = {"is_confirmed": True, "is_seeded": False}
            connection.execute(insert(Competitor).values(id=key, team_id="T1", name=str(key), folded=str(key), **flags))
        for item_id, competitor_id in ((1, 7), (2, 7), (2, 8)):
            row = {"team_id": "T1", "item_id": item_id, "competitor_id": competitor_id}
            connection.execute(insert(ItemCompetitor).values(**row))
    assert found(engine, EXPORT, kind=Kind.NUGGET, competitor_ids={7}) == [2, 1]
    assert found(engine, EXPORT, kind=Kind.NUGGET, competitor_ids={8, 9}) == [2]
    assert found(engine, EXPORT, kind=Kind.NUGGET, competitor_ids=()) == [3]
    assert found(engine, EXPORT, kind=Kind.NUGGET) == [3, 2, 1]


def test_items_are_counted_by_their_numbers(engine: Engine) -> None:
    with engine.begin() as connection:
        for team_id, kind, last in (("T1", "ask", 7), ("T1", "nugget", 4), ("T2", "ask", 9)):
            connection.execute(insert(Numbering).values(team_id=team_id, kind=kind, last_number=last))
    with Session(engine) as session:
        assert Search(session).count_numbered("T1", Kind.ASK) == (7, 20)
        assert Search(session).count_numbered("T3", Kind.ASK) == (0, 20)


def test_both_databases_give_the_same(sqlite_database_url: str, postgres_database_url: str) -> None:
    words = ("export", "csv", "admin", "okta", "café", "role", "invoice", "audit", "webhook", "seat")
    clues = [*(Clue(place + 1, (word,)) for place, word in enumerate(words) if word != "csv"), CSV]
    answers = []
    with ExitStack() as stack:
        for url in (sqlite_database_url, postgres_database_url):
            engine = stack.enter_context(databases.engine_of(url))
            for item_id in range(1, 120):
                add(engine, item_id, " ".join(word for place, word in enumerate(words) if item_id * 7919 >> place & 1))
            answers.append(found(engine, *clues, limit=25))
    assert answers[0] == answers[1]
    assert len(answers[0]) == 25


def test_a_letter_that_stands_in_every_scope_is_no_word_of_an_entry(engine: Engine) -> None:
    add(engine, 1, "export", scope="u_uben w")
    add(engine, 2, "press U or W, then export", scope="u_uben w")
    every_letter = Clue(50, (), ("l", "p", "u", "w", "x"))
    assert set(found(engine, every_letter)) <= {2}
    assert found(engine, EXPORT, every_letter, limit=1) == [2]
