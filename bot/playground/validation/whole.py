"""Rules that span blocks: what a surface allows, ids that must differ, and sums over a message."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from bot.playground.validation.blocks import MARKDOWN_MOST

Surface = Literal["message", "modal", "home"]

MOST_BLOCKS: Mapping[Surface, int] = {"message": 50, "modal": 100, "home": 100}
MESSAGE: frozenset[Surface] = frozenset({"message"})
MODAL: frozenset[Surface] = frozenset({"modal"})

SURFACES: Mapping[str, frozenset[Surface]] = {
    "markdown": MESSAGE,
    "context_actions": MESSAGE,
    "table": MESSAGE,
    "data_visualization": MESSAGE,
    "workflow_button": MESSAGE,
    "email_text_input": MODAL,
    "url_text_input": MODAL,
    "number_input": MODAL,
    "file_input": MODAL,
    "rich_text_input": frozenset({"modal", "home"}),
    "datetimepicker": frozenset({"modal", "message"}),
}
"""Where a block or element may stand; what is not listed may stand anywhere."""

MOST_CHARTS = 2
Placed = tuple[str, dict[str, Any]]


def problems_of_the_whole(blocks: object, surface: Surface, path: str = "/blocks") -> Iterator[str]:
    """Yield what is wrong between blocks; what has another form is passed over, for the schema has named it."""
    placed = list(_objects(blocks, path))
    elements = [(place, list(_elements(place, block))) for place, block in placed]
    everything = placed + [entry for _, found in elements for entry in found]
    yield from _surface_problems(everything, surface)
    yield from _repeated("block_id", placed, path)
    for place, found in elements:
        yield from _repeated("action_id", found, place)
    if sum(entry.get("focus_on_load") is True for _, entry in everything) > 1:
        yield f"{path} must not have focus_on_load more than once."
    yield from _sum_problems([block for _, block in placed], path)


def _objects(entries: object, path: str) -> Iterator[Placed]:
    if isinstance(entries, list):
        for index, entry in enumerate(entries):
            if isinstance(entry, dict):
                yield f"{path}/{index}", entry


def _elements(path: str, block: dict[str, Any]) -> Iterator[Placed]:
    if block.get("type") in ("actions", "context", "context_actions"):
        yield from _objects(block.get("elements"), f"{path}/elements")
    for key in ("accessory", "element"):
        if isinstance(element := block.get(key), dict):
            yield f"{path}/{key}", element


def _surface_problems(everything: list[Placed], surface: Surface) -> Iterator[str]:
    for path, entry in everything:
        kind = entry.get("type")
        if isinstance(kind, str) and surface not in SURFACES.get(kind, {surface}):
            yield f"{path} is of type {kind}, which a {surface} cannot hold."
        if entry.get("response_url_enabled") is True and surface != "modal":
            yield f"{path}/response_url_enabled is allowed in a modal only."


def _repeated(key: str, placed: list[Placed], path: str) -> Iterator[str]:
    ids = Counter(value for _, entry in placed if isinstance(value := entry.get(key), str))
    for value, times in ids.items():
        if times > 1:
            yield f"{path} must not have the {key} {value!r} more than once."


def _sum_problems(blocks: list[dict[str, Any]], path: str) -> Iterator[str]:
    kinds = [block.get("type") for block in blocks]
    if kinds.count("table") > 1:
        yield f"{path} must not have more than one table (only_one_table_allowed)."
    if kinds.count("data_visualization") > MOST_CHARTS:
        yield f"{path} must not have more than {MOST_CHARTS} blocks of type data_visualization."
    texts = [block.get("text") for block in blocks if block.get("type") == "markdown"]
    characters = sum(len(text) for text in texts if isinstance(text, str))
    if characters > MARKDOWN_MOST:
        yield f"{path} must have at most {MARKDOWN_MOST} characters of markdown in all, and has {characters}."
