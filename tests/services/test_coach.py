"""Coaching: one question after a bare ask, its answer below the exact words, and rest after two skips."""

from datetime import timedelta

import pytest

from bot.blocks.message import Message
from bot.domain.errors import MendableError
from bot.domain.words import Effect, Kind
from bot.services.capture import Captured
from bot.services.coach import (
    AnswerCoaching,
    ReadCoached,
    SkipCoaching,
    answer_coaching,
    coaching_question,
    read_coached,
    skip_coaching,
)
from bot.services.questions import Asking
from bot.services.revise import EditWords, RewriteReport, TakeBack, edit_words, rewrite_report, take_back
from db.models import Coaching, ReportVersion
from db.unit_of_work import UnitOfWork
from tests.services.bench import ANA, BEN, FIELD, PM, Bench, places_of

TOLD = "Their IT switches us off in January."


def question(bench: Bench, captured: Captured, asked: str = "") -> Message | None:
    def ask(uow: UnitOfWork, report_id: int, *, now: object) -> Message | None:
        report = uow.items.find_report(report_id)
        assert report is not None
        return coaching_question(uow, Asking(report, asked or report.reporter), bench.now)

    return bench.run(ask, captured.report_id)


def skip(bench: Bench, captured: Captured, actor: str = ANA) -> str:
    return bench.run(skip_coaching, SkipCoaching(bench.team_id, captured.report_id, actor)).text


def answer(bench: Bench, captured: Captured, words: str = TOLD, actor: str = ANA, ts: str = "") -> str:
    command = AnswerCoaching(bench.team_id, captured.report_id, actor, words, ts or bench.ts())
    return bench.run(answer_coaching, command).text


def is_asked(bench: Bench) -> bool:
    return question(bench, bench.capture("Dark mode")) is not None


def test_a_bare_ask_brings_one_question_in_the_words_of_who_asks(bench: Bench) -> None:
    asked = question(bench, bench.capture("SSO for Globex"))
    assert asked is not None
    assert asked.text == "Saved as A-1. One thing would help Lena decide: what can't Globex do today?"
    assert [button["text"]["text"] for button in asked.blocks[-1]["elements"]] == ["Answer", "Skip"]


def test_without_owner_and_account_it_speaks_of_the_team_and_the_customer(bench: Bench) -> None:
    asked = question(bench, bench.capture("Dark mode"))
    assert asked is not None
    assert asked.text.endswith("One thing would help the product team decide: what can't your customer do today?")


@pytest.mark.parametrize(
    "more",
    [
        {"words": "Globex cannot roll out without SSO"},
        {"words": "Acme cut prices", "kind": Kind.NUGGET},
        {"words": "SSO", "wanted": "SAML"},
        {"words": "SSO", "saved_by": BEN},
        {"words": "\u200b"},
    ],
)
def test_nobody_is_asked_where_it_is_said_or_not_theirs_to_say(bench: Bench, more: dict[str, object]) -> None:
    captured = bench.capture(**more)  # type: ignore[arg-type]
    assert question(bench, captured) is None


def test_who_saved_it_for_another_is_not_asked(bench: Bench) -> None:
    assert question(bench, bench.capture("SSO"), BEN) is None


def test_what_was_decided_meanwhile_needs_no_question(bench: Bench) -> None:
    captured = bench.capture("SSO")
    bench.decide(captured.item_id, Effect.ACCEPT, PM)
    assert question(bench, captured) is None


def test_the_answer_stands_below_the_exact_first_words_and_the_earlier_version_is_kept(bench: Bench) -> None:
    captured = bench.capture("SSO for Globex, $90k")
    assert answer(bench, captured).startswith("Added to A-1 below your first words. Lena reads both.")
    report = bench.report(captured.report_id)
    assert report.words == f"SSO for Globex, $90k\n\n{TOLD}"
    assert (report.answered, report.claimed_minor, report.account_id is None) == (TOLD, 90_000_00, False)
    assert [row.words for row in bench.rows(ReportVersion)] == ["SSO for Globex, $90k"]
    assert TOLD in repr(bench.card_of(captured.item_id).payload)
    assert question(bench, captured) is None


def test_an_answer_sent_twice_is_added_once_and_a_second_one_is_added_to_it(bench: Bench) -> None:
    captured = bench.capture("SSO")
    answer(bench, captured)
    answer(bench, captured)
    assert bench.report(captured.report_id).words == f"SSO\n\n{TOLD}"
    answer(bench, captured, "Ours is the last tool without it.")
    assert bench.report(captured.report_id).words == f"SSO\n\n{TOLD}\n\nOurs is the last tool without it."


