"""App Home: what waits for its reader first, then what became of what they shared. Useful on the first day as well."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.blocks.card import ACTION_ACCEPT, ACTION_ANSWER, ACTION_SEE, ACTION_VERIFY, LABELS
from bot.blocks.message import Block
from bot.blocks.parts import (
    Part,
    actions,
    bullets,
    button,
    context,
    divider,
    header,
    line,
    one_line,
    rich,
    words,
)
from bot.blocks.phrases import status_sentence
from bot.domain.views import ItemView
from bot.domain.words import Kind, Status

BLOCK_SHARE = "home_share"
ACTION_SHARE_INTEL = "home_share_intel"
ACTION_SHARE_ASK = "home_share_ask"

MOST_WAITING = 10
MOST_OWN = 8
LONGEST_WORDS = 90


@dataclass(frozen=True, slots=True)
class HomeItem:
    """An item that waits for the reader, and why."""

    item: ItemView
    because: str


@dataclass(frozen=True, slots=True)
class HomeView:
    """All that one person's Home shows; each part may be empty."""

    decides: bool = False
    """Whether items can wait for this person at all."""
    owed: tuple[ItemView, ...] = ()
    """Items that this person began to answer, and owes the words."""
    waiting: tuple[HomeItem, ...] = ()
    waiting_count: int = 0
    asks: tuple[ItemView, ...] = ()
    nuggets: tuple[ItemView, ...] = ()
    intel_command: str = "/intel"
    ask_command: str = "/ask"


def home(view: HomeView) -> dict[str, object]:
    """Return the view as Slack publishes it."""
    blocks = [*_owed(view), *_waiting(view), *_own(view), divider(), *_share(view)]
    return {"type": "home", "blocks": blocks}


def _owed(view: HomeView) -> list[Block]:
    if not view.owed:
        return []
    sentence = "You began to answer these. Nothing has happened until you send your words."
    rows = [block for item in view.owed for block in (_about(item, ""), _row(item, [ACTION_ANSWER]))]
    return [header("Waiting for your words"), context(sentence), *rows]


def _waiting(view: HomeView) -> list[Block]:
    if not view.decides:
        return []
    if not view.waiting:
        return [header("Waiting for you"), rich(line("Nothing waits for you. Well kept."))]
    rows: list[Block] = []
    for one in view.waiting[:MOST_WAITING]:
        rows += [_about(one.item, one.because), _row(one.item, _offered(one.item))]
    more = view.waiting_count - min(len(view.waiting), MOST_WAITING)
    return [header("Waiting for you"), *rows, *([context(f"And {more} more, oldest first.")] if more > 0 else [])]


def _about(item: ItemView, because: str) -> Block:
    text = one_line(item.text, LONGEST_WORDS)
    return rich(line(words(item.name, bold=True), f": {text} · {because}" if because else f": {text}"))


def _row(item: ItemView, offered: Sequence[str]) -> Block:
    return actions(f"home_{item.item_id}", [_button(item, action) for action in offered])


def _offered(item: ItemView) -> list[str]:
    seen = [ACTION_SEE] if item.status is Status.NEW else []
    return [*seen, ACTION_ACCEPT if item.kind is Kind.ASK else ACTION_VERIFY, ACTION_ANSWER]


def _button(item: ItemView, action: str) -> Part:
    return button(LABELS[action], action, str(item.item_id))


def _own(view: HomeView) -> list[Block]:
    return [
        *_listed("Your asks", view.asks, f"{view.ask_command} and one line, and it is with product."),
        *_listed("Your intel", view.nuggets, f"{view.intel_command} and one line, and it is kept."),
    ]


def _listed(title: str, items: Sequence[ItemView], hint: str) -> list[Block]:
    if not items:
        return [header(title), context(f"Nothing yet. {hint}")]
    entries: list[list[str | Part]] = [
        [words(item.name, bold=True), f": {one_line(item.text, LONGEST_WORDS)} · {status_sentence(item)}"]
        for item in items[:MOST_OWN]
    ]
    return [header(title), rich(bullets(entries))]


def _share(view: HomeView) -> list[Block]:
    share = [button("Share intel", ACTION_SHARE_INTEL, "nugget"), button("Share an ask", ACTION_SHARE_ASK, "ask")]
    told = f"{view.intel_command} help and {view.ask_command} help show everything that you can type."
    return [actions(BLOCK_SHARE, share), context(told)]
