"""Who counts as a person of the workspace, what is counted, and what is taken in: once, and failing closed."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.facts import ChannelFacts, Delivery, PersonFacts, Settled, Waiting
from bot.domain.words import Effect, Kind, Role
from bot.services.people import (
    FindUnknown,
    RememberOurselves,
    RememberPeople,
    Unknown,
    find_unknown,
    is_full_member,
    list_ourselves,
    names_of,
    remember_ourselves,
    remember_people,
    roles_of,
    viewer_of,
)
from bot.services.receive import receive_deliveries
from bot.services.revise import TakeBack, take_back
from bot.services.totals import count_totals, list_reports
from bot.slack.events.message import on_message
from db.models import InboxEntry, Item, OutboxEntry, Person
from tests.services.bench import ANA, BEN, BOSS, CLEO, LEAD, NOT_MEMBERS, PM, PM_GROUP, SECRET, Bench


def roles(bench: Bench, user: str) -> frozenset[Role]:
    return bench.run(lambda uow, user, *, now: roles_of(uow, bench.team_id, user), user)


@pytest.mark.parametrize("user", NOT_MEMBERS)
def test_who_is_no_full_member_never_reports(bench: Bench, user: str) -> None:
    event: dict[str, Any] = {
        "type": "message",
        "channel": SECRET,
        "user": user,
        "text": "Acme",
        "ts": "1791972000.0001",
    }
    settled = bench.run(on_message, Waiting(1, bench.team_id, "message", {"event": event}, bench.now))
    assert settled == Settled("refused", "not a full member")
    assert bench.rows(Item) == []
    assert bench.outbox() == []
    event["user"] = ANA
    settled = bench.run(on_message, Waiting(1, bench.team_id, "message", {"event": event}, bench.now))
    assert settled == Settled("handled", "captured")


@pytest.mark.parametrize("user", NOT_MEMBERS)
def test_who_is_no_full_member_has_no_role_even_where_one_is_listed(bench: Bench, user: str) -> None:
    bench.policy = replace(bench.policy, roles=replace(bench.policy.roles, pms=frozenset({user, PM_GROUP})))
    bench.group(PM_GROUP, [user])
    assert not bench.run(lambda uow, user, *, now: is_full_member(uow, bench.team_id, user), user)
    assert roles(bench, user) == frozenset()


def test_roles_come_from_listed_ids_and_from_groups(bench: Bench) -> None:
    assert roles(bench, ANA) == {Role.MEMBER}
    assert roles(bench, PM) == {Role.MEMBER, Role.PM}
    assert roles(bench, LEAD) == {Role.MEMBER, Role.COMPETITIVE_LEAD}
    assert roles(bench, BOSS) == {Role.MEMBER, Role.EXECUTIVE}
    bench.group(PM_GROUP, [LEAD, CLEO])
    assert roles(bench, LEAD) == {Role.MEMBER, Role.COMPETITIVE_LEAD, Role.PM}
    bench.group(PM_GROUP, [CLEO])
    assert roles(bench, LEAD) == {Role.MEMBER, Role.COMPETITIVE_LEAD}


def test_a_person_who_becomes_a_guest_loses_sight_and_roles(bench: Bench) -> None:
    bench.run(remember_people, RememberPeople(bench.team_id, [PersonFacts(PM, "T", "Priya", is_guest=True)]))
    viewer = bench.run(lambda uow, user, *, now: viewer_of(uow, bench.team_id, user), PM)
    assert not viewer.is_full_member
    assert viewer.roles == frozenset()


def test_refreshing_keeps_what_slack_does_not_say(bench: Bench) -> None:
    joined = RememberPeople(bench.team_id, [PersonFacts("UNEW", "T", "Noa")], have_just_joined=True)
    bench.run(remember_people, joined)
    since = bench.now
    bench.change(Person, lambda person: setattr(person, "direct_channel_id", "D1"), Person.slack_user_id == "UNEW")
    bench.wait(days=3)
    bench.run(remember_people, RememberPeople(bench.team_id, [PersonFacts("UNEW", "T", "Noa L.")]))
    (person,) = bench.rows(Person, Person.slack_user_id == "UNEW")
    assert (person.name, person.direct_channel_id) == ("Noa L.", "D1")
    assert (person.joined_at, person.refreshed_at) == (since, bench.now)


def test_someone_undescribed_has_no_name_to_show(bench: Bench) -> None:
    names = bench.run(lambda uow, users, *, now: names_of(uow, bench.team_id, users), [ANA, "UNEVERSEEN", None])
    assert names == {ANA: "Ana", "UNEVERSEEN": "someone"}


def test_slack_is_asked_about_those_it_never_described(bench: Bench) -> None:
    query = FindUnknown(bench.team_id, frozenset({ANA, "UX"}), frozenset({SECRET, "CX"}))
    assert bench.run(find_unknown, query) == Unknown(frozenset({"UX"}), frozenset({"CX"}))


def test_who_we_are_is_kept_for_the_next_start(bench: Bench) -> None:
    bench.run(remember_ourselves, RememberOurselves(bench.team_id, None, "Example", "UNUGGET", "BNUGGET"))
    (own,) = bench.run(list_ourselves, None)
    assert (own.team_id, own.bot_user_id, own.bot_id) == (bench.team_id, "UNUGGET", "BNUGGET")


def test_members_of_a_place_stay_known_when_slack_was_not_asked_for_them(bench: Bench) -> None:
    bench.channel(ChannelFacts(SECRET, "renamed", is_private=True, has_bot=True))
    viewer = bench.run(lambda uow, user, *, now: viewer_of(uow, bench.team_id, user), BEN)
    assert SECRET in viewer.place_ids


def test_a_delivery_is_stored_once_in_each_workspace(bench: Bench) -> None:
    def delivery(team_id: str, key: str, body: bytes) -> Delivery:
        return Delivery(team_id, key, "message", body, "C1", "1.0")

    first = [delivery(bench.team_id, key, b"1") for key in ("Ev1", "Ev2", "Ev1")]
    assert bench.run(receive_deliveries, first) == 2
    again = [delivery(bench.team_id, "Ev1", b"2"), delivery("TOTHER", "Ev1", b"3"), delivery(bench.team_id, "Ev3", b"")]
    assert bench.run(receive_deliveries, again) == 2
    stored = {entry.dedupe_key: entry for entry in bench.rows(InboxEntry)}
    assert {key: entry.body for key, entry in stored.items()} == {"Ev1": b"1", "Ev2": b"1", "Ev3": b""}
    assert {(entry.state, entry.received_at) for entry in stored.values()} == {("pending", bench.now)}


def test_totals_say_what_stands_and_what_is_under_way(bench: Bench) -> None:
    first = bench.capture("dark mode")
    bench.capture("Acme", kind=Kind.NUGGET)
    bench.run(take_back, TakeBack(bench.team_id, first.report_id, ANA))
    bench.run(receive_deliveries, [Delivery(bench.team_id, "Ev1", "message", b"")])
    totals = bench.run(count_totals, bench.team_id)
    assert (totals.items, totals.cards, totals.inbox_waiting, totals.outbox_waiting) == (2, 0, 3, 2)
    bench.send()
    bench.change(OutboxEntry, lambda entry: setattr(entry, "due_at", bench.now))
    totals = bench.run(count_totals, bench.team_id)
    assert (totals.cards, totals.answers, totals.outbox_waiting, totals.outbox_dead) == (2, 0, 0, 0)
    stored = bench.run(list_reports, bench.team_id)
    assert [(report.kind, report.words) for report in stored] == [("nugget", "Acme")]


def test_a_resting_notice_is_not_yet_waiting(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    bench.send()
    bench.decide(captured.item_id, Effect.PLAN)
    card_change = 1
    assert bench.run(count_totals, bench.team_id).outbox_waiting == card_change
    bench.wait(seconds=120)
    assert bench.run(count_totals, bench.team_id).outbox_waiting == card_change + 1
