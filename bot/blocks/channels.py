"""What Nugget says of a channel: the one greeting, and what is kept there with the buttons that change it."""

from dataclasses import dataclass
from datetime import date

from bot.blocks.message import Block, Message
from bot.blocks.parts import actions, button, day, said, short
from bot.domain.words import CaptureMode, Kind

BLOCK_CAPTURE = "channel_capture"
ACTION_TAGGED = "channel_tagged"
ACTION_ALL = "channel_all"
ACTION_OFF = "channel_off"
BLOCK_KIND = "channel_kind"
ACTION_INTEL = "channel_intel"
ACTION_ASKS = "channel_asks"
"""The value of each is the channel's id."""

CAPTURES = {ACTION_TAGGED: CaptureMode.TAGGED, ACTION_ALL: CaptureMode.ALL, ACTION_OFF: CaptureMode.OFF}
KINDS = {ACTION_INTEL: Kind.NUGGET, ACTION_ASKS: Kind.ASK}

KEEPS = {
    CaptureMode.TAGGED: "I keep messages here that carry a #tag or name a competitor, an account or a product area, as"
    " {kind}.",
    CaptureMode.ALL: "I keep every message here, as {kind}.",
    CaptureMode.OFF: "I keep nothing of what is said here.",
}
AS_KINDS = {Kind.NUGGET: "intel", Kind.ASK: "asks"}
IN_SETTINGS = "The settings file says so, and it wins over what is set here. Whoever runs me can change it there."
NOT_THERE = "I am not in this channel, so I hear nothing of it. Invite me with /invite, then type {command} setup."
NO_CHANNEL = "Type {command} setup in the channel that it is about."
FOR_LEADS = "Only leads set what I keep in a channel. Nothing was changed."
SHARED_WITH_OTHERS = (
    "People of another company are here. I keep only what our own members write, and post nothing of it here."
)


@dataclass(frozen=True, slots=True)
class ChannelView:
    """What is captured in a channel, and who said so."""

    channel_id: str
    capture: CaptureMode
    kind: Kind
    command: str
    """The command that changes it, as the workspace calls it."""
    is_in_settings: bool = False
    set_by_name: str | None = None
    set_on: date | None = None
    is_externally_shared: bool = False
    posts: tuple[str, ...] = ()
    """What is posted there by the settings: "a card for each ask"."""


def greeting(channel: ChannelView) -> Message:
    """Return the one hello in a channel: what is kept and posted there, and how to change it."""
    sentences = [
        "Hello, I'm Nugget.",
        _keeps(channel),
        f"I post {' and '.join(channel.posts)}." if channel.posts else "",
        _next_step(channel),
    ]
    return said(" ".join(filter(None, sentences)))


def _keeps(channel: ChannelView) -> str:
    return KEEPS[channel.capture].format(kind=AS_KINDS[channel.kind])


def _next_step(channel: ChannelView) -> str:
    if channel.capture is CaptureMode.OFF:
        how = "" if channel.is_in_settings else f" A lead turns it on with {channel.command} setup."
        return f"Anyone can save a message from its menu.{how}"
    keep_out = "One mark on a message shows that I kept it; (off) in front keeps it out."
    if channel.is_in_settings:
        return keep_out
    by = f"{short(channel.set_by_name)} set this; a" if channel.set_by_name else "A"
    return f"{keep_out} {by} lead changes it with {channel.command} setup."


def not_greeted() -> Message:
    """Return what whoever added Nugget to a channel of several companies is told, since it says nothing there."""
    return said(
        "You added me to a channel that another company shares, so I say nothing there and keep nothing of it."
        " Anyone of us can still save a message from its menu."
    )


def setup(channel: ChannelView, *, may_change: bool) -> Message:
    """Return what is kept in a channel and who said so, with buttons for whoever may change it."""
    sentences = [_standing(channel), SHARED_WITH_OTHERS if channel.is_externally_shared else ""]
    if channel.is_in_settings:
        sentences.append(IN_SETTINGS)
    elif not may_change:
        sentences.append("A lead can change it.")
    buttons = _buttons(channel) if may_change and not channel.is_in_settings else []
    return said(" ".join(filter(None, sentences)), *buttons)


def _standing(channel: ChannelView) -> str:
    if channel.is_in_settings or channel.set_by_name is None:
        is_unset = not channel.is_in_settings
        return f"{_keeps(channel)} Nobody has set this channel yet." if is_unset else _keeps(channel)
    when = f" on {day(channel.set_on)}" if channel.set_on else ""
    return f"{_keeps(channel)} {short(channel.set_by_name)} set this{when}."


def _buttons(channel: ChannelView) -> list[Block]:
    captures = ((ACTION_TAGGED, "Tagged"), (ACTION_ALL, "All"), (ACTION_OFF, "Off"))
    kinds = ((ACTION_INTEL, "As intel"), (ACTION_ASKS, "As asks"))
    shown = [
        actions(
            BLOCK_CAPTURE,
            [
                button(label, action, channel.channel_id, primary=CAPTURES[action] is channel.capture)
                for action, label in captures
            ],
        )
    ]
    if channel.capture is not CaptureMode.OFF:
        shown.append(
            actions(
                BLOCK_KIND,
                [
                    button(label, action, channel.channel_id, primary=KINDS[action] is channel.kind)
                    for action, label in kinds
                ],
            )
        )
    return shown
