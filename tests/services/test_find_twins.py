"""Offering items that may say the same: what is offered, to whom, and what is said of it."""

import pytest

from bot.domain.facts import ChannelFacts
from bot.domain.words import Effect, Kind, Privacy, Status
from bot.services.find_twins import FindTwins, TwinView, find_twins
from bot.services.revise import TakeBack, take_back
from db.models import Item
from tests.services.bench import ANA, BEN, BOSS, CLEO, NOT_MEMBERS, PM, SECRET, Bench

EXPORT = "Export the contact list as CSV every night"
AGAIN = "Contact list: nightly CSV export"


def twins(bench: Bench, item_id: int, viewer: str = ANA) -> list[TwinView]:
    return bench.run(find_twins, FindTwins(bench.team_id, item_id, viewer))


def names(bench: Bench, item_id: int, viewer: str = ANA) -> list[str]:
    return [twin.name for twin in twins(bench, item_id, viewer)]


@pytest.fixture
def busy(bench: Bench) -> Bench:
    """A workspace with a few asks that have little to do with each other."""
    for words in ("Dark mode for the phone", "Webhooks when a deal closes", "Roles for auditors", "Archive old boards"):
        bench.capture(words, BEN)
    return bench


def test_a_second_ask_is_offered_the_first(busy: Bench) -> None:
    busy.capture(EXPORT, BEN)
    again = busy.capture(AGAIN)
    (twin,) = twins(busy, again.item_id)
    assert (twin.name, twin.first_words) == ("A-5", EXPORT)
    assert twin.why == "same words: contact, CSV, export"
    assert (twin.accounts, twin.unconfirmed_accounts) == (0, 0)


def test_what_nobody_asked_before_is_offered_nothing(busy: Bench) -> None:
    assert names(busy, busy.capture("Umlauts in invoices break").item_id) == []
    assert names(busy, busy.capture("?!").item_id) == []


def test_the_very_first_item_is_offered_nothing(bench: Bench) -> None:
    assert names(bench, bench.capture(EXPORT).item_id) == []


def test_at_most_three_are_offered_the_newest_of_equal_ones_first(busy: Bench) -> None:
    for _ in range(5):
        busy.capture(EXPORT, BEN)
    assert names(busy, busy.capture(EXPORT).item_id) == ["A-9", "A-8", "A-7"]


def test_asks_and_nuggets_are_never_offered_for_each_other(busy: Bench) -> None:
    busy.capture(EXPORT, BEN, Kind.NUGGET)
    assert names(busy, busy.capture(EXPORT).item_id) == []


def test_nuggets_are_of_the_same_competitor(busy: Bench) -> None:
    busy.capture("Initech offers a free migration", BEN, Kind.NUGGET)
    busy.capture("Acme offers a free migration until May", BEN, Kind.NUGGET)
    busy.capture("Someone offers a free migration", BEN, Kind.NUGGET)
    again = busy.capture("Free migration offered by Acme Corp", ANA, Kind.NUGGET)
    (twin,) = twins(busy, again.item_id)
    assert twin.name == "N-2"
    assert twin.why == "same competitor, same words: free, migration, offered"
    without = busy.capture("a free migration is offered", ANA, Kind.NUGGET)
    assert names(busy, without.item_id) == ["N-3"]


def test_the_same_account_is_no_sign_of_sameness(busy: Bench) -> None:
    busy.capture("Globex wants umlauts in invoices", BEN, account="Globex")
    busy.capture('Kanban swimlanes account:"Zanzibar Yachts" for $120k', BEN)
    assert names(busy, busy.capture("Globex Corp misses a kanban swimlane", account="Globex").item_id) == ["A-6"]
    assert names(busy, busy.capture('Gantt chart account:"Zanzibar Yachts" for $120k').item_id) == []


def test_demand_is_distinct_accounts(busy: Bench) -> None:
    busy.capture(EXPORT, BEN, account="Globex")
    (known,) = twins(busy, busy.capture(AGAIN).item_id)
    assert (known.accounts, known.unconfirmed_accounts) == (1, 0)
    busy.change(Item, lambda item: setattr(item, "status", "withdrawn"), Item.number == 5)
    busy.change(Item, lambda item: setattr(item, "status", "withdrawn"), Item.number == 6)
    busy.capture(EXPORT, BEN, account="Nobody Knows Ltd")
    (unknown,) = twins(busy, busy.capture(AGAIN).item_id)
    assert (unknown.accounts, unknown.unconfirmed_accounts) == (0, 1)


def test_what_was_asked_for_counts_as_the_title(busy: Bench) -> None:
    busy.capture("They copy names by hand", BEN, wanted=EXPORT)
    assert names(busy, busy.capture(AGAIN).item_id) == ["A-5"]


