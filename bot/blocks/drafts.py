"""What is said of a form that was closed before it was sent."""

from bot.blocks.message import Message
from bot.blocks.parts import said


def draft_kept(command: str) -> Message:
    """Return what a person is told, once, of the draft that a closed form leaves."""
    return said(f"Your draft is kept, and only you see it. {command} opens it again, whenever you like.")
