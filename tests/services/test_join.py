"""Joining what says the same: everything moves, nothing is counted twice, and it can be undone."""

from typing import Any

import pytest

from bot.domain.choices import typed
from bot.domain.errors import MendableError
from bot.domain.words import Effect, HowKnown, Kind, Privacy, Status
from bot.services.ask_same import LookUpJoined, look_up_joined
from bot.services.join import Joined, JoinItems, PartItems, join_items, part_items
from bot.services.look_up import FindItem, find_item
from bot.services.me_too import Added, AddReport, LookUpAdded, add_report, look_up_added
from bot.services.revise import NoteReply, TakeBack, note_reply, take_back
from db.models import Decision, MonthlyTally, Note, Report, SearchEntry
from tests.services.bench import ANA, BEN, CLEO, GUEST, PM, SECRET, Bench, places_of


def join(bench: Bench, item_id: int, into_id: int, actor: str = BEN, **more: Any) -> Joined:
    return bench.run(join_items, JoinItems(bench.team_id, item_id, into_id, actor, bench.next_key(), **more))


def part(bench: Bench, item_id: int, actor: str = BEN) -> Joined:
    return bench.run(part_items, PartItems(bench.team_id, item_id, actor, bench.next_key()))


def me_too(bench: Bench, item_id: int, actor: str = BEN, account: str = "", words: str = "", **more: Any) -> Added:
    named = typed(account)
    command = AddReport(bench.team_id, item_id, actor, bench.next_key(), bench.ts(), named, words, **more)
    return bench.run(add_report, command)


def tallies(bench: Bench) -> dict[str, tuple[int, int, int]]:
    return {row.slack_user_id: (row.nuggets, row.asks, row.corroborations) for row in bench.rows(MonthlyTally)}


def searched(bench: Bench) -> dict[int, str]:
    return {entry.item_id: entry.words for entry in bench.rows(SearchEntry)}


def card_text(bench: Bench, item_id: int) -> str:
    return repr(bench.card_of(item_id).payload)


def two_asks(bench: Bench) -> tuple[int, int]:
    first = bench.capture("They need a CSV export of invoices", ANA, account="Globex")
    second = bench.capture("Export invoices as CSV #finance", BEN, account="Hooli")
    return first.item_id, second.item_id


def test_reports_notes_tags_and_words_move_and_the_number_leads_there(bench: Bench) -> None:
    into_id, item_id = two_asks(bench)
    assert join(bench, item_id, into_id) == Joined(item_id, into_id, "A-2", "A-1")
    item, into = bench.item(item_id), bench.item(into_id)
    assert (item.status, item.merged_into_id, item.reports) == (Status.DUPLICATE, into_id, [])
    assert [report.reporter for report in into.reports] == [ANA, BEN]
    assert [tag.tag for tag in into.tags] == ["finance"]
    assert set(searched(bench)) == {into_id}
    assert "Export invoices as CSV" in searched(bench)[into_id]
    found = bench.run(find_item, FindItem(bench.team_id, CLEO, Kind.ASK, 2))
    assert found is not None
    assert (found.name, found.joined, found.demand.confirmed, found.demand.unconfirmed) == ("A-1", ("A-2",), 1, 1)


def test_the_cards_say_so_and_the_joined_one_quotes_nobody(bench: Bench) -> None:
    into_id, item_id = two_asks(bench)
    join(bench, item_id, into_id)
    assert "The same as A-1, says Ben." in card_text(bench, item_id)
    assert "Export invoices as CSV" not in card_text(bench, item_id)
    assert "Joined here: A-2" in card_text(bench, into_id)
    assert "Asked for by 1 mid-market account, and 1 unconfirmed." in card_text(bench, into_id)
    assert "Globex" not in card_text(bench, into_id)


def test_a_reporter_joins_their_own_and_nobody_is_told_of_it(bench: Bench) -> None:
    into_id, item_id = two_asks(bench)
    join(bench, item_id, into_id)
    assert bench.notices() == []
    (decision,) = [row for row in bench.rows(Decision) if row.effect == Effect.MARK_DUPLICATE]
    assert (decision.actor, decision.reason) == (BEN, "It says the same as A-1.")


def test_who_answers_asks_joins_any_and_its_reporters_are_told(bench: Bench) -> None:
    into_id, item_id = two_asks(bench)
    join(bench, item_id, into_id, PM, reason="One export for both.")
    (notice,) = bench.notices()
    assert notice.channel_id == BEN
    assert "is the same as A-1, says Priya" in notice.payload["text"]


