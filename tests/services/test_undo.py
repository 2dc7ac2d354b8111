"""Taking a reaction away restores what was before it, exactly, unless something was built on it or told."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import inspect

from bot.domain.words import Effect
from bot.services.undo import UndoGesture, Undone, undo_gesture
from db.models import Decision, Item, OutboxEntry, ProductArea
from tests.services.bench import PM, Bench

PREFIX = "reaction:CASKS:1.0:UPM:white_check_mark:"
NO = "Not this year."


def state_of(bench: Bench, item_id: int) -> dict[str, Any]:
    """Return every column of an item."""
    item = bench.item(item_id)
    return {column.key: getattr(item, column.key) for column in inspect(Item).column_attrs}


def undo(bench: Bench, prefix: str = PREFIX) -> Undone:
    return bench.run(undo_gesture, UndoGesture(bench.team_id, prefix, PM, f"un{prefix}{bench.next_key()}"))


def react(bench: Bench, item_id: int, effect: Effect, reason: str = "", **more: Any) -> None:
    assert bench.decide(item_id, effect, PM, reason, key=PREFIX + bench.next_key(), **more).is_done


def area_id(bench: Bench) -> int:
    return bench.rows(ProductArea)[-1].id


@pytest.mark.parametrize("before", [None, Effect.SEE, Effect.ANSWER_NOT_NOW, Effect.DECLINE])
@pytest.mark.parametrize("effect", [Effect.SEE, Effect.ACCEPT, Effect.PLAN, Effect.MARK_NOISE, Effect.ROUTE])
def test_everything_is_as_it_was(bench: Bench, before: Effect | None, effect: Effect) -> None:
    captured = bench.capture("invoices in dark mode")
    if before is not None:
        bench.decide(captured.item_id, before, reason=NO, look_again_on=bench.now.date())
    bench.wait(minutes=30)
    bench.send()
    standing = state_of(bench, captured.item_id)
    key = PREFIX + "1"
    decided = bench.decide(captured.item_id, effect, PM, NO, key=key, area_id=area_id(bench))
    if not decided.is_done:
        assert undo(bench) == Undone(None, is_done=False)
        return
    assert state_of(bench, captured.item_id) != standing
    assert undo(bench) == Undone(captured.item_id, is_done=True)
    assert state_of(bench, captured.item_id) == standing
    assert bench.notices("pending") == []


def test_undoing_is_a_decision_of_its_own(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    react(bench, captured.item_id, Effect.ACCEPT)
    undo(bench)
    caused, undone = bench.rows(Decision)
    assert (undone.effect, undone.undoes_id, undone.actor) == ("undo", caused.id, PM)
    assert (undone.from_status, undone.to_status, undone.reason) == ("accepted", "new", "Took the reaction back.")
    assert "accepted" not in str(bench.card_of(captured.item_id).payload).lower()


def test_it_is_undone_once(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    react(bench, captured.item_id, Effect.ACCEPT)
    assert undo(bench).is_done
    assert undo(bench) == Undone(None, is_done=False)
    assert len(bench.rows(Decision)) == 2


def test_a_reaction_put_back_counts_again_and_is_undone_again(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    for _ in range(2):
        react(bench, captured.item_id, Effect.ACCEPT)
        assert bench.item(captured.item_id).status == "accepted"
        assert undo(bench).is_done
        assert bench.item(captured.item_id).status == "new"


def test_a_gesture_that_caused_nothing_undoes_nothing(bench: Bench) -> None:
    bench.capture("dark mode")
    assert undo(bench) == Undone(None, is_done=False)


def test_signs_in_a_prefix_stand_for_themselves(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    react(bench, captured.item_id, Effect.ACCEPT)
    assert not undo(bench, PREFIX.replace("white_check_mark", "white%")).is_done
    assert not undo(bench, PREFIX.replace("_", "x")).is_done
    assert bench.item(captured.item_id).status == "accepted"


def test_what_was_built_upon_stays(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    react(bench, captured.item_id, Effect.ACCEPT)
    bench.decide(captured.item_id, Effect.ROUTE, area_id=area_id(bench))
    standing = state_of(bench, captured.item_id)
    undone = undo(bench)
    assert not undone.is_done
    assert undone.why_not is not None
    assert "decided after it" in undone.why_not
    assert state_of(bench, captured.item_id) == standing


@pytest.mark.parametrize("state", ["sent", "sending", "uncertain", "dead"])
def test_what_may_have_been_told_stays(bench: Bench, state: str) -> None:
    captured = bench.capture("dark mode")
    react(bench, captured.item_id, Effect.PLAN)
    begin: Callable[[OutboxEntry], None] = lambda entry: setattr(entry, "state", state)  # noqa: E731
    bench.change(OutboxEntry, begin, OutboxEntry.purpose == "notice")
    undone = undo(bench)
    assert not undone.is_done
    assert undone.why_not is not None
    assert "has been told" in undone.why_not
    assert bench.item(captured.item_id).status == "planned"


def test_an_answer_that_stands_again_is_told_after_all(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    declined = bench.decide(captured.item_id, Effect.DECLINE, reason=NO)
    react(bench, captured.item_id, Effect.PLAN)
    bench.wait(minutes=1)
    undo(bench)
    assert bench.item(captured.item_id).status == "declined"
    (notice,) = bench.notices()
    assert notice.decision_id == declined.decision_id
    assert (notice.due_at - bench.now).total_seconds() == 120


def test_an_answer_taken_back_is_not_told_by_a_later_undoing(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    react(bench, captured.item_id, Effect.PLAN)
    undo(bench)
    react(bench, captured.item_id, Effect.SEE)
    undo(bench)
    assert bench.notices() == []
    assert len(bench.notices("cancelled")) == 1
