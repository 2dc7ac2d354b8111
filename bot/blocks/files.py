"""The files that came with an item, as links: Slack itself decides who may open them."""

from bot.blocks.message import Block
from bot.blocks.parts import Part, counted, line, rich, short
from bot.domain.views import ItemView

MOST_LINKED = 5


def file_links(item: ItemView) -> list[Block]:
    """Return one line with the item's files by name; nothing where there are none."""
    if not item.files:
        return []
    pieces: list[str | Part] = [f"{counted(len(item.files), 'file', 'files')}: "]
    for file in item.files[:MOST_LINKED]:
        link: Part = {"type": "link", "url": file.link, "text": short(file.name)}
        pieces += [link, ", "]
    more = len(item.files) - MOST_LINKED
    return [rich(line(*pieces[:-1], *([f" and {more} more"] if more > 0 else [])))]
