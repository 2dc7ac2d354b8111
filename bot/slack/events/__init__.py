"""The table of events: what each is handled by. Whatever is not in it is settled as ignored."""

from bot.domain.facts import FOLLOW_UP, IMPORTED_LINE, IMPORTED_MESSAGE
from bot.services.follow_up import on_follow_up
from bot.services.handling import Handlers
from bot.services.import_line import on_imported_line
from bot.slack.events.clips import on_file_changed
from bot.slack.events.imported import on_imported_message
from bot.slack.events.mention import on_mention
from bot.slack.events.message import on_message
from bot.slack.events.people import (
    on_channel_archived,
    on_channel_renamed,
    on_channel_shared,
    on_group,
    on_group_members,
    on_joined,
    on_left,
    on_user,
)
from bot.slack.events.reaction import on_reaction_added, on_reaction_removed
from bot.slack.home import OPENED, on_home_opened

HANDLERS: Handlers = {
    "message": on_message,
    "app_mention": on_mention,
    "reaction_added": on_reaction_added,
    "reaction_removed": on_reaction_removed,
    "team_join": on_user,
    "user_change": on_user,
    "member_joined_channel": on_joined,
    "member_left_channel": on_left,
    "subteam_members_changed": on_group_members,
    "subteam_updated": on_group,
    "channel_rename": on_channel_renamed,
    "group_rename": on_channel_renamed,
    "channel_archive": on_channel_archived,
    "channel_unarchive": on_channel_archived,
    "group_archive": on_channel_archived,
    "group_unarchive": on_channel_archived,
    "channel_shared": on_channel_shared,
    "file_change": on_file_changed,
    FOLLOW_UP: on_follow_up,
    OPENED: on_home_opened,
    IMPORTED_MESSAGE: on_imported_message,
    IMPORTED_LINE: on_imported_line,
}
