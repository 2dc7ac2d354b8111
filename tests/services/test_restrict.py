"""What is restricted is read by its owner, its leads and its reporters alone, wherever it was shown before."""

from dataclasses import replace

import pytest

from bot.domain.errors import MendableError
from bot.domain.words import Effect, Kind
from bot.services.join import JoinItems, PartItems, join_items, part_items
from bot.services.look_up import FindItem, LookUpSaved, find_item, look_up_saved
from bot.services.restrict import RestrictItem, may_restrict, open_item, restrict_item
from bot.services.revise import RewriteReport, TakeBack, rewrite_report, take_back
from db.models import OutboxEntry, SearchEntry
from tests.services.bench import ANA, BEN, BOSS, CLEO, GONE, GUEST, LEAD, NOT_MEMBERS, OUTSIDER, PM, SECRET, Bench

SALES_LEAD = CLEO
WORDS = "Globex leaves over invoice rounding"


@pytest.fixture
def bench(bench: Bench) -> Bench:
    """A workspace in which Cleo is a lead."""
    bench.policy = replace(bench.policy, roles=replace(bench.policy.roles, leads=frozenset({SALES_LEAD})))
    return bench


def restrict(bench: Bench, item_id: int, actor: str = ANA) -> str:
    return bench.run(restrict_item, RestrictItem(bench.team_id, item_id, actor)).name


def reopen(bench: Bench, item_id: int, actor: str = ANA) -> str:
    return bench.run(open_item, RestrictItem(bench.team_id, item_id, actor)).name


def may(bench: Bench, item_id: int, actor: str) -> bool:
    return bench.run(may_restrict, RestrictItem(bench.team_id, item_id, actor))


def readers(bench: Bench, kind: Kind, number: int = 1) -> set[str]:
    everyone = (ANA, BEN, PM, LEAD, BOSS, SALES_LEAD, *NOT_MEMBERS)
    found = {user: bench.run(find_item, FindItem(bench.team_id, user, kind, number)) for user in everyone}
    return {user for user, view in found.items() if view is not None}


@pytest.mark.parametrize("kind", list(Kind))
def test_only_owner_leads_and_reporters_read_it(bench: Bench, kind: Kind) -> None:
    item = bench.capture(WORDS, kind=kind)
    assert bench.item(item.item_id).owner == PM, "the words name Billing, which is Priya's"
    assert readers(bench, kind) == {ANA, BEN, PM, LEAD, BOSS, SALES_LEAD}
    restrict(bench, item.item_id)
    leads = {SALES_LEAD, LEAD} if kind is Kind.NUGGET else {SALES_LEAD}
    assert readers(bench, kind) == {ANA, PM} | leads
    reopen(bench, item.item_id)
    assert readers(bench, kind) == {ANA, BEN, PM, LEAD, BOSS, SALES_LEAD}


@pytest.mark.parametrize(
    ("actor", "is_allowed"),
    [(ANA, True), (PM, True), (SALES_LEAD, True), (LEAD, False), (BEN, False), (BOSS, False)]
    + [(user, False) for user in NOT_MEMBERS],
)
def test_who_may(bench: Bench, actor: str, is_allowed: bool) -> None:
    item = bench.capture(WORDS)
    assert may(bench, item.item_id, actor) is is_allowed
    if is_allowed:
        restrict(bench, item.item_id, actor)
        assert may(bench, item.item_id, actor)
        reopen(bench, item.item_id, actor)
        return
    with pytest.raises(MendableError):
        restrict(bench, item.item_id, actor)
    assert bench.item(item.item_id).privacy == "workspace"
    restrict(bench, item.item_id)
    with pytest.raises(MendableError):
        reopen(bench, item.item_id, actor)
    assert bench.item(item.item_id).privacy == "restricted"


def test_its_card_and_all_that_was_sent_of_it_lose_the_words(bench: Bench) -> None:
    item = bench.capture(WORDS)
    bench.decide(item.item_id, Effect.DECLINE, reason="Not this year.")
    bench.wait(minutes=5)
    bench.send()
    assert WORDS in str([entry.payload for entry in bench.outbox()])
    restrict(bench, item.item_id)
    assert WORDS not in str([entry.payload for entry in bench.outbox()])
    update = bench.outbox(purpose="card")[-1]
    assert (update.kind, update.target_id) == ("update", bench.item(item.item_id).card_outbox_id)
    assert "Its words are open only to some people." in str(update.payload)
    reopen(bench, item.item_id)
    assert WORDS in str(bench.outbox(purpose="card")[-1].payload)


