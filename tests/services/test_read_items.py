"""Reading items by a model, and finding twins by it: what is kept, what goes with the words, and who sees what."""

import pytest

from bot.domain.meaning import vector_of
from bot.domain.words import Kind
from bot.services.find_twins import FindTwins, find_twins
from bot.services.read_items import KeepVectors, ListUnread, ToRead, keep_vectors, list_unread
from bot.services.revise import RewriteReport, TakeBack, rewrite_report, take_back
from db.models import ItemVector
from tests.meanings import Concepts
from tests.services.bench import ANA, BEN, CLEO, SECRET, Bench

EXPORT = "Export the contacts nightly"
OTHER_WORDS = "Download the address book nightly"
MODEL = Concepts()


def unread(bench: Bench, model: str = MODEL.name, limit: int = 100) -> list[ToRead]:
    return bench.run(list_unread, ListUnread(model, limit))


def read(bench: Bench, model: Concepts = MODEL) -> None:
    """Let the model read everything that there is to read."""
    found = unread(bench, model.name)
    bench.run(keep_vectors, KeepVectors(model.name, [(one.unread, vector_of(one.words, model)) for one in found]))


def names(bench: Bench, item_id: int, model: Concepts | None = MODEL, viewer: str = ANA) -> list[str]:
    return [twin.name for twin in bench.run(find_twins, FindTwins(bench.team_id, item_id, viewer, model))]


def vectors(bench: Bench) -> dict[int, str]:
    return {row.item_id: row.model for row in bench.rows(ItemVector)}


@pytest.fixture
def busy(bench: Bench) -> Bench:
    """A workspace with a few asks that have little to do with each other."""
    for words in (
        "Dark mode for the phone nightly",
        "Webhooks when a deal closes nightly",
        "Roles for auditors nightly",
        "Archive old boards nightly",
        "Umlauts in invoices nightly",
    ):
        bench.capture(words, BEN)
    return bench


def test_the_same_in_other_words_is_found_by_a_model_only(busy: Bench) -> None:
    busy.capture(EXPORT, BEN)
    again = busy.capture(OTHER_WORDS)
    read(busy)
    assert names(busy, again.item_id, None) == []
    assert names(busy, again.item_id) == ["A-6"]
    (twin,) = busy.run(find_twins, FindTwins(busy.team_id, again.item_id, ANA, MODEL))
    assert twin.why == "same words: nightly"


def test_until_most_were_read_words_alone_decide(busy: Bench) -> None:
    busy.capture(EXPORT, BEN)
    again = busy.capture(OTHER_WORDS)
    assert names(busy, again.item_id) == []
    literal = busy.capture(EXPORT)
    assert names(busy, literal.item_id)[:1] == ["A-6"]


def test_what_is_not_theirs_to_see_is_offered_to_nobody(busy: Bench) -> None:
    hidden = busy.capture_message("#idea " + EXPORT, busy.ts(), SECRET, BEN)
    again = busy.capture(OTHER_WORDS, CLEO, Kind.NUGGET)
    read(busy)
    assert hidden.item_id in vectors(busy)
    assert names(busy, again.item_id, viewer=CLEO) == []


def test_what_was_read_goes_with_the_words(busy: Bench) -> None:
    taken_back, changed = busy.capture(EXPORT), busy.capture(OTHER_WORDS)
    read(busy)
    assert {taken_back.item_id, changed.item_id} <= vectors(busy).keys()
    busy.run(take_back, TakeBack(busy.team_id, taken_back.report_id, ANA))
    assert taken_back.item_id not in vectors(busy)
    busy.run(rewrite_report, RewriteReport(busy.team_id, changed.report_id, ANA, "Something else", busy.ts(5)))
    assert changed.item_id not in vectors(busy)
    assert [one.words.title for one in unread(busy)] == ["Something else"]


def test_what_was_changed_or_erased_while_it_was_read_is_not_kept(busy: Bench) -> None:
    erased, changed, kept = busy.capture(EXPORT), busy.capture(OTHER_WORDS), busy.capture("Calendar sync")
    found = unread(busy)
    busy.wait(seconds=1)
    busy.run(take_back, TakeBack(busy.team_id, erased.report_id, ANA))
    busy.run(rewrite_report, RewriteReport(busy.team_id, changed.report_id, ANA, "Something else", busy.ts(5)))
    busy.run(keep_vectors, KeepVectors(MODEL.name, [(one.unread, vector_of(one.words, MODEL)) for one in found]))
    assert kept.item_id in vectors(busy)
    assert not {erased.item_id, changed.item_id} & vectors(busy).keys()


def test_the_newest_are_read_first_and_once(busy: Bench) -> None:
    numbers = [one.unread.item_id for one in unread(busy)]
    assert numbers == sorted(numbers, reverse=True)
    read(busy)
    assert unread(busy) == []


def test_another_model_reads_everything_anew_and_is_compared_with_itself(busy: Bench) -> None:
    busy.capture(EXPORT, BEN)
    again = busy.capture(OTHER_WORDS)
    read(busy)
    other = Concepts("another")
    assert len(unread(busy, other.name)) == 7
    assert names(busy, again.item_id, other) == []
    read(busy, other)
    assert set(vectors(busy).values()) == {"another"}
    assert names(busy, again.item_id, other) == ["A-6"]


def test_names_and_amounts_are_not_read(bench: Bench) -> None:
    bench.capture("Globex Corp wants a kanban board for $120k", account="Globex")
    bench.capture("Acme Corp has a kanban board", kind=Kind.NUGGET)
    texts = " ".join(f"{one.words.title} {one.words.body}" for one in unread(bench))
    assert "kanban" in texts
    assert not any(name in texts for name in ("Globex", "Acme", "120"))


def test_an_item_without_words_is_read_once(bench: Bench) -> None:
    bench.capture("Globex", account="Globex")
    read(bench)
    assert unread(bench) == []
