"""Real notes with their labels, and how well a reading of them agrees with the labels."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein

from bot.domain.known_names import KnownNames
from bot.domain.lines import parse_line
from bot.domain.money import LARGEST_MINOR, Money, find_money, minor_digits
from bot.domain.names import fold, normalise

RESAMPLED, SEED = 2_000, 20_261_014
NAMING_SOURCE = "compsent19"
"""Where annotators marked proper names. The others marked what is compared, and that is often a phrase."""
CLOSE_LENGTH = 5
"""One letter off a shorter name is some other word."""
FREQUENT = 5
"""A component that fewer notes are labelled with is no area that anybody would set up."""
_FEW_WORDS = 24


@dataclass(frozen=True, slots=True)
class Note:
    """A text as someone wrote it, with what is known of it."""

    key: str
    kind: str
    text: str
    source: str = ""
    names: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    silver: tuple[str, ...] = ()
    """Amounts that a pattern found, cut out as they stand; nobody has checked them."""

    @property
    def is_news(self) -> bool:
        """Whether its label says that it is competitive intelligence."""
        return self.kind == "intel"


def _lines(folder: Path, pattern: str) -> Iterator[dict[str, Any]]:
    (path,) = sorted(folder.glob(pattern))
    yield from (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def read_notes(folder: Path) -> list[Note]:
    """Return the labelled notes in `notes_*.jsonl` of a folder, in their order."""
    return [
        Note(
            row["id"], row["kind"], row["text"], row["source"],
            tuple(row["competitors"]), tuple(row["area"]), tuple(row["money_silver"]),
        )
        for row in _lines(folder, "notes_*.jsonl")
    ]  # fmt: skip


def read_requests(folder: Path) -> list[Note]:
    """Return the requests in `requests_*.jsonl`: texts of which none is news about a competitor."""
    rows = _lines(folder, "requests_*.jsonl")
    return [Note(row["id"], "request", f"{row['title']}\n{row['body']}", row["source"]) for row in rows]


def read_chat(folder: Path) -> list[Note]:
    """Return what people said in the export of a workspace, as Slack has it: tokens in brackets, and escaped."""
    notes = []
    for path in sorted(folder.glob("slack_payloads/export_sample/*/*.json")):
        messages = json.loads(path.read_text(encoding="utf-8"))
        said = [one for one in messages if one.get("text") and one.get("user") and "subtype" not in one]
        notes += [Note(f"{path.parent.name}:{one['ts']}", "chat", one["text"], "export") for one in said]
    return notes


@dataclass(frozen=True, slots=True)
class Tally:
    """What was found of what is labelled: in one note, or in all of them."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @classmethod
    def of(cls, found: Iterable[object], labelled: Iterable[object]) -> "Tally":
        """Compare what was found with what is labelled; what stands twice counts twice."""
        ours, theirs = Counter(found), Counter(labelled)
        right = (ours & theirs).total()
        return cls(right, ours.total() - right, theirs.total() - right)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


FIGURES: Mapping[str, Callable[[Tally], float]] = {
    "precision": lambda tally: tally.precision,
    "recall": lambda tally: tally.recall,
    "F1": lambda tally: tally.f1,
}


def total(tallies: Iterable[Tally]) -> Tally:
    """Add up the tallies of notes, so that each name counts the same."""
    return sum(tallies, Tally())


def bounds(tallies: Sequence[Tally]) -> dict[str, tuple[float, float]]:
    """Return for each figure between which values 95 of 100 resamplings of whole notes lie."""
    rng = random.Random(SEED)
    counts = [(tally.right, tally.wrong, tally.missed) for tally in tallies]
    drawn = [Tally(*map(sum, zip(*rng.choices(counts, k=len(counts)), strict=True))) for _ in range(RESAMPLED)]
    low, high = round(0.025 * RESAMPLED), round(0.975 * RESAMPLED) - 1
    return {name: (values[low], values[high]) for name, of in FIGURES.items() if (values := sorted(map(of, drawn)))}


