"""What happens to words after they were kept: versions, late edits, and erasing everywhere."""

import json
from typing import Any

import pytest

from bot.domain.errors import MendableError
from bot.domain.facts import Delivery, Settled, Waiting
from bot.domain.words import Effect, HowKnown, Kind
from bot.services.confirm import ConfirmCapture, confirm_capture
from bot.services.look_up import FindItem, find_item
from bot.services.receive import receive_deliveries
from bot.services.revise import (
    EditWords,
    EraseMessage,
    NoteReply,
    RewriteReport,
    ShareItem,
    TakeBack,
    edit_words,
    erase_message,
    note_reply,
    rewrite_report,
    share_item,
    take_back,
)
from bot.slack.events.message import on_message
from db.models import Decision, InboxEntry, Item, MonthlyTally, Note, Report, ReportVersion, SearchEntry
from tests.services.bench import ANA, BEN, CLEO, FIELD, GUEST, PM, SECRET, Bench, everything_stored, places_of

FIRST = "1791972000.000100"
LATER, LATEST = "1791972100.000000", "1791972200.000000"


def edit(bench: Bench, words: str, words_ts: str, message_ts: str = FIRST) -> str:
    return bench.run(edit_words, EditWords(bench.team_id, FIELD, message_ts, words, words_ts))


def erase(bench: Bench, message_ts: str = FIRST, channel_id: str = FIELD) -> bool:
    return bench.run(erase_message, EraseMessage(bench.team_id, channel_id, message_ts))


def deliver(bench: Bench, event: dict[str, Any], event_id: str, ts: str = FIRST) -> Settled:
    """Take an event in and handle it, as the inbox does."""
    body: dict[str, Any] = {"event": {"type": "message", "channel": FIELD, **event}}
    delivery = Delivery(bench.team_id, event_id, "message", json.dumps(body).encode(), FIELD, ts)
    bench.run(receive_deliveries, [delivery])
    (entry,) = bench.rows(InboxEntry, InboxEntry.dedupe_key == event_id)
    settled = bench.run(on_message, Waiting(entry.id, bench.team_id, "message", body, bench.now))

    def settle(row: InboxEntry) -> None:
        row.state, row.body = settled.state, b"" if settled.forget_body else row.body

    bench.change(InboxEntry, settle, InboxEntry.id == entry.id)
    return settled


def spoken(words: str, ts: str = FIRST) -> dict[str, Any]:
    return {"user": ANA, "text": words, "ts": ts}


def add_report(bench: Bench, item_id: int, reporter: str, words: str) -> None:
    """Give an item one more report, as joining two items will."""

    def join(item: Item) -> None:
        item.reports.append(
            Report(
                team_id=bench.team_id,
                gesture_key=f"joined:{reporter}",
                reporter=reporter,
                words=words,
                words_ts=FIRST,
                how_known=HowKnown.FIRST_HAND.value,
                channel_id=FIELD,
                message_ts=LATEST,
                deal={},
                reported_at=bench.now,
            )
        )

    bench.change(Item, join, Item.id == item_id)


def test_an_edit_keeps_the_earlier_words_and_reads_the_new_ones(bench: Bench) -> None:
    captured = bench.capture_message("Acme is at $10k #pricing", FIRST)
    assert edit(bench, "Initech is at $20k #deal, stage: legal", LATER) == "changed"
    item, report = bench.item(captured.item_id), bench.report(captured.report_id)
    assert (report.words, report.words_ts, report.edited_at) == (
        "Initech is at $20k #deal, stage: legal",
        LATER,
        bench.now,
    )
    assert (report.claimed_minor, report.deal) == (2_000_000, {"stage": "legal"})
    assert [tag.tag for tag in item.tags] == ["deal"]
    (view,) = [bench.run(find_item, FindItem(bench.team_id, BEN, Kind.NUGGET, item.number))]
    assert view is not None
    assert view.competitors == ("Initech",)
    (version,) = bench.rows(ReportVersion)
    assert (version.words, version.words_ts) == ("Acme is at $10k #pricing", FIRST)
    (entry,) = bench.rows(SearchEntry)
    assert "Initech" in entry.words
    assert "Acme" not in entry.words
    assert "Initech" in str(bench.card_of(item.id).payload)


def test_an_older_edit_after_a_newer_one_changes_nothing(bench: Bench) -> None:
    captured = bench.capture_message("first", FIRST)
    assert edit(bench, "the newest", LATEST) == "changed"
    before = everything_stored(bench)
    assert edit(bench, "in between", LATER) == "unchanged"
    assert edit(bench, "the newest", LATEST) == "unchanged"
    assert everything_stored(bench) == before
    assert bench.report(captured.report_id).words == "the newest"


def test_each_edit_adds_one_version(bench: Bench) -> None:
    bench.capture_message("one", FIRST)
    for words, ts in (("two", LATER), ("three", LATEST)):
        edit(bench, words, ts)
    assert [version.words for version in bench.rows(ReportVersion)] == ["one", "two"]


