"""What a new day brings: looking again, questions that lapse, and one list to each owner who has work waiting."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.facts import PersonFacts
from bot.domain.words import Effect, Kind, Status
from bot.services.daily import let_time_pass, list_due, post_daily_lists
from bot.services.decide import ApplyEffect, apply_effect
from bot.services.people import RememberPeople, remember_people
from db.models import Decision, Item, OutboxEntry, Run
from db.unit_of_work import UnitOfWork
from tests.services.bench import ANA, BEN, LEAD, PM, SECRET, Bench

WEDNESDAY = datetime(2026, 10, 14, 7, 0, tzinfo=UTC)


def at(bench: Bench, day: int, hour: int = 7, minute: int = 45, month: int = 10) -> None:
    """Set the clock to this time in UTC, two hours behind Paris in summer."""
    bench.now = datetime(2026, month, day, hour, minute, tzinfo=UTC)


def waiting(bench: Bench, owner: str = PM) -> list[tuple[str, str]]:
    def read(uow: UnitOfWork, team_id: str, *, now: datetime) -> list[tuple[str, str]]:
        return [(line.name, line.because) for line in list_due(uow, team_id, owner, now=now)]

    return bench.run(read, bench.team_id)


def lists(bench: Bench) -> dict[str, str]:
    return {entry.channel_id: entry.payload["text"] for entry in bench.outbox(purpose="daily list")}


@pytest.fixture
def early(bench: Bench) -> Bench:
    """The bench on a Wednesday morning, with one ask for Priya and one nugget for Lena."""
    bench.now = WEDNESDAY
    bench.capture("The invoice PDF is wrong", ANA)
    bench.capture("Acme sells SSO for nothing", BEN, Kind.NUGGET)
    return bench


def test_the_list_names_what_nobody_has_seen_in_time(early: Bench) -> None:
    assert waiting(early) == []
    at(early, 15)
    assert waiting(early) == [("A-1", "nobody has looked at it yet")]
    assert waiting(early, LEAD) == []
    at(early, 16)
    assert waiting(early, LEAD) == [("N-1", "nobody has looked at it yet")]


def test_answers_come_due_and_late_ones_stand_first(early: Bench) -> None:
    early.decide(next(item.id for item in early.rows(Item) if item.kind == Kind.ASK), Effect.SEE)
    at(early, 20)
    early.capture("The invoice is late", ANA)
    at(early, 23)
    assert waiting(early) == [("A-2", "nobody has looked at it yet")]
    at(early, 27, 9)
    assert waiting(early) == [("A-2", "nobody has looked at it yet"), ("A-1", "its answer is due by tomorrow")]
    at(early, 29)
    assert waiting(early) == [("A-1", "its answer is late"), ("A-2", "nobody has looked at it yet")]


def test_the_clock_stands_still_while_the_reporter_is_asked(bench: Bench) -> None:
    bench.now = WEDNESDAY
    captured = bench.capture("The invoice PDF is wrong", ANA)
    bench.decide(captured.item_id, Effect.ASK_FOR_INFO, PM, "Which one?")
    at(bench, 27)
    assert waiting(bench) == []
    bench.decide(captured.item_id, Effect.REOPEN, ANA)
    bench.decide(captured.item_id, Effect.SEE)
    at(bench, 29)
    assert waiting(bench) == []
    at(bench, 10, month=11)
    assert waiting(bench) == [("A-1", "its answer is late")]


def test_an_accepted_ask_without_a_next_date_comes_back_after_a_month(bench: Bench) -> None:
    bench.now = WEDNESDAY
    captured = bench.capture("The invoice PDF is wrong", ANA)
    bench.decide(captured.item_id, Effect.ACCEPT)
    at(bench, 12, month=11)
    assert waiting(bench) == []
    at(bench, 14, month=11)
    assert waiting(bench) == [("A-1", "accepted a month ago, and has no next date")]


def test_the_list_goes_out_once_in_the_morning_of_each_owner(early: Bench) -> None:
    people = [PersonFacts(LEAD, early.team_id, "Lena", zone="America/New_York")]
    early.run(remember_people, RememberPeople(early.team_id, people))
    at(early, 19, 7, 29)
    assert early.run(post_daily_lists, early.team_id) == []
    at(early, 19, 7, 30)
    assert early.run(post_daily_lists, early.team_id) == [f"{PM} 2026-10-19"]
    assert early.run(post_daily_lists, early.team_id) == []
    at(early, 19, 13, 30)
    assert early.run(post_daily_lists, early.team_id) == [f"{LEAD} 2026-10-19"]
    assert lists(early) == {
        PM: "Good morning. 1 item waits for you: A-1: The invoice PDF is wrong · nobody has looked at it yet.",
        LEAD: "Good morning. 1 item waits for you: N-1: Acme sells SSO for nothing · nobody has looked at it yet.",
    }


def test_nobody_is_sent_an_empty_list_or_one_on_a_day_off_or_a_late_one(early: Bench) -> None:
    at(early, 14, 7, 45)
    early.run(post_daily_lists, early.team_id)
    at(early, 17, 7, 45)
    early.run(post_daily_lists, early.team_id)
    at(early, 19, 15, 31)
    early.run(post_daily_lists, early.team_id)
    assert lists(early) == {}
    states = {run.state for run in early.rows(Run) if run.kind == "daily list"}
    assert states == {"nothing_to_say"}


def test_ten_lines_and_the_rest_is_counted(bench: Bench) -> None:
    bench.now = WEDNESDAY
    for number in range(12):
        bench.capture(f"The invoice {number} is wrong", ANA)
    at(bench, 16)
    bench.run(post_daily_lists, bench.team_id)
    (entry,) = bench.outbox(purpose="daily list")
    assert entry.payload["text"].startswith("Good morning. 12 items wait for you: A-1: ")
    assert "And 3 more." in repr(entry.payload["blocks"])
    assert "A-10" not in entry.payload["text"]


def test_an_owner_reads_nothing_from_a_place_that_they_are_not_in(bench: Bench) -> None:
    bench.now = WEDNESDAY
    bench.capture("The invoice is a secret", ANA, channel_id=SECRET)
    at(bench, 16)
    assert waiting(bench) == []


def test_not_now_is_looked_at_again_on_its_day_and_its_reporter_hears_nothing(bench: Bench) -> None:
    bench.now = WEDNESDAY
    captured = bench.capture("The invoice PDF is wrong", ANA)
    bench.decide(captured.item_id, Effect.ANSWER_NOT_NOW, PM, "After billing.", look_again_on=date(2026, 11, 2))
    at(bench, 1, month=11)
    bench.run(let_time_pass, bench.team_id)
    assert bench.item(captured.item_id).status == Status.NOT_NOW
    at(bench, 2, month=11)
    for _ in range(2):
        bench.run(let_time_pass, bench.team_id)
    item = bench.item(captured.item_id)
    assert (item.status, item.owner, item.answered_at, item.look_again_on) == (Status.ACKNOWLEDGED, PM, None, None)
    again = [row for row in bench.rows(Decision) if row.effect == Effect.REOPEN]
    assert [(row.actor, row.reason) for row in again] == [(None, "The day to look again has come.")]
    assert len(bench.outbox(purpose="notice")) == 1


def test_a_question_lapses_after_ten_business_days_and_one_tap_opens_it_again(bench: Bench) -> None:
    bench.now = WEDNESDAY
    captured = bench.capture("The invoice PDF is wrong", ANA)
    bench.decide(captured.item_id, Effect.ASK_FOR_INFO, PM, "Which one?")
    at(bench, 27)
    bench.run(let_time_pass, bench.team_id)
    at(bench, 29)
    for _ in range(2):
        bench.run(let_time_pass, bench.team_id)
    assert bench.item(captured.item_id).status == Status.NEEDS_INFO
    told = bench.outbox(OutboxEntry.channel_id == ANA, purpose="notice")
    assert [entry.payload["text"][:42] for entry in told] == [
        "Priya has one question on A-1 (The invoice",
        "A-1 (The invoice PDF is wrong) is not purs",
    ]
    assert "Not pursued" in bench.card_of(captured.item_id).payload["text"]
    command = ApplyEffect(bench.team_id, captured.item_id, Effect.REOPEN, ANA, bench.next_key())
    assert bench.run(apply_effect, command).is_done
    assert bench.item(captured.item_id).status == Status.NEW
