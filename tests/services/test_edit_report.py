"""Editing one's own report in a form, and what an edit of the words leaves alone."""

from typing import Any

import pytest

from bot.domain.choices import Filled, new_choice, row_choice, typed
from bot.domain.errors import FieldError, MendableError
from bot.domain.words import Effect, HowKnown, Kind
from bot.services.capture import Captured
from bot.services.edit_report import (
    OF_THE_ITEM,
    EditReport,
    OwnReport,
    ReadOwnReport,
    edit_report,
    read_own_report,
)
from bot.services.revise import EditWords, RewriteReport, TakeBack, edit_words, rewrite_report, take_back
from db.models import Account, Competitor, Item, ProductArea, Report, ReportVersion
from tests.services.bench import ANA, BEN, FIELD, PM, SECRET, Bench, everything_stored

FIRST, LATER, LATEST = "1791972000.000100", "1791972100.000000", "1791972200.000000"


def read(bench: Bench, captured: Captured, by: str = ANA) -> OwnReport:
    return bench.run(read_own_report, ReadOwnReport(bench.team_id, by, captured.report_id))


def send(bench: Bench, captured: Captured, words: str | None = None, by: str = ANA, **changed: Any) -> None:
    """Send the form of a report as it opens, with these changes."""
    shown = read(bench, captured, by)
    filled = {name: values for name, values in shown.drawing.filled.items() if name not in shown.drawing.left_out}
    given: Filled = {name: typed(value) if isinstance(value, str) else tuple(value) for name, value in changed.items()}
    bench.wait(seconds=10)
    command = EditReport(
        bench.team_id, captured.report_id, by, words or shown.words, bench.ts(), {**filled, **given}
    )  # fmt: skip
    bench.run(edit_report, command)


def facts(bench: Bench, captured: Captured) -> tuple[object, ...]:
    """Return account, amount, competitors, tags and category as they stand."""
    report, item = bench.report(captured.report_id), bench.item(captured.item_id)
    accounts = {row.id: row.name for row in bench.rows(Account)}
    names = {row.id: row.name for row in bench.rows(Competitor)}
    return (
        accounts.get(report.account_id or 0),
        report.claimed_minor,
        sorted(names[named.competitor_id] for named in item.competitors),
        [tag.tag for tag in item.tags],
        item.category,
    )


def texts(shown: OwnReport) -> dict[str, list[str]]:
    filled = shown.drawing.filled
    return {name: [choice.label or choice.value for choice in values] for name, values in filled.items() if values}


def test_the_form_shows_everything_whether_it_came_from_a_line_or_a_form(bench: Bench) -> None:
    line = "Acme lost Globex at $40k, sso #deal, second-hand, stage: legal, close: Q1 2027"
    by_line = bench.capture(line, kind=Kind.NUGGET)
    shown = read(bench, by_line)
    assert shown.words == line
    assert texts(shown) == {
        "stage": ["legal"], "amount": ["$40,000"], "close": ["2027-03-31"], "how_known": ["second-hand"],
        "account": ["Globex"], "competitor": ["Acme"], "category": ["loss"], "area": ["Login"], "tags": ["#deal"],
    }  # fmt: skip
    details: Filled = {"account": (new_choice("Hooli"),), "wanted": typed("An import"), "restricted": typed("yes")}
    by_form = bench.capture("They retype", details={**details, "answer_by": typed("2026-12-01")})
    assert texts(read(bench, by_form)) == {
        "wanted": ["An import"], "account": ["Hooli"], "restricted": ["yes"], "answer_by": ["2026-12-01"],
        "how_known": ["first-hand"],
    }  # fmt: skip


def test_sending_the_form_as_it_opened_changes_nothing(bench: Bench) -> None:
    captured = bench.capture("Acme lost Globex at A$40k, sso #deal #cost, Initech too", kind=Kind.NUGGET)
    before = everything_stored(bench)
    send(bench, captured)
    assert everything_stored(bench) == before


