"""What a subcommand is made of."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.blocks.message import Message
from bot.domain.command_line import Grammar
from bot.domain.words import Kind
from bot.slack.desk import Desk, Gesture


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A typed command: who typed it, what it captures, and the text after its name."""

    gesture: Gesture
    kind: Kind
    text: str


Run = Callable[[Desk, CommandLine, Sequence[str], "Sequence[Subcommand]"], Awaitable[Message]]


@dataclass(frozen=True, slots=True)
class Subcommand:
    """A look-up behind a command. It matches only when the whole line fits its grammar; all else is a capture."""

    name: str
    kinds: frozenset[Kind]
    usage: Callable[[Kind], str]
    description: Callable[[Kind], str]
    fits: Callable[[Kind, list[str]], bool]
    run: Run

    def grammar(self, kind: Kind) -> Grammar:
        """Return the grammar as it holds for this kind of command."""
        return Grammar(self.name, lambda words: kind in self.kinds and self.fits(kind, words))
