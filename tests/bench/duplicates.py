"""Measures the search for duplicates on real requests: what it finds, beside BM25, and how long it takes.

Run `python -m tests.bench.duplicates --corpus FOLDER`; `--only quality` or `--only latency` runs one half. With
`--meaning` and what `duplicates.meaning` may be set to, both halves also say what comparing by meaning adds.
"""

import argparse
import json
import os
import random
import re
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter, thread_time

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.connectors.sentence_model import SentenceModel
from bot.domain.duplicates import Twin, count_worth_asking
from bot.domain.meaning import Meaning
from bot.services.find_twins import FindTwins, find_twins, list_matches
from tests.bench.duplicates_stored import ASKER, BOTH, NOON, SEED, TEAM, Remembering, Request, filled, unit_of_work

RESAMPLED = 2_000
OTHERS = 600
"""Of the requests without a known duplicate, so many are asked about as well."""

Ranks = Mapping[int, int]
"""At which place, from 1, the first duplicate of a request came; 0 where none came."""


def say(*words: object, end: str = "\n") -> None:
    """Write to whoever runs this program, at once."""
    print(*words, end=end, flush=True)  # noqa: T201 - this is a program, and its answer.


def read_requests(folder: Path) -> list[Request]:
    """Return the requests in `requests_*.jsonl` of a folder, in their order."""
    (path,) = sorted(folder.glob("requests_*.jsonl"))
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [Request(row["title"], row["body"], row["cluster"]) for row in rows]


def many_requests(requests: Sequence[Request], count: int) -> list[Request]:
    """Return so many requests with the words of real ones: each has the title of one and the body of another."""
    rng = random.Random(SEED)
    return [Request(rng.choice(requests).title, rng.choice(requests).body) for _ in range(count)]


def rank_of(requests: Sequence[Request], query: int, order: Sequence[int]) -> int:
    """Return at which place of `order` (places in `requests`) the first duplicate of a request stands."""
    cluster = requests[query].cluster
    return next((place for place, other in enumerate(order, 1) if requests[other].cluster == cluster), 0)


def queries_of(requests: Sequence[Request]) -> list[int]:
    """Return the places of the requests that have a duplicate."""
    return [place for place, request in enumerate(requests) if request.cluster]


