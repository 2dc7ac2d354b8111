"""Questions to the field: their public card, what their asker reads, and what those who might know are asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.blocks.answers import refused_with_text
from bot.blocks.message import Block, Message
from bot.blocks.modals.fields import FIELD_WORDS, LONGEST_FIELD, View, field_of, modal, typed
from bot.blocks.parts import (
    actions,
    button,
    confirmation,
    context,
    day,
    line,
    one_line,
    quote,
    rich,
    said,
    short,
    top_text,
    words,
)
from bot.domain.text import truncate
from bot.domain.views import ItemView

BLOCK_WANT = "want"
ACTION_KNOW = "want_know"
"""Opens the form; the value is the want's id."""
ACTION_WITHDRAW = "want_withdraw"
ACTION_STILL_LOOKING = "want_still_looking"
"""The value of both is the want's id."""
ACTION_REPLACE = "want_replace"
"""The value is the new question as it was typed."""

BLOCK_WANT_QUESTION = "want_question"
ACTION_ANSWERS = "want_answers"
ACTION_ANSWERS_NOT = "want_answers_not"
"""The value of both is the want's id and the item's with a colon between them."""

BLOCK_REPLIED = "want_replied"
ACTION_REPLY_ANSWERS = "want_reply_answers"
"""The value is the want's id and the ts of the reply with a colon between them."""

TELL_WANT = "tell_want"
"""The callback id of the form."""

MOST_LISTED = 8
LONGEST_LISTED = 300


@dataclass(frozen=True, slots=True)
class WantView:
    """A question to the field as people read it; `words` are empty once they were taken back."""

    want_id: int
    words: str
    asker_name: str
    due_on: date
    competitor: str | None = None
    outcome: str | None = None
    """filled, withdrawn, replaced or lapsed; None while it is open."""
    filled_by_name: str | None = None
    item_name: str | None = None
    """What answers it, where everyone may read that."""
    is_own: bool = False


def want_card(want: WantView, *, is_hidden: bool = False) -> Message:
    """Return the public question. Where people of other companies may read it, it says only that there is one."""
    if is_hidden:
        return said("A question to the field is open elsewhere.")
    title = line(words(f"{short(want.asker_name)} asks the field", bold=True))
    quoted = [quote(want.words, 2000)] if want.words.strip() else []
    about = " · ".join(filter(None, (short(want.competitor) if want.competitor else "", _standing(want))))
    asks = f"{short(want.asker_name)} asks the field"
    spoken = f"{asks}: “{truncate(want.words, 2000)}” {_standing(want)}" if quoted else f"{asks}. {_standing(want)}"
    know = [actions(BLOCK_WANT, [_know(want)])] if want.outcome is None else []
    return Message(top_text(spoken), [rich(title, *quoted), context(about), *know])


def _know(want: WantView) -> dict[str, object]:
    return button("I know something", ACTION_KNOW, str(want.want_id))


def _standing(want: WantView) -> str:
    match want.outcome:
        case None:
            return f"Open until {day(want.due_on)}"
        case "filled":
            named = f": {want.item_name}" if want.item_name else ""
            return f"Answered by {short(want.filled_by_name or 'someone')}{named}"
        case "lapsed":
            return f"Nobody knew by {day(want.due_on)}"
        case "replaced":
            return f"Closed: {short(want.asker_name)} asks something else"
        case _:
            return f"Taken back by {short(want.asker_name)}"


def asked(want: WantView, channel_name: str | None) -> Message:
    """Return the private answer to whoever asked: where it is asked, until when, and how to take it back."""
    where = f"Asked in #{short(channel_name)}" if channel_name else "Asked"
    sentence = f"{where}, until {day(want.due_on)}: “{truncate(want.words, 500)}”"
    known = [f"Whoever shares something on {short(want.competitor)} is asked too."] if want.competitor else []
    known.append("You hear it from me as soon as someone knows.")
    if channel_name is None:
        known.append("No channel for intel is set up, so it has no public card.")
    sure = confirmation("Take it back", "The question is closed and its words are erased here.", "Take back")
    back = button("Take back", ACTION_WITHDRAW, str(want.want_id), confirm=sure)
    return said(" ".join([sentence, *known]), actions(BLOCK_WANT, [back]))


def one_at_a_time(want: WantView, typed_words: str) -> Message:
    """Return the answer to a second question: the one that is open, the typed words, and the offer to replace it."""
    sentence = f"You ask the field one thing already, until {day(want.due_on)}: “{one_line(want.words, 200)}”"
    given_back = refused_with_text(f"{sentence} One at a time gets answers.", typed_words)
    replace = button("Replace it", ACTION_REPLACE, typed_words)
    return Message(given_back.text, [*given_back.blocks, actions(BLOCK_WANT, [replace])])


def withdrawn(own_words: str) -> Message:
    """Return the answer to taking a question back, with its erased words, for its author alone."""
    return refused_with_text("Your question is taken back, and its words are erased here.", own_words)


