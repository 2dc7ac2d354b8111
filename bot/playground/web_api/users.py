"""users.* and usergroups.*: who there is."""

from bot.playground.errors import ApiError
from bot.playground.shapes import group_json, person_json
from bot.playground.web_api.call import Arguments, Json, Method
from bot.playground.web_api.lookups import page
from bot.playground.workspace import Workspace
from bot.playground.world import World


def info(workspace: Workspace, args: Arguments) -> Json:
    """Describe one person, outsiders in shared channels too."""
    world = workspace.world
    person = world.people.get(args.text("user"))
    if person is None:
        raise ApiError("user_not_found")
    if world.is_outsider(person) and not _is_met(world, person.user_id):
        raise ApiError("user_not_visible")
    return {"user": person_json(world, person)}


def _is_met(world: World, user_id: str) -> bool:
    return any(user_id in channel.members and channel.is_ext_shared for channel in world.channels.values())


def list_(workspace: Workspace, args: Arguments) -> Json:
    """Return the workspace's own people, page by page; outsiders are not among them."""
    world = workspace.world
    people = [person for person in world.people.values() if not world.is_outsider(person)]
    found, following = page(args, people)
    members = [person_json(world, person) for person in found]
    return {"members": members, "cache_ts": int(world.clock.seconds()), **following}


def usergroups_list(workspace: Workspace, args: Arguments) -> Json:
    """Return the user groups."""
    groups = [group_json(workspace.world, group) for group in workspace.world.groups.values()]
    if not args.flag("include_users"):
        for group in groups:
            del group["users"]
    return {"usergroups": groups}


def usergroups_users_list(workspace: Workspace, args: Arguments) -> Json:
    """Return who is in a user group."""
    group = workspace.world.groups.get(args.text("usergroup"))
    if group is None:
        raise ApiError("no_such_subteam")
    return {"users": list(group.members)}


READ, GROUPS = ("users:read",), ("usergroups:read",)
METHODS = {
    "users.info": Method(info, 4, READ, frozenset({"user"}), frozenset({"include_locale"})),
    "users.list": Method(list_, 2, READ, frozenset(), frozenset({"limit", "cursor", "include_locale"})),
    "usergroups.list": Method(
        usergroups_list, 2, GROUPS, frozenset(), frozenset({"include_count", "include_disabled", "include_users"})
    ),
    "usergroups.users.list": Method(
        usergroups_users_list, 2, GROUPS, frozenset({"usergroup"}), frozenset({"include_disabled"})
    ),
}