@pytest.mark.parametrize("actor", [ANA, CLEO, GUEST])
def test_nobody_else_joins_another_ones_report(bench: Bench, actor: str) -> None:
    into_id, item_id = two_asks(bench)
    with pytest.raises(MendableError):
        join(bench, item_id, into_id, actor)
    assert bench.item(item_id).merged_into_id is None


def test_what_others_reported_too_is_not_the_first_reporters_to_join(bench: Bench) -> None:
    into_id, item_id = two_asks(bench)
    me_too(bench, item_id, CLEO, "Umbrella")
    with pytest.raises(MendableError, match="its owner decides"):
        join(bench, item_id, into_id)


def test_what_is_not_open_to_the_same_people_stays_apart(bench: Bench) -> None:
    secret = bench.capture("They need a CSV export", BEN, channel_id=SECRET)
    public = bench.capture("CSV export", ANA)
    for item_id, into_id, actor in ((secret.item_id, public.item_id, BEN), (public.item_id, secret.item_id, ANA)):
        with pytest.raises(MendableError, match="not open to the same people"):
            join(bench, item_id, into_id, actor)
    assert bench.item(secret.item_id).privacy == Privacy.PLACE


def test_an_item_is_not_joined_to_itself_to_another_kind_or_to_what_was_taken_back(bench: Bench) -> None:
    ask, other = bench.capture("CSV export", BEN), bench.capture("CSV", ANA)
    nugget = bench.capture("Acme exports CSV", BEN, Kind.NUGGET)
    bench.run(take_back, TakeBack(bench.team_id, other.report_id, ANA))
    for into_id in (ask.item_id, nugget.item_id, other.item_id, 10**9):
        with pytest.raises(MendableError):
            join(bench, ask.item_id, into_id)


def test_joining_twice_and_along_a_chain_ends_at_the_one_that_stands(bench: Bench) -> None:
    ids = [bench.capture(f"CSV export {number}", BEN).item_id for number in range(3)]
    join(bench, ids[1], ids[0])
    assert join(bench, ids[1], ids[0]).into_id == ids[0]
    assert join(bench, ids[2], ids[1]).into_id == ids[0]
    assert len(bench.item(ids[0]).reports) == 3
    with pytest.raises(MendableError):
        join(bench, ids[0], ids[2])


def test_a_second_report_by_another_corroborates_and_by_the_same_is_an_update(bench: Bench) -> None:
    first = bench.capture("Acme cut prices", ANA, Kind.NUGGET)
    again = bench.capture("Acme cut its prices again", ANA, Kind.NUGGET)
    other = bench.capture("Acme: prices cut", BEN, Kind.NUGGET)
    join(bench, again.item_id, first.item_id, ANA)
    join(bench, other.item_id, first.item_id, BEN)
    assert tallies(bench) == {ANA: (1, 0, 0), BEN: (0, 0, 1)}
    bench.run(take_back, TakeBack(bench.team_id, other.report_id, BEN))
    assert tallies(bench) == {ANA: (1, 0, 0), BEN: (0, 0, 0)}


def test_taking_apart_puts_everything_back(bench: Bench) -> None:
    into_id, item_id = two_asks(bench)
    before = (searched(bench), tallies(bench), card_text(bench, into_id))
    join(bench, item_id, into_id)
    assert part(bench, item_id) == Joined(item_id, into_id, "A-2", "A-1")
    assert (searched(bench), tallies(bench), card_text(bench, into_id)) == before
    item = bench.item(item_id)
    assert (item.status, item.merged_into_id, [report.reporter for report in item.reports]) == (Status.NEW, None, [BEN])
    assert bench.item(into_id).tags == []
    with pytest.raises(MendableError, match="not joined any more"):
        part(bench, item_id)
    join(bench, item_id, into_id)
    part(bench, item_id, PM)


def test_only_who_joined_and_who_answers_take_apart(bench: Bench) -> None:
    into_id, item_id = two_asks(bench)
    join(bench, item_id, into_id)
    for actor in (ANA, CLEO, GUEST):
        with pytest.raises(MendableError):
            part(bench, item_id, actor)


def test_a_joined_item_is_not_reopened_past_its_join(bench: Bench) -> None:
    into_id, item_id = two_asks(bench)
    join(bench, item_id, into_id)
    decided = bench.decide(item_id, Effect.REOPEN, PM)
    assert decided.refusal is not None
    assert "Take the two apart first" in decided.refusal.sentence


