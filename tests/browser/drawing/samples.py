"""Blocks of every type that Slack takes, as the stand-in hands them to its page."""

from collections.abc import Iterator
from typing import Any

from bot.playground.elements import with_ids
from bot.playground.validation import Surface
from tests.playground.validation_samples import (
    Json,
    actions,
    an_input,
    bar,
    button,
    confirm,
    icon_button,
    image,
    mrkdwn,
    option,
    pie,
    plain,
    rich_section,
    rich_text,
    said,
    section,
    uploaded,
    video,
)

URL = "https://example.com/x"
DOT = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='60' height='40'%3E"
    "%3Crect width='60' height='40' fill='teal'/%3E%3C/svg%3E"
)
PLANS = [
    option("free", text=plain("Free plan")),
    option("team", text=plain("Team plan"), description=plain("Up to ten people")),
    option("all", text=plain("Everyone :tada:")),
]
GROUPS = [
    {"label": plain("Small"), "options": PLANS[:1]},
    {"label": plain("Large"), "options": PLANS[1:]},
]
SELECTS: dict[str, Json] = {
    "static_select": {"options": PLANS},
    "external_select": {"initial_option": option("g", text=plain("Globex"))},
    "users_select": {"initial_user": "U2"},
    "conversations_select": {"filter": {"include": ["public", "private"]}},
    "channels_select": {"initial_channel": "C1"},
    "multi_static_select": {"option_groups": GROUPS, "initial_options": PLANS[:1]},
    "multi_external_select": {"min_query_length": 0},
    "multi_users_select": {"initial_users": ["U1", "U3"], "max_selected_items": 2},
    "multi_conversations_select": {"default_to_current_conversation": True},
    "multi_channels_select": {},
}
CHOICES: dict[str, Json] = {
    "radio_buttons": {"options": PLANS, "initial_option": PLANS[1]},
    "checkboxes": {
        "options": [option("a", text=mrkdwn("*Bold* words"), description=mrkdwn("_why_")), option("b")],
        "initial_options": [option("b")],
    },
}
DATES: dict[str, Json] = {
    "datepicker": {"initial_date": "2026-10-05", "placeholder": plain("Until when")},
    "timepicker": {"initial_time": "09:30", "timezone": "America/New_York"},
    "datetimepicker": {"initial_date_time": 1_791_192_600},
}
TYPED: dict[str, Json] = {
    "plain_text_input": {"initial_value": "First words", "max_length": 20, "placeholder": plain("A line")},
    "email_text_input": {"initial_value": "ada@example.com"},
    "url_text_input": {"initial_value": URL},
    "number_input": {"is_decimal_allowed": True, "initial_value": "2.5", "min_value": "-1"},
    "rich_text_input": {"initial_value": rich_text(rich_section(said("Rich words")))},
    "file_input": {"filetypes": ["png"], "max_files": 1},
}


def element(kind: str, keys: Json, **more: Any) -> Json:
    """Return an element of a type, named after it."""
    return {"type": kind, "action_id": kind, **keys, **more}


def field(kind: str, keys: Json, **changed: Any) -> Json:
    """Return an input block with this element."""
    label = plain(f"Field {kind.replace('_', ' ')}")
    return an_input(element(kind, keys), block_id=kind, label=label, hint=plain("A hint"), **changed)


def fields() -> list[Json]:
    """Return an input block for each element that one may hold."""
    return [field(kind, keys, optional=kind == "checkboxes") for kind, keys in every_input()]


def every_input() -> Iterator[tuple[str, Json]]:
    """Yield each element of input blocks with its keys."""
    for family in (TYPED, DATES, CHOICES, SELECTS):
        yield from family.items()


def inline(kind: str, **keys: Any) -> Json:
    """Return a piece of a rich_text line."""
    return {"type": kind, **keys}


EVERY_STYLE = {"bold": True, "italic": True, "strike": True, "underline": True}
EVERY_INLINE = [
    said("plain "),
    inline("text", text="styled", style=EVERY_STYLE),
    inline("text", text=" code", style={"code": True}),
    inline("link", url=URL, text="a link"),
    inline("link", url=URL),
    inline("emoji", name="tada"),
    inline("emoji", name="wave", unicode="1f44b-1f3fd"),
    inline("emoji", name="no_such_emoji"),
    inline("user", user_id="U1"),
    inline("user", user_id="U404"),
    inline("usergroup", usergroup_id="S1"),
    inline("channel", channel_id="C1"),
    inline("team", team_id="T1"),
    inline("broadcast", range="here"),
    inline("color", value="#0b665a"),
    inline("date", timestamp=1_791_192_600, format="{date_long} at {time}", url=URL, fallback="then"),
]


def rich_list(style: str, *entries: str, **keys: Any) -> Json:
    """Return a list of a rich_text block."""
    lines = [rich_section(said(text)) for text in entries]
    return {"type": "rich_text_list", "style": style, "elements": lines, **keys}


