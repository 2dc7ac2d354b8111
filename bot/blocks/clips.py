"""What is said about a recording or a file that came without words: one prompt, and a form for one line."""

from typing import Any

from bot.blocks.message import Message
from bot.blocks.modals import ACTION_FIELD, FIELD_WORDS, LONGEST_FIELD
from bot.blocks.parts import Part, actions, button, plain, said
from bot.domain.words import Kind

BLOCK_PROMPT = "clip_prompt"
ACTION_WRITE_LINE = "clip_write_line"
"""Opens the form; the value is the message's channel and ts with a colon between them."""

CLIP_LINE = "clip_line"
"""The callback id of the form."""
FIELD_KIND = "kind"

NO_TRANSCRIPT = "Slack gave me no words of your recording. Write its news in one line, and I keep both together."
NO_WORDS = "Your file came without words. Write in one line what it says, and I keep both together."
KINDS = {Kind.NUGGET: "News about a competitor", Kind.ASK: "Something that a customer needs"}


def one_line_prompt(channel_id: str, ts: str, *, is_recording: bool) -> Message:
    """Return the one question about a recording or file of which nobody can say what is in it."""
    write = button("Write one line", ACTION_WRITE_LINE, f"{channel_id}:{ts}")
    return said(NO_TRANSCRIPT if is_recording else NO_WORDS, actions(BLOCK_PROMPT, [write]))


def one_line_form(kind: Kind, *, private_metadata: str = "") -> dict[str, Any]:
    """Return the form for the line, with what its channel is for chosen beforehand."""
    options = {of: {"text": plain(label, 75), "value": of.value} for of, label in KINDS.items()}
    choice: Part = {
        "type": "radio_buttons", "action_id": ACTION_FIELD, "options": list(options.values()),
        "initial_option": options[kind],
    }  # fmt: skip
    line: Part = {
        "type": "plain_text_input", "action_id": ACTION_FIELD, "max_length": LONGEST_FIELD, "multiline": True,
    }  # fmt: skip
    return {
        "type": "modal",
        "callback_id": CLIP_LINE,
        "title": plain("One line", 24),
        "submit": plain("Save", 24),
        "close": plain("Cancel", 24),
        "private_metadata": private_metadata,
        "blocks": [_input(FIELD_WORDS, "What does it say?", line), _input(FIELD_KIND, "What is it?", choice)],
    }


def _input(block_id: str, label: str, element: Part) -> Part:
    return {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element}
