"""Queries on people, channels, groups, and what was told once."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.models import Channel, ChannelMember, GroupMember, Person, ToldOnce


class People:
    """Who is who, who is where, and who belongs to which group."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, team_id: str, slack_user_id: str) -> Person | None:
        return self._session.get(Person, (team_id, slack_user_id))

    def lock(self, team_id: str, slack_user_id: str) -> Person | None:
        """Return a person, held until the end of the transaction, so that what they do at once is done in turn."""
        query = select(Person).where(Person.team_id == team_id, Person.slack_user_id == slack_user_id)
        return self._session.scalars(query.with_for_update()).one_or_none()

    def put(self, person: Person) -> Person:
        """Add a person, or bring what is known of them up to date."""
        return self._session.merge(person)

    def list_known(self, team_id: str, slack_user_ids: Collection[str]) -> dict[str, Person]:
        """Return those of these people who are known, by id."""
        if not slack_user_ids:
            return {}
        query = select(Person).where(Person.team_id == team_id, Person.slack_user_id.in_(slack_user_ids))
        return {person.slack_user_id: person for person in self._session.scalars(query)}

    def list_all(self, team_id: str) -> list[Person]:
        """Return everyone who is known, in a steady order."""
        query = select(Person).where(Person.team_id == team_id).order_by(Person.slack_user_id)
        return list(self._session.scalars(query))

    def find_channel(self, team_id: str, channel_id: str) -> Channel | None:
        return self._session.get(Channel, (team_id, channel_id))

    def put_channel(self, channel: Channel) -> Channel:
        """Add a channel, or bring what is known of it up to date."""
        return self._session.merge(channel)

    def list_channel_ids(self, team_id: str) -> list[str]:
        """Return the channels that are known, in a steady order."""
        query = select(Channel.channel_id).where(Channel.team_id == team_id).order_by(Channel.channel_id)
        return list(self._session.scalars(query))

    def replace_members(self, team_id: str, channel_id: str, slack_user_ids: Iterable[str]) -> None:
        """Make these people, and nobody else, the members of a channel."""
        of_channel = (ChannelMember.team_id == team_id) & (ChannelMember.channel_id == channel_id)
        self._session.execute(delete(ChannelMember).where(of_channel))
        self._session.add_all(
            ChannelMember(team_id=team_id, channel_id=channel_id, slack_user_id=user) for user in set(slack_user_ids)
        )

    def add_member(self, team_id: str, channel_id: str, slack_user_id: str) -> None:
        self._session.merge(ChannelMember(team_id=team_id, channel_id=channel_id, slack_user_id=slack_user_id))

    def remove_member(self, team_id: str, channel_id: str, slack_user_id: str) -> None:
        row = self._session.get(ChannelMember, (team_id, channel_id, slack_user_id))
        if row is not None:
            self._session.delete(row)

    def list_places_of(self, team_id: str, slack_user_id: str) -> frozenset[str]:
        """Return the channels in which this person is known to be now."""
        query = select(ChannelMember.channel_id).where(
            ChannelMember.team_id == team_id, ChannelMember.slack_user_id == slack_user_id
        )
        return frozenset(self._session.scalars(query))

    def replace_group(self, team_id: str, usergroup_id: str, slack_user_ids: Iterable[str]) -> None:
        """Make these people, and nobody else, the members of a user group."""
        of_group = (GroupMember.team_id == team_id) & (GroupMember.usergroup_id == usergroup_id)
        self._session.execute(delete(GroupMember).where(of_group))
        self._session.add_all(
            GroupMember(team_id=team_id, usergroup_id=usergroup_id, slack_user_id=user) for user in set(slack_user_ids)
        )

    def list_groups_of(self, team_id: str, slack_user_id: str) -> frozenset[str]:
        """Return the user groups in which this person is known to be now."""
        query = select(GroupMember.usergroup_id).where(
            GroupMember.team_id == team_id, GroupMember.slack_user_id == slack_user_id
        )
        return frozenset(self._session.scalars(query))

    def list_group(self, team_id: str, usergroup_id: str) -> list[str]:
        """Return the members of a user group, in a steady order."""
        query = select(GroupMember.slack_user_id).where(
            GroupMember.team_id == team_id, GroupMember.usergroup_id == usergroup_id
        )
        return list(self._session.scalars(query.order_by(GroupMember.slack_user_id)))

    def was_told(self, team_id: str, slack_user_id: str, topic: str) -> bool:
        """Tell whether this person has been told this before."""
        return self._session.get(ToldOnce, (team_id, slack_user_id, topic)) is not None

    def tell_once(self, team_id: str, slack_user_id: str, topic: str, *, now: datetime) -> bool:
        """Note that this person is told this now; False when they have been told before."""
        if self._session.get(ToldOnce, (team_id, slack_user_id, topic)) is not None:
            return False
        self._session.add(ToldOnce(team_id=team_id, slack_user_id=slack_user_id, topic=topic, told_at=now))
        return True
