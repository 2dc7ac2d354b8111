"""views.*: modals by trigger id, and people's Homes."""

from bot.playground.errors import ApiError
from bot.playground.surfaces import View
from bot.playground.web_api.call import Arguments, Json, Method, invalid
from bot.playground.workspace import Workspace


def open_(workspace: Workspace, args: Arguments) -> Json:
    """Open a modal for whoever made the gesture that the trigger id came with."""
    body = _view(args)
    trigger = workspace.handles.use_trigger(args.text("trigger_id"))
    return _answer(workspace, workspace.surfaces.open(trigger.user_id, body))


def push(workspace: Workspace, args: Arguments) -> Json:
    """Put a modal on top of the one in which the gesture was made."""
    body = _view(args)
    trigger = workspace.handles.use_trigger(args.text("trigger_id"))
    if trigger.view_id is None:
        raise ApiError("invalid_trigger_id")
    workspace.surfaces.find(trigger.view_id)
    return _answer(workspace, workspace.surfaces.push(trigger.user_id, body))


def update(workspace: Workspace, args: Arguments) -> Json:
    """Replace what an open modal shows; a `hash` that is no longer its own is refused."""
    body = _view(args)
    if not args.text("view_id") and not args.text("external_id"):
        raise invalid("[ERROR] missing required field: view_id or external_id")
    view = workspace.surfaces.find(args.text("view_id") or None, args.text("external_id") or None)
    return _answer(workspace, workspace.surfaces.update(view, body, args.text("hash") or None))


def publish(workspace: Workspace, args: Arguments) -> Json:
    """Set a person's Home."""
    body = _view(args)
    person = workspace.world.people.get(args.text("user_id"))
    if person is None or person.is_deleted or person.is_bot:
        raise ApiError("user_not_found")
    return _answer(workspace, workspace.surfaces.publish(person.user_id, body, args.text("hash") or None))


def _view(args: Arguments) -> Json:
    view = args.json("view", "invalid_arguments")
    if not isinstance(view, dict):
        raise invalid("[ERROR] must be an object: view")
    return view


def _answer(workspace: Workspace, view: View) -> Json:
    workspace.changes.tell()
    return {"view": workspace.surfaces.full(view)}


VIEW = frozenset({"view"})
METHODS = {
    "views.open": Method(open_, 4, (), VIEW | {"trigger_id"}),
    "views.push": Method(push, 4, (), VIEW | {"trigger_id"}),
    "views.update": Method(update, 4, (), VIEW, frozenset({"view_id", "external_id", "hash"})),
    "views.publish": Method(publish, 4, (), VIEW | {"user_id"}, frozenset({"hash"})),
}
