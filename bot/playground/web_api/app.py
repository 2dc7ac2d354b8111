"""Methods about the app itself: who it is, and where its sockets are."""

from bot.playground.web_api.call import Arguments, Json, Method
from bot.playground.workspace import Workspace


def auth_test(workspace: Workspace, _args: Arguments) -> Json:
    """Tell whose token this is."""
    spec = workspace.spec
    return {
        "url": f"{workspace.origin}/",
        "team": spec.team_name,
        "user": spec.bot_name,
        "team_id": spec.team_id,
        "user_id": spec.bot_user_id,
        "bot_id": spec.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(workspace: Workspace, _args: Arguments) -> Json:
    """Give out the address of a new socket, good for one connection."""
    return {"url": workspace.open_socket_address()}


METHODS = {
    "auth.test": Method(auth_test, "special"),
    "apps.connections.open": Method(connections_open, 3, ("connections:write",), is_for_app_token=True),
}
