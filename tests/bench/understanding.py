"""Measures what Nugget understands of real texts: names, what a watched channel keeps, money, areas and categories.

Run `python -m tests.bench.understanding --corpus FOLDER`; `--json FILE` writes the figures, `--unlabelled FILE` what
was found without a label, with a few words each, so that someone can read whether it stands there as a name.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench import real_texts, through_the_bot
from tests.bench.real_texts import FIGURES, Note, Reading, Tally
from tests.bench.through_the_bot import Heard

Figures = dict[str, Any]


def tally_figures(tallies: Sequence[Tally]) -> Figures:
    """Return micro figures of these notes, each with the bounds between which 95 of 100 resamplings of notes lie."""
    total, bounds = real_texts.total(tallies), real_texts.bounds(tallies)
    counts = {"notes": len(tallies), "right": total.right, "wrong": total.wrong, "missed": total.missed}
    return counts | {name: [of(total), *bounds[name]] for name, of in FIGURES.items()}


def measure_names(notes: Sequence[Note]) -> tuple[Figures, list[Reading]]:
    """Measure competitor names with both lists, as lines and through the product; return the readings of names."""
    news = [note for note in notes if note.is_news]
    proper = real_texts.with_names(notes)
    figures: Figures = {}
    for title, texts in (("names", proper), ("names and phrases", news)):
        listed = real_texts.names_in(texts)
        readings = {
            "as a line": real_texts.read_names(texts, listed),
            "captured": through_the_bot.capture_names(texts, listed),
        }
        missed, wrong = real_texts.differences(readings["captured"], listed)
        tallies = {way: tally_figures([one.tally for one in found]) for way, found in readings.items()}
        figures[title] = tallies | {"listed": len(listed), "missed": dict(missed), "without a label": dict(wrong)}
    listed = real_texts.names_in(proper)
    figures["names"]["in another form"] = dict(real_texts.other_forms(news, listed.values()))
    return figures, real_texts.read_names(proper, listed)


def measure_hearing(notes: Sequence[Note], others: Sequence[Note]) -> Figures:
    """Measure what a watched channel keeps: with the labelled names, without any, and with the demo's catalogue."""
    listed = list(real_texts.names_in(real_texts.with_names(notes)).values())
    with tempfile.TemporaryDirectory() as folder:
        demo = through_the_bot.demo_policy(Path(folder))
    competitors = [seed.name for seed in demo.competitors]
    catalogues = {
        "labelled names": through_the_bot.tagged(listed),
        "no names, tags alone": through_the_bot.tagged(),
        "the demo's catalogue": through_the_bot.tagged(competitors, demo.areas, demo.accounts),
        "the demo's without its areas": through_the_bot.tagged(competitors, (), demo.accounts),
    }
    everything = [*notes, *others]
    return {
        title: hearing_figures(through_the_bot.hear_in_channel(everything, policy))
        for title, policy in catalogues.items()
    }


def hearing_figures(heard: Sequence[Heard]) -> Figures:
    """Return how many messages of each kind were captured, by what, and how that agrees with the labels."""
    kinds = Counter(one.note.kind for one in heard)
    captured = Counter(one.note.kind for one in heard if one.is_captured)
    others = [one for one in heard if not one.note.is_news]
    labelled = [one for one in heard if one.note.kind not in {"request", "chat"}]
    verdicts = [Tally.of([True] * one.is_captured, [True] * one.note.is_news) for one in labelled]
    return {
        "by kind": {kind: [captured[kind], count] for kind, count in kinds.items()},
        "captured though no news": [sum(one.is_captured for one in others), len(others)],
        "by what": dict(through_the_bot.count_reasons(others).most_common()),
        "agreement": tally_figures(verdicts),
    }


