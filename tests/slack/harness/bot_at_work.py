"""The whole bot beside the stand-in for Slack, in one event loop and on real sockets of this machine.

People act through the stand-in; what they see is read there. Leaving the context fails the test if anything was logged
as an error meanwhile, so that nothing goes wrong unseen.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import httpx
from structlog.testing import capture_logs

from bot.bootstrap import Nugget, build
from bot.domain.words import Kind
from bot.operate.demo.company import free_port
from bot.operate.demo.world import Place, build_world, settings_text
from bot.operate.run import http_server
from bot.playground.clock import NeutralClock
from bot.playground.delivery.http import encode, sign
from bot.playground.delivery.transport import Kind as Carried
from bot.playground.gestures import GestureOutcome
from bot.playground.server import StandIn
from bot.playground.spec import WorldSpec
from bot.playground.views_of_people import SeenMessage
from bot.services.totals import Totals, count_totals
from bot.settings import load_settings
from tests.slack.harness.stock import InboxRow, Stock, find_delivery, is_at_rest, take_stock

Mode = Literal["socket", "http"]
Log = MutableMapping[str, Any]
Ending = Callable[[], Awaitable[None]]

# Paces, quarantines and sweeps are this much shorter than in life; deadlines are Slack's own.
SPEED = 60.0
PATIENCE = 20.0
_POLL = 0.005
# Slack waits so long for an acknowledgement (seconds).
ACKNOWLEDGED_WITHIN = 3.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for one signed request, and after how many seconds."""

    status: int
    body: bytes
    seconds: float

    @property
    def is_taken(self) -> bool:
        """Whether Slack would count this as acknowledged."""
        return 200 <= self.status < 300 and self.seconds < ACKNOWLEDGED_WITHIN