def test_each_field_can_be_changed_and_emptied(bench: Bench) -> None:
    captured = bench.capture("Acme lost Globex at $40k #deal", kind=Kind.NUGGET)
    send(
        bench,
        captured,
        account=[new_choice("Hooli")],
        competitor=[new_choice("Initech"), new_choice("Stark")],
        tags=[new_choice("cost")],
        category="pricing",
        how_known="rumour",
        source="https://example.com/a",
        amount="€1.2m",
    )
    assert facts(bench, captured) == ("Hooli", 120_000_000, ["Initech", "Stark"], ["cost"], "pricing")
    report = bench.report(captured.report_id)
    assert (report.how_known, report.deal, report.claimed_currency) == (
        HowKnown.RUMOUR, {"source": "https://example.com/a"}, "EUR",
    )  # fmt: skip
    assert report.edited_at == bench.now
    assert bench.rows(ReportVersion) == []
    assert "#cost" in str(bench.card_of(captured.item_id).payload)
    send(bench, captured, account=[], competitor=[], tags=[], source="", amount="")
    assert facts(bench, captured) == (None, None, [], [], "pricing")
    assert bench.report(captured.report_id).deal == {}


def test_what_was_chosen_survives_every_edit_of_the_words(bench: Bench) -> None:
    details: Filled = {
        "account": (new_choice("Hooli"),), "amount": typed("$90k"), "competitor": (new_choice("Stark"),),
        "tags": (new_choice("cost"),), "category": typed("people"), "stage": typed("legal"),
    }  # fmt: skip
    captured = bench.capture("Stark hires #cost", kind=Kind.NUGGET, details=details)
    chosen = ("Hooli", 9_000_000, ["Stark"], ["cost"], "people")
    assert facts(bench, captured) == chosen
    bench.run(
        rewrite_report,
        RewriteReport(bench.team_id, captured.report_id, ANA, "Globex pays $5, stage: won", bench.ts(5)),
    )
    assert facts(bench, captured) == chosen
    send(bench, captured, words="Pricing: Acme takes $7 of Globex #deal")
    assert facts(bench, captured) == ("Hooli", 9_000_000, ["Acme", "Stark"], ["cost", "deal"], "people")
    assert bench.report(captured.report_id).deal == {"stage": "legal"}


def test_what_was_taken_away_in_the_form_does_not_come_back_with_the_words(bench: Bench) -> None:
    captured = bench.capture("Acme lost Globex at $40k #deal", kind=Kind.NUGGET)
    send(bench, captured, account=[], competitor=[], tags=[], amount="")
    send(bench, captured, words="Acme lost Globex at $40k #deal, they say")
    assert facts(bench, captured) == (None, None, [], [], "loss")


def test_what_was_read_off_a_message_follows_its_edits(bench: Bench) -> None:
    captured = bench.capture_message("Acme lost Globex at $40k #deal", FIRST)
    bench.run(edit_words, EditWords(bench.team_id, FIELD, FIRST, "Initech lost Hooli #cost", LATER))
    assert facts(bench, captured) == (None, None, ["Initech"], ["cost"], "loss")
    bench.run(edit_words, EditWords(bench.team_id, FIELD, FIRST, "Globex pays $5k", LATEST))
    assert facts(bench, captured)[:2] == ("Globex", 500_000)


def test_in_the_form_new_words_add_and_what_stood_in_view_stays(bench: Bench) -> None:
    captured = bench.capture("Acme lost Globex at $40k #deal", kind=Kind.NUGGET)
    send(bench, captured, words="They lost them #cost")
    assert facts(bench, captured) == ("Globex", 4_000_000, ["Acme"], ["cost", "deal"], "loss")
    send(bench, captured, words="They lost them at $50k #cost")
    assert facts(bench, captured)[1] == 5_000_000


def test_an_account_from_before_forms_remembered_it_stays(bench: Bench) -> None:
    captured = bench.capture_message("They cannot log in", FIRST)
    (globex,) = bench.rows(Account)

    def give(report: Report) -> None:
        report.account_id = globex.id

    bench.change(Report, give, Report.id == captured.report_id)
    bench.run(edit_words, EditWords(bench.team_id, FIELD, FIRST, "They cannot log in at all", LATER))
    assert facts(bench, captured)[0] == "Globex"


def test_the_words_themselves_keep_their_earlier_version(bench: Bench) -> None:
    captured = bench.capture("They cannot log in")
    send(bench, captured, words="They cannot log in twice", wanted="SSO")
    assert [version.words for version in bench.rows(ReportVersion)] == ["They cannot log in"]
    report = bench.report(captured.report_id)
    assert (report.words, report.wanted) == ("They cannot log in twice", "SSO")


