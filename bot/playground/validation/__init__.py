"""What Slack would refuse in blocks and views, said in one sentence for each breach.

The schema is data: `objects`, `rich_text`, `elements` and `blocks` say what each part may hold, `rules` says how such
data is read, and `whole` holds what spans several blocks. Lengths count Unicode characters as they are sent.
"""

from collections.abc import Iterator, Mapping

from bot.playground.validation.blocks import BLOCKS
from bot.playground.validation.objects import ID, plain
from bot.playground.validation.rules import Each, Fields, Flag, Rule, Shape, Tagged, Text
from bot.playground.validation.whole import MOST_BLOCKS, Surface, problems_of_the_whole

__all__ = ["Surface", "check_blocks", "check_view"]

BLOCK_LISTS: Mapping[Surface, Each] = {
    surface: Each(BLOCKS, most, least=0, noun="blocks") for surface, most in MOST_BLOCKS.items()
}
EVERY_VIEW: Mapping[str, Rule] = {
    "private_metadata": Text(3000, least=0),
    "callback_id": Text(ID.most, least=0),
    "external_id": Text(ID.most, least=0),
}


def _submit_where_there_is_input(fields: Fields, path: str) -> Iterator[str]:
    blocks = fields.get("blocks")
    has_input = isinstance(blocks, list) and any(
        isinstance(block, dict) and block.get("type") == "input" for block in blocks
    )
    if has_input and "submit" not in fields:
        yield f"{path}/submit is required in a modal with an input block."


VIEWS = Tagged(
    {
        "modal": Shape(
            {"title": plain(24), "blocks": BLOCK_LISTS["modal"]},
            {
                **EVERY_VIEW,
                "submit": plain(24),
                "close": plain(24),
                "clear_on_close": Flag(),
                "notify_on_close": Flag(),
                "submit_disabled": Flag(),
            },
            (_submit_where_there_is_input,),
        ),
        "home": Shape({"blocks": BLOCK_LISTS["home"]}, EVERY_VIEW),
    }
)


def check_blocks(blocks: object, surface: Surface) -> list[str]:
    """Return a sentence for each rule that these blocks break on this surface; empty if Slack would take them.

    Each sentence starts with the JSON pointer of the place. Any JSON value may be given; nothing is raised.
    """
    return [*BLOCK_LISTS[surface].problems(blocks, "/blocks"), *problems_of_the_whole(blocks, surface)]


def check_view(view: object) -> list[str]:
    """Return a sentence for each rule that a modal or Home view breaks; JSON pointers start at `/view`.

    The size of the view in bytes is for the caller to check. Any JSON value may be given; nothing is raised.
    """
    problems = list(VIEWS.problems(view, "/view"))
    if isinstance(view, dict) and view.get("type") in ("modal", "home"):
        problems += problems_of_the_whole(view.get("blocks"), view["type"], "/view/blocks")
    return problems
