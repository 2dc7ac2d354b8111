"""Saving a message: once, in its exact words, the credit where it belongs; taken back while nothing stands on it."""

from dataclasses import replace

import pytest

from bot.blocks import answers
from bot.domain.errors import MendableError
from bot.domain.words import Effect, Kind
from bot.services.confirm import AnswerLater, ConfirmCapture, answer_later, confirm_capture
from bot.services.revise import (
    EditWords,
    EraseMessage,
    NoteReply,
    ShareItem,
    TakeBack,
    edit_words,
    erase_message,
    note_reply,
    share_item,
    take_back,
)
from bot.services.save_message import (
    MessageWords,
    Saved,
    SaveMessage,
    SayFirstHand,
    Unsave,
    save_message,
    save_own,
    say_first_hand,
    unsave,
)
from db.models import Decision, Item, MonthlyTally, Note, OutboxEntry, Report
from tests.services.bench import ANA, BEN, CLEO, DIRECT, FIELD, GUEST, NOT_MEMBERS, SECRET, Bench, places_of

TS, LATER = "1791972000.000100", "1791972900.000100"
WORDS = "Acme quotes $40 a seat at Globex #pricing"


def command(bench: Bench, saver: str = BEN, author: str = ANA, words: str = WORDS, **more: object) -> SaveMessage:
    said = MessageWords(author, words, TS)
    made = SaveMessage(bench.team_id, Kind.NUGGET, FIELD, TS, f"message:{FIELD}:{TS}", saver, said)
    return replace(made, **more)  # type: ignore[arg-type]


def save(bench: Bench, saver: str = BEN, author: str = ANA, words: str = WORDS, **more: object) -> Saved:
    return bench.run(save_message, command(bench, saver, author, words, **more))


def the_report(bench: Bench, saved: Saved) -> Report:
    assert saved.report_id is not None
    return bench.report(saved.report_id)


def buttons(saved: Saved) -> list[str]:
    shown = [button for block in saved.answer.blocks for button in block.get("elements", ())]
    return [button["action_id"] for button in shown if "action_id" in button]


@pytest.mark.parametrize(
    ("saver", "author", "reporter", "saved_by", "how_known"),
    [
        (BEN, ANA, ANA, BEN, "first-hand"),
        (ANA, ANA, ANA, None, "first-hand"),
        *((BEN, author, BEN, None, "second-hand") for author in (*NOT_MEMBERS, "")),
    ],
)
def test_the_author_has_the_credit_if_they_are_a_member_else_the_saver(
    bench: Bench, saver: str, author: str, reporter: str, saved_by: str | None, how_known: str
) -> None:
    report = the_report(bench, save(bench, saver, author))
    assert (report.reporter, report.saved_by, report.how_known) == (reporter, saved_by, how_known)
    assert (report.words, report.channel_id, report.message_ts) == (WORDS, FIELD, TS)
    (tally,) = bench.rows(MonthlyTally)
    assert (tally.slack_user_id, tally.nuggets) == (reporter, 1)


def test_what_the_words_say_of_how_it_is_known_comes_before_what_is_assumed(bench: Bench) -> None:
    assert the_report(bench, save(bench, author=GUEST, words="Acme is for sale, a rumour")).how_known == "rumour"


def test_the_link_is_kept_and_the_card_names_both(bench: Bench) -> None:
    saved = save(bench, permalink="https://hooli.example/archives/CFIELD/p1")
    assert the_report(bench, saved).permalink == "https://hooli.example/archives/CFIELD/p1"
    (card,) = bench.outbox(purpose="card")
    assert "Shared by Ana (saved by Ben)" in str(card.payload)


def test_the_saver_reads_what_was_understood_and_the_author_is_told_nothing(bench: Bench) -> None:
    saved = save(bench)
    assert saved.answer.text == (
        "Got it: N-1, Acme, pricing, Globex, $40, #pricing, first-hand. The credit is Ana's, saved by you."
        " Visible to everyone at work. Share nothing that you hold under NDA."
    )
    assert buttons(saved) == [answers.ACTION_UNSAVE]
    assert [entry.purpose for entry in bench.outbox()] == ["card"]
    assert "NDA" not in save(bench, message_ts=LATER, key="another").answer.text


def test_what_is_one_s_own_is_answered_like_a_line(bench: Bench) -> None:
    saved = save(bench, ANA, ANA)
    assert saved.answer.text.startswith("Got it: N-1, Acme, pricing, Globex, $40, #pricing, first-hand. Visible")
    assert buttons(saved) == [answers.ACTION_EDIT, answers.ACTION_TAKE_BACK]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("saver", [BEN, CLEO, ANA])
def test_saved_twice_by_anyone_as_anything_it_is_one_item(bench: Bench, saver: str, kind: Kind) -> None:
    save(bench)
    again = save(bench, saver, kind=kind)
    assert (again.outcome, again.report_id) == ("saved before", None)
    assert again.answer.text.startswith("This is saved already, as N-1. New: nobody has looked at it yet.")
    assert len(bench.rows(Item)) == len(bench.rows(Report)) == 1


