"""The only place that builds things: settings → engine → transact → Slack client → Bolt app → workers → tick."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Collection
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic, time
from typing import Any, cast

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp

from bot.connectors.sentence_model import SentenceModel
from bot.connectors.slack.client import open_session, slack_client
from bot.connectors.slack.lookup import SlackLookup
from bot.connectors.slack.sender import CALLS, SlackSender
from bot.connectors.web import Web
from bot.domain.errors import PermanentError, TemporaryError
from bot.inbox.worker import InboxWorker
from bot.jobs import Scheduler
from bot.jobs.clock_guard import ClockGuard
from bot.jobs.reader import Reader
from bot.outbox.reconcile import Reconciler
from bot.outbox.worker import OutboxWorker
from bot.services.people import list_ourselves
from bot.services.receive import receive_deliveries
from bot.settings import Settings
from bot.slack.app import Authorize, build_app
from bot.slack.backfill import BackFill
from bot.slack.desk import Desk
from bot.slack.events import HANDLERS
from bot.slack.facts import Facts
from bot.slack.frontdoor import EventIntake, FrontDoor, GroupCommit, Ourselves
from bot.slack.socket import SocketDoor
from db.engine import (
    check_sqlite,
    hold_sqlite,
    is_sqlite,
    migration_engine,
    postgres_engine,
    reader_engine,
    sqlite_path,
    viewer_engine,
    writer_engine,
)
from db.transact import PostgresTransactor, SqliteTransactor, Transact

log = structlog.get_logger(__name__)

# How often the scheduler wakes the tick (seconds); the database decides what is due.
TICK_SECONDS = 30
# How long an address outside Slack's Web API has to answer (seconds).
WEB_SECONDS = 5.0
# How long to wait before asking Slack again who is who, at first and at most (seconds).
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
# How long a task that was told to end may take before it is told again.
END_SECONDS = 1.0


def real_now() -> datetime:
    """Return the real time; leases and retries use it, business dates use the one clock instead."""
    return datetime.now(UTC)


def open_database(settings: Settings, now: Callable[[], datetime], stack: AsyncExitStack) -> Transact:
    """Bring the database up to date, check it, and return what runs use cases on it.

    Alembic is imported only when the stored revision is behind. Raises `PermanentError` when the database cannot be
    used as it is, for example because another process holds the SQLite file.
    """
    from migrations.runner import ensure_current  # noqa: PLC0415

    url = settings.database_url
    policy = settings.policy()
    if is_sqlite(url):
        stack.enter_context(hold_sqlite(sqlite_path(url)))
    ensure_current(url)
    if is_sqlite(url):
        writer = writer_engine(url, settings.database.synchronous)
        for warning in check_sqlite(writer):
            log.warning(warning.code, advice=warning.text)
        return SqliteTransactor(writer, reader_engine(url), lambda _: policy, now)
    return PostgresTransactor(postgres_engine(url, pool_size=8), lambda _: policy, now)


def rehearse_database(settings: Settings, now: Callable[[], datetime], folder: Path) -> Transact:
    """Return what runs use cases on a copy of the database, made in this folder; the database itself is only read.

    Raises `PermanentError` when it cannot be read, for example because it is of another version.
    """
    from db.rehearsal import copy_database  # noqa: PLC0415
    from migrations.runner import ensure_current  # noqa: PLC0415

    policy, copy_url = settings.policy(), f"sqlite:///{folder / 'rehearsal.sqlite3'}"
    ensure_current(copy_url)
    url = settings.database_url
    original = viewer_engine(url) if is_sqlite(url) else postgres_engine(url, pool_size=1)
    copy = migration_engine(copy_url)
    try:
        copy_database(original, copy)
    except SQLAlchemyError as error:
        advice = "If this Nugget is newer than the database, `nugget migrate` brings it up to date."
        raise PermanentError(f"The database could not be copied for the dry run. {advice}") from error
    finally:
        original.dispose()
        copy.dispose()
    return SqliteTransactor(writer_engine(copy_url, "NORMAL"), reader_engine(copy_url), lambda _: policy, now)


def read_database(settings: Settings, now: Callable[[], datetime]) -> Transact:
    """Return what runs read-only use cases, for commands that only look; the file is opened read-only on SQLite."""
    url, policy = settings.database_url, settings.policy()
    if is_sqlite(url):
        viewer = viewer_engine(url)
        return SqliteTransactor(viewer, viewer, lambda _: policy, now)
    return PostgresTransactor(postgres_engine(url, pool_size=2), lambda _: policy, now, threads=1)


@dataclass
class Nugget:
    """Everything that runs, wired together."""

    settings: Settings
    transact: Transact
    facts: Facts
    desk: Desk
    intake: EventIntake
    app: AsyncApp
    inbox: InboxWorker
    outbox: OutboxWorker
    reconciler: Reconciler
    scheduler: Scheduler
    back_fill: BackFill
    front_door: ASGIApp
    socket: SocketDoor | None
    reader: Reader | None
    stack: AsyncExitStack
    _tasks: list[asyncio.Task[Any]] = field(default_factory=list)

    def start(self) -> None:
        """Start the workers and the tick, and begin to learn from Slack; none of it waits for Slack to answer."""
        self.transact.on_commit("inbox", self.inbox.wake)
        self.transact.on_commit("outbox", self.outbox.wake)
        self._spawn(self._learn_from_slack(), self.scheduler.tick())
        if self.socket is not None:
            self.socket.reconnected.append(self.back_fill.ask)
        for name, work in (("inbox", self.inbox.run), ("outbox", self.outbox.run), ("reconciler", self.reconciler.run)):
            self._spawn(keep_running(name, work))
        if self.socket is not None:
            self._spawn(keep_running("socket", self.socket.run))
        if self.reader is not None:
            self._spawn(keep_running("reader", self.reader.run))
        self._ticker = AsyncIOScheduler(timezone=UTC)
        self._ticker.add_job(
            self.scheduler.tick,
            IntervalTrigger(seconds=TICK_SECONDS, timezone=UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._ticker.start()

    def _spawn(self, *coroutines: Any) -> None:
        self._tasks += [asyncio.create_task(coroutine) for coroutine in coroutines]

    async def wake(self) -> None:
        """Look at once at what has become due, for example after the clock was moved."""
        self.inbox.wake()
        self.outbox.wake()
        await self.scheduler.tick()

    async def stop(self) -> None:
        """Take nothing more in, let what is under way come to its end, and let go of everything."""
        if self.socket is not None:
            await self.socket.close()
        self._ticker.shutdown(wait=False)
        await end(self._tasks)
        await self.outbox.finish(seconds=4)
        await self.transact.close()
        await self.stack.aclose()

    async def _learn_from_slack(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self.facts.sync(None, self.desk.policy_of)
                break
            except TemporaryError as error:
                log.warning("slack_not_reached_yet", error=str(error))
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
        # Only now is it known which of the messages in a channel's history are our own.
        await keep_running("back_fill", self.back_fill.run)


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks until they are over; one may swallow its cancellation while a library of its own waits."""
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=END_SECONDS)


