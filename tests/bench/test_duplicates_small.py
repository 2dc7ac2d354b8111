"""The measuring of duplicates by itself, and on a small part of the real requests."""

from pathlib import Path

import pytest

from tests import databases
from tests.bench import duplicates
from tests.bench.duplicates import estimate, quantile, rank_of
from tests.bench.duplicates_stored import BOTH, Request, filled
from tests.meanings import real_model

CLUSTERS, OTHERS = 40, 900
# So many of these are read by a model where one is installed: that takes some seconds.
READ = 400
REQUESTS = (*(Request("Export", "as CSV", "a") for _ in range(2)), *(Request(f"Thing {n}", "") for n in range(3)))


def test_the_rank_is_that_of_the_first_of_the_cluster() -> None:
    assert rank_of(REQUESTS, 0, [3, 1, 2]) == 2
    assert rank_of(REQUESTS, 0, [3, 2]) == 0


def test_an_estimate_draws_whole_clusters() -> None:
    requests = [Request("", "", cluster) for cluster in "aaaaaaaabc"]
    certain = estimate(dict.fromkeys(range(10), 1.0), requests)
    assert (certain.low, certain.mean, certain.high) == (1, 1, 1)
    # Eight of ten are right, but all in one cluster: it may well be drawn three times or never.
    unsure = estimate({place: float(place < 8) for place in range(10)}, requests)
    assert (unsure.low, unsure.mean, unsure.high) == (0, 0.8, 1)


def test_quantiles_are_values_that_were_seen() -> None:
    assert [quantile([1.0, 2.0, 3.0, 9.0], share) for share in (0, 0.5, 0.99, 1)] == [1, 3, 9, 9]


def test_bm25_finds_the_same_words_first() -> None:
    assert duplicates.bm25_ranks(REQUESTS) == {0: 1, 1: 1}


def test_many_requests_have_the_words_of_real_ones_and_are_the_same_each_time() -> None:
    many = duplicates.many_requests(REQUESTS, 50)
    assert many == duplicates.many_requests(REQUESTS, 50)
    assert {request.title for request in many} == {request.title for request in REQUESTS}


def a_part(corpus: Path) -> list[Request]:
    """Return some clusters of real duplicates among some other real requests."""
    everything = duplicates.read_requests(corpus)
    clusters = sorted({request.cluster for request in everything if request.cluster})[:CLUSTERS]
    linked = [request for request in everything if request.cluster in clusters]
    return [*linked, *[request for request in everything if not request.cluster][:OTHERS]]


@pytest.mark.parametrize("sort", BOTH)
def test_real_duplicates_are_found_no_worse_than_by_bm25(corpus: Path, sort: str) -> None:
    if sort == "postgres":
        databases.require_postgres()
    requests = a_part(corpus)
    with filled(sort, requests) as engine:
        orders = duplicates.twin_orders(engine, duplicates.queries_of(requests))
    ranks, baseline = duplicates.twin_ranks(requests, orders), duplicates.bm25_ranks(requests)
    for how in duplicates.FIGURES.values():
        assert sum(map(how, ranks.values())) >= sum(map(how, baseline.values()))
    assert sum(0 < rank <= 5 for rank in ranks.values()) > len(ranks) / 2


def test_a_model_finds_more_real_duplicates_than_words_do(corpus: Path) -> None:
    meaning = real_model()
    requests = a_part(corpus)[:READ]
    with filled("sqlite", requests, meaning=meaning) as engine:
        queries = duplicates.queries_of(requests)
        by_words, by_meaning = (
            duplicates.twin_ranks(requests, duplicates.twin_orders(engine, queries, model)) for model in (None, meaning)
        )
    reciprocal = duplicates.FIGURES["MRR"]
    assert sum(map(reciprocal, by_meaning.values())) > sum(map(reciprocal, by_words.values()))
