"""Questions to the field: one open for each asker, answered once, credited and taken back, closed with their day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.blocks.message import Message
from bot.domain.errors import MendableError
from bot.domain.facts import ChannelFacts, PersonFacts
from bot.domain.words import Kind, Privacy
from bot.services.fill_want import (
    AnswerWant,
    ReopenWant,
    TellWant,
    Told,
    answer_want,
    deny_want,
    reopen_want,
    tell_want,
    want_question,
)
from bot.services.join import JoinItems, join_items
from bot.services.people import RememberPeople, remember_people
from bot.services.questions import Asking
from bot.services.restrict import RestrictItem, restrict_item
from bot.services.revise import TakeBack, take_back
from bot.services.wants import (
    AskField,
    CloseWant,
    DropTyped,
    ReadWant,
    ReadWants,
    ask_field,
    close_lapsed_wants,
    drop_typed,
    list_wants,
    read_want_for,
    withdraw_want,
)
from db.models import MonthlyTally, Want
from db.unit_of_work import UnitOfWork
from tests.services.bench import ANA, BEN, CLEO, GUEST, INTEL_HOME, SECRET, Bench, places_of

ASKED = "What does Acme charge a seat"
KNOWN = "Acme charges 36 a seat, saw the offer"


def ask(bench: Bench, text: str = ASKED, asker: str = ANA, *, key: str = "", replaces: bool = False) -> Message:
    return bench.run(ask_field, AskField(bench.team_id, asker, text, key or bench.next_key(), replaces))


def tell(bench: Bench, words: str = KNOWN, actor: str = BEN, *, key: str = "", want_id: int = 0) -> Told:
    command = TellWant(bench.team_id, want_id or want(bench).id, actor, words, key or bench.next_key(), bench.ts())
    return bench.run(tell_want, command)


def reopen(bench: Bench, actor: str = ANA, want_id: int = 0) -> str:
    return bench.run(reopen_want, ReopenWant(bench.team_id, want_id or want(bench).id, actor)).text


def question(bench: Bench, words: str = KNOWN, reporter: str = BEN, **more: Any) -> Message | None:
    captured = bench.capture(words, reporter, Kind.NUGGET, **more)

    def asked(uow: UnitOfWork, report_id: int, *, now: object) -> Message | None:
        report = uow.items.find_report(report_id)
        assert report is not None
        return want_question(uow, Asking(report, report.saved_by or report.reporter), bench.now)

    return bench.run(asked, captured.report_id)


def answer(bench: Bench, item_id: int, actor: str = BEN, want_id: int = 0) -> str:
    return bench.run(answer_want, AnswerWant(bench.team_id, want_id or want(bench).id, item_id, actor)).text


def want(bench: Bench) -> Want:
    return bench.rows(Want)[-1]


def outcomes(bench: Bench) -> list[str | None]:
    return [row.outcome for row in bench.rows(Want)]


def card(bench: Bench, row: Want | None = None) -> str:
    """Return the newest version of a question's card, a change that waits included."""
    posted = (row or want(bench)).card_outbox_id
    versions = [entry for entry in bench.outbox() if posted in {entry.id, entry.target_id}]
    bench.send()
    return repr(versions[-1].payload)


def tallies(bench: Bench) -> dict[str, tuple[int, int, int]]:
    rows = bench.rows(MonthlyTally)
    return {row.slack_user_id: (row.nuggets, row.corroborations, row.filled_wants) for row in rows}


def told(bench: Bench, state: str = "pending") -> list[tuple[str, str]]:
    entries = [entry for entry in bench.outbox(purpose="filled want") if entry.state == state]
    return [(entry.channel_id, entry.payload.get("text", "")) for entry in entries]


def test_a_question_is_asked_in_the_home_of_intel_for_ten_business_days(bench: Bench) -> None:
    answered = ask(bench)
    assert answered.text.startswith(f"Asked in #{INTEL_HOME}, until 28 October 2026: “{ASKED}”")
    row = want(bench)
    assert (row.asker, row.words, row.due_on, row.closed_at) == (ANA, ASKED, date(2026, 10, 28), None)
    (posted,) = bench.outbox(purpose="want")
    assert (posted.channel_id, posted.payload["text"]) == (
        INTEL_HOME,
        f"Ana asks the field: “{ASKED}” Open until 28 October 2026",
    )
    assert "Acme · Open until" in card(bench)