def test_an_edit_of_a_message_that_nobody_kept_is_unknown(bench: Bench) -> None:
    assert edit(bench, "anything", LATER) == "unknown"


def test_a_sent_card_is_changed_and_a_waiting_one_rewritten(bench: Bench) -> None:
    captured = bench.capture_message("Acme first", FIRST)
    edit(bench, "Acme second", LATER)
    (card,) = bench.outbox(purpose="card")
    assert "second" in str(card.payload)
    bench.send()
    edit(bench, "Acme third", LATEST)
    posted, update = bench.outbox(purpose="card")
    assert (update.kind, update.target_id, update.item_id) == ("update", posted.id, captured.item_id)
    assert "third" in str(update.payload)


def test_only_its_reporter_rewrites_a_report(bench: Bench) -> None:
    captured = bench.capture("mine")
    with pytest.raises(MendableError):
        bench.run(rewrite_report, RewriteReport(bench.team_id, captured.report_id, BEN, "theirs", bench.ts(5)))
    assert bench.report(captured.report_id).words == "mine"
    bench.run(rewrite_report, RewriteReport(bench.team_id, captured.report_id, ANA, "better", bench.ts(5)))
    assert bench.report(captured.report_id).words == "better"


def test_another_workspace_s_report_is_out_of_reach(bench: Bench) -> None:
    captured = bench.capture("mine")
    with pytest.raises(MendableError):
        bench.run(rewrite_report, RewriteReport("TOTHER", captured.report_id, ANA, "x", bench.ts(5)))
    with pytest.raises(MendableError):
        bench.run(take_back, TakeBack("TOTHER", captured.report_id, ANA))
    with pytest.raises(MendableError):
        bench.run(share_item, ShareItem("TOTHER", captured.item_id, ANA))
    assert bench.report(captured.report_id).withdrawn_at is None


def test_a_deleted_message_is_forgotten_everywhere(bench: Bench) -> None:
    secret = "Xylophone"
    deliver(bench, spoken(f"Acme is at {secret} #pricing-{secret} source: {secret}-mail how: heard"), "Ev1")
    changed = {"subtype": "message_changed", "message": {**spoken(f"Acme {secret}, again"), "edited": {"ts": LATER}}}
    deliver(bench, changed, "Ev2")
    bench.send()
    deliver(bench, {"user": PM, "text": f"{secret} indeed", "ts": LATEST, "thread_ts": FIRST}, "Ev3", LATEST)
    assert {"report", "report_version", "search_entry", "outbox", "inbox", "note"} <= places_of(bench, secret)
    deleted = {"subtype": "message_deleted", "deleted_ts": FIRST, "previous_message": spoken(f"{secret} was here")}
    assert deliver(bench, deleted, "Ev4").outcome == "deleted"
    bench.send()
    # The reply is another person's message, and stays until that is deleted.
    assert places_of(bench, secret) == {"note", "inbox"}
    deliver(bench, {"subtype": "message_deleted", "deleted_ts": LATEST}, "Ev5", LATEST)
    assert places_of(bench, secret) == set()


def test_what_a_form_held_is_forgotten_when_it_is_taken_back(bench: Bench) -> None:
    captured = bench.capture("Xylophone for $5k", wanted="Xylophone", deal={"source": "Xylophone"}, key="form:V1")
    bench.decide(captured.item_id, Effect.PLAN)
    bench.send()
    assert bench.run(take_back, TakeBack(bench.team_id, captured.report_id, ANA)) == ("A-1", "Xylophone for $5k")
    bench.send()
    assert places_of(bench, "Xylophone") == set()
    assert bench.report(captured.report_id).claimed_minor is None


def test_an_item_goes_with_its_last_report_only(bench: Bench) -> None:
    captured = bench.capture_message("Acme from Ana", FIRST)
    add_report(bench, captured.item_id, BEN, "Acme from Ben")
    assert erase(bench)
    item = bench.item(captured.item_id)
    assert item.status == "new"
    assert "from Ben" in str(bench.card_of(item.id).payload)
    assert "from Ana" not in str(everything_stored(bench))
    bench.wait(minutes=1)
    assert erase(bench, LATEST)
    assert bench.item(captured.item_id).status == "withdrawn"
    (decision,) = bench.rows(Decision)
    assert (decision.effect, decision.actor, decision.to_status) == ("withdraw", BEN, "withdrawn")
    assert decision.reason == "The message was deleted."
    assert bench.rows(SearchEntry) == []


def test_taking_back_is_done_once(bench: Bench) -> None:
    captured = bench.capture("news", kind=Kind.NUGGET)
    command = TakeBack(bench.team_id, captured.report_id, ANA)
    bench.run(take_back, command)
    with pytest.raises(MendableError):
        bench.run(take_back, command)
    (tally,) = bench.rows(MonthlyTally)
    assert tally.nuggets == 0
    assert len(bench.rows(Decision)) == 1