RICH = rich_text(
    rich_section(*EVERY_INLINE),
    rich_list("ordered", "one", "two"),
    rich_list("bullet", "below two", indent=1),
    rich_list("ordered", "deeper", indent=2),
    rich_list("ordered", "three", offset=2),
    {"type": "rich_text_quote", "elements": [said("quoted\nin two lines")], "border": 1},
    {"type": "rich_text_preformatted", "elements": [said("code\n  here "), inline("link", url=URL)], "language": "c"},
)
MARKDOWN = """# Heading one
Some **bold**, *leaning*, ~~struck~~ and `code` with a [link](https://example.com/x).

- first
- second
  1. below
- [x] done

> quoted **here**

```python
print("code")
```

| Area | Count |
|:-----|------:|
| Log-in | 4 |

---
Last line"""

TABLE = {
    "type": "table",
    "column_settings": [{"is_wrapped": True}, {"align": "right"}],
    "rows": [
        [{"type": "raw_text", "text": "Area"}, {"type": "raw_text", "text": "Asks"}],
        [{"type": "raw_text", "text": "Log-in"}, {"type": "raw_number", "value": 4, "text": "4"}],
        [rich_text(rich_section(said("Billing"))), {"type": "raw_number", "value": 12.5, "text": "12.5 k"}],
    ],
}


def chart(kind: str) -> Json:
    """Return a chart with two series over three months."""
    drawn = bar(2, 3, x_label="Month", y_label="Asks")
    drawn["title"] = f"Asks as {kind}"
    drawn["chart"]["type"] = kind
    for number, series in enumerate(drawn["chart"]["series"]):
        series["data"] = [{**point, "value": (at + 1) * (3 - number)} for at, point in enumerate(series["data"])]
    return drawn


WORKFLOW = {"trigger": {"url": URL}}
EVERY_BUTTON = [
    button(text=plain("Plain :gem:")),
    button(action_id="go", text=plain("Go"), style="primary", value="1", confirm=confirm(text=mrkdwn("*Sure?*"))),
    button(action_id="drop", text=plain("Drop"), style="danger", value="2"),
    button(action_id="open", text=plain("Open"), url=URL, accessibility_label="Open the page"),
    {"type": "workflow_button", "text": plain("Start a workflow"), "workflow": WORKFLOW},
    element("overflow", {"options": [option("e", text=plain("Edit")), option("l", text=plain("Look"), url=URL)]}),
]
FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "helped",
    "positive_button": {"text": plain("Good answer"), "value": "good"},
    "negative_button": {"text": plain("Bad answer"), "value": "bad", "accessibility_label": "Bad answer, sadly"},
}

SAMPLES: list[tuple[str, Surface, list[Json]]] = [
    (
        "texts",
        "message",
        [
            {"type": "header", "text": plain("A header :tada:")},
            section(text=mrkdwn("*Bold* _leaning_ ~struck~ `code` <https://example.com/x|link> <@U1> <#C1> :wave:")),
            {"type": "divider"},
            section(fields=[mrkdwn("*Area*\nLog-in"), plain("Asks"), plain("Four")]),
            section(text=plain("With a picture"), accessory=image(image_url=DOT)),
            {"type": "context", "elements": [uploaded(), image(image_url=DOT), mrkdwn("_First-hand_"), plain("2")]},
            image(image_url=DOT, title=plain("A dot")),
            image(title=plain("Elsewhere"), alt_text="A chart of asks."),
            video(description=plain("What we built"), author_name="Ada", provider_name="Films", title_url=URL),
        ],
    ),
    ("rich text", "message", [RICH]),
    ("markdown and table", "message", [{"type": "markdown", "text": MARKDOWN}, TABLE]),
    ("pie and bar", "message", [pie(3), chart("bar")]),
    ("line and area", "message", [chart("line"), chart("area")]),
    (
        "buttons",
        "message",
        [actions(*EVERY_BUTTON), {"type": "context_actions", "elements": [FEEDBACK, icon_button()]}],
    ),
    (
        "rows of menus",
        "message",
        [actions(*(element(kind, keys) for family in (SELECTS, DATES, CHOICES) for kind, keys in family.items()))],
    ),
    (
        "sections with menus",
        "message",
        [
            section(text=plain(f"Section {kind}"), accessory=element(kind, keys))
            for family in (SELECTS, DATES, CHOICES)
            for kind, keys in family.items()
            if kind != "datetimepicker"
        ],
    ),
    ("rich input in a row", "home", [actions(element("rich_text_input", {}))]),
    ("fields", "modal", fields()),
]


def drawn_samples() -> list[tuple[str, list[Json]]]:
    """Return the samples as the page gets them, with the ids that Slack makes up."""
    return [(name, with_ids(blocks)) for name, _, blocks in SAMPLES]


def objects_in(value: Any) -> Iterator[Json]:
    """Yield every object inside a payload."""
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects_in(child)
