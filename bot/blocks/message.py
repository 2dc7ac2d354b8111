"""A message as it is sent."""

from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """Blocks to look at, and `text`: the same in full sentences for notifications and screen readers, never empty."""

    text: str
    blocks: list[Block]
