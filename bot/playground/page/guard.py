"""Who may talk to the stand-in: programs of this machine, and its own page. No other page of the web."""

import re

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

LOCAL = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?")
OWN_SITES = ("same-origin", "none")
PAGE = ("/page/",)


class Guard:
    """Refuses requests under a foreign host name, and those that a foreign page makes.

    A foreign page is known by the `Origin` or the `Sec-Fetch-Site` that its browser sends. Programs send neither.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = _refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            await self._app(scope, receive, _with_page_headers(scope, send))
        elif scope["type"] == "http":
            await PlainTextResponse(*refusal)(scope, receive, send)
        else:
            await WebSocket(scope, receive, send).close(1008)


def _header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


def _refusal(scope: Scope) -> tuple[str, int] | None:
    host = _header(scope, b"host") or ""
    if not LOCAL.fullmatch(host):
        return "This address is for this machine alone.", 403
    origin, site = _header(scope, b"origin"), _header(scope, b"sec-fetch-site")
    if scope["type"] == "websocket" and origin is not None:
        # A socket of the own page counts as another site in some browsers, since its address begins with ws.
        site = None
    if (origin is not None and origin != f"http://{host}") or (site is not None and site not in OWN_SITES):
        return "This address is for the playground's own page, and for programs of this machine.", 403
    if scope["type"] == "http" and _is_page(scope) and scope["method"] == "POST":
        kind = (_header(scope, b"content-type") or "").partition(";")[0].strip().lower()
        if kind != "application/json":
            return "The body has to be application/json.", 415
    return None


def _is_page(scope: Scope) -> bool:
    return bool(scope["path"] == "/" or scope["path"].startswith(PAGE))


def _with_page_headers(scope: Scope, send: Send) -> Send:
    if scope["type"] != "http" or not _is_page(scope):
        return send
    added = page_headers(_header(scope, b"host") or "")

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *added]}
        await send(message)

    return send_with_headers


def page_headers(host: str) -> list[tuple[bytes, bytes]]:
    """Return the headers that keep the page to itself: nothing is loaded from, framed by or kept for elsewhere."""
    policy = (
        "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; object-src 'none'; "
        f"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'self' ws://{host}"
    )
    return [
        (b"content-security-policy", policy.encode("latin-1")),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"cache-control", b"no-store"),
    ]
