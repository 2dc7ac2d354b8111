"""What a form says beside the words, when something is captured with it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.domain.choices import Choice, Filled, new_choice, row_choice, typed
from bot.domain.errors import FieldError
from bot.domain.words import Effect, Kind
from bot.services.capture import Captured
from db.models import Account, Competitor, Decision, Item, Opportunity, ProductArea
from tests.services.bench import ANA, BEN, LEAD, PM, SECRET, Bench, places_of


def share(bench: Bench, words: str = "They retype every order", kind: Kind = Kind.ASK, **fields: Any) -> Captured:
    """Capture words with a form; a text stands for what was typed, choices for what was chosen."""
    by = str(fields.pop("by", ANA))
    place = fields.pop("place", None)
    filled: Filled = {name: typed(value) if isinstance(value, str) else tuple(value) for name, value in fields.items()}
    return bench.capture(words, by, kind, details=filled, channel_id=place)


def one(field: str, value: Any) -> dict[str, Any]:
    """Return one field of a form by its name."""
    return {field: value}


def row_of(bench: Bench, model: type[Competitor] | type[Account] | type[ProductArea], folded: str) -> Choice:
    (row,) = bench.rows(model, model.folded == folded)
    return row_choice(row.id, row.name)


def about(bench: Bench, captured: Captured) -> tuple[list[str], list[str]]:
    """Return the competitors and the tags of an item."""
    item = bench.item(captured.item_id)
    names = {row.id: row.name for row in bench.rows(Competitor)}
    return sorted(names[named.competitor_id] for named in item.competitors), [tag.tag for tag in item.tags]


def test_all_that_a_form_says_is_kept(bench: Bench) -> None:
    captured = share(
        bench,
        account=[row_of(bench, Account, "globex")],
        wanted="An import",
        stage="legal",
        amount="120k",
        close="2027-03-31",
        segment="mid-market",
        answer_by="2026-11-02",
        area=[row_of(bench, ProductArea, "login")],
        competitor=[new_choice("Hooli")],
        tags=[new_choice("Price List"), new_choice("deal")],
        how_known="document",
        opportunity="The big one",
        by=PM,
    )
    report, item = bench.report(captured.report_id), bench.item(captured.item_id)
    (globex,) = bench.rows(Account, Account.folded == "globex")
    assert (report.account_id, report.wanted, report.how_known) == (globex.id, "An import", "document")
    assert (report.claimed_minor, report.claimed_currency) == (12_000_000, "USD")
    assert report.deal == {
        "stage": "legal", "close": "2027-03-31", "segment": "mid-market", "opportunity": "The big one",
    }  # fmt: skip
    assert report.answer_by == date(2026, 11, 2)
    assert about(bench, captured) == (["Hooli"], ["deal", "price-list"])
    assert item.owner == LEAD
    assert set(report.stated) >= {"account", "amount", "tags", "competitor", "area"}
    (hooli,) = bench.rows(Competitor, Competitor.folded == "hooli")
    assert not hooli.is_confirmed


def test_names_of_the_form_stand_beside_those_of_the_words(bench: Bench) -> None:
    captured = share(
        bench, "Acme cut prices #pricing", Kind.NUGGET, competitor=[new_choice("Hooli")], tags=[new_choice("deal")]
    )
    assert about(bench, captured) == (["Acme", "Hooli"], ["deal", "pricing"])


def test_what_the_form_leaves_empty_is_read_from_the_words(bench: Bench) -> None:
    captured = share(
        bench, "Globex pays $40k for sso #deal", account=[], amount="", area=(), tags=(), how_known="first-hand"
    )
    report, item = bench.report(captured.report_id), bench.item(captured.item_id)
    (globex,) = bench.rows(Account, Account.folded == "globex")
    assert (report.account_id, report.claimed_minor) == (globex.id, 4_000_000)
    assert (item.owner, report.stated) == (LEAD, ["how_known"])
    (routed,) = bench.rows(Decision)
    assert routed.actor is None


def test_the_area_that_a_reporter_chose_wins_over_the_words_and_is_nobody_s_look(bench: Bench) -> None:
    captured = share(bench, "sso please", area=[row_of(bench, ProductArea, "billing")])
    item = bench.item(captured.item_id)
    (routed,) = bench.rows(Decision)
    assert (item.owner, item.status, item.seen_at) == (PM, "new", None)
    assert (routed.effect, routed.actor, routed.reason) == (Effect.ROUTE.value, ANA, "Its reporter chose Billing.")


def test_only_product_managers_add_an_area_and_answer_for_it(bench: Bench) -> None:
    with pytest.raises(FieldError, match="added by product managers") as refused:
        share(bench, area=[new_choice("Search")])
    assert refused.value.field == "area"
    assert bench.rows(Item) == []
    captured = share(bench, area=[new_choice("Search")], by=PM)
    assert bench.item(captured.item_id).owner == PM
    share(bench, area=[new_choice(" SEARCH ")], by=BEN)
    assert len(bench.rows(ProductArea, ProductArea.folded == "search")) == 1


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("$120k", (12_000_000, "USD")),
        ("80,000 EUR", (8_000_000, "EUR")),
        ("1.5 lakh INR", (15_000_000, "INR")),
        ("120000", (12_000_000, "USD")),
        ("1.2m", (120_000_000, "USD")),
    ],
)
def test_an_amount_is_read_as_people_write_it(bench: Bench, written: str, kept: tuple[int, str]) -> None:
    report = bench.report(share(bench, amount=written).report_id)
    assert (report.claimed_minor, report.claimed_currency) == kept


def test_what_cannot_be_taken_is_said_beside_its_field_and_nothing_is_kept(bench: Bench) -> None:
    yesterday = (bench.now.date() - timedelta(days=1)).isoformat()
    archived = row_of(bench, Account, "globex")
    wrong: dict[str, Any] = {"amount": "a lot", "answer_by": yesterday, "close": "soon", "account": [archived]}
    wrong |= {"competitor": [Choice("id:999999")], "area": [Choice("id:999999")]}

    def archive(row: Account) -> None:
        row.archived_at = bench.now

    bench.change(Account, archive, Account.folded == "globex")
    for field, value in wrong.items():
        with pytest.raises(FieldError) as refused:
            share(bench, by=PM, **one(field, value))
        assert refused.value.field == field
    assert bench.rows(Item) == []


def test_an_account_that_one_may_not_read_cannot_be_chosen_by_its_row(bench: Bench) -> None:
    globex = row_of(bench, Account, "globex")
    with pytest.raises(FieldError):
        share(bench, account=[globex])
    captured = share(bench, account=[new_choice("globex")])
    assert bench.report(captured.report_id).account_id == globex.row_id
    share(bench, account=[globex])
    share(bench, account=[globex], by=PM)


def test_rows_of_other_workspaces_cannot_be_chosen(bench: Bench) -> None:
    other = Bench(bench.engine).prepared()
    foreign = {
        "account": row_of(other, Account, "globex"),
        "competitor": row_of(other, Competitor, "acme"),
        "area": row_of(other, ProductArea, "login"),
    }
    for field, choice in foreign.items():
        with pytest.raises(FieldError):
            share(bench, by=PM, **one(field, [choice]))


def test_restricted_hides_the_words_from_the_start(bench: Bench) -> None:
    captured = share(bench, "Globex plans to leave", restricted="yes", tags=[new_choice("deal")])
    item = bench.item(captured.item_id)
    assert (item.privacy, item.card_outbox_id) == ("restricted", None)
    assert "outbox" not in str(places_of(bench, "plans to leave"))
    tagged = share(bench, "Globex plans to go", tags=[new_choice("restricted")])
    assert bench.item(tagged.item_id).privacy == "restricted"


def test_a_private_place_keeps_its_item_whatever_the_form_says(bench: Bench) -> None:
    captured = share(bench, restricted="yes", place=SECRET)
    assert bench.item(captured.item_id).privacy == "place"


def test_the_deal_that_is_meant_is_the_account_s_open_one_or_the_one_that_is_named(bench: Bench) -> None:
    globex = row_of(bench, Account, "globex")
    with bench.engine.begin() as connection:
        for number, name in (("006A", "Renewal"), ("006B", "New seats")):
            connection.execute(
                insert(Opportunity).values(
                    team_id=bench.team_id, account_id=globex.row_id, external_id=number, name=name, is_confirmed=True
                )
            )
    deals = {deal.name: deal.id for deal in bench.rows(Opportunity)}
    unsaid = share(bench, account=[globex], by=PM)
    assert bench.report(unsaid.report_id).opportunity_id is None
    for written in ("new seats", "006b"):
        named = share(bench, account=[globex], opportunity=written, by=PM)
        assert bench.report(named.report_id).opportunity_id == deals["New seats"]
    other = share(bench, account=[globex], opportunity="Something else", by=PM)
    assert bench.report(other.report_id).opportunity_id is None
    assert bench.report(other.report_id).deal == {"opportunity": "Something else"}
