"""What a press is."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.errors import MendableError
from bot.slack.desk import Desk, Gesture


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button or a chosen option, with the value that it was drawn with."""

    gesture: Gesture
    action_id: str
    value: str

    @property
    def number(self) -> int:
        """The row that the value names; raises `MendableError` for a value that names none."""
        if self.value.isascii() and self.value.isdigit() and len(self.value) < 19:  # noqa: PLR2004
            return int(self.value)
        raise MendableError("This button is from an older message. Nothing was changed.")


class PressHandler(Protocol):
    """Carries out one kind of press and answers the person where that is due."""

    async def __call__(self, desk: Desk, press: Press, /) -> None: ...
