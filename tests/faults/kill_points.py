"""Kills a warm worker at named points, again and again, until everything that was acknowledged has ended.

One process imports everything and then forks workers: each takes deliveries in through the front door's group commit,
handles them and sends what follows to a small Slack, and is killed at a random point of our own code. In the end every
acknowledged text stands in the database once, each of its messages stands in Slack once, and lanes kept their order.

    python -m tests.faults.kill_points --database sqlite:////tmp/kills.sqlite3 --kills 2000 --seed 1
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import failpoints
from bot.connectors.slack.client import open_session, slack_client
from bot.connectors.slack.lookup import SlackLookup
from bot.connectors.slack.sender import CALLS, SlackSender
from bot.domain.facts import ChannelFacts, Delivery, PersonFacts
from bot.domain.policies import AreaSeed, ChannelPolicy, DeliveryPolicy, Policy, WatchedChannel
from bot.domain.words import CaptureMode, Kind
from bot.inbox.worker import InboxWorker
from bot.outbox.reconcile import Reconciler
from bot.outbox.worker import OutboxWorker
from bot.services.people import RememberChannel, RememberPeople, remember_channel, remember_people
from bot.services.receive import receive_deliveries
from bot.services.seed import welcome_workspace
from bot.slack.events import HANDLERS
from bot.slack.frontdoor import EventIntake, GroupCommit, Ourselves
from db.engine import is_sqlite, postgres_engine, reader_engine, writer_engine
from db.models import InboxEntry, Item, OutboxEntry, Report
from db.transact import PostgresTransactor, SqliteTransactor, Transact
from migrations import runner
from tests.faults.mistakes import MISTAKES
from tests.faults.small_slack import TROUBLES, SmallSlack, serve

TEAM, HOME = "T1", "CHOME"
PLACES = tuple(f"C{number:02d}" for number in range(40))
POINTS = ("receive", "received", "handle", "handled", "claim", "claimed", "send", "sent", "settle", "settled")
# A short life takes in all that is new in one group, so it passes these points once or twice.
PASSINGS = {"receive": 1, "received": 1}
# A worker that is not to be killed lives as long as leases and quarantine need (seconds).
TIMEOUT, QUARANTINE, LATEST_LANDING, WHOLE_LIFE = 0.15, 0.45, 0.2, 1.2
SHORT_LIFE, A_LIFE = 0.6, 12
POLICY = Policy(
    zone=ZoneInfo("UTC"),
    channels=ChannelPolicy(
        HOME, HOME, {place: WatchedChannel(place, CaptureMode.ALL, Kind.NUGGET) for place in PLACES}
    ),
    # Each place is an area with a home of its own, so that cards go out in as many lanes.
    areas=tuple(AreaSeed(place, keywords=(f"word{place}",), channel_id=place) for place in PLACES),
)
DELIVERY = DeliveryPolicy(
    timeout_seconds=TIMEOUT, quarantine_seconds=QUARANTINE, sweep_seconds=60, channel_pace=2000, workspace_pace=2000,
    most_tries=10_000, in_flight=24,
)  # fmt: skip


def now() -> datetime:
    return datetime.now(UTC)


def open_transact(url: str) -> Transact:
    """Open the database as the service does; after a fork, so that no connection is shared."""
    if is_sqlite(url):
        return SqliteTransactor(writer_engine(url), reader_engine(url), lambda _: POLICY, now)
    return PostgresTransactor(postgres_engine(url, pool_size=4), lambda _: POLICY, now, threads=4)


def text_of(number: int) -> str:
    return f"Text {number} word{PLACES[number % len(PLACES)]}"


def envelope(number: int) -> dict[str, Any]:
    """Return the n-th text as Slack delivers it."""
    ts = f"{1_700_000_000 + number}.000100"
    event = {
        "type": "message", "channel": PLACES[number % len(PLACES)], "user": "UANA", "text": text_of(number),
        "ts": ts, "event_ts": ts,
    }  # fmt: skip
    return {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{number}", "event": event}


@dataclass
class Run:
    """What happened so far."""

    url: str
    port: int
    seed: int
    points: tuple[str, ...] = POINTS
    mistake: str | None = None
    acknowledged: set[int] = field(default_factory=set)
    kills: Counter[str] = field(default_factory=Counter)
    deaths: Counter[str] = field(default_factory=Counter)


async def prepare(url: str) -> None:
    """Make the workspace, its one rep and its channels."""
    transact = open_transact(url)
    await transact(welcome_workspace, TEAM)
    await transact(remember_people, RememberPeople(TEAM, [PersonFacts("UANA", TEAM, "Ana")]))
    for place in (HOME, *PLACES):
        await transact(remember_channel, RememberChannel(TEAM, ChannelFacts(place, place, is_private=False)))
    await transact.close()


async def work(run: Run, numbers: Sequence[int], acks: int, seconds: float) -> None:
    """Be a worker for so long: take these deliveries in, tell each acknowledgement, handle and send."""
    transact = open_transact(run.url)

    async def store(deliveries: Sequence[Delivery]) -> object:
        return await transact(receive_deliveries, deliveries)

    async def deliver(number: int) -> None:
        sent = envelope(number)
        if await intake.take(sent, json.dumps(sent).encode()) == "stored":
            os.write(acks, f"{number}\n".encode())

    async with open_session(lambda _: None) as session:
        client = slack_client("xoxb-test", f"http://127.0.0.1:{run.port}/api/", TIMEOUT, session)
        intake = EventIntake(GroupCommit(store), Ourselves())
        sender = SlackSender(lambda _: client, TIMEOUT)
        outbox = OutboxWorker(transact, dict.fromkeys(CALLS, sender), DELIVERY, lambda: [TEAM], now, time.monotonic)
        inbox = InboxWorker(transact, HANDLERS, partial(_nothing_to_ask), now)
        lookup = SlackLookup(lambda _: client, 5.0)
        reconciler = Reconciler(transact, lookup, DELIVERY, outbox.in_flight, now, time.monotonic)
        transact.on_commit("inbox", inbox.wake)
        transact.on_commit("outbox", outbox.wake)
        tasks = [asyncio.create_task(one.run()) for one in (inbox, outbox, reconciler)]
        tasks += [asyncio.create_task(deliver(number)) for number in numbers]
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
        failed = [task.exception() for task in tasks if task.done() and task.exception() is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await outbox.finish(1)
    await transact.close()
    if failed:
        raise RuntimeError(f"a worker ended: {failed[0]!r}")


async def _nothing_to_ask(_waiting: object) -> frozenset[int]:
    return frozenset()


def live(run: Run, numbers: Sequence[int], rules: str, seconds: float, seed: int) -> bool:
    """Fork a worker and wait for its end; True if it was killed at a point."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.close(reading)
            if run.mistake is not None:
                MISTAKES[run.mistake](sys.modules[__name__])
            failpoints.arm({"NUGGET_FAILPOINTS": rules, "NUGGET_FAILPOINTS_SEED": str(seed)})
            asyncio.run(work(run, numbers, writing, seconds))
            code = 0
        except BaseException as error:  # noqa: BLE001 - a forked child must not run on in its parent's code.
            sys.stderr.write(f"worker failed: {error!r}\n")
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as acks:
        run.acknowledged |= {int(line) for line in acks.read().split()}
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if status != 0:
        raise RuntimeError(f"a worker ended with status {status}")
    return False


