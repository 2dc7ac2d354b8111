"""The public card of an item: what people react to, reply under and are linked to.

It names no account and no money: those are for sales groups, PMs and executives. The exact words stay as written.
"""

from bot.blocks.demand import demand_sentence
from bot.blocks.files import file_links
from bot.blocks.joining import ACTION_ME_TOO
from bot.blocks.message import Block, Message
from bot.blocks.parts import (
    LONGEST_QUOTE,
    Part,
    actions,
    button,
    confirmation,
    context,
    line,
    listed,
    moment,
    quote,
    rich,
    short,
    top_text,
    words,
)
from bot.blocks.phrases import KIND_WORDS, status_sentence
from bot.blocks.shelf_life import standing_lines, still_true_buttons
from bot.domain.views import DecisionView, ItemView
from bot.domain.words import Effect, Kind, Privacy, Status

BLOCK_ACTIONS = "card_actions"

ACTION_SEE = "card_see"
ACTION_ACCEPT = "card_accept"
ACTION_VERIFY = "card_verify"
ACTION_ANSWER = "card_answer_in_words"
ACTION_DECLINE = "card_decline"
ACTION_PLAN = "card_plan"
ACTION_SHIP = "card_ship"
ACTION_OUTDATE = "card_outdate"
ACTION_NOISE = "card_noise"
"""What a press asks for. The value of every button is the item's id; noise and the answers in words open a form."""

LABELS = {
    ACTION_SEE: "Seen",
    ACTION_ACCEPT: "Accept",
    ACTION_VERIFY: "Verify",
    ACTION_ANSWER: "Answer in words",
    ACTION_DECLINE: "Decline in words",
    ACTION_PLAN: "Planned",
    ACTION_SHIP: "Shipped",
    ACTION_OUTDATE: "Outdated",
    ACTION_NOISE: "Noise",
}
QUESTIONS = {
    ACTION_PLAN: "Its reporters are told that it is planned, and that nothing may be promised to customers yet.",
    ACTION_SHIP: "Its reporters are told that it has shipped.",
    ACTION_NOISE: "You choose one of four reasons next. Its author is told, and can send it back.",
}

OPEN_ASK = (ACTION_ACCEPT, ACTION_ANSWER, ACTION_PLAN, ACTION_NOISE)
BUTTONS: dict[tuple[Kind, Status], tuple[str, ...]] = {
    (Kind.ASK, Status.NEW): (ACTION_SEE, *OPEN_ASK),
    (Kind.ASK, Status.ACKNOWLEDGED): OPEN_ASK,
    (Kind.ASK, Status.NEEDS_INFO): OPEN_ASK,
    (Kind.ASK, Status.NOT_NOW): OPEN_ASK,
    (Kind.ASK, Status.ACCEPTED): (ACTION_ANSWER, ACTION_PLAN, ACTION_SHIP),
    (Kind.ASK, Status.PLANNED): (ACTION_ANSWER, ACTION_SHIP),
    (Kind.NUGGET, Status.NEW): (ACTION_SEE, ACTION_VERIFY, ACTION_DECLINE, ACTION_NOISE),
    (Kind.NUGGET, Status.ACKNOWLEDGED): (ACTION_VERIFY, ACTION_DECLINE, ACTION_NOISE),
}
"""What is offered to whoever decides; a status that is not listed offers nothing. *No longer true*, below every nugget
that ages, is how they say that it is outdated."""

WITH_REASON = {
    Effect.ASK_FOR_INFO,
    Effect.ANSWER_NOT_NOW,
    Effect.ANSWER_ALREADY_POSSIBLE,
    Effect.DECLINE,
    Effect.PLAN,
    Effect.SHIP,
    Effect.ACCEPT,
}
ENDS = {Status.DUPLICATE, Status.NOISE, Status.WITHDRAWN}
"""What came to such an end cannot be reported further; what was declined or shipped can."""

REPORTERS_UNNAMED = {Status.DECLINED, Status.NOISE, Status.WITHDRAWN}
"""A public post does not name who reported what was declined."""


def card(item: ItemView) -> Message:
    """Return the public card; of an item that is not open to everyone it says only that, and where it stands."""
    heading = f"{KIND_WORDS[item.kind]} {item.name}"
    title = line(words(heading, bold=True))
    spoken = f"{heading}. {status_sentence(item)}"
    if item.privacy is not Privacy.WORKSPACE:
        return Message(top_text(spoken), [rich(title), _hidden(item)])
    quoted = _exact_words(item)
    about = [context(*_context_lines(item)), *file_links(item)]
    blocks = [rich(title, *quoted), *about, _standing(item), *_buttons(item), *still_true_buttons(item)]
    return Message(top_text(f"{spoken} {item.text}" if quoted else spoken), blocks)


def _hidden(item: ItemView) -> Block:
    return context("Its words are open only to some people.", status_sentence(item))


def _exact_words(item: ItemView) -> list[Part]:
    """Return the quotation, or nothing once the words were taken back or moved to another item."""
    return [] if item.status in {Status.WITHDRAWN, Status.DUPLICATE} else [quote(item.text)]


def _context_lines(item: ItemView) -> list[str]:
    about = [item.how_known.capitalize(), *([item.category] if item.category else [])]
    about += [short(name) for name in item.competitors[:5]] + [f"#{short(tag)}" for tag in item.tags[:8]]
    routed = [
        short(item.area) if item.area else "No area yet",
        short(item.owner_name) if item.owner_name else "no owner yet",
    ]
    lines = [" · ".join(about), " · ".join(routed)]
    if item.reporter_names and item.status not in REPORTERS_UNNAMED:
        saved = f" (saved by {short(item.saved_by_name)})" if item.saved_by_name else ""
        lines.append(f"Shared by {listed(item.reporter_names, 5)}{saved}")
    lines += standing_lines(item)
    lines += [sentence] if (sentence := demand_sentence(item)) else []
    if item.joined:
        lines.append(f"Joined here: {listed(item.joined, 8)}")
    if len(item.text) > LONGEST_QUOTE:
        lines.append("Shortened here; the whole text is kept.")
    return lines


def _standing(item: ItemView) -> Block:
    """Return where the item stands, who brought it there and when, and why in their words."""
    decided = item.decision
    dated: list[str | Part] = [" · ", moment(decided.at)] if decided and item.status is not Status.NEW else []
    return rich(line(words(status_sentence(item), bold=True), *dated), *_reason(decided))


def _reason(decided: DecisionView | None) -> list[Part]:
    if decided is None or decided.effect not in WITH_REASON or not decided.reason.strip():
        return []
    return [quote(decided.reason, 1000)]


def _buttons(item: ItemView) -> list[Block]:
    drawn = [_button(item, action) for action in BUTTONS.get((item.kind, item.status), ())]
    if item.status not in ENDS:
        drawn.append(button("Me too", ACTION_ME_TOO, str(item.item_id)))
    return [actions(BLOCK_ACTIONS, drawn)] if drawn else []


def _button(item: ItemView, action: str) -> Part:
    question = QUESTIONS.get(action)
    confirm = confirmation(f"{LABELS[action]}: {item.name}", question, LABELS[action]) if question else None
    return button(LABELS[action], action, str(item.item_id), confirm=confirm)
