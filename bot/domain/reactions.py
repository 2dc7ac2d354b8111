"""What an emoji stands for: its effect by short name, from settings and from the emoji of areas."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.names import fold
from bot.domain.policies import Policy
from bot.domain.words import Effect, Kind


@dataclass(frozen=True, slots=True)
class ReactionEffect:
    """What a reaction does; exactly one of the fields beside `name` is set, and `effect` goes along with `area`."""

    name: str
    """As settings write it; for an area's own emoji the area's name."""
    effect: Effect | None = None
    """What it does to the item under it."""
    answer_in_words: bool = False
    """It brings its author a private menu of answers; until one is sent, nothing has happened."""
    saves: Kind | None = None
    """It saves the message under it as an item of this kind."""
    me_too: bool = False
    """It adds its author's account to what the item reports."""
    area: str | None = None
    """It routes to the area with this folded name."""


EFFECT_NAMES: Mapping[str, ReactionEffect] = {
    effect.name: effect
    for effect in (
        ReactionEffect("save intel", saves=Kind.NUGGET),
        ReactionEffect("save ask", saves=Kind.ASK),
        ReactionEffect("seen", effect=Effect.SEE),
        ReactionEffect("accept", effect=Effect.ACCEPT),
        ReactionEffect("answer in words", answer_in_words=True),
        ReactionEffect("planned", effect=Effect.PLAN),
        ReactionEffect("shipped", effect=Effect.SHIP),
        ReactionEffect("noise", effect=Effect.MARK_NOISE),
        ReactionEffect("me too", me_too=True),
    )
}
"""The effects that settings may give an emoji. `accept` verifies where the item is a nugget."""

DEFAULT_EMOJI: Mapping[str, str] = {
    "gem": "save intel",
    "memo": "save ask",
    "eyes": "seen",
    "white_check_mark": "accept",
    "speech_balloon": "answer in words",
    "heavy_plus_sign": "me too",
}
"""Emoji → effect where settings say nothing. Planned, shipped and noise have none: they want a confirmation."""

# Slack has several names for some emoji and reports the one that it prefers.
_SAME_EMOJI: Mapping[str, str] = {
    "thumbsup": "+1",
    "thumbsdown": "-1",
    "pencil": "memo",
    "exclamation": "heavy_exclamation_mark",
    "open_book": "book",
    "e-mail": "email",
    "raised_hand": "hand",
    "telephone": "phone",
    "honeybee": "bee",
    "running": "runner",
    "collision": "boom",
    "knife": "hocho",
}
_ONLY_ON: Mapping[Effect, Kind] = {Effect.ACCEPT: Kind.ASK, Effect.PLAN: Kind.ASK, Effect.SHIP: Kind.ASK}


def emoji_name(name: str) -> str:
    """Return the one short name of an emoji: no colons, no skin tone, and of several names always the same."""
    bare = name.strip().strip(":").partition("::")[0].casefold()
    return _SAME_EMOJI.get(bare, bare)


@dataclass(frozen=True, slots=True)
class EmojiEffects:
    """All emoji that do something in a workspace."""

    by_name: Mapping[str, ReactionEffect]

    def lookup(self, name: str, kind: Kind | None = None) -> ReactionEffect | None:
        """Return what this emoji does to an item of this kind, or at all; None where it does nothing."""
        found = self.by_name.get(emoji_name(name))
        if found is None or found.effect is None or kind is None or _ONLY_ON.get(found.effect, kind) is kind:
            return found
        return ReactionEffect(found.name, effect=Effect.VERIFY) if found.effect is Effect.ACCEPT else None


def emoji_effects(policy: Policy) -> EmojiEffects:
    """Return what each emoji does under this policy.

    Raises ValueError with one sentence for every emoji that has two effects, and for every effect that does not exist.
    """
    wanted: dict[str, set[ReactionEffect]] = defaultdict(set)
    problems = [_unknown(emoji, effect) for emoji, effect in policy.emoji.items() if effect not in EFFECT_NAMES]
    for emoji, effect in policy.emoji.items():
        if effect in EFFECT_NAMES:
            wanted[emoji_name(emoji)].add(EFFECT_NAMES[effect])
    for area in policy.areas:
        if area.emoji:
            wanted[emoji_name(area.emoji)].add(ReactionEffect(area.name, effect=Effect.ROUTE, area=fold(area.name)))
    problems += [_doubled(emoji, effects) for emoji, effects in sorted(wanted.items()) if len(effects) > 1]
    if problems:
        raise ValueError(" ".join(problems))
    return EmojiEffects({emoji: effect for emoji, (effect,) in wanted.items()})


def _unknown(emoji: str, effect: str) -> str:
    return f"The emoji :{emoji_name(emoji)}: is given the effect “{effect}”, which does not exist."


def _doubled(emoji: str, effects: Iterable[ReactionEffect]) -> str:
    names = sorted(f"route to {effect.name}" if effect.area else effect.name for effect in effects)
    return f"The emoji :{emoji}: has more than one effect: {', '.join(names)}."
