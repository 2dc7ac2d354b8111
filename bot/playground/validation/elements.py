"""Everything a person can press, pick or fill in, and which blocks may hold it."""

from collections.abc import Iterator, Mapping

from bot.playground.validation.objects import (
    CHOICE_OPTION,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH,
    ID,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    SELECT_OPTION,
    URL,
    USERS,
    initial_among_options,
    plain,
)
from bot.playground.validation.rich_text import RICH_TEXT
from bot.playground.validation.rules import (
    Each,
    Fields,
    Flag,
    Number,
    Relation,
    Rule,
    Shape,
    Tagged,
    Text,
    exactly_one_of,
    not_together,
)

Rules = Mapping[str, Rule]
NOTHING: Rules = {}

ACTION: Rules = {"action_id": ID}
CONFIRMED: Rules = {"confirm": CONFIRM}
FOCUS: Rules = {"focus_on_load": Flag()}
PLACEHOLDER: Rules = {"placeholder": plain(150)}
MENU: Rules = {**ACTION, **CONFIRMED, **FOCUS, **PLACEHOLDER}
SEVERAL: Rules = {"max_selected_items": Number(1)}
STYLE = Text(one_of=("primary", "danger"))
LABEL: Rules = {"accessibility_label": Text(75)}
TYPED: Rules = {**ACTION, **FOCUS, **PLACEHOLDER, "dispatch_action_config": DISPATCH}
TYPED_TEXT: Rules = {**TYPED, "initial_value": Text(least=0)}
NUMERAL = Text(pattern=r"-?[0-9]+(\.[0-9]+)?")

OPTIONS: Rules = {"options": Each(SELECT_OPTION, 100, noun="options"), "option_groups": Each(OPTION_GROUP, 100)}
ONE_SOURCE = exactly_one_of("options", "option_groups")
CHOICES: Rules = {"options": Each(CHOICE_OPTION, 10, noun="options")}
RESPONSE_URL: Rules = {"response_url_enabled": Flag()}
CONVERSATIONS: Rules = {"default_to_current_conversation": Flag(), "filter": CONVERSATION_FILTER}


def menu(own: Rules, *relations: Relation, several: bool = False) -> Shape:
    """Return the rule of a select menu, or of its variant in which several entries can be picked."""
    return Shape(optional={**MENU, **(SEVERAL if several else NOTHING), **own}, relations=relations)


def least_below_most(least: str, most: str) -> Relation:
    """Demand that a lower bound is not above its upper bound, where both are whole numbers."""

    def check(fields: Fields, path: str) -> Iterator[str]:
        low, high = fields.get(least), fields.get(most)
        if isinstance(low, int) and isinstance(high, int) and low > high:
            yield f"{path}/{least} must not be greater than {most}."

    return check


def initial_value_fits(fields: Fields, path: str) -> Iterator[str]:
    """Demand that the text a field starts with is not longer than what may be typed into it."""
    text, most = fields.get("initial_value"), fields.get("max_length")
    if isinstance(text, str) and isinstance(most, int) and len(text) > most:
        yield f"{path}/initial_value must have at most {most} characters, and has {len(text)}."


