"""People, the groups and channels that they are in, and what they have been told once."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, SlackId, SlackTs, TeamId


class Person(Base):
    """A person as the workspace sees them; `home_team_id` differs from `team_id` for someone from another company."""

    __tablename__ = "person"

    team_id: Mapped[TeamId] = mapped_column(primary_key=True)
    slack_user_id: Mapped[SlackId] = mapped_column(primary_key=True)
    home_team_id: Mapped[SlackId | None]
    name: Mapped[str] = mapped_column(String(255), default="")
    zone: Mapped[str | None] = mapped_column(String(64))
    is_bot: Mapped[bool] = mapped_column(default=False)
    is_guest: Mapped[bool] = mapped_column(default=False)
    is_outsider: Mapped[bool] = mapped_column(default=False)
    is_deactivated: Mapped[bool] = mapped_column(default=False)
    direct_channel_id: Mapped[SlackId | None]
    """The direct message channel with Nugget, once Slack has opened one."""
    joined_at: Mapped[datetime | None]
    refreshed_at: Mapped[datetime]


class Channel(Base):
    """A place where people talk, as far as Nugget may know it."""

    __tablename__ = "channel"

    team_id: Mapped[TeamId] = mapped_column(primary_key=True)
    channel_id: Mapped[SlackId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255), default="")
    is_private: Mapped[bool] = mapped_column(default=True)
    is_direct: Mapped[bool] = mapped_column(default=False)
    is_externally_shared: Mapped[bool] = mapped_column(default=False)
    is_archived: Mapped[bool] = mapped_column(default=False)
    has_bot: Mapped[bool] = mapped_column(default=False)
    last_message_ts: Mapped[SlackTs | None]
    """The newest message that was taken in; where a back-fill after an outage starts."""
    refreshed_at: Mapped[datetime]


class ChannelMember(Base):
    """Who is in a private place now; without a row there, nobody sees what came from it."""

    __tablename__ = "channel_member"

    team_id: Mapped[TeamId] = mapped_column(primary_key=True)
    channel_id: Mapped[SlackId] = mapped_column(primary_key=True)
    slack_user_id: Mapped[SlackId] = mapped_column(primary_key=True)

    __table_args__ = (Index(None, "team_id", "slack_user_id"),)


class GroupMember(Base):
    """Who is in a Slack user group now; roles and quotas follow from it."""

    __tablename__ = "group_member"

    team_id: Mapped[TeamId] = mapped_column(primary_key=True)
    usergroup_id: Mapped[SlackId] = mapped_column(primary_key=True)
    slack_user_id: Mapped[SlackId] = mapped_column(primary_key=True)

    __table_args__ = (Index(None, "team_id", "slack_user_id"),)


class ToldOnce(Base):
    """Something that a person is told once and never again."""

    __tablename__ = "told_once"

    team_id: Mapped[TeamId] = mapped_column(primary_key=True)
    slack_user_id: Mapped[SlackId] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(64), primary_key=True)
    told_at: Mapped[datetime]


class ChannelSetting(Base):
    """What leads set for a channel in Slack, where the settings file says nothing of it."""

    __tablename__ = "channel_setting"

    team_id: Mapped[TeamId] = mapped_column(primary_key=True)
    channel_id: Mapped[SlackId] = mapped_column(primary_key=True)
    capture: Mapped[str | None] = mapped_column(String(16))
    kind: Mapped[str | None] = mapped_column(String(16))
    changed_by: Mapped[SlackId | None]
    changed_at: Mapped[datetime | None]
    greeted_at: Mapped[datetime | None]
    """When the channel was told, once, what Nugget does there."""
