"""A loop that waits to be woken ends when it is told to, whenever that is."""

import asyncio

import pytest

from shared.standing import woken_within


@pytest.mark.parametrize("turns", range(5))
async def test_a_loop_that_is_stopped_as_it_is_woken_ends(turns: int) -> None:
    woken = asyncio.Event()

    async def sends() -> None:
        while True:
            await woken_within(woken, 60)
            woken.clear()

    loop = asyncio.create_task(sends())
    await asyncio.sleep(0)
    woken.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    loop.cancel()
    await asyncio.wait([loop], timeout=5)
    assert loop.cancelled()
