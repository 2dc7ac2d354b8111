"""The one gate of every read."""

import re
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.visibility import Viewer, can_see, scope_tokens, viewer_tokens
from bot.domain.words import Kind, Privacy, Role


@dataclass(frozen=True)
class Item:
    kind: Kind = Kind.ASK
    privacy: Privacy = Privacy.WORKSPACE
    place_id: str | None = None
    owner: str | None = None
    reporter_ids: frozenset[str] = frozenset()


ANA = Viewer("U1", is_full_member=True)
IDS = st.sampled_from(["U1", "u1", "U2", "C1", "c1", "", "x", "ﬀ", "U1 U2"]) | st.text(max_size=4)
ITEMS = st.builds(
    Item,
    kind=st.sampled_from(Kind),
    privacy=st.sampled_from(Privacy),
    place_id=st.none() | IDS,
    owner=st.none() | IDS,
    reporter_ids=st.frozensets(IDS, max_size=3),
)
VIEWERS = st.builds(
    Viewer,
    slack_user_id=IDS,
    is_full_member=st.sampled_from([True, True, True, False]),
    roles=st.frozensets(st.sampled_from(Role)),
    place_ids=st.frozensets(IDS, max_size=3),
)


@given(VIEWERS, ITEMS)
def test_searching_finds_exactly_what_may_be_seen(viewer: Viewer, item: Item) -> None:
    assert can_see(viewer, item) == bool(set(viewer_tokens(viewer)) & set(scope_tokens(item)))


@given(VIEWERS, ITEMS)
def test_tokens_are_plain_words(viewer: Viewer, item: Item) -> None:
    assert all(re.fullmatch("[a-z0-9_]+", token) for token in viewer_tokens(viewer) + scope_tokens(item))


@given(VIEWERS, ITEMS)
def test_who_is_no_full_member_sees_nothing(viewer: Viewer, item: Item) -> None:
    assert not can_see(replace(viewer, is_full_member=False), item)
    assert viewer_tokens(replace(viewer, is_full_member=False)) == ()


def test_the_workspace_s_items_are_for_every_member() -> None:
    assert can_see(ANA, Item())
    assert scope_tokens(Item()) == ("w",)
    assert viewer_tokens(ANA) == ("u_u1", "w")


@pytest.mark.parametrize(
    ("place_ids", "item", "may"),
    [
        ({"C9"}, Item(privacy=Privacy.PLACE, place_id="C9"), True),
        ({"C8"}, Item(privacy=Privacy.PLACE, place_id="C9"), False),
        (set(), Item(privacy=Privacy.PLACE, place_id="C9", reporter_ids=frozenset({"U1"})), True),
        (set(), Item(privacy=Privacy.PLACE, place_id="C9", owner="U1"), False),
        ({"C9", ""}, Item(privacy=Privacy.PLACE), False),
        ({""}, Item(privacy=Privacy.PLACE, place_id=""), False),
    ],
)
def test_a_private_place_needs_its_members(place_ids: set[str], item: Item, may: bool) -> None:
    assert can_see(replace(ANA, place_ids=frozenset(place_ids)), item) is may


@pytest.mark.parametrize("roles", [set(), {Role.PM}, {Role.EXECUTIVE}, {Role.MEMBER, Role.REPORTER}])
@pytest.mark.parametrize("kind", Kind)
def test_what_is_restricted_is_hidden_from_everyone_else(kind: Kind, roles: set[Role]) -> None:
    viewer = replace(ANA, roles=frozenset(roles), place_ids=frozenset({"C9"}))
    assert not can_see(viewer, Item(kind, Privacy.RESTRICTED, "C9", "U2", frozenset({"U3"})))


@pytest.mark.parametrize(
    ("item", "roles"),
    [
        (Item(privacy=Privacy.RESTRICTED, owner="U1"), set()),
        (Item(privacy=Privacy.RESTRICTED, reporter_ids=frozenset({"U1"})), set()),
        (Item(privacy=Privacy.RESTRICTED), {Role.LEAD}),
        (Item(Kind.NUGGET, Privacy.RESTRICTED), {Role.LEAD}),
        (Item(Kind.NUGGET, Privacy.RESTRICTED), {Role.COMPETITIVE_LEAD}),
    ],
)
def test_what_is_restricted_is_open_to_owner_reporters_and_leads(item: Item, roles: set[Role]) -> None:
    assert can_see(replace(ANA, roles=frozenset(roles)), item)


def test_competitive_leads_do_not_lead_asks() -> None:
    viewer = replace(ANA, roles=frozenset({Role.COMPETITIVE_LEAD}))
    assert not can_see(viewer, Item(Kind.ASK, Privacy.RESTRICTED))
    assert viewer_tokens(viewer) == ("l_nugget", "u_u1", "w")
