"""Notices to reporters: who decided, why in their own words, and what happens next."""

from collections.abc import Callable

from bot.blocks.message import Message
from bot.blocks.parts import Part, actions, button, day, line, one_line, quote, rich, said, short, top_text
from bot.blocks.phrases import customer_of, starting, titled, who
from bot.domain.policies import Bar
from bot.domain.text import is_blank, truncate
from bot.domain.views import DecisionView, ItemView
from bot.domain.words import Effect

BLOCK_LOOK_AGAIN = "notice_look_again"
ACTION_LOOK_AGAIN = "notice_look_again"
"""Sends noise back to its owner; the value is the item's id."""

BLOCK_REPLY = "notice_reply"
ACTION_OPEN_AGAIN = "notice_open_again"
"""Opens an item that was answered again; the value is the item's id."""

SENT_BACK = {Effect.MARK_NOISE: "Look again", Effect.LAPSE: "Open it again"}
"""What a reporter sends back with one tap, and what the button says."""

LONGEST_REASON = 2000

Parts = tuple[str, str, list[str]]
"""What leads to the reason, the reason in its author's words (or nothing), and the sentences after it."""


def notice(item: ItemView, told: DecisionView) -> Message | None:
    """Return what a reporter is told of a decision, or None where only the card changes (product rule 12)."""
    build = NOTICES.get(told.effect)
    if build is None:
        return None
    lead, reason, after = build(item, told)
    lead, after = starting(_without_colon(lead, reason)), [starting(sentence) for sentence in after]
    blocks = [rich(*_paragraphs(lead, reason, after))]
    if told.effect in SENT_BACK:
        again = button(SENT_BACK[told.effect], ACTION_LOOK_AGAIN, str(item.item_id))
        blocks.append(actions(BLOCK_LOOK_AGAIN, [again]))
    spoken = [lead, f"“{truncate(reason, LONGEST_REASON)}”" if reason.strip() else "", *after]
    return Message(top_text(" ".join(filter(None, spoken))), blocks)


def _without_colon(lead: str, reason: str) -> str:
    """A rule gives no words of its own; then nothing follows the colon."""
    return lead if reason.strip() or not lead.endswith(":") else f"{lead[:-1]}."


def _paragraphs(lead: str, reason: str, after: list[str]) -> list[Part]:
    quoted = [quote(reason, LONGEST_REASON)] if reason.strip() else []
    return [line(lead), *quoted, *([line(" ".join(after))] if after else [])]


def _declined(item: ItemView, told: DecisionView) -> Parts:
    today = f"You can do today: {_closed(one_line(told.instead, 500))}" if told.instead and told.instead.strip() else ""
    missed = f"Did we miss something? Reply here; {who(told)} reads it."
    return (
        f"{who(told)} said no to {titled(item)}:",
        told.reason,
        [*filter(None, [today]), *bar_lines(item.bar), missed],
    )


def _not_now(item: ItemView, told: DecisionView) -> Parts:
    when = f" on {day(told.look_again)}" if told.look_again else ""
    condition = f", or sooner if: {one_line(told.condition, 300)}" if told.condition and told.condition.strip() else ""
    again = f"{who(told)} looks again{when}{condition}."
    return f"Not now for {titled(item)}, says {who(told)}:", told.reason, [again, "Nothing you need to do."]


def _planned(item: ItemView, told: DecisionView) -> Parts:
    quiet = f"Please don't tell {customer_of(item)} yet: no wording is approved."
    return f"{titled(item)} is on {who(told)}'s plan.", told.reason, [quiet, "I'll tell you when it is."]


def _shipped(item: ItemView, told: DecisionView) -> Parts:
    return (
        f"{titled(item)} has shipped, says {who(told)}.",
        told.reason,
        ["It started with what you shared. Thank you."],
    )


def _already_possible(item: ItemView, told: DecisionView) -> Parts:
    otherwise = f"If that does not do it, reply here; {who(told)} reads it."
    return f"What {titled(item)} needs is possible today, says {who(told)}:", told.reason, [otherwise]


def _needs_info(item: ItemView, told: DecisionView) -> Parts:
    after = [
        f"Reply here; {who(told)} reads it.",
        "Until then the clock stands still.",
    ]
    return f"{who(told)} has one question on {titled(item)}:", told.reason, after


def _noise(item: ItemView, told: DecisionView) -> Parts:
    why = told.noise_reason or one_line(told.reason, 200)
    after = ["If that is not right, press Look again, and it goes back to its owner."]
    return f"{who(told)} set {titled(item)} aside as noise: {why}.", "", after


def _lapsed(item: ItemView, told: DecisionView) -> Parts:  # noqa: ARG001
    return (
        f"{titled(item)} is not pursued for now: the question to you stayed open for ten business days.",
        "",
        ["Nothing is lost. One tap opens it again."],
    )


def _duplicate(item: ItemView, told: DecisionView) -> Parts:
    other = told.other_item or "another item"
    after = [f"You now count among the reporters of {other}, and hear what becomes of it."]
    return f"{titled(item)} is the same as {other}, says {who(told)}.", told.reason, after


REPLIED_TO = {
    Effect.ASK_FOR_INFO: "answered your question on",
    Effect.DECLINE: "replied to your no on",
    Effect.ANSWER_NOT_NOW: "replied to your “not now” on",
    Effect.ANSWER_ALREADY_POSSIBLE: "replied to what you said is possible for",
}


def reply_passed_on(item: ItemView, author: str, text: str, answer: Effect) -> Message:
    """Return a reporter's reply for whoever gave the answer; one that was erased since says only that."""
    lead = f"{short(author)} {REPLIED_TO.get(answer, 'replied to your answer on')} {titled(item)}:"
    if is_blank(text):
        return said(f"{lead[:-1]}, and took the reply back.")
    after = REPLIED_TO_AFTER.get(answer, "It is kept with the item. Nobody waits for you.")
    blocks = [rich(line(lead), quote(text, LONGEST_REASON), line(after))]
    if answer is not Effect.ASK_FOR_INFO:
        again = button("Open it again", ACTION_OPEN_AGAIN, str(item.item_id))
        blocks.append(actions(BLOCK_REPLY, [again]))
    return Message(top_text(f"{lead} “{truncate(text, LONGEST_REASON)}” {after}"), blocks)


REPLIED_TO_AFTER = {
    Effect.ASK_FOR_INFO: "The ask is open again, and waits for your answer.",
    Effect.DECLINE: "Your no stands unless you open it again.",
    Effect.ANSWER_NOT_NOW: "Your answer stands unless you open it again.",
}


def bar_lines(bar: Bar) -> list[str]:
    """Return the lines that an area's PM wrote about what gets in, each with its name; none if there is no bar."""
    named = (
        ("What we build for", bar.what_we_build_for),
        ("What gets in", bar.what_gets_in),
        ("What we will not do", bar.what_we_will_not_do),
    )
    return [f"{name}: {_closed(one_line(text, 300))}" for name, text in named if text.strip()]


def _closed(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?", "…")) else f"{sentence}."


NOTICES: dict[Effect, Callable[[ItemView, DecisionView], Parts]] = {
    Effect.DECLINE: _declined,
    Effect.ANSWER_NOT_NOW: _not_now,
    Effect.PLAN: _planned,
    Effect.SHIP: _shipped,
    Effect.ANSWER_ALREADY_POSSIBLE: _already_possible,
    Effect.ASK_FOR_INFO: _needs_info,
    Effect.MARK_NOISE: _noise,
    Effect.MARK_DUPLICATE: _duplicate,
    Effect.LAPSE: _lapsed,
}
