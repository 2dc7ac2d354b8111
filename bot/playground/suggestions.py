"""What an app may answer when a menu asks it for options."""

from bot.playground.validation.objects import OPTION_GROUP, SELECT_OPTION
from bot.playground.validation.rules import Each, Shape, exactly_one_of

MOST = 100
SUGGESTIONS = Shape(
    optional={
        "options": Each(SELECT_OPTION, MOST, least=0, noun="options"),
        "option_groups": Each(OPTION_GROUP, MOST, least=0, noun="groups"),
    },
    relations=(exactly_one_of("options", "option_groups"),),
)


def check_suggestions(answer: object) -> list[str]:
    """Return a sentence for each rule that an answer breaks; empty if a menu can show it."""
    return list(SUGGESTIONS.problems(answer, ""))