def test_tags_that_agree_are_named(busy: Bench) -> None:
    busy.capture(f"{EXPORT} #crm", BEN)
    (twin,) = twins(busy, busy.capture(f"{AGAIN} #crm #admin").item_id)
    assert twin.why.startswith("same tags: #crm, same words: ")


@pytest.mark.parametrize("status", [Status.NOISE, Status.WITHDRAWN, Status.DUPLICATE])
def test_what_came_to_nothing_is_not_offered(busy: Bench, status: Status) -> None:
    first = busy.capture(EXPORT, BEN)
    busy.change(Item, lambda item: setattr(item, "status", status.value), Item.id == first.item_id)
    assert names(busy, busy.capture(AGAIN).item_id) == []


def test_words_taken_back_are_not_found(busy: Bench) -> None:
    first = busy.capture(EXPORT, BEN)
    busy.run(take_back, TakeBack(busy.team_id, first.report_id, BEN))
    assert names(busy, busy.capture(AGAIN).item_id) == []


def join(bench: Bench, item_id: int, into: int | None) -> None:
    def joined(item: Item) -> None:
        item.status, item.merged_into_id = Status.DUPLICATE.value, into

    bench.change(Item, joined, Item.id == item_id)


def test_a_duplicate_points_on_to_where_it_was_joined_to(busy: Bench) -> None:
    target = busy.capture("Nightly dumps", BEN)
    middle, first = busy.capture("Dumps", BEN), busy.capture(EXPORT, BEN)
    join(busy, first.item_id, middle.item_id)
    join(busy, middle.item_id, target.item_id)
    again = busy.capture(AGAIN)
    (twin,) = twins(busy, again.item_id)
    assert (twin.name, twin.first_words) == ("A-5", "Nightly dumps")
    busy.change(Item, lambda item: setattr(item, "privacy", Privacy.RESTRICTED.value), Item.id == target.item_id)
    assert names(busy, again.item_id) == []
    assert names(busy, again.item_id, BEN) == ["A-5"]


def test_what_was_joined_to_the_item_itself_or_in_a_circle_is_not_offered(busy: Bench) -> None:
    first, again = busy.capture(EXPORT, BEN), busy.capture(AGAIN)
    join(busy, first.item_id, again.item_id)
    assert names(busy, again.item_id) == []
    other = busy.capture("Circle", BEN)
    join(busy, first.item_id, other.item_id)
    join(busy, other.item_id, first.item_id)
    assert names(busy, again.item_id) == []


def test_only_what_the_viewer_may_see_is_offered(busy: Bench) -> None:
    busy.capture(f"Acme: {EXPORT}", BEN, Kind.NUGGET, channel_id=SECRET)
    again = busy.capture(f"Acme: {AGAIN}", CLEO, Kind.NUGGET)
    assert names(busy, again.item_id, BEN) == names(busy, again.item_id, ANA) == ["N-1"]
    for user in (CLEO, PM, BOSS, *NOT_MEMBERS):
        assert names(busy, again.item_id, user) == []
    busy.channel(ChannelFacts(SECRET, is_private=True, has_bot=True, member_ids=frozenset({CLEO})))
    assert names(busy, again.item_id, CLEO) == ["N-1"]
    assert names(busy, again.item_id, ANA) == []


def test_an_item_that_the_viewer_may_not_see_has_no_twins_for_them(busy: Bench) -> None:
    busy.capture(f"Acme: {EXPORT}", BEN, Kind.NUGGET)
    hidden = busy.capture(f"Acme: {AGAIN}", BEN, Kind.NUGGET, channel_id=SECRET)
    assert names(busy, hidden.item_id, ANA) == ["N-1"]
    assert names(busy, hidden.item_id, CLEO) == []


def test_another_workspace_is_another_world(busy: Bench) -> None:
    other = Bench(busy.engine).prepared()
    theirs = other.capture(EXPORT, BEN)
    assert names(busy, busy.capture(AGAIN).item_id) == []
    assert twins(busy, theirs.item_id) == []
    assert twins(busy, 10**9) == []


def test_nothing_is_changed_by_looking(busy: Bench) -> None:
    first, again = busy.capture(EXPORT, BEN), busy.capture(AGAIN)
    before = [(item.id, item.status) for item in busy.rows(Item)]
    twins(busy, again.item_id)
    assert [(item.id, item.status) for item in busy.rows(Item)] == before
    busy.decide(first.item_id, Effect.SEE)
    assert names(busy, again.item_id) == ["A-5"]


def test_words_are_counted_anew_when_there_are_many_more(busy: Bench) -> None:
    first = busy.capture(EXPORT, BEN)
    assert names(busy, first.item_id) == []
    for _ in range(30):
        busy.capture("Contact list as CSV", BEN)
    # What everyone says now tells two asks apart no longer: the rare word of a second one decides.
    rare = busy.capture("Zebra stripes in the contact list", BEN)
    assert names(busy, busy.capture("Zebra list").item_id)[0] == f"A-{busy.item(rare.item_id).number}"
