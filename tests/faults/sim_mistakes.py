"""Mistakes put back into the simulated core, one by one, so that it is known that the simulator would see them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

from sqlalchemy import false

from bot.domain import retry
from bot.services import capture
from bot.slack.frontdoor import GroupCommit
from db.repositories.outbox import Outbox
from tests.faults.mistakes import answer_before_commit

# Shorter than what lands late takes, and long enough for the reconciler not to look all the time (seconds).
SHORT_QUARANTINE = 4.0

Change = Callable[[Any], None]


@contextmanager
def no_mistake() -> Iterator[Change]:
    yield lambda _: None


@contextmanager
def no_quarantine() -> Iterator[Change]:
    """Look at once after an unclear outcome, so that what lands late is sent again."""

    def change(simulation: Any) -> None:
        outbox = simulation.settings.outbox.model_copy(update={"quarantine_seconds": SHORT_QUARANTINE})
        simulation.settings = simulation.settings.model_copy(update={"outbox": outbox})

    yield change


@contextmanager
def answered_before_commit() -> Iterator[Change]:
    """Tell Slack that an event was received while it is still on its way to the disk."""
    with mock.patch.object(GroupCommit, "add", GroupCommit.add):
        answer_before_commit(None)
        yield lambda _: None


@contextmanager
def typed_twice_is_two() -> Iterator[Change]:
    """Keep a line anew that its author types again because nobody had seemed to answer."""
    with mock.patch.object(capture, "REPEATED_WITHIN", 0):
        yield lambda _: None


@contextmanager
def lanes_without_order() -> Iterator[Change]:
    """Send what is due, whatever of its lane is still under way."""
    with mock.patch.object(Outbox, "_has_earlier", staticmethod(lambda _: false())):
        yield lambda _: None


@contextmanager
def sent_again_at_once() -> Iterator[Change]:
    """Take what nobody knows for what was not sent."""

    def unclear(error: str, kind: str, policy: Any) -> retry.NextState:
        return retry.NextState("pending", 1.0, error)

    with mock.patch.object(retry, "_unclear", unclear):
        yield lambda _: None


SIM_MISTAKES: Mapping[str, Callable[[], Any]] = {
    "no_quarantine": no_quarantine,
    "answer_before_commit": answered_before_commit,
    "typed_twice_is_two": typed_twice_is_two,
    "lanes_without_order": lanes_without_order,
    "sent_again_at_once": sent_again_at_once,
}


def mistake_of(name: str | None) -> Any:
    """Return the context in which a mistake is made; it gives what changes a simulation before it starts."""
    return SIM_MISTAKES[name]() if name else no_mistake()
