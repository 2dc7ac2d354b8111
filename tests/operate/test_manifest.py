"""The README's manifests ask Slack for what the code uses, for nothing more, and in words that Slack takes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import answers
from bot.domain.facts import FOLLOW_UP, IMPORTS
from bot.settings import SlackSettings
from bot.slack import shortcuts
from bot.slack.events import HANDLERS
from bot.slack.shortcuts import save
from tests.operate.manifests import MODES, README, manifest, read_yaml

BOT = Path(__file__).parents[2] / "bot"
DEFAULTS = SlackSettings()

CONVERSATIONS = {"channels:read", "groups:read", "im:read"}
HISTORY = {"channels:history", "groups:history", "im:history"}

# What a bot token needs for each method that the code calls. Conversations are of every kind but group messages:
# Nugget is never in one.
SCOPES_OF_METHODS: dict[str, set[str]] = {
    "auth_test": set(),
    "chat_delete": {"chat:write"},
    "chat_getPermalink": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": HISTORY,
    "conversations_info": CONVERSATIONS,
    "conversations_members": CONVERSATIONS,
    "conversations_open": {"im:write"},
    "conversations_replies": HISTORY,
    "files_info": {"files:read"},
    "reactions_add": {"reactions:write"},
    "usergroups_users_list": {"usergroups:read"},
    "users_conversations": CONVERSATIONS,
    "users_info": {"users:read"},
    "users_list": {"users:read"},
    "views_open": set(),
    "views_publish": set(),
    "views_push": set(),
    "views_update": set(),
    # Its scope, users:read.email, is an operator's own choice: without it a table names people by id or name.
    "users_lookupByEmail": set(),
}

# What has to be granted for Slack to deliver an event.
SCOPES_OF_EVENTS: dict[str, set[str]] = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "channel_archive": {"channels:read"},
    "channel_rename": {"channels:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unarchive": {"channels:read"},
    "file_change": {"files:read"},
    "group_archive": {"groups:read"},
    "group_rename": {"groups:read"},
    "group_unarchive": {"groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "subteam_members_changed": {"usergroups:read"},
    "subteam_updated": {"usergroups:read"},
    "team_join": {"users:read"},
    "user_change": {"users:read"},
}

# The keys of a manifest that we may write, with the longest text (characters) or list (entries) that Slack takes.
SHAPE: dict[str, int | None] = {
    "_metadata.major_version": None,
    "_metadata.minor_version": None,
    "display_information.name": 35,
    "display_information.description": 140,
    "display_information.background_color": 7,
    "features.app_home.home_tab_enabled": None,
    "features.app_home.messages_tab_enabled": None,
    "features.app_home.messages_tab_read_only_enabled": None,
    "features.bot_user.display_name": 80,
    "features.bot_user.always_online": None,
    "features.slash_commands": 50,
    "features.slash_commands.command": 32,
    "features.slash_commands.url": None,
    "features.slash_commands.description": 2000,
    "features.slash_commands.usage_hint": 1000,
    "features.slash_commands.should_escape": None,
    "features.shortcuts": 10,
    "features.shortcuts.name": 24,
    "features.shortcuts.type": None,
    "features.shortcuts.callback_id": 255,
    "features.shortcuts.description": 150,
    "oauth_config.scopes.bot": None,
    "settings.event_subscriptions.request_url": None,
    "settings.event_subscriptions.bot_events": 100,
    "settings.interactivity.is_enabled": None,
    "settings.interactivity.message_menu_options_url": None,
    "settings.interactivity.request_url": None,
    "settings.org_deploy_enabled": None,
    "settings.socket_mode_enabled": None,
    "settings.token_rotation_enabled": None,
}


def sizes(value: Any, key: str = "") -> Iterator[tuple[str, int]]:
    """Give the dotted key of every value with its length; entries of a list go by the list's key."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from sizes(inner, f"{key}.{name}" if key else name)
        return
    if isinstance(value, list):
        yield key, len(value)
        for inner in value:
            if isinstance(inner, dict):
                yield from sizes(inner, key)
        return
    yield key, len(str(value))


