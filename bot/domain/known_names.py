"""Finding known names in a text: one pass, at a cost that does not depend on how many names there are."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.names import normalise

Sort = Literal["competitor", "area", "account"]

# Words, runs of blanks, and every other character for itself.
_PIECE = re.compile(r"[^\W_]{1,4000}+|\s{1,4000}+|[\W_]")
_BLANK = " "
# A name that ends before one of these, without a blank, is not over: C is not named by C++ and C#. A plus between two
# words adds another name instead.
_GOES_ON = frozenset("+#")
_LAST_BEFORE_MARKS = "\u02ff"


@dataclass(slots=True)
class _Node:
    """A place in the tree of names: what may follow, and which names end here."""

    follows: dict[str, "_Node"] = field(default_factory=dict)
    ends: list[tuple[Sort, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names of a workspace's competitors, areas and accounts, compiled once and never changed.

    A name is found whatever its letter case and width, only from word boundary to word boundary, and the longest one
    wins where several begin: with `Windows` and `Windows XP` known, "windows xp" names only the second.
    """

    _root: _Node

    @classmethod
    def build(
        cls,
        competitors: Mapping[int, Iterable[str]],
        areas: Mapping[int, Iterable[str]],
        accounts: Mapping[int, Iterable[str]],
    ) -> "KnownNames":
        """Compile names from id → names, aliases or keywords. Two ids may share a name: a text then names both."""
        root = _Node()
        sorts: tuple[tuple[Sort, Mapping[int, Iterable[str]]], ...] = (
            ("competitor", competitors),
            ("area", areas),
            ("account", accounts),
        )
        for sort, named in sorts:
            for key, names in named.items():
                for name in names:
                    _add(root, name, (sort, key))
        return cls(root)

    def find(self, text: str) -> Iterator[tuple[Sort, int]]:
        """Yield what `text` names, in the order in which it stands there; what is named twice comes twice."""
        tokens = tokenise(text)
        at, beginnings = 0, self._root.follows
        while at < len(tokens):
            if tokens[at] not in beginnings:
                at += 1
                continue
            end, named = self._longest(tokens, at)
            yield from named
            at = max(end, at + 1)

    def find_at_start(self, text: str) -> Iterator[tuple[Sort, int]]:
        """Yield what the longest name that `text` begins with stands for."""
        yield from self._longest(tokenise(text), 0)[1]

    def find_whole(self, text: str) -> Iterator[tuple[Sort, int]]:
        """Yield what `text` stands for if nothing but a known name is in it."""
        tokens = tokenise(text.strip())
        end, named = self._longest(tokens, 0)
        if end == len(tokens):
            yield from named

    def _longest(self, tokens: Sequence[str], at: int) -> tuple[int, Sequence[tuple[Sort, int]]]:
        node, end = self._root, at
        named: Sequence[tuple[Sort, int]] = ()
        for place in range(at, len(tokens)):
            following = node.follows.get(tokens[place])
            if following is None:
                break
            node = following
            if node.ends and not _goes_on(tokens, place + 1):
                end, named = place + 1, node.ends
        return end, named


def _goes_on(tokens: Sequence[str], place: int) -> bool:
    if place >= len(tokens) or tokens[place] not in _GOES_ON:
        return False
    joins_a_word = tokens[place] == "+" and place + 1 < len(tokens) and tokens[place + 1][0].isalpha()
    return not joins_a_word


def _add(root: _Node, name: str, ending: tuple[Sort, int]) -> None:
    tokens = tokenise(name.strip())
    if not any(token[0].isalnum() for token in tokens):
        # A name of punctuation alone would be found in nearly every text.
        return
    node = root
    for token in tokens:
        node = node.follows.setdefault(token, _Node())
    if ending not in node.ends:
        node.ends.append(ending)


def tokenise(text: str) -> list[str]:
    """Split `text`, evened out as names are, into words, single blanks and single signs.

    Signs that scripts write above or below letters belong to the word that they stand in.
    """
    tokens: list[str] = []
    goes_on = False
    for piece in _PIECE.findall(normalise(text)):
        is_mark = piece > _LAST_BEFORE_MARKS and len(piece) == 1 and unicodedata.category(piece)[0] == "M"
        if tokens and tokens[-1] != _BLANK and (is_mark or (goes_on and piece[0].isalnum())):
            tokens[-1] += piece
        else:
            tokens.append(_BLANK if piece.isspace() else piece)
        goes_on = is_mark
    return tokens