def measure_rest(notes: Sequence[Note], others: Sequence[Note]) -> Figures:
    """Measure money and areas, and count categories and names that are ordinary words."""
    areas = real_texts.read_areas(notes)
    return {
        "money": tally_figures([real_texts.money_tally(note) for note in notes]),
        "areas": tally_figures(areas.named) | {"routed": areas.routed, "routed right": areas.routed_right},
        "categories": {
            "news": dict(real_texts.count_categories(note for note in notes if note.is_news).most_common()),
            "others": dict(real_texts.count_categories(note for note in notes if not note.is_news).most_common()),
        },
        "ordinary words": [dict(real_texts.count_ordinary([*notes, *others]).most_common()), len(notes) + len(others)],
    }


def measure(folder: Path) -> tuple[Figures, list[dict[str, str]]]:
    """Return every figure of the texts in a folder, and what was found without a label."""
    notes = real_texts.read_notes(folder)
    others = [*real_texts.read_requests(folder), *real_texts.read_chat(folder)]
    names, readings = measure_names(notes)
    figures = {"names": names, "hearing": measure_hearing(notes, others), **measure_rest(notes, others)}
    listed = real_texts.names_in(real_texts.with_names(notes))
    no_news = real_texts.read_names([note for note in [*notes, *others] if not note.is_news], listed)
    figures["hearing names"] = dict(Counter(name for one in no_news for name in one.found).most_common(8))
    return figures, real_texts.unlabelled(readings)


def show(figures: Figures, console: Console) -> None:
    """Print every figure as tables."""
    rows = {
        f"competitors, {listed}, {way}": found[way]
        for listed, found in figures["names"].items()
        for way in ("as a line", "captured")
    }
    rows |= {f"watched channel, {title}": found["agreement"] for title, found in figures["hearing"].items()}
    rows |= {"money (silver labels)": figures["money"], "areas (tracker components)": figures["areas"]}
    console.print(_agreement(rows))
    for listed, found in figures["names"].items():
        console.print(
            _counts(f"{listed}: missed, and found without a label", found["missed"] | found["without a label"])
        )
    console.print(_counts("names in a form that no label marks", figures["names"]["names"]["in another form"]))
    console.print(_hearing(figures["hearing"]))
    console.print(_counts("names that captured what is no news", figures["hearing names"]))
    for kind, counts in figures["categories"].items():
        console.print(_counts(f"category that words give, {kind} (no labels)", counts))
    words, texts = figures["ordinary words"]
    console.print(_counts(f"names that are ordinary words: in how many of {texts} texts", words))
    routed, right = figures["areas"]["routed"], figures["areas"]["routed right"]
    console.print(f"Routed by the first area named: {routed}, to one of the labelled areas: {right}")


def _agreement(rows: Mapping[str, Figures]) -> Table:
    table = Table("what", "notes", "right", "wrong", "missed", *FIGURES, title="95 of 100 resamplings in brackets")
    for title, found in rows.items():
        counts = [str(found[count]) for count in ("notes", "right", "wrong", "missed")]
        table.add_row(title, *counts, *("{:.3f} [{:.3f}, {:.3f}]".format(*found[name]) for name in FIGURES))
    return table


def _counts(title: str, counts: Mapping[str, int]) -> Table:
    table = Table("what", "how many", title=title)
    for name, count in counts.items():
        table.add_row(name, str(count))
    return table


def _hearing(hearing: Mapping[str, Figures]) -> Table:
    table = Table("catalogue", "captured though no news", "by what", "by kind", title="A watched channel, tagged")
    for title, found in hearing.items():
        captured, of_all = found["captured though no news"]
        reasons = "\n".join(f"{reason}: {count}" for reason, count in found["by what"].items())
        kinds = "\n".join(f"{kind}: {count} of {of}" for kind, (count, of) in found["by kind"].items())
        table.add_row(title, f"{captured} of {of_all}", reasons, kinds)
    return table


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="the folder with notes_*.jsonl and the others")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--unlabelled", type=Path, help="where to write what was found without a label, to be read")
    options = parser.parse_args(arguments)
    figures, found = measure(options.corpus)
    show(figures, Console())
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    if options.unlabelled:
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in found)
        options.unlabelled.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
