"""What is captured in which channel: the settings file first, else what a lead set; and the one greeting there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.blocks import channels as blocks
from bot.blocks.channels import ChannelView
from bot.blocks.message import Message
from bot.domain.errors import MendableError
from bot.domain.policies import WatchedChannel
from bot.domain.words import CaptureMode, Kind, Role
from bot.services.announce import Address, change_message, post
from bot.services.people import is_full_member, names_of, roles_of
from db.models import Channel, ChannelSetting
from db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class LookUpChannel:
    """What is kept in a channel, for this person."""

    team_id: str
    slack_user_id: str
    channel_id: str | None


@dataclass(frozen=True, slots=True)
class SetChannel:
    """A lead says what is captured in a channel, or as what."""

    team_id: str
    channel_id: str
    actor: str
    capture: CaptureMode | None = None
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class FindKind:
    """What the messages of a channel are taken for."""

    team_id: str
    channel_id: str


@dataclass(frozen=True, slots=True)
class GreetChannel:
    """Nugget came into a channel; `inviter` is who brought it, if Slack says so."""

    team_id: str
    channel_id: str
    inviter: str | None


def capture_mode(uow: UnitOfWork, team_id: str, channel_id: str) -> WatchedChannel | None:
    """Return what a channel captures, or None where it captures nothing: it is off, or nobody has set it."""
    standing = _standing(uow, team_id, channel_id)
    return None if standing is None or standing.capture is CaptureMode.OFF else standing


def _standing(uow: UnitOfWork, team_id: str, channel_id: str) -> WatchedChannel | None:
    """Return what was said of a channel; the settings file wins for what it names."""
    named = uow.policy(team_id).channels.watched.get(channel_id)
    return named or _as_set(uow.channel_settings.find(team_id, channel_id))


def _as_set(row: ChannelSetting | None) -> WatchedChannel | None:
    if row is None or row.capture is None:
        return None
    return WatchedChannel(row.channel_id, CaptureMode(row.capture), Kind(row.kind or Kind.NUGGET))


def find_kind(uow: UnitOfWork, query: FindKind, *, now: datetime) -> Kind:  # noqa: ARG001
    """Return what a channel's messages are taken for; intel where nobody has said so."""
    standing = _standing(uow, query.team_id, query.channel_id)
    return standing.kind if standing else Kind.NUGGET


def list_watched(uow: UnitOfWork, team_id: str, *, now: datetime) -> list[str]:  # noqa: ARG001
    """Return the channels that capture something, whoever said so."""
    named = uow.policy(team_id).channels.watched
    standing = {**{row.channel_id: _as_set(row) for row in uow.channel_settings.list_set(team_id)}, **named}
    return sorted(key for key, one in standing.items() if one is not None and one.capture is not CaptureMode.OFF)


def list_set_channels(uow: UnitOfWork, team_id: str, *, now: datetime) -> list[str]:  # noqa: ARG001
    """Return the channels that leads have set in Slack, off or not."""
    return [row.channel_id for row in uow.channel_settings.list_set(team_id)]


def look_up_channel(uow: UnitOfWork, query: LookUpChannel, *, now: datetime) -> Message:  # noqa: ARG001
    """Return what is kept in a channel and who said so, with buttons for leads."""
    command = uow.policy(query.team_id).command_intel
    channel = uow.people.find_channel(query.team_id, query.channel_id) if query.channel_id else None
    if query.channel_id is None or (channel is not None and channel.is_direct):
        raise MendableError(blocks.NO_CHANNEL.format(command=command))
    if channel is None or not channel.has_bot:
        raise MendableError(blocks.NOT_THERE.format(command=command))
    may_change = _may_set(uow, query.team_id, query.slack_user_id)
    return blocks.setup(_view(uow, channel), may_change=may_change)


def _may_set(uow: UnitOfWork, team_id: str, actor: str) -> bool:
    return Role.LEAD in roles_of(uow, team_id, actor)


