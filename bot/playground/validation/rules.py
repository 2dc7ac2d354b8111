"""The few kinds of rule of which the Block Kit schema is made; each yields one sentence for each breach."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

Fields = Mapping[str, object]
Relation = Callable[[Fields, str], Iterator[str]]
"""A rule between the keys of one object: it gets the object and its path."""


class Rule(Protocol):
    """What may stand at one place of a payload."""

    def problems(self, value: object, path: str) -> Iterator[str]:
        """Yield a sentence for each breach; `path` is the JSON pointer of the place."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A string of `least` to `most` Unicode characters, if wanted of one pattern or out of a list."""

    most: int | None = None
    least: int = 1
    pattern: str | None = None
    one_of: tuple[str, ...] = ()

    def problems(self, value: object, path: str) -> Iterator[str]:
        """Yield what is wrong with the string."""
        if not isinstance(value, str):
            yield f"{path} must be a string."
            return
        yield from count_problems(path, len(value), self.least, self.most, "characters")
        if self.one_of and value not in self.one_of:
            yield f"{path} must be one of {', '.join(self.one_of)}."
        if self.pattern is not None and not re.fullmatch(self.pattern, value):
            yield f"{path} must match {self.pattern}."


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean."""

    def problems(self, value: object, path: str) -> Iterator[str]:
        """Yield what is wrong with the boolean."""
        if not isinstance(value, bool):
            yield f"{path} must be true or false."


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a range, whole unless `fractions` is set."""

    least: float | None = None
    most: float | None = None
    fractions: bool = False

    def problems(self, value: object, path: str) -> Iterator[str]:
        """Yield what is wrong with the number; JSON's true and false are none."""
        kinds = (int, float) if self.fractions else (int,)
        if isinstance(value, bool) or not isinstance(value, kinds):
            yield f"{path} must be a {'number' if self.fractions else 'whole number'}."
        elif self.least is not None and not value >= self.least:
            yield f"{path} must be at least {self.least}."
        elif self.most is not None and not value <= self.most:
            yield f"{path} must be at most {self.most}."


@dataclass(frozen=True, slots=True)
class Each:
    """A list of `least` to `most` entries that all follow one rule."""

    rule: Rule
    most: int | None = None
    least: int = 1
    noun: str = "entries"

    def problems(self, value: object, path: str) -> Iterator[str]:
        """Yield what is wrong with the list and with each of its entries."""
        if not isinstance(value, list):
            yield f"{path} must be a list."
            return
        yield from count_problems(path, len(value), self.least, self.most, self.noun)
        for index, entry in enumerate(value):
            yield from self.rule.problems(entry, f"{path}/{index}")


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with required and optional keys, no others, and rules between them."""

    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()

    def problems(self, value: object, path: str) -> Iterator[str]:
        """Yield what is wrong with the object, its keys and their values."""
        if not isinstance(value, dict):
            yield f"{path} must be an object."
            return
        known = {**self.required, **self.optional}
        for key in self.required:
            if key not in value:
                yield f"{path}/{key} is required."
        for key, entry in value.items():
            if key in known:
                yield from known[key].problems(entry, f"{path}/{key}")
            else:
                yield f"{path}/{key} is not a known key here."
        for relation in self.relations:
            yield from relation(value, path)


@dataclass(frozen=True, slots=True)
class Tagged:
    """An object whose `type` says which of several shapes it must have."""

    shapes: Mapping[str, Shape]

    def problems(self, value: object, path: str) -> Iterator[str]:
        """Yield what is wrong with the type, else with what the type asks for."""
        if not isinstance(value, dict):
            yield f"{path} must be an object."
            return
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in self.shapes:
            yield f"{path}/type must be one of {', '.join(self.shapes)}."
            return
        rest = {key: entry for key, entry in value.items() if key != "type"}
        yield from self.shapes[kind].problems(rest, path)

    def only(self, *kinds: str) -> "Tagged":
        """Return the same rule for fewer types; raises KeyError for an unknown one."""
        return Tagged({kind: self.shapes[kind] for kind in kinds})


def count_problems(path: str, count: int, least: int, most: int | None, noun: str) -> Iterator[str]:
    """Yield a sentence if `count` lies outside `least` to `most`."""
    if count < least:
        yield f"{path} must have at least {least} {noun}, and has {count}."
    if most is not None and count > most:
        yield f"{path} must have at most {most} {noun}, and has {count}."


def exactly_one_of(*keys: str) -> Relation:
    """Demand one of these keys, and no second."""

    def check(fields: Fields, path: str) -> Iterator[str]:
        if sum(key in fields for key in keys) != 1:
            yield f"{path} must have exactly one of {', '.join(keys)}."

    return check


def at_least_one_of(*keys: str) -> Relation:
    """Demand one or more of these keys."""

    def check(fields: Fields, path: str) -> Iterator[str]:
        if not any(key in fields for key in keys):
            yield f"{path} must have at least one of {', '.join(keys)}."

    return check


def not_together(*keys: str) -> Relation:
    """Refuse more than one of these keys."""

    def check(fields: Fields, path: str) -> Iterator[str]:
        if sum(key in fields for key in keys) > 1:
            yield f"{path} must not have more than one of {', '.join(keys)}."

    return check
