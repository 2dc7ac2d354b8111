"""Nuggets age, and people say whether they still hold: recorded once, counted where it helped, told to few."""

import pytest

from bot.domain.choices import typed
from bot.domain.errors import MendableError
from bot.domain.words import Effect, HowKnown, Kind, Status
from bot.services.confirm_nugget import SayWhetherTrue, confirm_nugget, doubt_nugget
from bot.services.join import JoinItems, join_items
from bot.services.look_up import FindItem, find_item
from bot.services.me_too import AddReport, add_report
from bot.services.revise import TakeBack, take_back
from db.models import Competitor, Confirmation, Item, MonthlyTally
from tests.services.bench import ANA, BEN, CLEO, GUEST, LEAD, NOT_MEMBERS, PM, SECRET, Bench

FRESH = "Fresh until 12 January 2027"
STALE = "Stale since 13 January 2027: is it still true?"


def nugget(bench: Bench, words: str = "Acme cut its price", reporter: str = ANA, **more: object) -> int:
    return bench.capture(words, reporter, Kind.NUGGET, **more).item_id


def confirm(bench: Bench, item_id: int, actor: str = BEN, key: str = "") -> str:
    return bench.run(confirm_nugget, SayWhetherTrue(bench.team_id, item_id, actor, key or bench.next_key())).text


def doubt(bench: Bench, item_id: int, actor: str = BEN, key: str = "") -> str:
    return bench.run(doubt_nugget, SayWhetherTrue(bench.team_id, item_id, actor, key or bench.next_key())).text


def me_too(bench: Bench, item_id: int, actor: str, grade: HowKnown = HowKnown.FIRST_HAND) -> int:
    command = AddReport(bench.team_id, item_id, actor, bench.next_key(), bench.ts(), typed("Hooli"), how_known=grade)
    return bench.run(add_report, command).report_id


def drawn(bench: Bench, item_id: int) -> str:
    """Return the newest version of the card, a change that waits included."""
    bench.send()
    card = bench.card_of(item_id)
    updates = [entry for entry in bench.outbox() if entry.target_id == card.id]
    return repr((updates or [card])[-1].payload)


def confirmations(bench: Bench) -> dict[str, int]:
    return {row.slack_user_id: row.confirmations for row in bench.rows(MonthlyTally) if row.confirmations}


def questions(bench: Bench) -> list[tuple[str, str]]:
    return [(entry.channel_id, entry.payload["text"]) for entry in bench.outbox(purpose="question")]


def age(bench: Bench, item_id: int) -> None:
    """Let the news of a price become stale."""
    bench.wait(days=91)


def test_card_and_details_say_until_when_it_is_fresh(bench: Bench) -> None:
    item_id = nugget(bench)
    assert FRESH in drawn(bench, item_id)
    found = bench.run(find_item, FindItem(bench.team_id, CLEO, Kind.NUGGET, 1))
    assert found is not None
    assert "Fresh(until=datetime.date(2027, 1, 12))" in repr(found.freshness)


def test_the_details_say_today_that_it_is_stale_without_the_card_being_touched(bench: Bench) -> None:
    item_id = nugget(bench)
    age(bench, item_id)
    found = bench.run(find_item, FindItem(bench.team_id, CLEO, Kind.NUGGET, 1))
    assert found is not None
    assert "Stale(since=datetime.date(2027, 1, 13))" in repr(found.freshness)
    assert FRESH in drawn(bench, item_id)


def test_a_card_that_is_touched_when_stale_asks_whether_it_still_holds(bench: Bench) -> None:
    item_id = nugget(bench)
    age(bench, item_id)
    bench.decide(item_id, Effect.SEE)
    assert STALE in drawn(bench, item_id)


def test_a_confirmation_of_what_is_stale_makes_it_fresh_and_counts(bench: Bench) -> None:
    item_id = nugget(bench)
    age(bench, item_id)
    assert confirm(bench, item_id) == "Thank you. N-1 is fresh until 13 April 2027."
    assert "Fresh until 13 April 2027" in drawn(bench, item_id)
    assert confirmations(bench) == {BEN: 1}
    assert [(row.still_true, row.is_counted) for row in bench.rows(Confirmation)] == [(True, True)]


def test_a_confirmation_of_what_is_fresh_is_recorded_and_counts_nothing(bench: Bench) -> None:
    item_id = nugget(bench)
    bench.wait(days=10)
    assert confirm(bench, item_id) == "Thank you. N-1 is fresh until 22 January 2027."
    assert confirmations(bench) == {}
    assert [row.is_counted for row in bench.rows(Confirmation)] == [False]


