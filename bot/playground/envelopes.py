"""Telling the app what happened: which events it gets, and the envelope around each."""

from collections.abc import Callable

from bot.playground.shapes import channel_json, group_json, message_json, person_json
from bot.playground.spec import Person, UserGroup
from bot.playground.tokens_and_scopes import EVENT_SCOPES
from bot.playground.world import ChannelState, Json, Message, World

MESSAGE_EVENTS = {"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}


class Events:
    """Turns what happened into Events API envelopes, for what the app subscribed to, may read and is a member of."""

    def __init__(self, world: World, offer: Callable[[Json], None]) -> None:
        self._world = world
        self._offer = offer

    def posted(self, channel: ChannelState, message: Message) -> None:
        """Tell of a new message, and a second time as a mention if it names the app."""
        event = message_json(self._world, channel, message, with_metadata=True)
        # A new message has no replies and no reactions yet, so the event has no such fields either.
        self._message(channel, {**event, **self._root(channel, message), **self._sender(message)})
        mention = f"<@{self._world.spec.bot_user_id}>"
        if mention in message.text and channel.kind != "im" and not message.is_from_app:
            self._emit("app_mention", _mention(event, channel), channel)

    def changed(self, channel: ChannelState, message: Message, previous: Json) -> None:
        """Tell of an edit, or of a thread's parent that became a tombstone."""
        now = message_json(self._world, channel, message, with_metadata=True)
        self._hidden(channel, {"subtype": "message_changed", "message": now, "previous_message": previous})

    def deleted(self, channel: ChannelState, previous: Json) -> None:
        """Tell of a message that is gone."""
        parts = {"subtype": "message_deleted", "deleted_ts": previous["ts"], "previous_message": previous}
        self._hidden(channel, parts)

    def response_posted(self, channel: ChannelState, message: Message) -> None:
        """Tell of a public answer through a response URL, which Slack shows as a classic bot's message."""
        event = message_json(self._world, channel, message)
        for key in ("user", "team", "app_id", "bot_profile"):
            event.pop(key, None)
        self._message(channel, event)

    def reaction(self, name: str, user_id: str, channel: ChannelState, message: Message, *, is_added: bool) -> None:
        """Tell of a reaction that was added or removed."""
        kind = "reaction_added" if is_added else "reaction_removed"
        item = {"type": "message", "channel": channel.channel_id, "ts": message.ts}
        event = {"type": kind, "user": user_id, "reaction": name, "item": item, "item_user": message.user}
        self._emit(kind, {**event, "event_ts": self._world.event_ts()}, channel)

    def membership(self, user_id: str, channel: ChannelState, *, is_joined: bool) -> None:
        """Tell who came into a channel or left it."""
        kind = "member_joined_channel" if is_joined else "member_left_channel"
        event = {
            "type": kind,
            "user": user_id,
            "channel": channel.channel_id,
            "channel_type": "C" if channel.kind == "channel" else "G",
            "team": self._world.team_of(user_id),
            "event_ts": self._world.event_ts(),
        }
        is_about_app = user_id == self._world.spec.bot_user_id
        self._emit(kind, event, None if is_about_app else channel, shared=channel.is_ext_shared)

    def home_opened(self, user_id: str, tab: str, view: Json | None) -> None:
        """Tell that somebody opened the app's Home; the view is there if one was published before."""
        event: Json = {"type": "app_home_opened", "user": user_id, "tab": tab, "event_ts": self._world.event_ts()}
        event["channel"] = self._world.direct(user_id).channel_id
        if view is not None:
            event["view"] = view
        self._emit("app_home_opened", event)

    def person_changed(self, person: Person, *, is_new: bool) -> None:
        """Tell of a new or changed account."""
        kind = "team_join" if is_new else "user_change"
        user = person_json(self._world, person)
        self._emit(kind, {"type": kind, "user": user, "cache_ts": 0, "event_ts": self._world.event_ts()})

    def group_changed(self, before: UserGroup, after: UserGroup) -> None:
        """Tell who came into a user group and who left it, and what it is now."""
        added = [user for user in after.members if user not in before.members]
        removed = [user for user in before.members if user not in after.members]
        event = {
            "type": "subteam_members_changed",
            "subteam_id": after.group_id,
            "team_id": self._world.spec.team_id,
            "added_users": added,
            "removed_users": removed,
            "date_update": int(self._world.stamp()),
            "event_ts": self._world.event_ts(),
        }
        self._emit("subteam_members_changed", event)
        subteam = group_json(self._world, after)
        self._emit("subteam_updated", {"type": "subteam_updated", "subteam": subteam, "event_ts": event["event_ts"]})

    def channel_renamed(self, channel: ChannelState) -> None:
        """Tell the new name of a public channel."""
        described = channel_json(self._world, channel)
        brief = {key: described[key] for key in ("id", "name", "name_normalized", "created")}
        self._emit("channel_rename", {"type": "channel_rename", "channel": brief, "event_ts": self._world.event_ts()})

    def channel_archived(self, channel: ChannelState, user_id: str) -> None:
        """Tell that a public channel was archived."""
        event = {"type": "channel_archive", "channel": channel.channel_id, "user": user_id}
        self._emit("channel_archive", {**event, "event_ts": self._world.event_ts()})

    def file_changed(self, channel: ChannelState, file_id: str) -> None:
        """Tell that something about a file is not what it was; what, the app has to ask."""
        event = {"type": "file_change", "file_id": file_id, "file": {"id": file_id}, "event_ts": self._world.event_ts()}
        self._emit("file_change", event, channel)

    def uninstalled(self) -> None:
        """Tell that the app was removed; its tokens are void by then."""
        revoked = {"oauth": [], "bot": [self._world.spec.bot_user_id]}
        moment = self._world.event_ts()
        self._emit("tokens_revoked", {"type": "tokens_revoked", "tokens": revoked, "event_ts": moment})
        self._emit("app_uninstalled", {"type": "app_uninstalled", "event_ts": moment})

    def _root(self, channel: ChannelState, message: Message) -> Json:
        parent = channel.messages.get(message.thread_ts or "")
        if message.subtype != "thread_broadcast" or parent is None:
            return {}
        return {"root": message_json(self._world, channel, parent)}

    def _sender(self, message: Message) -> Json:
        home = self._world.team_of(message.user)
        return {} if home == self._world.spec.team_id else {"user_team": home, "source_team": home}

    def _message(self, channel: ChannelState, event: Json) -> None:
        place = {"channel": channel.channel_id, "channel_type": channel.kind}
        self._emit(MESSAGE_EVENTS[channel.kind], {"event_ts": event.get("ts"), **event, **place}, channel)

    def _hidden(self, channel: ChannelState, parts: Json) -> None:
        moment = self._world.next_ts(channel)
        self._message(channel, {"type": "message", **parts, "hidden": True, "ts": moment})

    def _emit(
        self, subscription: str, event: Json, channel: ChannelState | None = None, *, shared: bool | None = None
    ) -> None:
        if channel is not None and not self._world.has_bot(channel):
            return
        spec = self._world.spec
        scopes = EVENT_SCOPES.get(subscription, ())
        if subscription not in spec.subscriptions or (scopes and not spec.bot_scopes.intersection(scopes)):
            return
        is_shared = channel.is_ext_shared if channel is not None and shared is None else bool(shared)
        self._offer(self._envelope(event, is_shared))

    def _envelope(self, event: Json, is_shared: bool) -> Json:
        spec = self._world.spec
        installed = {"enterprise_id": None, "team_id": spec.team_id, "user_id": spec.bot_user_id}
        event_id = self._world.next_id("Ev")
        return {
            "type": "event_callback",
            "token": "deprecated",
            "team_id": spec.team_id,
            "enterprise_id": None,
            "context_team_id": spec.team_id,
            "context_enterprise_id": None,
            "api_app_id": spec.app_id,
            "event": event,
            "event_id": event_id,
            "event_time": int(self._world.stamp()),
            "event_context": f"4-{event_id}",
            "is_ext_shared_channel": is_shared,
            "authorizations": [{**installed, "is_bot": True, "is_enterprise_install": False}],
        }


def _mention(event: Json, channel: ChannelState) -> Json:
    kept = ("user", "text", "ts", "team", "client_msg_id", "blocks", "thread_ts", "parent_user_id")
    brief = {key: event[key] for key in kept if key in event}
    home = event.get("team")
    return {"type": "app_mention", **brief, "channel": channel.channel_id, "event_ts": event["ts"], "user_team": home}
