"""Small valid pieces of Block Kit that tests of the validation bend until they break."""

from typing import Any

Json = dict[str, Any]


def plain(length: int | str = "text") -> Json:
    return {"type": "plain_text", "text": "é" * length if isinstance(length, int) else length}


def mrkdwn(length: int | str = "text") -> Json:
    return {**plain(length), "type": "mrkdwn"}


def option(value: str = "v", **changed: Any) -> Json:
    return {"text": plain(), "value": value, **changed}


def options(count: int) -> list[Json]:
    return [option(str(number)) for number in range(count)]


def confirm(**changed: Any) -> Json:
    return {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain(), **changed}


def button(**changed: Any) -> Json:
    return {"type": "button", "text": plain(), "action_id": "press", **changed}


def section(**changed: Any) -> Json:
    return {"type": "section", "text": plain(), **changed}


def actions(*elements: Json, **changed: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **changed}


def an_input(element: Json, **changed: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element, **changed}


def typed(**changed: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "words", **changed}


def rich_text(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": list(parts)}


def rich_section(*inline: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(inline)}


def said(text: str = "text") -> Json:
    return {"type": "text", "text": text}


def image(**changed: Any) -> Json:
    return {"type": "image", "alt_text": "A chart.", "image_url": "https://example.com/a.png", **changed}


def uploaded(**changed: Any) -> Json:
    return {"type": "image", "alt_text": "A chart.", "slack_file": {"id": "F1"}, **changed}


def table(rows: int = 1, cells: int = 1, **changed: Any) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * cells] * rows, **changed}


def video(**changed: Any) -> Json:
    url = "https://example.com/v"
    return {"type": "video", "alt_text": "A film.", "title": plain(), "thumbnail_url": url, "video_url": url, **changed}


def icon_button(**changed: Any) -> Json:
    return {"type": "icon_button", "icon": "trash", "text": plain(), **changed}


def pie(segments: int = 1, **changed: Any) -> Json:
    parts = [{"label": f"part {number}", "value": 1} for number in range(segments)]
    return {"type": "data_visualization", "title": "Share", "chart": {"type": "pie", "segments": parts}, **changed}


def bar(series: int = 1, points: int = 1, **axis: Any) -> Json:
    labels = [f"W{number}" for number in range(points)]
    data = [{"label": label, "value": 1.5} for label in labels]
    chart = {
        "type": "bar",
        "series": [{"name": f"S{number}", "data": data} for number in range(series)],
        "axis_config": {"categories": labels, **axis},
    }
    return {"type": "data_visualization", "title": "By area", "chart": chart}


def modal(*blocks: Json, **changed: Any) -> Json:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks), **changed}


def home(*blocks: Json, **changed: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **changed}
