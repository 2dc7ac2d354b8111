"""Coming to an end: what was told to end ends, even where a library has swallowed the first word."""

import asyncio

import pytest

from bot import bootstrap


async def test_a_task_that_swallows_its_cancellation_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "END_SECONDS", 0.01)
    heard = 0

    async def stubborn() -> None:
        nonlocal heard
        while heard < 3:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                heard += 1

    async def obedient() -> None:
        await asyncio.Event().wait()

    tasks = [asyncio.create_task(stubborn()), asyncio.create_task(obedient())]
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await bootstrap.end(tasks)
    assert heard == 3
    assert all(task.done() for task in tasks)


async def test_an_ending_of_nothing_is_over_at_once() -> None:
    await bootstrap.end([])


async def test_what_breaks_while_it_ends_stops_nobody_else() -> None:
    async def broken() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError

    tasks = [asyncio.create_task(broken()), asyncio.create_task(asyncio.Event().wait())]
    await asyncio.sleep(0)
    await bootstrap.end(tasks)
    assert isinstance(tasks[0].exception(), ValueError)
    assert tasks[1].cancelled()