def test_replies_under_either_card_are_notes_of_the_one_that_stands(bench: Bench) -> None:
    into_id, item_id = two_asks(bench)
    bench.send()
    card = bench.card_of(item_id)
    where = (bench.team_id, card.slack_channel_id or "", card.slack_ts or "")
    assert bench.run(note_reply, NoteReply(*where, bench.ts(1), CLEO, "Before the join"))
    join(bench, item_id, into_id)
    assert bench.run(note_reply, NoteReply(*where, bench.ts(2), CLEO, "After the join"))
    assert {note.item_id for note in bench.rows(Note)} == {into_id}
    assert "Before the join" in searched(bench)[into_id]
    part(bench, item_id)
    assert sorted(note.item_id for note in bench.rows(Note)) == [into_id, item_id]


def test_words_taken_back_after_a_join_are_nowhere(bench: Bench) -> None:
    into_id, item_id = two_asks(bench)
    bench.send()
    join(bench, item_id, into_id)
    bench.send()
    report = next(report for report in bench.item(into_id).reports if report.reporter == BEN)
    bench.run(take_back, TakeBack(bench.team_id, report.id, BEN))
    assert places_of(bench, "Export invoices as CSV") == set()
    assert bench.item(into_id).status == Status.NEW


def test_an_answer_reaches_everyone_who_was_joined(bench: Bench) -> None:
    into_id, item_id = two_asks(bench)
    join(bench, item_id, into_id)
    bench.decide(into_id, Effect.DECLINE, PM, "Not this year.")
    assert {notice.channel_id for notice in bench.notices()} == {ANA, BEN}


def test_the_answer_to_a_join_says_where_it_stands(bench: Bench) -> None:
    into_id, item_id = two_asks(bench)
    bench.decide(into_id, Effect.DECLINE, PM, "Not this year.")
    done = join(bench, item_id, into_id)
    answer = bench.run(look_up_joined, LookUpJoined(bench.team_id, BEN, done))
    assert answer.text == (
        "A-2 is now part of A-1. Asked for by 1 mid-market account, and 1 unconfirmed. Declined by Priya."
        " You hear what becomes of it."
    )


def test_me_too_adds_an_account_and_counts_it_once(bench: Bench) -> None:
    first = bench.capture("They need a CSV export", ANA, account="Globex")
    added = me_too(bench, first.item_id, BEN, "Globex Corp")
    me_too(bench, first.item_id, CLEO, "Hooli", how_known=HowKnown.SECOND_HAND)
    assert not added.is_update
    view = bench.run(find_item, FindItem(bench.team_id, ANA, Kind.ASK, 1))
    assert view is not None
    assert (view.demand.confirmed, view.demand.unconfirmed, view.text) == (1, 1, "They need a CSV export")
    assert tallies(bench) == {ANA: (0, 1, 0), BEN: (0, 1, 0), CLEO: (0, 1, 0)}
    answer = bench.run(look_up_added, LookUpAdded(bench.team_id, BEN, added))
    assert answer.text.startswith("You are now a reporter of A-1. Asked for by 1 mid-market account, and 1 unconf")


def test_a_second_me_too_is_an_update_and_an_empty_one_changes_nothing(bench: Bench) -> None:
    first = bench.capture("Acme cut prices", ANA, Kind.NUGGET, account="Globex")
    with pytest.raises(MendableError, match="You reported this already"):
        me_too(bench, first.item_id, ANA, "Globex")
    assert me_too(bench, first.item_id, ANA, "Hooli", "Also heard at Hooli, $12k").is_update
    assert tallies(bench) == {ANA: (1, 0, 0)}
    assert len(bench.rows(Report)) == 2


def test_me_too_delivered_twice_adds_one_report_and_goes_where_an_item_was_joined(bench: Bench) -> None:
    into_id, item_id = two_asks(bench)
    join(bench, item_id, into_id)
    command = AddReport(bench.team_id, item_id, CLEO, bench.next_key(), bench.ts(), typed("Umbrella"))
    added = [bench.run(add_report, command) for _ in range(2)]
    assert {one.report_id for one in added} == {added[0].report_id}
    assert added[0].item_id == into_id


def test_me_too_on_what_one_may_not_see_adds_nothing(bench: Bench) -> None:
    secret = bench.capture("They need a CSV export", BEN, channel_id=SECRET)
    for actor in (CLEO, GUEST):
        with pytest.raises(MendableError, match="Nothing was added"):
            me_too(bench, secret.item_id, actor, "Hooli")
    assert len(bench.rows(Report)) == 1


def test_money_is_for_those_who_may_see_deals(bench: Bench) -> None:
    first = bench.capture("They need a CSV export for $120k", ANA, account="Globex")
    for viewer, may in ((ANA, True), (PM, True), (CLEO, False)):
        view = bench.run(find_item, FindItem(bench.team_id, viewer, Kind.ASK, 1))
        assert view is not None
        assert view.may_see_money is may
    assert "$120" not in repr(bench.card_of(first.item_id).payload["blocks"][1:])
