"""The whole bot as its own process beside a Slack that fails, killed again and again while people type.

Texts from a file are typed and written as `nugget demo --notes` does; meanwhile Slack's calls fail at a rate in every
way that it has, deliveries come twice, late and out of order, and the bot is killed at random moments and started
again. When the faults stop, everything that was acknowledged has to stand once, with its card, in order.

    python -m tests.faults.campaign --notes notes.jsonl --mode socket --kills 50 --faults 0.2 --seed 1
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.errors import PermanentError
from bot.domain.text import clean
from bot.operate.demo.company import Company, Mode, Options
from bot.operate.demo.notes import Note, read_notes
from bot.operate.demo.play import BEGIN, COMMANDS, _elements, _offers_to_save, is_given_back
from bot.operate.demo.world import FIELD, VOICE, rep_id
from bot.playground.errors import RefusedGestureError
from bot.playground.gestures import GestureOutcome
from db.engine import is_sqlite
from db.models import InboxEntry, Item, OutboxEntry, Report
from tests.databases import engine_of

REPS, AT_ONCE, DAYS = 40, 8, 30
# Shares of the whole rate: each call of the bot meets one of these at most.
CALLS: Mapping[str, float] = {
    "answer_late": 0.05, "land_late": 0.15, "drop_before": 0.1, "drop_after": 0.15, "reset_after": 0.1,
    "rate_limited": 0.05, "http_503_before": 0.1, "http_500_after": 0.1, "fatal_error": 0.1, "cut_body": 0.1,
}  # fmt: skip
DELIVERIES: Mapping[str, float] = {"duplicate": 0.5, "reorder": 0.5, "ack_lost": 0.25, "socket_closed": 0.02}
# An answer that comes later than the caller waits is as good as none, and a ban of half a minute would only take time.
SECONDS: Mapping[str, float] = {"answer_late": 5.0, "land_late": 60.0, "rate_limited": 10.0}


class MortalCompany(Company):
    """A company whose bot is killed now and then, and comes back."""

    def __init__(self, options: Options, begin: datetime) -> None:
        super().__init__(options, begin)
        self.is_up = asyncio.Event()
        self.deaths = 0

    async def _start_bot(self, config: Path, port: int) -> None:
        self._how = (config, port)
        await super()._start_bot(config, port)
        self.is_up.set()

    async def die(self) -> None:
        """Kill the bot as a power cut would, and start it again."""
        self.is_up.clear()
        assert self._bot is not None
        self._bot.kill()
        await self._bot.wait()
        self.deaths += 1
        config, port = self._how
        with self._log.open("ab") as log:
            self._bot = await asyncio.create_subprocess_exec(
                *self.command_line(config), env=self.environ(), stdout=log, stderr=log
            )
        deadline = time.monotonic() + 60
        while not self._listens(port):
            if self._bot.returncode is not None or time.monotonic() > deadline:
                raise PermanentError(self._last_words("The bot did not come back."))
            await asyncio.sleep(0.05)
        self.is_up.set()

    def _listens(self, port: int) -> bool:
        return self.standin.socket_connections() > 0 if self.options.mode == "socket" else self.is_reached(port)


@dataclass
class People:
    """Those who type. What was acknowledged, and how often each line had to be typed, is written down."""

    company: MortalCompany
    typed: list[str] = field(default_factory=list)
    times: Counter[str] = field(default_factory=Counter)

    async def share(self, number: int, note: Note) -> None:
        rep = rep_id(number % REPS)
        if note.kind in COMMANDS:
            await self._type(rep, COMMANDS[note.kind], note.text)
        else:
            await self.company.standin.say(rep, VOICE, note.text)
        self.typed.append(note.text)

    async def _type(self, rep: str, command: str, text: str) -> None:
        """Type a line until it is answered; one that was taken for a look-up is saved by a press."""
        while True:
            await self.company.is_up.wait()
            self.times[text] += 1
            outcome = await self.company.standin.command(rep, FIELD, command, text)
            if not outcome.acknowledged or is_given_back(outcome):
                await asyncio.sleep(0.05)
            elif not _offers_to_save(outcome) or await self._save_instead(rep, outcome, text):
                return

    async def _save_instead(self, rep: str, offer: GestureOutcome, text: str) -> bool:
        standin = self.company.standin
        for message in reversed(standin.messages(rep, FIELD)):
            for element in _elements(message):
                if element.get("value") == text and element["action_id"].startswith("look_up_save"):
                    try:
                        return (await standin.click(rep, FIELD, message.ts, element["action_id"])).acknowledged
                    except RefusedGestureError:
                        return False
        raise PermanentError(f"The offer to save is gone: {offer}")


async def live(people: People, notes: Sequence[Note]) -> None:
    """Share everything over a month of business time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, note: Note) -> None:
        async with gate:
            await people.share(number, note)

    numbered = list(enumerate(notes))
    a_day = -(-len(notes) // DAYS)
    for day in range(DAYS):
        people.company.clock.move_to(datetime(2026, 10, 1 + day, 8, 0, tzinfo=UTC))
        await asyncio.gather(*(one(number, note) for number, note in numbered[day * a_day : (day + 1) * a_day]))


async def kill_at_random(company: MortalCompany, kills: int, chance: random.Random, pause: float) -> None:
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(0.3, 2 * pause))
        await company.die()


async def switch_on(company: MortalCompany, rate: float, seed: int) -> None:
    standin = company.standin
    await standin.seed_faults(seed)
    for name, share in {**CALLS, **DELIVERIES}.items():
        await standin.set_fault(name, rate * share, seconds=SECONDS.get(name), most=3)


