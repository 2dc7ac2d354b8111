"""Deciding: who may do what from where, each decision recorded once with its author and reason."""

import asyncio
from datetime import date

import pytest

from bot.domain.decisions import Refusal, RefusalReason
from bot.domain.errors import MendableError
from bot.domain.words import Effect, Kind, NoiseReason
from bot.services.decide import ApplyEffect, MayDecide, apply_effect, check_may
from bot.services.people import RememberPeople, remember_people
from bot.services.react import ANSWER_IN_WORDS
from db.models import Decision, OpenQuestion, ProductArea
from tests.db.transactors import transactor
from tests.services.bench import ANA, BEN, CLEO, FACTS, GONE, GUEST, LEAD, PM, PM_GROUP, SECRET, Bench

NO = "We build for teams under 50."


def may(bench: Bench, item_id: int, effect: Effect, actor: str) -> Refusal | None:
    return bench.run(check_may, MayDecide(bench.team_id, item_id, effect, actor))


@pytest.mark.parametrize(
    ("effect", "reason", "status", "answers"),
    [
        (Effect.SEE, "", "acknowledged", False),
        (Effect.ACCEPT, "", "accepted", False),
        (Effect.PLAN, "", "planned", True),
        (Effect.DECLINE, NO, "declined", True),
        (Effect.ANSWER_NOT_NOW, NO, "not now", True),
        (Effect.ANSWER_ALREADY_POSSIBLE, NO, "already possible", True),
        (Effect.ASK_FOR_INFO, NO, "needs info", True),
        (Effect.MARK_NOISE, NO, "noise", True),
    ],
)
def test_an_effect_moves_the_item_and_is_recorded(
    bench: Bench, effect: Effect, reason: str, status: str, *, answers: bool
) -> None:
    captured = bench.capture("dark mode")
    bench.wait(hours=3)
    decided = bench.decide(captured.item_id, effect, PM, reason)
    item = bench.item(captured.item_id)
    assert decided.is_done
    assert (item.status, item.owner, item.seen_at) == (status, PM, bench.now)
    assert item.answered_at == (bench.now if answers or status == "accepted" else None)
    (decision,) = bench.rows(Decision)
    assert (decision.effect, decision.from_status, decision.to_status) == (effect.value, "new", status)
    assert (decision.actor, decision.reason, decision.decided_at) == (PM, reason, bench.now)
    assert bool(bench.notices()) is answers


