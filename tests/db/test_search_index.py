"""The search index of each database follows the search entries, whichever way they change."""

import pytest
from sqlalchemy import Engine, delete, text, update
from sqlalchemy.orm import Session

from db.engine import writer_engine
from db.models import Item, SearchEntry
from db.search_index import SEARCH_CHANGE, SEARCH_INDEX, SEARCH_VECTOR_INDEX, SEARCH_VECTOR_SQL
from tests.databases import engine_of
from tests.db.rows import NOON, add_item, add_search_entry

QUERIES = {
    "sqlite": f"SELECT rowid FROM {SEARCH_INDEX} WHERE {SEARCH_INDEX} MATCH :word ORDER BY rowid",
    "postgresql": f"SELECT item_id FROM search_entry WHERE {SEARCH_VECTOR_SQL} @@ plainto_tsquery('simple', :word) "
    "ORDER BY item_id",
}


def found(engine: Engine, word: str) -> list[int]:
    with engine.connect() as connection:
        return list(connection.execute(text(QUERIES[engine.dialect.name]), {"word": word}).scalars())


@pytest.fixture
def searchable(engine: Engine) -> Engine:
    """A database in which item 1 speaks of Acme's price, and item 2 of Acme's support."""
    with engine.begin() as connection:
        for item_id, words in ((1, "Acme halves its price"), (2, "Acme support is slow")):
            add_search_entry(connection, add_item(connection, item_id), words, f"everyone place{item_id}")
    return engine


def test_words_and_scope_are_found(searchable: Engine) -> None:
    assert found(searchable, "acme") == [1, 2]
    assert found(searchable, "price") == [1]
    assert found(searchable, "place2") == [2]
    assert found(searchable, "absent") == []


def test_a_changed_entry_is_found_by_its_new_words_only(searchable: Engine) -> None:
    with searchable.begin() as connection:
        connection.execute(update(SearchEntry).where(SearchEntry.item_id == 1).values(words="Globex wants SSO"))
    assert found(searchable, "acme") == [2]
    assert found(searchable, "sso") == [1]
    assert found(searchable, "place1") == [1]


def test_several_changes_in_one_transaction_leave_the_last(searchable: Engine) -> None:
    with searchable.begin() as connection:
        for words in ("first try", "second try", "third try"):
            connection.execute(update(SearchEntry).where(SearchEntry.item_id == 1).values(words=words))
        connection.execute(delete(SearchEntry).where(SearchEntry.item_id == 2))
        add_search_entry(connection, 2, "back again")
    assert found(searchable, "try") == [1]
    assert found(searchable, "second") == []
    assert found(searchable, "support") == []
    assert found(searchable, "again") == [2]


def test_a_removed_entry_is_not_found(searchable: Engine) -> None:
    with searchable.begin() as connection:
        connection.execute(delete(SearchEntry).where(SearchEntry.item_id == 1))
    assert found(searchable, "acme") == [2]


def test_an_erased_item_is_not_found(searchable: Engine) -> None:
    with searchable.begin() as connection:
        connection.execute(delete(Item).where(Item.id == 2))
    assert found(searchable, "acme") == [1]


def test_what_is_taken_back_leaves_no_trace(searchable: Engine) -> None:
    with searchable.begin() as connection:
        savepoint = connection.begin_nested()
        connection.execute(update(SearchEntry).where(SearchEntry.item_id == 1).values(words="half done"))
        savepoint.rollback()
        add_search_entry(connection, add_item(connection, 3), "kept")
    with searchable.connect() as connection:
        connection.execute(delete(SearchEntry))
        connection.rollback()
    assert found(searchable, "half") == []
    assert found(searchable, "price") == [1]
    assert found(searchable, "kept") == [3]


def test_objects_are_indexed_when_their_session_commits(searchable: Engine) -> None:
    with Session(searchable) as session:
        session.get_one(SearchEntry, 1).words = "Globex wants SSO"
        session.commit()
    assert found(searchable, "globex") == [1]
    assert found(searchable, "price") == []


def test_accents_do_not_matter_on_sqlite(sqlite_database_url: str) -> None:
    with engine_of(sqlite_database_url) as engine:
        with engine.begin() as connection:
            add_search_entry(connection, add_item(connection), "Señor Müller's CAFÉ")
        assert found(engine, "senor") == found(engine, "MULLER") == found(engine, "café") == [1]


def test_the_full_text_table_agrees_with_the_entries_and_no_note_is_left(sqlite_database_url: str) -> None:
    engine = writer_engine(sqlite_database_url)
    with engine.begin() as connection:
        for item_id in range(1, 30):
            add_search_entry(connection, add_item(connection, item_id), f"word{item_id} common")
        connection.execute(update(SearchEntry).where(SearchEntry.item_id % 3 == 0).values(words="third"))
        connection.execute(delete(SearchEntry).where(SearchEntry.item_id % 5 == 0))
    with engine.begin() as connection:
        # SQLite raises if the index holds anything else than the entries do.
        connection.exec_driver_sql(f"INSERT INTO {SEARCH_INDEX} ({SEARCH_INDEX}, rank) VALUES ('integrity-check', 1)")
        assert connection.exec_driver_sql(f"SELECT count(*) FROM {SEARCH_CHANGE}").scalar() == 0
    assert found(engine, "third") == [n for n in range(1, 30) if n % 3 == 0 and n % 5]
    engine.dispose()


def test_a_change_of_other_columns_does_not_touch_the_index(sqlite_database_url: str) -> None:
    with engine_of(sqlite_database_url) as engine, engine.connect() as connection:
        add_search_entry(connection, add_item(connection), "still here")
        connection.commit()
        connection.execute(update(SearchEntry).values(changed_at=NOON, privacy="restricted"))
        assert connection.exec_driver_sql(f"SELECT count(*) FROM {SEARCH_CHANGE}").scalar() == 0


def test_the_exported_expression_is_the_indexed_one(postgres_database_url: str) -> None:
    query = text("EXPLAIN " + QUERIES["postgresql"].replace(":word", "'acme'"))
    with engine_of(postgres_database_url) as engine, engine.connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        assert SEARCH_VECTOR_INDEX in "\n".join(connection.execute(query).scalars())