async def keep_running(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Run work that never ends by itself, and begin it again when a fault of ours ended it: it is told, not hidden."""
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - a worker that stays down would be silence, whatever ended it.
            # The text of an error may hold what people wrote, so the log says only what it was and where.
            where = traceback.extract_tb(error.__traceback__)[-1]
            log.error("worker_failed", worker=name, error=type(error).__name__, at=f"{where.filename}:{where.lineno}")
        await asyncio.sleep(FIRST_PAUSE)


async def build(settings: Settings, now: Callable[[], datetime]) -> Nugget:
    """Build everything from settings and one clock; what has to be closed again is closed by `Nugget.stop`."""
    async with AsyncExitStack() as stack:
        transact = open_database(settings, now, stack)
        nugget = await _wire(settings, now, transact, stack)
        nugget.stack = stack.pop_all()
        return nugget


async def _wire(settings: Settings, now: Callable[[], datetime], transact: Transact, stack: AsyncExitStack) -> Nugget:
    delivery, policy = settings.delivery(), settings.policy()

    async def ask_slack() -> object:
        return await client.auth_test()

    guard = ClockGuard(time, monotonic, ask_slack)
    session = await stack.enter_async_context(open_session(guard.observe))
    web = await stack.enter_async_context(Web(WEB_SECONDS))
    client = slack_client(settings.bot_token(), settings.slack.base_url, delivery.timeout_seconds, session)
    ourselves = Ourselves()
    meaning = SentenceModel(settings.duplicates.meaning) if settings.duplicates.meaning else None
    facts = Facts(transact, lambda _: client, ourselves, web=web, meaning=meaning)
    await _remember(transact, facts)
    desk = Desk(transact, lambda _: client, facts, web, lambda _: policy, now)
    app = build_app(desk, client, _authorizer(settings.bot_token(), ourselves))
    intake = EventIntake(GroupCommit(partial(_store, transact)), ourselves)
    sender = SlackSender(lambda _: client, delivery.timeout_seconds)
    bolt = AsyncSlackRequestHandler(app, path=settings.slack.path)
    outbox = OutboxWorker(
        transact, dict.fromkeys(CALLS, sender), delivery, lambda: sorted(facts.teams), real_now, monotonic
    )
    lookup = SlackLookup(lambda _: client, delivery.timeout_seconds)
    return Nugget(
        settings=settings,
        transact=transact,
        facts=facts,
        desk=desk,
        intake=intake,
        app=app,
        inbox=InboxWorker(transact, HANDLERS, facts.prepare, real_now),
        outbox=outbox,
        reconciler=Reconciler(transact, lookup, delivery, outbox.in_flight, real_now, monotonic),
        scheduler=Scheduler(transact, lambda: sorted(facts.teams), guard.agrees),
        back_fill=BackFill(transact, lambda _: client, intake, lambda: sorted(facts.teams), now),
        front_door=FrontDoor(intake, cast("ASGIApp", bolt), settings.signing_secrets(), time, guard.observe),
        socket=_socket(settings, intake, app, client),
        reader=Reader(transact, meaning) if meaning is not None else None,
        stack=stack,
    )


def _socket(settings: Settings, intake: EventIntake, app: AsyncApp, client: AsyncWebClient) -> SocketDoor | None:
    if settings.slack.mode != "socket":
        return None
    return SocketDoor(intake, app, settings.app_token(), client, monotonic)


async def _store(transact: Transact, deliveries: Any) -> object:
    return await transact(receive_deliveries, deliveries)


async def _remember(transact: Transact, facts: Facts) -> None:
    """Recall from the database which workspaces we serve and who we are there, so that no answer of Slack is needed."""
    for known in await transact.read(list_ourselves, None):
        await facts.welcome(known.team_id)
        facts.ourselves.user_ids |= {known.bot_user_id} if known.bot_user_id else set()
        facts.ourselves.bot_ids |= {known.bot_id} if known.bot_id else set()


def _authorizer(token: str, ourselves: Ourselves) -> Authorize:
    """Answer Bolt from what is known, without a network call. Bolt looks at the names of the arguments."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=token,
            bot_user_id=next(iter(ourselves.user_ids), None),
            bot_id=next(iter(ourselves.bot_ids), None),
        )

    return authorize