@dataclass(frozen=True, slots=True)
class Result:
    """What the campaign ends with."""

    texts: int
    kills: int
    faults: dict[str, int]
    retyped: int
    ephemerals: int
    ephemerals_missing: int
    broken: list[str]


def judge(url: str, history: Mapping[str, Any], people: People) -> tuple[int, int, list[str]]:
    """Compare what was acknowledged, what is stored, and what stands in Slack; return what is wrong, in words."""
    with engine_of(url) as engine, Session(engine) as session:
        words = Counter(session.scalars(select(Report.words)))
        items = len(session.scalars(select(Item.id)).all())
        parked = session.scalars(select(InboxEntry.id).where(InboxEntry.state.in_(("parked", "pending")))).all()
        entries = session.scalars(select(OutboxEntry).order_by(OutboxEntry.seq)).all()
    wanted = Counter(clean(text) for text in people.typed)
    broken = [f"missing: {text[:60]}" for text in (wanted - words)] + [
        f"double: {text[:60]}" for text in words - wanted
    ]
    broken += [f"{items} items of {len(people.typed)} texts"] if items != len(people.typed) else []
    broken += [f"delivery {parked_id} was left" for parked_id in parked]
    broken += _wrong_posts(history["messages"], [entry for entry in entries if entry.kind == "post"])
    broken += [f"{entry.kind} {entry.id} ended {entry.state}: {entry.error}" for entry in entries
               if entry.state in ("dead", "pending", "sending", "uncertain")]  # fmt: skip
    told = Counter((one["recipient"], one["text"]) for one in history["ephemerals"] if one["text"].startswith("Got it"))
    sent = [entry for entry in entries if entry.kind == "ephemeral"]
    queued = Counter((entry.recipient, str(entry.payload.get("text"))) for entry in sent)
    broken += [f"told {times} times: {answer}" for (user, answer), times in told.items()
               if times > 1 and queued[user, answer]]  # fmt: skip
    missing = [entry for entry in sent if not told[entry.recipient, str(entry.payload.get("text"))]]
    return len(sent), len(missing), broken


def _wrong_posts(messages: Sequence[Mapping[str, Any]], posts: Sequence[OutboxEntry]) -> list[str]:
    stand: dict[str, list[str]] = defaultdict(list)
    for message in messages:
        metadata = message["metadata"] or {}
        if message["exists"] and metadata.get("event_type") == "nugget_outbox":
            stand[metadata["event_payload"]["outbox_id"]].append(message["ts"])
    known = {entry.id for entry in posts}
    wrong = [f"{outbox_id} stands in Slack and nowhere else" for outbox_id in stand if outbox_id not in known]
    wrong += [f"{e.purpose} {e.id} ({e.state}) stands {len(stand[e.id])} times" for e in posts if len(stand[e.id]) != 1]
    wrong += [f"{e.purpose} {e.id} is kept as {e.slack_ts}" for e in posts if stand[e.id][:1] != [e.slack_ts]]
    lanes: dict[str, list[float]] = defaultdict(list)
    for entry in posts:
        lanes[entry.lane] += [float(ts) for ts in stand[entry.id][:1]]
    return wrong + [f"lane {lane} is out of order" for lane, stamps in lanes.items() if stamps != sorted(stamps)]


async def campaign(options: Options, notes: Sequence[Note], kills: int, rate: float, seed: int, pause: float) -> Result:
    """Run it all; the database is the folder's SQLite file, or the one of the options."""
    chance = random.Random(seed)
    async with MortalCompany(options, BEGIN) as company:
        people = People(company)
        await switch_on(company, rate, seed)
        dying = asyncio.create_task(kill_at_random(company, kills, chance, pause))
        await live(people, notes)
        await dying
        await company.standin.clear_faults()
        company.clock.advance(timedelta(minutes=3))
        await company.settled()
        await company.standin.wait_until(lambda: company.standin.pending_landings() == 0, 120)
        await company.settled()
        history = company.standin.history()
        url = options.database or f"sqlite:///{options.folder / 'nugget.sqlite3'}"
        ephemerals, missing, broken = judge(url, history, people)
        retyped = sum(times - 1 for times in people.times.values())
        return Result(len(people.typed), company.deaths, history["fault_counts"], retyped, ephemerals, missing, broken)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--notes", type=Path, required=True)
    parser.add_argument("--most", type=int)
    parser.add_argument("--mode", choices=("socket", "http"), default="socket")
    parser.add_argument("--database")
    parser.add_argument("--speed", type=float, default=30.0)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--pause", type=float, default=2.0, help="seconds between two deaths, on average")
    parser.add_argument("--faults", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    mode: Mode = asked.mode
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nugget-campaign-") as made:
        folder = (asked.keep or Path(made)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        options = Options(folder, REPS, mode, asked.database, asked.speed)
        notes = read_notes(asked.notes, asked.most)
        result = asyncio.run(campaign(options, notes, asked.kills, asked.faults, asked.seed, asked.pause))
    where = "sqlite" if asked.database is None or is_sqlite(asked.database) else "postgres"
    print(json.dumps({  # noqa: T201 - this is a program, and its answer.
        "mode": mode, "database": where, "speed": asked.speed, "seed": asked.seed,
        "seconds": round(time.monotonic() - began, 1), "texts": result.texts, "kills": result.kills,
        "faults": sum(result.faults.values()), "by_kind": result.faults, "retyped": result.retyped,
        "ephemerals": result.ephemerals, "ephemerals_missing": result.ephemerals_missing,
        "broken": result.broken[:20], "broken_count": len(result.broken),
    }))  # fmt: skip
    raise SystemExit(1 if result.broken else 0)


if __name__ == "__main__":
    main()
