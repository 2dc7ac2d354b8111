"""How items and decisions are put into words, the same on cards, in answers and in notices."""

from bot.blocks.parts import day, one_line, short
from bot.domain.text import is_blank
from bot.domain.views import DecisionView, ItemView
from bot.domain.words import Kind, Status

LONGEST_TITLE = 60
NOBODY = "the product team"

KIND_WORDS = {Kind.NUGGET: "Nugget", Kind.ASK: "Ask"}


def who(decision: DecisionView | None) -> str:
    """Return who decided, or the team where it was a rule or the passing of time."""
    return short(decision.actor_name) if decision and decision.actor_name else NOBODY


def starting(sentence: str) -> str:
    """Return a sentence with a capital where it starts with the team; people's names stay as they write them."""
    return f"The{sentence.removeprefix('the')}" if sentence.startswith(NOBODY) else sentence


def titled(item: ItemView) -> str:
    """Return an item's name with the first words of it: "A-7 (SSO for Globex)"."""
    return item.name if is_blank(item.text) else f"{item.name} ({one_line(item.text, LONGEST_TITLE)})"


def customer_of(item: ItemView) -> str:
    """Return the account to speak of to the reporters; with several reporters, one must not read another's account."""
    return short(item.account) if item.account and len(item.reporter_ids) <= 1 else "your customer"


def status_sentence(item: ItemView) -> str:
    """Return where an item stands and who brought it there, as one or two sentences."""
    decided = item.decision
    name = who(decided)
    match item.status:
        case Status.NEW:
            return "New: nobody has looked at it yet."
        case Status.NEEDS_INFO if item.is_lapsed:
            return f"Not pursued: the question from {name} stayed open. Its reporter opens it again with one tap."
        case Status.NOT_NOW if decided and decided.look_again:
            return f"Not now, says {name}, who looks again on {day(decided.look_again)}."
        case Status.DUPLICATE if decided and decided.other_item:
            return f"The same as {decided.other_item}, says {name}. Its reporters moved there."
        case Status.NOISE if decided and decided.noise_reason:
            return f"Set aside as noise by {name}: {decided.noise_reason}."
        case status:
            return STATUS_SENTENCES[status].format(name=name)


STATUS_SENTENCES = {
    Status.ACKNOWLEDGED: "Seen by {name}.",
    Status.ACCEPTED: "Accepted by {name}. Not for customers yet.",
    Status.PLANNED: "Planned by {name}. Not for customers yet.",
    Status.SHIPPED: "Shipped, says {name}.",
    Status.VERIFIED: "Verified by {name}.",
    Status.OUTDATED: "Outdated, says {name}.",
    Status.NEEDS_INFO: "A question from {name} to the reporter is open.",
    Status.NOT_NOW: "Not now, says {name}.",
    Status.ALREADY_POSSIBLE: "Already possible, says {name}.",
    Status.DECLINED: "Declined by {name}.",
    Status.DUPLICATE: "Merged into another item by {name}.",
    Status.NOISE: "Set aside as noise by {name}.",
    Status.WITHDRAWN: "Taken back by its author.",
}


def understood(item: ItemView) -> str:
    """Return what was understood of a capture, with commas: "N-12, Acme, pricing, first-hand"."""
    known = [item.name, *map(short, item.competitors[:3]), item.category, item.area, item.account, item.amount]
    tags = [f"#{short(tag)}" for tag in item.tags[:5]]
    return ", ".join([*(short(entry) for entry in known if entry), *tags, item.how_known])
