"""Reading: every look-up passes the one gate, and shows deals only to those who may read them."""

from dataclasses import replace

import pytest

from bot.blocks import answers
from bot.domain.errors import MendableError
from bot.domain.facts import ChannelFacts
from bot.domain.policies import QuotaGroup, QuotaPolicy
from bot.domain.words import Effect, Kind, Privacy
from bot.services.guards import Guard
from bot.services.look_up import (
    OWN_LISTED,
    FindItem,
    ListOwn,
    LookUpSaved,
    ReadItem,
    find_item,
    list_own,
    look_up_saved,
    read_item,
)
from bot.services.people import viewer_of
from bot.services.revise import TakeBack, take_back
from db.models import Item
from tests.services.bench import ANA, BEN, BOSS, CLEO, LEAD, NOT_MEMBERS, PM, SECRET, Bench

EVERYBODY = (ANA, BEN, CLEO, PM, LEAD, BOSS, *NOT_MEMBERS)


def readers(bench: Bench, item_id: int) -> set[str]:
    """Return who gets an item to read, asking by its row and by its name, which must agree."""
    item = bench.item(item_id)
    able = set()
    for user in EVERYBODY:
        by_name = bench.run(find_item, FindItem(bench.team_id, user, Kind(item.kind), item.number))
        try:
            by_row = bench.run(read_item, ReadItem(bench.team_id, user, item_id))
        except MendableError:
            by_row = None
        # Only who asks for one by its name reads its whole story.
        assert (by_row is None) == (by_name is None)
        assert by_row is None or by_name is None or (by_row.text, by_row.status) == (by_name.text, by_name.status)
        if by_row is not None:
            able.add(user)
    return able


