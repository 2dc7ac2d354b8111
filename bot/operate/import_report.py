"""What an import tells whoever ran it: how far it is, and in the end what was kept, what was not, and why."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from bot.intake.table import Problem
from bot.services.import_lists import LineOutcome
from bot.services.import_rows import REPLY_ELSEWHERE, RowOutcome

DRY_RUN = "Dry run: this is what would happen. Nothing was written."
MOST_EXAMPLES = 3
KEPT = {"captured": "kept", "noted": "kept as notes", "changed": "brought up to date"}
BEFORE = "in Nugget already"
BY_SLACK = "notices of Slack, and what apps write"
WAITING = "not worked off yet; run this again to see"
PARKED = "failed, and waits for a person"
REASONS: Mapping[str, str] = {
    "captured before": BEFORE,
    "not a full member": "by guests, other companies, or people who have left",
    "not a person": BY_SLACK,
    "deleted before": "deleted, or taken back",
    "kept out": "marked as not for Nugget",
    "no words": "without words",
    "names nothing known": "no tag and no known name in it; --all takes these too",
    REPLY_ELSEWHERE: "replies to what was not kept",
}


@dataclass
class Told:
    """What became of a row, and where it stands; never what it says."""

    counts: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, place: str) -> None:
        self.counts[what] += 1
        shown = self.places.setdefault(what, [])
        if len(shown) < MOST_EXAMPLES:
            shown.append(place)


def in_words(outcome: RowOutcome | None, *, is_new: bool) -> str:
    """Return what became of a row, as an operator reads it."""
    if outcome is None or outcome.state == "pending":
        return WAITING
    if outcome.state == "parked":
        return PARKED
    if outcome.state == "handled":
        return KEPT.get(outcome.outcome, outcome.outcome) if is_new else BEFORE
    if outcome.outcome.startswith("subtype "):
        return BY_SLACK
    return REASONS.get(outcome.outcome, outcome.outcome)


def show_rows(console: Console, told: Told, problems: Sequence[Problem], notes: Sequence[str]) -> None:
    """Draw what became of messages or lines, what was kept first."""
    kept = [what for what in KEPT.values() if told.counts[what]]
    others = [what for what, _ in told.counts.most_common() if what not in kept]
    table = Table(box=None, pad_edge=False)
    table.add_column("number", justify="right", no_wrap=True)
    table.add_column("what became of them")
    table.add_column("for example")
    for what in (*kept, *others):
        places = "" if what in kept else ", ".join(told.places[what])
        table.add_row(str(told.counts[what]), what, escape(places))
    if problems:
        table.add_row(str(len(problems)), "wrong, and left out; see below", "")
    console.print(table if table.row_count else "There was nothing to import.")
    _show_problems(console, problems, notes)


def show_lines(
    console: Console, outcomes: Sequence[LineOutcome], problems: Sequence[Problem], notes: Sequence[str]
) -> None:
    """Draw what became of the lines of a list."""
    counts = Counter(outcome.what for outcome in outcomes)
    table = Table(box=None, pad_edge=False)
    for name in ("added", "changed", "unchanged", "skipped"):
        table.add_column(name, justify="right", no_wrap=True)
    skipped = counts["skipped"] + len(problems)
    table.add_row(str(counts["added"]), str(counts["changed"]), str(counts["unchanged"]), str(skipped))
    console.print(table)
    for outcome in outcomes:
        for note in outcome.notes:
            console.print(f"Line {outcome.line}: {escape(note)}", highlight=False)
    _show_problems(console, problems, notes)


def _show_problems(console: Console, problems: Sequence[Problem], notes: Sequence[str]) -> None:
    for problem in sorted(problems, key=lambda one: one.line):
        console.print(f"Line {problem.line} was left out: {escape(problem.reason)}.", highlight=False)
    for note in notes:
        console.print(escape(note), highlight=False)


def unused_note(headings: Sequence[str]) -> list[str]:
    """Say which columns were not used, if there are any."""
    return [f"Not used: the columns {', '.join(headings)}."] if headings else []


class Bar:
    """One bar that a person watches; where nobody does, nothing is drawn."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None)

    def begin(self, what: str, total: int | None = None) -> None:
        """Begin a stretch of the work."""
        self._progress.reset(self._task, description=what, total=total)

    def at(self, done: int) -> None:
        """Say how far it is."""
        self._progress.update(self._task, completed=done)

    def waiting(self, seconds: float) -> None:
        """Say that Slack has asked us to wait."""
        self._progress.update(self._task, description=f"Slack asks to wait {seconds:.0f} seconds")


@contextmanager
def bar() -> Iterator[Bar]:
    """Give a bar on the error output, so that the report can be put into a file."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Bar(progress)