def test_its_asker_may_name_the_day(bench: Bench) -> None:
    ask(bench, f"{ASKED} by friday")
    assert (want(bench).words, want(bench).due_on) == (ASKED, date(2026, 10, 16))


def test_a_day_that_is_over_asks_nobody(bench: Bench) -> None:
    with pytest.raises(MendableError, match="12 March 2020 is over"):
        ask(bench, f"{ASKED} by 12 March 2020")
    assert bench.rows(Want) == []


def test_the_same_command_asks_once_and_so_do_the_same_words(bench: Bench) -> None:
    assert ask(bench, key="once") == ask(bench, key="once") == ask(bench)
    assert len(bench.rows(Want)) == len(bench.outbox(purpose="want")) == 1


def test_a_second_question_comes_back_with_the_offer_to_replace_the_first(bench: Bench) -> None:
    ask(bench)
    second = ask(bench, "Who runs Initech by friday")
    assert "You ask the field one thing already" in second.text
    assert "Who runs Initech by friday" in second.text
    (button,) = second.blocks[-1]["elements"]
    assert (button["text"]["text"], button["value"]) == ("Replace it", "Who runs Initech by friday")
    assert [row.words for row in bench.rows(Want)] == [ASKED]


def test_replacing_closes_the_first_and_asks_the_second_once(bench: Bench) -> None:
    ask(bench)
    first = want(bench)
    for _ in range(2):
        ask(bench, "Who runs Initech", key="press", replaces=True)
    assert outcomes(bench) == ["replaced", None]
    assert "Closed: Ana asks something else" in card(bench, first)
    assert "I know something" not in card(bench, first)
    assert "Who runs Initech" in card(bench)


def test_two_people_may_ask_at_once(bench: Bench) -> None:
    ask(bench)
    ask(bench, "Who runs Initech", BEN)
    assert outcomes(bench) == [None, None]


def test_without_a_home_or_where_others_read_along_only_those_who_know_are_asked(bench: Bench) -> None:
    bench.channel(ChannelFacts(INTEL_HOME, "intel", is_private=False, is_externally_shared=True, has_bot=True))
    assert ask(bench).text.endswith("No channel for intel is set up, so it has no public card.")
    assert bench.outbox(purpose="want") == []
    assert question(bench) is not None


def test_a_channel_that_came_to_be_shared_shows_nothing_any_more(bench: Bench) -> None:
    ask(bench)
    card(bench)
    bench.channel(ChannelFacts(INTEL_HOME, "intel", is_private=False, is_externally_shared=True, has_bot=True))
    tell(bench)
    assert "Acme" not in card(bench)


def test_what_someone_knows_becomes_their_nugget_and_answers_it(bench: Bench) -> None:
    ask(bench)
    done = tell(bench)
    item = bench.item(done.item_id)
    assert (item.kind, item.reports[0].reporter, item.reports[0].words) == (Kind.NUGGET, BEN, KNOWN)
    assert done.answer.text.startswith("Got it: N-1, Acme")
    assert "Thank you: N-1 answers Ana's question" in done.answer.text
    assert (want(bench).outcome, want(bench).filled_by, want(bench).filled_item_id) == ("filled", BEN, item.id)
    assert tallies(bench) == {BEN: (0, 0, 1)}
    assert "Answered by Ben: N-1" in card(bench)
    assert "I know something" not in card(bench)


def test_its_asker_reads_the_words_after_the_rest_and_once(bench: Bench) -> None:
    ask(bench)
    tell(bench, key="form")
    tell(bench, key="form")
    ((channel, text),) = told(bench)
    assert channel == ANA
    assert f"Ben answers your question “{ASKED}”: N-1, first-hand: “{KNOWN}”" in text
    (entry,) = bench.outbox(purpose="filled want")
    assert entry.due_at == bench.now + timedelta(seconds=120)
    assert len(bench.rows(Want)) == 1
    assert tallies(bench) == {BEN: (0, 0, 1)}


def test_the_competitor_of_the_question_is_that_of_its_answer(bench: Bench) -> None:
    ask(bench)
    assert "N-1, Acme" in tell(bench, "36 a seat").answer.text


def test_who_comes_second_keeps_their_words_and_has_no_credit_for_the_answer(bench: Bench) -> None:
    ask(bench)
    want_id = want(bench).id
    tell(bench)
    late = tell(bench, "Acme charges 40 in Spain", CLEO, want_id=want_id)
    assert "N-2 is kept. Ana's question was closed by then: Answered by Ben: N-1." in late.answer.text
    assert tallies(bench) == {BEN: (0, 0, 1), CLEO: (1, 0, 0)}
    assert len(told(bench)) == 1


