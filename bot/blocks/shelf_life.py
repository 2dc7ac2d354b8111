"""How fresh a nugget is, in words, and the two buttons with which anyone says whether it still holds."""

from bot.blocks.message import Block, Message
from bot.blocks.parts import actions, button, day, listed, said, short
from bot.blocks.phrases import titled
from bot.domain.shelf_life import Fresh
from bot.domain.views import ItemView

BLOCK_STILL_TRUE = "still_true"
ACTION_STILL_TRUE = "nugget_still_true"
ACTION_NO_LONGER_TRUE = "nugget_no_longer_true"
"""The value of both is the item's id."""


def freshness_sentence(item: ItemView) -> str:
    """Return until when a nugget is fresh, or since when it is stale; empty for what does not age.

    With its date it stays right on a card that nobody touches for a year.
    """
    if item.freshness is None:
        return ""
    if isinstance(item.freshness, Fresh):
        return f"Fresh until {day(item.freshness.until)}"
    return f"Stale since {day(item.freshness.since)}: is it still true?"


def standing_lines(item: ItemView) -> list[str]:
    """Return what is known of how sure a nugget is: further reports, its age, and who says that it no longer holds."""
    corroborated = f"Corroborated by {item.corroborations} more" if item.corroborations else ""
    lines = [" · ".join(filter(None, (corroborated, freshness_sentence(item))))]
    if item.doubted_by:
        says = "says" if len(item.doubted_by) == 1 else "say"
        lines.append(f"{listed(item.doubted_by, 3)} {says} that it no longer holds.")
    return [entry for entry in lines if entry]


def still_true_buttons(item: ItemView) -> list[Block]:
    """Return the row with which every full member says whether it still holds; none for what does not age.

    It stands below fresh news too, since a posted card does not change when its day has passed.
    """
    if item.freshness is None:
        return []
    value = str(item.item_id)
    still = button("Still true", ACTION_STILL_TRUE, value)
    return [actions(BLOCK_STILL_TRUE, [still, button("No longer true", ACTION_NO_LONGER_TRUE, value)])]


def confirmed(item: ItemView) -> Message:
    """Return the answer to whoever said that a nugget is still true."""
    until = freshness_sentence(item)
    return said(f"Thank you. {item.name} is {until[0].lower()}{until[1:]}." if until else f"Noted with {item.name}.")


def outdated(item: ItemView) -> Message:
    """Return the answer to whoever said that it no longer is, and may decide so."""
    return said(f"{item.name} is outdated now. Its card says so.")


def doubted(item: ItemView, owner_name: str | None, *, is_asked: bool) -> Message:
    """Return the answer to whoever said that it no longer is, and may not decide so: who looks at it now."""
    if owner_name is None:
        return said(f"Noted with {item.name}, under your name. Nobody owns it yet, so nobody could be asked to decide.")
    asked = f"{short(owner_name)} is asked to decide." if is_asked else f"{short(owner_name)} was asked to decide."
    return said(f"Noted with {item.name}, under your name. {asked}")


def doubt_question(item: ItemView, doubter: str) -> Message:
    """Return the question to a nugget's owner, once someone says that it no longer holds."""
    return said(f"{short(doubter)} says that {titled(item)} no longer holds. Is that so?", *still_true_buttons(item))
