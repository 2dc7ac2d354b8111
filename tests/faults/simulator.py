"""A seeded simulator of the whole core with every fault: one number gives the same story, to the byte, each time.

The front door, Bolt, the inbox worker, all services, the tick with its recap, the outbox worker, the reconciler and its
sweeper, the back-fill and both clients are the shipped ones, as `bot.bootstrap` wires them, over a real SQLite file;
Slack is the embedded stand-in. What is replaced is what differs from run to run: the event loop's time, both clocks,
the database's threads (the same group commit runs inline), the sockets beneath HTTP and WebSocket, and chance. So weeks
pass in a second, and a failure is told by its seed. The bot is killed at named points and at any moment, and built anew
over the same file. When the faults have ceased, `checker.py` compares what stands in Slack with what is stored.

Postgres is out of its reach: its driver has threads and sockets that are not virtual; `kill_points.py`, `race_ticks.py`
and `campaign.py` are for it.

    python -m tests.faults.simulator --seed 7 --gestures 60
    python -m tests.faults.simulator --seeds 1-200 --gestures 40 --faults 0.3 --deaths 6
"""

import argparse
import gc
import json
import re
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.playground.history import history_of
from db.engine import reader_engine
from db.models import OutboxEntry, Report
from tests.faults import checker
from tests.faults.checker import Violation
from tests.faults.facts import Settings as Facts
from tests.faults.facts import Shown
from tests.faults.sim_faults import CALLS, DELIVERIES, POINTS, SOCKETS, SPELLS
from tests.faults.sim_mistakes import SIM_MISTAKES, mistake_of
from tests.faults.sim_month import DEATHS, FAULT_RATE, GESTURES, Options, Simulation

LINES_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Result:
    """What a run ends with."""

    options: Options
    days: float
    faults: Counter[str]
    deaths: Counter[str]
    gestures: Counter[str]
    counts: Mapping[str, int]
    violations: Sequence[Violation]
    trace: Sequence[str]
    digest: str


def judge(simulation: Simulation) -> tuple[list[Violation], Mapping[str, int]]:
    """Compare what stands in Slack with what is stored."""
    history = without_direct_answers(history_of(simulation.slack.workspace))
    engine = reader_engine(simulation.disk.url)
    with Session(engine) as session:
        kept = [words for words in session.scalars(select(Report.words).order_by(Report.id)) if words]
        dead = session.scalars(select(OutboxEntry).where(OutboxEntry.state == "dead")).all()
    engine.dispose()
    wanted = simulation.people.expected(kept, history["events"])
    facts = Facts(simulation.slack.spec.team_id, simulation.policy, simulation.world.true_now(), wanted)
    report = checker.check(simulation.disk.url, history, facts)
    lost = [Violation("I3", f"{one.kind} {one.purpose} {one.id} was given up: {one.error}") for one in dead]
    found = [one for one in report.violations if not is_on_purpose(simulation, one.words)]
    stood = {outbox_id: len(messages) for outbox_id, messages in Shown(history).all_of.items()}
    # The sweeper would remove it, but nothing that these faults are made of should bring it about.
    doubled = [Violation("I4", f"outbox entry {one} stood {times} times for a while")
               for one, times in stood.items() if times > 1]  # fmt: skip
    flaws = [Violation("I10", words) for words in simulation.world.flaws]
    return [*found, *lost, *doubled, *flaws], report.counts


