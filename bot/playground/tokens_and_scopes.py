"""Which token may do what: the scopes of the app, and those that methods and events ask for."""

from collections.abc import Collection, Mapping

from bot.playground.errors import ApiError

BOT_SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "mpim:history",
        "mpim:read",
        "reactions:read",
        "reactions:write",
        "usergroups:read",
        "users:read",
    }
)

APP_SCOPES = frozenset({"connections:write"})

HISTORY: Mapping[str, str] = {
    "channel": "channels:history",
    "group": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}
READ: Mapping[str, str] = {"channel": "channels:read", "group": "groups:read", "im": "im:read", "mpim": "mpim:read"}

EVENT_SCOPES: Mapping[str, tuple[str, ...]] = {
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "app_mention": ("app_mentions:read",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "team_join": ("users:read",),
    "user_change": ("users:read",),
    "subteam_members_changed": ("usergroups:read",),
    "subteam_updated": ("usergroups:read",),
    "channel_rename": ("channels:read",),
    "channel_archive": ("channels:read",),
    "file_change": ("files:read",),
}
"""Any one of these scopes lets the app have the event; what is not listed needs none."""


def need_scope(held: Collection[str], any_of: Collection[str]) -> None:
    """Refuse with `missing_scope`, telling what is needed and what there is, unless one of the scopes is held."""
    if any_of and not any(scope in held for scope in any_of):
        raise ApiError("missing_scope", needed=",".join(any_of), provided=",".join(sorted(held)))
