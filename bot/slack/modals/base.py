"""What a sent form is, and how its fields are read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.domain.choices import Choice, Filled, typed
from bot.slack.desk import Desk, Gesture

TEXT_KEYS = ("value", "selected_date", "selected_user", "selected_channel", "selected_conversation")

FieldErrors = Mapping[str, str]
"""Block id → what is wrong there; empty when the form was taken."""


@dataclass(frozen=True, slots=True)
class SentForm:
    """A sent form: its fields by block id as text, and what it is about."""

    gesture: Gesture
    callback_id: str
    view_id: str
    fields: Mapping[str, str]
    about: Mapping[str, Any]
    input_ids: tuple[str, ...]
    filled: Filled
    """What stands in each field, with how its options read."""

    def field(self, block_id: str) -> str:
        """Return what stands in a field, or nothing."""
        return self.fields.get(block_id, "")

    def at_first_field(self, sentence: str) -> FieldErrors:
        """Return a sentence beside the first field, where people look."""
        return {self.input_ids[0]: sentence} if self.input_ids else {}

    @property
    def channel_id(self) -> str | None:
        """The channel in which the form was opened, if it was in one."""
        channel = self.about.get("channel")
        return channel if isinstance(channel, str) and channel else None

    def number(self, key: str) -> int:
        """Return the row that the form is about; 0, which is no row, where it names none."""
        value = self.about.get(key)
        return value if isinstance(value, int) else 0


class FormHandler(Protocol):
    """Carries out one kind of form and returns what is wrong with its fields."""

    async def __call__(self, desk: Desk, form: SentForm, /) -> FieldErrors: ...


def read_form(gesture: Gesture, body: Mapping[str, Any]) -> SentForm:
    """Read a form as it stands, in a `view_submission` or a press inside it; fields of unexpected shape are empty."""
    view = body.get("view") or {}
    values = (view.get("state") or {}).get("values") or {}
    blocks = view.get("blocks") or []
    filled = {str(block_id): _values(inputs) for block_id, inputs in values.items()}
    return SentForm(
        gesture=gesture,
        callback_id=str(view.get("callback_id") or ""),
        view_id=str(view.get("root_view_id") or view.get("id") or ""),
        fields={block_id: next((choice.value for choice in found), "") for block_id, found in filled.items()},
        about=_about(view.get("private_metadata")),
        input_ids=tuple(str(block.get("block_id")) for block in blocks if block.get("type") == "input"),
        filled=filled,
    )


def _about(metadata: object) -> dict[str, Any]:
    try:
        about = json.loads(metadata) if isinstance(metadata, str) and metadata else {}
    except ValueError:
        return {}
    return about if isinstance(about, dict) else {}


def _values(inputs: object) -> tuple[Choice, ...]:
    values = list(inputs.values()) if isinstance(inputs, dict) else []
    element = values[0] if values and isinstance(values[0], dict) else {}
    chosen = element.get("selected_options") or [element.get("selected_option")]
    options = tuple(choice for entry in chosen if (choice := _choice(entry))) if isinstance(chosen, list) else ()
    texts = (element.get(key) for key in TEXT_KEYS)
    return options or typed(next((text for text in texts if isinstance(text, str) and text), None))


def _choice(entry: object) -> Choice | None:
    value = entry.get("value") if isinstance(entry, dict) else None
    text = entry.get("text") if isinstance(entry, dict) else None
    label = text.get("text") if isinstance(text, dict) else ""
    return Choice(value, label if isinstance(label, str) else "") if isinstance(value, str) and value else None
