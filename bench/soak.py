"""The soak: half of the throughput that lasts, for an hour; memory flat, queues bounded, no lag.

    python -m bench.soak [--minutes 60]

The two services of `bench.way` on a broker and database of their own. First the throughput of
this machine at this moment is measured, then half of it is sent at a steady pace, and every
interval is looked at: how long after its last fact the last one came out, the memory of each
process, what waits. Prints JSON and ends with 1 where something grows.

The memory of the services is judged. The broker that is a stand-in keeps all topics in memory,
so its own must grow; it is told beside.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from dataclasses import dataclass

import psutil
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from bench.way import Run
from shared.mongo import MongoKeyRing, MongoStore

INTERVAL = 15.0
WARM_UP = 0.25
"""The part of the time before memory is judged: caches fill until they are full."""

MAY_GROW = 1.10
"""Memory at the end against that after the warm-up; more is a leak."""

MAY_LAG = 10.0
"""Seconds after which the last fact of an interval must have come out."""

QUEUES = ("relay_depth", "held", "effects")
MAY_WAIT = 500
"""Blocks, messages or effects that may wait at the end of an interval: one batch."""


@dataclass
class Look:
    """One interval: seconds until all had come out, memory in MB, and what waited then."""

    at: float
    lag: float
    memory: dict[str, float]
    waiting: float
    p50: float
    p99: float


async def soak(minutes: float, parties: int = 2000) -> dict[str, object]:
    async with Run("bench.services", parties) as run:
        await run.throughput(2000)
        lasting = await run.throughput(6000)
        rate = lasting / 2
        keyring = MongoKeyRing(run.mongo_url, bytes(32))
        stores = [MongoStore(run.mongo_url, name, keyring) for name in ("onboarding", "screening")]
        began, looks = time.monotonic(), list[Look]()
        while time.monotonic() - began < minutes * 60:
            looks.append(await _interval(run, rate, stores, time.monotonic() - began))
        behind = await _lag(run.kafka_url)
        for store in stores:
            store.close()
        keyring.close()
    return told(looks, lasting, rate, behind)


async def _interval(run: Run, rate: float, stores: list[MongoStore], at: float) -> Look:
    count = int(rate * INTERVAL)
    sent, seen = await asyncio.gather(run.feed(count, rate), run.arrivals(count))
    lag = max(seen.values()) - max(sent.values())
    delays = sorted(seen[id] - began for id, began in sent.items())
    waiting = 0.0
    for store in stores:
        counts = await store.counts()
        waiting += sum(counts[name] for name in QUEUES)
    return Look(
        at,
        lag,
        {name: psutil.Process(pid).memory_info().rss / 1e6 for name, pid in run.pids.items()},
        waiting,
        delays[len(delays) // 2],
        delays[int(len(delays) * 0.99)],
    )


async def _lag(url: str) -> int:
    """Messages that the services have not committed at the end."""
    admin = AIOKafkaAdminClient(bootstrap_servers=url)
    await admin.start()
    try:
        offsets = [
            await admin.list_consumer_group_offsets(group) for group in ("onboarding", "screening")
        ]
    finally:
        await admin.close()
    consumer = AIOKafkaConsumer(bootstrap_servers=url)
    await consumer.start()
    try:
        behind = 0
        for committed in offsets:
            ends = await consumer.end_offsets(list(committed))
            behind += sum(max(0, ends[p] - max(at.offset, 0)) for p, at in committed.items())
    finally:
        await consumer.stop()
    return behind


def told(looks: list[Look], lasting: float, rate: float, behind: int) -> dict[str, object]:
    warm = looks[int(len(looks) * WARM_UP) :]
    third = max(1, len(warm) // 3)
    memory = {}
    for name in warm[0].memory:
        first = statistics.mean(look.memory[name] for look in warm[:third])
        last = statistics.mean(look.memory[name] for look in warm[-third:])
        memory[name] = {"after_warm_up": round(first, 1), "end": round(last, 1)}
    grown = memory["services"]["end"] / memory["services"]["after_warm_up"]
    lags = [look.lag for look in looks]
    waiting = max(look.waiting for look in looks)
    problems = []
    if grown > MAY_GROW:
        problems.append(f"the services' memory grew to {grown:.2f} times what it was")
    if max(lags) > MAY_LAG:
        problems.append(f"the last fact of an interval came out {max(lags):.1f} s late")
    if waiting > MAY_WAIT:
        problems.append(f"{waiting:.0f} things waited at the end of an interval")
    if behind > MAY_WAIT:
        problems.append(f"{behind} messages were not committed at the end")
    return {
        "minutes": round((looks[-1].at + INTERVAL) / 60, 1),
        "lasting_events_per_s": round(lasting),
        "sent_per_s": round(rate),
        "memory_mb": memory,
        "grown": round(grown, 3),
        "lag_s": {
            "first": round(lags[0], 2),
            "last": round(lags[-1], 2),
            "most": round(max(lags), 2),
        },
        "p50_ms": round(statistics.median(look.p50 for look in looks) * 1000),
        "p99_ms": round(statistics.median(look.p99 for look in looks) * 1000),
        "waiting_most": waiting,
        "uncommitted_at_end": behind,
        "load": round(psutil.getloadavg()[0], 1),
        "problems": problems,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    found = asyncio.run(soak(parser.parse_args().minutes))
    print(json.dumps(found, indent=1))  # noqa: T201
    sys.exit(bool(found["problems"]))


if __name__ == "__main__":
    main()