def test_the_first_answer_s_time_stands(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    bench.decide(captured.item_id, Effect.ACCEPT)
    first = bench.now
    bench.wait(days=2)
    bench.decide(captured.item_id, Effect.PLAN)
    item = bench.item(captured.item_id)
    assert (item.seen_at, item.answered_at) == (first, first)


@pytest.mark.parametrize("actor", [ANA, BEN, LEAD])
def test_without_the_right_nothing_changes_and_a_sentence_says_who_may(bench: Bench, actor: str) -> None:
    captured = bench.capture("dark mode")
    decided = bench.decide(captured.item_id, Effect.ACCEPT, actor)
    assert decided.has_no_right
    assert decided.refusal is not None
    assert decided.refusal.sentence == "An ask can be accepted only by product managers. Nothing was changed."
    assert may(bench, captured.item_id, Effect.ACCEPT, actor) == decided.refusal
    assert bench.item(captured.item_id).status == "new"
    assert bench.rows(Decision) == []


def test_a_competitive_lead_decides_on_nuggets_only(bench: Bench) -> None:
    nugget, ask = bench.capture("Acme news", kind=Kind.NUGGET), bench.capture("dark mode")
    assert bench.decide(nugget.item_id, Effect.VERIFY, LEAD).is_done
    assert bench.decide(ask.item_id, Effect.SEE, LEAD).has_no_right


def test_a_move_that_the_table_does_not_have_is_refused_in_words(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    decided = bench.decide(captured.item_id, Effect.SHIP)
    assert decided.refusal is not None
    assert decided.refusal.reason is RefusalReason.NOT_FROM_HERE
    assert "cannot be marked as shipped" in decided.refusal.sentence
    bench.decide(captured.item_id, Effect.ACCEPT)
    again = bench.decide(captured.item_id, Effect.ACCEPT)
    assert again.refusal is not None
    assert again.refusal.reason is RefusalReason.ALREADY_THERE
    assert len(bench.rows(Decision)) == 1


@pytest.mark.parametrize("reason", ["", "  \n", "\u200b"])
def test_a_no_needs_its_own_words(bench: Bench, reason: str) -> None:
    captured = bench.capture("dark mode")
    decided = bench.decide(captured.item_id, Effect.DECLINE, reason=reason)
    assert decided.needs_words
    assert not decided.is_done
    assert bench.item(captured.item_id).status == "new"
    assert bench.notices() == []


def test_a_right_that_is_lost_no_longer_decides(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    bench.group(PM_GROUP, [CLEO])
    assert may(bench, captured.item_id, Effect.SEE, CLEO) is None
    bench.group(PM_GROUP, [])
    assert bench.decide(captured.item_id, Effect.SEE, CLEO).has_no_right
    gone = [fact for fact in FACTS if fact.slack_user_id == GONE]
    as_pm = [type(fact)(PM, "T", "Priya", is_deactivated=True) for fact in gone]
    bench.run(remember_people, RememberPeople(bench.team_id, as_pm))
    with pytest.raises(MendableError):
        bench.decide(captured.item_id, Effect.SEE, PM)


def test_an_item_that_is_not_open_to_them_reads_as_gone(bench: Bench) -> None:
    hidden = bench.capture("Acme news", kind=Kind.NUGGET, channel_id=SECRET)
    open_to_all = bench.capture("dark mode")
    for actor, item_id in ((PM, hidden.item_id), (GUEST, open_to_all.item_id), (PM, 10**6)):
        with pytest.raises(MendableError, match="gone, or it is not open to you"):
            bench.decide(item_id, Effect.SEE, actor)
        with pytest.raises(MendableError):
            may(bench, item_id, Effect.SEE, actor)


def test_one_gesture_decides_once(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    first = bench.decide(captured.item_id, Effect.DECLINE, reason=NO, key="form:V1")
    bench.decide(captured.item_id, Effect.REOPEN)
    again = bench.decide(captured.item_id, Effect.DECLINE, reason="Another no.", key="form:V1")
    assert again.decision_id == first.decision_id
    assert bench.item(captured.item_id).status == "acknowledged"
    assert len(bench.rows(Decision)) == 2


@pytest.mark.parametrize("times", range(3))
async def test_two_at_once_follow_one_another(database_url: str, bench: Bench, times: int) -> None:
    captured = bench.capture("dark mode")
    bench.group(PM_GROUP, [CLEO])
    commands = [
        ApplyEffect(bench.team_id, captured.item_id, effect, actor, f"press:{actor}", NO)
        for effect, actor in ((Effect.DECLINE, PM), (Effect.PLAN, CLEO))
    ]
    async with transactor(database_url, bench.policy, lambda: bench.now) as transact:
        decided = await asyncio.gather(*(transact(apply_effect, command) for command in commands))
    assert all(one.is_done for one in decided)
    first, last = bench.rows(Decision)
    assert (first.from_status, last.from_status) == ("new", first.to_status)
    assert bench.item(captured.item_id).status == last.to_status
    # Only the last answer is told; the first was overtaken while it rested.
    (notice,) = bench.notices()
    assert notice.decision_id == last.id


async def test_the_same_press_many_times_at_once_is_one_decision(database_url: str, bench: Bench) -> None:
    captured = bench.capture("dark mode")
    command = ApplyEffect(bench.team_id, captured.item_id, Effect.DECLINE, PM, "press:1", NO)
    async with transactor(database_url, bench.policy, lambda: bench.now) as transact:
        decided = await asyncio.gather(*(transact(apply_effect, command) for _ in range(8)))
    assert len({one.decision_id for one in decided}) == 1
    assert len(bench.rows(Decision)) == len(bench.notices()) == 1


def test_not_now_keeps_its_day_until_something_else_is_decided(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    spring = date(2027, 3, 1)
    bench.decide(captured.item_id, Effect.ANSWER_NOT_NOW, reason=NO, look_again_on=spring)
    assert bench.item(captured.item_id).look_again_on == spring
    area = bench.rows(ProductArea)[0]
    bench.decide(captured.item_id, Effect.ROUTE, area_id=area.id)
    item = bench.item(captured.item_id)
    assert (item.status, item.area_id, item.look_again_on) == ("not now", area.id, spring)
    bench.decide(captured.item_id, Effect.PLAN)
    assert bench.item(captured.item_id).look_again_on is None


def test_noise_is_not_possible_for_what_names_an_account(bench: Bench) -> None:
    captured = bench.capture("dark mode for Globex")
    decided = bench.decide(captured.item_id, Effect.MARK_NOISE, reason=NoiseReason.TEST)
    assert decided.refusal is not None
    assert decided.refusal.reason is RefusalReason.NOT_FROM_HERE
    assert "names an account" in decided.refusal.sentence
    assert bench.item(captured.item_id).status == "new"
    assert may(bench, captured.item_id, Effect.MARK_NOISE, PM) == decided.refusal
    assert bench.decide(captured.item_id, Effect.MARK_NOISE, BEN, NoiseReason.TEST).has_no_right


def test_its_reporter_sends_noise_back_to_be_seen_anew(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    bench.decide(captured.item_id, Effect.MARK_NOISE, reason=NoiseReason.TEST)
    assert bench.decide(captured.item_id, Effect.REOPEN, BEN).has_no_right
    assert bench.decide(captured.item_id, Effect.REOPEN, ANA).is_done
    item = bench.item(captured.item_id)
    assert (item.status, item.owner, item.seen_at, item.answered_at) == ("new", PM, None, None)


def test_an_answer_closes_what_its_giver_still_owed(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    bench.group(PM_GROUP, [CLEO])
    for owing in (PM, CLEO):
        bench.run(
            lambda uow, user, *, now: uow.items.add(
                OpenQuestion(
                    team_id=bench.team_id,
                    item_id=captured.item_id,
                    slack_user_id=user,
                    effect=ANSWER_IN_WORDS,
                    asked_at=now,
                )
            ),
            owing,
        )
    bench.decide(captured.item_id, Effect.DECLINE, PM, NO)
    still_open = {question.slack_user_id for question in bench.rows(OpenQuestion) if question.closed_at is None}
    assert still_open == {CLEO}


def test_what_was_taken_back_can_be_decided_on_no_more(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    assert bench.decide(captured.item_id, Effect.WITHDRAW, ANA).is_done
    for effect in set(Effect) - {Effect.UNDO}:
        assert not bench.decide(captured.item_id, effect, PM, NO).is_done
    assert bench.item(captured.item_id).status == "withdrawn"
