"""The only place where people's words enter a payload, and the small pieces that cards and forms are made of.

Blocks hold words as plain_text or as rich_text, which Slack never reads for mentions; the top-level text of a message
is read, so it is escaped. Words are cut before they are escaped, so that no entity is ever cut in two.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import accumulate
from typing import Any

from bot.blocks.message import Block, Message
from bot.domain.text import escape_mrkdwn, is_blank, truncate

Part = dict[str, Any]

LONGEST_QUOTE = 3000
"""Characters of a person's words that a message shows; all blocks of one together must stay well under 13,000."""
LONGEST_NAME = 80
LONGEST_CONTEXT = 400
LONGEST_TOP_TEXT = 3000
NO_WORDS = "(no words)"


def filled(words: str, limit: int) -> str:
    """Return `words` cut to `limit` characters, or a stand-in where there is nothing to read."""
    return NO_WORDS if is_blank(words) else truncate(words, limit)


def short(name: str) -> str:
    """Return a name of a person, account or area, cut to what fits a line."""
    return filled(" ".join(name.split()), LONGEST_NAME)


def one_line(words: str, limit: int) -> str:
    """Return words as a single line of at most `limit` characters."""
    return filled(" ".join(words.split()), limit)


def top_text(sentence: str, limit: int = LONGEST_TOP_TEXT) -> str:
    """Return `sentence` escaped for the top-level text, at most `limit` characters as sent."""
    escaped = escape_mrkdwn(sentence)
    return escaped if len(escaped) <= limit else escape_mrkdwn(truncate(sentence, _fitting(sentence, limit)))


def _fitting(sentence: str, limit: int) -> int:
    """Return how many characters may stay so that they fit `limit` once they are cut and then escaped."""
    lengths = accumulate(len(escape_mrkdwn(character)) for character in sentence[:limit])
    return max(1, bisect_right(list(lengths), limit - 1))


def fit_parts(words: str, limit: int) -> list[str]:
    """Cut `words` into parts that are at most `limit` characters each once they are escaped; joined they are whole."""
    parts: list[str] = []
    while words:
        length = _fitting(words, limit)
        parts.append(words[:length])
        words = words[length:]
    return parts


def plain(words: str, limit: int) -> Part:
    """Return a plain_text object of 1 to `limit` characters; Slack takes nothing in it for a mention or a link."""
    return {"type": "plain_text", "text": filled(words, limit)}


def words(text: str, *, bold: bool = False, code: bool = False) -> Part:
    """Return a piece of a rich_text line, drawn exactly as it is written."""
    style = {name: True for name, wanted in (("bold", bold), ("code", code)) if wanted}
    piece: Part = {"type": "text", "text": text or NO_WORDS}
    return {**piece, "style": style} if style else piece


def line(*pieces: str | Part) -> Part:
    """Return one paragraph of a rich_text block."""
    return {"type": "rich_text_section", "elements": [_piece(piece) for piece in pieces]}


def quote(text: str, limit: int = LONGEST_QUOTE) -> Part:
    """Return a person's words set off as a quotation."""
    return {"type": "rich_text_quote", "elements": [words(filled(text, limit))]}


def bullets(lines: Iterable[Sequence[str | Part]]) -> Part:
    """Return a list with one entry for each sequence of pieces; there must be at least one."""
    return {"type": "rich_text_list", "style": "bullet", "elements": [line(*pieces) for pieces in lines]}


def rich(*parts: Part) -> Block:
    """Return a rich_text block of paragraphs, quotations and lists."""
    return {"type": "rich_text", "elements": list(parts)}


def _piece(piece: str | Part) -> Part:
    return words(piece) if isinstance(piece, str) else piece


def moment(at: datetime) -> Part:
    """Return a date that each reader sees in their own zone."""
    return {
        "type": "date",
        "timestamp": int(at.timestamp()),
        "format": "{date_long}",
        "fallback": day(at.astimezone(UTC).date()),
    }


def day(on: date) -> str:
    """Return a date as people write it, with the year, as in 1 March 2027."""
    return f"{on.day} {on:%B} {on.year}"


def header(title: str) -> Block:
    """Return a heading."""
    return {"type": "header", "text": plain(title, 150)}


def context(*lines: str) -> Block:
    """Return small grey lines below something, each cut to what a line holds; there must be one to ten of them."""
    return {"type": "context", "elements": [plain(entry, LONGEST_CONTEXT) for entry in lines]}


def divider() -> Block:
    """Return a line across the message."""
    return {"type": "divider"}


def confirmation(title: str, question: str, yes: str) -> Part:
    """Return the question that a button asks before it does anything."""
    return {
        "title": plain(title, 100),
        "text": plain(question, 300),
        "confirm": plain(yes, 30),
        "deny": plain("Not yet", 30),
    }


def button(label: str, action_id: str, value: str, *, confirm: Part | None = None, primary: bool = False) -> Part:
    """Return a button; `value` comes back with its press and has at most 2,000 characters."""
    drawn: Part = {"type": "button", "text": plain(label, 75), "action_id": action_id, "value": value}
    if confirm:
        drawn["confirm"] = confirm
    if primary:
        drawn["style"] = "primary"
    return drawn


def actions(block_id: str, buttons: Iterable[Part]) -> Block:
    """Return a row of one to 25 buttons."""
    return {"type": "actions", "block_id": block_id, "elements": list(buttons)}


def listed(names: Sequence[str], most: int) -> str:
    """Return names joined by commas, those beyond `most` as a number: "Ada, Ben and 3 more"."""
    shown = ", ".join(short(name) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def counted(count: int, one: str, many: str) -> str:
    """Return a number with its noun: "1 person", "41 people"."""
    return f"{count} {one if count == 1 else many}"


def said(sentence: str, *blocks: Block) -> Message:
    """Return a message whose first line is its whole top-level text."""
    first = filled(sentence, LONGEST_QUOTE)
    return Message(top_text(first), [rich(line(first)), *blocks])