# Each figure is a mean over queries of something that the rank of the first duplicate decides.
FIGURES: Mapping[str, Callable[[int], float]] = {
    "hit@1": lambda rank: float(rank == 1),
    "hit@5": lambda rank: float(0 < rank <= 5),
    "MRR": lambda rank: 1 / rank if rank else 0.0,
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with the bounds between which 95 of 100 resamplings of whole clusters lie."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def estimate(values: Mapping[int, float], requests: Sequence[Request]) -> Estimate:
    """Return the mean over queries; whole clusters are drawn, since two queries of one are no two chances."""
    clusters: defaultdict[str | None, list[float]] = defaultdict(list)
    for query, value in values.items():
        clusters[requests[query].cluster].append(value)
    groups = [(sum(group), len(group)) for group in clusters.values()]
    rng = random.Random(SEED)
    means = sorted(_mean(rng.choices(groups, k=len(groups))) for _ in range(RESAMPLED))
    return Estimate(_mean(groups), means[round(0.025 * RESAMPLED)], means[round(0.975 * RESAMPLED) - 1])


def _mean(groups: Sequence[tuple[float, int]]) -> float:
    return sum(total for total, _ in groups) / sum(count for _, count in groups)


def bm25_ranks(requests: Sequence[Request], tokenizer: str = "unicode61") -> dict[int, int]:
    """Rank as SQLite's full-text search does by itself, the title counted three times, words as often as they stand."""
    index = sqlite3.connect(":memory:")
    index.execute(f"CREATE VIRTUAL TABLE entry USING fts5(title, body, tokenize = '{tokenizer}')")
    rows = [(place, request.title, request.body) for place, request in enumerate(requests)]
    index.executemany("INSERT INTO entry (rowid, title, body) VALUES (?, ?, ?)", rows)
    ranks = {}
    for query in queries_of(requests):
        words = re.findall(r"[^\W_]+", f"{requests[query].title} {requests[query].body}".lower())
        match = " OR ".join(f'"{word}"' for word in words)
        found = index.execute(
            "SELECT rowid FROM entry WHERE entry MATCH ? ORDER BY bm25(entry, 3, 1) LIMIT 200", [match]
        )
        ranks[query] = rank_of(requests, query, [place for (place,) in found if place != query])
    index.close()
    return ranks


Orders = Mapping[int, Sequence[Twin]]
"""What was compared with each request, the likeliest first; the place of an item's request is its id less 1."""


def twin_orders(engine: Engine, queries: Sequence[int], meaning: Meaning | None = None) -> dict[int, list[Twin]]:
    """Return what the product compares with each request, the likeliest first."""
    orders = {}
    with Session(engine, autoflush=False) as session:
        uow = unit_of_work(session)
        for query in queries:
            matches = list_matches(uow, FindTwins(TEAM, query + 1, ASKER, meaning), now=NOON)
            orders[query] = [match.twin for match in matches]
            session.expire_all()
    return orders


def twin_ranks(requests: Sequence[Request], orders: Orders) -> dict[int, int]:
    """Return the ranks of the first duplicates in what `twin_orders` gave."""
    return {query: rank_of(requests, query, _places(order)) for query, order in orders.items()}


def _places(order: Sequence[Twin]) -> list[int]:
    return [twin.item_id - 1 for twin in order]


def milliseconds(
    engine: Engine, queries: Sequence[int], meaning: Meaning | None = None
) -> tuple[list[float], list[float]]:
    """Return how long each search takes from an open connection to the views, and how long this process computed.

    Both in milliseconds, the shortest first. On SQLite the second is what a machine with nothing else to do needs.
    """
    taken, computed = [], []
    for query in queries:
        began, began_computing = perf_counter(), thread_time()
        with Session(engine, autoflush=False) as session:
            find_twins(unit_of_work(session), FindTwins(TEAM, query + 1, ASKER, meaning), now=NOON)
        taken.append((perf_counter() - began) * 1_000)
        computed.append((thread_time() - began_computing) * 1_000)
    return sorted(taken), sorted(computed)


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values lies."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def report_quality(requests: Sequence[Request], meaning: Meaning | None) -> None:
    queries = queries_of(requests)
    clusters = len({requests[query].cluster for query in queries})
    say(f"{len(requests)} requests, {len(queries)} with duplicates in {clusters} clusters; 95 of 100 in brackets")
    others = random.Random(SEED).sample(sorted(set(range(len(requests))) - set(queries)), OTHERS)
    asked = {"sqlite": [*queries, *others], "postgres": queries}
    by_words, by_meaning = {}, {}
    for sort in BOTH:
        with filled(sort, requests, meaning=meaning) as engine:
            by_words[sort] = twin_orders(engine, asked[sort])
            if meaning is not None:
                by_meaning[sort] = twin_orders(engine, asked[sort], meaning)
    ranks: dict[str, Ranks] = {"BM25, title x3": bm25_ranks(requests)}
    ranks["BM25 with stems"] = bm25_ranks(requests, "porter unicode61")
    for name, orders in (("twins", by_words), ("with meaning", by_meaning)):
        for sort, found in orders.items():
            ranks[f"{name}, {sort}"] = twin_ranks(requests, {query: found[query] for query in queries})
    report_figures(requests, ranks)
    for orders in filter(None, (by_words, by_meaning)):
        report_overlap(orders, queries)
        report_offers(requests, orders["sqlite"])


def report_figures(requests: Sequence[Request], ranks: Mapping[str, Ranks]) -> None:
    for name, found in ranks.items():
        say(f"{name:22}", *(f"{figure} {estimate(_values(found, how), requests)}" for figure, how in FIGURES.items()))
    for sort in BOTH:
        for base in ("BM25, title x3", "BM25 with stems"):
            report_difference(requests, ranks, f"twins, {sort}", base)
        if f"with meaning, {sort}" in ranks:
            report_difference(requests, ranks, f"with meaning, {sort}", f"twins, {sort}")


def _values(ranks: Ranks, how: Callable[[int], float]) -> dict[int, float]:
    return {query: how(rank) for query, rank in ranks.items()}


def report_difference(requests: Sequence[Request], ranks: Mapping[str, Ranks], name: str, base: str) -> None:
    say(f"{name} minus {base}:", end="")
    for figure, how in FIGURES.items():
        paired = {query: how(rank) - how(ranks[base][query]) for query, rank in ranks[name].items()}
        difference = estimate(paired, requests)
        say(f"  {figure} {difference} {'above zero' if difference.low > 0 else 'not above zero'}", end="")
    say()


def report_overlap(orders: Mapping[str, Orders], queries: Sequence[int]) -> None:
    """Tell how many of the candidates of one database are candidates of the other, and how many first ones agree."""
    shares, tens, firsts = [], [], 0
    for query in queries:
        one, other = (_places(orders[sort][query]) for sort in BOTH)
        shares.append(len(set(one) & set(other)) / max(1, len(set(one) | set(other))))
        tens.append(len(set(one[:10]) & set(other[:10])) / max(1, len(set(one[:10]) | set(other[:10]))))
        firsts += one[:1] == other[:1]
    say(f"both databases: {sum(shares) / len(shares):.3f} of the candidates are the same, ", end="")
    say(f"{sum(tens) / len(tens):.3f} of the first ten, ", end="")
    say(f"{firsts / len(queries):.3f} of the first ones")


def report_offers(requests: Sequence[Request], orders: Orders) -> None:
    """Tell how often something is offered, and how often the first offered is a linked duplicate.

    The last figure is for all requests: most of them have no linked duplicate, but some have one that nobody linked.
    Lines with a floor are for comparison: what a plain threshold on the score would do.
    """
    known = set(queries_of(requests))
    others = orders.keys() - known
    say("offers                made of: with duplicates, others   first is linked: with duplicates, all   firsts kept")
    rules: dict[str, Callable[[Sequence[Twin]], bool]] = {
        "as the product does": lambda order: count_worth_asking(order) > 0
    }
    rules |= {f"from {floor / 20:.2f} on": partial(_reaches, floor / 20) for floor in range(5, 15)}
    first_is_right = {query for query in known if rank_of(requests, query, _places(orders[query][:1]))}
    for name, is_offered in rules.items():
        offered = {query for query, order in orders.items() if order and is_offered(order)}
        have, lack, right = len(offered & known), len(offered & others), len(offered & first_is_right)
        # Only a part of the others was asked about; each stands for several.
        everyone = have + lack * (len(requests) - len(known)) / max(1, len(others))
        shares = (have / len(known), lack / max(1, len(others)), right / max(1, have), right / max(1.0, everyone))
        say(f"{name:20}", *(f"{share:10.3f}" for share in (*shares, right / max(1, len(first_is_right)))))


def _reaches(floor: float, order: Sequence[Twin]) -> bool:
    return order[0].score >= floor


def report_latency(requests: Sequence[Request], count: int, searches: int, meaning: Meaning | None) -> None:
    many = many_requests(requests, count)
    queries = random.Random(SEED).sample(range(count), searches)
    for sort in BOTH:
        with filled(sort, many, meaning=meaning, for_latency=True) as engine:
            report_searches(f"{sort:9} {count:7} candidates", engine, queries, None)
            if meaning is not None:
                report_searches(f"{sort:9} {count:7} with meaning", engine, queries, meaning)


def report_searches(name: str, engine: Engine, queries: Sequence[int], meaning: Meaning | None) -> None:
    first, _ = milliseconds(engine, queries[:1], meaning)
    taken, computed = milliseconds(engine, queries, meaning)
    say(f"{name}, {len(queries)} searches, load of the machine {os.getloadavg()[0]:.1f}: ", end="")
    say(f"{_spread(taken)}; computing here {_spread(computed)}; the first after a start {first[0]:.1f} ms")


def _spread(ordered: Sequence[float]) -> str:
    return f"p50 {quantile(ordered, 0.5):.1f} ms, p99 {quantile(ordered, 0.99):.1f} ms, longest {ordered[-1]:.1f} ms"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="the folder with requests_*.jsonl")
    parser.add_argument("--only", choices=["quality", "latency"])
    parser.add_argument("--candidates", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--searches", type=int, default=500)
    parser.add_argument("--meaning", default="", help="a folder or package with a sentence model")
    options = parser.parse_args(arguments)
    requests = read_requests(options.corpus)
    meaning = SentenceModel(options.meaning) if options.meaning else None
    if options.only != "latency":
        report_quality(requests, Remembering(meaning) if meaning is not None else None)
    for count in options.candidates if options.only != "quality" else ():
        report_latency(requests, count, options.searches, meaning)


if __name__ == "__main__":
    main(sys.argv[1:])
