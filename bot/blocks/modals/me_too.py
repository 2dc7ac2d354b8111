"""The form for a further report on an item."""

from bot.blocks.modals.fields import (
    FIELD_ACCOUNT,
    FIELD_WORDS,
    LONGEST_FIELD,
    Drawing,
    View,
    how_known,
    modal,
)
from bot.blocks.parts import LONGEST_QUOTE, line, quote, rich
from bot.domain.views import ItemView
from bot.domain.words import Kind

ME_TOO = "me_too"
"""The callback id of the form."""

FOR_WHOM = {Kind.ASK: "Which account needs it?", Kind.NUGGET: "At which account did you hear it?"}
MORE = {Kind.ASK: "What is different there?", Kind.NUGGET: "What did you hear?"}


def me_too_form(item: ItemView, *, private_metadata: str = "") -> View:
    """Return the form: the account, how it is known, and words of their own; each of them can be left out."""
    about = rich(quote(item.text, LONGEST_QUOTE)) if item.text.strip() else rich(line(item.name))
    drawing = Drawing()
    fields = [
        drawing.names(FIELD_ACCOUNT, FOR_WHOM[item.kind]),
        how_known(drawing),
        drawing.typed(FIELD_WORDS, MORE[item.kind], LONGEST_FIELD, multiline=True),
    ]
    return modal(ME_TOO, f"Me too: {item.name}", "Add", [about, *fields], private_metadata)
