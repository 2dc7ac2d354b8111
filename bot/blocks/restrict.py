"""Restricting an item: the button beside its details, and what became of it."""

from bot.blocks.message import Block, Message
from bot.blocks.parts import actions, button, confirmation, said, short
from bot.domain.views import ItemView
from bot.domain.words import Kind, Privacy

BLOCK_RESTRICT = "restrict"
ACTION_RESTRICT = "item_restrict"
ACTION_UNRESTRICT = "item_unrestrict"
"""The value of both is the item's id."""

WHO_READS = {
    Kind.NUGGET: "its owner, leads and competitive leads, and whoever reported it",
    Kind.ASK: "its owner, leads, and whoever reported it",
}


def restrict_button(item: ItemView) -> Block:
    """Return the button that restricts an item, or opens it again."""
    if item.privacy is Privacy.RESTRICTED:
        sure = confirmation(f"Open {item.name}", "Everyone at work can read its text then.", "Open it")
        opening = button("Open to everyone", ACTION_UNRESTRICT, str(item.item_id), confirm=sure)
        return actions(BLOCK_RESTRICT, [opening])
    sure = confirmation(f"Restrict {item.name}", f"Its text is then for {WHO_READS[item.kind]} only.", "Restrict")
    return actions(BLOCK_RESTRICT, [button("Restrict", ACTION_RESTRICT, str(item.item_id), confirm=sure)])


def restricted(item: ItemView) -> Message:
    """Return the answer to restricting an item: who may read it now, and how to open it again."""
    sentence = (
        f"{short(item.name)} is restricted: its text is for {WHO_READS[item.kind]}. Its card no longer shows it."
        " What was written in Slack itself stays where it is."
    )
    return said(sentence, restrict_button(item))


def opened(item: ItemView) -> Message:
    """Return the answer to opening a restricted item."""
    return said(f"{short(item.name)} is open again: everyone at work can read its text.", restrict_button(item))
