"""What a quarter is told in: lines that people share, and what comes of each of them later."""

from dataclasses import dataclass
from typing import Literal

from bot.operate.demo import script
from bot.operate.demo.world import LEAD

PRIYA, TOM, YUKI, MARA = "UPRIYA", "UTOM", "UYUKI", LEAD

Way = Literal["intel", "ask", "field", "voice", "chat"]
"""As in the script of October; `chat` is small talk among the field notes, which nobody wants to keep."""
Deed = script.Deed | Literal["route", "reply", "me too", "edit", "delete"]

DECISIONS = frozenset({"seen", "route", "accept", "verify", "not now", "decline", "plan", "ship", "take back seen"})
ANSWERS = frozenset({"not now", "decline", "plan", "ship"})
"""The decisions of which the reporters are told."""
ABOUT_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Then:
    """What someone does about a line so many working days `after` it; 0 is an hour after it.

    `actor` is a user id, or a rep's first name, or nothing for the author of the line. `words` are what they write: the
    reason of an answer, a reply under the card, or the whole text after an edit. `instead` goes along with a decline.
    """

    after: int
    actor: str
    deed: Deed
    words: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What a rep types on a working day of its month (from 1) at an hour in Paris.

    With `weekend` it is typed on the first Saturday after that working day.
    """

    day: int
    hour: int
    author: str
    way: Way
    text: str
    then: tuple[Then, ...] = ()
    weekend: bool = False

    @property
    def about(self) -> str:
        """The words by which its message and its card are found; an edit keeps them."""
        return self.text[:ABOUT_LENGTH]


def seen(after: int, actor: str) -> Then:
    """A PM or lead has seen it."""
    return Then(after, actor, "seen")


def route(after: int, actor: str) -> Then:
    """A PM takes an ask into their own area, which no word of it had named."""
    return Then(after, actor, "route")


def take_back_seen(after: int, actor: str) -> Then:
    """A PM marks it as seen by mistake, and takes the reaction away at once."""
    return Then(after, actor, "take back seen")


def accept(after: int, actor: str) -> Then:
    """A PM accepts an ask."""
    return Then(after, actor, "accept")


def verify(after: int, actor: str = MARA) -> Then:
    """A nugget is confirmed."""
    return Then(after, actor, "verify")


def plan(after: int, actor: str) -> Then:
    """An ask is on its owner's plan."""
    return Then(after, actor, "plan")


def ship(after: int, actor: str) -> Then:
    """An accepted or planned ask is out."""
    return Then(after, actor, "ship")


def not_now(after: int, actor: str, words: str) -> Then:
    """An ask has to wait, and for what."""
    return Then(after, actor, "not now", words)


def decline(after: int, actor: str, words: str, instead: str) -> Then:
    """A no, why, and what the customer can do today."""
    return Then(after, actor, "decline", words, instead)


def reply(after: int, actor: str, words: str) -> Then:
    """Someone adds what they know under the card."""
    return Then(after, actor, "reply", words)


def me_too(after: int, actor: str) -> Then:
    """Another rep has heard the same."""
    return Then(after, actor, "me too")


def edit(words: str, after: int = 0) -> Then:
    """The author corrects their message to this whole text."""
    return Then(after, "", "edit", words)


def delete(after: int = 0) -> Then:
    """The author deletes their message."""
    return Then(after, "", "delete")
