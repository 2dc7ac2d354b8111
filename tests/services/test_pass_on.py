"""What a reporter replies to an answer reaches whoever gave it, once, and is gone there when it is taken back."""

import pytest

from bot.domain.words import Effect, Status
from bot.services.revise import EditWords, EraseMessage, NoteReply, edit_words, erase_message, note_reply
from db.models import Note, OutboxEntry
from tests.services.bench import ANA, BEN, DIRECT, PM, Bench, places_of

NO = "We build for teams under 50."


def answered(bench: Bench, effect: Effect = Effect.DECLINE) -> tuple[int, str]:
    """Have Priya answer Ana's ask and Ana be told; return the item and the ts of what she was told."""
    captured = bench.capture("They need SSO", ANA)
    bench.decide(captured.item_id, effect, PM, NO)
    bench.wait(minutes=3)
    bench.send()
    bench.change(OutboxEntry, lambda entry: setattr(entry, "slack_channel_id", DIRECT), OutboxEntry.purpose == "notice")
    (notice,) = bench.notices("sent")
    return captured.item_id, notice.slack_ts or ""


def reply(bench: Bench, thread_ts: str, words: str, author: str = ANA, seconds: float = 1) -> str:
    ts = bench.ts(seconds)
    assert bench.run(note_reply, NoteReply(bench.team_id, DIRECT, thread_ts, ts, author, words))
    return ts


def passed_on(bench: Bench) -> list[OutboxEntry]:
    return bench.outbox(OutboxEntry.purpose == "reply", OutboxEntry.kind == "post")


@pytest.mark.parametrize("effect", [Effect.DECLINE, Effect.ANSWER_NOT_NOW, Effect.ANSWER_ALREADY_POSSIBLE])
def test_a_reply_to_an_answer_reaches_its_author_once(bench: Bench, effect: Effect) -> None:
    item_id, thread = answered(bench, effect)
    reply(bench, thread, "They are 40 people.")
    reply(bench, thread, "And they grow.", seconds=2)
    (entry,) = passed_on(bench)
    assert (entry.channel_id, entry.item_id) == (PM, item_id)
    assert "They are 40 people." in entry.payload["text"]
    assert entry.payload["text"].startswith("Ana replied to ")
    assert len(bench.rows(Note)) == 2
    assert bench.item(item_id).status != Status.NEW


def test_the_answer_to_a_question_opens_the_ask_again(bench: Bench) -> None:
    item_id, thread = answered(bench, Effect.ASK_FOR_INFO)
    reply(bench, thread, "About forty people.")
    (entry,) = passed_on(bench)
    assert entry.payload["text"].startswith("Ana answered your question on A-1 (They need SSO): “About forty people.”")
    item = bench.item(item_id)
    assert (item.status, item.answered_at) == (Status.NEW, None)
    assert bench.notices() == []


def test_others_and_other_threads_are_notes_that_nobody_is_sent(bench: Bench) -> None:
    item_id, thread = answered(bench)
    card = bench.card_of(item_id)
    command = NoteReply(
        bench.team_id, card.slack_channel_id or "", card.slack_ts or "", bench.ts(1), ANA, "On the card"
    )
    assert bench.run(note_reply, command)
    reply(bench, thread, "I am no reporter of it.", BEN)
    reply(bench, thread, "I said no.", PM, 2)
    assert passed_on(bench) == []


def test_an_edited_reply_reads_as_it_does_now_and_a_deleted_one_is_nowhere(bench: Bench) -> None:
    _, thread = answered(bench)
    ts = reply(bench, thread, "They are 40 people.")
    bench.send()
    edit = EditWords(bench.team_id, DIRECT, ts, "They are 45 people.", bench.ts(5))
    assert bench.run(edit_words, edit) == "changed"
    assert "45 people" in bench.outbox(OutboxEntry.kind == "update", purpose="reply")[-1].payload["text"]
    bench.send()
    assert bench.run(erase_message, EraseMessage(bench.team_id, DIRECT, ts))
    last = bench.outbox(OutboxEntry.kind == "update", purpose="reply")[-1]
    assert last.payload["text"] == "Ana replied to your no on A-1 (They need SSO), and took the reply back."
    bench.send()
    assert places_of(bench, "40 people") | places_of(bench, "45 people") == set()
