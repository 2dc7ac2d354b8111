"""What was decided on an item so far, one line a decision: no black box (product rule 6)."""

from bot.blocks.message import Block
from bot.blocks.parts import context, day, one_line
from bot.blocks.phrases import starting, who
from bot.domain.views import DecisionView, ItemView
from bot.domain.words import Effect

MOST_LINES = 8

DONE = {
    Effect.SEE: "saw it",
    Effect.ROUTE: "gave it to {area}",
    Effect.ACCEPT: "accepted it",
    Effect.VERIFY: "verified it",
    Effect.PLAN: "planned it",
    Effect.SHIP: "said that it shipped",
    Effect.OUTDATE: "said that it is outdated",
    Effect.ASK_FOR_INFO: "asked its reporter",
    Effect.ANSWER_NOT_NOW: "said not now",
    Effect.ANSWER_ALREADY_POSSIBLE: "said how it is possible already",
    Effect.DECLINE: "said no",
    Effect.MARK_DUPLICATE: "joined it to {other}",
    Effect.MARK_NOISE: "set it aside as noise",
    Effect.WITHDRAW: "took it back",
    Effect.REOPEN: "opened it again",
    Effect.LAPSE: "let the question lapse",
    Effect.UNDO: "undid the step before",
}


def history(item: ItemView) -> list[Block]:
    """Return the decisions on an item, oldest first; of a long history its newest lines, and how many came before."""
    if not item.history:
        return []
    shown = item.history[-MOST_LINES:]
    left_out = len(item.history) - len(shown)
    lines = [_line(decided) for decided in shown]
    return [context(*([f"{left_out} earlier steps"] if left_out else []), *lines)]


def _line(decided: DecisionView) -> str:
    done = DONE[decided.effect].format(area=decided.area or "another area", other=decided.other_item or "another item")
    reason = f": {one_line(decided.reason, 120)}" if decided.reason.strip() else ""
    return f"{day(decided.at.date())} · {starting(f'{who(decided)} {done}')}{reason}"
