"""Real texts through the product itself: captured, or heard in a watched channel, on a temporary SQLite file."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.domain.facts import Waiting
from bot.domain.lines import ParsedLine, parse_line
from bot.domain.policies import AccountSeed, AreaSeed, CompetitorSeed, Policy, WatchedChannel
from bot.domain.text import escape_mrkdwn, plain
from bot.domain.words import CaptureMode, Kind
from bot.operate.demo.world import Place, settings_text
from bot.services.capture import CaptureWords, capture_words
from bot.services.known_names import known_names
from bot.settings import load_settings
from bot.slack.events.message import on_message
from db.models import Competitor, Item, ItemCompetitor
from db.unit_of_work import UnitOfWork
from migrations import runner
from tests import databases
from tests.bench.real_texts import Note, Reading, reading_of
from tests.services.bench import ANA, FIELD, POLICY, Bench

BATCH = 200
SORTS: Mapping[str, Callable[[ParsedLine], object]] = {
    "tag": lambda line: line.tags,
    "competitor": lambda line: line.competitor_ids,
    "area keyword": lambda line: line.area_ids,
    "account": lambda line: line.account_ids,
}
"""What makes a watched channel capture a message where only tagged ones count."""


def demo_policy(folder: Path) -> Policy:
    """Return the catalogue of the demo's company: competitors, areas with keywords, and accounts of one's own."""
    path = folder / "demo.toml"
    path.write_text(settings_text(Place(folder, "socket", "http://127.0.0.1:1/", 1, 1.0)), encoding="utf-8")
    return load_settings(path, {}).policy()


def tagged(
    competitors: Sequence[str] = (), areas: Sequence[AreaSeed] = (), accounts: Sequence[AccountSeed] = ()
) -> Policy:
    """Return the settings of a workspace that knows these names, and hears one channel for what names any of them."""
    watched = {FIELD: WatchedChannel(FIELD, CaptureMode.TAGGED, Kind.NUGGET)}
    return replace(
        POLICY,
        channels=replace(POLICY.channels, watched=watched),
        competitors=tuple(CompetitorSeed(name) for name in competitors),
        areas=tuple(areas),
        accounts=tuple(accounts),
    )


@contextmanager
def workspace(policy: Policy) -> Iterator[Bench]:
    """Give a workspace with these settings in a database of its own; it is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        url = databases.sqlite_url(Path(folder) / "nugget.sqlite3")
        runner.upgrade(url)
        with databases.engine_of(url) as engine:
            yield Bench(engine, policy).prepared()


@dataclass(frozen=True, slots=True)
class _Batch:
    """Notes that go through in one transaction, and the place of the first among all."""

    team_id: str
    notes: Sequence[Note]
    start: int = 0


def capture_names(notes: Sequence[Note], names: Mapping[int, str]) -> list[Reading]:
    """Capture each note as one line, and return which competitors the stored items name."""
    with workspace(tagged(list(names.values()))) as bench:
        ids: dict[str, int] = {}
        for start in range(0, len(notes), BATCH):
            ids |= bench.run(_capture_all, _Batch(bench.team_id, notes[start : start + BATCH]))
        called = {row.id: row.name for row in bench.rows(Competitor)}
        found: dict[int, list[str]] = {}
        for row in bench.rows(ItemCompetitor):
            found.setdefault(row.item_id, []).append(called[row.competitor_id])
    return [reading_of(note, found.get(ids[note.key], ())) for note in notes]


def _capture_all(uow: UnitOfWork, batch: _Batch, *, now: datetime) -> dict[str, int]:
    ids = {}
    for note in batch.notes:
        command = CaptureWords(batch.team_id, Kind.NUGGET, note.text, ANA, f"note:{note.key}", f"{now.timestamp():.6f}")
        ids[note.key] = capture_words(uow, command, now=now).item_id
    return ids


@dataclass(frozen=True, slots=True)
class Heard:
    """What a watched channel did with a message, and what in it is known there."""

    note: Note
    is_captured: bool
    named: frozenset[str]
    """The sorts of what it names, as `SORTS` calls them."""


def hear_in_channel(notes: Sequence[Note], policy: Policy) -> list[Heard]:
    """Let each note be said in a watched channel, handled as the inbox hands it over."""
    with workspace(policy) as bench:
        heard = []
        for start in range(0, len(notes), BATCH):
            heard += bench.run(_hear_all, _Batch(bench.team_id, notes[start : start + BATCH], start))
        stored = len(bench.rows(Item))
    # The handler's own word is not enough: what it says is captured has to stand in the database.
    assert stored == sum(one.is_captured for one in heard), (stored, len(heard))
    return heard


def _hear_all(uow: UnitOfWork, batch: _Batch, *, now: datetime) -> list[Heard]:
    heard = []
    for place, note in enumerate(batch.notes, batch.start):
        text = note.text if note.kind == "chat" else escape_mrkdwn(note.text)
        ts = f"{int(now.timestamp())}.{place:06}"
        event = {"type": "message", "channel": FIELD, "user": ANA, "text": text, "ts": ts, "event_ts": ts}
        settled = on_message(uow, Waiting(place + 1, batch.team_id, "message", {"event": event}, now), now=now)
        line = parse_line(plain(text), known_names(uow, batch.team_id))
        named = frozenset(sort for sort, is_named in SORTS.items() if is_named(line))
        heard.append(Heard(note, settled.outcome == "captured", named))
    return heard


def count_reasons(heard: Sequence[Heard]) -> Counter[str]:
    """Count by what the captured messages were captured; several together stand as such."""
    return Counter(" + ".join(sorted(one.named)) or "nothing known" for one in heard if one.is_captured)
