"""The forms that share something, and the one that edits it.

Three fields come first; the rest is behind a button, since ten seconds have to be enough (product rules 2 and 3).
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.blocks.message import Block
from bot.blocks.modals.fields import (
    ACTION_FIELD,
    FIELD_ACCOUNT,
    FIELD_AMOUNT,
    FIELD_ANSWER_BY,
    FIELD_AREA,
    FIELD_CATEGORY,
    FIELD_CLOSE,
    FIELD_COMPETITOR,
    FIELD_OPPORTUNITY,
    FIELD_RESTRICTED,
    FIELD_SEGMENT,
    FIELD_SOURCE,
    FIELD_STAGE,
    FIELD_TAGS,
    FIELD_WANTED,
    FIELD_WORDS,
    LONGEST_FIELD,
    Drawing,
    View,
    field_of,
    how_known,
    modal,
    typed,
)
from bot.blocks.parts import actions, button, confirmation, context, day, line, plain, rich
from bot.domain.choices import Filled
from bot.domain.words import Category, Kind

CAPTURE_INTEL = "capture_intel"
CAPTURE_ASK = "capture_ask"
EDIT_WORDS = "edit_words"
"""The callback ids of the forms."""
CAPTURE_FORMS: Mapping[Kind, str] = {Kind.NUGGET: CAPTURE_INTEL, Kind.ASK: CAPTURE_ASK}

BLOCK_DETAILS = "details"
ACTION_DETAILS = "form_details"
BLOCK_DRAFT = "draft"
ACTION_START_FRESH = "form_start_fresh"
"""Buttons inside the form; each draws it anew."""

MOST_WORD_FIELDS = 20
"""Fields that one text may take in a form; whoever reads the form joins this many."""
LARGEST_VIEW = 240_000
"""Bytes of a view as JSON; Slack refuses 250 kB."""

PROBLEM = "What is the customer trying to do, and what stops them?"
HEARD = "What did you hear?"
ADD_DETAILS = {Kind.NUGGET: "Add details", Kind.ASK: "Add deal details"}
NEW_IN_PLACE = "Type a name to find it, or to add it"
OTHERS_TOO = "Others report this too, so what it is about stays as it is."

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CaptureDrawing:
    """How a capture form stands: what is in it, whether all fields are shown, and from which day its draft is."""

    filled: Filled = field(default_factory=dict)
    has_details: bool = False
    draft_on: date | None = None
    left_out: Collection[str] = NOTHING
    """Fields that are not offered here, such as *restricted* where a private place keeps the words anyway."""
    action_id: str = ACTION_FIELD


def capture_form(kind: Kind, drawn: CaptureDrawing | None = None, *, private_metadata: str = "") -> View:
    """Return the form for a nugget or an ask. What changes in it is told, so that it can be kept as a draft."""
    drawn = drawn or CaptureDrawing()
    drawing = Drawing(drawn.filled, drawn.action_id, is_told=True)
    blocks = [*_draft_note(drawn.draft_on), *FIRST[kind](drawing)]
    if drawn.has_details:
        blocks += _offered(DETAILS[kind](drawing), drawn.left_out)
    else:
        blocks.append(actions(BLOCK_DETAILS, [button(ADD_DETAILS[kind], ACTION_DETAILS, kind.value)]))
    title = "Share intel" if kind is Kind.NUGGET else "Share an ask"
    view = modal(CAPTURE_FORMS[kind], title, "Save", blocks, private_metadata)
    return {**view, "notify_on_close": True}


def _draft_note(draft_on: date | None) -> list[Block]:
    if draft_on is None:
        return []
    sure = confirmation("Start fresh", "What stands in your draft is removed for good.", "Start fresh")
    note = plain(f"This is your draft of {day(draft_on)}.", 150)
    fresh = button("Start fresh", ACTION_START_FRESH, "fresh", confirm=sure)
    return [{"type": "section", "block_id": BLOCK_DRAFT, "text": note, "accessory": fresh}]


def _intel_first(drawing: Drawing) -> list[Block]:
    return [_words(drawing, HEARD), _competitor(drawing), how_known(drawing)]


def _ask_first(drawing: Drawing) -> list[Block]:
    """Return the three fields of product rule 3; only the problem is required."""
    return [_words(drawing, PROBLEM), _account(drawing), _wanted(drawing)]


def _intel_details(drawing: Drawing) -> list[Block]:
    about = [_category(drawing), _account(drawing), _area(drawing), _tags(drawing)]
    return [*about, _source(drawing), _restricted(drawing)]


def _ask_details(drawing: Drawing) -> list[Block]:
    about = [_area(drawing), _competitor(drawing), _tags(drawing), how_known(drawing), _restricted(drawing)]
    return [*_deal(drawing), *about]


FIRST: Mapping[Kind, Callable[[Drawing], list[Block]]] = {Kind.NUGGET: _intel_first, Kind.ASK: _ask_first}
DETAILS: Mapping[Kind, Callable[[Drawing], list[Block]]] = {Kind.NUGGET: _intel_details, Kind.ASK: _ask_details}


def detail_fields(kind: Kind) -> frozenset[str]:
    """Return the block ids of the fields that stand behind the button."""
    return frozenset(block["block_id"] for block in DETAILS[kind](Drawing()))


def _words(drawing: Drawing, label: str) -> Block:
    return drawing.typed(FIELD_WORDS, label, LONGEST_FIELD, multiline=True, is_optional=False)


def _competitor(drawing: Drawing) -> Block:
    return drawing.names(FIELD_COMPETITOR, "Competitor", placeholder=NEW_IN_PLACE)


def _account(drawing: Drawing) -> Block:
    return drawing.names(FIELD_ACCOUNT, "Account", placeholder=NEW_IN_PLACE)


def _wanted(drawing: Drawing) -> Block:
    return drawing.typed(FIELD_WANTED, "What did they ask for?", LONGEST_FIELD, multiline=True)


def _category(drawing: Drawing) -> Block:
    return drawing.menu(FIELD_CATEGORY, "Category", Category, hint="Left empty, it follows your words.")


def _area(drawing: Drawing) -> Block:
    return drawing.names(FIELD_AREA, "Product area", hint="Left empty, it follows your words.")


def _tags(drawing: Drawing) -> Block:
    return drawing.several_names(FIELD_TAGS, "Tags")


def _source(drawing: Drawing) -> Block:
    return drawing.typed(FIELD_SOURCE, "Source", LONGEST_FIELD, placeholder="A link, or where it stands")


def _restricted(drawing: Drawing) -> Block:
    return drawing.tick(FIELD_RESTRICTED, "Who can read it", "Restrict its words to its owner, leads and you")


def _deal(drawing: Drawing) -> list[Block]:
    return [
        drawing.typed(FIELD_OPPORTUNITY, "Opportunity", LONGEST_FIELD, placeholder="Its name or number in your CRM"),
        drawing.typed(FIELD_STAGE, "Stage", LONGEST_FIELD),
        drawing.typed(FIELD_AMOUNT, "Amount", 100, placeholder="$120k, or 80,000 EUR"),
        drawing.day(FIELD_CLOSE, "Close date"),
        drawing.typed(FIELD_SEGMENT, "Segment", LONGEST_FIELD),
        drawing.day(FIELD_ANSWER_BY, "Need an answer by"),
    ]


def _offered(blocks: list[Block], left_out: Collection[str]) -> list[Block]:
    return [block for block in blocks if block["block_id"] not in left_out]


@dataclass(frozen=True, slots=True)
class EditDrawing:
    """What stands beside the words of a report that is edited; fields that are left out stay as they are."""

    kind: Kind
    filled: Filled
    left_out: Collection[str] = NOTHING
    is_shared: bool = False
    """Whether others report the same, so that what it is about is not one person's to change."""


