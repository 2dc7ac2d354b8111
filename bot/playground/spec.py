"""The world that a stand-in starts with, as frozen data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.playground.tokens_and_scopes import BOT_SCOPES

ALL_SUBSCRIPTIONS = frozenset(
    {
        "message.channels",
        "message.groups",
        "message.im",
        "message.mpim",
        "app_mention",
        "reaction_added",
        "reaction_removed",
        "app_home_opened",
        "member_joined_channel",
        "member_left_channel",
        "team_join",
        "user_change",
        "subteam_members_changed",
        "subteam_updated",
        "channel_rename",
        "channel_archive",
        "file_change",
        "app_uninstalled",
        "tokens_revoked",
    }
)


@dataclass(frozen=True)
class Person:
    """Someone with an account. A `team_id` that is not the workspace's own makes them an outsider.

    `title` is what they do, in words. Somebody who `can_be` picked is one whom the page lets you act as. `name` is what
    is typed behind an @; the display name is the same where none is given.
    """

    user_id: str
    name: str
    real_name: str
    tz: str = "Europe/Paris"
    is_guest: bool = False
    team_id: str | None = None
    is_bot: bool = False
    is_deleted: bool = False
    title: str = ""
    can_be: bool = True
    display_name: str | None = None


@dataclass(frozen=True)
class Channel:
    """A channel and the user ids of its members, the bot's own among them if it is one."""

    channel_id: str
    name: str
    is_private: bool = False
    is_ext_shared: bool = False
    members: tuple[str, ...] = ()
    topic: str = ""


@dataclass(frozen=True)
class UserGroup:
    """A user group with its handle (without @) and the user ids of its members."""

    group_id: str
    handle: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class CommandNote:
    """What Slack's composer shows beside a slash command."""

    description: str
    usage_hint: str = ""


@dataclass(frozen=True)
class Shortcut:
    """An entry of a shortcut menu, and what the app knows it by."""

    callback_id: str
    name: str


@dataclass(frozen=True)
class WorldSpec:
    """A workspace with one app installed in it. `subscriptions` are the events that the app has asked for.

    `command_notes` go by the command with its slash.
    """

    people: tuple[Person, ...] = ()
    channels: tuple[Channel, ...] = ()
    usergroups: tuple[UserGroup, ...] = ()
    team_id: str = "T0NUGGET"
    team_name: str = "Nugget Playground"
    commands: tuple[str, ...] = ("/intel", "/ask")
    bot_user_id: str = "UNUGGET"
    bot_name: str = "nugget"
    bot_id: str = "BNUGGET"
    app_id: str = "ANUGGET"
    bot_token: str = "xoxb-standin"  # noqa: S105 - made up, and good for this stand-in alone.
    app_token: str = "xapp-standin"  # noqa: S105 - made up, and good for this stand-in alone.
    signing_secret: str = "standin-secret"  # noqa: S105 - made up, and good for this stand-in alone.
    bot_scopes: frozenset[str] = field(default=BOT_SCOPES)
    subscriptions: frozenset[str] = field(default=ALL_SUBSCRIPTIONS)
    command_notes: Mapping[str, CommandNote] = field(default_factory=dict)
    message_shortcuts: tuple[Shortcut, ...] = ()
    global_shortcuts: tuple[Shortcut, ...] = ()
