"""The outbox keeps its promises in every story that Hypothesis can think of, and each known mistake breaks one.

`NUGGET_MODEL_EXAMPLES` is how many stories are tried (before a release many more than here); a larger run is not the
same each time, and prints the story that broke a promise, shrunk to its shortest.
"""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

from bot.outbox import reconcile, worker
from tests.db.transactors import SOME_POLICY
from tests.faults.model import Mistake, OutboxModel
from tests.faults.virtual import Process
from tests.faults.virtual_store import DatabaseStore

IN_CI = 2000
EXAMPLES = int(os.environ.get("NUGGET_MODEL_EXAMPLES", str(IN_CI)))
# A database takes some hundred times as long as a dictionary.
IN_DATABASE = EXAMPLES // 100
STEPS = 20
WHILE_LOOKING = 3000
"""How many stories a mistake may take to be caught; each is caught within some hundred."""


TWICE = r"entry-\d+ stands [2-9] times"


@dataclass
class Log:
    """Takes what the workers log: the model makes them log a great deal, and only one line means a fault of ours."""

    broke_off: list[object] = field(default_factory=list)

    def info(self, event: str, **values: object) -> None:
        """Nothing to see."""

    def error(self, event: str, **values: object) -> None:
        if event == "outbox_send_broke_off":
            self.broke_off.append(values)


@pytest.fixture(autouse=True)
def _log(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    log = Log()
    monkeypatch.setattr(worker, "log", log)
    monkeypatch.setattr(reconcile, "log", log)
    yield
    assert log.broke_off == []


def try_stories(model: type[OutboxModel], examples: int, *phases: Phase) -> None:
    run_state_machine_as_test(
        model,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=examples in (IN_CI, IN_CI // 100, WHILE_LOOKING),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            phases=phases or (Phase.generate, Phase.shrink),
        ),
    )


def test_nothing_is_lost_doubled_or_disordered_and_all_comes_to_rest() -> None:
    try_stories(OutboxModel, EXAMPLES)


def test_the_same_holds_with_the_queries_of_a_real_database(engine: Engine) -> None:
    class InDatabase(OutboxModel):
        make_store = staticmethod(lambda: DatabaseStore(engine, SOME_POLICY))

    try_stories(InDatabase, IN_DATABASE)


@pytest.mark.parametrize(
    ("made", "broken"),
    [
        (Mistake(no_quarantine=True), TWICE),
        (Mistake(leases_by_wall_clock=True), f"{TWICE}|no progress"),
        (Mistake(retries_at_once=True), f"{TWICE}|was shown"),
    ],
    ids=["no quarantine", "leases by wall clock", "retry at once"],
)
def test_a_known_mistake_breaks_a_promise(made: Mistake, broken: str) -> None:
    class Mistaken(OutboxModel):
        mistake = made

    with pytest.raises(AssertionError, match=broken):
        try_stories(Mistaken, WHILE_LOOKING, Phase.generate)


def test_without_the_check_of_the_deadline_a_frozen_worker_doubles_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "START_WITHIN", math.inf)
    with pytest.raises(AssertionError, match=TWICE):
        try_stories(OutboxModel, WHILE_LOOKING, Phase.generate)


def test_without_the_sweeper_a_worker_frozen_before_the_send_leaves_a_double() -> None:
    class Unswept(OutboxModel):
        def _sweep(self, process: Process) -> None:
            """Nobody looks again."""
            process.swept_at = self.time.now

    with pytest.raises(AssertionError, match=TWICE):
        try_stories(Unswept, WHILE_LOOKING, Phase.generate)
