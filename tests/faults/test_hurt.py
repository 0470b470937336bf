"""One system that is hurt in every way within a minute, while contracts are signed all the time.

The oracle (`tests.faults.oracle`): accepted = handled + pending; no fact lost, none doubled, every
chain whole and in order, every deadline fired once, well by itself within a minute. The faults one
by one, and for longer, are in `test_one_fault`.
"""

import asyncio
import random
from pathlib import Path

from shared.embedded.stack import Stack
from tests.faults.fleet import Fleet, end, kill, raise_again
from tests.faults.oracle import judge

WAVE, PER_SECOND = 30, 60
MOST = 1_500
"""Signatures in all, so that a slow machine does not pile up what must settle afterwards."""
SPARE = 0.5


async def test_a_system_that_is_killed_in_every_way_loses_and_doubles_nothing(
    own_stack: Stack, tmp_path: Path
) -> None:
    fleet = Fleet(own_stack, tmp_path, ("contracts",), ("onboarding", "screening"))
    await fleet.start()
    over = asyncio.Event()
    people = asyncio.create_task(_sign_until(over, fleet))
    chance = random.Random(9)
    for victim in fleet.members:
        await asyncio.sleep(chance.uniform(0.2, 1.0))
        await victim.kill()
        await victim.start()
    for member in fleet.members:
        await member.wait()
    await kill(own_stack, "database")
    await asyncio.sleep(SPARE)
    await raise_again(own_stack, "database")
    await asyncio.sleep(SPARE)
    await kill(own_stack, "broker")
    await raise_again(own_stack, "broker")
    await asyncio.sleep(SPARE)
    await end(own_stack, "broker")
    await raise_again(own_stack, "broker")
    over.set()
    await people
    assert fleet.load.asked > WAVE
    verdict = await judge(fleet)
    await fleet.stop()
    assert verdict.problems == []


async def _sign_until(over: asyncio.Event, fleet: Fleet) -> None:
    """People sign all the time, in waves: the next begins when the last is answered."""
    while not over.is_set() and fleet.load.asked < MOST:
        await fleet.sign(WAVE, per_second=PER_SECOND)
