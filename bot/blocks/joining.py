"""What is said when items say the same: the question, what became of it, and the form for a further report."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.blocks.answers import ACTION_TAKE_BACK, BLOCK_OWN_REPORT
from bot.blocks.demand import demand_sentence
from bot.blocks.message import Message
from bot.blocks.parts import (
    Part,
    actions,
    bullets,
    button,
    confirmation,
    line,
    one_line,
    rich,
    said,
    short,
    top_text,
    words,
)
from bot.blocks.phrases import status_sentence
from bot.domain.views import ItemView

BLOCK_SAME = "same_item"
MOST_OFFERED = 3
ACTION_SAME = "same_item_join"
"""Joins; the value is both items' ids with a colon between them. The number of the choice ends the action id."""
ACTION_NOT_SAME = "same_item_none"
BLOCK_JOINED = "joined"
ACTION_PART = "joined_part"
"""Takes apart again; the value is the id of the item that was joined."""

BLOCK_ME_TOO = "me_too"
ACTION_ME_TOO = "me_too_form"
"""Opens the form for a further report; the value is the item's id."""


@dataclass(frozen=True, slots=True)
class Likely:
    """An item that may say the same, as the person who is asked may see it."""

    item_id: int
    name: str
    first_words: str
    demand: str
    """As in "6 accounts, and 2 unconfirmed"; empty where there is none."""
    why: str


def same_question(item_id: int, name: str, likely: Sequence[Likely]) -> Message:
    """Return the one question after a capture that others may have shared before: one press joins them."""
    lead = f"Does {short(name)} say the same as " + ("this one?" if len(likely) == 1 else "one of these?")
    shown = [_offered(one) for one in likely]
    joins = [
        button(f"Same as {one.name}", f"{ACTION_SAME}:{number}", f"{item_id}:{one.item_id}")
        for number, one in enumerate(likely[:MOST_OFFERED])
    ]
    keep = button("No, it is new", ACTION_NOT_SAME, str(item_id))
    spoken = " ".join([lead, *(f"{one.name}{_words(one)}." for one in likely)])
    return Message(top_text(spoken), [rich(line(lead), bullets(shown)), actions(BLOCK_SAME, [*joins, keep])])


def _offered(one: Likely) -> list[str | Part]:
    about = " · ".join(filter(None, (one.demand, one.why)))
    return [words(one.name, bold=True), *([_words(one)] if _words(one) else []), *([f" · {about}"] if about else [])]


def _words(one: Likely) -> str:
    return f": {one_line(one.first_words, 80)}" if one.first_words else ""


def joined(item: ItemView, name: str, merged_id: int) -> Message:
    """Return what a join came to: where it went, who asks for it now, and how it stands."""
    lead = f"{short(name)} is now part of {item.name}."
    sentences = [lead, demand_sentence(item), status_sentence(item), "You hear what becomes of it."]
    undo = button("Take apart again", ACTION_PART, str(merged_id))
    return said(" ".join(filter(None, sentences)), actions(BLOCK_JOINED, [undo]))


def kept_apart(name: str) -> Message:
    """Return the answer to keeping an item by itself."""
    return said(f"{short(name)} stays on its own. Thank you for looking.")


def parted(name: str, into_name: str) -> Message:
    """Return the answer to taking two items apart."""
    return said(f"{short(name)} and {short(into_name)} are two again, each with its own reports.")


def me_too_offer(item: ItemView) -> Message:
    """Return the button that an emoji brings; until its form is sent nothing is added."""
    add = button("Add your account", ACTION_ME_TOO, str(item.item_id))
    return said(f"You know of {item.name} too? Nothing is added until you say for whom.", actions(BLOCK_ME_TOO, [add]))


def added(item: ItemView, report_id: int, *, is_update: bool) -> Message:
    """Return the answer to a further report: who asks for it now, and how it stands."""
    lead = f"Added to what you reported on {item.name}." if is_update else f"You are now a reporter of {item.name}."
    sentences = [lead, demand_sentence(item), status_sentence(item)]
    sure = confirmation("Take it back", "What you added is erased wherever Nugget keeps it.", "Take back")
    undo = button("Take back", ACTION_TAKE_BACK, str(report_id), confirm=sure)
    return said(" ".join(filter(None, sentences)), actions(BLOCK_OWN_REPORT, [undo]))
