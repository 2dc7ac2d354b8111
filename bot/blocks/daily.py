"""The list that an owner gets in the morning: ten lines at most, and nothing that does not wait for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.blocks.message import Message
from bot.blocks.parts import bullets, counted, line, one_line, rich, top_text, words

MOST_LINES = 10
LONGEST_WORDS = 60


@dataclass(frozen=True, slots=True)
class DailyLine:
    """An item that waits for its owner: its name, the first words of it, and why it is on the list."""

    name: str
    words: str
    because: str


def daily_list(lines: Sequence[DailyLine]) -> Message:
    """Return the list, what is late first as given; what has no room is counted. There must be at least one line."""
    waits = "waits" if len(lines) == 1 else "wait"
    lead = f"Good morning. {counted(len(lines), 'item', 'items')} {waits} for you:"
    room = MOST_LINES if len(lines) <= MOST_LINES else MOST_LINES - 1
    shown = [(one.name, f": {one_line(one.words, LONGEST_WORDS)} · {one.because}") for one in lines[:room]]
    more = [line(f"And {len(lines) - room} more.")] if len(lines) > room else []
    spoken = " ".join([lead, *(f"{name}{rest}." for name, rest in shown)])
    entries = bullets([words(name, bold=True), rest] for name, rest in shown)
    return Message(top_text(spoken), [rich(line(lead), entries, *more)])