def without_direct_answers(history: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out what people were told in answer to a command or a press, which may read as what the outbox tells them.

    The checker counts by words what the outbox was to tell; only ephemerals that were posted came from there.
    """
    posted = {call["answer"].get("message_ts") for call in history["calls"] if call["method"] == "chat.postEphemeral"}
    return {**history, "ephemerals": [one for one in history["ephemerals"] if one["ts"] in posted]}


def is_on_purpose(simulation: Simulation, words: str) -> bool:
    """Tell whether the checker asks for more than was promised.

    Of an item that was taken back whole nothing is left to be found; and a direct message that only a look-up
    found is known by its person, which whoever changes it later knows how to read.
    """
    named = re.fullmatch(r"item (\d+) cannot be found by its words", words)
    if named is not None:
        query = "SELECT count(*) FROM report WHERE item_id = ? AND withdrawn_at IS NULL"
        return not simulation.disk.looking.execute(query, (int(named[1]),)).fetchone()[0]
    kept = re.fullmatch(r"\w+ (\S+) is kept as (\S+) and stands as (\S+)", words)
    if kept is None or kept[2] != kept[3]:
        return False
    query = "SELECT slack_channel_id = channel_id AND channel_id LIKE 'U%' FROM outbox WHERE id = ?"
    return bool(simulation.disk.looking.execute(query, (kept[1],)).fetchone()[0])


def simulate(options: Options) -> Result:
    """Run one seed from its beginning to the verdict."""
    memory = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(prefix="nugget-sim-", dir=memory if memory.is_dir() else None) as folder,
        mistake_of(options.mistake) as change,
        without_collector(),
    ):
        simulation = Simulation(options, Path(folder))
        change(simulation)
        world = simulation.world
        with world.in_force(), closing(world.loop):
            try:
                world.loop.run_until_complete(simulation.run())
                violations, counts = judge(simulation)
            except Exception as error:  # noqa: BLE001 - whatever broke is what the seed has found.
                violations, counts = [Violation("crash", f"{type(error).__name__}: {error}")], {}
                world.note(f"crash {traceback.format_exc()}")
            finally:
                world.loop.let_go()
            simulation.note_rows()
        return Result(
            options=options,
            days=world.loop.now / 86_400,
            faults=faults_of(simulation),
            deaths=Counter({k.removeprefix("death at "): v for k, v in world.counts.items() if "death at " in k}),
            gestures=Counter({k.removeprefix("gesture "): v for k, v in world.counts.items() if "gesture " in k}),
            counts=counts,
            violations=violations,
            trace=world.trace,
            digest=world.digest(),
        )


def faults_of(simulation: Simulation) -> Counter[str]:
    """Count what went wrong: as the stand-in counts it, and what went wrong beside it."""
    found = Counter[str](simulation.slack.switches.counts)
    for name in (*SPELLS, "redelivered", "restart"):
        if simulation.world.counts[name]:
            found[name] = simulation.world.counts[name]
    return found


@contextmanager
def without_collector() -> Iterator[None]:
    """Let nothing be collected during a run: what a collection ends, it would end at a moment of its own."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def line_of(result: Result) -> str:
    """Say in one line what a run was and what it came to."""
    told = {
        "seed": result.options.seed,
        "gestures": result.gestures.total(),
        "faults": dict(sorted(result.faults.items())),
        "deaths": dict(sorted(result.deaths.items())),
        "days": round(result.days, 1),
        "result": "ok" if not result.violations else [str(one) for one in result.violations[:20]],
        "digest": result.digest,
    }
    return json.dumps(told)


def main() -> None:
    parser = argparse.ArgumentParser(description="Runs the whole core with every fault; each seed replays exactly.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", help="several in a row, as 1-200")
    parser.add_argument("--gestures", type=int, default=GESTURES)
    parser.add_argument("--faults", type=float, default=FAULT_RATE, help="the share of calls and deliveries that fail")
    parser.add_argument("--deaths", type=int, default=DEATHS)
    parser.add_argument("--mistake", choices=tuple(SIM_MISTAKES))
    parser.add_argument(
        "--only", choices=(*CALLS, *DELIVERIES, *SOCKETS), help="the one fault there is, without spells"
    )
    parser.add_argument("--point", choices=POINTS, help="where all deaths happen")
    parser.add_argument("--trace", type=Path, help="write the whole trace of the last run here")
    asked = parser.parse_args()
    first, _, last = (asked.seeds or str(asked.seed)).partition("-")
    failed = 0
    for seed in range(int(first), int(last or first) + 1):
        result = simulate(
            Options(seed, asked.gestures, asked.faults, asked.deaths, asked.mistake, asked.only, asked.point)
        )
        say(line_of(result))
        if result.violations:
            failed += 1
            say("\n".join([*(str(one) for one in result.violations), *result.trace[-LINES_SHOWN:]]))
            say(f"Replay: {result.options.command()}")
        if asked.trace:
            asked.trace.write_text("\n".join(result.trace), encoding="utf-8")
    raise SystemExit(1 if failed else 0)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
