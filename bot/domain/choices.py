"""What stands in the fields of a form, and how a choice tells a known row from a new name."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.text import clean, is_blank

LONGEST_VALUE = 150
"""Characters that Slack takes as the value of an option."""

_ROW, _NEW = "id:", "new:"
_LONGEST_ROW = 18


@dataclass(frozen=True, slots=True)
class Choice:
    """One text that was typed, or one option that was chosen; how an option reads makes no difference to what it is."""

    value: str
    label: str = field(default="", compare=False)

    @property
    def row_id(self) -> int | None:
        """The row that was chosen; None for a name or a text."""
        digits = self.value.removeprefix(_ROW)
        is_row = self.value.startswith(_ROW) and digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_ROW
        return int(digits) if is_row else None

    @property
    def name(self) -> str:
        """The name or text as it was typed."""
        return clean(self.value.removeprefix(_NEW)).strip()


Filled = Mapping[str, tuple[Choice, ...]]
"""Field → what stands in it. A field in which nothing stands may be there, empty, or not be there at all."""


def row_choice(row_id: int, label: str) -> Choice:
    """Return the choice of a known row."""
    return Choice(f"{_ROW}{row_id}", label)


def new_choice(name: str, label: str = "") -> Choice:
    """Return the choice of a name as it is written, cut to what an option carries."""
    return Choice(f"{_NEW}{name}"[:LONGEST_VALUE], label or name)


def typed(text: str | None) -> tuple[Choice, ...]:
    """Return what stands in a field with this text."""
    return (Choice(text),) if text else ()


def text_of(filled: Filled, field_id: str) -> str:
    """Return the first value of a field, or nothing."""
    return next((choice.value for choice in filled.get(field_id, ())), "")


def is_filled(values: tuple[Choice, ...]) -> bool:
    """Tell whether there is anything to read in a field."""
    return any(not is_blank(choice.value) for choice in values)
