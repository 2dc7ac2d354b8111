"""The one question after a bare ask, and the form that takes its answer (product rule 3)."""

from datetime import date

from bot.blocks.answers import ACTION_EDIT, BLOCK_OWN_REPORT
from bot.blocks.message import Message
from bot.blocks.modals.fields import FIELD_WORDS, LONGEST_FIELD, View, field_of, modal, typed
from bot.blocks.parts import actions, button, day, line, quote, rich, said, short
from bot.blocks.phrases import NOBODY

BLOCK_COACHING = "coaching"
ACTION_ANSWER = "coaching_answer"
ACTION_SKIP = "coaching_skip"
"""The value of both is the report's id."""

COACHING = "coaching"
"""The callback id of the form."""


def coaching_question(name: str, report_id: int, customer: str | None, owner: str | None) -> Message:
    """Return the question: what the customer cannot do today. Its form opens with one press, and one press skips it."""
    helped = short(owner) if owner else NOBODY
    answer = button("Answer", ACTION_ANSWER, str(report_id), primary=True)
    skip = button("Skip", ACTION_SKIP, str(report_id))
    sentence = f"Saved as {name}. One thing would help {helped} decide: {_what(customer)}"
    return said(sentence, actions(BLOCK_COACHING, [answer, skip]))


def _what(customer: str | None) -> str:
    return f"what can't {short(customer) if customer else 'your customer'} do today?"


def answer_form(name: str, words: str, customer: str | None, *, private_metadata: str = "") -> View:
    """Return the form with its one field, below the words that it adds to."""
    what = _what(customer)
    hint = "One sentence is enough. It is added to your words, which stay as they are."
    field = field_of(FIELD_WORDS, f"W{what[1:]}", typed(LONGEST_FIELD, multiline=True), hint=hint)
    about = rich(quote(words)) if words.strip() else rich(line(name))
    return modal(COACHING, f"About {name}", "Add", [about, field], private_metadata)


def answered(name: str, report_id: int, owner: str | None) -> Message:
    """Return what takes the place of the question once it was answered."""
    reader = f"{short(owner)} reads both" if owner else "Whoever decides reads both"
    edit = button("Edit", ACTION_EDIT, str(report_id))
    sentence = f"Added to {name} below your first words. {reader}. Thank you."
    return said(sentence, actions(BLOCK_OWN_REPORT, [edit]))


def skipped(name: str, rests_until: date | None) -> Message:
    """Return what takes the place of the question once it was skipped."""
    rest = f" You skip this as a rule, so I ask you again only from {day(rests_until)}." if rests_until else ""
    return said(f"{name} stands as you wrote it.{rest}")