def test_what_a_watched_channel_kept_is_saved_already_and_so_is_a_card(bench: Bench) -> None:
    captured = bench.capture_message(WORDS, TS)
    bench.send()
    card = bench.card_of(captured.item_id)
    assert save(bench).outcome == "saved before"
    on_card = save(bench, channel_id=str(card.slack_channel_id), message_ts=str(card.slack_ts), key="card")
    assert on_card.outcome == "saved before"
    assert len(bench.rows(Item)) == 1


def test_whoever_may_not_see_the_item_does_not_learn_its_name(bench: Bench) -> None:
    save(bench, channel_id=SECRET)
    assert save(bench, CLEO, channel_id=SECRET).answer.text == answers.SAVED_ALREADY


@pytest.mark.parametrize(
    ("words", "outcome"),
    [("(off) Acme is cheap", "kept out"), (":shushing_face: Acme is cheap", "kept out"), ("  \u200b", "no words")],
)
def test_what_is_kept_out_or_empty_stays_where_it_is(bench: Bench, words: str, outcome: str) -> None:
    saved = save(bench, words=words)
    assert (saved.outcome, saved.item_id) == (outcome, None)
    assert "nothing was saved" in saved.answer.text
    assert bench.rows(Item) == []


def test_what_was_deleted_taken_back_or_cannot_be_read_is_said_with_what_to_do_next(bench: Bench) -> None:
    unreadable = save(bench, said=None)
    assert unreadable.outcome == "unreadable"
    assert "“Save as intel” in its menu works everywhere." in unreadable.answer.text
    saved = save(bench)
    bench.run(take_back, TakeBack(bench.team_id, the_report(bench, saved).id, ANA))
    assert save(bench).outcome == "deleted"
    bench.run(erase_message, EraseMessage(bench.team_id, FIELD, LATER))
    deleted = save(bench, message_ts=LATER, key="another")
    assert deleted.outcome == "deleted"
    assert "one line after /intel is enough" in deleted.answer.text


def test_what_nugget_says_itself_is_not_saved(bench: Bench) -> None:
    captured = bench.capture("They need SSO")
    bench.decide(captured.item_id, Effect.DECLINE, reason="Not this year.")
    bench.wait(minutes=5)
    bench.send()
    (notice,) = bench.outbox(purpose="notice")
    answer = save(bench, channel_id=str(notice.slack_channel_id), message_ts=str(notice.slack_ts), key="notice")
    assert answer.outcome == "my own"


def test_a_private_place_asks_the_saver_who_may_share_what_its_members_read(bench: Bench) -> None:
    saved = save(bench, channel_id=SECRET)
    assert buttons(saved) == [answers.ACTION_SHARE_TEXT, answers.ACTION_KEEP_IN_CHANNEL, answers.ACTION_UNSAVE]
    assert "only its members can see it" in saved.answer.text
    assert bench.outbox(purpose="card") == []
    item_id = saved.item_id or 0
    assert bench.item(item_id).privacy == "place"
    with pytest.raises(MendableError):
        bench.run(share_item, ShareItem(bench.team_id, item_id, CLEO))
    bench.run(share_item, ShareItem(bench.team_id, item_id, BEN))
    assert bench.item(item_id).privacy == "workspace"
    assert len(bench.outbox(purpose="card")) == 1


def test_a_place_that_nobody_can_describe_is_private_and_its_saver_is_answered_all_the_same(bench: Bench) -> None:
    saved = save(bench, channel_id="DBENANDANA")
    assert saved.answer.text.startswith("Got it: N-1, ")
    assert bench.item(saved.item_id or 0).place_id == "DBENANDANA"


def test_the_saver_takes_back_what_nothing_was_built_on_and_it_can_be_saved_again(bench: Bench) -> None:
    first = the_report(bench, save(bench))
    assert bench.run(unsave, Unsave(bench.team_id, first.id, BEN)) == "N-1"
    assert bench.item(first.item_id).status == "withdrawn"
    (decision,) = bench.rows(Decision)
    assert (decision.actor, decision.reason) == (BEN, "Taken back by whoever saved it.")
    assert places_of(bench, WORDS) == set()
    again = save(bench, CLEO)
    assert (again.outcome, the_report(bench, again).saved_by) == ("saved", CLEO)
    assert again.answer.text.startswith("Got it: N-2, ")


@pytest.mark.parametrize("built", ["seen", "noted"])
def test_what_something_was_built_on_stays(bench: Bench, built: str) -> None:
    report = the_report(bench, save(bench))
    if built == "seen":
        bench.decide(report.item_id, Effect.SEE)
    else:
        bench.run(note_reply, NoteReply(bench.team_id, FIELD, TS, LATER, CLEO, "Heard it too"))
    assert bench.run(unsave, Unsave(bench.team_id, report.id, BEN)) is None
    assert bench.report(report.id).words == WORDS