MENUS = {
    "static_select": menu(
        {**OPTIONS, "initial_option": SELECT_OPTION}, ONE_SOURCE, initial_among_options("initial_option")
    ),
    "external_select": menu({"initial_option": SELECT_OPTION, "min_query_length": Number(0)}),
    "users_select": menu({"initial_user": Text()}),
    "conversations_select": menu(
        {**CONVERSATIONS, **RESPONSE_URL, "initial_conversation": Text()},
        not_together("initial_conversation", "default_to_current_conversation"),
    ),
    "channels_select": menu({**RESPONSE_URL, "initial_channel": Text()}),
}
SELECTED = Each(SELECT_OPTION, 100, noun="options")
MULTI_MENUS = {
    "multi_static_select": menu(
        {**OPTIONS, "initial_options": SELECTED},
        ONE_SOURCE,
        initial_among_options("initial_options"),
        several=True,
    ),
    "multi_external_select": menu({"initial_options": SELECTED, "min_query_length": Number(0)}, several=True),
    "multi_users_select": menu({"initial_users": USERS}, several=True),
    "multi_conversations_select": menu(
        {**CONVERSATIONS, "initial_conversations": USERS},
        not_together("initial_conversations", "default_to_current_conversation"),
        several=True,
    ),
    "multi_channels_select": menu({"initial_channels": USERS}, several=True),
}
PICKERS = {
    "datepicker": Shape(
        optional={**MENU, "initial_date": Text(pattern=r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")}
    ),
    "timepicker": Shape(
        optional={**MENU, "initial_time": Text(pattern=r"([01][0-9]|2[0-3]):[0-5][0-9]"), "timezone": Text()}
    ),
    "datetimepicker": Shape(
        optional={**ACTION, **CONFIRMED, **FOCUS, "initial_date_time": Number(1_000_000_000, 9_999_999_999)}
    ),
    "checkboxes": Shape(
        CHOICES,
        {**ACTION, **CONFIRMED, **FOCUS, "initial_options": Each(CHOICE_OPTION, 10, noun="options")},
        (initial_among_options("initial_options"),),
    ),
    "radio_buttons": Shape(
        CHOICES,
        {**ACTION, **CONFIRMED, **FOCUS, "initial_option": CHOICE_OPTION},
        (initial_among_options("initial_option"),),
    ),
}
BUTTONS = {
    "button": Shape(
        {"text": plain(75)}, {**ACTION, **CONFIRMED, **LABEL, "url": URL, "value": Text(2000), "style": STYLE}
    ),
    "overflow": Shape({"options": Each(OVERFLOW_OPTION, 5, least=2, noun="options")}, {**ACTION, **CONFIRMED}),
    "workflow_button": Shape(
        {
            "text": plain(75),
            "workflow": Shape(
                {
                    "trigger": Shape(
                        {"url": URL},
                        {"customizable_input_parameters": Each(Shape({"name": Text(), "value": Text()}))},
                    )
                }
            ),
        },
        {**ACTION, **LABEL, "style": STYLE},
    ),
}
INPUTS = {
    "plain_text_input": Shape(
        optional={
            **TYPED,
            "initial_value": Text(3000, least=0),
            "multiline": Flag(),
            "min_length": Number(0, 3000),
            "max_length": Number(1, 3000),
        },
        relations=(least_below_most("min_length", "max_length"), initial_value_fits),
    ),
    "email_text_input": Shape(optional=TYPED_TEXT),
    "url_text_input": Shape(optional=TYPED_TEXT),
    "number_input": Shape(
        {"is_decimal_allowed": Flag()}, {**TYPED, "initial_value": NUMERAL, "min_value": NUMERAL, "max_value": NUMERAL}
    ),
    "rich_text_input": Shape(
        optional={
            **TYPED,
            "initial_value": Tagged({"rich_text": RICH_TEXT}),
            "min_lines": Number(1, 100),
            "max_lines": Number(1, 100),
        },
        relations=(least_below_most("min_lines", "max_lines"),),
    ),
    "file_input": Shape(optional={**ACTION, "filetypes": Each(Text()), "max_files": Number(1, 10)}),
}

IMAGE_SOURCE: Rules = {
    "image_url": URL,
    "slack_file": Shape(optional={"id": Text(), "url": URL}, relations=(exactly_one_of("id", "url"),)),
}
ONE_IMAGE = exactly_one_of("image_url", "slack_file")
IMAGE_ELEMENT = {"image": Shape({"alt_text": Text(2000)}, IMAGE_SOURCE, (ONE_IMAGE,))}

FEEDBACK = Shape({"text": plain(75), "value": Text(2000)}, LABEL)
CONTEXT_ACTIONS = Tagged(
    {
        "feedback_buttons": Shape({"positive_button": FEEDBACK, "negative_button": FEEDBACK}, ACTION),
        "icon_button": Shape(
            {"icon": Text(one_of=("trash",)), "text": plain(75)},
            {**ACTION, **CONFIRMED, **LABEL, "value": Text(2000), "visible_to_user_ids": USERS},
        ),
    }
)

IN_ACTIONS = Tagged({**BUTTONS, **MENUS, **MULTI_MENUS, **PICKERS, "rich_text_input": INPUTS["rich_text_input"]})
IN_INPUT = Tagged({**MENUS, **MULTI_MENUS, **PICKERS, **INPUTS})
IN_SECTION = Tagged(
    {
        **BUTTONS,
        **MENUS,
        **MULTI_MENUS,
        **IMAGE_ELEMENT,
        **{name: shape for name, shape in PICKERS.items() if name != "datetimepicker"},
    }
)
