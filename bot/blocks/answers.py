"""What only the person who did something sees: saved, refused, looked up, explained."""

from collections.abc import Sequence

from bot.blocks.demand import demand_sentence, money_lines
from bot.blocks.files import file_links
from bot.blocks.history import history
from bot.blocks.message import Block, Message
from bot.blocks.parts import (
    LONGEST_QUOTE,
    Part,
    actions,
    bullets,
    button,
    confirmation,
    context,
    day,
    fit_parts,
    line,
    listed,
    one_line,
    quote,
    rich,
    said,
    short,
    top_text,
    words,
)
from bot.blocks.phrases import KIND_WORDS, status_sentence, understood
from bot.blocks.shelf_life import standing_lines, still_true_buttons
from bot.domain.text import is_blank, truncate
from bot.domain.views import ItemView
from bot.domain.words import Effect, Kind, Privacy

BLOCK_OWN_REPORT = "own_report"
ACTION_EDIT = "report_edit"
ACTION_TAKE_BACK = "report_take_back"
"""The value of both is the id of the person's own report."""

BLOCK_PRIVATE_PLACE = "private_place"
ACTION_SHARE_TEXT = "private_share_text"
ACTION_KEEP_IN_CHANNEL = "private_keep"
"""The value of both is the item's id."""

BLOCK_LOOK_UP = "look_up"
ACTION_SAVE_INTEL_INSTEAD = "look_up_save_intel_instead"
ACTION_SAVE_ASK_INSTEAD = "look_up_save_ask_instead"
"""The value of both is the line as it was typed."""

BLOCK_ANSWER_OFFER = "answer_offer"
ACTION_NOT_NOW = "answer_not_now"
ACTION_DECLINE = "answer_decline"
ACTION_NEEDS_INFO = "answer_needs_info"
ACTION_ALREADY_POSSIBLE = "answer_already_possible"
ACTION_DUPLICATE = "answer_duplicate"
"""The value of both is the item's id; each opens a form."""

BLOCK_WHICH_KIND = "which_kind"
ACTION_SAVE_AS_INTEL = "save_message_as_intel"
ACTION_SAVE_AS_ASK = "save_message_as_ask"
"""The value of both is the message's channel and ts with a colon between them."""

BLOCK_SAVED_FOR = "saved_for"
ACTION_UNSAVE = "saved_take_back"
BLOCK_FIRST_HAND = "first_hand"
ACTION_FIRST_HAND = "saved_first_hand"
"""The value of each is the report's id."""

SAVE_AS = {Kind.NUGGET: "Save as intel", Kind.ASK: "Save as ask"}
AS_KIND = {Kind.NUGGET: "intel", Kind.ASK: "an ask"}
MEMBERS_ONLY = "I keep what full members of this workspace share. Nothing was saved."
SAVED_ALREADY = "This is saved already. Nothing was added."

MENU_NOT_SAVED = "This could not be saved just now. The message stands where it is; please pick it again in a minute."
NOT_SAVED = "This could not be saved just now. Please send it again in a few minutes."
LONGEST_RETURNED_IN_BLOCKS = 11_000
LONGEST_RETURNED = 39_000
# What goes back in one message, with room for the sentence in front of it.
LONGEST_PART = 38_400
LONGEST_CARRIED = 2000
MOST_LINES = 20
MOST_USAGES = 40
UNDER_NDA = "Share nothing that you hold under NDA."


def say(sentence: str) -> Message:
    """Return a message of one plain sentence, such as why something cannot be done."""
    return said(sentence)


def saved(item: ItemView, report_id: int, *, is_first: bool = False) -> Message:
    """Return the answer to a capture: what was understood, who sees it, and how to mend it.

    `is_first` adds, once for each person, what must never be shared.
    """
    hint = [UNDER_NDA] if is_first else []
    return said(" ".join([f"Got it: {understood(item)}.", VISIBILITY[item.privacy], *hint]), _mend(report_id))


VISIBILITY = {
    Privacy.WORKSPACE: "Visible to everyone at work.",
    Privacy.PLACE: "Visible to members of this channel only.",
    Privacy.RESTRICTED: "Its text is visible to its owner and lead only.",
}


def saved_private(item: ItemView, report_id: int, *, is_first: bool = False) -> Message:
    """Return the answer to a capture from a private place, which stays there until its author shares the text."""
    hint = [UNDER_NDA] if is_first else []
    sentence = " ".join(
        [f"Got it: {understood(item)}.", "It comes from a private place, so only its members can see it.", *hint]
    )
    return said(sentence, _share_or_keep(item), _mend(report_id))


