"""People come into the workspace and go: accounts, user groups and channels, as administrators set them."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from bot.operate.demo.quarter.people import Newcomer
from bot.operate.demo.world import ASKS, FIELD, INTEL, RECAP, VOICE
from bot.playground.server import StandIn
from bot.playground.spec import Person

CHANNELS = (INTEL, ASKS, FIELD, VOICE, RECAP)


async def move_in(standin: StandIn, newcomers: Iterable[Newcomer]) -> None:
    """Let these people have been in the workspace all along, and in every channel of the demo.

    Nobody announces them as new, since joiners are excused from the quota for their first full month. An account that
    is there already becomes theirs, and who had gone in an earlier quarter is back.
    """
    world = standin.workspace.world
    arrived = list(newcomers)
    for newcomer in arrived:
        person = newcomer.person
        world.people.setdefault(person.user_id, person)
        await standin.change_person(person.user_id, **facts_of(person))
        for channel_id in CHANNELS:
            world.channels[channel_id].members.setdefault(person.user_id, None)
    for group_id in sorted({newcomer.group_id for newcomer in arrived}):
        ids = [newcomer.person.user_id for newcomer in arrived if newcomer.group_id == group_id]
        await _change_group(standin, group_id, add=ids)


def facts_of(person: Person) -> dict[str, Any]:
    """Return every field of an account but its id."""
    return {field.name: getattr(person, field.name) for field in fields(person) if field.name != "user_id"}


async def come(standin: StandIn, newcomer: Newcomer) -> None:
    """Give someone an account today, put them into their team's group, and let them join the channels."""
    user_id, world = newcomer.person.user_id, standin.workspace.world
    if user_id not in world.people:
        await standin.add_person(newcomer.person)
    await _change_group(standin, newcomer.group_id, add=[user_id])
    for channel_id in CHANNELS:
        if user_id not in world.channels[channel_id].members:
            await standin.join(user_id, channel_id)


async def go(standin: StandIn, newcomer: Newcomer) -> None:
    """Take someone out of their group and close their account."""
    user_id = newcomer.person.user_id
    await _change_group(standin, newcomer.group_id, remove=user_id)
    await standin.change_person(user_id, is_deleted=True)


async def _change_group(standin: StandIn, group_id: str, *, add: Iterable[str] = (), remove: str = "") -> None:
    before = standin.workspace.world.groups[group_id].members
    after = tuple(user for user in dict.fromkeys((*before, *add)) if user != remove)
    if after != before:
        await standin.set_group_members(group_id, after)