class ErrorRecords(logging.Handler):
    """Keeps what libraries and the event loop log as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


@dataclass
class BotAtWork:
    """A running bot, its Slack, and all that was logged. `expected_errors` are events that a test causes on purpose."""

    standin: StandIn
    nugget: Nugget
    sender: httpx.AsyncClient
    url: str
    logs: list[Log]
    expected_errors: set[str] = field(default_factory=set)

    @property
    def spec(self) -> WorldSpec:
        return self.standin.workspace.spec

    async def totals(self) -> Totals:
        return await self.nugget.transact.read(count_totals, self.spec.team_id)

    async def stock(self) -> Stock:
        """Return all that is kept, as it stands now."""
        return await self.nugget.transact.read(take_stock, None)

    async def delivery(self, event_id: str) -> InboxRow | None:
        """Return the inbox row of an event, or None where the front door kept nothing of it."""
        return await self.nugget.transact.read(find_delivery, event_id)

    async def settled(self) -> None:
        """Wait until nothing is on its way: no delivery, nothing to handle, nothing that is due to be sent."""
        deadline = time.monotonic() + PATIENCE
        while True:
            # In this order: what was delivered before the look at the database has to show there.
            is_delivered = self.standin.pending_deliveries() == 0
            is_done = await self.nugget.transact.read(is_at_rest, None)
            if is_delivered and is_done and self.standin.pending_deliveries() == 0:
                return
            assert time.monotonic() < deadline, f"it does not come to rest: {await self.totals()}"
            await asyncio.sleep(_POLL)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something holds that the bot does by itself."""
        async with asyncio.timeout(PATIENCE):
            while not is_so():
                await asyncio.sleep(_POLL)

    async def later(self, seconds: float) -> None:
        """Let business time pass, and wait until what fell due is done."""
        self.standin.clock.advance(timedelta(seconds=seconds))
        await self.nugget.wake()
        await self.settled()

    async def command(self, user: str, line: str, channel_id: str = "C0FIELD") -> str:
        """Type a whole line such as "/intel Acme cut prices"; return the private answer, empty if a form opened."""
        command, _, text = line.partition(" ")
        outcome = await self.standin.command(user, channel_id, command, text)
        assert outcome.acknowledged, outcome
        await self.settled()
        return str((outcome.response or {}).get("text", ""))

    async def say(self, user: str, channel_id: str, text: str, *, thread_ts: str | None = None) -> str:
        """Write a message and return its ts, once the bot has dealt with it."""
        ts = await self.standin.say(user, channel_id, text, thread_ts=thread_ts)
        await self.settled()
        return ts

    async def react(self, user: str, about: str, emoji: str) -> None:
        """Put an emoji on a card, found by its words."""
        await self.standin.react(user, *self._place_of(about), emoji)
        await self.settled()

    async def unreact(self, user: str, about: str, emoji: str) -> None:
        """Take an emoji away from a card."""
        await self.standin.unreact(user, *self._place_of(about), emoji)
        await self.settled()

    async def press(self, user: str, channel_id: str, message: SeenMessage, action_id: str) -> GestureOutcome:
        """Press a button in a message that this person sees."""
        outcome = await self.standin.click(user, channel_id, message.ts, action_id)
        assert outcome.acknowledged, outcome
        await self.settled()
        return outcome

    async def press_card(self, user: str, about: str, action_id: str) -> None:
        """Press a button on a card, found by its words."""
        channel_id, _ = self._place_of(about)
        await self.press(user, channel_id, self.card(about), action_id)

    async def fill_in(self, user: str, **fields: str) -> dict[str, str]:
        """Fill in and send the form in front of a person; return what is said beside its fields.

        In a field that suggests names the text is typed, and what it then offers of this name, or as a new one, taken.
        """
        view = self.standin.open_view(user)
        assert view is not None, f"{user} has no form in front of them"
        values = {name: await self._given(user, view, name, text) for name, text in fields.items()}
        sent = await self.standin.submit(user, view["id"], values)
        await self.settled()
        assert sent.error is None, sent
        return sent.errors

    async def _given(self, user: str, view: dict[str, Any], name: str, text: str) -> dict[str, Any]:
        element = next(block["element"] for block in view["blocks"] if block.get("block_id") == name)
        if element["type"] not in ("external_select", "multi_external_select"):
            return {element["action_id"]: text}
        offered = await self.standin.suggest(user, element["action_id"], text, block_id=name, view_id=view["id"])
        named = {option["text"]["text"]: option for option in offered["options"]}
        new = next((option for label, option in named.items() if label.startswith("Create ")), None)
        chosen = named.get(text) or named.get(f"#{text}") or new
        assert chosen is not None, f"{name} offers {list(named)}"
        return {element["action_id"]: chosen}

    def _place_of(self, about: str) -> tuple[str, str]:
        for channel_id in self.standin.workspace.world.channels:
            for message in self._posted(channel_id):
                if about in message.text:
                    return channel_id, message.ts
        raise AssertionError(f"there is no card about {about!r}")

    def _posted(self, channel_id: str) -> list[SeenMessage]:
        """Return what the bot has posted in a channel for everyone to see."""
        if channel_id.startswith("D"):
            return []
        members = self.standin.workspace.world.channels[channel_id].members
        viewer = next(iter(members), "")
        seen = self.standin.messages(viewer, channel_id) if viewer else []
        return [message for message in seen if message.is_from_app and not message.is_ephemeral]

    def posts(self) -> list[str]:
        """Return the texts of all that the bot has posted in channels."""
        return [m.text for channel in list(self.standin.workspace.world.channels) for m in self._posted(channel)]

    def card(self, about: str) -> SeenMessage:
        """Return the card with these words as it reads now."""
        channel_id, ts = self._place_of(about)
        return next(message for message in self._posted(channel_id) if message.ts == ts)

    def whispers(self, user: str, channel_id: str) -> list[SeenMessage]:
        """Return what this person alone sees in a channel, oldest first."""
        return [message for message in self.standin.messages(user, channel_id) if message.is_ephemeral]

    def offered(self, user: str, channel_id: str, action_id: str) -> SeenMessage:
        """Return the newest of what this person alone sees that has this button."""
        return [seen for seen in self.whispers(user, channel_id) if f"'{action_id}'" in repr(seen.blocks)][-1]

    def told(self, user: str) -> list[str]:
        """Return what the bot has told this person directly."""
        return [message.text for message in self.standin.direct_messages(user) if message.is_from_app]

    async def post(self, carried: Carried, payload: dict[str, Any]) -> Reply:
        """Send a payload as Slack does, signed, straight to the bot's address."""
        body, content_type = encode(carried, payload)
        return await self.post_raw(body, {"Content-Type": content_type, **sign(self.spec.signing_secret, body)})

    async def post_raw(self, body: bytes, headers: dict[str, str]) -> Reply:
        """Send these bytes with these headers to the bot's address."""
        began = time.monotonic()
        response = await self.sender.post(self.url, content=body, headers=headers)
        return Reply(response.status_code, response.content, time.monotonic() - began)

    async def kept(self, kind: Kind | None = None) -> list[str]:
        """Return the words of all reports that stand, in the order in which they were kept."""
        stock = await self.stock()
        return [report.words for report in stock.reports if not report.is_withdrawn and kind in (None, report.kind)]

    def errors(self) -> list[Log]:
        """Return what was logged as an error and not caused on purpose."""
        bad = [entry for entry in self.logs if entry["log_level"] in ("error", "critical")]
        return [entry for entry in bad if entry["event"] not in self.expected_errors]