def test_the_same_press_counts_once_and_a_second_one_finds_it_fresh(bench: Bench) -> None:
    item_id = nugget(bench)
    age(bench, item_id)
    assert confirm(bench, item_id, key="once") == confirm(bench, item_id, key="once")
    confirm(bench, item_id)
    confirm(bench, item_id, CLEO)
    assert confirmations(bench) == {BEN: 1}
    assert len(bench.rows(Confirmation)) == 3


def test_one_person_counts_once_a_month_for_a_nugget_however_often_it_is_stale(bench: Bench) -> None:
    item_id = nugget(bench)
    age(bench, item_id)
    confirm(bench, item_id)
    bench.change(Item, lambda item: setattr(item, "confirmed_at", None))
    confirm(bench, item_id)
    assert confirmations(bench) == {BEN: 1}
    bench.change(Item, lambda item: setattr(item, "confirmed_at", None))
    bench.wait(days=31)
    confirm(bench, item_id)
    assert sum(row.confirmations for row in bench.rows(MonthlyTally)) == 2


def test_a_rumour_ages_in_a_month_until_someone_knows_better(bench: Bench) -> None:
    item_id = nugget(bench, "Acme cut its price, says a rumour")
    assert "Fresh until 13 November 2026" in drawn(bench, item_id)
    assert "Rumour" in drawn(bench, item_id)
    me_too(bench, item_id, BEN, HowKnown.SECOND_HAND)
    me_too(bench, item_id, CLEO, HowKnown.FIRST_HAND)
    card = drawn(bench, item_id)
    assert f"Corroborated by 2 more · {FRESH}" in card
    assert "First-hand" in card
    assert "Rumour" not in card


def test_an_update_by_the_same_person_corroborates_nothing(bench: Bench) -> None:
    item_id = nugget(bench)
    me_too(bench, item_id, ANA)
    assert "Corroborated" not in drawn(bench, item_id)


def test_a_join_corroborates_and_makes_it_fresh_by_its_newest_report(bench: Bench) -> None:
    item_id = nugget(bench)
    bench.wait(days=20)
    again = nugget(bench, "Acme lowered its price", BEN)
    bench.run(join_items, JoinItems(bench.team_id, again, item_id, BEN, bench.next_key()))
    assert "Corroborated by 1 more · Fresh until 1 February 2027" in drawn(bench, item_id)
    assert confirm(bench, again).startswith("Thank you. N-1 is fresh")


def test_a_report_that_is_taken_back_makes_nothing_fresh(bench: Bench) -> None:
    item_id = nugget(bench)
    bench.wait(days=20)
    report_id = me_too(bench, item_id, BEN)
    bench.run(take_back, TakeBack(bench.team_id, report_id, BEN))
    assert FRESH in drawn(bench, item_id)


def test_whoever_decides_makes_it_outdated_by_saying_so(bench: Bench) -> None:
    item_id = nugget(bench)
    assert doubt(bench, item_id, LEAD, "once") == "N-1 is outdated now. Its card says so."
    assert doubt(bench, item_id, LEAD, "once") == "N-1 is outdated now. Its card says so."
    assert bench.item(item_id).status == Status.OUTDATED
    assert "Outdated, says Lena." in drawn(bench, item_id)
    assert "Still true" not in drawn(bench, item_id)
    assert questions(bench) == []
    assert [row.still_true for row in bench.rows(Confirmation)] == [False]


def test_anyone_else_is_named_on_the_card_and_its_owner_is_asked_once(bench: Bench) -> None:
    item_id = nugget(bench)
    bench.decide(item_id, Effect.SEE, LEAD)
    said = doubt(bench, item_id, BEN)
    assert said == "Noted with N-1, under your name. Lena is asked to decide."
    assert bench.item(item_id).status == Status.ACKNOWLEDGED
    assert "Ben says that it no longer holds." in drawn(bench, item_id)
    assert doubt(bench, item_id, CLEO) == "Noted with N-1, under your name. Lena was asked to decide."
    assert "Ben, Cleo say that it no longer holds." in drawn(bench, item_id)
    assert questions(bench) == [(LEAD, "Ben says that N-1 (Acme cut its price) no longer holds. Is that so?")]