def test_an_answer_is_kept_also_where_slack_s_clock_is_ahead_of_ours(bench: Bench) -> None:
    captured = bench.capture("SSO", words_ts=bench.ts(3600))
    answer(bench, captured)
    assert bench.report(captured.report_id).words.endswith(TOLD)


def test_an_edit_of_the_message_keeps_the_answer(bench: Bench) -> None:
    ts = bench.ts()
    captured = bench.capture("SSO", channel_id=FIELD, message_ts=ts, words_ts=ts)
    bench.wait(minutes=1)
    answer(bench, captured)
    bench.wait(minutes=1)
    bench.run(edit_words, EditWords(bench.team_id, FIELD, ts, "SAML", bench.ts()))
    assert bench.report(captured.report_id).words == f"SAML\n\n{TOLD}"


def test_an_answer_that_its_author_edits_away_does_not_come_back(bench: Bench) -> None:
    ts = bench.ts()
    captured = bench.capture("SSO", channel_id=FIELD, message_ts=ts, words_ts=ts)
    answer(bench, captured)
    bench.wait(minutes=1)
    bench.run(rewrite_report, RewriteReport(bench.team_id, captured.report_id, ANA, "SSO, please", bench.ts()))
    bench.wait(minutes=1)
    bench.run(edit_words, EditWords(bench.team_id, FIELD, ts, "SAML", bench.ts()))
    assert bench.report(captured.report_id).words == "SAML"


def test_an_answer_goes_with_the_report(bench: Bench) -> None:
    captured = bench.capture("SSO")
    answer(bench, captured)
    bench.send()
    bench.run(take_back, TakeBack(bench.team_id, captured.report_id, ANA))
    assert places_of(bench, "switches us off") == set()


def test_after_two_skips_in_a_row_there_is_a_quarter_s_rest(bench: Bench) -> None:
    first, second = bench.capture("SSO"), bench.capture("SAML")
    assert skip(bench, first) == "A-1 stands as you wrote it."
    assert is_asked(bench)
    assert skip(bench, second) == (
        "A-2 stands as you wrote it. You skip this as a rule, so I ask you again only from 13 January 2027."
    )
    assert not is_asked(bench)
    assert question(bench, bench.capture("Dark mode", BEN)) is not None
    bench.wait(days=90)
    assert not is_asked(bench)
    bench.wait(days=1)
    assert is_asked(bench)


def test_the_same_skip_counts_once(bench: Bench) -> None:
    captured = bench.capture("SSO")
    assert skip(bench, captured) == skip(bench, captured)
    assert is_asked(bench)
    assert [row.skips for row in bench.rows(Coaching)] == [1]


def test_an_answer_between_two_skips_begins_anew(bench: Bench) -> None:
    one, two, three = (bench.capture(words) for words in ("SSO", "SAML", "SCIM"))
    skip(bench, one)
    answer(bench, two)
    skip(bench, three)
    assert is_asked(bench)


def test_an_answer_ends_the_rest(bench: Bench) -> None:
    one, two, three = (bench.capture(words) for words in ("SSO", "SAML", "SCIM"))
    skip(bench, one)
    skip(bench, two)
    answer(bench, three)
    assert is_asked(bench)


@pytest.mark.parametrize("actor", [BEN, PM])
def test_another_s_question_is_neither_answered_nor_skipped(bench: Bench, actor: str) -> None:
    captured = bench.capture("SSO")
    with pytest.raises(MendableError):
        skip(bench, captured, actor)
    with pytest.raises(MendableError):
        answer(bench, captured, actor=actor)
    with pytest.raises(MendableError):
        bench.run(read_coached, ReadCoached(bench.team_id, actor, captured.report_id))
    assert bench.report(captured.report_id).words == "SSO"
    assert bench.rows(Coaching) == []


def test_the_form_shows_the_words_that_it_adds_to(bench: Bench) -> None:
    captured = bench.capture("SSO for Globex")
    read = bench.run(read_coached, ReadCoached(bench.team_id, ANA, captured.report_id))
    assert (read.name, read.words, read.customer) == ("A-1", "SSO for Globex", "Globex")


def test_a_rest_is_a_quarter_by_the_calendar_of_the_workspace(bench: Bench) -> None:
    for words in ("SSO", "SAML"):
        skip(bench, bench.capture(words))
    (row,) = bench.rows(Coaching)
    assert row.rests_until == bench.now.date() + timedelta(days=91)