def test_nobody_has_credit_for_an_answer_to_themselves(bench: Bench) -> None:
    ask(bench)
    assert "answers your own question" in tell(bench, actor=ANA).answer.text
    assert tallies(bench) == {ANA: (1, 0, 0)}
    assert told(bench) == []


def test_whoever_shares_on_the_same_competitor_is_asked_in_private(bench: Bench) -> None:
    ask(bench)
    asked = question(bench)
    assert asked is not None
    assert asked.text == f"Ana asks the field: “{ASKED}” Does N-1 answer it?"
    assert [button["text"]["text"] for button in asked.blocks[-1]["elements"]] == ["Yes", "No"]


@pytest.mark.parametrize(
    ("words", "reporter", "more"),
    [
        ("Initech charges 30", BEN, {}),
        ("They charge 30", BEN, {}),
        (KNOWN, ANA, {}),
        (KNOWN, BEN, {"saved_by": ANA}),
        (KNOWN, ANA, {"saved_by": BEN}),
        (f"{KNOWN} #restricted", BEN, {}),
        (KNOWN, GUEST, {}),
    ],
)
def test_nobody_is_asked_about_what_answers_nothing_or_is_not_for_its_asker(
    bench: Bench, words: str, reporter: str, more: dict[str, Any]
) -> None:
    ask(bench)
    assert question(bench, words, reporter, **more) is None


def test_what_comes_from_a_place_that_the_asker_is_not_in_is_not_asked_about(bench: Bench) -> None:
    ask(bench, asker=CLEO)
    assert question(bench, channel_id=SECRET) is None
    ask(bench, "Who sells Acme", ANA)
    asked = question(bench, channel_id=SECRET)
    assert asked is not None
    assert "Who sells Acme" in asked.text


def test_the_question_that_is_due_first_is_asked_and_a_closed_one_never(bench: Bench) -> None:
    ask(bench)
    ask(bench, "Who runs Acme by friday", CLEO)
    asked = question(bench)
    assert asked is not None
    assert "Who runs Acme" in asked.text
    tell(bench)
    asked = question(bench)
    assert asked is not None
    assert ASKED in asked.text


def test_yes_answers_it_with_what_is_there_and_moves_the_credit(bench: Bench) -> None:
    ask(bench)
    item_id = bench.capture(KNOWN, BEN, Kind.NUGGET).item_id
    assert tallies(bench) == {BEN: (1, 0, 0)}
    first = answer(bench, item_id)
    assert first.startswith("Thank you: N-1 answers Ana's question")
    assert answer(bench, item_id) == first
    assert tallies(bench) == {BEN: (0, 0, 1)}
    assert len(told(bench)) == 1


def test_whoever_saved_it_answers_for_its_author_who_has_the_credit(bench: Bench) -> None:
    ask(bench)
    item_id = bench.capture(KNOWN, BEN, Kind.NUGGET, saved_by=CLEO).item_id
    answer(bench, item_id, CLEO)
    assert (want(bench).filled_by, tallies(bench)[BEN]) == (BEN, (0, 0, 1))


def test_another_s_news_is_not_one_s_answer(bench: Bench) -> None:
    ask(bench)
    item_id = bench.capture(KNOWN, BEN, Kind.NUGGET).item_id
    for who in (CLEO, GUEST):
        with pytest.raises(MendableError):
            answer(bench, item_id, who)
    assert outcomes(bench) == [None]


def test_no_changes_nothing(bench: Bench) -> None:
    ask(bench)
    item_id = bench.capture(KNOWN, BEN, Kind.NUGGET).item_id
    said = bench.run(deny_want, AnswerWant(bench.team_id, want(bench).id, item_id, BEN))
    assert said.text == "Noted. Ana goes on looking."
    assert outcomes(bench) == [None]


def test_still_looking_opens_it_again_and_takes_the_credit_away(bench: Bench) -> None:
    ask(bench)
    tell(bench)
    for _ in range(2):
        assert reopen(bench) == "Your question is open again, until 28 October 2026."
    row = want(bench)
    assert (row.outcome, row.closed_at, row.filled_by, row.filled_item_id) == (None, None, None, None)
    assert tallies(bench) == {BEN: (1, 0, 0)}
    assert "I know something" in card(bench)
    tell(bench, "Acme charges 40", CLEO)
    assert tallies(bench) == {BEN: (1, 0, 0), CLEO: (0, 0, 1)}


