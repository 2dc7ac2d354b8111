"""Composition objects: texts, options, confirmations and other small parts of elements."""

from collections.abc import Iterator

from bot.playground.validation.rules import Each, Fields, Flag, Relation, Rule, Shape, Tagged, Text, at_least_one_of

ID = Text(255)
URL = Text(3000)
USERS = Each(Text(), least=0)


def plain(most: int = 3000) -> Tagged:
    """Return the rule of a text object that may only be plain text."""
    return Tagged({"plain_text": Shape({"text": Text(most)}, {"emoji": Flag()})})


def plain_or_mrkdwn(most: int = 3000) -> Tagged:
    """Return the rule of a text object of either type."""
    return Tagged({**plain(most).shapes, "mrkdwn": Shape({"text": Text(most)}, {"verbatim": Flag()})})


CONFIRM = Shape(
    {"title": plain(100), "text": plain_or_mrkdwn(300), "confirm": plain(30), "deny": plain(30)},
    {"style": Text(one_of=("primary", "danger"))},
)


def option(text: Rule, description: Rule, **more: Rule) -> Shape:
    """Return the rule of an option; `more` are keys that only some menus allow."""
    return Shape({"text": text, "value": Text(150)}, {"description": description, **more})


SELECT_OPTION = option(plain(75), plain(75))
CHOICE_OPTION = option(plain_or_mrkdwn(75), plain_or_mrkdwn(75))
OVERFLOW_OPTION = option(plain(75), plain(75), url=URL)
OPTION_GROUP = Shape({"label": plain(75), "options": Each(SELECT_OPTION, 100, noun="options")})

CONVERSATION_FILTER = Shape(
    optional={
        "include": Each(Text(one_of=("im", "mpim", "private", "public"))),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    },
    relations=(at_least_one_of("include", "exclude_external_shared_channels", "exclude_bot_users"),),
)
DISPATCH = Shape({"trigger_actions_on": Each(Text(one_of=("on_enter_pressed", "on_character_entered")))})


def offered(fields: Fields) -> list[object]:
    """Return the options of an element, those of its groups included, as far as they have the right form."""
    groups = fields.get("option_groups")
    lists = [fields.get("options")]
    if isinstance(groups, list):
        lists += [group.get("options") for group in groups if isinstance(group, dict)]
    return [entry for entries in lists if isinstance(entries, list) for entry in entries]


def initial_among_options(key: str) -> Relation:
    """Demand that what is chosen at first is one of the options, word for word."""

    def check(fields: Fields, path: str) -> Iterator[str]:
        if key in fields:
            initial = fields[key]
            chosen = initial if isinstance(initial, list) else [initial]
            choices = offered(fields)
            if any(entry not in choices for entry in chosen):
                yield f"{path}/{key} must be taken from the options."

    return check