def test_a_card_that_has_not_gone_out_goes_out_without_the_words(bench: Bench) -> None:
    item = bench.capture(WORDS)
    restrict(bench, item.item_id)
    (card,) = bench.outbox(purpose="card")
    assert (card.state, card.kind) == ("pending", "post")
    assert WORDS not in str(card.payload)


def test_it_is_found_by_its_readers_only(bench: Bench) -> None:
    item = bench.capture(WORDS)
    restrict(bench, item.item_id)
    (entry,) = bench.rows(SearchEntry)
    assert set(entry.scope.split()) == {"l_ask", f"u_{ANA.lower()}", f"u_{PM.lower()}"}


@pytest.mark.parametrize("kind", list(Kind))
def test_a_tag_in_the_line_restricts_it_from_the_start(bench: Bench, kind: Kind) -> None:
    item = bench.capture(f"{WORDS} #Restricted", kind=kind)
    assert bench.item(item.item_id).privacy == "restricted"
    assert bench.outbox(purpose="card") == []
    said = bench.run(look_up_saved, LookUpSaved(item.report_id)).text
    assert "Its text is visible to its owner and lead only." in said
    reopen(bench, item.item_id)
    assert len(bench.outbox(purpose="card")) == 1


def test_a_tag_that_is_written_later_restricts_it_and_one_that_goes_opens_nothing(bench: Bench) -> None:
    item = bench.capture(WORDS)
    bench.send()
    for words in (f"{WORDS} #restricted", WORDS):
        bench.wait(minutes=1)
        bench.run(rewrite_report, RewriteReport(bench.team_id, item.report_id, ANA, words, bench.ts()))
        assert bench.item(item.item_id).privacy == "restricted"
    assert WORDS not in str([entry.payload for entry in bench.outbox(OutboxEntry.purpose == "card")])


def test_what_stays_in_a_private_place_stays_there(bench: Bench) -> None:
    item = bench.capture(f"{WORDS} #restricted", channel_id=SECRET)
    assert bench.item(item.item_id).privacy == "place"
    assert not may(bench, item.item_id, ANA)
    with pytest.raises(MendableError, match="members of its private channel"):
        restrict(bench, item.item_id)
    with pytest.raises(MendableError, match="not open to you"):
        restrict(bench, item.item_id, SALES_LEAD)
    assert bench.item(item.item_id).privacy == "place"


def test_what_was_joined_to_it_is_restricted_with_it_and_stays_so_taken_apart(bench: Bench) -> None:
    old, new = bench.capture(WORDS), bench.capture("Rounding of invoices, says Globex", BEN)
    bench.send()
    bench.run(join_items, JoinItems(bench.team_id, new.item_id, old.item_id, PM, "join"))
    restrict(bench, new.item_id, BEN)
    assert {bench.item(one.item_id).privacy for one in (old, new)} == {"restricted"}
    bench.run(part_items, PartItems(bench.team_id, new.item_id, PM, "part"))
    assert readers(bench, Kind.ASK, 2) == {BEN, PM, SALES_LEAD}
    assert "says Globex" not in str([entry.payload for entry in bench.outbox(purpose="card")])


def test_a_reporter_who_took_back_or_left_has_no_say_any_more(bench: Bench) -> None:
    item = bench.capture(WORDS)
    bench.run(take_back, TakeBack(bench.team_id, item.report_id, ANA))
    for actor in (ANA, PM, SALES_LEAD, GONE, GUEST, OUTSIDER):
        assert not may(bench, item.item_id, actor)
        with pytest.raises(MendableError, match="gone"):
            restrict(bench, item.item_id, actor)


def test_twice_is_once(bench: Bench) -> None:
    item = bench.capture(WORDS)
    bench.send()
    for _ in range(2):
        assert restrict(bench, item.item_id) == "A-1"
    assert len(bench.outbox(OutboxEntry.kind == "update")) == 1
