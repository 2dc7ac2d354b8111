"""Queries on what leads set for channels in Slack."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import ChannelSetting
from db.upsert import insert_into


class ChannelSettings:
    """What is captured in which channel, where the settings file says nothing of it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, team_id: str, channel_id: str) -> ChannelSetting | None:
        return self._session.get(ChannelSetting, (team_id, channel_id))

    def lock(self, team_id: str, channel_id: str) -> ChannelSetting:
        """Return a channel's row, an empty one where there was none, held until the end of the transaction."""
        statement = insert_into(self._session, ChannelSetting.__table__)
        self._session.execute(statement.values(team_id=team_id, channel_id=channel_id).on_conflict_do_nothing())
        query = select(ChannelSetting).where(ChannelSetting.team_id == team_id, ChannelSetting.channel_id == channel_id)
        return self._session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()

    def list_set(self, team_id: str) -> Sequence[ChannelSetting]:
        """Return the channels of which somebody has said what is captured there, in a steady order."""
        query = select(ChannelSetting).where(ChannelSetting.team_id == team_id, ChannelSetting.capture.is_not(None))
        return self._session.scalars(query.order_by(ChannelSetting.channel_id)).all()
