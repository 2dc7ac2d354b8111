"""What a field offers while somebody types, as the options of its menu."""

from collections.abc import Iterable

from bot.blocks.modals.fields import LONGEST_OPTION, option
from bot.blocks.parts import Part, plain
from bot.domain.choices import Choice
from bot.domain.text import truncate

_CREATE = "Create “{}”"


def menu_options(known: Iterable[Choice], new: Choice | None) -> list[Part]:
    """Return the options: what is known in the order given, and last the name that was typed, as a new one."""
    offered = [option(choice) for choice in known]
    if new is not None:
        name = truncate(new.label or new.name, LONGEST_OPTION - len(_CREATE.format("")))
        offered.append({**option(new), "text": plain(_CREATE.format(name), LONGEST_OPTION)})
    return offered