@asynccontextmanager
async def bot_at_work(
    folder: Path,
    database_url: str,
    *,
    mode: Mode = "http",
    spec: WorldSpec | None = None,
    settings: str | None = None,
    more_settings: str = "",
) -> AsyncIterator[BotAtWork]:
    """Start a stand-in and the bot of a settings file, the demo's unless others are given; stop both in the end."""
    world = spec or build_world(12)
    async with AsyncExitStack() as stack:
        records = stack.enter_context(_error_records())
        logs = stack.enter_context(capture_logs())
        port = free_port()
        # Its own clock, so that the time of one test moves in no other.
        standin = await StandIn.start(world, mode=mode, speed=SPEED, clock=NeutralClock(), deadline_speed=1.0)
        ending: list[Ending] = [standin.stop]
        stack.push_async_callback(_all_at_once, ending)
        config = folder / "config.toml"
        place = Place(folder, mode, standin.base_url, port, SPEED)
        text = settings_text(place) if settings is None else _own(settings, place)
        config.write_text(text + more_settings, encoding="utf-8")
        nugget = await build(load_settings(config, _environ(world, database_url)), standin.clock.now)
        stack.push_async_callback(nugget.stop)
        nugget.start()
        await _begin_to_listen(nugget, standin, ending)
        sender = await stack.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=PATIENCE, verify=False))
        bot = BotAtWork(standin, nugget, sender, f"http://127.0.0.1:{port}/slack/events", logs)
        standin.request_url = bot.url
        await _learnt(bot)
        yield bot
    assert bot.errors() == []
    assert records.lines == []


def _own(settings: str, place: Place) -> str:
    """Return a test's own settings with where Slack is, and the demo's paces."""
    paces = settings_text(place)
    slack = f'[slack]\nmode = "{place.mode}"\nbase_url = "{place.base_url}"\nport = {place.port}\n'
    return slack + settings + paces[paces.index("[outbox]") :]


def _environ(world: WorldSpec, database_url: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": world.bot_token,
        "SLACK_APP_TOKEN": world.app_token,
        "SLACK_SIGNING_SECRET": world.signing_secret,
        "DATABASE_URL": database_url,
    }


async def _all_at_once(ending: list[Ending]) -> None:
    """End both servers together: each takes a moment to notice."""
    await asyncio.gather(*(end() for end in ending))


async def _begin_to_listen(nugget: Nugget, standin: StandIn, ending: list[Ending]) -> None:
    if nugget.settings.slack.mode == "socket":
        await standin.wait_until(lambda: standin.socket_connections() > 0, PATIENCE)
        return
    server = http_server(nugget)
    serving = asyncio.create_task(server.serve())

    async def end() -> None:
        server.should_exit = True
        await serving

    ending.append(end)
    async with asyncio.timeout(PATIENCE):
        while not server.started:
            await asyncio.sleep(_POLL)


async def _learnt(bot: BotAtWork) -> None:
    """Wait until the bot knows who is who."""
    async with asyncio.timeout(PATIENCE):
        while not any(entry["event"] == "slack_synced" for entry in bot.logs):
            await asyncio.sleep(_POLL)


@contextmanager
def _error_records() -> Iterator[ErrorRecords]:
    handler = ErrorRecords()
    logging.getLogger().addHandler(handler)
    try:
        yield handler
    finally:
        logging.getLogger().removeHandler(handler)