def names_in(notes: Iterable[Note]) -> dict[int, str]:
    """Return each labelled name once, under a number; the first spelling stands for all that fold to the same."""
    spellings: dict[str, str] = {}
    for name in (name for note in notes for name in note.names):
        spellings.setdefault(fold(name), name)
    return dict(enumerate(spellings.values(), start=1))


def with_names(notes: Iterable[Note]) -> list[Note]:
    """Return the notes whose annotators marked proper names."""
    return [note for note in notes if note.is_news and note.source == NAMING_SOURCE]


@dataclass(frozen=True, slots=True)
class Reading:
    """Which names were found in a note, beside those of its labels; all folded."""

    note: Note
    found: frozenset[str]
    labelled: frozenset[str]

    @property
    def tally(self) -> Tally:
        return Tally.of(self.found, self.labelled)


def reading_of(note: Note, found: Iterable[str]) -> Reading:
    """Return the reading in which these names were found."""
    return Reading(note, frozenset(map(fold, found)), frozenset(map(fold, note.names)))


def read_names(notes: Iterable[Note], names: Mapping[int, str]) -> list[Reading]:
    """Read each note for these names as one line is read."""
    known = KnownNames.build({key: (name,) for key, name in names.items()}, {}, {})
    return [reading_of(note, (names[key] for key in parse_line(note.text, known).competitor_ids)) for note in notes]


def why_missed(reading: Reading, name: str) -> str:
    """Say why a labelled name was not found, as far as a rule can tell."""
    text = normalise(reading.note.text)
    if name not in text:
        return "not in the text as labelled"
    if any(name in longer and longer != name for longer in reading.found):
        return "within a longer name that was found"
    if re.search(rf"{re.escape(name)}[+#]", text):
        return "goes on with + or #, as another name would"
    if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
        return "part of a longer word"
    if any(set(name.split()) & set(other.split()) for other in reading.found):
        return "shares words with a name that was found"
    return "other"


def why_wrong(reading: Reading, name: str, spelling: str) -> str:
    """Say in which way a name that no label has stands in the text."""
    if any(name in longer for longer in reading.labelled):
        return "within a longer label"
    if name.islower() and spelling.islower():
        return "an ordinary phrase that a label made a name"
    is_as_listed = re.search(rf"(?<!\w){re.escape(spelling)}(?!\w)", reading.note.text)
    return "stands there as listed, unlabelled" if is_as_listed else "stands there in another letter case, unlabelled"


def differences(readings: Iterable[Reading], names: Mapping[int, str]) -> tuple[Counter[str], Counter[str]]:
    """Count why names were missed, and in which way they stand there without a label."""
    spelling = {fold(name): name for name in names.values()}
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for reading in readings:
        missed.update(why_missed(reading, name) for name in reading.labelled - reading.found)
        wrong.update(why_wrong(reading, name, spelling[name]) for name in reading.found - reading.labelled)
    return missed, wrong


def unlabelled(readings: Iterable[Reading]) -> list[dict[str, str]]:
    """Return what was found without a label with a few words around it, for someone to read."""
    rows = []
    for reading in readings:
        for name in sorted(reading.found - reading.labelled):
            at = max(0, reading.note.text.casefold().find(name))
            words = reading.note.text[max(0, at - _FEW_WORDS) : at + len(name) + _FEW_WORDS]
            rows.append({"key": reading.note.key, "name": name, "words": words})
    return rows


def other_forms(notes: Iterable[Note], names: Iterable[str]) -> Counter[str]:
    """Count words that come close to a name without being it; labels mark a name only where it stands as it is."""
    known = {fold(name) for name in names if " " not in name and len(name) >= CLOSE_LENGTH}
    counts: Counter[str] = Counter()
    for word in (word for note in notes for word in re.findall(r"[a-z0-9]+", normalise(note.text))):
        if word not in known:
            counts.update(filter(None, {_form_of(word, name) for name in known}))
    return counts