def test_everyone_at_work_reads_what_is_open_and_nobody_else(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    assert readers(bench, captured.item_id) == {ANA, BEN, CLEO, PM, LEAD, BOSS}


def test_a_private_place_is_read_by_who_is_in_it_now(bench: Bench) -> None:
    captured = bench.capture("Acme", BEN, Kind.NUGGET, channel_id=SECRET)
    assert readers(bench, captured.item_id) == {ANA, BEN}
    bench.channel(ChannelFacts(SECRET, is_private=True, has_bot=True, member_ids=frozenset({CLEO, BEN, "UGUEST"})))
    assert readers(bench, captured.item_id) == {CLEO, BEN}
    bench.channel(ChannelFacts(SECRET, is_private=True, has_bot=True, member_ids=frozenset()))
    # Reporters keep the sight of their own words.
    assert readers(bench, captured.item_id) == {BEN}


def test_a_place_whose_members_nobody_knows_is_read_by_its_reporter_alone(bench: Bench) -> None:
    captured = bench.capture("Acme", channel_id="CNOBODYKNOWS")
    assert readers(bench, captured.item_id) == {ANA}
    bench.run(take_back, TakeBack(bench.team_id, captured.report_id, ANA))
    assert readers(bench, captured.item_id) == set()


def test_an_item_without_its_place_is_read_by_nobody_else(bench: Bench) -> None:
    captured = bench.capture("Acme", channel_id=SECRET)
    bench.change(Item, lambda item: setattr(item, "place_id", None), Item.id == captured.item_id)
    assert readers(bench, captured.item_id) == {ANA}


def test_what_is_restricted_is_read_by_owner_reporter_and_lead(bench: Bench) -> None:
    captured = bench.capture("Acme", kind=Kind.NUGGET)
    bench.decide(captured.item_id, Effect.SEE, PM)
    bench.change(Item, lambda item: setattr(item, "privacy", Privacy.RESTRICTED.value), Item.id == captured.item_id)
    assert readers(bench, captured.item_id) == {ANA, PM, LEAD}


def test_the_guard_leaves_out_who_took_their_report_back(bench: Bench) -> None:
    captured = bench.capture("Acme", channel_id=SECRET)
    assert Guard.of(bench.item(captured.item_id)).reporter_ids == {ANA}
    bench.run(take_back, TakeBack(bench.team_id, captured.report_id, ANA))
    assert Guard.of(bench.item(captured.item_id)).reporter_ids == frozenset()


def test_nobody_is_a_viewer_before_slack_described_them(bench: Bench) -> None:
    viewer = bench.run(lambda uow, user, *, now: viewer_of(uow, bench.team_id, user), "UNEVERSEEN")
    assert not viewer.is_full_member
    assert viewer.roles == viewer.place_ids == frozenset()


def test_deals_are_for_sales_groups_pms_and_executives(bench: Bench) -> None:
    bench.policy = replace(bench.policy, quota=QuotaPolicy((QuotaGroup("EMEA", "SEMEA"),)))
    bench.group("SEMEA", [CLEO, "UGUEST"])
    item = bench.item(bench.capture("SSO for Globex, $120k").item_id)
    shown = {}
    for user in (ANA, BEN, CLEO, PM, LEAD, BOSS):
        view = bench.run(find_item, FindItem(bench.team_id, user, Kind.ASK, item.number))
        assert view is not None
        shown[user] = (view.account, view.amount)
    deal = ("Globex", "$120,000")
    assert shown == {ANA: deal, CLEO: deal, PM: deal, BOSS: deal, BEN: (None, None), LEAD: (None, None)}


def test_the_card_names_no_account_field_and_no_amount(bench: Bench) -> None:
    bench.capture("They wait for it", account="Globex", deal={"stage": "legal"})
    (card,) = bench.outbox(purpose="card")
    assert "Globex" not in str(card.payload)


def test_one_s_own_items_newest_first_of_one_kind(bench: Bench) -> None:
    for number in range(OWN_LISTED + 2):
        bench.capture(f"ask {number}")
    bench.capture("of another", BEN)
    bench.capture("of another kind", kind=Kind.NUGGET)
    taken = bench.capture("taken back")
    bench.run(take_back, TakeBack(bench.team_id, taken.report_id, ANA))
    own = bench.run(list_own, ListOwn(bench.team_id, ANA, Kind.ASK))
    assert [view.text for view in own] == [f"ask {number}" for number in range(OWN_LISTED + 1, 1, -1)]
    assert bench.run(list_own, ListOwn(bench.team_id, CLEO, Kind.ASK)) == []


def test_the_answer_says_who_sees_it(bench: Bench) -> None:
    for channel_id, sentence in ((None, "Visible to everyone at work."), (SECRET, "only its members can see it")):
        captured = bench.capture("Acme", channel_id=channel_id)
        message = bench.run(look_up_saved, LookUpSaved(captured.report_id))
        assert sentence in message.text
        assert ("private_share_text" in str(message.blocks)) is (channel_id == SECRET)
    with pytest.raises(MendableError):
        bench.run(look_up_saved, LookUpSaved(10**6))


def test_a_decision_that_was_undone_is_not_shown(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    bench.decide(captured.item_id, Effect.DECLINE, reason="The reason")
    view = bench.run(read_item, ReadItem(bench.team_id, BEN, captured.item_id))
    assert view.decision is not None
    assert (view.decision.reason, view.decision.actor_name) == ("The reason", "Priya")
    bench.decide(captured.item_id, Effect.REOPEN)
    view = bench.run(read_item, ReadItem(bench.team_id, BEN, captured.item_id))
    assert view.decision is not None
    assert view.decision.effect is Effect.REOPEN


def test_an_item_shows_every_step_with_its_author_and_reason(bench: Bench) -> None:
    captured = bench.capture("The invoice PDF is wrong", ANA)
    bench.decide(captured.item_id, Effect.SEE)
    bench.decide(captured.item_id, Effect.DECLINE, PM, "Not this year.")
    found = bench.run(find_item, FindItem(bench.team_id, ANA, Kind.ASK, 1))
    assert found is not None
    shown = repr(answers.item_details(found).blocks)
    for line in (
        "14 October 2026 · The product team gave it to Billing: Its words name Billing.",
        "14 October 2026 · Priya saw it",
        "14 October 2026 · Priya said no: Not this year.",
    ):
        assert line in shown
