"""The soak: half of the throughput that lasts, for an hour; memory flat, queues bounded, no lag.

    python -m bench.soak [--minutes 60] [--rate 250]

The two services of `bench.way` on a broker and database of their own. First the throughput of
this machine at this moment is measured, then half of it is sent at a steady pace, whether or not
it comes out again, and every interval is looked at: how long the oldest fact is on its way, the
memory of each process, what waits. Prints JSON and ends with 1 where something grows.

What others do on the machine makes single intervals late, and is told beside; what is judged is
whether lag, queues and memory of the last third are more than those of the first. The memory of
the services and of the broker is judged. The broker that is a stand-in keeps all topics in memory
and writes all of them down each second (it does not take what a retention says), so it is told to
throw away what everybody has committed (`SWEPT_EVERY`).
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from asyncio import FIRST_COMPLETED
from dataclasses import dataclass

import psutil
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from kafka import TopicPartition

from bench.way import Run
from shared.administration.line import administrator
from shared.embedded.patience import be_patient
from shared.mongo import MongoKeyRing, MongoStore

INTERVAL = 15.0
WARM_UP = 0.25
"""The part of the time before anything is judged: caches fill until they are full."""

FIRST, MEASURED_FOR = 1_000, 60.0
"""Events by which the pace is found, and seconds for which the throughput is then measured."""

MAY_GROW = 1.10
"""Memory at the end against that after the warm-up; more is a leak."""

MAY_LAG, TIMES = 5.0, 2.0
"""Seconds by which the lag of the last third may exceed so many times that of the first."""

QUEUES = ("relay_depth", "held", "effects")
MAY_WAIT = 500
"""Blocks, messages or effects that may wait at the end of an interval: one batch."""

SWEPT_EVERY = 5.0
"""Seconds after which the broker throws away again what everybody has heard."""

GROUPS = ("onboarding", "screening")

DRAINED_WITHIN = 60.0
"""Seconds after the last one was sent in which all must have come out."""


@dataclass
class Look:
    """One interval: seconds that the oldest fact is on its way, memory in MB, and what waits."""

    at: float
    lag: float
    memory: dict[str, float]
    waiting: float
    p50: float
    p99: float
    load: float


class Stream:
    """Facts that are sent at a pace, whatever becomes of them, and those that came out."""

    def __init__(self, run: Run, rate: float) -> None:
        self._run, self._rate = run, rate
        self.on_their_way: dict[str, float] = {}
        self._took: list[float] = []
        self.sent = 0

    async def send(self, seconds: float) -> None:
        began = time.perf_counter()
        while (passed := time.perf_counter() - began) < seconds:
            due = int((passed + 1) * self._rate) - self.sent
            await self._run.feed(due, self._rate, self.on_their_way)
            self.sent += due
            await asyncio.sleep(max(0.0, self.sent / self._rate - (time.perf_counter() - began)))

    async def hear(self) -> None:
        while True:
            for id, at in (await self._run.arrivals(1)).items():
                if (sent := self.on_their_way.pop(id, None)) is not None:
                    self._took.append(at - sent)

    def lag(self) -> float:
        """Seconds for which the oldest is on its way."""
        oldest = min(self.on_their_way.values(), default=None)
        return 0.0 if oldest is None else time.perf_counter() - oldest

    def delays(self) -> tuple[float, float]:
        """p50 and p99 of what came out since this was asked last, in seconds."""
        took, self._took = sorted(self._took), []
        return (took[len(took) // 2], took[int(len(took) * 0.99)]) if took else (0.0, 0.0)


async def soak(minutes: float, rate: float = 0.0, parties: int = 2000) -> dict[str, object]:
    be_patient()  # or our own ear would keep the broker busy
    async with Run("bench.services", parties) as run:
        pace = await run.throughput(FIRST)
        sweeping = asyncio.create_task(Broom(run).sweep())
        lasting = await run.throughput(max(FIRST, int(pace * MEASURED_FOR)))
        rate = rate or lasting / 2
        print(f"{lasting:.0f}/s last, {rate:.1f}/s are sent", file=sys.stderr, flush=True)  # noqa: T201
        keyring = MongoKeyRing(run.mongo_url, bytes(32))
        stores = [MongoStore(run.mongo_url, name, keyring) for name in ("onboarding", "screening")]
        stream = Stream(run, rate)
        hearing = asyncio.create_task(stream.hear())
        sending = asyncio.create_task(stream.send(minutes * 60))
        began, looks = time.monotonic(), list[Look]()
        while not sending.done():
            await asyncio.wait([sending, sweeping], timeout=INTERVAL, return_when=FIRST_COMPLETED)
            if sweeping.done():
                await sweeping  # it never ends but by a defect
            looks.append(await _look(run, stream, stores, time.monotonic() - began))
            print(looks[-1], file=sys.stderr, flush=True)  # noqa: T201
        await sending
        drained = await _drained(stream)
        hearing.cancel()
        sweeping.cancel()
        behind = await _lag(run.kafka_url)
        again = await run.throughput(FIRST)
        for store in stores:
            store.close()
        keyring.close()
    return told(looks, rate, {"before": lasting, "after": again}, stream.sent, drained, behind)


class Broom:
    """Throws away what the services have committed, and our own ear has heard."""

    def __init__(self, run: Run) -> None:
        self._run = run

    async def sweep(self) -> None:
        while True:
            await asyncio.to_thread(self._once, {**self._run.heard})
            await asyncio.sleep(SWEPT_EVERY)

    def _once(self, heard: dict[tuple[str, int], int]) -> None:
        done = {TopicPartition(*place): at for place, at in heard.items()}
        with administrator(self._run.kafka_url) as client:
            for group in GROUPS:
                for place, at in client.list_group_offsets({group: None})[group].items():
                    done[place] = min(at.offset, done.get(place, at.offset))
            client.delete_records({place: at for place, at in done.items() if at > 0})


async def _look(run: Run, stream: Stream, stores: list[MongoStore], at: float) -> Look:
    waiting = 0.0
    for store in stores:
        counts = await store.counts()
        waiting += sum(counts[name] for name in QUEUES)
    memory = {n: psutil.Process(pid).memory_info().rss / 1e6 for n, pid in run.pids.items()}
    return Look(at, stream.lag(), memory, waiting, *stream.delays(), psutil.getloadavg()[0])


async def _drained(stream: Stream) -> float | None:
    """Seconds until everything that was sent had come out, or nothing where it did not."""
    began = time.monotonic()
    while stream.on_their_way:
        if time.monotonic() - began > DRAINED_WITHIN:
            return None
        await asyncio.sleep(0.1)
    return time.monotonic() - began


async def _lag(url: str) -> int:
    """Messages that the services have not committed at the end."""
    admin = AIOKafkaAdminClient(bootstrap_servers=url)
    await admin.start()
    try:
        offsets = [await admin.list_consumer_group_offsets(group) for group in GROUPS]
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


def told(
    looks: list[Look],
    rate: float,
    lasting: dict[str, float],
    sent: int,
    drained: float | None,
    behind: int,
) -> dict[str, object]:
    warm = looks[int(len(looks) * WARM_UP) :]
    third = max(1, len(warm) // 3)
    first, last = warm[:third], warm[-third:]
    memory = {
        name: {
            "after_warm_up": round(statistics.mean(look.memory[name] for look in first), 1),
            "end": round(statistics.mean(look.memory[name] for look in last), 1),
        }
        for name in warm[0].memory
    }
    grown = {
        name: memory[name]["end"] / memory[name]["after_warm_up"] for name in ("services", "broker")
    }
    lags = [statistics.median(look.lag for look in part) for part in (first, last)]
    waited = [statistics.median(look.waiting for look in part) for part in (first, last)]
    problems = []
    for name, times in grown.items():
        if times > MAY_GROW:
            problems.append(f"the memory of the {name} grew to {times:.2f} times what it was")
    if lags[1] > TIMES * lags[0] + MAY_LAG:
        problems.append(f"the lag grew from {lags[0]:.1f} s to {lags[1]:.1f} s")
    if waited[1] > MAY_WAIT:
        problems.append(f"{waited[1]:.0f} things waited at the end of an interval")
    if drained is None:
        problems.append(f"not all had come out {DRAINED_WITHIN:.0f} s after the last was sent")
    if behind > MAY_WAIT:
        problems.append(f"{behind} messages were not committed at the end")
    loads = [look.load for look in looks]
    return {
        "minutes": round(looks[-1].at / 60, 1),
        "lasting_events_per_s": {when: round(figure) for when, figure in lasting.items()},
        "sent_per_s": round(rate, 1),
        "sent": sent,
        "memory_mb": memory,
        "grown": {name: round(times, 3) for name, times in grown.items()},
        "lag_s": {
            "first_third": round(lags[0], 2),
            "last_third": round(lags[1], 2),
            "most": round(max(look.lag for look in looks), 2),
        },
        "drained_after_s": None if drained is None else round(drained, 1),
        "p50_ms": round(statistics.median(look.p50 for look in looks) * 1000),
        "p99_ms": round(statistics.median(look.p99 for look in looks) * 1000),
        "waiting": {
            "first_third": waited[0],
            "last_third": waited[1],
            "most": max(look.waiting for look in looks),
        },
        "uncommitted_at_end": behind,
        "load": {"least": round(min(loads), 1), "most": round(max(loads), 1)},
        "problems": problems,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=0.0, help="per second, instead of half")
    chosen = parser.parse_args()
    found = asyncio.run(soak(chosen.minutes, chosen.rate))
    print(json.dumps(found, indent=1))  # noqa: T201
    sys.exit(bool(found["problems"]))


if __name__ == "__main__":
    main()