def test_credit_for_one_answer_stays_where_it_answers_another_question_too(bench: Bench) -> None:
    ask(bench)
    first = want(bench).id
    ask(bench, "Is Acme cheaper", CLEO)
    second = want(bench).id
    item_id = bench.capture(KNOWN, BEN, Kind.NUGGET).item_id
    answer(bench, item_id, want_id=first)
    answer(bench, item_id, want_id=second)
    assert tallies(bench) == {BEN: (0, 0, 1)}
    reopen(bench, ANA, first)
    assert tallies(bench) == {BEN: (0, 0, 1)}
    reopen(bench, CLEO, second)
    assert tallies(bench) == {BEN: (1, 0, 0)}


def test_a_corroboration_that_answered_goes_back_to_being_one(bench: Bench) -> None:
    into = bench.capture("Acme is at 36 a seat", CLEO, Kind.NUGGET).item_id
    ask(bench)
    item_id = bench.capture(KNOWN, BEN, Kind.NUGGET).item_id
    bench.run(join_items, JoinItems(bench.team_id, item_id, into, BEN, bench.next_key()))
    assert answer(bench, item_id).startswith("Thank you: N-1 answers")
    assert tallies(bench)[BEN] == (0, 0, 1)
    reopen(bench)
    assert tallies(bench)[BEN] == (0, 1, 0)


def test_only_its_asker_goes_on_looking(bench: Bench) -> None:
    ask(bench)
    tell(bench)
    with pytest.raises(MendableError):
        reopen(bench, BEN)
    assert outcomes(bench) == ["filled"]


def test_an_asker_with_another_question_takes_that_back_first(bench: Bench) -> None:
    ask(bench)
    first = want(bench).id
    tell(bench)
    ask(bench, "Who runs Initech")
    with pytest.raises(MendableError, match="something else by now"):
        reopen(bench, want_id=first)
    assert outcomes(bench) == ["filled", None]


def test_an_answer_taken_back_in_time_tells_nobody_and_opens_the_question_again(bench: Bench) -> None:
    ask(bench)
    done = tell(bench)
    bench.run(take_back, TakeBack(bench.team_id, done.report_id, BEN))
    assert told(bench) == []
    assert [channel for channel, _ in told(bench, "cancelled")] == [ANA]
    assert outcomes(bench) == [None]
    assert tallies(bench) == {BEN: (0, 0, 0)}
    assert "36 a seat" not in repr(bench.outbox())
    assert places_of(bench, "36 a seat") == set()
    assert "I know something" in card(bench)


def test_an_answer_restricted_in_time_is_not_read_by_its_asker(bench: Bench) -> None:
    ask(bench)
    done = tell(bench)
    bench.run(restrict_item, RestrictItem(bench.team_id, done.item_id, BEN))
    ((channel, text),) = told(bench)
    assert (channel, "36 a seat" in text, "Ask Ben." in text) == (ANA, False, True)
    assert "Answered by Ben'" in card(bench)
    assert bench.item(done.item_id).privacy == Privacy.RESTRICTED


def test_a_restricted_answer_is_named_to_nobody(bench: Bench) -> None:
    ask(bench)
    tell(bench, f"{KNOWN} #restricted")
    ((_, text),) = told(bench)
    assert "36 a seat" not in text
    assert "N-1" not in text
    assert "N-1" not in card(bench)


def test_taking_it_back_erases_its_words_everywhere_and_returns_them(bench: Bench) -> None:
    ask(bench, "What does the walrus charge")
    bench.send()
    command = CloseWant(bench.team_id, ANA, want(bench).id)
    assert "What does the walrus charge" in bench.run(withdraw_want, command).text
    assert "Taken back by Ana" in card(bench)
    assert places_of(bench, "walrus") == set()
    with pytest.raises(MendableError):
        bench.run(withdraw_want, command)


def test_nobody_takes_another_s_question_back(bench: Bench) -> None:
    ask(bench)
    with pytest.raises(MendableError):
        bench.run(withdraw_want, CloseWant(bench.team_id, BEN, want(bench).id))
    assert outcomes(bench) == [None]


def test_a_line_that_is_saved_after_all_asks_nobody_any_more(bench: Bench) -> None:
    ask(bench, ASKED)
    assert not bench.run(drop_typed, DropTyped(bench.team_id, ANA, "want something else"))
    assert not bench.run(drop_typed, DropTyped(bench.team_id, BEN, f"want {ASKED}"))
    assert bench.run(drop_typed, DropTyped(bench.team_id, ANA, f"want {ASKED} by friday"))
    assert outcomes(bench) == ["withdrawn"]