def test_what_was_taken_back_counts_off_the_month_in_which_it_was_shared(bench: Bench) -> None:
    captured = bench.capture("news", kind=Kind.NUGGET)
    bench.wait(days=40)
    bench.run(take_back, TakeBack(bench.team_id, captured.report_id, ANA))
    assert [(tally.month, tally.nuggets) for tally in bench.rows(MonthlyTally)] == [("2026-10", 0)]


def test_taken_back_words_are_not_edited_back_to_life(bench: Bench) -> None:
    captured = bench.capture_message("Acme news", FIRST)
    bench.run(take_back, TakeBack(bench.team_id, captured.report_id, ANA))
    assert edit(bench, "Acme again", LATER) == "unchanged"
    changed = {"subtype": "message_changed", "message": {**spoken("Acme again"), "edited": {"ts": LATEST}}}
    assert deliver(bench, changed, "Ev2").outcome == "deleted before"
    assert bench.report(captured.report_id).words == ""
    assert bench.item(captured.item_id).status == "withdrawn"


def test_a_deletion_that_overtakes_its_message_keeps_it_out(bench: Bench) -> None:
    assert not erase(bench)
    assert deliver(bench, spoken("Acme Xylophone"), "Ev1").outcome == "deleted before"
    changed = {"subtype": "message_changed", "message": {**spoken("Acme Xylophone 2"), "edited": {"ts": LATER}}}
    assert deliver(bench, changed, "Ev2").outcome == "deleted before"
    assert bench.rows(Item) == []
    assert places_of(bench, "Xylophone") == set()


def test_a_reply_is_kept_and_erased_by_itself(bench: Bench) -> None:
    captured = bench.capture_message("Acme news", FIRST)
    reply = NoteReply(bench.team_id, FIELD, FIRST, LATER, BEN, "heard the same")
    assert bench.run(note_reply, reply)
    assert not bench.run(note_reply, reply)
    (entry,) = bench.rows(SearchEntry)
    assert "heard the same" in entry.words
    assert edit(bench, "heard more", LATEST, message_ts=LATER) == "changed"
    assert edit(bench, "heard less", LATER, message_ts=LATER) == "unchanged"
    assert erase(bench, LATER)
    assert bench.item(captured.item_id).status == "new"
    (note,) = bench.rows(Note)
    assert (note.words, note.erased_at) == ("", bench.now)
    (entry,) = bench.rows(SearchEntry)
    assert entry.words == "Acme news"


@pytest.mark.parametrize(("author", "kept"), [(BEN, True), (CLEO, False), (GUEST, False)])
def test_replies_of_those_who_may_not_read_are_not_kept(bench: Bench, author: str, *, kept: bool) -> None:
    bench.capture_message("Acme news", FIRST, channel_id=SECRET)
    assert bench.run(note_reply, NoteReply(bench.team_id, SECRET, FIRST, LATER, author, "me too")) is kept


def test_a_reply_under_the_card_belongs_to_the_item(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    bench.send()
    card = bench.card_of(captured.item_id)
    assert card.slack_channel_id
    assert card.slack_ts
    reply = NoteReply(bench.team_id, card.slack_channel_id, card.slack_ts, LATER, BEN, "Initech has it")
    assert bench.run(note_reply, reply)
    assert not bench.run(note_reply, NoteReply(bench.team_id, FIELD, "1.000000", LATEST, BEN, "elsewhere"))
    (note,) = bench.rows(Note)
    assert note.item_id == captured.item_id


def test_a_reporter_opens_what_they_said_in_private(bench: Bench) -> None:
    captured = bench.capture_message("Acme news", FIRST, channel_id=SECRET)
    with pytest.raises(MendableError):
        bench.run(share_item, ShareItem(bench.team_id, captured.item_id, BEN))
    assert bench.outbox(purpose="card") == []
    assert bench.run(share_item, ShareItem(bench.team_id, captured.item_id, ANA)) == "N-1"
    item = bench.item(captured.item_id)
    assert (item.privacy, item.place_id) == ("workspace", None)
    assert len(bench.outbox(purpose="card")) == 1
    (entry,) = bench.rows(SearchEntry)
    assert "w" in entry.scope.split()


def test_an_answer_that_has_not_gone_out_repeats_nothing_that_was_deleted(bench: Bench) -> None:
    captured = bench.capture_message("Acme told Ana a secret", FIRST)
    bench.run(confirm_capture, ConfirmCapture(captured.item_id, captured.report_id))
    assert erase(bench)
    answers = [entry for entry in bench.outbox() if entry.kind == "ephemeral"]
    assert [(entry.state, entry.payload) for entry in answers] == [("cancelled", {})]
