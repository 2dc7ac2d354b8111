"""Half-filled forms: what is kept of them, for how long, and what their author is told."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.choices import Choice, Filled, row_choice, typed
from bot.domain.words import Kind
from bot.services.capture import Captured, CaptureWords
from bot.services.drafts import (
    CloseForm,
    DropDraft,
    LookUpOpening,
    Opening,
    SaveDraft,
    SendForm,
    close_form,
    drop_draft,
    form_key,
    look_up_opening,
    save_draft,
    send_form,
)
from db.models import Draft, Item, OutboxEntry
from tests.services.bench import ANA, BEN, FIELD, SECRET, Bench, places_of

WORDS: Filled = {"words": typed("They retype every order"), "how_known": typed("first-hand")}


def save(bench: Bench, filled: Filled = WORDS, view_id: str = "V1", told_at: float = 1.0, **more: Any) -> bool:
    command = SaveDraft(bench.team_id, ANA, Kind.ASK, view_id, filled, told_at)
    return bench.run(save_draft, replace(command, **more))


def opening(bench: Bench, by: str = ANA, kind: Kind = Kind.ASK, channel_id: str = FIELD) -> Opening:
    return bench.run(look_up_opening, LookUpOpening(bench.team_id, by, kind, channel_id))


def send(bench: Bench, view_id: str = "V1", by: str = ANA) -> Captured:
    capture = CaptureWords(bench.team_id, Kind.ASK, "They retype", by, form_key(view_id), bench.ts(), FIELD)
    return bench.run(send_form, SendForm(capture))


def close(bench: Bench, view_id: str = "V1", kind: Kind = Kind.ASK) -> list[str]:
    bench.run(close_form, CloseForm(bench.team_id, ANA, kind, FIELD, view_id))
    return [str(entry.payload["text"]) for entry in bench.outbox(OutboxEntry.dedupe_key.startswith("draft:"))]


def test_what_a_form_tells_is_there_when_it_is_opened_again(bench: Bench) -> None:
    filled = {**WORDS, "account": (row_choice(7, "Globex"),), "wanted": ()}
    assert save(bench, filled)
    found = opening(bench)
    assert found.filled == {"words": WORDS["words"], "how_known": WORDS["how_known"], "account": filled["account"]}
    assert found.filled["account"][0].label == "Globex"
    assert found.draft_on == bench.now.date()
    for other in (opening(bench, by=BEN), opening(bench, kind=Kind.NUGGET)):
        assert (other.filled, other.draft_on) == ({}, None)


def test_the_newest_change_counts_however_late_an_older_one_comes(bench: Bench) -> None:
    assert save(bench, {"words": typed("They ret")}, told_at=2.0)
    assert not save(bench, {"words": typed("They")}, told_at=1.0)
    assert opening(bench).filled == {"words": typed("They ret")}
    assert save(bench, {"words": typed("Another form")}, view_id="V2", told_at=0.5)
    assert opening(bench).filled == {"words": typed("Another form")}


@pytest.mark.parametrize("empty", [{}, {"words": ()}, {"words": typed(" \n"), "how_known": typed("rumour")}])
def test_a_form_with_nothing_in_it_leaves_no_draft(bench: Bench, empty: Filled) -> None:
    assert not save(bench, empty)
    save(bench)
    assert not save(bench, empty, told_at=2.0)
    assert bench.rows(Draft) == []


def test_a_sent_form_leaves_nothing_and_what_comes_late_from_it_revives_nothing(bench: Bench) -> None:
    save(bench)
    assert send(bench).is_new
    assert bench.rows(Draft) == []
    assert not save(bench, told_at=9.0)
    assert bench.rows(Draft) == []
    assert places_of(bench, "They retype every order") == set()


def test_a_form_sent_again_leaves_a_draft_alone_that_was_begun_since(bench: Bench) -> None:
    send(bench)
    save(bench, view_id="V2")
    assert not send(bench).is_new
    assert [draft.view_id for draft in bench.rows(Draft)] == ["V2"]
    assert len(bench.rows(Item)) == 1
    send(bench, view_id="V3", by=BEN)
    assert [draft.view_id for draft in bench.rows(Draft)] == ["V2"]


def test_start_fresh_forgets_the_draft_of_this_form_alone(bench: Bench) -> None:
    save(bench)
    save(bench, kind=Kind.NUGGET)
    bench.run(drop_draft, DropDraft(bench.team_id, ANA, Kind.ASK))
    assert opening(bench).draft_on is None
    assert opening(bench, kind=Kind.NUGGET).draft_on is not None


def test_closing_tells_once_ever_that_the_draft_is_kept(bench: Bench) -> None:
    assert close(bench) == []
    save(bench)
    assert close(bench, view_id="V0") == [], "this form left nothing"
    assert close(bench, kind=Kind.NUGGET) == []
    told = ["Your draft is kept, and only you see it. /ask opens it again, whenever you like."]
    assert close(bench) == told
    assert close(bench) == told
    save(bench, view_id="V2")
    assert close(bench, view_id="V2") == told
    (entry,) = bench.outbox(OutboxEntry.dedupe_key.startswith("draft:"))
    assert (entry.kind, entry.channel_id) == ("ephemeral", FIELD)


def test_a_form_knows_whether_its_place_is_private(bench: Bench) -> None:
    assert [opening(bench, channel_id=channel).is_private_place for channel in (FIELD, SECRET, "CUNKNOWN")] == [
        False, True, True,
    ]  # fmt: skip


def test_words_that_a_database_cannot_hold_are_kept_as_it_can(bench: Bench) -> None:
    assert save(bench, {"words": (Choice("a\x00b\ud800", "l\x00"),)})
    assert opening(bench).filled == {"words": typed("a\ufffdb\ufffd")}
