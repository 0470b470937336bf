"""A service ends, whatever its loops make of being cancelled."""

import asyncio

from shared.runtime import ended


async def test_a_loop_that_loses_a_cancellation_is_cancelled_again() -> None:
    lost: list[int] = []

    async def loses_the_first() -> None:
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if lost:
                    raise
                lost.append(1)

    async def fails() -> None:
        raise OSError("gone")

    tasks = [asyncio.create_task(loses_the_first()), asyncio.create_task(fails())]
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await ended(tasks)
    assert lost == [1]
    assert all(task.done() for task in tasks)


async def test_nothing_to_end_has_ended() -> None:
    await ended([])