def _share_or_keep(item: ItemView) -> Block:
    share = button("Share the text with product", ACTION_SHARE_TEXT, str(item.item_id))
    keep = button("Keep in this channel", ACTION_KEEP_IN_CHANNEL, str(item.item_id))
    return actions(BLOCK_PRIVATE_PLACE, [share, keep])


def _mend(report_id: int) -> Block:
    edit = button("Edit", ACTION_EDIT, str(report_id))
    sure = confirmation("Take it back", "Your words are erased wherever Nugget keeps them.", "Take back")
    return actions(BLOCK_OWN_REPORT, [edit, button("Take back", ACTION_TAKE_BACK, str(report_id), confirm=sure)])


def already_saved(item: ItemView) -> Message:
    """Return the answer to saving what is saved already."""
    return said(f"This is saved already, as {item.name}. {status_sentence(item)} Nothing was added.")


def saved_for(item: ItemView, report_id: int, credit: str, *, is_first: bool = False) -> Message:
    """Return the answer to saving what a colleague wrote: they have the credit, and the saver can take it back.

    From a private place it asks the saver whether product may read it.
    """
    is_private = item.privacy is Privacy.PLACE
    sentences = [f"Got it: {understood(item)}.", f"The credit is {short(credit)}'s, saved by you."]
    sentences.append("It comes from a private place, so only its members can see it." if is_private else "")
    sentences += [VISIBILITY[item.privacy] if not is_private else "", UNDER_NDA if is_first else ""]
    sure = confirmation("Take it back", "It goes from Nugget; the message itself stays where it is.", "Take back")
    undo = actions(BLOCK_SAVED_FOR, [button("Take back", ACTION_UNSAVE, str(report_id), confirm=sure)])
    asked = [_share_or_keep(item)] if is_private else []
    return said(" ".join(filter(None, sentences)), *asked, undo)


def or_first_hand(understood_so_far: Message, report_id: int) -> Message:
    """Return an answer that took something for second-hand, with a button for whoever heard it themselves."""
    heard = button("I heard it first-hand", ACTION_FIRST_HAND, str(report_id))
    return Message(understood_so_far.text, [*understood_so_far.blocks, actions(BLOCK_FIRST_HAND, [heard])])


def unsaved(name: str) -> Message:
    """Return the answer to taking back what one saved."""
    return said(f"{short(name)} is taken back. The message itself is untouched.")


def which_kind(channel_id: str, ts: str) -> Message:
    """Return the one question about a line that says neither what it is nor a competitor's name."""
    value = f"{channel_id}:{ts}"
    intel = button(SAVE_AS[Kind.NUGGET], ACTION_SAVE_AS_INTEL, value)
    ask = button(SAVE_AS[Kind.ASK], ACTION_SAVE_AS_ASK, value)
    sentence = "Is this news about a competitor, or something that a customer needs? One press and it is saved."
    return said(sentence, actions(BLOCK_WHICH_KIND, [intel, ask]))


def how_to_write(*, is_direct: bool) -> Message:
    """Return how to say something to Nugget, to someone who has named it and said nothing more."""
    where = "Write" if is_direct else "After my name, write"
    return said(
        f"{where} what you heard in one line, and I keep it: “intel Acme cut prices”, or “ask Globex needs SSO”."
        " “help” shows everything."
    )


WHY_NOT_SAVED = {
    "deleted": "That message was deleted or taken back, so nothing was saved.",
    "unreadable": "I cannot read that message, so nothing was saved. “Save as intel” in its menu works everywhere.",
    "kept out": "Its author keeps that message out of Nugget, so nothing was saved.",
    "no words": "There are no words in that message, so nothing was saved.",
    "my own": "That message is mine, so there is nothing to save.",
}
WITH_WORDS = {"deleted", "no words"}


def not_saved_because(outcome: str, command: str) -> Message:
    """Return why a message was not saved, and what to do next where there is something."""
    instead = f" If you know what it said, one line after {command} is enough." if outcome in WITH_WORDS else ""
    return said(WHY_NOT_SAVED[outcome] + instead)


def item_standing(item: ItemView, command: str) -> Message:
    """Return where an item stands, without anybody's words, for what stays in Slack."""
    return said(f"{KIND_WORDS[item.kind]} {item.name}. {status_sentence(item)} {command} {item.name} shows its words.")