def called_methods() -> set[str]:
    """Return every method of Slack's client that the code of the bot calls; the stand-in is Slack, and so left out."""
    found: set[str] = set()
    for path in BOT.rglob("*.py"):
        if path.is_relative_to(BOT / "playground"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            # Every method of the Web API has its family before an underscore; those without are Python's own names.
            if isinstance(node, ast.Attribute) and "_" in node.attr.strip("_") and is_web_api(node.attr):
                found.add(node.attr)
    return found


def is_web_api(name: str) -> bool:
    return not name.startswith("_") and callable(getattr(AsyncWebClient, name, None))


def scopes_of(mode: str) -> list[str]:
    listed: list[str] = manifest(mode)["oauth_config"]["scopes"]["bot"]
    return listed


def events_of(mode: str) -> list[str]:
    listed: list[str] = manifest(mode)["settings"]["event_subscriptions"]["bot_events"]
    return listed


@pytest.mark.parametrize("mode", MODES)
def test_slack_knows_every_key_and_takes_every_length(mode: str) -> None:
    for key, size in sizes(manifest(mode)):
        assert key in SHAPE, key
        longest = SHAPE[key]
        assert longest is None or 0 < size <= longest, key
    about = manifest(mode)
    assert about["_metadata"]["major_version"] == 2
    assert re.fullmatch("#[0-9a-f]{6}", about["display_information"]["background_color"])


def test_the_scopes_are_those_of_the_calls_and_events_and_no_others() -> None:
    methods = called_methods()
    assert methods <= SCOPES_OF_METHODS.keys(), "say above what a newly called method needs"
    assert {"chat_postMessage", "conversations_history", "views_open"} <= methods
    needed = {"commands"}.union(*(SCOPES_OF_METHODS[method] for method in methods))
    needed |= {scope for event in events_of("http") for scope in SCOPES_OF_EVENTS[event]}
    assert set(scopes_of("http")) == needed
    assert len(scopes_of("http")) == len(needed)


def test_every_event_is_handled_and_every_handler_is_fed() -> None:
    events = events_of("http")
    assert len(events) == len(set(events))
    assert {event.partition(".")[0] for event in events} == set(HANDLERS) - {FOLLOW_UP, *IMPORTS}
    # Messages are subscribed to by the kind of place: both kinds of channel can be watched, and Nugget is written to.
    assert {"message.channels", "message.groups", "message.im"} <= set(events)


@pytest.mark.parametrize("mode", MODES)
def test_the_commands_are_the_default_ones_and_name_people_by_id(mode: str) -> None:
    commands = manifest(mode)["features"]["slash_commands"]
    assert [entry["command"] for entry in commands] == [DEFAULTS.command_intel, DEFAULTS.command_ask]
    # Without it, names reach us as people typed them, and nobody can tell who is meant.
    assert all(entry["should_escape"] for entry in commands)
    assert all("help" in entry["usage_hint"] for entry in commands)


@pytest.mark.parametrize("mode", MODES)
def test_the_shortcuts_are_those_that_are_handled_and_stand_in_the_menu_of_a_message(mode: str) -> None:
    entries = manifest(mode)["features"]["shortcuts"]
    assert {entry["callback_id"]: entry["name"] for entry in entries} == {
        callback_id: answers.SAVE_AS[kind] for callback_id, kind in save.KINDS.items()
    }
    assert save.KINDS.keys() == shortcuts.HANDLERS.keys()
    # Slack takes five for the menu of a message.
    assert [entry["type"] for entry in entries] == ["message"] * len(entries)
    assert len(entries) <= 5


@pytest.mark.parametrize("mode", MODES)
def test_what_is_switched_on_is_what_the_code_serves(mode: str) -> None:
    features, methods = manifest(mode)["features"], called_methods()
    assert features["app_home"]["home_tab_enabled"] == ("views_publish" in methods)
    assert features["app_home"]["messages_tab_enabled"] == ("conversations_open" in methods)
    # People answer there, so it may not be read-only.
    assert not features["app_home"]["messages_tab_read_only_enabled"]
    assert manifest(mode)["settings"]["interactivity"]["is_enabled"]
    # Rotated tokens would lapse after twelve hours, since nothing here renews them.
    assert not manifest(mode)["settings"]["token_rotation_enabled"]


def test_socket_mode_names_no_address() -> None:
    assert manifest("socket")["settings"]["socket_mode_enabled"] is True
    assert [key for key, _ in sizes(manifest("socket")) if key.endswith("url")] == []


def test_http_names_one_address_everywhere_with_the_default_path() -> None:
    about = manifest("http")
    settings = about["settings"]
    assert settings["socket_mode_enabled"] is False
    addresses = {entry["url"] for entry in about["features"]["slash_commands"]}
    pressed = settings["interactivity"]
    addresses |= {settings["event_subscriptions"]["request_url"], pressed["request_url"]}
    addresses.add(pressed["message_menu_options_url"])
    (address,) = addresses
    assert re.fullmatch(rf"https://[a-z.]+{DEFAULTS.path}", address)


def test_the_two_differ_only_in_how_slack_reaches_us() -> None:
    def without_addresses(value: Any) -> Any:
        if isinstance(value, list):
            return [without_addresses(entry) for entry in value]
        if not isinstance(value, dict):
            return value
        kept = {key: inner for key, inner in value.items() if not key.endswith("url") and key != "socket_mode_enabled"}
        return {key: without_addresses(inner) for key, inner in kept.items()}

    assert without_addresses(manifest("socket")) == without_addresses(manifest("http"))


def test_the_readme_says_why_each_scope_is_asked_for() -> None:
    _, _, why = README.partition("Why each scope:")
    paragraph = why.partition("\n\n")[0]
    explained = set(re.findall(r"`([a-z_.]+(?::[a-z.]+)?)`", paragraph))
    assert explained == set(scopes_of("http"))


@pytest.mark.parametrize(
    "text",
    ["a: [b]", "a: b: c", "a: yes", "a:", "a: b\na: c", "a: b\n  c: d", "- 'a'", "a:\n  - b\n c: d"],
)
def test_yaml_that_we_would_misread_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"quotes|neither|nothing|indented"):
        read_yaml(text)