def edit_form(report_text: str, drawn: EditDrawing | None = None, *, private_metadata: str = "") -> View:
    """Return the form with a report's words. Words longer than one field go on in further ones, in order.

    Words that leave no room for the other fields are edited alone; those that no form can hold bring a view without
    fields that says what can be done instead.
    """
    words = _word_fields("Your words", report_text)
    for blocks in ([*words, *_edited(drawn)] if drawn else words, words):
        view = modal(EDIT_WORDS, "Edit your words", "Save", blocks, private_metadata)
        if len(words) <= MOST_WORD_FIELDS and len(json.dumps(view)) <= LARGEST_VIEW:
            return view
    return _too_long_to_edit()


def _edited(drawn: EditDrawing) -> list[Block]:
    drawing = Drawing(drawn.filled)
    several = drawing.several_names(FIELD_COMPETITOR, "Competitors", placeholder=NEW_IN_PLACE)
    if drawn.kind is Kind.NUGGET:
        fields = [several, how_known(drawing), *_intel_details(drawing)]
    else:
        details = [several if block["block_id"] == FIELD_COMPETITOR else block for block in _ask_details(drawing)]
        fields = [_account(drawing), _wanted(drawing), *details]
    note = [context(OTHERS_TOO)] if drawn.is_shared else []
    return [*_offered(fields, drawn.left_out), *note]


def _too_long_to_edit() -> View:
    sentence = "This text is too long to be edited in a form. Take it back and share it again, in parts if you can."
    return {"type": "modal", "title": plain("Edit your words", 24), "blocks": [rich(line(sentence))]}


def word_field_ids(count: int) -> list[str]:
    """Return the block ids of the first `count` fields that hold one text; their values are joined as they are."""
    return [FIELD_WORDS, *(f"{FIELD_WORDS}_{number}" for number in range(2, count + 1))][:count]


def _word_fields(label: str, text: str) -> list[Block]:
    """Return one required field, and an optional one for each further 3,000 characters that are there already."""
    pieces = [text[start : start + LONGEST_FIELD] for start in range(0, len(text), LONGEST_FIELD)] or [""]
    labels = [label, *(f"{label} (part {number})" for number in range(2, len(pieces) + 1))]
    return [
        field_of(
            block_id,
            title,
            typed(LONGEST_FIELD, multiline=True, initial=piece),
            optional=block_id != FIELD_WORDS,
        )
        for block_id, title, piece in zip(word_field_ids(len(pieces)), labels, pieces, strict=True)
    ]
