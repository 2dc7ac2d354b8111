"""What administrators do: accounts, groups, channels, and the app's installation."""

from dataclasses import replace
from typing import Any

from bot.playground.errors import RefusedGestureError
from bot.playground.gestures import Acting
from bot.playground.spec import Person


class Administration(Acting):
    """Changes of the workspace itself."""

    async def add_person(self, person: Person) -> None:
        """Give somebody an account."""
        if person.user_id in self.workspace.world.people:
            raise RefusedGestureError(f"{person.user_id} has an account already.")
        self.workspace.world.people[person.user_id] = person
        self.workspace.events.person_changed(person, is_new=True)
        self.workspace.gesture("add_person", user_id=person.user_id)

    async def change_person(self, user_id: str, **changes: Any) -> None:
        """Change fields of an account, such as `real_name`, `tz`, `is_guest` or `is_deleted`."""
        person = replace(self.workspace.world.people[user_id], **changes)
        self.workspace.world.people[user_id] = person
        self.workspace.events.person_changed(person, is_new=False)
        self.workspace.gesture("change_person", user_id=user_id)

    async def set_group_members(self, group_id: str, members: tuple[str, ...]) -> None:
        """Set who is in a user group."""
        before = self.workspace.world.groups[group_id]
        after = replace(before, members=tuple(members))
        self.workspace.world.groups[group_id] = after
        self.workspace.events.group_changed(before, after)
        self.workspace.gesture("set_group_members", group_id=group_id)

    async def rename_channel(self, channel_id: str, name: str) -> None:
        """Give a channel another name."""
        channel = self.workspace.world.channels[channel_id]
        channel.name = name
        self.workspace.events.channel_renamed(channel)
        self.workspace.gesture("rename_channel", channel_id=channel_id)

    async def archive_channel(self, user_id: str, channel_id: str) -> None:
        """Close a channel for all writing."""
        _, channel = self._place(user_id, channel_id)
        channel.is_archived = True
        self.workspace.events.channel_archived(channel, user_id)
        self.workspace.gesture("archive_channel", user_id=user_id, channel_id=channel_id)

    async def uninstall(self) -> None:
        """Remove the app: its tokens are void from now on."""
        self.workspace.world.is_installed = False
        self.workspace.events.uninstalled()
        self.workspace.gesture("uninstall")