def _form_of(word: str, name: str) -> str | None:
    if word in (f"{name}s", f"{name}es"):
        return "plural"
    if word.startswith(name) and word[len(name) :].isdigit():
        return "run into a number"
    if word[0] == name[0] and DamerauLevenshtein.distance(word, name, score_cutoff=1) == 1:
        return "one letter off"
    return None


_SILVER = re.compile(r"(?P<number>\d[\d.,]*)(?:\s*(?P<times>k|m|thousand|million|billion)(?![a-z]))?", re.IGNORECASE)
_SCALES = {"k": 1_000, "thousand": 1_000, "m": 10**6, "million": 10**6, "billion": 10**9}
_SIGNS = {"£": "GBP", "€": "EUR", "euro": "EUR"}


def silver_amount(cut_out: str) -> Money | None:
    """Return the amount of a silver label, read in another way than the product reads."""
    match = _SILVER.search(cut_out)
    if match is None:
        return None
    currency = next((code for sign, code in _SIGNS.items() if sign in cut_out.casefold()), "USD")
    written = match["number"].rstrip(".,")
    number = re.sub(r",(?=\d{3})", "", written).replace(",", ".")
    value = Decimal(number) * _SCALES.get((match["times"] or "").casefold(), 1)
    minor = int(value * 10 ** minor_digits(currency))
    return Money(minor, currency) if minor <= LARGEST_MINOR else None


def money_tally(note: Note) -> Tally:
    """Compare the amounts that the product reads with those of the silver labels."""
    return Tally.of(find_money(note.text), filter(None, map(silver_amount, note.silver)))


def area_keywords(notes: Iterable[Note]) -> dict[str, tuple[str, ...]]:
    """Return the areas that a tracker's frequent components would be, each with the words of its name."""
    frequent = Counter(area for note in notes for area in note.areas)
    return {area: _spoken(area) for area, count in sorted(frequent.items()) if count >= FREQUENT}


def _spoken(component: str) -> tuple[str, ...]:
    """DROP_BOX is spoken of as Drop Box or Dropbox, and ui.tabs as tabs."""
    last = component.removeprefix("ui.")
    return tuple(dict.fromkeys((component, last, last.replace("_", " "), last.replace("_", ""))))


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """How areas were read: all that a note names, and the first one, by which it is routed."""

    named: list[Tally]
    routed: int
    routed_right: int


def read_areas(notes: Iterable[Note]) -> AreaFigures:
    """Read the notes that are labelled with a frequent component for the words of all of them."""
    keywords = area_keywords(everything := list(notes))
    keys = dict(enumerate(keywords, start=1))
    known = KnownNames.build({}, {key: keywords[area] for key, area in keys.items()}, {})
    named, firsts = [], []
    for note in everything:
        if labelled := keywords.keys() & set(note.areas):
            found = [keys[key] for key in parse_line(note.text, known).area_ids]
            named.append(Tally.of(found, labelled))
            firsts += [found[0] in labelled] if found else []
    return AreaFigures(named, len(firsts), sum(firsts))


def count_categories(notes: Iterable[Note]) -> Counter[str]:
    """Count which category a line's own words give; there is no label to compare it with."""
    nothing = KnownNames.build({}, {}, {})
    return Counter(str(parse_line(note.text, nothing).category or "none said") for note in notes)


ORDINARY = (
    "Box", "Close", "Drift", "Front", "Gap", "Linear", "Monday", "Next", "Notion", "Orange", "Outreach", "Shell",
    "Square", "Target", "Total", "Unity", "Visa", "Zoom",
)  # fmt: skip
"""Names of companies that are ordinary words as well."""


def count_ordinary(notes: Iterable[Note]) -> Counter[str]:
    """Count in how many texts an account or competitor of such a name would be found; hardly any of them means it."""
    names = dict(enumerate(ORDINARY, start=1))
    known = KnownNames.build({}, {}, {key: (name,) for key, name in names.items()})
    return Counter(names[key] for note in notes for key in parse_line(note.text, known).account_ids)
