"""What whoever starts the stand-in may offer on its page: a tour, what falls due next, filling, starting over."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Due:
    """Something that will happen by itself at `at` (aware), in words such as "the recap of October"."""

    at: datetime
    what: str


@dataclass(frozen=True)
class Act:
    """What somebody did on the page. `result` is what was answered; `at` is business time, aware."""

    as_user: str
    name: str
    args: Mapping[str, Any]
    result: Any
    at: datetime


class Tour(Protocol):
    """A guide through the playground; it knows by itself which of its steps are done."""

    is_hidden: bool

    def steps(self) -> list[dict[str, Any]]:
        """Return the steps in order: id, title, text, as, channel_id, try, move and is_done of each."""

    def noticed(self, act: Act) -> None:
        """Hear what somebody did on the page, after it was done."""

    def look(self) -> None:
        """Look at the world, which has changed."""

    def hide(self, is_hidden: bool) -> None:
        """Hear that its panel was closed, or opened again."""

    def restart(self) -> None:
        """Begin with the first step again."""


@dataclass
class Busy:
    """Work that people have to wait for. `of` is how much there is, if that is known."""

    on_change: list[Callable[[], None]] = field(default_factory=list)
    now: dict[str, Any] | None = None

    def set(self, what: str, done: int = 0, of: int | None = None) -> None:
        """Say what is going on and how far it has come."""
        self._become({"what": what, "done": done, "of": of})

    def clear(self) -> None:
        """Say that it is over."""
        self._become(None)

    def _become(self, now: dict[str, Any] | None) -> None:
        self.now = now
        for listener in self.on_change:
            listener()


@dataclass(frozen=True)
class PageOffer:
    """All that is optional on the page. What is None is not offered, and asking for it is refused with a sentence.

    `next_due` may be asked about once a second. `reset` and `fill` are answered when they are done; the stand-in may
    be stopped meanwhile.
    """

    next_due: Callable[[], Awaitable[Due | None]] | None = None
    reset: Callable[[], Awaitable[None]] | None = None
    fill: Callable[[], Awaitable[None]] | None = None
    tour: Tour | None = None
    busy: Busy = field(default_factory=Busy)