def lose_some(run: Run, kills: int, chance: random.Random) -> int:
    """Run workers until so many were killed; return how many texts were typed by then."""
    typed = 0
    lives = 0
    while sum(run.kills.values()) < kills:
        lives += 1
        point = chance.choice(run.points)
        # A worker now and then lives on, as an uncertain entry rests longer than most workers live.
        is_spared = lives % A_LIFE == 0
        rules = "" if is_spared else f"{point}=kill#{chance.randint(1, PASSINGS.get(point, 5))}"
        typed += chance.randint(1, 3)
        waiting = [number for number in range(typed) if number not in run.acknowledged]
        if live(run, waiting, rules, WHOLE_LIFE if is_spared else SHORT_LIFE, run.seed + lives):
            run.kills[point] += 1
    return typed


def come_to_rest(run: Run, typed: int, patience: float) -> None:
    """Let workers live until nothing waits any more."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        waiting = [number for number in range(typed) if number not in run.acknowledged]
        live(run, waiting, "", WHOLE_LIFE, run.seed)
        if not waiting and not count_unfinished(run.url):
            return
    raise RuntimeError("it does not come to rest")


def count_unfinished(url: str) -> int:
    engine = reader_engine(url) if is_sqlite(url) else postgres_engine(url, pool_size=1)
    with Session(engine) as session:
        inbox = session.scalars(select(InboxEntry.id).where(InboxEntry.state == "pending")).all()
        outbox = session.scalars(
            select(OutboxEntry.seq).where(OutboxEntry.state.in_(("pending", "sending", "uncertain")))
        ).all()
    engine.dispose()
    return len(inbox) + len(outbox)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Figures and, in words, every promise that was broken."""

    texts: int
    kills: dict[str, int]
    troubles: dict[str, int]
    posts: int
    ephemerals_missing: int
    broken: tuple[str, ...]


