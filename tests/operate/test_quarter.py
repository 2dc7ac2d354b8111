"""The quarter of forty reps: its script is sound on whatever month it begins, and it is lived through the real bot."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.known_names import KnownNames
from bot.domain.lines import parse_line
from bot.domain.periods import is_business_day
from bot.domain.words import Category, Kind
from bot.operate.demo.company import Company, Options
from bot.operate.demo.play import Month
from bot.operate.demo.quarter import NEWCOMERS, live_quarter
from bot.operate.demo.quarter.people import AMERICAS, EMEA, NUMBERS
from bot.operate.demo.quarter.schedule import (
    TOLD,
    ZONE,
    Moment,
    Told,
    done_on,
    months_from,
    plan_quarter,
    told_on,
    words_on,
)
from bot.operate.demo.quarter.story import ANSWERS, DECISIONS, MARA, PRIYA, TOM, YUKI, Then
from bot.operate.demo.script import SAID
from bot.operate.demo.world import EXECUTIVE, PMS, REPS
from bot.services.totals import list_reports
from db.models import Decision, Item, Note, Report, Run
from tests.databases import engine_of

BEGINNINGS = [date(2026, 10, 1), date(2027, 2, 1), date(2026, 5, 1), date(2028, 1, 1), date(2026, 8, 1)]
KEPT = [told for told in TOLD if told.line.way != "chat"]
NUGGETS = [told for told in KEPT if told.line.way in {"intel", "field"}]
ASKS = [told for told in KEPT if told.line.way in {"ask", "voice"}]
CHAT = [told for told in TOLD if told.line.way == "chat"]
COMPETITORS = ("Acme", "Initech", "Umbrella")
# The names that the demo's settings list; accounts that lines add are looked for by the lines' own words.
KNOWN = KnownNames.build(
    {1: ["Acme", "Acme Corp"], 2: ["Initech"], 3: ["Umbrella", "Umbrella Cloud"]},
    {1: ["Login", "SSO", "SAML", "SCIM"], 2: ["Reports", "export", "CSV", "dashboard"],
     3: ["Mobile", "offline", "Android", "iPhone"]},
    {1: ["Globex", "Globex Corp"], 2: ["Stark Logistics"], 3: ["Wayne Foods"]},
)  # fmt: skip
OF_ONE_SEASON = re.compile(
    r"\b(January|February|June|August|September|October|November|December|spring|summer|autumn|winter)\b"
    r"|christmas|easter",
    re.IGNORECASE,
)


def all_words() -> list[str]:
    """Return everything that anybody writes in the quarter."""
    thens = [words for told in TOLD for then in told.line.then for words in (then.words, then.instead) if words]
    return [told.line.text for told in TOLD] + thens


def authors(told: list[Told]) -> set[str]:
    return {entry.line.author for entry in told}


# The people.


def test_forty_reps_have_forty_names_and_first_names() -> None:
    names = [*REPS, *(newcomer.person.real_name for newcomer in NEWCOMERS)]
    taken = [*names, *PMS.values(), "Mara Costa", "Ellen Wright"]
    assert len(names) == 40
    assert len(set(names)) == 40
    assert sorted(NUMBERS.values()) == list(range(40))
    assert len({name.split()[0] for name in taken}) == len(taken)
    assert len({newcomer.person.user_id for newcomer in NEWCOMERS}) == 28


def test_newcomers_live_across_europe_and_the_americas() -> None:
    zones = {newcomer.person.tz: newcomer.group_id for newcomer in NEWCOMERS}
    assert all(ZoneInfo(zone) for zone in zones)
    assert len(zones) >= 20
    assert {zone.split("/")[0] for zone, group in zones.items() if group == EMEA} == {"Europe"}
    assert {zone.split("/")[0] for zone, group in zones.items() if group == AMERICAS} == {"America"}
    assert Counter(newcomer.group_id for newcomer in NEWCOMERS) == {EMEA: 14, AMERICAS: 14}


def test_some_come_and_some_go_and_nobody_speaks_outside_their_time() -> None:
    comers = {newcomer.first_name: newcomer.comes for newcomer in NEWCOMERS if newcomer.comes}
    goers = {newcomer.first_name: newcomer.goes for newcomer in NEWCOMERS if newcomer.goes}
    assert len(comers) == 4
    assert len(goers) == 2
    months = months_from(BEGINNINGS[0])
    for told in TOLD:
        said_on = told_on(months, told)
        acts = [(told.line.author, said_on)]
        acts += [(then.actor or told.line.author, done_on(said_on, then)) for then in told.line.then]
        for name, day in acts:
            if name in {*comers, *goers}:
                comes, goes = comes_and_goes(months, name)
                assert comes is None or day >= comes, (name, told.line.text)
                assert goes is None or day <= goes, (name, told.line.text)


def comes_and_goes(months: tuple[date, date, date], name: str) -> tuple[date | None, date | None]:
    """Count the working days by hand, from the first of each month."""
    found = next(newcomer for newcomer in NEWCOMERS if newcomer.first_name == name)
    days = []
    for turn in (found.comes, found.goes):
        working = [months[turn.month] + timedelta(days=n) for n in range(31)] if turn else []
        days.append([day for day in working if day.weekday() < 5][turn.day - 1] if turn else None)
    return days[0], days[1]


def test_everyone_shares_something() -> None:
    assert authors(KEPT) == set(NUMBERS)
    by_month = [authors([told for told in NUGGETS if told.month == month]) for month in range(3)]
    # The board is worth reading: most reps are on it each month, and never all of them.
    assert all(28 <= len(names) < 40 for names in by_month)


# The texts.


def test_there_are_as_many_texts_as_a_quarter_of_forty_reps_has() -> None:
    assert 140 <= len(NUGGETS) <= 160
    assert 100 <= len(ASKS) <= 125
    assert 250 <= len(KEPT) <= 275
    assert 8 <= len(CHAT) <= 15
    for month in range(3):
        assert 75 <= sum(told.month == month for told in KEPT) <= 100


def test_no_two_words_are_alike_and_all_have_a_length_that_fits() -> None:
    words = all_words()
    assert all(1 <= len(text.strip()) <= 500 for text in words)
    # An edit begins as its line does, and everything else stands for itself.
    folded = Counter(re.sub(r"\W+", " ", text.casefold()).strip() for text in words)
    assert [text for text, count in folded.items() if count > 1] == []
    assert not {told.line.text for told in TOLD} & {said.text for said in SAID}
    for first, second in pairwise(sorted(told.line.text for told in TOLD)):
        assert first[:25] != second[:25]


def test_every_text_is_one_plain_line_that_no_client_turns_into_something_else() -> None:
    for text in all_words():
        assert text == " ".join(text.split())
        assert not re.search(r"https?:|@|<|>|[*_~`]|:[a-z_]+:", text), text
        assert not re.search(r"#(intel|asks|field-notes|customer-voice|revenue-recap)\b", text), text
        # It reads in any quarter: a month or a feast would be wrong in most of them.
        assert not OF_ONE_SEASON.search(text), text


def test_every_card_and_message_is_found_by_its_own_words_alone() -> None:
    for told in KEPT:
        about = told.line.about
        assert "{+" not in about
        assert not set("&<>") & set(about)
        holders = [text for text in all_words() if about in text]
        edits = [then.words for then in told.line.then if then.deed == "edit"]
        assert holders == [told.line.text, *edits], about


def test_nuggets_cover_every_competitor_and_category() -> None:
    parsed = {told.line.text: parse_line(told.line.text, KNOWN) for told in NUGGETS}
    by_competitor = Counter(key for line in parsed.values() for key in line.competitor_ids)
    by_category = Counter(line.category for line in parsed.values())
    assert all(by_competitor[key] >= 35 for key in (1, 2, 3))
    assert all(by_category[category] >= 8 for category in Category)
    assert {line.how_known for line in parsed.values()} >= {None, *("second-hand", "document", "rumour", "first-hand")}


def test_asks_cover_every_area_and_some_are_of_none() -> None:
    by_area = Counter(parse_line(told.line.text, KNOWN).area_ids[:1] for told in ASKS)
    assert all(by_area[(area,)] >= 15 for area in (1, 2, 3))
    untaken = [told for told in ASKS if not parse_line(told.line.text, KNOWN).area_ids]
    taken_later = [told for told in untaken if any(then.deed == "route" for then in told.line.then)]
    assert len(taken_later) >= 20
    assert len(untaken) - len(taken_later) >= 15


def test_money_comes_in_many_currencies_and_writings() -> None:
    amounts = [amount for told in ASKS for amount in parse_line(told.line.text, KNOWN).amounts]
    assert len(amounts) >= 30
    assert {amount.currency for amount in amounts} >= {"USD", "EUR"}
    words = " ".join(told.line.text for told in ASKS)
    for writing in (r"\$9k", r"€9k", r"€9\.9m", r"9k EUR", r"9,9 EUR", r"USD 9k", r"9k USD", r"9,9 Mio EUR", r"9k PLN"):
        assert re.search(writing, re.sub(r"[0-9]+", "9", words)), writing


@pytest.mark.parametrize(
    ("need", "least"),
    [(r"\bSSO\b|SAML|single sign-on|badge", 9), (r"offline", 7), (r"SCIM|leavers", 4), (r"CSV|export", 14),
     (r"PIN\b", 3), (r"[Uu]ndo", 3), (r"[Gg]uest", 3), (r"webhooks|Webhooks", 2), (r"audit log|auditor|Auditor", 4)],
)  # fmt: skip
def test_several_accounts_ask_for_the_same(need: str, least: int) -> None:
    asking = [told for told in ASKS if re.search(need, told.line.text)]
    assert len(asking) >= least
    assert len(authors(asking)) >= 2


def test_field_notes_are_captured_and_small_talk_is_not() -> None:
    accounts = set(re.findall(r'account:"([^"]+)"', " ".join(told.line.text for told in TOLD)))
    for told in NUGGETS:
        if told.line.way == "field":
            assert parse_line(told.line.text, KNOWN).names_something(Kind.NUGGET), told.line.text
    for told in CHAT:
        assert not parse_line(told.line.text, KNOWN).names_something(Kind.NUGGET), told.line.text
        assert not [name for name in accounts if name.casefold() in told.line.text.casefold()]
        assert told.line.then == ()


# What becomes of them.


def test_every_deed_is_possible_for_whoever_does_it() -> None:
    owners = {PRIYA, TOM, YUKI}
    for told in KEPT:
        is_ask = told in ASKS
        for then in told.line.then:
            if then.deed in DECISIONS:
                assert then.actor in (owners if is_ask else {*owners, MARA}), told.line.text
                assert (then.deed == "verify") <= (not is_ask)
                assert (then.deed in {"route", "accept", "plan", "ship", "not now"}) <= is_ask
            elif then.deed in {"edit", "delete"}:
                # Only messages can be corrected in place.
                assert then.actor == ""
                assert told.line.way in {"field", "voice"}
            else:
                assert then.actor in NUMBERS
            assert bool(then.words) == (then.deed in {"not now", "decline", "reply", "edit"}), told.line.text
            assert bool(then.instead) == (then.deed == "decline")
    assert EXECUTIVE not in {then.actor for told in TOLD for then in told.line.then}


def test_decisions_go_one_way_and_never_two_in_one_hour() -> None:
    order = ["take back seen", "seen", "route", "verify", "accept", "not now", "decline", "plan", "ship"]
    for told in KEPT:
        decided = [then for then in told.line.then if then.deed in DECISIONS]
        ranks = [order.index(then.deed) for then in sorted(decided, key=lambda then: then.after)]
        assert ranks == sorted(set(ranks)), told.line.text
        taken_back = [then.after for then in decided if then.deed == "take back seen"]
        kept = [then.after for then in decided if then.deed != "take back seen"]
        assert not set(taken_back) & set(kept)
        if any(then.deed == "ship" for then in decided):
            assert {"accept", "plan"} & {then.deed for then in decided}
        if any(then.deed == "delete" for then in told.line.then):
            assert len(told.line.then) == 1
    for moment in plan_quarter(BEGINNINGS[0]):
        about = Counter(later.told.line.text for later in moment.does if later.then.deed in DECISIONS)
        # Seeing and accepting in one sitting is in order, since one person does one thing after the other.
        twice = [text for text, count in about.items() if count > 1]
        for text in twice:
            assert len({later.actor for later in moment.does if later.told.line.text == text}) == 1


def test_most_asks_get_an_answer_in_two_to_four_days_and_some_late() -> None:
    months = months_from(BEGINNINGS[0])
    waits, unanswered = [], 0
    for told in ASKS:
        said_on = told_on(months, told)
        answers = [done_on(said_on, then) for then in told.line.then if then.deed in ANSWERS | {"accept"}]
        if answers:
            waits.append((min(answers) - said_on).days)
        else:
            unanswered += 1
    assert 2 <= median(waits) <= 4
    assert sum(wait > 4 for wait in waits) >= 8
    assert 5 <= unanswered <= len(ASKS) // 5


def test_there_are_corrections_deletes_replies_me_toos_and_answers_of_every_kind() -> None:
    deeds = Counter(then.deed for told in TOLD for then in told.line.then)
    least = {"edit": 3, "delete": 3, "reply": 40, "me too": 30, "not now": 10, "decline": 8, "plan": 12, "ship": 12,
             "verify": 100, "take back seen": 3}  # fmt: skip
    assert all(deeds[deed] >= count for deed, count in least.items())  # type: ignore[index]


# The calendar.


def test_a_quarter_begins_with_a_month() -> None:
    assert months_from(date(2026, 10, 1)) == (date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1))
    assert months_from(date(2026, 11, 2)) == (date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1))


@pytest.mark.parametrize("begins", BEGINNINGS, ids=str)
def test_every_text_falls_into_its_month_and_none_is_left_out(begins: date) -> None:
    moments, months = plan_quarter(begins), months_from(begins)
    said = [(moment, told) for moment in moments for told in moment.says]
    assert [told for _, told in sorted(said, key=lambda pair: TOLD.index(pair[1]))] == list(TOLD)
    for moment, told in said:
        day = moment.at.astimezone(ZONE).date()
        assert (day.year, day.month) == (months[told.month].year, months[told.month].month)
        assert 0 <= (day - begins).days < 92
    done = Counter((later.told.line.text, later.then) for moment in moments for later in moment.does)
    assert done == Counter((told.line.text, then) for told in TOLD for then in told.line.then)


@pytest.mark.parametrize("begins", BEGINNINGS, ids=str)
def test_weekends_have_the_odd_message_and_no_more(begins: date) -> None:
    said = [moment for moment in plan_quarter(begins) if moment.at.astimezone(ZONE).weekday() >= 5]
    assert [told.line.weekend for moment in said for told in moment.says] == [True] * 3
    assert all(moment.recap_of is None for moment in said)
    assert not [later for moment in said for later in moment.does if later.then.after > 0]


@pytest.mark.parametrize("begins", BEGINNINGS, ids=str)
def test_nobody_types_at_night_where_they_live(begins: date) -> None:
    zones = {newcomer.first_name: newcomer.person.tz for newcomer in NEWCOMERS}
    for moment in plan_quarter(begins):
        names = [told.line.author for told in moment.says]
        names += [later.actor for later in moment.does if later.actor in NUMBERS]
        for name in names:
            hour = moment.at.astimezone(ZoneInfo(zones.get(name, "Europe/Paris"))).hour
            assert 6 <= hour <= 20, (name, hour, moment.at)


@pytest.mark.parametrize("begins", BEGINNINGS, ids=str)
def test_the_clock_stops_at_every_instant_at_which_a_recap_falls_due(begins: date) -> None:
    moments = plan_quarter(begins)
    assert [moment.at for moment in moments] == sorted({moment.at for moment in moments})
    due = [moment for moment in moments if moment.recap_of]
    assert [moment.recap_of for moment in due] == [f"{month:%Y-%m}" for month in months_from(begins)]
    for moment in due:
        local = moment.at.astimezone(ZONE)
        before = [day for day in range(1, local.day) if is_business_day(local.date().replace(day=day))]
        assert (local.hour, local.minute, len(before)) == (10, 0, 1)
    assert moments[-1] is due[-1]
    assert is_after_all(moments)


def is_after_all(moments: list[Moment]) -> bool:
    """Tell whether everything of a line comes after it was typed."""
    said_at = {told.line.text: moment.at for moment in moments for told in moment.says}
    return all(said_at[later.told.line.text] < moment.at for moment in moments for later in moment.does)


def test_dates_ahead_are_real_dates_of_the_quarter_that_is_lived() -> None:
    assert words_on(date(2026, 10, 1), "close:{+80} a") == "close:2026-12-20 a"
    assert "{" not in "".join(words_on(date(2027, 2, 1), text) for text in all_words())


# The real bot.


@pytest.mark.timeout(300)
async def test_the_first_texts_are_each_stored_once_and_their_decisions_arrive(tmp_path: Path) -> None:
    told = [*TOLD[:14], next(entry for entry in TOLD if any(then.deed == "edit" for then in entry.line.then))]
    told += [next(entry for entry in TOLD if any(then.deed == "delete" for then in entry.line.then))]
    steps: list[tuple[int, int]] = []
    begins = date(2026, 10, 1)
    company = Company(Options(tmp_path, 12, "socket", None, 60.0), datetime(2026, 10, 1, 4, 0, tzinfo=UTC))
    async with company:
        month = Month(company)
        await live_quarter(month, begins, lambda done, of: steps.append((done, of)), told)
        totals = await company.settled()
        reports = await company.transact.read(list_reports, company.spec.team_id)
        ended = company.clock.now()
        people = company.standin.workspace.world.people
    assert (totals.inbox_parked, totals.outbox_dead) == (0, 0)
    assert Counter(report.words for report in reports) == Counter(expected_words(told, begins)) == Counter(month.typed)
    assert steps[-1][0] == steps[-1][1] == sum(done_steps(told))
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert ended >= datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    assert sum(user.startswith("UREP") for user in people) == 40
    assert sum(person.is_deleted for person in people.values()) == 2
    assert_decided(f"sqlite:///{tmp_path / 'nugget.sqlite3'}", told)


def expected_words(told: list[Told], begins: date) -> list[str]:
    """Return what is to be stored: each line as it was typed or corrected, but for small talk and what was deleted."""
    kept = []
    for line in (entry.line for entry in told):
        edits = [then.words for then in line.then if then.deed == "edit"]
        if line.way != "chat" and not any(then.deed == "delete" for then in line.then):
            kept.append(words_on(begins, [line.text, *edits][-1]))
    return kept


def done_steps(told: list[Told]) -> list[int]:
    """Return how many gestures each line is, and the four who come and two who go."""
    return [6, *(1 + len(entry.line.then) for entry in told)]


def recorded(then: Then) -> list[tuple[str, str]]:
    """Return the effect and the reason of each decision that is recorded for this."""
    if then.deed == "take back seen":
        return [("seen", ""), ("undo", "Took the reaction back.")]
    return [(then.deed, then.words)] if then.deed in DECISIONS else []


def assert_decided(database_url: str, told: list[Told]) -> None:
    """Compare decisions, notes and recaps in the database with what the script says."""
    wanted: Counter[tuple[str, str, str, str]] = Counter()
    for entry in told:
        for then in entry.line.then:
            for effect, reason in recorded(then):
                wanted[entry.line.text[:40], then.actor, effect, reason] += 1
    with engine_of(database_url) as engine, Session(engine) as session:
        rows = session.execute(
            select(Report.words, Decision.actor, Decision.effect, Decision.reason)
            .join(Item, Item.id == Decision.item_id)
            .join(Report, Report.item_id == Item.id)
            .where(Decision.actor.in_([PRIYA, TOM, YUKI, MARA]))
        ).all()
        notes = Counter(session.scalars(select(Note.words)))
        decided = select(Run.period_key, Run.due_at, Run.decided_at, Run.state).where(Run.kind == "recap")
        recaps = session.execute(decided).all()
    found = Counter((words[:40], actor, effect, reason) for words, actor, effect, reason in rows)
    assert found == wanted
    assert notes == Counter(then.words for entry in told for then in entry.line.then if then.deed == "reply")
    assert [label for label, *_ in recaps] == ["2026-10", "2026-11", "2026-12"]
    assert recaps[0][3] == "posted"
    assert all(decided_at - due_at < timedelta(minutes=5) for _, due_at, decided_at, _ in recaps)