def test_the_list_begins_with_one_s_own_and_with_what_one_reports_on(bench: Bench) -> None:
    ask(bench, "Who pays for lunch by friday", BEN)
    ask(bench, "Is Acme cheaper", CLEO)
    ask(bench, "Who runs Initech")
    bench.capture("Acme hired people", ANA, Kind.NUGGET)
    listed = bench.run(list_wants, ReadWants(bench.team_id, ANA))
    words = ("Who runs Initech", "Is Acme cheaper", "Who pays for lunch")
    places = [listed.text.index(text) for text in words]
    assert places == sorted(places)
    labels = [block["elements"][0]["text"]["text"] for block in listed.blocks if block["type"] == "actions"]
    assert labels == ["Take back", "I know something", "I know something"]


def test_an_empty_list_says_how_to_ask(bench: Bench) -> None:
    assert "/intel want and your question asks it" in bench.run(list_wants, ReadWants(bench.team_id, ANA)).text


def test_the_form_of_a_closed_question_does_not_open(bench: Bench) -> None:
    ask(bench)
    query = ReadWant(bench.team_id, BEN, want(bench).id)
    assert bench.run(read_want_for, query).words == ASKED
    tell(bench)
    with pytest.raises(MendableError, match="closed by now"):
        bench.run(read_want_for, query)


def test_it_closes_on_the_morning_after_its_day_and_its_asker_hears_it_once(bench: Bench) -> None:
    # Friday; the Monday after it, at half past nine in Paris.
    ask(bench, f"{ASKED} by friday")
    monday = datetime(2026, 10, 19, 7, 30, tzinfo=UTC)
    for moment in (datetime(2026, 10, 17, 12, tzinfo=UTC), monday - timedelta(seconds=1)):
        assert lapse(bench, moment) == []
    assert lapse(bench, monday) == [f"want {want(bench).id}"]
    assert lapse(bench, monday + timedelta(days=1)) == []
    assert outcomes(bench) == ["lapsed"]
    (notice,) = bench.notices()
    assert (notice.channel_id, notice.payload["text"]) == (
        ANA,
        f"Nobody knew by 16 October 2026: “{ASKED}” It is closed now.",
    )
    assert "Nobody knew by 16 October 2026" in card(bench)


def lapse(bench: Bench, moment: datetime) -> list[str]:
    before, bench.now = bench.now, moment
    try:
        return bench.run(close_lapsed_wants, bench.team_id)
    finally:
        bench.now = before


def test_the_morning_is_that_of_its_asker(bench: Bench) -> None:
    bench.run(remember_people, RememberPeople(bench.team_id, [PersonFacts(ANA, "T", "Ana", zone="Asia/Tokyo")]))
    ask(bench, f"{ASKED} by tomorrow")
    midnight = bench.now.replace(day=16, hour=0)
    assert lapse(bench, midnight + timedelta(minutes=29)) == []
    assert len(lapse(bench, midnight + timedelta(minutes=30))) == 1


def test_asking_again_moves_its_day_on(bench: Bench) -> None:
    ask(bench, f"{ASKED} by friday")
    bench.wait(days=5)
    assert len(bench.run(close_lapsed_wants, bench.team_id)) == 1
    assert reopen(bench) == "Your question is open again, until 2 November 2026."
    assert bench.run(close_lapsed_wants, bench.team_id) == []


def test_an_asker_who_left_hears_nothing(bench: Bench) -> None:
    ask(bench)
    tell(bench)
    ask(bench, "Who runs Initech", BEN)
    gone = [PersonFacts(user, "T", user, is_deactivated=True) for user in (ANA, BEN)]
    bench.run(remember_people, RememberPeople(bench.team_id, gone))
    bench.wait(days=40)
    assert len(bench.run(close_lapsed_wants, bench.team_id)) == 1
    assert bench.notices() == []


def test_another_workspace_s_question_is_not_there(bench: Bench) -> None:
    ask(bench)
    row = want(bench)
    with pytest.raises(MendableError):
        bench.run(tell_want, TellWant("TOTHER", row.id, BEN, KNOWN, "x", bench.ts()))
    with pytest.raises(MendableError):
        bench.run(read_want_for, ReadWant("TOTHER", BEN, row.id))
