"""The samples that the browser tests draw are complete."""

from bot.playground.validation import blocks, check_blocks, elements, rich_text
from tests.browser.drawing.samples import SAMPLES, objects_in


def test_the_samples_are_taken_and_hold_every_type() -> None:
    assert [check_blocks(sample, surface) for _, surface, sample in SAMPLES] == [[] for _ in SAMPLES]
    every = {
        *blocks.BLOCKS.shapes,
        *blocks.CELL.shapes,
        *blocks.CHART.shapes,
        *(kind for group in (elements.IN_ACTIONS, elements.IN_INPUT, elements.IN_SECTION) for kind in group.shapes),
        *elements.CONTEXT_ACTIONS.shapes,
        *rich_text.INLINE.shapes,
        *rich_text.PARTS.shapes,
    }
    assert every - {entry.get("type") for _, _, sample in SAMPLES for entry in objects_in(sample)} == set()
