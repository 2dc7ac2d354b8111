"""The blocks of messages, modals and the Home tab, each with its keys and limits."""

from collections.abc import Iterator, Mapping

from bot.playground.validation.elements import (
    CONTEXT_ACTIONS,
    IMAGE_ELEMENT,
    IMAGE_SOURCE,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    ONE_IMAGE,
)
from bot.playground.validation.objects import ID, URL, plain, plain_or_mrkdwn
from bot.playground.validation.rich_text import RICH_TEXT
from bot.playground.validation.rules import (
    Each,
    Fields,
    Flag,
    Number,
    Relation,
    Rule,
    Shape,
    Tagged,
    Text,
    at_least_one_of,
)

MARKDOWN_MOST = 12_000
NO_RULES: Mapping[str, Rule] = {}


def block(
    required: Mapping[str, Rule] = NO_RULES, optional: Mapping[str, Rule] = NO_RULES, *relations: Relation
) -> Shape:
    """Return the rule of a block: its own keys and the `block_id` that every block may have."""
    return Shape(required, {"block_id": ID, **optional}, relations)


CELL = Tagged(
    {
        "raw_text": Shape({"text": Text()}),
        "raw_number": Shape({"value": Number(fractions=True), "text": Text()}),
        "rich_text": RICH_TEXT,
    }
)
COLUMN = Shape(optional={"align": Text(one_of=("left", "center", "right")), "is_wrapped": Flag()})


def entries(fields: Fields, key: str) -> list[Fields]:
    """Return the objects in the list at `key`, passing over what has another form."""
    value = fields.get(key)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def distinct(list_key: str, name_key: str) -> Relation:
    """Demand that no two objects of a list have the same name."""

    def check(fields: Fields, path: str) -> Iterator[str]:
        names = [name for entry in entries(fields, list_key) if isinstance(name := entry.get(name_key), str)]
        if len(names) != len(set(names)):
            yield f"{path}/{list_key} must not have the same {name_key} twice."

    return check


def one_point_per_category(fields: Fields, path: str) -> Iterator[str]:
    """Demand that each series has exactly one point for each category of the axis."""
    axis = fields.get("axis_config")
    categories = axis.get("categories") if isinstance(axis, dict) else None
    if not isinstance(categories, list):
        return
    for index, series in enumerate(entries(fields, "series")):
        labels = [point.get("label") for point in entries(series, "data")]
        if len(labels) != len(categories) or any(category not in labels for category in categories):
            yield f"{path}/series/{index}/data must have one point for each category."


NAME = Text(20)
POINTS = Each(Shape({"label": NAME, "value": Number(fractions=True)}), 20, noun="points")
SEGMENT = Shape({"label": NAME, "value": Number(least=5e-324, fractions=True)})
AXES = Shape({"categories": Each(NAME, 20)}, {"x_label": Text(50), "y_label": Text(50)})
XY_CHART = Shape(
    {"series": Each(Shape({"name": NAME, "data": POINTS}), 6, noun="series"), "axis_config": AXES},
    relations=(distinct("series", "name"), one_point_per_category),
)
PIE = Shape({"segments": Each(SEGMENT, 6, noun="segments")}, relations=(distinct("segments", "label"),))
CHART = Tagged({"pie": PIE, "bar": XY_CHART, "line": XY_CHART, "area": XY_CHART})

VIDEO = block(
    # The limits are given as "under 200" and "under 50".
    {"alt_text": Text(), "title": plain(199), "thumbnail_url": URL, "video_url": URL},
    {
        "author_name": Text(49),
        "description": plain(),
        "provider_icon_url": URL,
        "provider_name": Text(),
        "title_url": URL,
    },
)

BLOCKS = Tagged(
    {
        "section": block(
            NO_RULES,
            {
                "text": plain_or_mrkdwn(),
                "fields": Each(plain_or_mrkdwn(2000), 10, noun="fields"),
                "accessory": IN_SECTION,
                "expand": Flag(),
            },
            at_least_one_of("text", "fields"),
        ),
        "actions": block({"elements": Each(IN_ACTIONS, 25, noun="elements")}),
        "context": block(
            {"elements": Each(Tagged({**plain_or_mrkdwn().shapes, **IMAGE_ELEMENT}), 10, noun="elements")}
        ),
        "divider": block(),
        "header": block({"text": plain(150)}),
        "image": block({"alt_text": Text(2000)}, {"title": plain(2000), **IMAGE_SOURCE}, ONE_IMAGE),
        "rich_text": RICH_TEXT,
        "input": block(
            {"label": plain(2000), "element": IN_INPUT},
            {"hint": plain(2000), "optional": Flag(), "dispatch_action": Flag()},
        ),
        "context_actions": block({"elements": Each(CONTEXT_ACTIONS, 5, noun="elements")}),
        "markdown": block({"text": Text(MARKDOWN_MOST)}),
        "table": block(
            {"rows": Each(Each(CELL, 20, noun="cells"), 100, noun="rows")}, {"column_settings": Each(COLUMN, 20)}
        ),
        "video": VIDEO,
        "data_visualization": block({"title": Text(50), "chart": CHART}),
    }
)
