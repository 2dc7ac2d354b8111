"""What the composer makes of typed words: escaped text with tokens, and the rich_text block beside it."""

import re

from bot.playground.elements import Json, with_ids
from bot.playground.world import World

# A typed link ends at a blank or a bracket; names and emoji stand free of the word before them.
TOKEN = re.compile(
    r"(?P<url>https?://[^\s<>|]{1,2000})"
    r"|(?<![\w@&])@(?P<name>[\w.-]{1,80})"
    r"|(?<![\w#&])#(?P<channel>[a-z0-9_-]{1,80})"
    r"|(?<![\w:]):(?P<emoji>[a-z+-][a-z0-9_+'-]{0,99}):"
)
BROADCASTS = ("channel", "here", "everyone")
TRAILING = ".,;:!?)'\""


def escape(text: str) -> str:
    """Escape the three characters that Slack escapes, the ampersand first."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def compose(world: World, typed: str) -> tuple[str, list[Json]]:
    """Return the text and blocks of a message as a person's client sends them.

    `@name`, `#channel`, `@here` and links become tokens if there is such a person or channel; a token typed by hand
    is only words.
    """
    written: list[str] = []
    parts: list[Json] = []
    for words, token, element in _tokens(world, typed):
        if words:
            written.append(escape(words))
            parts.append({"type": "text", "text": words})
        if element:
            written.append(token)
            parts.append(element)
    section = {"type": "rich_text_section", "elements": parts}
    return "".join(written), with_ids([{"type": "rich_text", "elements": [section]}])


def command_text(world: World, typed: str) -> str:
    """Return the text of a slash command, with names of people and channels and links as tokens (`should_escape`)."""
    written: list[str] = []
    for words, token, element in _tokens(world, typed):
        written.append(escape(words))
        if element and element["type"] == "user":
            written.append(f"<@{element['user_id']}|{world.people[element['user_id']].name}>")
        elif element and element["type"] == "channel":
            channel = world.channels[element["channel_id"]]
            name = f"|{channel.name}" if channel.kind == "channel" else ""
            written.append(f"<#{channel.channel_id}{name}>")
        elif element and element["type"] == "broadcast":
            written.append(f"@{element['range']}")
        else:
            written.append(token)
    return "".join(written)


def _tokens(world: World, typed: str) -> list[tuple[str, str, Json | None]]:
    """Return (words before, token, its rich_text element) in order; the last one has words only."""
    found: list[tuple[str, str, Json | None]] = []
    start = 0
    for match in TOKEN.finditer(typed):
        token, element, length = _token(world, match)
        if element:
            found.append((typed[start : match.start()], token, element))
            start = match.start() + length
    found.append((typed[start:], "", None))
    return found


def _token(world: World, match: re.Match[str]) -> tuple[str, Json | None, int]:
    shown = match.group()
    if url := match.group("url"):
        url = url.rstrip(TRAILING)
        return f"<{escape(url)}>", {"type": "link", "url": url}, len(url)
    if name := match.group("name"):
        return _name(world, name.rstrip(".-"))
    if name := match.group("channel"):
        found = next((entry for entry in world.channels.values() if entry.name == name and entry.kind != "im"), None)
        element = {"type": "channel", "channel_id": found.channel_id} if found else None
        return f"<#{found.channel_id}|{found.name}>" if found else shown, element, len(shown)
    return shown, {"type": "emoji", "name": match.group("emoji")}, len(shown)


def _name(world: World, name: str) -> tuple[str, Json | None, int]:
    if name in BROADCASTS:
        return f"<!{name}>", {"type": "broadcast", "range": name}, len(name) + 1
    person = next((entry for entry in world.people.values() if entry.name == name), None)
    if person is None:
        return f"@{name}", None, 0
    return f"<@{person.user_id}>", {"type": "user", "user_id": person.user_id}, len(name) + 1
