"""The rich_text block: sections, lists, quotes and preformatted text, and what stands in their lines."""

from collections.abc import Mapping

from bot.playground.validation.rules import Each, Flag, Number, Rule, Shape, Tagged, Text


def flags(*names: str) -> Shape:
    """Return the rule of a style object."""
    return Shape(optional={name: Flag() for name in names})


TEXT_STYLE = flags("bold", "italic", "strike", "code", "underline")
MENTION_STYLE = flags("bold", "italic", "strike", "highlight", "client_highlight", "unlink")

INLINE = Tagged(
    {
        "text": Shape({"text": Text()}, {"style": TEXT_STYLE}),
        "link": Shape({"url": Text()}, {"text": Text(), "unsafe": Flag(), "style": TEXT_STYLE}),
        "emoji": Shape({"name": Text()}, {"unicode": Text(), "skin_tone": Number(1, 6), "style": TEXT_STYLE}),
        "user": Shape({"user_id": Text()}, {"style": MENTION_STYLE}),
        "usergroup": Shape({"usergroup_id": Text()}, {"style": MENTION_STYLE}),
        "channel": Shape({"channel_id": Text()}, {"style": MENTION_STYLE}),
        "team": Shape({"team_id": Text()}, {"style": MENTION_STYLE}),
        "broadcast": Shape({"range": Text(one_of=("here", "channel", "everyone"))}, {"style": MENTION_STYLE}),
        "color": Shape({"value": Text()}, {"style": TEXT_STYLE}),
        "date": Shape(
            {"timestamp": Number(), "format": Text()}, {"url": Text(), "fallback": Text(), "style": TEXT_STYLE}
        ),
    }
)

LINES: Mapping[str, Rule] = {"elements": Each(INLINE)}
BORDER: Mapping[str, Rule] = {"border": Number(0, 1)}
SECTION = Shape(LINES)

PARTS = Tagged(
    {
        "rich_text_section": SECTION,
        "rich_text_quote": Shape(LINES, BORDER),
        "rich_text_preformatted": Shape(
            {"elements": Each(INLINE.only("text", "link"))}, {**BORDER, "language": Text()}
        ),
        "rich_text_list": Shape(
            {"elements": Each(Tagged({"rich_text_section": SECTION})), "style": Text(one_of=("bullet", "ordered"))},
            {"indent": Number(0, 8), "offset": Number(0), **BORDER},
        ),
    }
)

RICH_TEXT = Shape({"elements": Each(PARTS)}, {"block_id": Text(255)})