def want_list(wants: Sequence[WantView], command: str) -> Message:
    """Return the open questions in the order given, each with what its reader can do about it."""
    if not wants:
        return said(f"Nobody asks the field anything just now. {command} want and your question asks it.")
    shown = wants[:MOST_LISTED]
    more = [context(f"And {len(wants) - MOST_LISTED} more.")] if len(wants) > MOST_LISTED else []
    rows = [block for want in shown for block in _row(want)]
    spoken = " ".join(f"{short(want.asker_name)}: {one_line(want.words, 80)}." for want in shown)
    return Message(top_text(f"Open questions. {spoken}"), [rich(line("Open questions to the field:")), *rows, *more])


def _row(want: WantView) -> list[Block]:
    asker = "You" if want.is_own else short(want.asker_name)
    about = f": {one_line(want.words, LONGEST_LISTED)} · until {day(want.due_on)}"
    back = button("Take back", ACTION_WITHDRAW, str(want.want_id))
    offered = [back] if want.is_own else [_know(want)]
    return [rich(line(words(asker, bold=True), about)), actions(f"{BLOCK_WANT}_{want.want_id}", offered)]


def tell_form(want: WantView, *, private_metadata: str = "") -> View:
    """Return the form with its one field, below the question."""
    hint = "It is kept as intel under your name, and answers the question."
    field = field_of(FIELD_WORDS, "What do you know?", typed(LONGEST_FIELD, multiline=True), hint=hint)
    about = rich(line(f"{short(want.asker_name)} asks the field:"), quote(want.words, 2000))
    return modal(TELL_WANT, "I know something", "Send", [about, field], private_metadata)


def does_it_answer(want: WantView, item_id: int, item_name: str) -> Message:
    """Return the private question to whoever just shared something on the same competitor."""
    value = f"{want.want_id}:{item_id}"
    yes, no = button("Yes", ACTION_ANSWERS, value), button("No", ACTION_ANSWERS_NOT, value)
    lead = f"{short(want.asker_name)} asks the field:"
    ask = f"Does {item_name} answer it?"
    spoken = f"{lead} “{truncate(want.words, 2000)}” {ask}"
    blocks = [rich(line(lead), quote(want.words, 2000), line(ask)), actions(BLOCK_WANT_QUESTION, [yes, no])]
    return Message(top_text(spoken), blocks)


def reply_offer(want: WantView, ts: str) -> Message:
    """Return the private offer to whoever replied in a question's thread; until it is taken the reply is only talk."""
    asker = short(want.asker_name)
    take = button("It is my answer", ACTION_REPLY_ANSWERS, f"{want.want_id}:{ts}")
    sentence = f"Does this answer {asker}? One press keeps it as intel under your name, and {asker} hears it."
    return said(sentence, actions(BLOCK_REPLIED, [take]))


def thanks(want: WantView, item_name: str) -> str:
    """Return the sentence of thanks to whoever answered."""
    if want.is_own:
        return f"{item_name} answers your own question, which is closed now."
    return f"Thank you: {item_name} answers {short(want.asker_name)}'s question, and they hear it in a moment."


def too_late(want: WantView, item_name: str) -> str:
    """Return what is said to whoever answered a question that was closed by then; their words are kept."""
    asker = short(want.asker_name)
    return f"{item_name} is kept. {asker}'s question was closed by then: {_standing(want)}."


def goes_on(want: WantView) -> Message:
    """Return the answer to whoever's news answers nothing."""
    return said(f"Noted. {short(want.asker_name)} goes on looking.")


def filled(want: WantView, item: ItemView | None) -> Message:
    """Return what the asker is told; of something that they may not read only who knows it."""
    who = short(want.filled_by_name or "someone")
    lead = f"{who} answers your question “{one_line(want.words, LONGEST_LISTED)}”"
    still = actions(BLOCK_WANT, [button("Still looking", ACTION_STILL_LOOKING, str(want.want_id))])
    if item is None:
        return said(f"{lead}, but what they know is not open to everyone. Ask {who}.", still)
    known = f"{item.name}, {item.how_known}:"
    after = "If that is not it, press Still looking, and the question is open again."
    blocks = [rich(line(f"{lead}: {known}"), quote(item.text, 2000), line(after)), still]
    return Message(top_text(f"{lead}: {known} “{truncate(item.text, 2000)}” {after}"), blocks)


def open_again(want: WantView) -> Message:
    """Return the answer to an asker who goes on looking."""
    return said(f"Your question is open again, until {day(want.due_on)}.")


def lapsed(want: WantView) -> Message:
    """Return what the asker is told once the day has passed."""
    sentence = f"Nobody knew by {day(want.due_on)}: “{one_line(want.words, LONGEST_LISTED)}” It is closed now."
    again = button("Ask again", ACTION_STILL_LOOKING, str(want.want_id))
    return said(sentence, actions(BLOCK_WANT, [again]))
