"""Faults that might spread: through their own words, through the search for them, or through being told twice."""

import json

import pytest

from bot.domain.errors import TemporaryError
from bot.domain.facts import Settled
from bot.inbox.worker import BATCH, MOST_TRIES
from tests.inbox.mailroom import BEGIN, Mailroom

DAY = 86_400.0


@pytest.mark.parametrize("words", ["a\x00b", "a\ud800b", "x" * 5000], ids=["NUL", "surrogate", "long"])
@pytest.mark.parametrize("where", ["fails", "breaks"])
async def test_a_fault_is_kept_whatever_its_words(mailroom: Mailroom, where: str, words: str) -> None:
    failing, other = await mailroom.deliver(2)
    getattr(mailroom, where)[failing] = ValueError(words)
    await mailroom.drain()
    for _ in range(MOST_TRIES):
        await mailroom.wait(60)
    assert await mailroom.states() == ["parked", "handled"]
    assert mailroom.handled.count(other) == 1
    assert str((await mailroom.entry(failing)).error).startswith(f"ValueError: {words[0]}")


async def test_a_database_that_goes_away_while_a_fault_is_searched_for_is_nobodys_fault(mailroom: Mailroom) -> None:
    broken, other = await mailroom.deliver(2)
    mailroom.breaks |= {broken: KeyError("event"), other: TemporaryError("the database is away")}
    with pytest.raises(TemporaryError):
        await mailroom.drain()
    assert [entry.tries for entry in (await mailroom.entries()).values()] == [0, 0]
    del mailroom.breaks[other]
    await mailroom.drain()
    assert await mailroom.states() == ["pending", "handled"]


async def test_a_database_that_is_away_is_not_asked_again_for_each_delivery(mailroom: Mailroom) -> None:
    names = await mailroom.deliver(3)
    mailroom.breaks[names[0]] = TemporaryError("the database is away")
    with pytest.raises(TemporaryError):
        await mailroom.drain()
    assert mailroom.asked == [names]


async def test_a_settled_delivery_is_not_handled_again_and_its_outcome_fits(mailroom: Mailroom) -> None:
    [name] = await mailroom.deliver()
    mailroom.settled = Settled("refused", "x" * 100)
    await mailroom.drain()
    await mailroom.wait(DAY)
    entry = await mailroom.entry(name)
    assert mailroom.handled == [name]
    assert (entry.state, entry.outcome, entry.settled_at) == ("refused", "x" * 64, BEGIN)


async def test_slack_is_asked_for_a_batch_at_a_time(mailroom: Mailroom) -> None:
    names = await mailroom.deliver(2 * BATCH + 3)
    await mailroom.drain()
    assert mailroom.asked == [names[:BATCH], names[BATCH : 2 * BATCH], names[2 * BATCH :]]


async def test_a_number_beyond_all_reason_reads_as_no_body(mailroom: Mailroom) -> None:
    await mailroom.deliver(body=b'{"n": ' + b"9" * 5_000 + b"}")
    await mailroom.deliver(body=json.dumps({"text": "né"}).encode())
    await mailroom.drain()
    assert mailroom.payloads == [{}, {"text": "né"}]