def own_standing(items: Sequence[ItemView], command: str) -> Message:
    """Return where a person's own items stand, newest first as given, without their words."""
    if not items:
        return said("You have not shared anything of this kind yet. One line is enough.")
    shown = [f"{item.name}: {status_sentence(item)}" for item in items[:MOST_LINES]]
    spoken = f"Your items. {' '.join(shown)}"
    return Message(
        top_text(spoken, LONGEST_QUOTE),
        [rich(line("Your items:"), bullets([entry] for entry in shown)), context(f"{command} shows their words.")],
    )


def shared(name: str) -> Message:
    """Return the answer to sharing with product what was said in a private place."""
    return said(f"{short(name)} is now visible to everyone at work. Thank you.")


def kept_here() -> Message:
    """Return the answer to keeping an item in its private place."""
    return said("It stays in this channel. Only its members can see it; elsewhere it counts in totals only.")


def taken_back(name: str, own_words: str = "") -> Message:
    """Return the answer to taking one's own report back, with the erased words, for their author alone."""
    return refused_with_text(f"{short(name)} is taken back, and its words are erased here.", own_words)


def no_such_item(name: str) -> Message:
    """Return the answer to looking up what is not there, or not open to this person; both read the same."""
    return said(f"There is no {short(name)} that you can see.")


class GivenBack(Message):
    """A message that gives a person their own words back; `rest_of_words` is what of them it has no room for."""


def refused_with_text(reason: str, text: str) -> Message:
    """Return why something was not kept, together with the person's own words, so that nothing typed is lost.

    Words too long for blocks come back as text alone, which Slack shows up to 40,000 characters once they are escaped.
    """
    if is_blank(text):
        return said(reason)
    part = fit_parts(text, LONGEST_PART)[0]
    given_back = top_text(f"{truncate(reason, 500)} Your words:\n{part}", LONGEST_RETURNED)
    if len(text) > LONGEST_RETURNED_IN_BLOCKS:
        return GivenBack(given_back, [])
    lead = f"{truncate(reason, 500)} Here are your words, so that nothing is lost:"
    return GivenBack(given_back, [rich(line(lead), quote(text, LONGEST_RETURNED_IN_BLOCKS))])


def rest_of_words(text: str) -> list[Message]:
    """Return, in further messages, what `refused_with_text` has no room for: mostly nothing.

    Slack takes five answers at one response address. Its longest line, of ampersands alone, needs six messages in all.
    """
    parts = fit_parts(text, LONGEST_PART)
    return [
        Message(top_text(f"Your words, part {number} of {len(parts)}:\n{part}", LONGEST_RETURNED), [])
        for number, part in enumerate(parts[1:], start=2)
    ]


def not_saved(text: str) -> Message:
    """Return the person's words after a failure of ours."""
    return refused_with_text(NOT_SAVED, text)


def look_up_offer(found: Message, original_line: str, kind: Kind) -> Message:
    """Return what a look-up found, with the offer to save the typed line as it stands instead.

    A line that no button can carry comes back in full: no typed line is ever dropped.
    """
    if not original_line.strip():
        return found
    if len(original_line) > LONGEST_CARRIED:
        return refused_with_text(
            "This line is too long to look up. To keep it, send it to me as a message.", original_line
        )
    action = ACTION_SAVE_ASK_INSTEAD if kind is Kind.ASK else ACTION_SAVE_INTEL_INSTEAD
    offer = actions(BLOCK_LOOK_UP, [button("Save this text instead", action, original_line)])
    return Message(found.text, [*found.blocks, offer])


def help_text(usages: Sequence[tuple[str, str]]) -> Message:
    """Return how to use Nugget, from the usage and the description of everything that exists."""
    shown = [(one_line(usage, 80), one_line(description, 160)) for usage, description in usages[:MOST_USAGES]]
    if not shown:
        return said("There is nothing to look up yet.")
    entries = bullets([words(usage, code=True), f"  {description}"] for usage, description in shown)
    spoken = " ".join(f"{usage}: {description}" for usage, description in shown)
    return Message(
        top_text(f"This is what you can type. {spoken}"), [rich(line("This is what you can type:"), entries)]
    )


def needs_right(effect: Effect) -> Message:
    """Return, once ever for each person, why their gesture changed nothing."""
    return said(
        f"To mark something as {PARTICIPLES.get(effect, effect.value)} is for product managers, and on intel for"
        " competitive leads too. Nothing was changed. You are told this only once."
    )