def test_only_its_author_edits_it_and_only_while_it_stands(bench: Bench) -> None:
    captured = bench.capture("mine")
    for team_id, user in ((bench.team_id, BEN), (bench.team_id, PM), ("TOTHER", ANA)):
        with pytest.raises(MendableError):
            bench.run(read_own_report, ReadOwnReport(team_id, user, captured.report_id))
        with pytest.raises(MendableError):
            bench.run(edit_report, EditReport(team_id, captured.report_id, user, "theirs", bench.ts(5), {}))
    bench.run(take_back, TakeBack(bench.team_id, captured.report_id, ANA))
    with pytest.raises(MendableError):
        read(bench, captured)
    assert bench.report(captured.report_id).words == ""


def test_what_is_for_all_reporters_stays_once_there_are_several(bench: Bench) -> None:
    captured = bench.capture("Acme lost Globex #deal", kind=Kind.NUGGET)

    def join(item: Item) -> None:
        item.reports.append(
            Report(
                team_id=bench.team_id, gesture_key="joined", reporter=BEN, words="me too", words_ts=FIRST,
                how_known="rumour", deal={}, reported_at=bench.now,
            )
        )  # fmt: skip

    bench.change(Item, join, Item.id == captured.item_id)
    shown = read(bench, captured)
    assert (shown.drawing.left_out, shown.drawing.is_shared) == (OF_THE_ITEM, True)
    command = EditReport(
        bench.team_id, captured.report_id, ANA, shown.words, bench.ts(5),
        {"tags": (new_choice("cost"),), "account": (new_choice("Hooli"),), "restricted": typed("yes")},
    )  # fmt: skip
    bench.run(edit_report, command)
    assert facts(bench, captured)[0] == "Hooli"
    assert facts(bench, captured)[3] == ["deal"]
    assert bench.item(captured.item_id).privacy == "workspace"


def test_the_area_is_its_reporter_s_to_choose_until_somebody_has_looked(bench: Bench) -> None:
    captured = bench.capture("sso please")
    (row,) = bench.rows(ProductArea, ProductArea.folded == "billing")
    billing = row_choice(row.id, row.name)
    send(bench, captured, area=[billing])
    assert bench.item(captured.item_id).owner == PM
    send(bench, captured, area=[])
    assert (bench.item(captured.item_id).area_id, bench.item(captured.item_id).owner) == (None, None)
    bench.decide(captured.item_id, Effect.SEE)
    assert "area" in read(bench, captured).drawing.left_out
    command = EditReport(bench.team_id, captured.report_id, ANA, "sso please", bench.ts(5), {"area": (billing,)})
    bench.run(edit_report, command)
    assert bench.item(captured.item_id).area_id is None


def test_restricting_and_opening_in_the_form(bench: Bench) -> None:
    captured = bench.capture("Globex plans to leave")
    send(bench, captured, restricted="yes")
    assert bench.item(captured.item_id).privacy == "restricted"
    assert "plans to leave" not in str(bench.card_of(captured.item_id).payload)
    send(bench, captured, restricted=[])
    assert bench.item(captured.item_id).privacy == "workspace"
    assert "plans to leave" in str(bench.card_of(captured.item_id).payload)
    private = bench.capture("said in a room", channel_id=SECRET)
    assert "restricted" in read(bench, private).drawing.left_out


def test_a_field_that_cannot_be_taken_changes_nothing(bench: Bench) -> None:
    captured = bench.capture("They cannot log in")
    before = everything_stored(bench)
    with pytest.raises(FieldError) as refused:
        send(bench, captured, words="New words", wanted="SSO", amount="a lot")
    assert refused.value.field == "amount"
    assert everything_stored(bench) == before


def test_a_day_that_is_over_by_now_can_stand(bench: Bench) -> None:
    captured = bench.capture("They cannot log in", details={"answer_by": typed("2026-10-20")})
    bench.wait(days=30)
    send(bench, captured, wanted="SSO")
    assert str(bench.report(captured.report_id).answer_by) == "2026-10-20"
    with pytest.raises(FieldError):
        send(bench, captured, answer_by="2026-10-21")


def test_taking_it_back_forgets_what_the_form_said(bench: Bench) -> None:
    captured = bench.capture(
        "They retype", details={"wanted": typed("An import"), "amount": typed("$5"), "answer_by": typed("2026-12-01")}
    )
    bench.run(take_back, TakeBack(bench.team_id, captured.report_id, ANA))
    report = bench.report(captured.report_id)
    assert (report.wanted, report.claimed_minor, report.deal, report.stated, report.answer_by) == (
        None, None, {}, [], None,
    )  # fmt: skip