def set_channel(uow: UnitOfWork, command: SetChannel, *, now: datetime) -> Message:
    """Set what a channel captures, bring its greeting up to date, and return how it stands now.

    Raises `MendableError` for whoever is no lead, and for a channel that the settings file names.
    """
    channel = uow.people.find_channel(command.team_id, command.channel_id)
    if not _may_set(uow, command.team_id, command.actor):
        raise MendableError(blocks.FOR_LEADS)
    if channel is None or channel.is_direct or not channel.has_bot:
        raise MendableError(blocks.NOT_THERE.format(command=uow.policy(command.team_id).command_intel))
    if command.channel_id in uow.policy(command.team_id).channels.watched:
        raise MendableError(f"{blocks.IN_SETTINGS} Nothing was changed.")
    row = uow.channel_settings.lock(command.team_id, command.channel_id)
    before = _as_set(row) or WatchedChannel(command.channel_id, CaptureMode.OFF)
    row.capture, row.kind = (command.capture or before.capture).value, (command.kind or before.kind).value
    row.changed_by, row.changed_at = command.actor, now
    if before.capture is CaptureMode.OFF and row.capture != CaptureMode.OFF:
        # What was said while nothing was captured here is imported on purpose or not at all.
        channel.last_message_ts = f"{now.timestamp():.6f}"
    uow.flush()
    _put_greeting(uow, channel, row, now)
    return blocks.setup(_view(uow, channel), may_change=True)


def greet_channel(uow: UnitOfWork, command: GreetChannel, *, now: datetime) -> bool:
    """Say hello in a channel, once ever; True if this was the time.

    People of other companies are not spoken to: where they read along, only whoever brought Nugget is told.
    """
    channel = uow.people.find_channel(command.team_id, command.channel_id)
    if channel is None or channel.is_direct or not channel.has_bot:
        return False
    if channel.is_externally_shared:
        return _tell_inviter(uow, command, now)
    row = uow.channel_settings.lock(command.team_id, command.channel_id)
    if row.greeted_at is not None:
        return False
    _put_greeting(uow, channel, row, now)
    return True


def _tell_inviter(uow: UnitOfWork, command: GreetChannel, now: datetime) -> bool:
    if command.inviter is None or not is_full_member(uow, command.team_id, command.inviter):
        return False
    to = Address(command.team_id, command.inviter)
    key = f"not greeted:{command.channel_id}:{command.inviter}"
    post(uow, to, blocks.not_greeted(), purpose="greeting", key=key, now=now)
    return True


def _put_greeting(uow: UnitOfWork, channel: Channel, row: ChannelSetting, now: datetime) -> None:
    """Post the greeting where there was none yet, or make it read as things stand now."""
    if channel.is_externally_shared:
        return
    message, key = blocks.greeting(_view(uow, channel)), f"greeting:{channel.channel_id}"
    standing = uow.outbox.find_by_key(channel.team_id, key)
    if standing is None:
        to = Address(channel.team_id, channel.channel_id)
        post(uow, to, message, purpose="greeting", key=key, now=now)
        row.greeted_at = now
        return
    posted = uow.outbox.lock(standing.id)
    if posted is not None:
        change_message(uow, posted, message, now=now)


def _view(uow: UnitOfWork, channel: Channel) -> ChannelView:
    team_id, channel_id = channel.team_id, channel.channel_id
    policy, row = uow.policy(team_id), uow.channel_settings.find(team_id, channel_id)
    standing = _standing(uow, team_id, channel_id) or WatchedChannel(channel_id, CaptureMode.OFF)
    by = row.changed_by if row else None
    return ChannelView(
        channel_id=channel_id,
        capture=standing.capture,
        kind=standing.kind,
        command=policy.command_intel,
        is_in_settings=channel_id in policy.channels.watched,
        set_by_name=names_of(uow, team_id, [by]).get(by) if by else None,
        set_on=row.changed_at.astimezone(policy.zone).date() if row and row.changed_at else None,
        is_externally_shared=channel.is_externally_shared,
        posts=tuple(_posts(uow, team_id, channel_id)),
    )


def _posts(uow: UnitOfWork, team_id: str, channel_id: str) -> Iterator[str]:
    """Yield what is posted in a channel as the settings have it."""
    policy = uow.policy(team_id)
    if channel_id == policy.channels.intel_home:
        yield "a card for each piece of intel"
    if channel_id == policy.channels.ask_home:
        yield "a card for each ask"
    areas = [area.name for area in uow.catalogue.list_areas(team_id) if area.channel_id == channel_id]
    if areas:
        yield f"a card for what is routed to {', '.join(areas[:3])}"
    if channel_id in policy.recap.channel_ids:
        yield "the monthly recap"