PARTICIPLES = {
    Effect.ROUTE: "routed",
    Effect.ASK_FOR_INFO: "waiting for an answer",
    Effect.ACCEPT: "accepted",
    Effect.VERIFY: "verified",
    Effect.PLAN: "planned",
    Effect.SHIP: "shipped",
    Effect.OUTDATE: "outdated",
    Effect.DECLINE: "declined",
    Effect.MARK_DUPLICATE: "a duplicate",
    Effect.MARK_NOISE: "noise",
    Effect.WITHDRAW: "taken back",
    Effect.REOPEN: "open again",
    Effect.UNDO: "undone",
}


def answer_recorded(name: str) -> Message:
    """Return what takes the place of the private menu of answers, once one of them was sent."""
    return said(
        f"Your answer to {short(name)} is recorded. Whoever asked hears it in two minutes; until then a new decision"
        " takes its place."
    )


def answer_in_words_offer(item: ItemView) -> Message:
    """Return the menu for an answer that needs words; until one is sent nothing has happened."""
    offered = ANSWERS if item.kind is Kind.ASK else ANSWERS[-2:]
    sentence = f"How would you like to answer {item.name}? Nothing has happened until you send your words."
    buttons = [button(label, action_id, str(item.item_id)) for action_id, label in offered]
    return said(sentence, actions(BLOCK_ANSWER_OFFER, buttons))


ANSWERS = (
    (ACTION_NEEDS_INFO, "Ask a question"),
    (ACTION_ALREADY_POSSIBLE, "Already possible"),
    (ACTION_NOT_NOW, "Not now"),
    (ACTION_DECLINE, "Decline"),
    (ACTION_DUPLICATE, "Duplicate"),
)
"""The last two are answers to a nugget as well."""


def item_details(item: ItemView) -> Message:
    """Return all that its reader may see of one item, the words of other reporters included."""
    heading = f"{KIND_WORDS[item.kind]} {item.name}"
    standing = status_sentence(item)
    exact: list[Part] = [quote(item.text)] if item.text.strip() else []
    reason = item.decision.reason if item.decision else ""
    why: list[Part] = [line("Why:"), quote(reason, 1000)] if reason.strip() else []
    blocks = [rich(line(words(heading, bold=True), f". {standing}"), *exact, *why), context(*_facts(item))]
    spoken = f"{heading}. {standing} {item.text}"
    more = [*file_links(item), *_evidence(item), *still_true_buttons(item), *history(item)]
    return Message(top_text(spoken), [*blocks, *more])


def _facts(item: ItemView) -> list[str]:
    about = [item.how_known.capitalize(), item.category, item.area, *item.competitors[:5]]
    deal = [item.account, item.amount, f"needed by {day(item.needs_answer_by)}" if item.needs_answer_by else None]
    tags = [f"#{tag}" for tag in item.tags[:8]]
    lines = [[*about, *tags], deal, [f"Shared by {listed(item.reporter_names, 5)}" if item.reporter_names else None]]
    lines.append([f"Owner: {short(item.owner_name)}" if item.owner_name else "No owner yet"])
    lines.append([f"Asked for: {item.wanted}" if item.wanted else None])
    lines += [[entry] for entry in standing_lines(item)]
    lines.append([demand_sentence(item), *money_lines(item)])
    lines.append([f"Joined here: {listed(item.joined, 8)}" if item.joined else None])
    return [" · ".join(one_line(entry, 300) for entry in entries if entry) for entries in lines if any(entries)]


def _evidence(item: ItemView) -> list[Block]:
    shown = item.evidence[:3]
    blocks = [rich(line(f"{short(one.reporter_name)}, {one.how_known}:"), quote(one.text, 1000)) for one in shown]
    more = len(item.evidence) - len(shown)
    return [*blocks, context(f"And {more} more.")] if more else blocks


def own_items(items: Sequence[ItemView]) -> Message:
    """Return a person's own items, newest first as given, with where each stands."""
    if not items:
        return said("You have not shared anything of this kind yet. One line is enough.")
    shown = [f"{item.name}: {one_line(item.text, 80)} · {status_sentence(item)}" for item in items[:MOST_LINES]]
    more = [line(f"And {len(items) - MOST_LINES} more.")] if len(items) > MOST_LINES else []
    entries = bullets([entry] for entry in shown)
    return Message(
        top_text(f"Your items: {' '.join(shown)}", LONGEST_QUOTE), [rich(line("Your items:"), entries, *more)]
    )
