"""Emoji → effect."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import pytest

from bot.domain.policies import AreaSeed, Policy
from bot.domain.reactions import DEFAULT_EMOJI, EFFECT_NAMES, ReactionEffect, emoji_effects
from bot.domain.words import Effect, Kind


def policy(emoji: Mapping[str, str] = DEFAULT_EMOJI, *areas: AreaSeed) -> Policy:
    return Policy(zone=ZoneInfo("UTC"), emoji=emoji, areas=areas)


@pytest.mark.parametrize(
    ("emoji", "kind", "expected"),
    [
        ("gem", None, ReactionEffect("save intel", saves=Kind.NUGGET)),
        ("memo", None, ReactionEffect("save ask", saves=Kind.ASK)),
        ("eyes", Kind.ASK, ReactionEffect("seen", effect=Effect.SEE)),
        ("eyes", Kind.NUGGET, ReactionEffect("seen", effect=Effect.SEE)),
        ("white_check_mark", Kind.ASK, ReactionEffect("accept", effect=Effect.ACCEPT)),
        ("white_check_mark", Kind.NUGGET, ReactionEffect("accept", effect=Effect.VERIFY)),
        ("white_check_mark", None, ReactionEffect("accept", effect=Effect.ACCEPT)),
        ("speech_balloon", Kind.ASK, ReactionEffect("answer in words", answer_in_words=True)),
        ("heavy_plus_sign", Kind.ASK, ReactionEffect("me too", me_too=True)),
        ("heavy_check_mark", Kind.ASK, None),
        ("no_entry", Kind.ASK, None),
        ("", Kind.ASK, None),
    ],
)
def test_the_defaults(emoji: str, kind: Kind | None, expected: ReactionEffect | None) -> None:
    assert emoji_effects(policy()).lookup(emoji, kind) == expected


def test_what_needs_a_confirmation_has_no_emoji_unless_settings_give_it_one() -> None:
    defaults = {effect.effect for effect in emoji_effects(policy()).by_name.values()}
    assert not defaults & {Effect.PLAN, Effect.SHIP, Effect.MARK_NOISE}
    opted_in = emoji_effects(policy({"calendar": "planned", "ship": "shipped", "wastebasket": "noise"}))
    assert opted_in.lookup("calendar", Kind.ASK) == ReactionEffect("planned", effect=Effect.PLAN)
    assert opted_in.lookup("wastebasket", Kind.NUGGET) == ReactionEffect("noise", effect=Effect.MARK_NOISE)


@pytest.mark.parametrize("emoji", ["calendar", "ship"])
def test_nuggets_are_neither_planned_nor_shipped(emoji: str) -> None:
    assert emoji_effects(policy({"calendar": "planned", "ship": "shipped"})).lookup(emoji, Kind.NUGGET) is None


@pytest.mark.parametrize("name", ["+1", "thumbsup", "+1::skin-tone-4", ":thumbsup:", "thumbsup::skin-tone-2"])
def test_names_and_skin_tones_of_one_emoji_do_the_same(name: str) -> None:
    assert emoji_effects(policy({"thumbsup": "seen"})).lookup(name) == EFFECT_NAMES["seen"]


def test_several_emoji_may_have_one_effect() -> None:
    effects = emoji_effects(policy({"eyes": "seen", "mag": "seen", ":eye:": "seen"}))
    assert {effects.lookup(name) for name in ("eyes", "mag", "eye")} == {EFFECT_NAMES["seen"]}


def test_an_area_s_own_emoji_routes_to_it_whatever_the_kind() -> None:
    effects = emoji_effects(policy(DEFAULT_EMOJI, AreaSeed("Log-In", emoji=":key:"), AreaSeed("No emoji")))
    expected = ReactionEffect("Log-In", effect=Effect.ROUTE, area="log-in")
    assert [effects.lookup("key", kind) for kind in (None, *Kind)] == [expected] * 3


def test_every_emoji_with_two_effects_is_listed() -> None:
    emoji = {"eyes": "seen", "+1": "accept", "thumbsup": "noise", "ship": "sunk"}
    areas = (AreaSeed("Billing", emoji="key"), AreaSeed("Log-in", emoji="key"), AreaSeed("Search", emoji="eyes"))
    with pytest.raises(ValueError, match="emoji") as caught:
        emoji_effects(policy(emoji, *areas))
    assert str(caught.value) == (
        "The emoji :ship: is given the effect “sunk”, which does not exist."
        " The emoji :+1: has more than one effect: accept, noise."
        " The emoji :eyes: has more than one effect: route to Search, seen."
        " The emoji :key: has more than one effect: route to Billing, route to Log-in."
    )


def test_the_same_effect_twice_is_no_problem() -> None:
    assert emoji_effects(policy({"+1": "seen", "thumbsup": "seen"})).lookup("+1") == EFFECT_NAMES["seen"]


def test_without_emoji_nothing_has_an_effect() -> None:
    assert emoji_effects(policy({})).lookup("eyes") is None