def test_without_an_owner_it_says_that_nobody_could_be_asked(bench: Bench) -> None:
    assert doubt(bench, nugget(bench)).endswith("Nobody owns it yet, so nobody could be asked to decide.")
    assert questions(bench) == []


def test_who_answers_for_the_competitor_is_asked_where_nobody_owns_it(bench: Bench) -> None:
    item_id = nugget(bench)
    bench.change(Competitor, lambda row: setattr(row, "owner", LEAD), Competitor.name == "Acme")
    assert doubt(bench, item_id).endswith("Lena is asked to decide.")
    assert [owner for owner, _ in questions(bench)] == [LEAD]


def test_saying_so_twice_adds_nothing_and_a_repeated_press_is_the_same_act(bench: Bench) -> None:
    item_id = nugget(bench)
    assert doubt(bench, item_id, key="once").startswith("Noted with N-1")
    assert doubt(bench, item_id, key="once").startswith("Noted with N-1")
    with pytest.raises(MendableError, match="You said so before"):
        doubt(bench, item_id)
    assert len(bench.rows(Confirmation)) == 1


def test_a_doubt_stands_until_its_author_or_whoever_decides_says_otherwise(bench: Bench) -> None:
    item_id = nugget(bench)
    doubt(bench, item_id, BEN)
    confirm(bench, item_id, CLEO)
    assert "Ben says" in drawn(bench, item_id)
    confirm(bench, item_id, BEN)
    assert "no longer holds" not in drawn(bench, item_id)
    doubt(bench, item_id, BEN)
    confirm(bench, item_id, PM)
    assert "no longer holds" not in drawn(bench, item_id)


def test_verifying_it_settles_a_doubt(bench: Bench) -> None:
    item_id = nugget(bench)
    doubt(bench, item_id, BEN)
    bench.wait(minutes=1)
    bench.decide(item_id, Effect.VERIFY, LEAD)
    assert "no longer holds" not in drawn(bench, item_id)


def test_one_press_mends_the_other(bench: Bench) -> None:
    item_id = nugget(bench)
    age(bench, item_id)
    confirm(bench, item_id)
    doubt(bench, item_id)
    assert confirmations(bench) == {}
    assert STALE in drawn(bench, item_id)


def test_what_someone_else_confirmed_stays_confirmed(bench: Bench) -> None:
    item_id = nugget(bench)
    age(bench, item_id)
    confirm(bench, item_id, CLEO)
    confirm(bench, item_id, BEN)
    doubt(bench, item_id, BEN)
    assert "Fresh until 13 April 2027" in drawn(bench, item_id)
    assert confirmations(bench) == {CLEO: 1}


@pytest.mark.parametrize("end", [Effect.DECLINE, Effect.OUTDATE])
def test_what_came_to_an_end_is_neither_confirmed_nor_doubted(bench: Bench, end: Effect) -> None:
    item_id = nugget(bench)
    bench.decide(item_id, end, LEAD, "No.")
    for say in (confirm, doubt):
        with pytest.raises(MendableError, match="by now"):
            say(bench, item_id)
    assert bench.rows(Confirmation) == []


def test_an_ask_has_no_age(bench: Bench) -> None:
    item_id = bench.capture("SSO").item_id
    with pytest.raises(MendableError):
        confirm(bench, item_id)
    assert "Fresh" not in drawn(bench, item_id)


@pytest.mark.parametrize("who", [*NOT_MEMBERS, CLEO])
def test_whoever_may_not_read_it_says_nothing_about_it(bench: Bench, who: str) -> None:
    item_id = nugget(bench, channel_id=SECRET)
    for say in (confirm, doubt):
        with pytest.raises(MendableError, match="not open to you"):
            say(bench, item_id, who)
    assert bench.rows(Confirmation) == []
    assert who != GUEST or bench.run(find_item, FindItem(bench.team_id, GUEST, Kind.NUGGET, 1)) is None


def test_an_owner_who_may_not_read_it_is_not_asked(bench: Bench) -> None:
    item_id = nugget(bench, channel_id=SECRET)
    bench.change(Item, lambda item: setattr(item, "owner", LEAD))
    doubt(bench, item_id, BEN)
    assert questions(bench) == []


def test_another_workspace_s_press_finds_nothing(bench: Bench) -> None:
    item_id = nugget(bench)
    with pytest.raises(MendableError):
        bench.run(confirm_nugget, SayWhetherTrue("TOTHER", item_id, BEN, "x"))