def test_nobody_takes_back_what_another_saved_nor_twice(bench: Bench) -> None:
    report = the_report(bench, save(bench))
    for actor in (CLEO, ANA):
        with pytest.raises(MendableError, match="Nothing was changed"):
            bench.run(unsave, Unsave(bench.team_id, report.id, actor))
    bench.run(unsave, Unsave(bench.team_id, report.id, BEN))
    with pytest.raises(MendableError, match="before"):
        bench.run(unsave, Unsave(bench.team_id, report.id, BEN))


def test_second_hand_unless_they_say_otherwise(bench: Bench) -> None:
    saved = save(bench, author=GUEST)
    assert buttons(saved) == [answers.ACTION_EDIT, answers.ACTION_TAKE_BACK, answers.ACTION_FIRST_HAND]
    report = the_report(bench, saved)
    with pytest.raises(MendableError):
        bench.run(say_first_hand, SayFirstHand(bench.team_id, report.id, ANA))
    understood = bench.run(say_first_hand, SayFirstHand(bench.team_id, report.id, BEN))
    assert ", first-hand. Visible" in understood.text
    assert bench.report(report.id).how_known == "first-hand"
    assert "First-hand" in str(bench.card_of(report.item_id).payload)


def test_a_reply_under_one_item_that_was_saved_as_another_follows_its_message_in_both(bench: Bench) -> None:
    bench.capture_message("Acme is cheap", "1791971000.000100")
    reply = NoteReply(bench.team_id, FIELD, "1791971000.000100", TS, ANA, WORDS)
    bench.run(note_reply, reply)
    saved = save(bench)
    assert saved.outcome == "saved"
    changed = "Acme quotes $45 a seat"
    assert bench.run(edit_words, EditWords(bench.team_id, FIELD, TS, changed, LATER)) == "changed"
    assert [note.words for note in bench.rows(Note)] == [the_report(bench, saved).words] == [changed]
    assert bench.run(erase_message, EraseMessage(bench.team_id, FIELD, TS))
    assert places_of(bench, changed) == set()
    assert bench.item(saved.item_id or 0).status == "withdrawn"


def test_what_its_author_wrote_to_nugget_gets_the_one_reaction_once_its_kind_is_known(bench: Bench) -> None:
    for _ in range(2):
        bench.run(save_own, command(bench, ANA, ANA, "They want dark mode", kind=Kind.ASK))
    (reaction,) = bench.outbox(OutboxEntry.kind == "react")
    assert (reaction.channel_id, reaction.payload) == (FIELD, {"name": "gem", "timestamp": TS})
    assert [item.kind for item in bench.rows(Item)] == ["ask"]


@pytest.mark.parametrize(
    ("channel_id", "kind", "where", "thread"),
    [
        (FIELD, "ephemeral", FIELD, LATER),
        (DIRECT, "post", ANA, LATER),
        ("CNOBODYKNOWS", "post", ANA, None),
    ],
)
def test_an_answer_stands_in_the_thread_that_it_is_about_where_there_is_one(
    bench: Bench, channel_id: str, kind: str, where: str, thread: str | None
) -> None:
    said = AnswerLater(bench.team_id, ANA, channel_id, answers.say("Yes."), "key", thread_ts=LATER)
    bench.run(answer_later, said)
    (entry,) = bench.outbox(purpose="answer")
    assert (entry.kind, entry.channel_id, entry.thread_ts) == (kind, where, thread)


@pytest.mark.parametrize(("channel_id", "kind"), [(FIELD, "ephemeral"), (DIRECT, "post")])
def test_a_kept_message_is_confirmed_where_its_author_looks(bench: Bench, channel_id: str, kind: str) -> None:
    captured = bench.capture_message(WORDS, TS, channel_id)
    bench.run(confirm_capture, ConfirmCapture(captured.item_id, captured.report_id, thread_ts=LATER))
    answer = next(entry for entry in bench.outbox(purpose="answer") if entry.kind != "react")
    assert (answer.kind, answer.thread_ts, answer.item_id) == (kind, LATER, captured.item_id)


def test_a_reply_to_what_nugget_said_of_an_item_is_a_note_of_it(bench: Bench) -> None:
    captured = bench.capture("They need SSO")
    bench.decide(captured.item_id, Effect.DECLINE, reason="Not this year.")
    bench.wait(minutes=5)
    bench.send()
    (notice,) = bench.outbox(purpose="notice")
    place = (str(notice.slack_channel_id), str(notice.slack_ts))
    assert bench.run(note_reply, NoteReply(bench.team_id, *place, LATER, ANA, "They would pay for it"))
    assert [(note.item_id, note.words) for note in bench.rows(Note)] == [(captured.item_id, "They would pay for it")]