def judge(run: Run, typed: int) -> Verdict:
    """Compare what was acknowledged, what is stored and what stands in Slack."""
    with urllib.request.urlopen(f"http://127.0.0.1:{run.port}/history") as answer:
        history = json.load(answer)
    engine = reader_engine(run.url) if is_sqlite(run.url) else postgres_engine(run.url, pool_size=1)
    with Session(engine) as session:
        words = Counter(session.scalars(select(Report.words)).all())
        items = len(session.scalars(select(Item.id)).all())
        entries = session.scalars(select(OutboxEntry).order_by(OutboxEntry.seq)).all()
    engine.dispose()
    broken = [f"text {number} is stored {words[text_of(number)]} times" for number in range(typed)
              if words[text_of(number)] != 1]  # fmt: skip
    broken += [f"{items} items of {typed} texts"] if items != typed else []
    broken += list(_wrong_in_slack(history["channels"], [entry for entry in entries if entry.kind == "post"]))
    broken += [f"{entry.kind} {entry.id} is {entry.state}: {entry.error}" for entry in entries if entry.state == "dead"]
    shown, ephemerals = len(history["ephemerals"]), [entry for entry in entries if entry.kind == "ephemeral"]
    if shown > len(ephemerals):
        broken.append(f"{shown} ephemeral answers of {len(ephemerals)}: some were sent twice")
    posts = sum(len(stand) for stand in history["channels"].values())
    return Verdict(typed, dict(run.kills), history["troubles"], posts, len(ephemerals) - shown, tuple(broken))


def _wrong_in_slack(channels: dict[str, list[dict[str, Any]]], posts: Sequence[OutboxEntry]) -> list[str]:
    stand: dict[str, list[str]] = defaultdict(list)
    for messages in channels.values():
        for message in messages:
            stand[message["metadata"]["event_payload"]["outbox_id"]].append(message["ts"])
    wrong = [f"post {entry.id} ({entry.state}) stands {len(stand[entry.id])} times" for entry in posts
             if len(stand[entry.id]) != 1]  # fmt: skip
    wrong += [f"post {entry.id} is kept as {entry.slack_ts}, and is {stand[entry.id]}" for entry in posts
              if stand[entry.id][:1] != [entry.slack_ts]]  # fmt: skip
    lanes: dict[str, list[float]] = defaultdict(list)
    for entry in posts:
        lanes[entry.lane] += [float(ts) for ts in stand[entry.id][:1]]
    return wrong + [f"lane {lane} is out of order" for lane, stamps in lanes.items() if stamps != sorted(stamps)]


def campaign(
    url: str,
    kills: int,
    seed: int,
    trouble_rate: float,
    *,
    troubles: tuple[str, ...] = TROUBLES,
    points: tuple[str, ...] = POINTS,
    mistake: str | None = None,
) -> Verdict:
    """Run the whole campaign on a database that is made here if it is not there; with a mistake put back, if named."""
    runner.ensure_current(url)
    asyncio.run(prepare(url))
    process, port = serve(SmallSlack(seed, trouble_rate, LATEST_LANDING, TIMEOUT, troubles))
    try:
        run = Run(url, port, seed, points, mistake)
        typed = lose_some(run, kills, random.Random(seed))
        come_to_rest(run, typed, patience=60 + kills / 10)
        return judge(run, typed)
    finally:
        process.kill()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0.2, help="the share of calls that meet a trouble")
    parser.add_argument("--trouble", choices=TROUBLES, action="append", help="only these, instead of all")
    parser.add_argument("--point", choices=POINTS, action="append", help="only these, instead of all")
    parser.add_argument("--mistake", choices=tuple(MISTAKES))
    asked = parser.parse_args()
    began = time.monotonic()
    verdict = campaign(
        asked.database,
        asked.kills,
        asked.seed,
        asked.rate,
        troubles=tuple(asked.trouble or TROUBLES),
        points=tuple(asked.point or POINTS),
        mistake=asked.mistake,
    )
    print(json.dumps({  # noqa: T201 - this is a program, and its answer.
        "seed": asked.seed, "seconds": round(time.monotonic() - began, 1), "texts": verdict.texts,
        "kills": sum(verdict.kills.values()), "at": verdict.kills, "troubles": verdict.troubles,
        "posts": verdict.posts, "ephemerals_missing": verdict.ephemerals_missing, "broken": verdict.broken[:20],
    }))  # fmt: skip
    raise SystemExit(1 if verdict.broken else 0)


if __name__ == "__main__":
    main()
