"""What a model read of an item goes with its words, also where both happen at once."""

import threading

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from db.models import Item, ItemVector, SearchEntry
from db.repositories.search import Search
from db.repositories.vectors import Unread, Vectors
from tests import databases
from tests.db.rows import NOON, add_item, add_search_entry

# More than a change of words needs that waits for nobody, and less than anyone would notice in a run of the tests.
A_MOMENT = 0.3


def change_words(engine: Engine, words: str) -> None:
    with Session(engine) as session:
        item = session.get_one(Item, 1)
        Search(session).put(item, words, ["w"], now=NOON)
        session.commit()


def kept(engine: Engine) -> list[bytes]:
    with Session(engine) as session:
        return list(session.scalars(select(ItemVector.vector)))


def test_the_same_words_keep_what_was_read_and_others_do_not(engine: Engine) -> None:
    with engine.begin() as connection:
        add_search_entry(connection, add_item(connection), "export")
    with Session(engine) as session:
        Vectors(session).keep("m", [(Unread(1, NOON), b"read"), (Unread(2, NOON), b"of what is gone")])
        session.commit()
    change_words(engine, "export")
    assert kept(engine) == [b"read"]
    change_words(engine, "export nightly")
    assert kept(engine) == []


def test_it_goes_with_the_entry(engine: Engine) -> None:
    with engine.begin() as connection:
        add_search_entry(connection, add_item(connection), "export")
    with Session(engine) as session:
        Vectors(session).keep("m", [(Unread(1, NOON), b"read")])
        session.commit()
        Search(session).remove(1)
        session.commit()
    assert kept(engine) == []


def test_words_that_change_while_what_was_read_is_being_kept_take_it_with_them(postgres_database_url: str) -> None:
    with databases.engine_of(postgres_database_url) as engine:
        with engine.begin() as connection:
            add_search_entry(connection, add_item(connection), "export")
        change = threading.Thread(target=change_words, args=(engine, "something else"))
        with Session(engine) as session:
            Vectors(session).keep("m", [(Unread(1, NOON), b"read")])
            session.flush()
            change.start()
            change.join(A_MOMENT)
            assert change.is_alive()
            session.commit()
        change.join()
        with Session(engine) as session:
            assert session.get_one(SearchEntry, 1).words == "something else"
        assert kept(engine) == []
