"""The same faults against Apache Kafka itself: dynamic members, rebalancing, a killed broker.

`make test-kafka` lets Maven copy the broker and runs these. The database is the embedded one.
"""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from shared.embedded.stack import Stack
from tests.faults.fleet import Fleet
from tests.faults.test_one_fault import hurt
from tests.kafka.broker import Kafka, why_not

pytestmark = [
    pytest.mark.long,
    pytest.mark.kafka,
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
]

KILLS = int(os.environ.get("KAFKA_KILLS", "10"))
PAIR = ("onboarding", "screening")


class Ground(NamedTuple):
    """Apache Kafka, and the embedded database."""

    kafka_url: str
    mongo_url: str


@pytest.fixture
async def kafka(tmp_path: Path) -> AsyncIterator[Kafka]:
    broker = Kafka(tmp_path / "kafka")
    await broker.start()
    yield broker
    await broker.stop()


@pytest.fixture
async def fleet(kafka: Kafka, tmp_path: Path) -> AsyncIterator[Fleet]:
    """Its members name no instance: Kafka lets them come and go."""
    stack = Stack(tmp_path / "stack")
    await asyncio.to_thread(stack.start)
    ground = Ground(kafka.kafka_url, stack.mongo_url)
    fleet = Fleet(ground, tmp_path / "fleet", ("contracts",), PAIR, embedded=False)
    await fleet.start()
    yield fleet
    await fleet.stop()
    await asyncio.to_thread(stack.stop)


async def test_a_service_grows_from_one_process_to_three_and_back_under_load(fleet: Fleet) -> None:
    async def grow_and_shrink() -> None:
        more = [fleet.member(PAIR, f"more-{number}") for number in range(2)]
        for one in more:
            await one.start()
            await one.wait()
            fleet.members.append(one)
        await asyncio.sleep(10)
        await more[0].stop()
        await asyncio.sleep(5)
        await fleet.members[1].kill()  # the first of all: the last of the three goes on alone
        await asyncio.sleep(15)
        await fleet.members[1].start()
        await fleet.members[1].wait()
        await more[1].stop()

    await hurt(
        "Kafka: one process to three and back, one of them by kill -9", fleet, grow_and_shrink
    )


async def test_services_are_killed_and_come_back_as_new_members(fleet: Fleet) -> None:
    chance = random.Random(4)

    async def kills() -> None:
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.5, 2.0))
            victim = chance.choice(fleet.members)
            await victim.kill()
            await victim.start()
            await victim.wait()

    await hurt(f"Kafka: {KILLS} times kill -9 of services, dynamic members", fleet, kills)


async def test_the_broker_is_killed(kafka: Kafka, fleet: Fleet) -> None:
    async def kills() -> None:
        for _ in range(3):
            await kafka.kill()
            await kafka.start()
            await asyncio.sleep(5)

    await hurt("Kafka: 3 times kill -9 of the broker", fleet, kills)


async def test_the_broker_is_away_for_half_a_minute(kafka: Kafka, fleet: Fleet) -> None:
    async def away() -> None:
        await kafka.stop()
        await asyncio.sleep(30)
        await kafka.start()

    await hurt("Kafka: broker away for 30 s", fleet, away)
