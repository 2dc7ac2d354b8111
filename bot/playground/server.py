"""The stand-in itself: one small server on 127.0.0.1, and the people who use it."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, Self

import uvicorn

from bot.playground.administration import Administration
from bot.playground.calls import Calls
from bot.playground.clock import NeutralClock
from bot.playground.delivery.http import HttpTransport
from bot.playground.delivery.socket import SocketTransport
from bot.playground.delivery.transport import Kind
from bot.playground.endpoints import build_app
from bot.playground.faults import Faults
from bot.playground.forms import Forms
from bot.playground.gestures import GestureOutcome, Gestures
from bot.playground.keeping import Keeper, put_back, restore
from bot.playground.page.offer import PageOffer
from bot.playground.page.reading import Reading
from bot.playground.page.site import Site
from bot.playground.record import Changes, Entry
from bot.playground.recordings import Recordings
from bot.playground.spec import WorldSpec
from bot.playground.troubles import Troubles
from bot.playground.views_of_people import Sight
from bot.playground.wires import Wires
from bot.playground.workspace import Workspace, assemble

HOST = "127.0.0.1"
BACKLOG = 512
CLOSING_SECONDS = 1
Mode = Literal["socket", "http"]


class StandIn(Gestures, Recordings, Forms, Sight, Reading, Administration, Troubles):
    """A Slack workspace with one app in it, on real sockets of this machine.

    `speed` divides what takes real time in Slack: rate limits and retry schedule, and unless told otherwise the three
    seconds of acknowledgements and trigger ids. It is set when the stand-in starts and pacing is never off.
    """

    def __init__(
        self,
        workspace: Workspace,
        sockets: SocketTransport,
        posts: HttpTransport,
        listener: socket.socket,
        wires: Wires,
        speed: float,
        page: PageOffer,
        keep_in: Path | None,
    ) -> None:
        self.workspace = workspace
        self.speed = speed
        self._sockets = sockets
        self._posts = posts
        self._calls = Calls(workspace, wires)
        self._keeper = Keeper(workspace, keep_in) if keep_in else None
        self._site = Site(self, workspace, page, self.is_bot_connected)
        app = build_app(self, workspace, sockets, self._calls, self._site)
        config = uvicorn.Config(
            app,
            lifespan="off",
            # The date is Slack's, and its clock may be skewed. Pings of the server would break a silence.
            date_header=False,
            ws_ping_interval=None,
            log_config=None,
            access_log=False,
            ws="websockets-sansio",
            # Nothing leaves this machine, so that squeezing frames would cost time and save none.
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=CLOSING_SECONDS,
        )
        self._server = _Server(config)
        wires.find_in(lambda: self._server.server_state.connections)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))

    @classmethod
    async def start(
        cls,
        spec: WorldSpec,
        *,
        mode: Mode = "socket",
        request_url: str | None = None,
        speed: float = 1.0,
        clock: NeutralClock | None = None,
        port: int = 0,
        deadline_speed: float | None = None,
        fault_seed: int = 0,
        delayed_events: bool = False,
        page: PageOffer | None = None,
        keep_in: Path | None = None,
    ) -> Self:
        """Start on a port of 127.0.0.1 (0 for any free one).

        `deadline_speed` divides the three seconds of acknowledgements and trigger ids apart from everything else: an
        app does not answer faster because a month is lived faster. Without it they are divided by `speed`.

        In http mode events, commands and interactions are posted to `request_url`, which may be set later.

        `fault_seed` starts the generator from which all faults are drawn. `delayed_events` is the app's setting of
        that name. `page` is what the page offers beyond the workspace itself.

        With `keep_in` the workspace is kept in that file, and goes on from there if the file exists. Raises
        KeptFileError if the file cannot be used.
        """
        kept = restore(spec, keep_in) if keep_in else None
        listener = _listen(port)
        origin = f"http://{HOST}:{listener.getsockname()[1]}"
        changes = Changes()
        deadlines = speed if deadline_speed is None else deadline_speed
        faults, wires = Faults(fault_seed, speed), Wires()
        sockets = SocketTransport(spec.app_id, deadlines, changes.tell, faults, wires, is_enabled=mode == "socket")
        posts = HttpTransport(request_url, spec.signing_secret, deadlines, faults.skewed)
        transport = sockets if mode == "socket" else posts
        address = f"{origin.replace('http', 'ws', 1)}/socket?ticket="
        workspace = assemble(
            spec,
            clock or NeutralClock(),
            transport,
            changes,
            faults=faults,
            speed=speed,
            deadline_speed=deadlines,
            delayed_events=delayed_events,
            origin=origin,
            open_socket_address=lambda: address + sockets.ticket(),
        )
        if kept:
            put_back(workspace, kept)
        return cls(workspace, sockets, posts, listener, wires, speed, page or PageOffer(), keep_in)

    async def stop(self) -> None:
        """Stop delivering and serving; what was recorded can still be read."""
        await self._site.close()
        await self._calls.close()
        await self.workspace.deliveries.close()
        await self._sockets.close()
        await self._posts.close()
        self._server.should_exit = True
        await self._serving
        if self._keeper:
            await self._keeper.stop()

    @property
    def request_url(self) -> str | None:
        """Return where everything is posted to in http mode."""
        return self._posts.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self._posts.request_url = url

    @property
    def base_url(self) -> str:
        """Return the address for Web API clients."""
        return f"{self.workspace.origin}/api/"

    @property
    def page_url(self) -> str:
        """Return the address of the page for a browser of this machine."""
        return f"{self.workspace.origin}/"

    def is_bot_connected(self) -> bool:
        """Tell whether the app can be reached: by an open socket, or at its address if its last answer came."""
        if self._posts.request_url is None:
            return self._sockets.connections > 0
        return self.workspace.deliveries.last_outcome != "connection_failed"

    @property
    def clock(self) -> NeutralClock:
        """Return the business clock, which may be moved ahead."""
        return self.workspace.clock

    @property
    def record(self) -> list[Entry]:
        """Return all that happened so far, in order; it grows."""
        return self.workspace.record

    def pending_deliveries(self) -> int:
        """Return how many events and gestures are on their way, or wait for a retry."""
        return self.workspace.deliveries.pending

    def pending_landings(self) -> int:
        """Return how many calls were heard and will be done late, but are not done yet."""
        return self._calls.landings

    def socket_connections(self) -> int:
        """Return how many sockets of the app are open and take payloads."""
        return self._sockets.connections

    async def disconnect_sockets(self, reason: str = "refresh_requested") -> None:
        """Send all sockets a disconnect frame: warning, refresh_requested or link_disabled."""
        await self._sockets.disconnect(reason)

    async def wait_until(self, predicate: Callable[[], bool], timeout: float = 10) -> None:  # noqa: ASYNC109
        """Return once the predicate holds; it is asked again after each change. Raises TimeoutError (real seconds)."""
        await self.workspace.changes.wait_until(predicate, timeout)

    async def deliver_raw(self, payload: dict[str, Any], *, kind: Kind = "event") -> GestureOutcome | None:
        """Deliver a payload just as it is. An event goes on by itself; for the others the outcome is returned."""
        if kind == "event":
            self.workspace.deliveries.offer(payload)
            return None
        return await self._ask(kind, payload, str(payload.get("trigger_id", "")))


def _listen(port: int) -> socket.socket:
    # The protocol is named because asyncio switches Nagle's delay off (40 ms an answer) only where it is.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    listener.listen(BACKLOG)
    return listener


class _Server(uvicorn.Server):
    """A server inside a process that minds its own signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals of the process alone."""
        yield
